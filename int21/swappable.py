"""The swappable data area (SDA): DOS's own variables that a resident program may swap.

Layout of DOS 4 to 6 (RBIL, INT 21h/AX=5D06h, table 01690).
"""

from __future__ import annotations

from hw.memory import Memory
from int21 import layout
from int21.view import View, far, u8, u16


class SwappableData(View):
    """The SDA at 0060:0320."""

    SIZE = layout.SWAPPABLE_DATA_SIZE

    critical_error = u8(0x00)
    in_dos = u8(0x01)
    error_drive = u8(0x02)
    error_locus = u8(0x03)
    error_code = u16(0x04)
    error_action = u8(0x06)
    error_class = u8(0x07)
    error_pointer = far(0x08)  # ES:DI of INT 21h/59h
    dta = far(0x0C)
    psp = u16(0x10)
    return_code = u16(0x14)
    current_drive = u8(0x16)  # 0 is A:
    break_checks = u8(0x17)
    caller_ax = u16(0x1A)
    first_fit = u16(0x20)
    best_fit = u16(0x22)
    last_fit = u16(0x24)
    memory_top = u16(0x26)
    day = u8(0x30)
    month = u8(0x31)
    year = u16(0x32)  # since 1980
    days = u16(0x34)  # since 1 January 1980
    weekday = u8(0x36)

    def __init__(self, memory: Memory, base: int = layout.SWAPPABLE_DATA) -> None:
        super().__init__(memory, base)
