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
