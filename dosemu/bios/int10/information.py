"""INT 10h: what the adapter is and can do (12h, 1Ah, 1Bh), saving its state (1Ch), and absent extensions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from dosemu.bios.bda import BASE
from dosemu.bios.int10.modes import current_mode
from dosemu.bios.int10.table import EGA, TABLE
from dosemu.bios.int10.vga import GREY, KEEP_PALETTE, scan_lines
from dosemu.bios.rom import SEGMENT, STATE_TABLE, VIDEO_SEGMENT
from dosemu.bios.video_rom import COMBINATIONS
from int21.registers import Registers

if TYPE_CHECKING:
    from dosemu.bios.bios import Bios

_DONE: Final = 0x12
_SCREEN_OFF: Final = 0x20

# INT 10h/1Bh: scan lines, and what is so at the moment.
_LINES: Final = {200: 0, 350: 1, 400: 2, 480: 3}
_ALL_MODES, _PALETTE_STAYS, _CURSOR_EMULATED, _BLINKING = 0x01, 0x08, 0x10, 0x20
_COMBINATIONS_THERE: Final = 0x20

# INT 10h/1Ch: the parts of the state, by bit of CX, and their size in bytes.
_HARDWARE, _DATA_AREA, _COLOURS = 1, 2, 4
_SIZES: Final = {_HARDWARE: 64, _DATA_AREA: 64, _COLOURS: 832}
_DATA_AREA_PARTS: Final = ((0x49, 30), (0x84, 7), (0xA8, 4))


@EGA.service(0x12, name="alternate select", takes="BL function, AL")
def alternate_select(bios: Bios, regs: Registers) -> None:
    bda, vga = bios.bda, bios.vga
    match regs.bl:
        case 0x10:  # information: colour, 256 KB, feature bits, switches
            regs.bh = 1 if bda.crtc_port == 0x3B4 else 0
            regs.bl = bda.video_control >> 5 & 3
            regs.cx = bda.video_switches & 0x0F
            return
        case 0x20:  # print screen for more rows: INT 5 does not care
            return
        case function if function >= 0x30 and bios.adapter.name == "ega":  # came with the VGA
            return
        case 0x30 if regs.al <= 2:  # scan lines of the text modes
            bda.video_flags = bda.video_flags & ~0x90 | (0x80, 0x00, 0x10)[regs.al]
        case 0x31:
            bda.video_flags = bda.video_flags & ~0x08 | (0x08 if regs.al & 1 else 0)
        case 0x32:  # the video memory answers, or not
            vga.misc_output = vga.misc_output & ~0x02 | (0 if regs.al & 1 else 0x02)
        case 0x33:
            bda.video_flags = bda.video_flags & ~0x02 | (0 if regs.al & 1 else 0x02)
        case 0x34:
            bda.video_control = bda.video_control & ~0x01 | regs.al & 1
        case 0x35:
            pass  # a second display adapter is not there
        case 0x36:
            clocking = vga.sequencer(1)
            vga.set_sequencer(1, clocking | _SCREEN_OFF if regs.al & 1 else clocking & ~_SCREEN_OFF)
        case _:
            return
    regs.al = _DONE


@TABLE.service(0x1A, name="display combination", takes="AL 0: get, 1: set", gives="AL 1Ah, BX")
def display_combination(bios: Bios, regs: Registers) -> None:
    if regs.al == 0:
        regs.bl, regs.bh = _displays(bios)
    elif regs.al == 1:
        code = next((code for code, pair in _pairs(bios) if pair in ((regs.bl, regs.bh), (regs.bh, regs.bl))), 0xFF)
        bios.bda.combination_code = code
    regs.al = 0x1A


def _pairs(bios: Bios) -> list[tuple[int, tuple[int, int]]]:
    """The codes of the table of display combinations (bytes 0: entries; pairs from 4 on)."""
    address = (VIDEO_SEGMENT << 4) + COMBINATIONS
    table = bios.memory.read(address + 4, 2 * bios.memory.u8(address))
    return [(code, (table[2 * code], table[2 * code + 1])) for code in range(len(table) // 2)]


def _displays(bios: Bios) -> tuple[int, int]:
    """The active display and the other one, as function 1Ah tells them; FFh: the code is not in the table."""
    first, second = dict(_pairs(bios)).get(bios.bda.combination_code, (0xFF, 0xFF))
    if first == 0:
        return second, 0
    # Displays with odd codes are monochrome.
    mono = bios.bda.crtc_port == 0x3B4
    return (first, second) if bool(first & 1) == mono or bool(second & 1) != mono else (second, first)


@TABLE.service(0x1B, name="state information", takes="BX 0, ES:DI 64 bytes", gives="AL 1Bh")
def state_information(bios: Bios, regs: Registers) -> None:
    if regs.bx != 0:
        return
    bda = bios.bda
    state = bytearray(64)
    state[0:4] = STATE_TABLE.to_bytes(2, "little") + SEGMENT.to_bytes(2, "little")
    state[4:0x22] = bios.memory.read(BASE + 0x49, 30)
    state[0x22] = (bda.rows_less_1 + 1) & 0xFF
    state[0x23:0x25] = bda.cell_height.to_bytes(2, "little")
    state[0x25], state[0x26] = _displays(bios)
    colours = {0x13: 256, 0x04: 4, 0x05: 4, 0x06: 2, 0x07: 0, 0x0F: 0, 0x11: 2}.get(bda.video_mode, 16)
    state[0x27:0x29] = colours.to_bytes(2, "little")
    mode, maps = current_mode(bios), bios.vga.sequencer(3)
    fonts = maps & 3 | maps >> 2 & 4, maps >> 2 & 3 | maps >> 3 & 4
    state[0x29] = max(1, mode.pages) & 0xFF
    state[0x2A] = _LINES.get(scan_lines(bios) if mode.is_text else mode.height, 3)
    # The map for attribute bit 3 clear comes first.
    state[0x2B], state[0x2C] = fonts
    state[0x2D] = _ALL_MODES | (bda.video_flags & GREY)
    state[0x2D] |= _PALETTE_STAYS if bda.video_flags & KEEP_PALETTE else 0
    state[0x2D] |= _CURSOR_EMULATED if not bda.video_control & 1 else 0
    state[0x2D] |= _BLINKING if bios.vga.attribute(0x10) & 0x08 else 0
    state[0x31] = 3  # 256 KB
    state[0x32] = _COMBINATIONS_THERE | (fonts[0] != fonts[1])
    bios.write_guest(regs.address("es", regs.di), bytes(state))
    regs.al = 0x1B


@TABLE.service(0x1C, name="save or restore video state", takes="AL 0 size, 1 save, 2 restore; CX what; ES:BX")
def video_state(bios: Bios, regs: Registers) -> None:
    parts = [bit for bit in _SIZES if regs.cx & bit]
    if not parts or regs.al > 2:
        return
    if regs.al == 0:
        regs.bx = sum(_SIZES[bit] for bit in parts) // 64
    else:
        address = regs.address("es", regs.bx)
        for bit in parts:
            if regs.al == 1:
                bios.write_guest(address, _save(bios, bit).ljust(_SIZES[bit], b"\0"))
            else:
                _restore(bios, bit, bios.read_guest(address, _SIZES[bit]))
            address += _SIZES[bit]
    regs.al = 0x1C


def _save(bios: Bios, part: int) -> bytes:
    vga = bios.vga
    if part == _HARDWARE:
        return bytes(
            (
                vga.misc_output,
                *map(vga.sequencer, range(5)),
                *map(vga.crtc, range(25)),
                *map(vga.attribute, range(21)),
                *map(vga.graphics, range(9)),
            )
        )
    if part == _DATA_AREA:
        return b"".join(bios.memory.read(BASE + offset, size) for offset, size in _DATA_AREA_PARTS)
    return bytes((vga.pel_mask,)) + vga.dac()


def _restore(bios: Bios, part: int, data: bytes) -> None:
    vga = bios.vga
    if part == _HARDWARE:
        vga.program(data[0], data[1:6], data[6:31], data[31:52], data[52:61])
    elif part == _DATA_AREA:
        for offset, size in _DATA_AREA_PARTS:
            bios.memory.write(BASE + offset, data[:size])
            data = data[size:]
    else:
        vga.pel_mask = data[0]
        vga.set_dac(0, data[1:769])


@TABLE.service(0x4F, name="VESA extensions: not there", gives="AL other than 4Fh")
def no_vesa(bios: Bios, regs: Registers) -> None:
    regs.ax = 0x0100


@TABLE.service(0xEF, name="Hercules driver: not there")
def no_hercules(bios: Bios, regs: Registers) -> None:
    """Unchanged registers say so."""


@TABLE.service(0xFE, name="video buffer of a multitasker: none", gives="ES:DI as it was")
def no_shadow_buffer(bios: Bios, regs: Registers) -> None:
    """Unchanged ES:DI means the real video memory."""


@TABLE.service(0xFF, name="update screen of a multitasker: none")
def no_update(bios: Bios, regs: Registers) -> None:
    """There is no shadow buffer to copy."""
