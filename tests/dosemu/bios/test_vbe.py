"""INT 10h/4Fxxh: the VESA BIOS Extension, as programs ask it."""

from __future__ import annotations

import random
import struct
from collections.abc import Iterator

import numpy as np
import pytest

from dosemu.bios.bios import Bios, make_bios
from dosemu.bios.int10 import table_of
from hw.clock import Clock
from hw.memory import Memory
from hw.vga.fonts import font_bytes
from hw.vga.svga_modes import SVGA_MODES, modes_for
from tests.covers import covers
from tests.fakes import FakeRegisters

BUFFER = 0x20000
GRAPHICS = [0x101, 0x102, 0x104, 0x105, 0x110, 0x111, 0x112, 0x124, 0x128, 0x11D]


class Caller:
    """Calls INT 10h with ES:DI and ES:BX at a buffer."""

    def __init__(self) -> None:
        self.memory = Memory(0x200000)
        self.bios: Bios = make_bios(self.memory, Clock(), "svga")
        self.table = table_of("svga")

    def __call__(self, ax: int, *, di: int = 0, **registers: int) -> FakeRegisters:
        regs = FakeRegisters(ax=ax, es=BUFFER >> 4, di=di, **registers)
        service = self.table.find(ax)
        assert service is not None
        service.handler(self.bios, regs)
        return regs

    def port(self, index: int, value: int | None = None) -> int:
        self.bios.ports.write(0x3D4, index)
        if value is not None:
            self.bios.ports.write(0x3D5, value)
        return self.bios.ports.read(0x3D5)


@pytest.fixture
def vbe() -> Iterator[Caller]:
    return Caller()


@covers("10h/4F00h")
def test_information(vbe: Caller) -> None:
    vbe.memory.write(BUFFER, b"VBE2" + b"\xcc" * 600)
    assert vbe(0x4F00).ax == 0x004F
    block = vbe.memory.read(BUFFER, 520)
    signature, version, oem, _, modes, blocks = struct.unpack_from("<4sHIIIH", block)
    assert (signature, version, blocks) == (b"VESA", 0x200, 64)
    assert b"S3" in vbe.memory.asciiz((oem >> 16 << 4) + (oem & 0xFFFF))
    assert block[512:] == b"\xcc" * 8
    at = (modes >> 16 << 4) + (modes & 0xFFFF)
    listed = []
    while (number := vbe.memory.u16(at)) != 0xFFFF:
        listed.append(number)
        at += 2
    assert listed == sorted(modes_for(4 << 20))
    vbe.memory.write(BUFFER, b"\xcc" * 600)
    vbe(0x4F00)
    assert vbe.memory.read(BUFFER + 256, 16) == b"\xcc" * 16


@covers("10h/4F01h")
def test_mode_information(vbe: Caller) -> None:
    assert vbe(0x4F01, cx=0x111).ax == 0x004F
    block = vbe.memory.read(BUFFER, 256)
    attributes, _, _, granularity, size, segment, _, _, stride, width, height = struct.unpack_from(
        "<HBBHHHHIHHH", block
    )
    assert attributes & 0x99 == 0x99
    assert (granularity, size, segment, stride, width, height) == (64, 64, 0xA000, 1280, 640, 480)
    assert block[0x19] == 16
    assert block[0x1B] == 6
    assert tuple(block[0x1F:0x25]) == (5, 11, 6, 5, 5, 0)
    assert struct.unpack_from("<I", block, 0x28) == (0xE0000000,)
    assert vbe(0x4F01, cx=0x1FF).ax == 0x014F


@covers("10h/4F02h", "10h/4F03h")
def test_every_mode(vbe: Caller) -> None:
    for number, mode in modes_for(4 << 20).items():
        assert vbe(0x4F02, bx=number).ax == 0x004F, hex(number)
        assert vbe(0x4F03).bx == number
        renderer = vbe.bios.adapter.renderer()
        assert renderer.size == (mode.width, mode.height), hex(number)
        assert renderer.draw().shape == (mode.height, mode.width, 3)
        assert vbe.bios.adapter.refresh_hz == pytest.approx(mode.refresh_hz, rel=0.01)
        assert vbe.bios.adapter.is_text == mode.is_text
    assert vbe(0x4F02, bx=0x13).ax == 0x004F
    assert vbe(0x4F03).bx == 0x13
    assert vbe.bios.adapter.renderer().size == (320, 200)
    assert vbe(0x4F02, bx=0x4102).ax == 0x014F  # planes have no linear memory
    assert vbe(0x4F02, bx=0x1FF).ax == 0x014F


