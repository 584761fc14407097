"""Which registers of DOS and BIOS calls are pointers, and to how much: what protected-mode programs have carried over.

Ralf Brown's Interrupt List, function by function. Calls that need more than that are in ``dos_calls``,
``file_calls`` and ``handlers``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from int21.registers import Registers

Size = int | Callable[["Registers"], int]
Key = tuple[int, int, int | None]  # vector, AH, AL or None for any
LONGEST_PATH: Final = 261


@dataclass(frozen=True, slots=True)
class Pointer:
    """``segment``:``register`` points at ``size`` bytes; 0: a string with a zero at its end.

    ``low``: the call keeps the address, so it is handed on as it is, and must be one of the first megabyte.
    """

    segment: str
    register: str
    size: Size = 0
    taken: bool = False
    low: bool = False


def text(segment: str, register: str) -> Pointer:
    """A string for DOS to read."""
    return Pointer(segment, register)


def both(segment: str, register: str, size: Size) -> Pointer:
    """What DOS fills or changes; what it leaves alone stays."""
    return Pointer(segment, register, size, taken=True)


def given(segment: str, register: str, size: Size) -> Pointer:
    """Bytes for DOS to read."""
    return Pointer(segment, register, size)


def kept(segment: str, register: str) -> Pointer:
    """An address that is used after the call."""
    return Pointer(segment, register, low=True)


def _cx(regs: Registers) -> int:
    return regs.cx


def _sectors(regs: Registers) -> int:
    return 512 * regs.al


def _font(regs: Registers) -> int:
    return regs.cx * regs.bh


def _by_action(save: int, restore: int) -> Callable[[Registers], int]:
    """0x1000 bytes for the actions (DL or AL) that have a buffer."""
    return lambda regs: 0x1000 if regs.dl in (save, restore) else 1


FCB_SIZE: Final = 44
FCB: Final = both("ds", "edx", FCB_SIZE)
_PATH = (text("ds", "edx"),)
_TWO_PATHS = (text("ds", "edx"), text("es", "edi"))

POINTERS: Final[dict[Key, tuple[Pointer, ...]]] = {
    **{(0x21, ah, None): _PATH for ah in (0x39, 0x3A, 0x3B, 0x3C, 0x3D, 0x41, 0x43, 0x5B)},
    **{(0x21, ah, None): (FCB,) for ah in (0x0F, 0x10, 0x13, 0x16, 0x17, 0x23, 0x24)},
    (0x21, 0x29, None): (given("ds", "esi", 128), both("es", "edi", 44)),
    (0x21, 0x44, 0x02): (both("ds", "edx", _cx),),
    (0x21, 0x44, 0x03): (given("ds", "edx", _cx),),
    (0x21, 0x44, 0x04): (both("ds", "edx", _cx),),
    (0x21, 0x44, 0x05): (given("ds", "edx", _cx),),
    (0x21, 0x44, 0x0C): (both("ds", "edx", 64),),
    (0x21, 0x44, 0x0D): (both("ds", "edx", 64),),
    (0x21, 0x47, None): (both("ds", "esi", 64),),
    (0x21, 0x53, None): (given("ds", "esi", 31), both("es", "ebp", 61)),
    (0x21, 0x56, None): _TWO_PATHS,
    (0x21, 0x5A, None): (both("ds", "edx", 96),),
    (0x21, 0x5D, 0x0A): (given("ds", "edx", 22),),
    (0x21, 0x5E, 0x00): (both("ds", "edx", 16),),
    (0x21, 0x5E, 0x01): (given("ds", "edx", 16),),
    (0x21, 0x60, None): (text("ds", "esi"), both("es", "edi", 128)),
    (0x21, 0x65, None): (both("es", "edi", _cx),),
    (0x21, 0x65, 0x20): (),
    (0x21, 0x65, 0x21): (both("ds", "edx", _cx),),
    (0x21, 0x65, 0x22): (both("ds", "edx", 256),),
    (0x21, 0x65, 0x23): (),
    (0x21, 0x65, 0xA0): (),
    (0x21, 0x65, 0xA1): (both("ds", "edx", _cx),),
    (0x21, 0x65, 0xA2): (both("ds", "edx", 256),),
    (0x21, 0x69, None): (both("ds", "edx", 25),),
    (0x21, 0x6C, None): (text("ds", "esi"),),
    **{(0x21, 0x71, al): _PATH for al in (0x39, 0x3A, 0x3B, 0x41, 0x43)},
    (0x21, 0x71, 0x47): (both("ds", "esi", LONGEST_PATH),),
    (0x21, 0x71, 0x4E): (text("ds", "edx"), both("es", "edi", 318)),
    (0x21, 0x71, 0x4F): (both("es", "edi", 318),),
    (0x21, 0x71, 0x56): _TWO_PATHS,
    (0x21, 0x71, 0x60): (text("ds", "esi"), both("es", "edi", LONGEST_PATH)),
    (0x21, 0x71, 0x6C): (text("ds", "esi"),),
    (0x21, 0x71, 0xA0): (text("ds", "edx"), both("es", "edi", _cx)),
    (0x21, 0x71, 0xA6): (both("ds", "edx", 52),),
    (0x21, 0x71, 0xA7): (both("ds", "esi", 8), both("es", "edi", 8)),
    (0x21, 0x71, 0xA8): (text("ds", "esi"), both("es", "edi", 13)),
    (0x21, 0x71, 0xA9): (text("ds", "esi"),),
    (0x21, 0x71, 0xAA): (both("ds", "edx", LONGEST_PATH),),
    (0x21, 0x73, 0x02): (both("es", "edi", _cx),),
    (0x21, 0x73, 0x03): (text("ds", "edx"), both("es", "edi", _cx)),
    (0x21, 0x73, 0x04): (both("es", "edi", 64),),
    (0x10, 0x10, 0x02): (given("es", "edx", 17),),
    (0x10, 0x10, 0x09): (both("es", "edx", 17),),
    (0x10, 0x10, 0x12): (given("es", "edx", lambda regs: 3 * min(regs.cx, 256)),),
    (0x10, 0x10, 0x17): (both("es", "edx", lambda regs: 3 * min(regs.cx, 256)),),
    **{(0x10, 0x11, al): (given("es", "ebp", _font),) for al in (0x00, 0x10)},
    **{(0x10, 0x11, al): (kept("es", "ebp"),) for al in (0x20, 0x21)},
    (0x10, 0x13, None): (given("es", "ebp", lambda regs: regs.cx * (2 if regs.al & 2 else 1)),),
    (0x10, 0x1B, None): (both("es", "edi", 64),),
    (0x10, 0x1C, 0x01): (both("es", "ebx", 0x1000),),
    (0x10, 0x1C, 0x02): (given("es", "ebx", 0x1000),),
    (0x10, 0x4F, 0x00): (both("es", "edi", 512),),
    (0x10, 0x4F, 0x01): (both("es", "edi", 256),),
    (0x10, 0x4F, 0x04): (both("es", "ebx", _by_action(1, 2)),),
    (0x10, 0x4F, 0x09): (both("es", "edi", lambda regs: 4 * min(regs.cx, 256)),),
    (0x10, 0xF2, None): (both("es", "ebx", lambda regs: regs.cl),),
    (0x10, 0xF3, None): (given("es", "ebx", lambda regs: regs.cl),),
    (0x10, 0xF4, None): (both("es", "ebx", lambda regs: 4 * min(regs.cx, 256)),),
    (0x10, 0xF5, None): (given("es", "ebx", lambda regs: 4 * min(regs.cx, 256)),),
    (0x10, 0xF7, None): (given("es", "ebx", 64),),
    **{(0x13, ah, None): (both("es", "ebx", _sectors),) for ah in (0x02, 0x03)},
    (0x13, 0x05, None): (given("es", "ebx", 512),),
    (0x13, 0x08, None): (),
    (0x13, 0x48, None): (both("ds", "esi", 30),),
    (0x15, 0x83, None): (kept("es", "ebx"),),
    (0x15, 0x87, None): (given("es", "esi", 48),),
    (0x15, 0xE8, 0x20): (both("es", "edi", 20),),
    **{(0x2F, 0x15, al): (both("es", "ebx", 38),) for al in (0x02, 0x03, 0x04)},
    (0x2F, 0x15, 0x01): (both("es", "ebx", 26 * 5),),
    (0x2F, 0x15, 0x05): (both("es", "ebx", 2048),),
    (0x2F, 0x15, 0x0D): (both("es", "ebx", 26),),
    (0x2F, 0x1A, 0x01): (both("ds", "edx", 18),),
    (0x2F, 0x1A, 0x02): (both("ds", "edx", 4),),
    (0x2F, 0x48, 0x10): (both("ds", "edx", 256),),
    (0x2F, 0xAE, 0x00): (both("ds", "ebx", 130), both("ds", "esi", 13)),
    (0x2F, 0xAE, 0x01): (both("ds", "ebx", 130), both("ds", "esi", 13)),
    (0x33, 0x00, 0x09): (given("es", "edx", 64),),
    (0x33, 0x00, 0x12): (given("es", "edx", 64),),
    (0x33, 0x00, 0x16): (both("es", "edx", 512),),
    (0x33, 0x00, 0x17): (given("es", "edx", 512),),
    (0x33, 0x00, 0x2B): (given("es", "esi", 0x144),),
    (0x33, 0x00, 0x2E): (both("es", "esi", 64),),
    (0x33, 0x00, 0x33): (both("es", "edx", _cx),),
}

# Functions that give back a far pointer in a segment register, which becomes a selector; the offset is in place.
SEGMENT_RESULTS: Final[dict[Key, str]] = {
    (0x21, 0x1B, None): "ds",
    (0x21, 0x1C, None): "ds",
    (0x21, 0x1F, None): "ds",
    (0x21, 0x32, None): "ds",
    (0x21, 0x34, None): "es",
    (0x21, 0x52, None): "es",
    (0x21, 0x5D, 0x06): "ds",
    (0x21, 0x63, 0x00): "ds",
    (0x10, 0x11, 0x30): "es",
    (0x10, 0x4F, 0x0A): "es",
    (0x10, 0xFA, None): "es",
    (0x15, 0xC0, None): "es",
    (0x2F, 0x4A, 0x01): "es",
    (0x2F, 0x4A, 0x02): "es",
    (0x2F, 0xB7, 0x04): "es",
    (0x33, 0x00, 0x29): "ds",
    (0x33, 0x00, 0x2C): "es",
    (0x33, 0x00, 0x2D): "es",
    (0x33, 0x00, 0x34): "es",
    (0x33, 0x00, 0x4D): "es",
    (0x33, 0x00, 0x6D): "es",
}

# Declared with pointers, and handed on to real mode as they are: why.
AS_THEY_ARE: Final[dict[Key, str]] = {
    **{(0x21, 0x5D, al): "the register block names segments" for al in range(6)},
    (0x2F, 0x12, None): "for DOS's own parts, by its own segments and stack",
    (0x2F, 0x15, 0x08): "as much as the caller says; device drivers are called from real mode",
    (0x2F, 0x15, 0x0F): "two pointers, one in SI:DI",
    (0x2F, 0x15, 0x10): "a device request holds pointers",
    (0x2F, 0x16, 0x87): "real mode enters there",
    (0x2F, 0x43, 0x10): "real mode calls it",
    (0x2F, 0xB0, 0x01): "a real-mode pointer is stored",
    (0x10, 0xFE, None): "ES:DI stays as it is",
    (0x33, 0x00, 0x1F): "a vector of real mode",
    **{(0x13, ah, None): "a packet with a real-mode pointer" for ah in (0x42, 0x43, 0x44, 0x47)},
}
