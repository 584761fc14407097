"""The BIOS segment F000h: stubs, handlers in guest code, tables.

Every vector ``n`` has a stub of 8 bytes at F000:n*8: ``0F FF`` (UD0, which the CPU engine traps in this
segment), ``IRET``. Handlers that run other guest handlers (INT 8, INT 9, INT 70h) are guest code; where
they need Python they trap at an address that ``Rom`` knows. The well-known addresses of the IBM AT BIOS
(F000:FEA5 timer, F000:E987 keyboard, F000:FF53 IRET, F000:E6F5 configuration, F000:EFC7 diskette
parameters, F000:F0A4 video parameters, F000:FA6E font, F000:FFF0 reset) are kept.

Sources: IBM PC AT Technical Reference (BIOS listing's entry points and register conventions); Ralf
Brown's Interrupt List (INT 15h/C0h table 00509, INT 1Dh, INT 1Eh table 01264).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from hw.memory import Memory
from hw.vga.fonts import font_bytes

SEGMENT: Final = 0xF000
BASE: Final = SEGMENT << 4
VIDEO_SEGMENT: Final = 0xC000
TRAP: Final = b"\x0f\xff"
STUB_SIZE: Final = 8
STUBS_END: Final = 256 * STUB_SIZE

CONFIGURATION: Final = 0xE6F5
DISKETTE_PARAMETERS: Final = 0xEFC7
VIDEO_PARAMETERS: Final = 0xF0A4
FONT_8X8: Final = 0xFA6E
FONT_8X8_UPPER: Final = 0x8000  # where there is no video BIOS: what GRAFTABL would load
STATE_TABLE: Final = 0xF200  # INT 10h/1Bh static functionality table
INTERFACE_VERSION: Final = 0xF210  # INT 10h/FAh
IRET: Final = 0xFF53
XMS_ENTRY: Final = 0x0870
MOUSE_TEXT: Final = 0x0882

# Offsets in segment C000h.
FONT_OFFSETS: Final = {8: 0x1000, 14: 0x1800, 16: 0x2800}
ALTERNATE_FONT: Final = 0x3800  # no replacements for 9-dot cells: just the end mark


class Trap(IntEnum):
    """What a trap inside guest code asks for; numbers beyond the vectors."""

    KEYBOARD = 0x100  # AL = scan code; returns AH, what the handler is to do next
    MOUSE = 0x101  # IRQ 12, its interrupt ended: the driver takes what the mouse sent
    XMS = 0x102  # the entry point of the XMS driver was called


@dataclass(frozen=True, slots=True)
class GuestCode:
    """A handler: where it stands, its bytes, and the vectors that point at it."""

    offset: int
    code: bytes
    vectors: tuple[int, ...] = ()


def assemble(*lines: tuple[str, str]) -> bytes:
    """Bytes of (hexadecimal, assembler source) pairs; the source is for the reader."""
    return b"".join(bytes.fromhex(code) for code, _ in lines)


TIMER = assemble(
    ("fb", "sti"),
    ("1e", "push ds"),
    ("50", "push ax"),
    ("52", "push dx"),
    ("b8 40 00", "mov ax, 40h"),
    ("8e d8", "mov ds, ax"),
    ("ff 06 6c 00", "inc word [6Ch]"),
    ("75 04", "jnz compare"),
    ("ff 06 6e 00", "inc word [6Eh]"),
    ("83 3e 6e 00 18", "compare: cmp word [6Eh], 18h"),
    ("75 15", "jne motor"),
    ("81 3e 6c 00 b0 00", "cmp word [6Ch], 0B0h"),
    ("75 0d", "jne motor"),
    ("31 c0", "xor ax, ax"),
    ("a3 6c 00", "mov [6Ch], ax"),
    ("a3 6e 00", "mov [6Eh], ax"),
    ("c6 06 70 00 01", "mov byte [70h], 1"),
    ("fe 0e 40 00", "motor: dec byte [40h]"),
    ("75 0b", "jnz user"),
    ("80 26 3f 00 f0", "and byte [3Fh], 0F0h"),
    ("b0 0c", "mov al, 0Ch"),
    ("ba f2 03", "mov dx, 3F2h"),
    ("ee", "out dx, al"),
    ("cd 1c", "user: int 1Ch"),
    ("fa", "cli"),
    ("b0 20", "mov al, 20h"),
    ("e6 20", "out 20h, al"),
    ("5a", "pop dx"),
    ("58", "pop ax"),
    ("1f", "pop ds"),
    ("cf", "iret"),
)

# The trap leaves in AH what is left to do, once the interrupt controller is free again.
KEY_STORED, KEY_BREAK, KEY_PRINT_SCREEN, KEY_SYSRQ_DOWN, KEY_SYSRQ_UP, KEY_PAUSE = 1, 2, 3, 4, 5, 6

KEYBOARD = assemble(
    ("fb", "sti"),
    ("50", "push ax"),
    ("e4 60", "in al, 60h"),
    ("b4 4f", "mov ah, 4Fh"),
    ("f9", "stc"),
    ("cd 15", "int 15h"),
    ("b4 00", "mov ah, 0"),
    ("73 02", "jnc eoi"),
    ("0f ff", "trap KEYBOARD"),
    ("fa", "eoi: cli"),
    ("b0 20", "mov al, 20h"),
    ("e6 20", "out 20h, al"),
    ("08 e4", "or ah, ah"),
    ("74 41", "jz done"),
    ("80 fc 01", "cmp ah, 1"),
    ("75 07", "jne break"),
    ("b8 02 91", "mov ax, 9102h"),
    ("cd 15", "int 15h"),
    ("eb 35", "jmp done"),
    ("80 fc 02", "break: cmp ah, 2"),
    ("75 04", "jne print"),
    ("cd 1b", "int 1Bh"),
    ("eb 2c", "jmp done"),
    ("80 fc 03", "print: cmp ah, 3"),
    ("75 04", "jne sysrq"),
    ("cd 05", "int 5"),
    ("eb 23", "jmp done"),
    ("80 fc 06", "sysrq: cmp ah, 6"),
    ("74 0a", "je pause"),
    ("88 e0", "mov al, ah"),
    ("2c 04", "sub al, 4"),
    ("b4 85", "mov ah, 85h"),
    ("cd 15", "int 15h"),
    ("eb 14", "jmp done"),
    ("1e", "pause: push ds"),
    ("b8 40 00", "mov ax, 40h"),
    ("8e d8", "mov ds, ax"),
    ("fb", "sti"),
    ("f4", "wait: hlt"),
    ("f6 06 18 00 08", "test byte [18h], 8"),
    ("75 f8", "jnz wait"),
    ("1f", "pop ds"),
    ("eb 02", "jmp done"),
    ("90 90", "nop"),
    ("58", "done: pop ax"),
    ("cf", "iret"),
)
KEYBOARD_TRAP: Final = KEYBOARD.index(TRAP)

# Register C tells why; what is not enabled in register B does not count. The periodic interrupt counts down the wait of
# INT 15h/83h, as the AT's does: 976 microseconds each.
CLOCK = assemble(
    ("1e", "push ds"),
    ("50", "push ax"),
    ("53", "push bx"),
    ("b0 0b", "mov al, 0Bh"),
    ("e6 70", "out 70h, al"),
    ("e4 71", "in al, 71h"),
    ("88 c4", "mov ah, al"),
    ("b0 0c", "mov al, 0Ch"),
    ("e6 70", "out 70h, al"),
    ("e4 71", "in al, 71h"),
    ("20 c4", "and ah, al"),
    ("f6 c4 40", "test ah, 40h"),
    ("74 2f", "jz alarm"),
    ("bb 40 00", "mov bx, 40h"),
    ("8e db", "mov ds, bx"),
    ("f6 06 a0 00 01", "test byte [0A0h],1"),
    ("74 23", "jz alarm"),
    ("81 2e 9c 00 d0 03", "sub word [9Ch],976"),
    ("83 1e 9e 00 00", "sbb word [9Eh],0"),
    ("73 16", "jnc alarm"),
    ("b0 0b", "mov al, 0Bh"),
    ("e6 70", "out 70h, al"),
    ("e4 71", "in al, 71h"),
    ("24 bf", "and al, 0BFh"),
    ("e6 71", "out 71h, al"),
    ("c6 06 a0 00 00", "mov byte [0A0h],0"),
    ("c5 1e 98 00", "lds bx,[98h]"),
    ("80 0f 80", "or byte [bx],80h"),
    ("f6 c4 20", "alarm: test ah, 20h"),
    ("74 04", "jz eoi"),
    ("fb", "sti"),
    ("cd 4a", "int 4Ah"),
    ("fa", "cli"),
    ("b0 0d", "eoi: mov al, 0Dh"),
    ("e6 70", "out 70h, al"),
    ("b0 20", "mov al, 20h"),
    ("e6 a0", "out 0A0h, al"),
    ("e6 20", "out 20h, al"),
    ("5b", "pop bx"),
    ("58", "pop ax"),
    ("1f", "pop ds"),
    ("cf", "iret"),
)

EOI_MASTER = assemble(
    ("50", "push ax"), ("b0 20", "mov al, 20h"), ("e6 20", "out 20h, al"), ("58", "pop ax"), ("cf", "iret")
)
EOI_BOTH = assemble(
    ("50", "push ax"),
    ("b0 20", "mov al, 20h"),
    ("e6 a0", "out 0A0h, al"),
    ("e6 20", "out 20h, al"),
    ("58", "pop ax"),
    ("cf", "iret"),
)
# IRQ 9 is where cards for the PC's IRQ 2 are: hand over to INT 0Ah, which ends the master's interrupt.
REDIRECT = assemble(
    ("50", "push ax"), ("b0 20", "mov al, 20h"), ("e6 a0", "out 0A0h, al"), ("58", "pop ax"), ("cd 0a", "int 0Ah"),
    ("cf", "iret"),
)  # fmt: skip
# The FPU's error goes to INT 2, as on a PC.
COPROCESSOR = assemble(
    ("50", "push ax"),
    ("30 c0", "xor al, al"),
    ("e6 f0", "out 0F0h, al"),
    ("b0 20", "mov al, 20h"),
    ("e6 a0", "out 0A0h, al"),
    ("e6 20", "out 20h, al"),
    ("58", "pop ax"),
    ("cd 02", "int 2"),
    ("cf", "iret"),
)
# The driver calls the program's own handler from the trap, as from an interrupt.
MOUSE = assemble(
    ("50", "push ax"),
    ("b0 20", "mov al, 20h"),
    ("e6 a0", "out 0A0h, al"),
    ("e6 20", "out 20h, al"),
    ("58", "pop ax"),
    ("0f ff", "trap MOUSE"),
    ("cf", "iret"),
)
# What the XMS driver in DOS's memory jumps to.
XMS = assemble(("0f ff", "trap XMS"), ("cb", "retf"))
RESET = assemble(("ea c8 00 00 f0", "jmp F000:00C8 (the stub of INT 19h)"))

CODE: Final = (
    GuestCode(0xE987, KEYBOARD, (0x09,)),
    GuestCode(0xFEA5, TIMER, (0x08,)),
    GuestCode(0x0B00, CLOCK, (0x70,)),
    GuestCode(0x0820, EOI_MASTER, (0x0A, 0x0B, 0x0C, 0x0D, 0x0E, 0x0F)),
    GuestCode(0x0830, EOI_BOTH, (0x72, 0x73, 0x76, 0x77)),
    GuestCode(0x0840, REDIRECT, (0x71,)),
    GuestCode(0x0850, COPROCESSOR, (0x75,)),
    GuestCode(0x0860, MOUSE, (0x74,)),
    GuestCode(XMS_ENTRY, XMS),
    GuestCode(MOUSE_TEXT - 2, b"\x05\x08dosemu mouse driver, compatible with version 8.05\0"),
    GuestCode(IRET, b"\xcf", (0x1C, 0x4A)),
    GuestCode(0xFFF0, RESET),
)

# INT 15h/C0h: 8 bytes follow; model FCh, submodel 1 (AT), revision 0, feature bytes: second 8259, clock,
# INT 15h/4Fh called, no wait for external event; INT 16h/09h there.
CONFIGURATION_TABLE: Final = bytes((8, 0, 0xFC, 0x01, 0x00, 0x70, 0x40, 0x00, 0x00, 0x00))
# INT 1Eh: step rate and head unload, DMA, motor off, 512-byte sectors, 18 a track, gaps, fill, settle, start.
DISKETTE_TABLE: Final = bytes((0xAF, 0x02, 0x25, 0x02, 0x12, 0x1B, 0xFF, 0x6C, 0xF6, 0x0F, 0x08))
# INT 10h/1Bh: modes 0 to 13h; 200, 350 and 400 lines; font blocks; what the BIOS can do.
FUNCTIONALITY_TABLE: Final = bytes((0xFF, 0xE0, 0x0F, 0, 0, 0, 0, 0x07, 0x02, 0x08, 0xE7, 0x0C, 0, 0, 0, 0))

# Of users, and what only BASIC had: programs take one that is 0 for their own.
_EMPTY_VECTORS: Final = (*range(0x60, 0x67), *range(0x78, 0x100))


def video_parameter_table() -> bytes:
    """INT 1Dh: the 6845 registers of 40x25, 80x25, graphics and monochrome, page sizes, columns, mode bytes."""
    registers = (
        "38 28 2d 0a 1f 06 19 1c 02 07 06 07 00 00 00 00",
        "71 50 5a 0a 1f 06 19 1c 02 07 06 07 00 00 00 00",
        "38 28 2d 0a 7f 06 64 70 02 01 06 07 00 00 00 00",
        "61 50 52 0f 19 06 19 19 02 0d 0b 0c 00 00 00 00",
    )
    tail = "00 08 00 10 00 40 00 40  28 28 50 50 28 28 50 50  2c 28 2d 29 2a 2e 1e 29"
    return bytes.fromhex(" ".join((*registers, tail)))


class Rom:
    """What was built, for the CPU engine: which address is a trap, and for what."""

    def __init__(self) -> None:
        self.traps: dict[int, Trap] = {
            0xE987 + KEYBOARD_TRAP: Trap.KEYBOARD,
            0x0860 + MOUSE.index(TRAP): Trap.MOUSE,
            XMS_ENTRY: Trap.XMS,
        }

    def trap_at(self, offset: int) -> int | None:
        """The vector whose stub is at F000:offset, or the Trap there (100h and up), or None.

        >>> rom = Rom()
        >>> rom.trap_at(0x21 * 8), rom.trap_at(0xE987 + KEYBOARD_TRAP), rom.trap_at(0x0801)
        (33, <Trap.KEYBOARD: 256>, None)
        """
        if 0 <= offset < STUBS_END:
            return offset // STUB_SIZE if not offset % STUB_SIZE else None
        return self.traps.get(offset)

    def vector_target(self, vector: int) -> tuple[int, int]:
        """Segment and offset that a vector points at after power-on."""
        for handler in CODE:
            if vector in handler.vectors:
                return SEGMENT, handler.offset
        if vector in _DATA_VECTORS:
            return _DATA_VECTORS[vector]
        return (0, 0) if vector in _EMPTY_VECTORS else (SEGMENT, vector * STUB_SIZE)


_DATA_VECTORS: Final = {
    0x1D: (SEGMENT, VIDEO_PARAMETERS),
    0x1E: (SEGMENT, DISKETTE_PARAMETERS),
    0x1F: (VIDEO_SEGMENT, FONT_OFFSETS[8] + 128 * 8),
    0x41: (0, 0),  # no hard disk parameters
    0x43: (VIDEO_SEGMENT, FONT_OFFSETS[16]),
    0x46: (0, 0),
}


def build_rom(memory: Memory, *, video_rom: bool = True, marks: Mapping[int, bytes] | None = None) -> Rom:
    """Write the BIOS segment and the interrupt vectors; ``video_rom``: some of them point into a video BIOS.

    ``marks`` are bytes by which programs know a machine, by their offset in the BIOS segment.
    """
    rom = Rom()
    memory.fill(BASE, 0x10000)
    stub = TRAP + b"\xcf" + b"\x90" * (STUB_SIZE - 3)
    memory.write(BASE, stub * 256)
    for handler in CODE:
        memory.write(BASE + handler.offset, handler.code)
    memory.write(BASE + CONFIGURATION, CONFIGURATION_TABLE)
    memory.write(BASE + DISKETTE_PARAMETERS, DISKETTE_TABLE)
    memory.write(BASE + VIDEO_PARAMETERS, video_parameter_table())
    memory.write(BASE + STATE_TABLE, FUNCTIONALITY_TABLE)
    memory.write(BASE + FONT_8X8, font_bytes(8)[:1024])
    memory.write(BASE + 0xE000, b"IBM compatible BIOS of dosemu\0")
    memory.write(BASE + 0xFFF5, b"01/01/92")
    memory.write(BASE + 0xFFFE, bytes((0xFC, 0)))
    for offset, mark in (marks or {}).items():
        memory.write(BASE + offset, mark)
    memory.write(BASE + FONT_8X8_UPPER, font_bytes(8)[1024:])
    vectors = bytearray()
    for vector in range(256):
        segment, offset = rom.vector_target(vector)
        if segment == VIDEO_SEGMENT and not video_rom:
            segment, offset = SEGMENT, FONT_8X8_UPPER if vector == 0x1F else FONT_8X8
        vectors += offset.to_bytes(2, "little") + segment.to_bytes(2, "little")
    memory.write(0, bytes(vectors))
    return rom