def test_the_memory_stays_when_asked(vbe: Caller) -> None:
    vbe(0x4F02, bx=0x101)
    vbe.memory.write(0xE0000000, b"pixels")
    vbe(0x4F02, bx=0xC101)
    assert vbe.memory.read(0xE0000000, 6) == b"pixels"
    assert vbe(0x4F03).bx == 0xC101
    vbe(0x4F02, bx=0x4101)
    assert vbe.memory.read(0xE0000000, 6) == bytes(6)


@covers("10h/4F05h")
def test_banks(vbe: Caller) -> None:
    vbe(0x4F02, bx=0x101)
    assert vbe(0x4F05, bx=0, dx=3).ax == 0x004F
    vbe.memory.write(0xA1234, b"bank 3")
    assert vbe.memory.read(0xE0031234, 6) == b"bank 3"
    assert bytes(vbe.memory)[0xA1234:0xA123A] == b"bank 3"
    assert vbe(0x4F05, bx=0x0100).dx == 3
    assert vbe.port(0x6A) == 3
    vbe.port(0x6A, 0)
    assert vbe.memory.read(0xA1234, 6) == bytes(6)
    assert vbe(0x4F05, bx=0, dx=64).ax == 0x034F
    assert vbe(0x4F05, bx=1, dx=0).ax == 0x014F
    vbe(0x4F02, bx=0x4101)
    assert vbe(0x4F05, bx=0, dx=1).ax == 0x034F


def test_planes_beyond_64_kb(vbe: Caller) -> None:
    vbe(0x4F02, bx=0x104)  # 1024x768, 128 bytes a line
    vbe(0x4F05, bx=0, dx=1)
    vbe.memory.write(0xA0000, b"\x80")
    frame = vbe.bios.adapter.renderer().draw()
    assert frame[512, 0].tolist() == [255, 255, 255]
    assert frame[0, 0].tolist() == [0, 0, 0]


@covers("10h/4F06h")
def test_line_length(vbe: Caller) -> None:
    vbe(0x4F02, bx=0x101)
    regs = vbe(0x4F06, bx=0, cx=1024)
    assert (regs.ax, regs.bx, regs.cx, regs.dx) == (0x004F, 1024, 1024, 4096)
    vbe.memory.write(0xE0000400, b"\x0f")
    assert vbe.bios.adapter.renderer().draw()[1, 0].tolist() == [255, 255, 255]
    assert vbe(0x4F06, bx=1).bx == 1024
    assert vbe(0x4F06, bx=2, cx=2056).bx == 2056
    assert vbe(0x4F06, bx=3).bx == 8184
    assert vbe(0x4F06, bx=0, cx=9000).ax == 0x024F
    vbe(0x4F02, bx=0x102)
    assert vbe(0x4F06, bx=0, cx=1024).bx == 128
    vbe(0x4F02, bx=0x03)
    assert vbe(0x4F06, bx=1).ax == 0x034F


@covers("10h/4F07h")
def test_display_start(vbe: Caller) -> None:
    vbe(0x4F02, bx=0x112)
    vbe.memory.write(0xE0000000 + 500 * 2560 + 40, b"\x11\x22\x33\x00")
    before = vbe.bios.clock.now_ps
    assert vbe(0x4F07, bx=0x80, cx=10, dx=500).ax == 0x004F
    assert before < vbe.bios.clock.now_ps <= before + vbe.bios.adapter.frame_ps
    regs = vbe(0x4F07, bx=1)
    assert (regs.cx, regs.dx) == (10, 500)
    assert vbe.bios.adapter.renderer().draw()[0, 0].tolist() == [0x33, 0x22, 0x11]
    assert vbe(0x4F07, bx=0, cx=0, dx=2000).ax == 0x014F


