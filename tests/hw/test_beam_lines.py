"""Memory that is written while the beam is on its way: what each line was made of."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hw.adapter import MAKERS, make_adapter
from hw.clock import Clock
from hw.memory import Memory
from hw.pic import Pic
from hw.ports import PortBus
from hw.vga.s3 import S3
from hw.vga.svga_modes import SVGA_MODES
from tests.hw.mc6845.board import Board as Board6845
from tests.hw.vga.test_render import Board as BoardVga

BLACK, WHITE = [0, 0, 0], [255, 255, 255]


class BoardSvga:
    """An S3 in one of VBE's modes."""

    def __init__(self, mode: int, kb: int = 4096) -> None:
        self.bus, self.clock, self.memory = PortBus(), Clock(cycles_per_ms=1_000_000), Memory(0x200000)
        self.adapter = cast(S3, make_adapter("svga", self.bus, self.clock, memory_kb=kb))
        self.adapter.attach(self.memory)
        self.bus.write(0x3D4, 0x4838, 2)
        self.bus.write(0x3D4, 0xA539, 2)
        SVGA_MODES[mode].program(self.adapter, self.bus.write)
        self.renderer = self.adapter.renderer()

    def bank(self, number: int) -> None:
        self.bus.write(0x3D4, number << 8 | 0x6A, 2)


class Race:
    """A program that wrote at these lines of the frame, again and again."""

    def __init__(self, board: BoardVga | Board6845 | BoardSvga, lines: int, shown: int) -> None:
        self.board, self.lines, self.shown = board, lines, shown
        self.adapter = board.vga if isinstance(board, BoardVga) else board.adapter
        self.status = 0x3BA if self.adapter.name == "hercules" else 0x3DA

    def to_line(self, line: int) -> None:
        """To the left end of a line, as a program does: by the status port."""
        clock, frame = self.board.clock, self.adapter.frame_ps
        end = self.adapter.next_frame_ps(clock.now_ps)
        target = end - frame * (self.shown - line) // self.lines + frame // self.lines // 20
        clock.skip_to(target if target > clock.now_ps else target + frame)
        self.board.bus.read(self.status)

    def frame(self) -> np.ndarray:
        self.board.clock.skip_to(self.adapter.next_frame_ps(self.board.clock.now_ps))
        return self.board.renderer.draw()

    def run(self, stores: list[tuple[int, int, bytes]], frames: int = 4) -> np.ndarray:
        for _ in range(frames):
            for line, address, data in stores:
                self.to_line(line)
                self.board.memory.write(address, data)
        return self.frame()


def test_planar_memory_behind_and_ahead_of_the_beam() -> None:
    race = Race(BoardVga(0x0D), 449, 400)
    behind, ahead = 0xA0000 + 40 * 20, 0xA0000 + 40 * 150
    stores = [(100, behind, b"\xff"), (101, ahead, b"\xff"), (350, behind, b"\0"), (351, ahead, b"\0")]
    picture = race.run(stores)
    assert race.board.memory.u8(ahead) == 0
    assert picture[20, 0].tolist() == BLACK
    assert picture[150, :8].tolist() == [WHITE] * 8
    assert picture.any(axis=2).sum() == 8


def test_a_row_of_text_whose_attribute_changes_within_it() -> None:
    board = BoardVga(3)
    board.vga.load_font(0, b"\xff" * 16, 16, 0xDB)
    race = Race(board, 449, 400)
    board.memory.write(0xB8000, b"\xdb\x07" * 80)
    picture = race.run([(4, 0xB8001, b"\x04"), (8, 0xB8001, b"\x02"), (12, 0xB8001, b"\x01")])
    assert [pixel.tolist() for pixel in picture[0:16:4, 3]] == [[0, 0, 170], [170, 0, 0], [0, 170, 0], [0, 0, 170]]
    assert picture[3, 3].tolist() == [0, 0, 170]
    assert picture[4, 3].tolist() == [170, 0, 0]


def test_memory_that_the_cpu_reaches_without_help_is_seen_at_each_look_at_the_status() -> None:
    race = Race(BoardVga(0x13), 449, 400)
    ahead, behind = 0xA0000 + 320 * 150, 0xA0000 + 320 * 20
    picture = race.run([(100, ahead, b"\x0f"), (101, behind, b"\x0f"), (350, ahead, b"\0"), (351, behind, b"\0")])
    assert np.argwhere(picture.any(axis=2)).tolist() == [[150, 0]]


