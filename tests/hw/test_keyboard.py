"""The keyboard controller and the keyboard, as a program at ports 60h and 64h meets them."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hw.clock import MS, SECOND, Clock
from hw.keyboard import PAUSE, PRINT_SCREEN, Keyboard
from hw.pic import Pic
from hw.ports import PortBus


@dataclass(slots=True)
class Board:
    bus: PortBus
    clock: Clock
    pic: Pic
    keyboard: Keyboard

    def bytes_within(self, duration_ps: int) -> bytes:
        """What an INT 9 handler would read, one byte for each IRQ 1."""
        end = self.clock.now_ps + duration_ps
        seen = bytearray()
        while self.clock.now_ps < end:
            self.clock.skip_to_next_event(end)
            if self.pic.intr:
                assert self.pic.accept() == 9
                seen.append(self.bus.read(0x60))
                self.bus.write(0x20, 0x20)
        return bytes(seen)


@pytest.fixture
def board() -> Board:
    bus, clock = PortBus(), Clock()
    pic = Pic(bus)
    return Board(bus, clock, pic, Keyboard(bus, clock, pic))


def test_make_and_break_codes_with_an_interrupt_each(board: Board) -> None:
    board.keyboard.press(0x1E)
    board.keyboard.release(0x1E)
    board.keyboard.press(0xE048)
    board.keyboard.release(0xE048)
    assert board.bytes_within(20 * MS) == bytes.fromhex("1e9ee048e0c8")


def test_bytes_wait_for_the_one_before_to_be_read(board: Board) -> None:
    board.keyboard.key(b"\x1e\x9e")
    board.clock.skip_to(100 * MS)
    assert board.bus.read(0x64) & 1
    assert board.bus.read(0x60) == 0x1E
    assert not board.bus.read(0x64) & 1
    assert board.bus.read(0x60) == 0x1E  # a handler that chains reads it again
    board.clock.skip_to(102 * MS)
    assert board.bus.read(0x60) == 0x9E


def test_a_byte_takes_a_millisecond(board: Board) -> None:
    board.keyboard.press(0x1E)
    board.clock.skip_to(MS * 9 // 10)
    assert not board.bus.read(0x64) & 1
    board.clock.skip_to(MS * 11 // 10)
    assert board.bus.read(0x64) & 1


def test_held_keys_repeat_at_the_power_on_rate(board: Board) -> None:
    board.keyboard.press(0x1E)
    assert board.bytes_within(SECOND) == b"\x1e" * 7  # 500 ms, then 10.9 a second
    board.keyboard.press(0x1E)  # a front end may repeat it too: no difference
    board.keyboard.release(0x1E)
    assert board.bytes_within(SECOND) == b"\x9e"


def test_typematic_command_changes_delay_and_rate(board: Board) -> None:
    board.bus.write(0x60, 0xF3)
    board.bus.write(0x60, 0x00)  # 250 ms, 30 a second
    assert board.bytes_within(10 * MS) == b"\xfa\xfa"
    board.keyboard.press(0x1E)
    assert 21 <= len(board.bytes_within(SECOND)) <= 24


def test_pause_and_print_screen(board: Board) -> None:
    board.keyboard.press(PAUSE)
    board.keyboard.release(PAUSE)
    assert board.bytes_within(20 * MS) == bytes.fromhex("e11d45e19dc5")
    board.keyboard.press(PRINT_SCREEN)
    board.keyboard.release(PRINT_SCREEN)
    assert board.bytes_within(20 * MS) == bytes.fromhex("e02ae037e0b7e0aa")


def test_ctrl_pause_is_break_and_alt_print_screen_is_sysrq(board: Board) -> None:
    board.keyboard.press(0x1D)
    board.keyboard.press(PAUSE)
    board.keyboard.release(0x1D)
    board.keyboard.press(0x38)
    board.keyboard.press(PRINT_SCREEN)
    board.keyboard.release(PRINT_SCREEN)
    assert board.bytes_within(30 * MS) == bytes.fromhex("1de046e0c69d3854d4")


@pytest.mark.parametrize(
    ("command", "answer"), [(0xAA, 0x55), (0xAB, 0x00), (0x20, 0x45), (0xD0, 0x03), (0xC0, 0xA0), (0xA9, 0x00)]
)
def test_controller_commands_answer_at_once(board: Board, command: int, answer: int) -> None:
    board.bus.write(0x64, command)
    assert board.bus.read(0x64) & 0x09 == 0x09  # output buffer full, a command was last
    assert board.bus.read(0x60) == answer


def test_command_byte_switches_interrupts_off(board: Board) -> None:
    board.bus.write(0x64, 0x60)
    board.bus.write(0x60, 0x44)
    board.keyboard.press(0x1E)
    board.clock.skip_to(5 * MS)
    assert not board.pic.intr
    assert board.bus.read(0x60) == 0x1E


def test_disabled_keyboard_keeps_its_bytes(board: Board) -> None:
    board.bus.write(0x64, 0xAD)
    board.keyboard.press(0x1E)
    assert board.bytes_within(10 * MS) == b""
    board.bus.write(0x64, 0xAE)
    assert board.bytes_within(10 * MS) == b"\x1e"


def test_a20_and_reset_through_the_output_port(board: Board) -> None:
    heard: list[object] = []
    board.keyboard.on_a20 = heard.append
    board.keyboard.on_reset = lambda: heard.append("reset")
    for value in (0xDD, 0xDF):
        board.bus.write(0x64, 0xD1)
        board.bus.write(0x60, value)
    board.bus.write(0x64, 0xFE)
    assert heard == [False, True, "reset"]


def test_keyboard_commands(board: Board) -> None:
    board.bus.write(0x60, 0xF2)
    assert board.bytes_within(10 * MS) == b"\xfa\xab\x41"
    board.bus.write(0x60, 0xEE)
    assert board.bytes_within(10 * MS) == b"\xee"
    board.bus.write(0x60, 0xED)
    board.bus.write(0x60, 0x05)
    assert board.bytes_within(10 * MS) == b"\xfa\xfa"
    assert board.keyboard.leds == 5
    board.bus.write(0x60, 0xFF)
    assert board.bytes_within(50 * MS) == b"\xfa\xaa"


def test_scanning_can_be_switched_off(board: Board) -> None:
    board.bus.write(0x60, 0xF5)
    board.keyboard.press(0x1E)
    assert board.bytes_within(10 * MS) == b"\xfa"
    board.bus.write(0x60, 0xF4)
    board.keyboard.press(0x1F)
    assert board.bytes_within(10 * MS) == b"\xfa\x1f"


def test_a_full_queue_loses_keys_but_no_releases(board: Board) -> None:
    board.keyboard.press(0x2A)
    for code in range(0x10, 0x30):
        board.keyboard.press(code)
    board.keyboard.release_all()
    seen = board.bytes_within(SECOND)
    down = {byte for byte in seen if byte < 0x80}
    assert len(down) == 16
    assert {byte & 0x7F for byte in seen if byte >= 0x80} == down


def test_save_and_load(board: Board) -> None:
    board.keyboard.press(0x1E)
    board.bus.write(0x64, 0xD1)
    state = board.keyboard.save()
    board.keyboard.reset()
    assert board.bytes_within(10 * MS) == b""
    board.keyboard.load(state)
    assert board.keyboard.save() == state
    assert board.bytes_within(10 * MS) == b"\x1e"
    board.keyboard.release(0x1E)
    assert board.bytes_within(10 * MS) == b"\x9e"


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from([0x60, 0x64]), st.integers(0, 255)), max_size=50), st.integers(0, 0xFFFF))
def test_no_sequence_of_writes_breaks_it(writes: list[tuple[int, int]], code: int) -> None:
    bus, clock = PortBus(), Clock()
    failed: list[object] = []
    bus.on_error = lambda port, error: failed.append(error)
    keyboard = Keyboard(bus, clock, Pic(bus))
    for port, value in writes:
        bus.write(port, value)
        keyboard.press(code)
        clock.skip_to(clock.now_ps + 3 * MS)
        assert 0 <= bus.read(0x60) <= 255
        keyboard.release(code)
    assert failed == []
    assert keyboard.room >= 0


def test_without_translation_a_program_sees_set_2(board: Board) -> None:
    board.bus.write(0x64, 0x60)
    board.bus.write(0x60, 0x05)
    seen = bytearray()
    for code in (0x1E, 0xE048, PAUSE, 0x41):
        board.keyboard.press(code)
        board.keyboard.release(code)
        seen += board.bytes_within(20 * MS)
    assert seen == bytes.fromhex("1c f01c e075 e0f075 e11477e1f014f077 83 f083")
    board.keyboard._to_device(0xF0)
    board.keyboard._to_device(0x01)
    board.bytes_within(10 * MS)
    board.keyboard.press(0x1E)
    assert board.bytes_within(5 * MS) == b"\x1e"


def _command(board: Board, *values: int) -> bytes:
    """Send the keyboard a command; gives its answers."""
    answers = bytearray()
    for value in values:
        board.bus.write(0x60, value)
        answers += board.bytes_within(6 * MS)
    return bytes(answers)


def _raw(board: Board) -> None:
    board.bus.write(0x64, 0x60)
    board.bus.write(0x60, 0x05)  # interrupt on, no translation


def _tap(board: Board, *keys: int) -> bytes:
    seen = bytearray()
    for key in keys:
        board.keyboard.press(key)
        board.keyboard.release(key)
        seen += board.bytes_within(12 * MS)
    return bytes(seen)


def test_set_3_has_one_code_a_key_and_releases_of_some(board: Board) -> None:
    _raw(board)
    assert _command(board, 0xF0, 3) == b"\xfa\xfa"
    assert _tap(board, 0x1E, 0x01, 0x3B, 0x44, 0x57, 0xE048, PAUSE, PRINT_SCREEN).hex(" ") == "1c 08 07 4f 56 63 62 57"
    assert _tap(board, 0x1D, 0x2A, 0x36, 0x38, 0x3A).hex(" ") == "11 f0 11 12 f0 12 59 f0 59 19 f0 19 14 f0 14"
    assert _tap(board, 0xE01D, 0xE038, 0x4A, 0x4C).hex(" ") == "58 39 84 73"
    assert _tap(board, 0x7F) == b""  # no such key


def test_set_3_each_key_has_a_code_of_its_own(board: Board) -> None:
    _raw(board)
    _command(board, 0xF0, 3)
    keys = [*range(0x01, 0x54), 0x56, 0x57, 0x58, 0xE01C, 0xE01D, 0xE035, 0xE037, 0xE038, PAUSE]
    keys += [0xE047, 0xE048, 0xE049, 0xE04B, 0xE04D, 0xE04F, 0xE050, 0xE051, 0xE052, 0xE053]
    codes = [_tap(board, key)[:1] for key in keys]
    assert all(codes)
    assert len(set(codes)) == len(keys) == 102


def test_types_of_all_keys_in_set_3(board: Board) -> None:
    _raw(board)
    _command(board, 0xF0, 3)
    for command, sent in ((0xF7, "1c"), (0xF8, "1c f0 1c"), (0xF9, "1c"), (0xFA, "1c f0 1c"), (0xF6, "1c")):
        assert _command(board, command) == b"\xfa"
        assert _tap(board, 0x1E).hex(" ") == sent
    for command, repeats in ((0xF7, True), (0xF8, False), (0xF9, False), (0xFA, True)):
        _command(board, command)
        board.keyboard.press(0x3B)
        assert (len(board.bytes_within(SECOND)) > 1) == repeats
        board.keyboard.release(0x3B)
        board.bytes_within(10 * MS)


def test_types_of_single_keys_in_set_3(board: Board) -> None:
    _raw(board)
    _command(board, 0xF0, 3)
    assert _command(board, 0xFC, 0x1C, 0x84, 0x07) == b"\xfa" * 4  # A, keypad - and F1: make and break
    assert _tap(board, 0x1E, 0x4A, 0x3B, 0x30).hex(" ") == "1c f0 1c 84 f0 84 07 f0 07 32"
    assert _command(board, 0xFD, 0x1C, 0xFB, 0x07) == b"\xfa" * 4  # a command ends the list
    assert _tap(board, 0x1E, 0x3B).hex(" ") == "1c 07"
    assert _command(board, 0xFB, 0x00) == b"\xfa\xfe"  # no key
    board.keyboard.press(0x3B)
    assert len(board.bytes_within(SECOND)) > 1
    state = board.keyboard.save()
    board.keyboard.reset()
    board.keyboard.load(state)
    board.keyboard.release(0x3B)
    assert _tap(board, 0x4A).hex(" ") == "84 f0 84"


def test_key_types_leave_the_other_sets_alone(board: Board) -> None:
    _command(board, 0xF9)
    assert _tap(board, 0x1E) == b"\x1e\x9e"


def test_set_3_through_the_translation(board: Board) -> None:
    _command(board, 0xF0, 3)
    assert _tap(board, 0x1E, 0x2A, 0x3B, 0xE048).hex(" ") == "1e 2a aa 58 78"  # F1 is 07h, set 2's F12
    _command(board, 0xFF)
    board.bytes_within(50 * MS)
    assert _tap(board, 0x3B) == b"\x3b\xbb"  # a reset leaves the set


@pytest.mark.parametrize(("number", "seen"), [(1, 0x43), (2, 0x41), (3, 0x3F)])
def test_query_of_the_scan_code_set(board: Board, number: int, seen: int) -> None:
    _command(board, 0xF0, number)
    assert _command(board, 0xF0, 0) == bytes((0xFA, 0xFA, seen))  # translated
    _raw(board)
    assert _command(board, 0xF0, 0) == bytes((0xFA, 0xFA, number))


def test_enable_keeps_leds_and_typematic(board: Board) -> None:
    _command(board, 0xED, 5, 0xF3, 0x7F)
    _command(board, 0xF4)
    assert board.keyboard.leds == 5
    board.keyboard.press(0x1E)
    assert board.bytes_within(950 * MS) == b"\x1e"  # the delay is a second
    _command(board, 0xF6)
    assert board.keyboard.leds == 0


def test_a_program_finds_the_key_that_started_it_let_go(board: Board) -> None:
    # Intros go round while bit 7 of the last scan code is set; nothing is waiting, though.
    assert board.bus.read(0x64) & 1 == 0
    assert board.bus.read(0x60) == 0x9C