@covers("10h/4F08h", "10h/4F09h")
def test_colours(vbe: Caller) -> None:
    vbe(0x4F02, bx=0x101)
    assert vbe(0x4F08, bx=1).bh == 6
    assert vbe(0x4F08, bx=0x0800).bh == 8
    vbe.memory.write(BUFFER, bytes((1, 2, 3, 0)))
    assert vbe(0x4F09, bx=0, cx=1, dx=7).ax == 0x004F
    vbe.memory.write(0xE0000000, b"\x07")
    assert vbe.bios.adapter.renderer().draw()[0, 0].tolist() == [3, 2, 1]
    assert vbe(0x4F09, bx=1, cx=1, dx=7, di=0x100).ax == 0x004F
    assert vbe.memory.read(BUFFER + 0x100, 4) == bytes((1, 2, 3, 0))
    assert vbe(0x4F09, bx=0, cx=2, dx=255).ax == 0x014F
    assert vbe(0x4F09, bx=2, cx=1, dx=0).ax == 0x024F
    vbe(0x4F02, bx=0x111)
    assert vbe(0x4F08, bx=1).ax == 0x034F


@covers("10h/4F04h")
def test_state(vbe: Caller) -> None:
    vbe(0x4F02, bx=0x103)
    vbe(0x4F05, bx=0, dx=5)
    vbe(0x4F07, bx=0, cx=0, dx=100)
    blocks = vbe(0x4F04, cx=15, dx=0).bx
    vbe.memory.write(BUFFER + blocks * 64, b"beyond")
    assert vbe(0x4F04, cx=15, dx=1, bx=0).ax == 0x004F
    saved = vbe.bios.adapter.save()
    vbe(0x4F02, bx=0x8003)
    assert vbe(0x4F04, cx=15, dx=2, bx=0).ax == 0x004F
    restored = vbe.bios.adapter.save()
    assert {key for key in saved if saved[key] != restored[key]} <= {
        "indexes", "epoch_ps", "memory", "shown_start", "raster",
    }  # fmt: skip
    assert vbe(0x4F07, bx=1).dx == 100
    assert vbe(0x4F03).bx == 0x103
    assert vbe.memory.read(BUFFER + blocks * 64, 6) == b"beyond"


HARDWARE, DATA_AREA, COLOURS, EXTENSIONS = 1, 2, 4, 8


def state_of(vbe: Caller, part: int) -> object:
    """What a part of 4F04h is about, read another way."""
    vga, number = vbe.bios.adapter, vbe(0x4F03).bx & 0x100
    match part:
        case 1:
            return vga.save()["crtc"][:25], vga.save()["sequencer"][:5], vga.save()["graphics"], vga.save()["attribute"]
        case 2:
            return vbe.memory.read(0x449, 30), vbe.memory.read(0x484, 7), vbe.memory.read(0x4A8, 4)
        case 4:
            return vga.save()["dac"], vga.save()["dac_shift"]
        case _:
            return number, vga.memory.bank, [vbe.port(index) for index in (0x31, 0x51, 0x58, 0x67, 0x69, 0x6A)]


@pytest.mark.parametrize("part", [HARDWARE, DATA_AREA, COLOURS, EXTENSIONS])
@covers("10h/4F04h")
def test_each_part_of_the_state_alone(vbe: Caller, part: int) -> None:
    vbe(0x4F02, bx=0x111)
    vbe(0x4F05, bx=0, dx=3)
    vbe(0x4F02, bx=0x103)
    vbe(0x4F08, bx=0x0800)
    vbe.memory.write(BUFFER + 0x1000, bytes((1, 250, 3, 0)))
    vbe(0x4F09, bx=0, cx=1, dx=7, di=0x1000)
    vbe(0x4F05, bx=0, dx=5)
    vbe(0x4F07, bx=0, cx=0, dx=700)
    blocks = vbe(0x4F04, cx=part, dx=0).bx
    vbe.memory.write(BUFFER + blocks * 64, b"beyond")
    assert vbe(0x4F04, cx=part, dx=1, bx=0).ax == 0x004F
    before = {each: state_of(vbe, each) for each in (HARDWARE, DATA_AREA, COLOURS, EXTENSIONS)}
    vbe(0x4F02, bx=0x03)
    after = {each: state_of(vbe, each) for each in before}
    assert all(before[each] != after[each] for each in before)
    assert vbe(0x4F04, cx=part, dx=2, bx=0).ax == 0x004F
    assert state_of(vbe, part) == before[part]
    for other in before.keys() - {part}:
        if EXTENSIONS not in (part, other):  # what 4F03h says and register 51h are of both
            assert state_of(vbe, other) == after[other], other
    assert vbe.memory.read(BUFFER + blocks * 64, 6) == b"beyond"


