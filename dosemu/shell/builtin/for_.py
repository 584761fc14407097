"""FOR: a command for each of several words or files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosemu.shell.frames import For
from dosemu.shell.parser import words_of
from dosemu.shell.registry import CommandError, command
from int21.errors import DosError
from int21.names import is_wild

if TYPE_CHECKING:
    from dosemu.shell.shell import Shell

_SYNTAX = "Syntax error"
_MOST = 10_000  # names of a wildcard


def expand_names(shell: Shell, pattern: bytes) -> list[bytes]:
    """The files that a wildcard names, with the directory that was written before it."""
    cut = max(pattern.rfind(b"\\"), pattern.rfind(b":"), pattern.rfind(b"/")) + 1
    found: list[bytes] = []
    try:
        place = shell.dos.drives.resolve(pattern, wild=True)
        entry, search = shell.dos.files.searches.first(place, 0)
        while len(found) < _MOST:
            found.append(pattern[:cut] + entry.name)
            entry, search = shell.dos.files.searches.next(search)
    except DosError:
        pass
    return found


@command(
    "FOR",
    help="Runs a specified command for each file in a set of files.",
    usage="FOR %variable IN (set) DO command [command-parameters]\n\n"
    "To use the FOR command in a batch program, specify %%variable instead of\n%variable.",
    raw=True,
)
def for_(shell: Shell, arguments: bytes) -> None:
    if any(isinstance(frame, For) for frame in shell.stack) and shell.batch is None:
        raise CommandError("FOR cannot be nested")
    head, bracket, rest = arguments.partition(b"(")
    words = words_of(head)
    items, closing, command = rest.partition(b")")
    if len(words) != 2 or words[1].upper() != b"IN" or not bracket or not closing:
        raise CommandError(_SYNTAX)
    variable = words[0].removeprefix(b"%")
    parts = command.strip(b" \t,;=").split(None, 1)
    if len(variable) != 1 or not words[0].startswith(b"%") or len(parts) != 2 or parts[0].upper() != b"DO":
        raise CommandError(_SYNTAX)
    if parts[1].lstrip(b"@").split(None, 1)[0].upper() == b"FOR":
        raise CommandError("FOR cannot be nested")
    found: list[bytes] = []
    for item in words_of(items):
        found += expand_names(shell, item) if is_wild(item) else [item]
    shell.push(For(variable, found, parts[1]))