@pytest.mark.parametrize(
    ("name", "mode", "lines", "shown", "first", "place"),
    [
        ("cga", 4, 262, 200, 0xB8000, lambda line: (line & 1) * 0x2000 + line // 2 * 80),
        ("tandy", 4, 262, 200, 0xB8000, lambda line: (line & 1) * 0x2000 + line // 2 * 80),
        ("hercules", None, 370, 348, 0xB0000, lambda line: (line & 3) * 0x2000 + line // 4 * 90),
    ],
)
def test_adapters_with_a_6845(
    name: str, mode: int | None, lines: int, shown: int, first: int, place: Callable[[int], int]
) -> None:
    board = Board6845(name, mode)
    if name == "hercules":
        board.bus.write(0x3BF, 1)
        board.bus.write(0x3B8, 0x0A)
        board.adapter.program(bytes((0x35, 0x2D, 0x2E, 0x07, 0x5B, 0x02, 0x57, 0x57, 0x02, 0x03, 0, 0)))
    race = Race(board, lines, shown)
    ahead, behind = first + place(150), first + place(20)
    picture = race.run([(100, ahead, b"\xff"), (101, behind, b"\xff"), (180, ahead, b"\0"), (181, behind, b"\0")])
    assert set(np.argwhere(picture.any(axis=2))[:, 0].tolist()) == {150}


def test_what_changed_once_shows_at_once() -> None:
    race = Race(BoardVga(0x0D), 449, 400)
    race.to_line(300)
    race.board.memory.write(0xA0000, b"\xff")
    assert race.frame()[0, 0].tolist() == WHITE
    race.to_line(200)
    race.board.memory.write(0xA0000, b"\0")
    assert race.board.renderer.draw()[0, 0].tolist() == BLACK


def test_each_store_is_seen_while_frames_are_torn_and_not_when_they_no_more_are() -> None:
    race = Race(BoardVga(0x13), 449, 400)
    assert race.adapter.memory.trapped == 0xFFFF0000
    race.run([(100, 0xA0000 + 320 * 150, b"\x0f"), (350, 0xA0000 + 320 * 150, b"\0")])
    assert race.adapter.memory.trapped == 0xFFFFFFFF
    race.board.memory.write(0xA0000, b"\x05")
    for _ in range(90):
        race.to_line(10)
    assert race.adapter.memory.trapped == 0xFFFF0000
    assert race.board.memory.u8(0xA0000) == 5


def test_each_store_is_seen_where_pages_show_the_machines_ram() -> None:
    """A Tandy's memory is the machine's RAM; stores through the window are seen one by one once frames were torn."""
    board = Board6845("tandy", 4)
    race = Race(board, 262, 200)
    at = 0xB8000 + 150 // 2 * 80
    race.run([(100, at, b"\xff"), (180, at, b"\0")])
    shown = 0x80000 + (board.adapter.save()["page"] >> 3 & 7) * 0x4000
    board.memory.write(0xB8000, b"\x12\x34")
    assert board.memory.read(0xBC000, 2) == board.memory.read(shown, 2) == b"\x12\x34"
    board.memory.write(shown, b"\x56")
    assert board.memory.u8(0xB8000) == 0x56
    picture = race.run([(100, at, b"\xff"), (180, at, b"\0")])
    assert 150 in np.argwhere(picture.any(axis=2))[:, 0]
    for _ in range(90):
        race.to_line(10)
    board.memory.write(0xB8000, b"\x78")
    assert board.memory.u8(shown) == 0x78


@pytest.mark.parametrize(
    ("mode", "start", "size"), [(0x101, 0xA0000, 1), (0x101, 0xE0000000, 1), (0x111, 0xE0000000, 2)]
)
def test_packed_pixels(mode: int, start: int, size: int) -> None:
    """In the window and in linear memory; trapped, the window goes on showing the bank."""
    board = BoardSvga(mode)
    race = Race(board, SVGA_MODES[mode].timing.lines, 480)
    ahead, behind = start + 640 * size * 90, start + 640 * size * 20
    off, on = bytes(size), b"\x0f" * size
    board.memory.fill(0xE0000000, 640 * 480 * size)
    picture = race.run([(60, ahead, on), (61, behind, on), (350, ahead, off), (351, behind, off)])
    assert np.argwhere(picture.any(axis=2)).tolist() == [[90, 0]]
    assert board.adapter.memory.trapped == 0xFFFFFFFF
    board.bank(2)
    board.memory.write(0xA1234, b"bank 2")
    assert board.memory.read(0xE0021234, 6) == board.memory.read(0xA1234, 6) == b"bank 2"
    for _ in range(90):
        race.to_line(10)
    assert board.adapter.memory.trapped == 0xFFFF0000
    assert board.memory.read(0xA1234, 6) == b"bank 2"
    again = BoardSvga(mode)
    again.clock.skip_to(board.clock.now_ps)
    again.adapter.load(board.adapter.save())
    assert (again.renderer.draw() == board.renderer.draw()).all()


def test_a_font_that_changes_in_mid_frame() -> None:
    """All rows show one character, whose lines are full in the middle of the screen."""
    board = BoardVga(3)
    race = Race(board, 449, 400)
    board.memory.write(0xB8000, b"\x01\x07" * 2000)
    board.out(0x3D4, 0x0A, 0x20)  # no cursor
    for _ in range(4):
        for line, bits in ((96, 0xFF), (192, 0)):
            race.to_line(line)
            for index, value in ((2, 4), (4, 7)):
                board.out(0x3C4, index, value)
            for index, value in ((5, 0), (6, 4)):
                board.out(0x3CE, index, value)
            board.memory.write(0xA0000 + 32, bytes((bits,)) * 16)
            for index, value in ((5, 0x10), (6, 0x0E)):
                board.out(0x3CE, index, value)
            for index, value in ((2, 3), (4, 2)):
                board.out(0x3C4, index, value)
    lit = np.argwhere(race.frame()[:, 0].any(axis=1))[:, 0]
    assert lit.tolist() == list(range(96, 192))


def test_the_machine_stands_still() -> None:
    race = Race(BoardVga(0x0D), 449, 400)
    assert race.run([(100, 0xA0000 + 40 * 150, b"\xff"), (350, 0xA0000 + 40 * 150, b"\0")]).any()
    race.adapter.settle()
    assert not race.board.renderer.draw().any()


def test_looking_changes_nothing() -> None:
    stores = [(100, 0xA0000 + 320 * 150, b"\x0f"), (350, 0xA0000 + 320 * 150, b"\0")]
    unseen = Race(BoardVga(0x13), 449, 400)
    seen = Race(BoardVga(0x13), 449, 400)
    for _ in range(3):
        for line, address, data in stores:
            for race in (seen, unseen):
                race.to_line(line)
                race.board.memory.write(address, data)
                race.board.clock.skip_to(race.board.clock.now_ps + 900_000_000)
            seen.board.renderer.draw()
    assert (seen.frame() == unseen.frame()).all()
    assert seen.adapter.save() == unseen.adapter.save()


@pytest.mark.parametrize(("mode", "bank"), [(0x0D, 40), (0x13, 320), (3, 0)])
def test_the_picture_after_a_snapshot(mode: int, bank: int) -> None:
    race = Race(BoardVga(mode), 449, 400)
    at = race.board.start + bank * 150
    race.run([(100, at, b"\xff\x0f"), (350, at, b"\0\0"), (180, at, b"\x55\x0a")])
    race.to_line(300)
    again = Race(BoardVga(mode), 449, 400)
    again.board.clock.skip_to(race.board.clock.now_ps)
    again.adapter.load(race.adapter.save())
    if again.adapter.memory.trapped != 0xFFFFFFFF:
        again.board.memory.write(0xA0000, race.board.memory.read(0xA0000, 0x20000))
    assert (again.board.renderer.draw() == race.board.renderer.draw()).all()
    for other in (race, again):
        other.to_line(350)
        other.board.memory.write(at, b"\x33\x0c")
    assert (again.frame() == race.frame()).all()
    assert again.adapter.save() == race.adapter.save()


PORTS = (*range(0x3B0, 0x3C0), *range(0x3C0, 0x3E0), *[0x3D4] * 16)


@settings(deadline=None, max_examples=120)
@given(
    st.sampled_from(sorted(MAKERS)),
    st.lists(
        st.one_of(
            st.tuples(st.just("out"), st.sampled_from(PORTS), st.integers(0, 0xFFFF)),
            st.tuples(st.just("in"), st.sampled_from((0x3BA, 0x3DA)), st.just(0)),
            st.tuples(st.just("store"), st.integers(0xA0000, 0xBFFFF), st.integers(0, 0xFFFFFFFF)),
            st.tuples(st.just("wait"), st.integers(1, 20_000), st.just(0)),
            st.tuples(st.just("draw"), st.just(0), st.just(0)),
            st.tuples(st.just("snapshot"), st.just(0), st.just(0)),
        ),
        max_size=60,
    ),
    st.integers(0, 0x3F),
    st.sampled_from((64, 128, 256)),
)
def test_no_order_of_things_breaks_anything(
    name: str, steps: list[tuple[str, int, int]], number: int, memory_kb: int
) -> None:
    bus, clock, memory = PortBus(), Clock(cycles_per_ms=20_000), Memory(0x200000)
    kb = memory_kb if name in ("svga", "ega") else 0
    adapter = make_adapter(name, bus, clock, memory_kb=min(kb, 256) if name == "ega" else kb << 4)
    adapter.attach(memory, memory.show_page)
    adapter.connect(Pic(bus))
    modes = sorted(adapter.modes)
    if name == "svga" and number >= len(modes):
        packed = sorted(SVGA_MODES)
        for index in (0x4838, 0xA539):
            bus.write(0x3D4, index, 2)
        SVGA_MODES[packed[number % len(packed)]].program(cast(S3, adapter), bus.write)
    elif name in ("svga", "vga", "ega"):
        adapter.modes[modes[number % len(modes)]].program(adapter)  # type: ignore[attr-defined]
    renderer = adapter.renderer()
    for what, where, value in steps:
        match what:
            case "out":
                bus.write(where, value, 2 if where in (0x3C4, 0x3CE, 0x3D4) else 1)
            case "in":
                bus.read(where)
            case "store":
                memory.set_u32(min(where, 0xBFFFC), value)
            case "wait":
                clock.skip_to(clock.now_ps + where * 1_000_000)
            case "draw":
                renderer.draw()
            case "snapshot":
                adapter.load(adapter.save())
    clock.skip_to(adapter.next_frame_ps(clock.now_ps))
    height, width, _ = renderer.draw().shape
    assert height <= 2048
    assert width <= 4096 + 64
