"""The DMA controllers: register files and transfers."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hw.dma import Dma
from hw.memory import Memory
from hw.ports import PortBus

PAGES = {0: 0x87, 1: 0x83, 2: 0x81, 3: 0x82, 5: 0x8B, 6: 0x89, 7: 0x8A}


class Board:
    def __init__(self) -> None:
        self.bus, self.memory = PortBus(), Memory(0x200000)
        self.dma = Dma(self.bus, self.memory)

    def program(self, channel: int, address: int, count: int, mode: int) -> None:
        step, base = (1, 0x00) if channel < 4 else (2, 0xC0)
        offset = address & 0xFFFF if channel < 4 else address >> 1 & 0xFFFF
        self.bus.write(base + 10 * step, 4 | channel & 3)
        self.bus.write(base + 12 * step, 0)
        self.bus.write(base + 11 * step, mode | channel & 3)
        for port, value in ((0, offset), (1, count - 1)):
            register = base + (2 * (channel & 3) + port) * step
            self.bus.write(register, value & 0xFF)
            self.bus.write(register, value >> 8)
        self.bus.write(PAGES[channel], address >> 16)
        self.bus.write(base + 10 * step, channel & 3)


@pytest.fixture
def board() -> Board:
    return Board()


@pytest.mark.parametrize("channel", [0, 1, 2, 3])
def test_bytes_from_memory_end_at_the_terminal_count(board: Board, channel: int) -> None:
    board.memory.write(0x12345, b"sample")
    board.program(channel, 0x12345, 6, 0x48)
    assert board.dma.read(channel, 4) == b"samp"
    assert board.dma.remaining(channel) == 2
    assert board.bus.read(0x08) == 0
    assert board.dma.read(channel, 4) == b"le"
    assert board.bus.read(0x08) == 1 << channel
    assert board.bus.read(0x08) == 0  # reading clears it
    assert not board.dma.enabled(channel)


@pytest.mark.parametrize("channel", [5, 6, 7])
def test_words_to_memory(board: Board, channel: int) -> None:
    board.program(channel, 0x123456, 2, 0x44)
    assert board.dma.write(channel, b"abcdef") == 4
    assert board.memory.read(0x123456, 6) == b"abcd\0\0"


def test_auto_initialise_starts_over(board: Board) -> None:
    board.memory.write(0x1000, b"xyz")
    board.program(1, 0x1000, 3, 0x58)
    assert board.dma.read(1, 8) == b"xyzxyzxy"
    assert board.dma.enabled(1)


def test_downwards(board: Board) -> None:
    board.memory.write(0x1000, b"xyz")
    board.program(3, 0x1002, 3, 0x68)
    assert board.dma.read(3, 3) == b"zyx"


def test_addresses_wrap_inside_their_64_kb(board: Board) -> None:
    board.memory.write(0x1FFFF, b"a")
    board.memory.write(0x10000, b"b")
    board.program(1, 0x1FFFF, 2, 0x48)
    assert board.dma.read(1, 2) == b"ab"


def test_counts_read_back_byte_by_byte(board: Board) -> None:
    board.program(1, 0x2345, 0x1001, 0x48)
    board.dma.read(1, 1)
    board.bus.write(0x0C, 0)
    assert (board.bus.read(0x02), board.bus.read(0x02)) == (0x46, 0x23)
    assert (board.bus.read(0x03), board.bus.read(0x03)) == (0xFF, 0x0F)


def test_masked_channels_move_nothing_and_listeners_hear_of_masks(board: Board) -> None:
    heard: list[bool] = []
    board.program(1, 0x1000, 3, 0x48)
    board.dma.add_listener(lambda: heard.append(board.dma.enabled(1)))
    board.bus.write(0x0A, 5)
    assert board.dma.read(1, 3) == b""
    board.bus.write(0x0A, 1)
    assert heard == [False, True]


def test_a_request_by_software_shows_until_the_terminal_count(board: Board) -> None:
    board.program(1, 0x12345, 2, 0x48)
    board.bus.write(0x09, 4 | 1)
    assert board.bus.read(0x08) == 0x20
    board.dma.read(1, 2)
    assert board.bus.read(0x08) == 0x02
    board.bus.write(0x09, 4 | 3)
    board.bus.write(0x09, 3)
    assert board.bus.read(0x08) == 0


def test_a_controller_that_is_switched_off_moves_nothing(board: Board) -> None:
    board.memory.write(0x12345, b"ab")
    board.program(1, 0x12345, 2, 0x48)
    board.bus.write(0x08, 0x04)
    assert board.dma.read(1, 2) == b""
    board.bus.write(0x08, 0x00)
    assert board.dma.read(1, 2) == b"ab"


@pytest.mark.parametrize(("step", "base", "first"), [(1, 0x00, 0), (2, 0xC0, 4)])
def test_masks_one_by_one_all_at_once_and_by_the_master_clear(board: Board, step: int, base: int, first: int) -> None:
    def opened() -> list[int]:
        return [channel for channel in range(first, first + 4) if channel != 4 and board.dma.enabled(channel)]

    all_of_them = [channel for channel in range(first, first + 4) if channel != 4]
    board.bus.write(base + 14 * step, 0)  # clear the mask register
    assert opened() == all_of_them
    board.bus.write(base + 10 * step, 4 | 2)
    assert opened() == [channel for channel in all_of_them if channel & 3 != 2]
    board.bus.write(base + 15 * step, 0b0101)
    assert opened() == [first + 1, first + 3]
    assert board.bus.read(base + 15 * step) & 15 == 0b0101
    board.bus.write(base + 13 * step, 0)  # master clear
    assert opened() == []


def test_the_flip_flop_says_which_byte_comes(board: Board) -> None:
    board.bus.write(0x0D, 0)
    board.bus.write(0x02, 0x34)
    board.bus.write(0x0C, 0)  # begin with the low byte again
    board.bus.write(0x02, 0x78)
    board.bus.write(0x02, 0x56)
    assert (board.bus.read(0x02), board.bus.read(0x02)) == (0x78, 0x56)


def test_what_is_due_can_be_moved_before_a_program_looks(board: Board) -> None:
    board.program(1, 0x12345, 100, 0x48)
    board.dma.add_looker(lambda: board.dma.read(1, 10))
    board.bus.write(0x0C, 0)  # each access: ten more
    assert board.bus.read(0x03) == 100 - 1 - 20
    assert board.bus.read(0x03) == 0
    assert board.dma.remaining(1) == 70


def test_page_registers_read_back(board: Board) -> None:
    for port in range(0x81, 0x90):
        board.bus.write(port, port)
    assert [board.bus.read(port) for port in range(0x81, 0x90)] == list(range(0x81, 0x90))


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(st.one_of(st.integers(0, 15), st.integers(0x81, 0x8F), st.integers(0xC0, 0xDF)), st.integers(0, 255))
    ),
    st.integers(0, 7),
)
def test_no_sequence_of_writes_reaches_outside_of_memory(writes: list[tuple[int, int]], channel: int) -> None:
    board = Board()
    for port, value in writes:
        board.bus.write(port, value)
    board.bus.write(0x0E, 0)
    board.bus.write(0xDC, 0)
    assert len(board.dma.read(channel, 200)) in range(401)
    assert board.dma.write(channel, bytes(200)) in range(201)
