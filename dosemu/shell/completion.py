"""What the Tab key offers: names of files and directories, and at the beginning of a line commands too.

With long names (``dos.lfn``) names are offered in full, those with blanks in quotes; a word that has a quote before it
may hold blanks. The quotes of a directory stay open, since its files are what comes next.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosemu.shell.registry import BUILTINS, EXTERNALS
from int21 import lfn
from int21.drive import Attribute
from int21.errors import DosError
from int21.names import upper

if TYPE_CHECKING:
    from dosemu.shell.shell import Shell

_WORD_ENDS = b' \t,;=<>|+"'
_NEED_QUOTES = b" ,;=+[]&^'"
_FOLDER_COMMANDS = (b"CD", b"CHDIR", b"RD", b"RMDIR", b"MD", b"MKDIR", b"TREE", b"DELTREE")
_MOST = 500


def complete(shell: Shell, line: bytes, at: int) -> tuple[int, list[bytes]]:
    """Where the word that ends at ``at`` begins, and what it may become; directories end in a backslash."""
    long = shell.dos.settings.long_names
    if long and line[:at].count(b'"') % 2:
        start = line.rfind(b'"', 0, at)
    else:
        start = at
        while start and line[start - 1] not in _WORD_ENDS:
            start -= 1
    word = line[start:at].removeprefix(b'"')
    before = line[:start].strip()
    cut = max(word.rfind(b"\\"), word.rfind(b":"), word.rfind(b"/")) + 1
    folder, part = word[:cut], word[cut:]
    folders_only = before.upper() in _FOLDER_COMMANDS
    names = [folder + name for name in _entries(shell, folder, part, folders_only=folders_only)]
    if long:
        names = [_quoted(name) if line[start : start + 1] != b'"' else b'"' + _closed(name) for name in names]
    if not before and not folder and line[start : start + 1] != b'"':
        begun = upper(part, shell.dos.code_page)
        names = sorted({name for name in (*BUILTINS, *EXTERNALS) if name.startswith(begun)}) + names
    return start, names[:_MOST]


def _quoted(name: bytes) -> bytes:
    return b'"' + _closed(name) if any(code in _NEED_QUOTES for code in name) else name


def _closed(name: bytes) -> bytes:
    return name if name.endswith(b"\\") else name + b'"'


def _entries(shell: Shell, folder: bytes, part: bytes, *, folders_only: bool) -> list[bytes]:
    dos = shell.dos
    text = folder + b"." if folder[-1:] in (b"\\", b"/", b":", b"") else folder
    try:
        place = lfn.resolve(dos, text).place if dos.settings.long_names else dos.drives.resolve(text)
        full = lfn.long_names(place.drive, place.path) if dos.settings.long_names else {}
        begun, begun_long = upper(part, dos.code_page), part.decode(dos.drives.page.codec, "replace").upper()
        found = []
        for name in place.drive.names(place.path):
            long = full.get(name, "")
            if not (name.startswith(begun) or (long and long.upper().startswith(begun_long))):
                continue
            entry = place.drive.entry((*place.path, name))
            if entry.attributes & Attribute.HIDDEN or (folders_only and not entry.is_directory):
                continue
            shown = lfn.encoded(dos, long) if long else name
            found.append(shown + b"\\" if entry.is_directory else shown)
    except DosError:
        return []
    return sorted(found, key=bytes.upper)
