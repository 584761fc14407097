"""INT 10h and the BIOS data area with each adapter: how programs tell them apart."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from dosemu.bios.bios import Bios, make_bios
from dosemu.screen import Screen
from hw.clock import Clock
from hw.memory import Memory
from tests.covers import covers
from tests.fakes import FakeRegisters

Make = Callable[..., Bios]
NAMES = ("vga", "ega", "cga", "hercules", "tandy", "pcjr")


@pytest.fixture
def make() -> Make:
    def new(adapter: str, **options: int) -> Bios:
        return make_bios(Memory(0x200000), Clock(), adapter, **options)

    return new


def call(bios: Bios, ax: int, **registers: int) -> FakeRegisters:
    regs = FakeRegisters(ax=ax, **registers)
    bios.call(0x10, regs)
    return regs


def kind(bios: Bios) -> str:
    """What a program finds that asks in the order of IBM's recommendation."""
    if call(bios, 0x1A00).al == 0x1A:
        return "vga"
    if call(bios, 0x1200, bx=0x10).bl != 0x10:
        return "ega"
    return "mono" if bios.bda.crtc_port == 0x3B4 else "cga"


@covers("10h/1Ah", "10h/12h")
def test_programs_find_the_adapter(make: Make) -> None:
    assert [kind(make(name)) for name in NAMES] == ["vga", "ega", "cga", "mono", "cga", "cga"]


def test_equipment_and_the_data_area(make: Make) -> None:
    modes = {name: make(name).bda.video_mode for name in NAMES}
    assert modes == {"vga": 3, "ega": 3, "cga": 3, "hercules": 7, "tandy": 3, "pcjr": 3}
    assert [make(name).bda.equipment & 0x30 for name in NAMES] == [0x20, 0x20, 0x20, 0x30, 0x20, 0x20]
    assert [make(name).bda.rows_less_1 for name in NAMES] == [24, 24, 0, 0, 0, 0]
    assert [make(name).memory.u8(0xC0000) == 0x55 for name in NAMES] == [True, True, False, False, False, False]
    assert [make(name).bda.crt_mode_register for name in ("cga", "hercules")] == [0x29, 0x29]
    assert make("cga").bda.cursor_shape == 0x0607
    assert make("hercules").bda.cursor_shape == 0x0B0C


def test_the_ega_tells_its_memory(make: Make) -> None:
    for kilobytes, number in ((64, 0), (128, 1), (256, 3)):
        bios = make("ega", memory_kb=kilobytes)
        regs = call(bios, 0x1200, bx=0xFF10)
        assert (regs.bh, regs.bl, regs.ch, regs.cl) == (0, number, 0, 9)


def test_the_ega_has_no_functions_of_the_vga(make: Make) -> None:
    bios = make("ega")
    assert call(bios, 0x1202, bx=0x30).al == 2
    assert call(bios, 0x1015, bx=1, dx=0x5555).dx == 0x5555


@pytest.mark.parametrize("name", NAMES)
def test_text_on_every_adapter(make: Make, name: str) -> None:
    bios = make(name)
    screen = Screen(bios.adapter, bios.memory, bios.bda)
    for character in b"Hello\r\nworld":
        call(bios, 0x0E00 | character)
    assert screen.text().splitlines()[:2] == ["Hello", "world"]
    assert screen.cursor[:3] == (1, 5, True)
    assert screen.cells.shape == (25, 80, 2)
    for _ in range(30):
        call(bios, 0x0E0A)
    assert screen.text().strip() == ""


@pytest.mark.parametrize("name", NAMES)
def test_every_mode_takes_pixels_and_characters(make: Make, name: str) -> None:
    bios = make(name)
    screen = Screen(bios.adapter, bios.memory, bios.bda)
    for number, mode in bios.adapter.modes.items():
        call(bios, number)
        assert bios.bda.video_mode == number
        assert (bios.bda.columns, screen.size) == (mode.columns, (mode.width, mode.height))
        if mode.is_text:
            continue
        call(bios, 0x0C01, cx=5, dx=50)
        assert call(bios, 0x0D00, cx=5, dx=50).al == 1
        call(bios, 0x0C81, cx=5, dx=50)
        assert call(bios, 0x0D00, cx=5, dx=50).al == (0x81 if number == 0x13 else 0)
        call(bios, 0x0958, bx=1, cx=1)
        assert call(bios, 0x0800).al == 0x58
        assert screen.frame.any()
        call(bios, 0x0601, cx=0, dx=0x184F)
        assert call(bios, 0x0800).al != 0x58


def test_a_monochrome_adapter_has_mode_7_only(make: Make) -> None:
    bios = make("hercules")
    call(bios, 0x0003)
    assert (bios.bda.video_mode, bios.bda.crtc_port) == (7, 0x3B4)
    call(bios, 0x0013)
    assert bios.bda.video_mode == 7


@covers("10h/0Bh")
def test_cga_colours_by_the_bios(make: Make) -> None:
    bios = make("cga")
    call(bios, 0x0004)
    assert bios.bda.crt_palette == 0x30
    call(bios, 0x0B00, bx=0x0100)
    call(bios, 0x0B00, bx=0x0002)
    assert bios.bda.crt_palette == 0x02
    screen = Screen(bios.adapter, bios.memory, bios.bda)
    call(bios, 0x0C02, cx=0, dx=0)
    assert screen.frame[0, :2].tolist() == [[170, 0, 0], [0, 170, 0]]


@covers("10h/1000h", "10h/1001h", "10h/1002h", "10h/05h")
@pytest.mark.parametrize("name", ["tandy", "pcjr"])
def test_tandy_functions(make: Make, name: str) -> None:
    bios = make(name)
    call(bios, 0x0009)
    screen = Screen(bios.adapter, bios.memory, bios.bda)
    call(bios, 0x0C05, cx=0, dx=0)
    call(bios, 0x1000, bx=0x0405)
    assert screen.frame[0, 0].tolist() == [170, 0, 0]
    bios.memory.write(0x5000, bytes(range(15, -2 + 1, -1)) + bytes((0, 3)))
    call(bios, 0x1002, es=0x500, dx=0)
    assert screen.frame[0, 0].tolist() == [85, 255, 85]
    call(bios, 0x1001, bx=0x0100)
    call(bios, 0x0003)
    regs = call(bios, 0x0583, bx=0x0502)
    assert (regs.bh, regs.bl) == (5, 2)
    regs = call(bios, 0x0580)
    assert (regs.bh, regs.bl) == (5, 2)
    call(bios, 0x0501)
    assert bios.bda.active_page == 1


def test_marks_of_the_machines(make: Make) -> None:
    marks = {name: (make(name).memory.u8(0xFFFFE), make(name).memory.u8(0xFC000)) for name in ("vga", "tandy", "pcjr")}
    assert marks["tandy"] == (0xFF, 0x21)
    assert marks["pcjr"][0] == 0xFD
    assert marks["vga"][0] == 0xFC
