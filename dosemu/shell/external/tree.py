"""TREE: directories as a drawing."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dosemu.shell.arguments import parse
from dosemu.shell.builtin.vol import volume_lines
from dosemu.shell.calls import LOOK, Answer, Call
from dosemu.shell.registry import CommandError, external
from dosemu.shell.search import Pattern, entries, folders, pattern_of
from int21.errors import DosError

if TYPE_CHECKING:
    from dosemu.shell.shell import Shell


@dataclass(frozen=True, slots=True)
class Lines:
    """What the branches are drawn with."""

    branch: bytes
    last: bytes
    trunk: bytes
    empty: bytes = b"    "


_BOX = Lines(b"\xc3\xc4\xc4\xc4", b"\xc0\xc4\xc4\xc4", b"\xb3   ")
_ASCII = Lines(b"+---", b"\\---", b"|   ")


@external("TREE", files=True, help="Graphically displays the directory structure of a drive or path.",
          usage="TREE [drive:][path] [/F] [/A]\n\n"
                "   /F   Displays the names of the files in each directory.\n"
                "   /A   Uses ASCII instead of extended characters.")  # fmt: skip
def tree(shell: Shell, arguments: bytes) -> Generator[Call, Answer, int]:
    options = parse(arguments, "FA")
    try:
        pattern = pattern_of(shell.dos, options.words[0] if options.words else b".")
    except DosError:
        raise CommandError("Invalid path") from None
    label = pattern.place.drive.label
    shell.say(b"Directory PATH listing" + (b" for Volume " + label if label else b""))
    shell.say(volume_lines(shell, pattern.place.number)[1].strip())
    shell.say(pattern.text if pattern.folder else pattern.text.rstrip(b"\\") + b".")
    lines = _ASCII if "A" in options else _BOX
    below = yield from _draw(shell, pattern, lines, b"", files="F" in options)
    if not below:
        shell.say("No subdirectories exist")
    return 0


def _draw(shell: Shell, pattern: Pattern, lines: Lines, margin: bytes, *, files: bool) -> Generator[Call, Answer, int]:
    names = folders(shell.dos, pattern)
    if files:
        for entry in entries(shell.dos, pattern):
            shell.say(margin + (lines.trunk if names else lines.empty) + entry.name)
    for name in names:
        last = name == names[-1]
        shell.say(margin + (lines.last if last else lines.branch) + name)
        yield LOOK
        yield from _draw(
            shell, pattern.inside(name), lines, margin + (lines.empty if last else lines.trunk), files=files
        )
    return len(names)
