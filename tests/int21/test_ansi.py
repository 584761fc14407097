"""ANSI.SYS on a screen of 5 rows and 20 columns."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from int21.ansi import AnsiConsole
from tests.covers import covers
from tests.int21.machine import FakeConsole, Guest

ROWS, COLUMNS = 5, 20


class FakeScreen(FakeConsole):
    """A console with a screen of characters and colours."""

    def __init__(self) -> None:
        super().__init__()
        self.size = (ROWS, COLUMNS)
        self.cursor = (0, 0)
        self.cells = [[(" ", 7)] * COLUMNS for _ in range(ROWS)]
        self.modes: list[int] = []

    def move(self, row: int, column: int) -> None:
        assert 0 <= row < ROWS
        assert 0 <= column < COLUMNS
        self.cursor = (row, column)

    def show(self, data: bytes, attribute: int | None) -> None:
        row, column = self.cursor
        for byte in data:
            if byte == 0x0D:
                column = 0
            elif byte == 0x0A:
                row = min(row + 1, ROWS - 1)
            elif byte >= 0x20:
                old = self.cells[row][column][1]
                self.cells[row][column] = (chr(byte), old if attribute is None else attribute)
                column += 1
                if column == COLUMNS:
                    row, column = min(row + 1, ROWS - 1), 0
        self.cursor = (row, column)

    def clear_rows(self, first: int, count: int, attribute: int) -> None:
        for row in range(first, first + count):
            self.cells[row] = [(" ", attribute)] * COLUMNS

    def clear_line(self, attribute: int) -> None:
        row, column = self.cursor
        self.cells[row][column:] = [(" ", attribute)] * (COLUMNS - column)

    def set_mode(self, number: int) -> None:
        self.modes.append(number)

    def text(self, row: int) -> str:
        return "".join(character for character, _ in self.cells[row]).rstrip()


@pytest.fixture
def screen() -> FakeScreen:
    return FakeScreen()


@pytest.fixture
def ansi(screen: FakeScreen) -> AnsiConsole:
    return AnsiConsole(screen)


@pytest.mark.parametrize(
    ("output", "cursor"),
    [
        (b"\x1b[3;5H", (2, 4)),
        (b"\x1b[3;5f", (2, 4)),
        (b"\x1b[H", (0, 0)),
        (b"\x1b[;4H", (0, 3)),
        (b"\x1b[99;99H", (ROWS - 1, COLUMNS - 1)),
        (b"\x1b[3;5H\x1b[A", (1, 4)),
        (b"\x1b[3;5H\x1b[9A", (0, 4)),
        (b"\x1b[2B\x1b[3C", (2, 3)),
        (b"\x1b[2;9H\x1b[4D", (1, 4)),
        (b"\x1b[2;9H\x1b[s\x1b[H\x1b[u", (1, 8)),
        (b"ab\x1b[2Jc", (0, 1)),
    ],
)
def test_the_cursor_moves(ansi: AnsiConsole, screen: FakeScreen, output: bytes, cursor: tuple[int, int]) -> None:
    ansi.write(output)
    assert screen.cursor == cursor


@pytest.mark.parametrize(
    ("sequence", "attribute"),
    [
        (b"\x1b[31m", 0x04),
        (b"\x1b[1;33;44m", 0x1E),
        (b"\x1b[5;32m", 0x82),
        (b"\x1b[7m", 0x70),
        (b"\x1b[8m", 0x00),
        (b"\x1b[1;37;41m\x1b[0m", 0x07),
        (b"\x1b[35m\x1b[m", 0x07),
    ],
)
def test_colours(ansi: AnsiConsole, screen: FakeScreen, sequence: bytes, attribute: int) -> None:
    ansi.write(sequence + b"x")
    assert screen.cells[0][0] == ("x", attribute)


def test_text_keeps_the_colours_of_the_screen_until_one_is_set(ansi: AnsiConsole, screen: FakeScreen) -> None:
    screen.cells[0][1] = (" ", 0x1F)
    ansi.write(b"ab")
    assert screen.cells[0][:2] == [("a", 0x07), ("b", 0x1F)]


def test_clearing(ansi: AnsiConsole, screen: FakeScreen) -> None:
    ansi.write(b"one\r\ntwo three\x1b[2;4H\x1b[K")
    assert (screen.text(0), screen.text(1)) == ("one", "two")
    ansi.write(b"\x1b[44m\x1b[2J")
    assert screen.cells[4][19] == (" ", 0x17)
    assert screen.text(0) == ""


def test_a_sequence_may_come_in_pieces(ansi: AnsiConsole, screen: FakeScreen) -> None:
    for byte in b"a\x1b[1;3Hb\x1b[1mc":
        ansi.write(bytes((byte,)))
    assert screen.text(0) == "a bc"
    assert screen.cells[0][3] == ("c", 0x0F)


def test_what_is_no_sequence_is_shown(ansi: AnsiConsole, screen: FakeScreen) -> None:
    ansi.write(b"\x1bA\x1b[5zB\x1b\x1b[2CC")
    assert screen.text(0) == "AzB  C"


def test_modes(ansi: AnsiConsole, screen: FakeScreen) -> None:
    ansi.write(b"\x1b[=1h\x1b[=19h\x1b[3h\x1b[=99h")
    assert screen.modes == [1, 19, 3]
    ansi.write(b"\x1b[?7l" + b"x" * 30 + b"y")
    assert (screen.text(0), screen.text(1)) == ("x" * 19 + "y", "")
    ansi.write(b"\x1b[=7h\rab" + b"c" * 20)
    assert screen.text(1) == "cc"


def read_all(ansi: AnsiConsole) -> bytes:
    data = bytearray()
    while (key := ansi.read()) is not None:
        data.append(key)
    return bytes(data)


def test_the_cursor_is_reported_as_keys(ansi: AnsiConsole, screen: FakeScreen) -> None:
    ansi.write(b"\x1b[3;5H\x1b[6n")
    assert read_all(ansi) == b"\x1b[03;05R\r"


def test_keys_stand_for_texts(ansi: AnsiConsole, screen: FakeScreen) -> None:
    ansi.write(b'\x1b[65;66p\x1b[0;59;\'dir;\';13p\x1b["q";"quit"p')
    screen.type(b"Aaq\x00\x3b\x00\x3c")
    assert ansi.peek() == 0x42
    assert read_all(ansi) == b"Baquitdir;\r\x00\x3c"
    ansi.write(b"\x1b[65;65p\x1b[0;59;0;59p")
    screen.type(b"A\x00\x3b")
    assert read_all(ansi) == b"A\x00\x3b", "they are themselves again"


def test_texts_of_keys_are_limited(ansi: AnsiConsole) -> None:
    for key in range(33, 127):
        ansi.write(b"\x1b[%d;'%s'p" % (key, b"x" * 200))
    assert sum(map(len, ansi._keys.values())) <= 2048


def test_flushing_forgets_what_is_left_of_a_text(ansi: AnsiConsole, screen: FakeScreen) -> None:
    ansi.write(b"\x1b[65;'text'p")
    screen.type(b"AB")
    assert ansi.read() == ord("t")
    ansi.flush()
    assert ansi.read() is None


@covers("2Fh/1A00h")
def test_dos_says_whether_it_is_there(guest: Guest, screen: FakeScreen) -> None:
    assert guest.call(0x1A00, vector=0x2F).al == 0, "this console has no screen"
    guest.dos.console = AnsiConsole(screen)
    assert guest.call(0x1A00, vector=0x2F).al == 0xFF


def test_all_ways_of_output_understand_it(guest: Guest, screen: FakeScreen) -> None:
    guest.dos.console = AnsiConsole(screen)
    segment, offset = guest.put(b"\x1b[2;3H9$")
    guest.call(0x0900, ds=segment, dx=offset)
    for byte in b"\x1b[3;3H2":
        guest.call(0x0200, dx=byte)
    for byte in b"\x1b[4;3Hf":
        guest.call(byte, vector=0x29)
    segment, offset = guest.put(b"\x1b[5;3H40")
    guest.call(0x4000, bx=1, cx=8, ds=segment, dx=offset)
    assert [screen.text(row) for row in range(1, 5)] == ["  9", "  2", "  f", "  40"]


@given(st.lists(st.one_of(st.binary(max_size=30), st.sampled_from([b"\x1b[", b";", b"'", b'"', b"H", b"p", b"m"]))))
def test_any_output_is_harmless(pieces: list[bytes]) -> None:
    screen = FakeScreen()
    ansi = AnsiConsole(screen)
    for piece in pieces:
        ansi.write(piece)
    screen.type(bytes(range(256)))
    read_all(ansi)
