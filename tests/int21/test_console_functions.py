from __future__ import annotations

import pytest

from int21.service import CallGuest, Wait
from tests.covers import covers
from tests.int21.machine import Guest


def redirect_input(guest: Guest, data: bytes) -> None:
    (guest.folder / "IN.TXT").write_bytes(data)
    guest.dos.files.dup2(guest.dos.files.open(b"IN.TXT"), 0)


def redirect_output(guest: Guest) -> None:
    guest.dos.files.dup2(guest.dos.files.create(b"OUT.TXT"), 1)


def redirected(guest: Guest) -> bytes:
    return (guest.folder / "OUT.TXT").read_bytes()


def line_buffer(guest: Guest, data: bytes) -> dict[str, int]:
    segment, offset = guest.put(data)
    return {"ds": segment, "dx": offset}


@covers("21h/01h")
@pytest.mark.parametrize(("ah", "echo"), [(0x01, b"a"), (0x07, b""), (0x08, b"")])
def test_reading_waits_for_a_key_and_changes_nothing_until_then(guest: Guest, ah: int, echo: bytes):
    with pytest.raises(Wait):
        guest.call(ah << 8 | 0x55)
    assert guest.regs.ax == ah << 8 | 0x55
    assert guest.dos.data.in_dos == 1, "a resident program may not enter DOS now"
    guest.console.type(b"a")
    assert guest.call(ah << 8).al == 0x61
    assert guest.console.shown == echo
    assert guest.dos.data.in_dos == 0


@covers("21h/07h")
def test_extended_keys_come_as_two_bytes(guest: Guest):
    guest.console.type(b"\x00\x3b")
    assert guest.call(0x0700).al == 0
    assert guest.call(0x0700).al == 0x3B


@covers("21h/06h")
def test_direct_io_never_waits(guest: Guest):
    assert guest.call(0x0600, dx=0xFF).zf
    assert guest.regs.al == 0
    guest.console.type(b"\x03")
    assert guest.call(0x0600, dx=0xFF).al == 3, "^C is a character here"
    assert not guest.regs.zf
    assert guest.call(0x0600, dx=0x1A).al == 0x1A
    assert guest.console.shown == b"\x1a"


@covers("21h/0Bh")
def test_input_status(guest: Guest):
    assert guest.call(0x0B00).al == 0
    guest.console.type(b"x")
    assert guest.call(0x0B00).al == 0xFF


def test_tabs_are_expanded_by_column(guest: Guest):
    segment, offset = guest.put(b"ab\tc\r\n\td$rest")
    assert guest.call(0x0900, ds=segment, dx=offset).al == 0x24
    assert guest.call(0x0200, dx=0x09).al == 0x20
    assert guest.console.shown == b"ab      c\r\n        d       "


@covers("21h/09h")
def test_a_string_without_dollar_is_one_segment_long(guest: Guest):
    guest.memory.fill(0x30000, 0x10000, 0x41)
    guest.call(0x0900, ds=0x3000, dx=0x8000)
    assert len(guest.console.shown) == 0x10000


def test_output_and_input_follow_redirection(guest: Guest):
    redirect_input(guest, b"q\x03")
    redirect_output(guest)
    assert guest.call(0x0100).al == 0x71
    assert guest.call(0x0800).al == 0x03, "^C in a file is a character"
    assert guest.call(0x0800).al == 0x1A, "the end of the file"
    assert guest.call(0x0B00).al == 0
    guest.call(0x0200, dx=ord("!"))
    assert redirected(guest) == b"q!"
    assert guest.console.shown == b""


def test_a_full_line_editor_session(guest: Guest):
    buffer = line_buffer(guest, b"\x06\x00" + b"\xee" * 8)
    guest.console.type(b"abX\b")
    with pytest.raises(Wait):
        guest.call(0x0A00, **buffer)
    assert guest.console.shown == b"abX\b \b"
    guest.console.type(b"cdefg\r")
    guest.call(0x0A00, **buffer)
    assert guest.console.shown == b"abX\b \bcde\x07\x07\r", "the buffer of 6 holds 5 characters and a CR"
    assert guest.memory.read(guest.scratch, 10) == b"\x06\x05abcde\r\xee\xee"


def test_f3_brings_the_line_of_the_time_before(guest: Guest):
    buffer = line_buffer(guest, b"\x20\x03DIR\r")
    guest.console.type(b"\x00\x3d *\r")
    guest.call(0x0A00, **buffer)
    assert guest.memory.read(guest.scratch + 1, 7) == b"\x05DIR *\r"


@covers("21h/0Ah")
def test_a_buffer_without_room_returns_at_once(guest: Guest):
    guest.call(0x0A00, **line_buffer(guest, b"\x00\x77"))
    assert guest.memory.read(guest.scratch, 2) == b"\x00\x77"


def test_a_line_from_a_file_ends_without_its_lf_and_at_the_end(guest: Guest):
    redirect_input(guest, b"one\r\ntwo")
    buffer = line_buffer(guest, b"\x20")
    guest.call(0x0A00, **buffer)
    assert guest.memory.read(guest.scratch + 1, 5) == b"\x03one\r"
    guest.call(0x0A00, **buffer)
    assert guest.memory.read(guest.scratch + 1, 5) == b"\x03two\r"


