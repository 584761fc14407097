"""EXPAND: files that Microsoft's COMPRESS made (SZDD: LZSS over a window of 4 KB)."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING

from dosemu.shell.arguments import parse
from dosemu.shell.calls import LOOK, Answer, Call
from dosemu.shell.copying import Source, Target
from dosemu.shell.registry import CommandError, external
from dosemu.shell.search import is_directory
from int21.drives import Location
from int21.errors import DosError

if TYPE_CHECKING:
    from dosemu.shell.shell import Shell

_USAGE = """\
EXPAND [drive:][path]filename [[drive:][path]filename[ ...]] destination

  filename     Specifies the name of a compressed file, as PROGRAM.EX_.
  destination  Specifies the new name, or the directory for the new files."""
_MAGIC = b"SZDD\x88\xf0\x27\x33A"
_HEADER = 14
_WINDOW = 0x1000
_SHORTEST = 3
_LARGEST = 64 << 20
_STEPS_A_LOOK = 4096


@external("EXPAND", files=True, help="Expands one or more compressed files.", usage=_USAGE)
def expand(shell: Shell, arguments: bytes) -> Generator[Call, Answer, int]:
    words = parse(arguments, words=(2, 50)).words
    *sources, target = words
    place = shell.dos.drives.resolve(target)
    if len(sources) > 1 and not is_directory(place):
        raise CommandError("The destination has to be a directory for several files", 1)
    for word in sources:
        try:
            source = Source(shell, word)
        except DosError:
            raise CommandError(b"Can't open input file: " + word, 2) from None
        try:
            packed = yield from source.whole(_LARGEST)
            stamp = source.stamp
        finally:
            source.close()
        data = yield from expanded(packed)
        path = target
        if is_directory(place):
            name = shell.dos.drives.resolve(word).path[-1]
            path = Location(place.number, place.drive, (*place.path, _full_name(name, packed))).text
        made = Target(shell, path)
        try:
            made.write(data)
        finally:
            made.close(stamp)
        shell.say(word + b" -> " + path)
    return 0


def _full_name(name: bytes, packed: bytes) -> bytes:
    """With the last character, which the header keeps, in place of the underscore."""
    last = packed[9:10]
    return name[:-1] + last.upper() if name.endswith(b"_") and packed.startswith(_MAGIC) and last.isalnum() else name


def expanded(packed: bytes) -> Generator[Call, Answer, bytes]:
    """The bytes of a compressed file; one that is not compressed stays as it is. Raises CommandError."""
    if not packed.startswith(_MAGIC):
        return packed
    size = int.from_bytes(packed[10:14], "little")
    if size > _LARGEST:
        raise CommandError("Input file is damaged", 3)
    window = bytearray(b" " * _WINDOW)
    place = _WINDOW - 16
    data = bytearray()
    at, steps = _HEADER, 0
    while at < len(packed) and len(data) < size:
        flags, at = packed[at], at + 1
        for bit in range(8):
            if at >= len(packed):
                break
            if flags >> bit & 1:
                run = packed[at : at + 1]
                at += 1
            else:
                pair = packed[at : at + 2].ljust(2, b"\0")
                at += 2
                start, count = pair[0] | (pair[1] & 0xF0) << 4, (pair[1] & 0x0F) + _SHORTEST
                run = b""
                for offset in range(count):
                    # It may lead into what it makes itself.
                    code = window[(start + offset) % _WINDOW]
                    window[(place + offset) % _WINDOW] = code
                    run += bytes((code,))
            for code in run:
                window[place] = code
                place = (place + 1) % _WINDOW
            data += run
        steps += 1
        if steps % _STEPS_A_LOOK == 0:
            yield LOOK
    if len(data) < size:
        raise CommandError("Input file is damaged", 3)
    return bytes(data[:size])
