"""PRINT: sends files to the printer, at once."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING

from dosemu.shell.arguments import parse
from dosemu.shell.calls import Answer, Call
from dosemu.shell.copying import Source, Target, copy_pieces
from dosemu.shell.registry import CommandError, external
from dosemu.shell.search import entries, pattern_of
from int21.errors import DosError

if TYPE_CHECKING:
    from dosemu.shell.shell import Shell

_USAGE = """\
PRINT [/D:device] [/B:size] [/U:ticks1] [/M:ticks2] [/S:ticks3] [/Q:qsize]
  [/T] [[drive:][path]filename[ ...]] [/C] [/P]

  /D:device  Specifies a print device: PRN, LPT1 to LPT3, COM1 to COM4.
  /T, /C     Have nothing to remove: files are printed at once.

The other switches are accepted."""


@external("PRINT", files=True, help="Prints a text file.", usage=_USAGE)
def print_(shell: Shell, arguments: bytes) -> Generator[Call, Answer, int]:
    options = parse(arguments, "TCP", "DBUMSQ", words=(0, 50))
    device = options.switches.get("D", b"PRN").rstrip(b":")
    for word in options.words:
        try:
            pattern = pattern_of(shell.dos, word)
            found = [pattern.path(entry.name) for entry in entries(shell.dos, pattern)]
        except DosError:
            found = []
        if not found:
            raise CommandError(b"File not found - " + word)
        for path in found:
            yield from _print(shell, path, device)
    if not options.words:
        shell.say("PRINT queue is empty")
    return 0


def _print(shell: Shell, path: bytes, device: bytes) -> Generator[Call, Answer, None]:
    try:
        if shell.dos.files.locate(device).device is None:
            raise CommandError(b"Invalid device - " + device)
        target = Target(shell, device)
    except DosError:
        raise CommandError(b"Invalid device - " + device) from None
    try:
        source = Source(shell, path, text=True)
        try:
            yield from copy_pieces(source, target)
            target.write(b"\x0c")
        finally:
            source.close()
    finally:
        target.close()
    shell.say(path + b" has been printed")
