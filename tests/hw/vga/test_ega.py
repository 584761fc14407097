"""The EGA by its ports: what cannot be read, switches, colours by the monitor's lines, little memory."""

from __future__ import annotations

import pytest

from hw.clock import Clock
from hw.memory import Memory
from hw.ports import PortBus
from hw.vga.ega import Ega


class Board:
    def __init__(self, mode: int, memory_kb: int = 256) -> None:
        self.bus, self.clock, self.memory = PortBus(), Clock(), Memory(0x200000)
        self.ega = Ega(self.bus, self.clock, memory_kb=memory_kb)
        self.ega.attach(self.memory)
        self.ega.modes[mode].program(self.ega)
        self.renderer = self.ega.renderer()


@pytest.mark.parametrize(("mode", "hertz", "size"), [(3, 59.7, (640, 350)), (0x0D, 59.9, (320, 200)),
                                                     (0x10, 59.7, (640, 350)), (7, 49.8, (720, 350))])  # fmt: skip
def test_timing(mode: int, hertz: float, size: tuple[int, int]) -> None:
    board = Board(mode)
    assert board.ega.refresh_hz == pytest.approx(hertz, abs=0.15)
    assert board.renderer.size == size


def test_most_registers_cannot_be_read() -> None:
    board = Board(0x10)
    for port in (0x3C0, 0x3C1, 0x3C4, 0x3C5, 0x3C6, 0x3C9, 0x3CC, 0x3CE, 0x3CF, 0x3D4):
        assert board.bus.read(port) == 0xFF, hex(port)
    for index, value in ((0x0E, 0x12), (0x01, 0x4F)):
        board.bus.write(0x3D4, index)
        board.bus.write(0x3D5, value)
        assert board.bus.read(0x3D5) == (0x12 if index == 0x0E else 0xFF)


def test_switches_one_after_the_other() -> None:
    board = Board(3)
    sensed = []
    for clock in range(4):
        board.bus.write(0x3C2, 0xA3 | clock << 2)
        sensed.append(board.bus.read(0x3C2) >> 4 & 1)
    assert sensed == [1, 0, 0, 1]


def test_colours_by_the_lines_of_the_monitor() -> None:
    for mode, colour in ((0x10, [85, 0, 170]), (0x0D, [0, 0, 170])):  # 100001b: secondary red and blue
        board = Board(mode)
        board.bus.read(0x3DA)
        for value in (0x01, 0x21, 0x20):
            board.bus.write(0x3C0, value)
        board.bus.write(0x3C4, 2, 1)
        board.bus.write(0x3C5, 1)
        board.memory.write(0xA0000, b"\xff")
        assert board.renderer.draw()[0, 0].tolist() == colour


def test_the_second_port_of_the_attribute_controller_is_the_first() -> None:
    board = Board(0x0D)
    board.bus.read(0x3DA)
    board.bus.write(0x3C0, 0x02)
    board.bus.write(0x3C1, 0x3F)
    assert board.ega.attribute(2) == 0x3F


def test_there_is_no_dac_and_no_mode_13h() -> None:
    board = Board(0x10)
    before = board.ega.dac()
    board.bus.write(0x3C8, 0)
    for _ in range(3):
        board.bus.write(0x3C9, 0x3F)
    assert board.ega.dac() == before
    assert 0x13 not in board.ega.modes
    board.bus.write(0x3CE, 5)
    board.bus.write(0x3CF, 0x40)  # 256 colours
    board.bus.write(0x3C4, 4)
    board.bus.write(0x3C5, 0x0E)  # chain 4
    assert (board.ega.graphics(5), board.ega.sequencer(4)) == (0, 6)


@pytest.mark.parametrize("kilobytes", [64, 128])
def test_less_memory_shows_again(kilobytes: int) -> None:
    board = Board(0x0D, kilobytes)
    board.memory.write(0xA0000 + kilobytes * 256, b"\xff")
    assert board.memory.u8(0xA0000) == 0xFF
    assert board.renderer.draw()[0, 0].tolist() == [255, 255, 255]


def test_64_kb_have_four_colours_at_350_lines() -> None:
    board = Board(0x10, 64)
    board.memory.write(0xA0000, b"\xf0\xcc")  # chained: the even address in plane 0, the odd one in plane 1
    frame = board.renderer.draw()
    assert frame.shape == (350, 640, 3)
    assert len({tuple(frame[0, x].tolist()) for x in range(8)}) >= 2


def test_video_dots_come_back_in_the_status() -> None:
    board = Board(3)
    seen = set()
    for _ in range(300):
        seen.add(board.bus.read(0x3DA) & 0x30)
        board.clock.skip_to(board.clock.now_ps + 31_000_000)
    assert len(seen) > 1


def test_impossible_memory_is_refused() -> None:
    with pytest.raises(ValueError, match="64, 128 or 256 KB"):
        Ega(PortBus(), Clock(), memory_kb=100)
