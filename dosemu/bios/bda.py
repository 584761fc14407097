"""The BIOS data area at 0040:0000, by name.

Ralf Brown's Interrupt List, MEMORY.LST (segment 0040h); IBM PS/2 BIOS Interface Technical Reference,
"BIOS data area".

>>> from hw.memory import Memory
>>> bda = Bda(Memory(0x100000))
>>> bda.columns = 80
>>> bda.columns, bda.memory.u16(0x44A)
(80, 80)
"""

from __future__ import annotations

from typing import Any

from hw.memory import Memory

BASE = 0x400
TICKS_PER_DAY = 0x1800B0  # 24 hours of 65536/1193182 s


class Field:
    """A byte, word or dword of the BIOS data area at ``offset`` in segment 40h."""

    __slots__ = ("offset", "size")

    def __init__(self, offset: int, size: int = 1) -> None:
        self.offset = offset
        self.size = size

    def __get__(self, bda: Bda, owner: Any = None) -> int:
        address = BASE + self.offset
        match self.size:
            case 1:
                return int(bda.memory.u8(address))
            case 2:
                return int(bda.memory.u16(address))
            case _:
                return int(bda.memory.u32(address))

    def __set__(self, bda: Bda, value: int) -> None:
        address = BASE + self.offset
        match self.size:
            case 1:
                bda.memory.set_u8(address, value & 0xFF)
            case 2:
                bda.memory.set_u16(address, value & 0xFFFF)
            case _:
                bda.memory.set_u32(address, value & 0xFFFFFFFF)


class Bda:
    """A view on the BIOS data area; every field is live."""

    __slots__ = ("memory",)

    ebda_segment = Field(0x0E, 2)
    equipment = Field(0x10, 2)
    memory_kb = Field(0x13, 2)
    shift_flags = Field(0x17)  # 80 Ins 40 Caps 20 Num 10 Scroll 08 Alt 04 Ctrl 02 left Shift 01 right Shift
    shift_flags_2 = Field(0x18)  # keys down: 80 Ins .. 10 Scroll, 08 paused, 04 SysRq, 02 left Alt, 01 left Ctrl
    alt_keypad = Field(0x19)
    keyboard_head = Field(0x1A, 2)
    keyboard_tail = Field(0x1C, 2)
    floppy_motor = Field(0x3F)
    floppy_motor_count = Field(0x40)
    floppy_status = Field(0x41)
    video_mode = Field(0x49)
    columns = Field(0x4A, 2)
    page_size = Field(0x4C, 2)
    page_start = Field(0x4E, 2)
    cursor_shape = Field(0x60, 2)  # high byte first line, low byte last line
    active_page = Field(0x62)
    crtc_port = Field(0x63, 2)
    crt_mode_register = Field(0x65)
    crt_palette = Field(0x66)
    ticks = Field(0x6C, 4)
    midnight = Field(0x70)
    break_flag = Field(0x71)  # bit 7: Ctrl-Break was pressed
    reset_flag = Field(0x72, 2)
    disk_status = Field(0x74)
    disk_count = Field(0x75)
    keyboard_start = Field(0x80, 2)
    keyboard_end = Field(0x82, 2)
    rows_less_1 = Field(0x84)
    cell_height = Field(0x85, 2)
    video_control = Field(0x87)  # 80 keep memory, 60 memory size, 08 inactive, 01 no cursor emulation
    video_switches = Field(0x88)
    video_flags = Field(0x89)  # 80 200 lines, 10 400 lines, 08 keep palette, 02 grey, 01 VGA active
    combination_code = Field(0x8A)
    keyboard_flags_3 = Field(0x96)  # 10 101 keys, 08 right Alt, 04 right Ctrl, 02 E0 was last, 01 E1 was last
    keyboard_flags_4 = Field(0x97)  # 07 LEDs
    wait_user = Field(0x98, 4)
    wait_microseconds = Field(0x9C, 4)
    wait_flag = Field(0xA0)
    video_save_table = Field(0xA8, 4)

    def __init__(self, memory: Memory) -> None:
        self.memory = memory

    def cursor(self, page: int) -> tuple[int, int]:
        """Row and column of the cursor of page 0 to 7."""
        position = self.memory.u16(BASE + 0x50 + 2 * (page & 7))
        return position >> 8, position & 0xFF

    def set_cursor(self, page: int, row: int, column: int) -> None:
        """Note the cursor of a page; the CRTC is the caller's."""
        self.memory.set_u16(BASE + 0x50 + 2 * (page & 7), (row & 0xFF) << 8 | column & 0xFF)

    def initialise(self, *, ticks: int = 0, memory_kb: int = 640) -> None:
        """Clear it and fill in what power-on finds: two serial ports, a printer, a floppy drive, VGA, FPU."""
        self.memory.fill(BASE, 0x100)
        for offset, port in ((0x00, 0x3F8), (0x02, 0x2F8), (0x08, 0x378)):
            self.memory.set_u16(BASE + offset, port)
        self.equipment = 0x4427  # 1 printer, 2 serial ports, 80x25 colour, pointing device, FPU, floppy
        self.memory_kb = memory_kb
        self.keyboard_head = self.keyboard_tail = self.keyboard_start = 0x1E
        self.keyboard_end = 0x3E
        self.keyboard_flags_3 = 0x10
        self.ticks = ticks % TICKS_PER_DAY
        self.reset_flag = 0x1234  # a warm start: the memory test is done
        self.memory.write(BASE + 0x78, bytes((0x14, 0x14, 0x14, 0)))  # printer time-outs
        self.memory.write(BASE + 0x7C, bytes((1, 1, 1, 1)))  # serial time-outs
        self.memory.write(0x500, b"\0")  # print screen status