@covers("10h/4F07h", "10h/4F09h")
def test_waiting_for_the_retrace(vbe: Caller) -> None:
    """BL 80h: the call takes until the retrace begins, and what is set shows in the next frame."""
    vbe(0x4F02, bx=0x101)
    clock, adapter = vbe.bios.clock, vbe.bios.adapter
    vbe.memory.write(BUFFER, bytes((0, 0, 252, 0)))
    vbe.bios.ports.write(0x3D4, 0)
    for call_it in (lambda: vbe(0x4F09, bx=0x80, cx=1, dx=0), lambda: vbe(0x4F07, bx=0x80, cx=8, dx=1)):
        for part in (0.3, 0.6):
            before = clock.now_ps
            clock.skip_to(before + int(part * adapter.frame_ps))
            assert call_it().ax == 0x004F
            assert before < clock.now_ps <= before + 2 * adapter.frame_ps
            assert vbe.bios.ports.read(0x3DA) & 8  # the retrace has just begun
    assert (vbe(0x4F07, bx=1).cx, vbe(0x4F07, bx=1).dx) == (8, 1)
    assert adapter.dac(0, 1) == bytes((63, 0, 0)) or adapter.dac(0, 1) == bytes((252 & 63, 0, 0))


@covers("10h/4F06h")
@pytest.mark.parametrize("number", GRAPHICS)
def test_line_lengths_of_every_depth(vbe: Caller, number: int) -> None:
    mode = SVGA_MODES[number]
    vbe(0x4F02, bx=number)
    usual = vbe(0x4F06, bx=1)
    assert (usual.ax, usual.cx, usual.bx) == (0x004F, mode.width, mode.stride)
    most = vbe(0x4F06, bx=3)
    assert most.ax == 0x004F
    assert most.cx >= mode.width
    assert most.dx >= mode.height
    assert vbe(0x4F06, bx=0, cx=most.cx).bx == most.bx
    if mode.packed:
        vbe.memory.write(0xE0000000 + most.bx, b"\x0f" * 4)
        assert vbe.bios.adapter.renderer().draw()[1, 0].any()
    assert vbe(0x4F06, bx=1).bx == most.bx
    assert vbe(0x4F06, bx=4).ax == 0x014F


@covers("10h/4F0Ah")
def test_protected_mode_interface(vbe: Caller) -> None:
    regs = vbe(0x4F0A, bx=0)
    assert regs.ax == 0x004F
    data = vbe.memory.read((regs.es << 4) + regs.di, regs.cx)
    window, start, palette, ports = struct.unpack_from("<4H", data)
    assert ports < window < start < palette < len(data)
    assert vbe(0x4F0A, bx=1).ax == 0x014F


def call(vbe: Caller, ax: int, **registers: int) -> FakeRegisters:
    """INT 10h, any function."""
    regs = FakeRegisters(ax=ax, es=BUFFER >> 4, **registers)
    service = vbe.table.find(ax)
    assert service is not None
    service.handler(vbe.bios, regs)
    return regs


WHITE, RED = [255, 255, 255], [170, 0, 0]


