"""From scan codes to the keyboard buffer and the shift flags."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dosemu.bios import rom
from dosemu.bios.bios import Bios, make_bios
from dosemu.bios.int09 import scan_code
from hw.clock import Clock
from hw.memory import Memory

SHIFT, CTRL, ALT, NUM, CAPS, SCROLL = 0x2A, 0x1D, 0x38, 0x45, 0x3A, 0x46


def send(bios: Bios, codes: str) -> int:
    """Feed bytes (hexadecimal); returns what the last one asked for."""
    action = 0
    for code in bytes.fromhex(codes):
        action = scan_code(bios, code)
    return action


def keys(bios: Bios) -> list[int]:
    found = []
    while (key := bios.keys.get()) is not None:
        found.append(key)
    return found


@pytest.mark.parametrize(
    ("codes", "key"),
    [
        ("1e 9e", 0x1E61),
        ("2a 1e 9e aa", 0x1E41),
        ("36 1e 9e b6", 0x1E41),
        ("1d 1e 9e 9d", 0x1E01),
        ("e01d 1e 9e e09d", 0x1E01),
        ("38 1e 9e b8", 0x1E00),
        ("e038 1e 9e e0b8", 0x1E00),
        ("3aba 1e", 0x1E41),
        ("3aba 2a 1e aa", 0x1E61),
        ("3aba 02", 0x0231),
        ("02", 0x0231),
        ("2a 02", 0x0221),
        ("38 02", 0x7800),
        ("1c", 0x1C0D),
        ("e01c", 0xE00D),
        ("1d 1c", 0x1C0A),
        ("0e", 0x0E08),
        ("1d 0e", 0x0E7F),
        ("0f", 0x0F09),
        ("2a 0f", 0x0F00),
        ("39", 0x3920),
        ("01", 0x011B),
        ("3b", 0x3B00),
        ("2a 3b", 0x5400),
        ("1d 3b", 0x5E00),
        ("38 3b", 0x6800),
        ("57", 0x8500),
        ("38 58", 0x8C00),
        ("48", 0x4800),
        ("e048", 0x48E0),
        ("1d e04b", 0x73E0),
        ("38 e048", 0x9800),
        ("45c5 48", 0x4838),
        ("45c5 2a 48", 0x4800),
        ("2a 48", 0x4838),
        ("e02a e048", 0x48E0),
        ("4a", 0x4A2D),
        ("e035", 0xE02F),
        ("35", 0x352F),
        ("1d e037", 0x7200),
        ("1d 04", None),
        ("1d 03", 0x0300),
        ("4c", 0x4CF0),
        ("56", 0x565C),
    ],
)
def test_key_codes(bios: Bios, codes: str, key: int | None) -> None:
    send(bios, codes)
    assert keys(bios) == ([] if key is None else [key])


def test_shift_flags_follow_the_keys(bios: Bios) -> None:
    send(bios, "2a 36 1d 38")
    assert bios.bda.shift_flags == 0x0F
    assert bios.bda.shift_flags_2 & 0x03 == 0x03
    send(bios, "aa b6 9d b8")
    assert bios.bda.shift_flags == 0
    send(bios, "e01d e038")
    assert (bios.bda.shift_flags, bios.bda.keyboard_flags_3 & 0x0C, bios.bda.shift_flags_2 & 3) == (0x0C, 0x0C, 0)
    send(bios, "1d e09d")
    assert bios.bda.shift_flags & 0x04  # the left one is still down


def test_locks_toggle_once_however_long_they_are_held_and_light_up(bios: Bios) -> None:
    send(bios, "3a 3a 3a")
    assert (bios.bda.shift_flags, bios.bda.shift_flags_2 & 0x40) == (0x40, 0x40)
    assert (bios.keyboard.leds, bios.bda.keyboard_flags_4 & 7) == (4, 4)
    send(bios, "ba 45 c5 46 c6")
    assert bios.bda.shift_flags == 0x70
    assert bios.keyboard.leds == 7
    send(bios, "3a ba")
    assert bios.keyboard.leds == 3


def test_insert_toggles_its_flag_and_is_a_key(bios: Bios) -> None:
    send(bios, "e052 e0d2")
    assert bios.bda.shift_flags == 0x80
    assert keys(bios) == [0x52E0]


def test_alt_and_keypad_digits_give_a_character(bios: Bios) -> None:
    send(bios, "38 4b cb 48 c8 b8")  # Alt, 4, 8
    assert keys(bios) == [48]
    send(bios, "38 51 4d 48 b8")  # 368 & 255
    assert keys(bios) == [368 & 255]
    send(bios, "38 b8")
    assert keys(bios) == []


def test_ctrl_break_empties_the_buffer(bios: Bios) -> None:
    send(bios, "1e 1f")
    assert send(bios, "1d e046") == rom.KEY_BREAK
    assert bios.bda.break_flag == 0x80
    assert keys(bios) == [0]


def test_pause_holds_until_a_key_which_is_swallowed(bios: Bios) -> None:
    assert send(bios, "e11d45") == rom.KEY_PAUSE
    assert send(bios, "e19dc5") == 0
    assert bios.bda.shift_flags_2 & 0x08
    assert bios.bda.shift_flags == 0
    send(bios, "2a aa")
    assert bios.bda.shift_flags_2 & 0x08
    send(bios, "1e")
    assert not bios.bda.shift_flags_2 & 0x08
    assert keys(bios) == []
    send(bios, "1e")
    assert keys(bios) == [0x1E61]


def test_print_screen_and_sysrq_ask_for_their_interrupts(bios: Bios) -> None:
    assert send(bios, "e02a e037") == rom.KEY_PRINT_SCREEN
    assert send(bios, "38 54") == rom.KEY_SYSRQ_DOWN
    assert send(bios, "54") == 0
    assert send(bios, "d4") == rom.KEY_SYSRQ_UP


def test_ctrl_alt_del_restarts(bios: Bios) -> None:
    heard: list[str] = []
    bios.on_reboot = lambda: heard.append("reset")
    send(bios, "1d 38 e053")
    assert heard == ["reset"]


def test_a_full_buffer_beeps(bios: Bios) -> None:
    heard: list[str] = []
    bios.on_bell = lambda: heard.append("beep")
    send(bios, "1e" * 17)
    assert heard == ["beep", "beep"]
    assert keys(bios) == [0x1E61] * 15


def test_answers_of_the_keyboard_are_no_keys(bios: Bios) -> None:
    send(bios, "fa fe ff 00")
    assert keys(bios) == []


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_no_bytes_break_it(codes: bytes) -> None:
    bios = make_bios(Memory(0x200000), Clock())
    for code in codes:
        assert scan_code(bios, code) in range(7)
    assert len(keys(bios)) <= 15


@settings(deadline=None)
@given(st.lists(st.integers(0, 0xFFFF), min_size=4, max_size=4), st.binary(max_size=20))
def test_no_buffer_pointers_break_it(pointers: list[int], codes: bytes) -> None:
    bios = make_bios(Memory(0x200000), Clock())
    bda = bios.bda
    bda.keyboard_head, bda.keyboard_tail, bda.keyboard_start, bda.keyboard_end = pointers
    for code in codes:
        scan_code(bios, code)
        bios.keys.get()
    assert bios.keys.room >= 0
