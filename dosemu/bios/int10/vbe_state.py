"""INT 10h/4F04h: the state of an SVGA in the caller's memory, in parts that CX chooses."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Final

from dosemu.bios.bda import BASE

if TYPE_CHECKING:
    from dosemu.bios.int10.vbe_modes import Vbe

HARDWARE, DATA_AREA, COLOURS, SVGA = 1, 2, 4, 8
_DATA_AREA_PARTS: Final = ((0x49, 30), (0x84, 7), (0xA8, 4))
_SIZES: Final = {HARDWARE: 64, DATA_AREA: 64, COLOURS: 832, SVGA: 192}
# What an S3 adds: CRTC registers from 19h on (keys first when restored), sequencer registers 5 up.
_CRTC: Final = range(0x19, 0x80)
_SEQUENCER: Final = range(5, 0x20)


def size(parts: int) -> int:
    """Bytes that saving these parts takes.

    >>> size(HARDWARE | SVGA)
    256
    """
    return sum(length for part, length in _SIZES.items() if parts & part)


def save(vbe: Vbe, parts: int) -> bytes:
    """The parts' bytes, one part after the other."""
    return b"".join(_save(vbe, part).ljust(length, b"\0") for part, length in _SIZES.items() if parts & part)


def _save(vbe: Vbe, part: int) -> bytes:
    vga = vbe.adapter
    match part:
        case 1:  # HARDWARE
            return bytes(
                (
                    vga.misc_output,
                    *map(vga.sequencer, range(5)),
                    *map(vga.crtc, range(25)),
                    *map(vga.attribute, range(21)),
                    *map(vga.graphics, range(9)),
                )
            )
        case 2:  # DATA_AREA
            return b"".join(vbe.bios.memory.read(BASE + at, length) for at, length in _DATA_AREA_PARTS)
        case 4:  # COLOURS
            return bytes((vga.pel_mask, vga.dac_width)) + vga.dac()
        case _:
            registers = bytes((*map(vga.crtc, _CRTC), *map(vga.sequencer, _SEQUENCER)))
            return struct.pack("<HB", vbe.number, vga.memory.bank & 0xFF) + registers


def restore(vbe: Vbe, parts: int, data: bytes) -> None:
    """Take back what save() gave."""
    at = 0
    for part, length in _SIZES.items():
        if parts & part:
            _restore(vbe, part, data[at : at + length])
            at += length


def _restore(vbe: Vbe, part: int, data: bytes) -> None:
    vga = vbe.adapter
    match part:
        case 1:
            vga.program(data[0], data[1:6], data[6:31], data[31:52], data[52:61])
        case 2:
            for at, length in _DATA_AREA_PARTS:
                vbe.bios.memory.write(BASE + at, data[:length])
                data = data[length:]
        case 4:
            vga.pel_mask = data[0]
            vga.set_dac_width(data[1])
            vga.set_dac(0, data[2:770])
        case _:
            number, bank = struct.unpack_from("<HB", data)
            crtc = dict(zip(_CRTC, data[3:], strict=False))
            sequencer = dict(zip(_SEQUENCER, data[3 + len(_CRTC) :], strict=False))
            for index, value in ((0x38, 0x48), (0x39, 0xA5), *crtc.items(), (0x38, crtc[0x38]), (0x6A, bank)):
                vbe.set_register(index, value)
            vbe.set_register(0x39, crtc[0x39])
            for index, value in ((8, 6), *sequencer.items()):
                vbe.out(0x3C4, index)
                vbe.out(0x3C5, value)
            vbe.mode = vbe.modes.get(number & 0x3FFF)
            vbe.flags = number & 0xC000 if vbe.mode else 0