@pytest.mark.parametrize("number", GRAPHICS)
@covers("10h/0Ch", "10h/0Dh")
def test_pixels_of_every_depth(vbe: Caller, number: int) -> None:
    mode = SVGA_MODES[number]
    vbe(0x4F02, bx=number)
    if mode.packed:
        vbe(0x4F05, bx=0, dx=1)  # the bank that is shown does not matter
    x, y = mode.width - 3, mode.height - 1
    call(vbe, 0x0C0F, cx=x, dx=y, bx=0)
    call(vbe, 0x0C04, cx=x + 1, dx=y, bx=0)
    frame = vbe.bios.adapter.renderer().draw()
    assert abs(frame[y, x : x + 2].astype(int) - [WHITE, RED]).max() < 8  # five bits a colour
    assert not frame[y, x + 2].any()
    assert call(vbe, 0x0D00, cx=x, dx=y, bx=0).al == 15
    assert call(vbe, 0x0D00, cx=x + 1, dx=y, bx=0).al == 4
    assert call(vbe, 0x0D00, cx=x + 2, dx=y, bx=0).al == 0
    call(vbe, 0x0C04, cx=mode.width, dx=y, bx=0)  # not there
    call(vbe, 0x0C04, cx=0, dx=0xFFFF, bx=0)
    if mode.planar:
        call(vbe, 0x0C85, cx=x, dx=y, bx=0)
        assert call(vbe, 0x0D00, cx=x, dx=y, bx=0).al == 15 ^ 5


@pytest.mark.parametrize("number", GRAPHICS)
@covers("10h/08h", "10h/09h", "10h/0Eh", "10h/13h", "10h/06h", "10h/07h")
def test_text_of_every_depth(vbe: Caller, number: int) -> None:
    mode = SVGA_MODES[number]
    vbe(0x4F02, bx=number)
    assert call(vbe, 0x0F00).ah == mode.columns & 0xFF
    height, last = mode.cell_height, mode.rows - 1
    vbe.memory.write(BUFFER, b"Hi")
    call(vbe, 0x1301, cx=2, dx=last << 8, bx=15, bp=0)
    for character in b"!\r\nx":
        call(vbe, 0x0E00 | character, bx=4)  # the last row: the screen scrolls
    frame = vbe.bios.adapter.renderer().draw()
    rows = frame[(last - 1) * height : last * height].astype(int)
    glyphs = [font_bytes(height)[code * height :][:height] for code in b"Hi!"]
    lit = np.unpackbits(np.frombuffer(b"".join(bytes(row) for row in zip(*glyphs, strict=True)), np.uint8))
    assert ((rows[:, :24] > 0).any(axis=2) == lit.reshape(height, 24)).all()
    assert abs(rows[:, :16][(rows[:, :16] > 0).any(axis=2)] - WHITE).max() < 8
    assert abs(rows[:, 16:24][(rows[:, 16:24] > 0).any(axis=2)] - RED).max() < 8
    call(vbe, 0x0200, dx=(last - 1) << 8 | 1, bx=0)
    assert call(vbe, 0x0800, bx=0).al == ord("i")
    call(vbe, 0x0958, cx=3, bx=2)
    assert call(vbe, 0x0800, bx=0).al == ord("X")
    call(vbe, 0x0601, cx=(last - 1) << 8, dx=last << 8 | 2, bx=0)  # a window
    call(vbe, 0x0200, dx=(last - 1) << 8, bx=0)
    assert call(vbe, 0x0800, bx=0).al == ord("x")
    call(vbe, 0x0700, cx=0, dx=last << 8 | mode.columns - 1, bx=0)  # all of it
    assert not vbe.bios.adapter.renderer().draw().any()


def test_text_after_a_longer_line(vbe: Caller) -> None:
    vbe(0x4F02, bx=0x101)
    vbe(0x4F06, bx=0, cx=1024)
    call(vbe, 0x0EDB, bx=15)
    assert (vbe.bios.adapter.renderer().draw()[:16, :8] == 255).all()
    vbe.bios.ports.write(0x3D4, 0x13)
    vbe.bios.ports.write(0x3D5, 0xFF)
    vbe.port(0x51, 0x30)  # more than the memory holds
    for row in range(30):
        call(vbe, 0x0200, dx=row << 8, bx=0)
        call(vbe, 0x0EDB, bx=15)
        call(vbe, 0x0C01, cx=0, dx=479, bx=0)


def test_a_vga_has_no_vbe() -> None:
    bios = make_bios(Memory(0x200000), Clock(), "vga")
    regs = FakeRegisters(ax=0x4F00)
    assert bios.call(0x10, regs)
    assert regs.al != 0x4F


