"""ATTRIB: the attributes of files."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import TYPE_CHECKING

from dosemu.shell.arguments import parse
from dosemu.shell.calls import LOOK, Answer, Call
from dosemu.shell.parser import words_of
from dosemu.shell.registry import CommandError, external
from dosemu.shell.search import ALL, Pattern, entries, folders, pattern_of
from int21.drive import Attribute, Entry
from int21.drives import Location
from int21.errors import DosError, ErrorCode

if TYPE_CHECKING:
    from dosemu.shell.shell import Shell

_USAGE = """\
ATTRIB [+R | -R] [+A | -A] [+S | -S] [+H | -H] [[drive:][path]filename] [/S]

  +   Sets an attribute.
  -   Clears an attribute.
  R   Read-only file attribute.
  A   Archive file attribute.
  S   System file attribute.
  H   Hidden file attribute.
  /S  Processes files in all directories in the specified path."""
_LETTERS = {
    b"A": Attribute.ARCHIVE,
    b"S": Attribute.SYSTEM,
    b"H": Attribute.HIDDEN,
    b"R": Attribute.READ_ONLY,
}


@external("ATTRIB", files=True, help="Displays or changes file attributes.", usage=_USAGE)
def attrib(shell: Shell, arguments: bytes) -> Generator[Call, Answer, int]:
    add = remove = Attribute(0)
    paths = []
    options = parse(arguments, "S", words=(0, 20))
    for word in words_of(b" ".join(options.words)):
        letter = _LETTERS.get(word[1:].upper()) if word[:1] in (b"+", b"-") else None
        if letter is None:
            paths.append(word)
        elif word[:1] == b"+":
            add |= letter
        else:
            remove |= letter
    if len(paths) > 1:
        raise CommandError(b"Too many parameters - " + paths[1])
    path = paths[0] if paths else b"*.*"
    try:
        pattern = pattern_of(shell.dos, path)
        if pattern.everything and b"*" not in path and pattern.folder:
            pattern = Pattern(_parent(pattern), pattern.folder[-1])  # a directory's own attributes
    except DosError as error:
        raise CommandError("Path not found" if error.code is ErrorCode.PATH_NOT_FOUND else "File not found") from None
    count = 0
    for where, entry in _found(shell, pattern, "S" in options, directories=b"*" not in path and b"?" not in path):
        count += 1
        if add or remove:
            wanted = (entry.attributes & ~remove | add) & Attribute.settable()
            where.place.drive.set_attributes((*where.folder, entry.name), wanted)
        else:
            shell.say(_shown(entry) + where.path(entry.name))
        yield LOOK
    if not count:
        raise CommandError(b"File not found - " + path.upper())
    return 0


def _parent(pattern: Pattern) -> Location:
    return Location(pattern.place.number, pattern.place.drive, pattern.folder[:-1])


def _found(shell: Shell, pattern: Pattern, deep: bool, *, directories: bool) -> Iterator[tuple[Pattern, Entry]]:
    for entry in entries(shell.dos, pattern, ALL):
        if not entry.is_directory or directories:
            yield pattern, entry
    if deep:
        for name in folders(shell.dos, pattern, hidden=True):
            yield from _found(shell, pattern.inside(name), deep, directories=directories)


def _shown(entry: Entry) -> bytes:
    a, s, h, r = (letter if entry.attributes & bit else b" " for letter, bit in _LETTERS.items())
    return b"  " + a + b"  " + s + h + r + b"     "
