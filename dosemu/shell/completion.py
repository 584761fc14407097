"""What the Tab key offers: names of files and directories, and at the beginning of a line commands too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosemu.shell.registry import BUILTINS, EXTERNALS
from int21.drive import Attribute
from int21.errors import DosError
from int21.names import upper

if TYPE_CHECKING:
    from dosemu.shell.shell import Shell

_WORD_ENDS = b' \t,;=<>|+"'
_FOLDER_COMMANDS = (b"CD", b"CHDIR", b"RD", b"RMDIR", b"MD", b"MKDIR", b"TREE", b"DELTREE")
_MOST = 500


def complete(shell: Shell, line: bytes, at: int) -> tuple[int, list[bytes]]:
    """Where the word that ends at ``at`` begins, and what it may become; directories end in a backslash."""
    start = at
    while start and line[start - 1] not in _WORD_ENDS:
        start -= 1
    word = line[start:at]
    before = line[:start].strip()
    cut = max(word.rfind(b"\\"), word.rfind(b":"), word.rfind(b"/")) + 1
    folder, part = word[:cut], upper(word[cut:], shell.dos.code_page)
    names = _entries(shell, folder, part, folders_only=before.upper() in _FOLDER_COMMANDS)
    if not before and not folder:
        known = {name for name in (*BUILTINS, *EXTERNALS) if name.startswith(part)}
        names = sorted(known) + names
    return start, [folder + name for name in names[:_MOST]]


def _entries(shell: Shell, folder: bytes, part: bytes, *, folders_only: bool) -> list[bytes]:
    try:
        place = shell.dos.drives.resolve(folder + b"." if folder[-1:] in (b"\\", b"/", b":", b"") else folder)
        found = []
        for name in place.drive.names(place.path):
            if not name.startswith(part):
                continue
            entry = place.drive.entry((*place.path, name))
            if entry.attributes & Attribute.HIDDEN or (folders_only and not entry.is_directory):
                continue
            found.append(name + b"\\" if entry.is_directory else name)
    except DosError:
        return []
    return sorted(found)
