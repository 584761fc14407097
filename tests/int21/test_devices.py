from __future__ import annotations

import pytest

from hw.serial_line import SerialLine
from int21.devices.printer import Printer
from int21.devices.serial import Serial
from int21.service import CallGuest, Wait
from tests.covers import covers
from tests.int21.files_guest import created, error, opened, read, waits, write
from tests.int21.machine import Guest


@covers("21h/3Fh")
def test_a_line_is_edited_and_echoed(guest: Guest) -> None:
    guest.console.type(b"helo\blo\r")
    assert read(guest, 0, 100) == b"hello\r\n"
    assert bytes(guest.console.shown) == b"helo\b \blo\r\n"


def test_a_read_waits_until_enter(guest: Guest) -> None:
    assert waits(guest, 0, 100)
    guest.console.type(b"ab")
    assert waits(guest, 0, 100)
    guest.console.type(b"c\r")
    assert read(guest, 0, 100) == b"abc\r\n"


def test_a_line_is_read_in_pieces(guest: Guest) -> None:
    guest.console.type(b"abcdef\r")
    assert [read(guest, 0, 3) for _ in range(3)] == [b"abc", b"def", b"\r\n"]
    assert waits(guest, 0, 3)


def test_ctrl_z_ends_the_file(guest: Guest) -> None:
    guest.console.type(b"\x1a\rabc\x1adef\r")
    assert read(guest, 0, 100) == b""
    assert read(guest, 0, 100) == b"abc"
    assert waits(guest, 0, 100)


def test_escape_starts_the_line_again(guest: Guest) -> None:
    guest.console.type(b"wrong\x1bright\r")
    assert read(guest, 0, 100) == b"right\r\n"


def test_no_line_is_longer_than_127(guest: Guest) -> None:
    guest.console.type(b"x" * 200 + b"\r")
    assert read(guest, 0, 0x1000) == b"x" * 127 + b"\r\n"
    assert b"\a" in guest.console.shown


def test_ctrl_c_while_reading(guest: Guest) -> None:
    guest.console.type(b"abc\x03")
    with pytest.raises(CallGuest) as raised:
        read(guest, 0, 100)
    assert raised.value.vector == 0x23


def test_raw_mode_gives_keys(guest: Guest) -> None:
    guest.call(0x4401, bx=0, dx=0xF3)
    guest.console.type(b"a\r\x1a")
    assert [read(guest, 0, 1) for _ in range(3)] == [b"a", b"\r", b"\x1a"]
    guest.console.type(b"ab")
    assert waits(guest, 0, 3)
    guest.console.type(b"c")
    assert read(guest, 0, 3) == b"abc"
    assert guest.console.shown == b""


@covers("21h/4401h")
def test_cooked_output_ends_at_ctrl_z(guest: Guest) -> None:
    assert write(guest, 1, b"ab\x1acd").ax == 2
    guest.call(0x4401, bx=1, dx=0xF3)
    assert write(guest, 1, b"ab\x1acd").ax == 5
    assert bytes(guest.console.shown) == b"abab\x1acd"


def test_tabs_are_expanded_in_cooked_mode(guest: Guest) -> None:
    write(guest, 1, b"ab\tc")
    write(guest, 1, b"\td\r\n\te")
    assert bytes(guest.console.shown) == b"ab      c       d\r\n        e"
    guest.call(0x4401, bx=1, dx=0xF3)
    guest.console.shown.clear()
    assert write(guest, 1, b"\t").ax == 1
    assert bytes(guest.console.shown) == b"\t"


def test_f3_brings_the_last_line_back(guest: Guest) -> None:
    guest.console.type(b"first\r\0\x3d again\r")
    assert read(guest, 0, 100) == b"first\r\n"
    assert read(guest, 0, 100) == b"first again\r\n"


def test_nul(guest: Guest) -> None:
    handle = created(guest, b"nul")
    assert write(guest, handle, b"gone").ax == 4
    assert read(guest, handle, 10) == b""


def test_what_is_printed_arrives(guest: Guest) -> None:
    printed = bytearray()
    printer = guest.dos.files.devices.get(b"PRN")
    assert isinstance(printer, Printer)
    printer.sink = printed.extend
    assert write(guest, 4, b"page\x0c").ax == 5
    assert printed == b"page\x0c"
    assert write(guest, opened(guest, b"lpt1"), b"elsewhere").ax == 9
    assert printed == b"page\x0c"


def test_the_serial_port(guest: Guest) -> None:
    port = guest.dos.files.devices.get(b"AUX")
    assert isinstance(port, Serial)
    assert read(guest, 3, 10) == b""
    peer = Modem()
    port.line = SerialLine(guest.dos.clock, peer)
    port.line.live = True
    assert write(guest, 3, b"AT\r").ax == 3
    assert peer.heard == b"AT\r"
    port.line.arrive(b"answer\rand more")
    assert read(guest, 3, 3) == b"ans"
    assert read(guest, 3, 99) == b"wer\r"  # cooked: a line at a time
    with pytest.raises(Wait):
        read(guest, 3, 99)
    guest.call(0x4401, bx=3, dx=0xA0)  # raw: all that was asked for
    assert read(guest, 3, 4) == b"and "
    with pytest.raises(Wait):
        read(guest, 3, 99)
    assert guest.call(0x4406, bx=3).al == 0xFF
    port.line.set_carrier(False)
    assert read(guest, 3, 99) == b"more"
    assert guest.call(0x4406, bx=3).al == 0


class Modem:
    def __init__(self) -> None:
        self.heard = b""

    def send(self, data: bytes) -> bool:
        self.heard += data
        return True

    def close(self) -> None:
        return


def test_the_clock(guest: Guest) -> None:
    handle = opened(guest, b"clock$")
    guest.call(0x2B00, cx=1990, dh=2, dl=1)
    guest.call(0x2D00, ch=12, cl=34, dh=56, dl=0)
    assert read(guest, handle, 6)[:4] == (3653 + 31).to_bytes(2, "little") + bytes([34, 12])
    write(guest, handle, (0).to_bytes(2, "little") + bytes([30, 6, 0, 15]))
    regs = guest.call(0x2A00)
    assert (regs.cx, regs.dx) == (1980, 0x0101)
    assert guest.call(0x2C00).cx == 6 << 8 | 30
    assert error(write(guest, handle, b"\xff" * 6)) is None
    assert guest.call(0x2C00).cx == 6 << 8 | 30


def test_cooked_output_stops_at_ctrl_s_until_a_key(guest: Guest) -> None:
    guest.console.type(b"\x13")
    with pytest.raises(Wait):
        write(guest, 1, b"text")
    assert guest.console.shown == b""
    guest.console.type(b" ")
    assert write(guest, 1, b"text").ax == 4
    assert guest.console.shown == b"text"


@covers("21h/40h")
def test_cooked_output_goes_to_the_printer_after_ctrl_p(guest: Guest) -> None:
    printed = bytearray()
    printer = guest.dos.files.devices.get(b"PRN")
    assert isinstance(printer, Printer)
    printer.sink = printed.extend
    guest.console.type(b"\x10")
    write(guest, 1, b"a\tb")
    assert printed == b"a       b"


def test_ctrl_c_interrupts_cooked_output(guest: Guest) -> None:
    guest.console.type(b"\x03")
    with pytest.raises(CallGuest) as raised:
        write(guest, 1, b"text")
    assert raised.value.vector == 0x23