def test_programs_find_an_s3(vbe: Caller) -> None:
    """As they do it: register 35h is locked until 38h has the key; then the chip's number."""
    vbe.port(0x38, 0)
    before = vbe.port(0x35)
    assert vbe.port(0x35, before ^ 15) == before
    vbe.port(0x38, 0x48)
    assert vbe.port(0x35, before ^ 15) == before ^ 15
    assert (vbe.port(0x30), vbe.port(0x2D), vbe.port(0x2E)) == (0xE1, 0x88, 0x11)
    assert vbe.port(0x36) >> 5 == 0  # 4 MB
    assert vbe.port(0x59) << 8 | vbe.port(0x5A) == 0xE000


def test_nonsense(vbe: Caller) -> None:
    """Any function with any registers, any register with any value: nothing breaks, and a picture comes out."""
    rng = random.Random(1)
    renderer = vbe.bios.adapter.renderer()
    numbers = [*SVGA_MODES, 0x13, 0x12, 3, 0x1FF]
    for round_ in range(400):
        if rng.random() < 0.4:
            vbe(0x4F02, bx=rng.choice(numbers) | rng.choice((0, 0x4000, 0x8000)))
        vbe(
            0x4F00 + rng.randrange(11), di=rng.getrandbits(16), bx=rng.choice((0, 1, 2, 3, 0x80, rng.getrandbits(16))),
            cx=rng.choice((0, 15, 640, rng.getrandbits(16))), dx=rng.choice((0, 1, 2, rng.getrandbits(16))),
        )  # fmt: skip
        text = rng.choice((0x06, 0x07, 0x08, 0x09, 0x0A, 0x0C, 0x0D, 0x0E, 0x13)) << 8 | rng.getrandbits(8)
        call(
            vbe, text, bx=rng.getrandbits(16), cx=rng.choice((3, 0x1005, rng.getrandbits(9))), bp=0,
            dx=rng.choice((0x0A20, rng.getrandbits(16))),
        )  # fmt: skip
        for _ in range(8):
            port = rng.choice((0x3C4, 0x3CE, 0x3D4, 0x3D4, 0x3D4))
            vbe.bios.ports.write(port, rng.getrandbits(8))
            vbe.bios.ports.write(port + 1, rng.getrandbits(8))
        vbe.memory.write(0xA0000 + rng.getrandbits(16), rng.randbytes(40))
        if round_ % 20 == 0:
            width, height = renderer.size
            assert renderer.draw().shape == (height, width, 3)
    state = vbe.bios.adapter.save()
    vbe.bios.adapter.load(state)
    assert vbe.bios.adapter.save() == state


@pytest.mark.parametrize("number", [0x108, 0x109, 0x10A, 0x10B, 0x10C])
@covers("10h/1112h", "10h/1114h")
def test_wide_text_modes(vbe: Caller, number: int) -> None:
    mode, adapter = SVGA_MODES[number], vbe.bios.adapter
    vbe(0x4F02, bx=number)
    timing = mode.timing
    assert 31_000 < timing.clock_hz / timing.total < 32_000  # what a VGA's monitor takes
    assert adapter.refresh_hz == pytest.approx(mode.refresh_hz, rel=0.01)
    height, width, last = mode.cell_height, mode.columns, mode.rows - 1
    assert call(vbe, 0x0300).cx == 0x0607
    call(vbe, 0x0200, dx=last << 8 | width - 1, bx=0)
    call(vbe, 0x0941, bx=0x1E, cx=1)
    call(vbe, 0x0100, cx=0x2000)
    glyph = np.unpackbits(np.frombuffer(font_bytes(height)[0x41 * height :][:height], np.uint8)).reshape(height, 8)

    def corner(row: int) -> np.ndarray:
        frame = adapter.renderer().draw()
        assert frame.shape == (mode.height, mode.width, 3)
        return np.asarray(frame[row * height : (row + 1) * height, -8:] == (255, 255, 85)).all(axis=2)

    assert (corner(last) == glyph).all()
    call(vbe, 0x0601, bx=0x0700, cx=0, dx=last << 8 | width - 1)
    assert (corner(last - 1) == glyph).all()
    assert not corner(last).any()
    for function, lines in ((0x1112, 8), (0x1114, 16)):
        call(vbe, function, bx=0)
        assert vbe.bios.bda.rows_less_1 + 1 == mode.height // lines
        assert adapter.renderer().draw().shape == (mode.height // lines * lines, mode.width, 3)
