"""What power-on leaves in the BIOS segment and in the vector table."""

from __future__ import annotations

from dosemu.bios.bios import Bios
from dosemu.bios.rom import KEYBOARD_TRAP, Trap


def test_every_stub_is_trap_and_iret(bios: Bios) -> None:
    for vector in range(256):
        assert bios.memory.read(0xF0000 + vector * 8, 3) == b"\x0f\xff\xcf"
        assert bios.rom.trap_at(vector * 8) == vector
    assert bios.rom.trap_at(0x21 * 8 + 1) is None


def test_vectors_point_at_stubs_guest_code_tables_or_nowhere(bios: Bios) -> None:
    assert bios.vector(0x10) == (0xF000, 0x80)
    assert bios.vector(0x21) == (0xF000, 0x108)
    assert bios.vector(0x08) == (0xF000, 0xFEA5)
    assert bios.vector(0x09) == (0xF000, 0xE987)
    assert [bios.vector(n) for n in (0x60, 0x66, 0x78, 0x80, 0xF0, 0xFF)] == [(0, 0)] * 6
    for vector in (*range(0x0A, 0x10), *range(0x70, 0x78)):
        segment, offset = bios.vector(vector)
        assert bios.rom.trap_at(offset) is None, f"{vector:02X}h must be guest code"
        assert segment == 0xF000
    segment, offset = bios.vector(0x1C)
    assert bios.memory.u8((segment << 4) + offset) == 0xCF


def test_identification(bios: Bios) -> None:
    assert bios.memory.u8(0xFFFFE) == 0xFC
    assert bios.memory.read(0xFFFF5, 8) == b"01/01/92"
    assert bios.memory.u8(0xFFFF0) == 0xEA
    assert sum(bios.memory.read(0xC0000, 0x8000)) & 0xFF == 0


def test_fonts_are_where_the_vectors_point(bios: Bios) -> None:
    segment, offset = bios.vector(0x43)
    assert bios.memory.read((segment << 4) + offset + 0x41 * 16, 16).hex() == "000010386cc6c6fec6c6c6c600000000"
    segment, offset = bios.vector(0x1F)
    assert bios.memory.read((segment << 4) + offset + (0xDB - 0x80) * 8, 8) == b"\xff" * 8
    assert bios.memory.read(0xFFA6E + 0x41 * 8, 8) == bios.memory.read((segment << 4) + offset - 1024 + 0x41 * 8, 8)


def test_the_keyboard_trap_is_where_the_code_has_it(bios: Bios) -> None:
    offset = 0xE987 + KEYBOARD_TRAP
    assert bios.memory.read(0xF0000 + offset, 2) == b"\x0f\xff"
    assert bios.rom.trap_at(offset) == Trap.KEYBOARD
    assert Trap.KEYBOARD in bios.traps


def test_data_area_at_power_on(bios: Bios) -> None:
    bda = bios.bda
    assert (bda.memory_kb, bda.video_mode, bda.columns, bda.rows_less_1, bda.cell_height) == (640, 3, 80, 24, 16)
    assert (bda.page_size, bda.crtc_port, bda.cursor_shape) == (0x1000, 0x3D4, 0x0607)
    assert (bda.keyboard_head, bda.keyboard_tail, bda.keyboard_start, bda.keyboard_end) == (0x1E, 0x1E, 0x1E, 0x3E)
    assert bios.memory.read(0xB8000, 4000) == b"\x20\x07" * 2000


def test_ticks_at_power_on_are_the_time_of_day(bios: Bios) -> None:
    time = bios.rtc.time
    seconds = time.hour * 3600 + time.minute * 60 + time.second
    assert abs(bios.bda.ticks * 65536 / 1193182 - seconds) < 1
