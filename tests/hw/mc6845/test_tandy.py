"""Tandy 1000 and PCjr: gate array, pages of RAM, modes beyond the CGA's."""

from __future__ import annotations

import pytest

from tests.hw.mc6845.board import Board


@pytest.mark.parametrize(("name", "base"), [("tandy", 0x80000), ("pcjr", 0)])
def test_the_window_shows_pages_of_the_ram(name: str, base: int) -> None:
    board = Board(name, 3)
    board.memory.write(0xB8000, b"7")
    assert board.memory.u8(base + 7 * 0x4000) == 0x37
    board.bus.write(0x3DF, 0x07 | 3 << 3)  # the beam stays, the CPU goes to page 3
    board.memory.write(0xB8000, b"3")
    board.memory.write(0xBC001, b"4")  # 16 KB show twice
    assert board.memory.read(base + 3 * 0x4000, 2) == b"34"
    board.bus.write(0x3DF, 0xF6)  # 32 KB
    board.memory.write(0xBC000, b"8")
    assert board.memory.u8(base + 7 * 0x4000) == 0x38


@pytest.mark.parametrize("name", ["tandy", "pcjr"])
def test_palette_registers(name: str) -> None:
    board = Board(name, 9)
    board.memory.write(0xB8000, b"\x3f")
    board.gate(0x13, 0x0C)
    frame = board.draw()
    assert frame.shape == (200, 320, 3)
    assert frame[0, :2].tolist() == [[255, 85, 85], [255, 255, 255]]


@pytest.mark.parametrize("name", ["tandy", "pcjr"])
@pytest.mark.parametrize(("mode", "shape"), [(8, (200, 160, 3)), (9, (200, 320, 3)), (10, (200, 640, 3))])
def test_lines_of_the_banks(name: str, mode: int, shape: tuple[int, int, int]) -> None:
    board = Board(name, mode)
    banks, stride = (2, 80) if mode == 8 else (4, 160)
    for line in range(8):
        board.memory.write(0xB8000 + line % banks * 0x2000 + line // banks * stride, b"\xff" * (line + 1))
    frame = board.draw()
    assert frame.shape == shape
    widths = [int(frame[line].any(axis=1).sum()) for line in range(9)]
    per_byte = {8: 2, 9: 2}.get(mode)
    if per_byte is not None:
        assert widths == [per_byte * (line + 1) for line in range(8)] + [0]
    else:
        assert widths == [8 * (line // 2 + 1) for line in range(8)] + [0]


def test_the_flip_flop_of_the_pcjr() -> None:
    board = Board("pcjr", 3)
    board.bus.write(0x3DA, 0x12)
    board.bus.read(0x3DA)  # address again
    board.bus.write(0x3DA, 0x11)
    board.bus.write(0x3DA, 0x05)
    board.memory.write(0x1C000, b"\xdb\x01")
    assert board.draw()[0, 0].tolist() == [170, 0, 170]
