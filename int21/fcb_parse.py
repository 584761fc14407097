"""INT 21h/29h: make an FCB of a file name in a command line.

Rules: MS-DOS Programmer's Reference, "Parse Filename"; RBIL INT 21h/29h.

>>> parse(b" b:prog*.asm more", 1, b"\\0" + b" " * 11, {0, 1})
Parsed(status=1, used=12, fcb=b'\\x02PROG????ASM')
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import IntFlag
from typing import TYPE_CHECKING

from int21.names import upper
from int21.registers import Registers
from int21.table import int21

if TYPE_CHECKING:
    from int21.dos import Dos

_BLANKS = b" \t"
_SEPARATORS = b":.;,=+"
_TERMINATORS = frozenset(b'."/\\[]:|<>+=;,') | frozenset(range(0x21))
_LONGEST = 256


class Keep(IntFlag):
    """AL: what stays as it was in the FCB when the text does not have it; bit 0 skips a separator."""

    SKIP_SEPARATOR = 1
    DRIVE = 2
    NAME = 4
    EXTENSION = 8


@dataclass(frozen=True, slots=True)
class Parsed:
    """AL (0 no wildcards, 1 wildcards, FFh invalid drive), bytes of text used, first 12 bytes of the FCB."""

    status: int
    used: int
    fcb: bytes


def parse(text: bytes, flags: int, before: bytes, drives: Collection[int]) -> Parsed:
    """Parse ``text``; ``before`` is the FCB as it was, ``drives`` the numbers of the valid drives (0 is A:)."""
    text = text + b"\0"
    drive = before[0] if flags & Keep.DRIVE else 0
    name = before[1:9] if flags & Keep.NAME else b" " * 8
    extension = before[9:12] if flags & Keep.EXTENSION else b" " * 3
    at = _skip_blanks(text, 0)
    if flags & Keep.SKIP_SEPARATOR and text[at] in _SEPARATORS:
        at = _skip_blanks(text, at + 1)
    valid = True
    if text[at] not in _TERMINATORS and text[at + 1 : at + 2] == b":":
        number = upper(text[at : at + 1])[0] - 0x41
        valid = number in drives
        drive = (number + 1) & 0xFF
        at += 2
    word, at = _word(text, at)
    if word:
        name = _field(word, 8)
    if text[at] == 0x2E:  # a point: the extension is what follows, even nothing
        word, at = _word(text, at + 1)
        extension = _field(word, 3)
    wild = b"?" in name or b"?" in extension
    return Parsed(int(wild) if valid else 0xFF, at, bytes([drive]) + name + extension)


def _skip_blanks(text: bytes, at: int) -> int:
    while text[at] in _BLANKS:
        at += 1
    return at


def _word(text: bytes, at: int) -> tuple[bytes, int]:
    """The characters up to a terminator, and where that is."""
    end = at
    while text[end] not in _TERMINATORS:
        end += 1
    return upper(text[at:end]), end


def _field(word: bytes, size: int) -> bytes:
    """A part of a name in its field, ``*`` as question marks up to the end."""
    star = word.find(b"*")
    if 0 <= star < size:
        return word[:star].ljust(size, b"?")
    return word[:size].ljust(size)


@int21.service(
    0x29,
    name="parse file name",
    takes="DS:SI file name, ES:DI parsed FCB, AL flags",
    gives="AL 0, 1 wildcards, FFh invalid drive; DS:SI behind the name",
)
def parse_file_name(dos: Dos, regs: Registers) -> None:
    source = regs.address("ds", regs.si)
    target = regs.address("es", regs.di)
    text = dos.memory.read(source, max(min(_LONGEST, len(dos.memory) - source), 0))
    before = dos.memory.read(target, 12)
    parsed = parse(bytes(text), regs.al, bytes(before), dos.drives.numbers())
    dos.memory.write(target, parsed.fcb + bytes(4))
    regs.si = regs.si + parsed.used
    regs.al = parsed.status