@covers("21h/0Ch")
def test_flush_drops_what_was_typed_ahead_but_not_what_comes_while_it_waits(guest: Guest):
    guest.console.type(b"old")
    with pytest.raises(Wait):
        guest.call(0x0C07)
    guest.console.type(b"n")
    assert guest.call(0x0C07).al == ord("n")
    guest.console.type(b"x")
    assert guest.call(0x0CFF).al == 0
    assert guest.console.peek() is None


@covers("21h/08h")
def test_ctrl_c_shows_itself_and_calls_int_23h(guest: Guest):
    guest.console.type(b"\x03")
    with pytest.raises(CallGuest) as call:
        guest.call(0x0800)
    assert call.value.vector == 0x23
    assert guest.console.shown == b"^C\r\n"


def test_iret_of_int_23h_starts_the_function_again(guest: Guest):
    guest.console.type(b"\x03y")
    with pytest.raises(CallGuest) as call:
        guest.call(0x0800)
    guest.answer(call.value, carry=True)
    assert guest.regs.al == ord("y")
    assert not guest.dos.terminated


@covers("21h/4Dh")
@pytest.mark.parametrize(("carry", "ends"), [(True, True), (False, False)])
def test_retf_of_int_23h_ends_the_program_by_carry(guest: Guest, carry: bool, ends: bool):
    guest.console.type(b"\x03y")
    with pytest.raises(CallGuest) as call:
        guest.call(0x0800)
    guest.answer(call.value, far=True, carry=carry)
    assert guest.dos.terminated is ends
    if ends:
        assert guest.dos.exit_kind == 1
        assert guest.call(0x4D00).ax == 0x0100
    else:
        assert guest.regs.al == ord("y")


def test_the_shell_s_int_23h_ends_programs(guest: Guest):
    offset, segment = guest.memory.u16(0x23 * 4), guest.memory.u16(0x23 * 4 + 2)
    assert guest.memory.read((segment << 4) + offset, 2) == b"\xf9\xcb", "STC, RETF"


def test_ctrl_c_while_a_line_is_typed_drops_the_line(guest: Guest):
    buffer = line_buffer(guest, b"\x20\x00")
    guest.console.type(b"ab\x03")
    with pytest.raises(CallGuest) as call:
        guest.call(0x0A00, **buffer)
    guest.console.type(b"z\r")
    guest.answer(call.value)
    assert guest.memory.read(guest.scratch + 1, 3) == b"\x01z\r"


@covers("21h/02h")
def test_ctrl_break_is_seen_by_the_next_function(guest: Guest):
    segment, offset = guest.memory.u16(0x1B * 4 + 2), guest.memory.u16(0x1B * 4)
    code = guest.memory.read((segment << 4) + offset, 7)
    assert code[:3] + code[5:] == b"\x2e\xc6\x06\x03\xcf", "mov byte cs:[flag],3 / iret"
    guest.memory.set_u8((segment << 4) + int.from_bytes(code[3:5], "little"), 3)
    guest.console.type(b"typed ahead")
    with pytest.raises(CallGuest):
        guest.call(0x0200, dx=0x41)
    assert guest.console.peek() is None


def test_ctrl_s_holds_output_until_a_key(guest: Guest):
    guest.console.type(b"\x13")
    for _ in range(2):
        with pytest.raises(Wait):
            guest.call(0x0200, dx=0x41)
    guest.console.type(b" ")
    guest.call(0x0200, dx=0x41)
    assert guest.console.shown == b"A"
    assert guest.console.peek() is None


def test_ctrl_p_echoes_to_the_printer(guest: Guest):
    guest.dos.files.dup2(guest.dos.files.create(b"P.TXT"), 4)
    guest.console.type(b"\x10")
    guest.call(0x0200, dx=0x41)
    guest.console.type(b"\x10")
    guest.call(0x0200, dx=0x42)
    assert (guest.folder / "P.TXT").read_bytes() == b"A"


@covers("21h/3301h", "21h/51h")
def test_break_on_looks_in_every_function(guest: Guest):
    guest.console.type(b"\x03")
    guest.call(0x3000)
    guest.call(0x3301, dx=1)
    with pytest.raises(CallGuest):
        guest.call(0x3000)
    guest.console.type(b"\x03")
    assert guest.call(0x5100).bx == guest.dos.psp, "but not in the PSP functions"


@covers("21h/25h")
def test_a_hooked_int_28h_runs_while_dos_waits(guest: Guest):
    guest.call(0x2528, ds=0x1234, dx=0x10)
    with pytest.raises(CallGuest) as call:
        guest.call(0x0700)
    assert call.value.vector == 0x28
    with pytest.raises(Wait):
        guest.answer(call.value)


@covers("21h/04h", "21h/05h")
def test_printer_and_auxiliary(guest: Guest):
    guest.dos.files.dup2(guest.dos.files.create(b"P.TXT"), 4)
    guest.dos.files.dup2(guest.dos.files.create(b"A.TXT"), 3)
    guest.call(0x0500, dx=ord("p"))
    guest.call(0x0400, dx=ord("a"))
    assert (guest.folder / "P.TXT").read_bytes() == b"p"
    assert (guest.folder / "A.TXT").read_bytes() == b"a"


@covers("29h")
def test_int_29h_shows_a_character(guest: Guest):
    guest.call(0x0041, 0x29)
    assert guest.console.shown == b"A"
