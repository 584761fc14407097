"""The part of VBE that programs call themselves: guest code and tables in the video BIOS at C000h.

The window function changes the bank by register 6Ah of the S3, without an INT. The protected-mode interface
(VBE 2.0, "VBE Protected Mode Interface") is 32-bit code that runs wherever a program copies it to.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Final

from dosemu.bios.rom import VIDEO_SEGMENT, assemble
from dosemu.bios.video_rom import seal
from hw.memory import Memory

# Offsets in segment C000h.
STRINGS: Final = 0x6000
MODE_LIST: Final = 0x6100
WINDOW_FUNCTION: Final = 0x6200
PROTECTED_MODE: Final = 0x6240

OEM, VENDOR, PRODUCT, REVISION = b"dosemu S3 Trio64", b"dosemu", b"S3 Trio64 VBE 2.0", b"1.0"
_PORTS: Final = (0x3C8, 0x3C9, 0x3D4, 0x3D5, 0x3DA, 0xFFFF, 0xFFFF)


def _window_function(banks: int) -> bytes:
    """BH 0: set, 1: get the bank in DX; a far procedure."""
    return assemble(
        ("84 ff", "window: test bh, bh"),
        ("75 18", "jnz get"),
        (f"81 fa {banks & 0xFF:02x} {banks >> 8:02x}", "cmp dx, banks"),
        ("73 0e", "jae bad"),
        ("52", "push dx"),
        ("88 d4", "mov ah, dl"),
        ("b0 6a", "mov al, 6Ah"),
        ("ba d4 03", "mov dx, 3D4h"),
        ("ef", "out dx, ax"),
        ("5a", "pop dx"),
        ("b8 4f 00", "mov ax, 4Fh"),
        ("cb", "retf"),
        ("b8 4f 03", "bad: mov ax, 34Fh"),
        ("cb", "retf"),
        ("ba d4 03", "get: mov dx, 3D4h"),
        ("b0 6a", "mov al, 6Ah"),
        ("ee", "out dx, al"),
        ("42", "inc dx"),
        ("ec", "in al, dx"),
        ("88 c2", "mov dl, al"),
        ("b6 00", "mov dh, 0"),
        ("b8 4f 00", "mov ax, 4Fh"),
        ("cb", "retf"),
    )


# Near procedures. SetWindow: DX bank. SetDisplayStart: CX and DX the address in double words, BL bit 7: wait for the
# retrace. SetPrimaryPalette: CX colours from DX on, ES:EDI blue, green, red, 0; BL bit 7 as before.
_PROTECTED: Final = assemble(
    ("52", "window: push edx"),
    ("88 d4", "mov ah, dl"),
    ("b0 6a", "mov al, 6Ah"),
    ("66 ba d4 03", "mov dx, 3D4h"),
    ("66 ef", "out dx, ax"),
    ("5a", "pop edx"),
    ("66 b8 4f 00", "mov ax, 4Fh"),
    ("c3", "ret"),
    ("51", "start: push ecx"),
    ("52", "push edx"),
    ("c1 e2 10", "shl edx, 16"),
    ("66 89 ca", "mov dx, cx"),
    ("89 d1", "mov ecx, edx"),
    ("66 ba d4 03", "mov dx, 3D4h"),
    ("b0 0d", "mov al, Dh"),
    ("88 cc", "mov ah, cl"),
    ("66 ef", "out dx, ax"),
    ("b0 0c", "mov al, Ch"),
    ("88 ec", "mov ah, ch"),
    ("66 ef", "out dx, ax"),
    ("c1 e9 10", "shr ecx, 16"),
    ("b0 69", "mov al, 69h"),
    ("88 cc", "mov ah, cl"),
    ("66 ef", "out dx, ax"),
    ("f6 c3 80", "test bl, 80h"),
    ("74 05", "jz started"),
    ("e8 3d 00 00 00", "call settle"),
    ("5a", "started: pop edx"),
    ("59", "pop ecx"),
    ("66 b8 4f 00", "mov ax, 4Fh"),
    ("c3", "ret"),
    ("51", "palette: push ecx"),
    ("52", "push edx"),
    ("57", "push edi"),
    ("f6 c3 80", "test bl, 80h"),
    ("74 05", "jz colours"),
    ("e8 29 00 00 00", "call settle"),
    ("88 d0", "colours: mov al, dl"),
    ("66 ba c8 03", "mov dx, 3C8h"),
    ("ee", "out dx, al"),
    ("42", "inc edx"),
    ("0f b7 c9", "movzx ecx, cx"),
    ("e3 14", "jecxz coloured"),
    ("26 8a 47 02", "colour: mov al, [es:edi+2]"),
    ("ee", "out dx, al"),
    ("26 8a 47 01", "mov al, [es:edi+1]"),
    ("ee", "out dx, al"),
    ("26 8a 07", "mov al, [es:edi]"),
    ("ee", "out dx, al"),
    ("83 c7 04", "add edi, 4"),
    ("49", "dec ecx"),
    ("75 ec", "jnz colour"),
    ("5f", "coloured: pop edi"),
    ("5a", "pop edx"),
    ("59", "pop ecx"),
    ("66 b8 4f 00", "mov ax, 4Fh"),
    ("c3", "ret"),
    ("52", "settle: push edx"),
    ("66 ba da 03", "mov dx, 3DAh"),
    ("ec", "retrace: in al, dx"),
    ("a8 08", "test al, 8"),
    ("75 fb", "jnz retrace"),
    ("ec", "shown: in al, dx"),
    ("a8 08", "test al, 8"),
    ("74 fb", "jz shown"),
    ("5a", "pop edx"),
    ("c3", "ret"),
)
_PROCEDURES: Final = (0x0, 0x11, 0x45)


def _protected_mode_interface() -> bytes:
    head = 8 + 2 * len(_PORTS)
    offsets = (*(head + procedure for procedure in _PROCEDURES), 8)
    return struct.pack(f"<4H{len(_PORTS)}H", *offsets, *_PORTS) + _PROTECTED


PROTECTED_MODE_SIZE: Final = len(_protected_mode_interface())


@dataclass(frozen=True, slots=True)
class Strings:
    """Where the names stand, as far pointers."""

    oem: int
    vendor: int
    product: int
    revision: int


def far(offset: int) -> int:
    """A pointer into the video BIOS."""
    return VIDEO_SEGMENT << 16 | offset


def _strings() -> tuple[bytes, Strings]:
    data, places = b"", []
    for text in (OEM, VENDOR, PRODUCT, REVISION):
        places.append(far(STRINGS + len(data)))
        data += text + b"\0"
    return data, Strings(*places)


STRING_POINTERS: Final = _strings()[1]


def install(memory: Memory, modes: list[int], video_bytes: int) -> None:
    """Put strings, mode list and code into the video BIOS, and its checksum right again."""
    base = VIDEO_SEGMENT << 4
    memory.write(base + STRINGS, _strings()[0])
    memory.write(base + MODE_LIST, struct.pack(f"<{len(modes)}HH", *modes, 0xFFFF))
    memory.write(base + WINDOW_FUNCTION, _window_function(video_bytes >> 16))
    memory.write(base + PROTECTED_MODE, _protected_mode_interface())
    seal(memory)
