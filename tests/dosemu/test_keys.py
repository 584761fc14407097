"""Key names, chords, typed text and the times of --keys."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dosemu.keys import KeyEvent, KeyNameError, named_keys, parse_keys, scan_code, text_to_keys


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Esc", 0x01),
        ("1", 0x02),
        ("BackSpace", 0x0E),
        ("q", 0x10),
        ("Q", 0x10),
        ("Enter", 0x1C),
        ("return", 0x1C),
        ("a", 0x1E),
        (";", 0x27),
        ("`", 0x29),
        ("\\", 0x2B),
        ("/", 0x35),
        ("Space", 0x39),
        ("F1", 0x3B),
        ("F10", 0x44),
        ("F11", 0x57),
        ("F12", 0x58),
        ("KP_5", 0x4C),
        ("KP_Enter", 0xE01C),
        ("Up", 0xE048),
        ("Del", 0xE053),
        ("PageDown", 0xE051),
    ],
)
def test_scan_codes(name: str, code: int) -> None:
    assert scan_code(name) == code


@pytest.mark.parametrize("name", ["", "F13", "Hyper", "ab", "ä", "\n", "f 1", "İ"])
def test_keys_that_do_not_exist(name: str) -> None:
    with pytest.raises(KeyNameError, match="there is no key") as caught:
        scan_code(name)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "codes"),
    [
        ("a", [0x1E, 0x9E]),
        ("A", [0x2A, 0x1E, 0x9E, 0xAA]),
        ("shift+a", [0x2A, 0x1E, 0x9E, 0xAA]),
        ("ctrl+c", [0x1D, 0x2E, 0xAE, 0x9D]),
        ("Ctrl+C", [0x1D, 0x2E, 0xAE, 0x9D]),
        ("alt+F4", [0x38, 0x3E, 0xBE, 0xB8]),
        ("ctrl+alt+Del", [0x1D, 0x38, 0xE053, 0xE0D3, 0xB8, 0x9D]),
        ("Up", [0xE048, 0xE0C8]),
        ("+", [0x2A, 0x0D, 0x8D, 0xAA]),
        ("ctrl++", [0x1D, 0x2A, 0x0D, 0x8D, 0xAA, 0x9D]),
        ("KP_+", [0x4E, 0xCE]),
        ("ctrl+KP_+", [0x1D, 0x4E, 0xCE, 0x9D]),
        ("ctrl+break", [0x1D, 0xE046, 0xE0C6, 0x9D]),
        ("Pause", [0xE11D, 0x45, 0xE19D, 0xC5]),
    ],
)
def test_keystrokes(name: str, codes: list[int]) -> None:
    assert list(named_keys(name)) == codes


@pytest.mark.parametrize("name", ["a+b", "Enter+a", "ctrl+", "ctrl+nothing", "x+y+z"])
def test_wrong_chords(name: str) -> None:
    with pytest.raises(KeyNameError):
        named_keys(name)


def test_all_printable_ascii_can_be_typed_by_distinct_strokes() -> None:
    printable = string.digits + string.ascii_letters + string.punctuation + " "
    strokes = text_to_keys(printable)
    assert len(set(strokes)) == len(printable) == 95
    assert not any(stroke.shift for stroke in text_to_keys(string.ascii_lowercase + string.digits))
    assert all(stroke.shift for stroke in text_to_keys(string.ascii_uppercase + '!@#$%^&*()_+{}|:"<>?~'))


def test_line_ends_are_one_enter() -> None:
    assert [stroke.code for stroke in text_to_keys("\r\n\n\r")] == [0x1C] * 3


def test_what_a_us_keyboard_cannot_type() -> None:
    with pytest.raises(KeyNameError, match="cannot type 'é'"):
        text_to_keys("é")


def test_a_list_of_keys() -> None:
    enter, f1 = (0x1C, 0x9C), (0x3B, 0xBB)
    assert parse_keys("1.5:Enter 2:type=hi 4:F1 ctrl+c") == [
        KeyEvent(1.5, enter),
        KeyEvent(2.0, (0x23, 0xA3)),
        KeyEvent(2.0, (0x17, 0x97)),
        KeyEvent(4.0, f1),
        KeyEvent(4.0, (0x1D, 0x2E, 0xAE, 0x9D)),
    ]


def test_events_come_in_the_order_of_their_times() -> None:
    assert [event.time for event in parse_keys("3:a 1:b")] == [1.0, 3.0]


@pytest.mark.parametrize("text", ["1:type='a b'", '1:type="a b"', "1:'type=a b'", "'1:type=a b'"])
def test_quotes_keep_spaces(text: str) -> None:
    assert [event.codes[0] for event in parse_keys(text)] == [0x1E, 0x39, 0x30]


def test_text_may_hold_newlines_colons_and_equals() -> None:
    assert [event.codes for event in parse_keys(r"1:type=:=\n")] == [
        (0x2A, 0x27, 0xA7, 0xAA),
        (0x0D, 0x8D),
        (0x1C, 0x9C),
    ]


def test_hold_and_release() -> None:
    assert parse_keys("1:press=shift+a 2:release=shift+a") == [
        KeyEvent(1.0, (0x2A, 0x1E)),
        KeyEvent(2.0, (0xAA, 0x9E)),
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("x:Enter", "x:Enter"),
        ("-1:a", "the time must be"),
        ("1e999:a", "the time must be"),
        ("1.2.3:a", "not a number of seconds"),
        ("1:what=a", "type=, press=, release="),
        ("1:type='a", "quote"),
        ("1:", "no key"),
        ("1:type=あ", "cannot type"),
    ],
)
def test_wrong_lists_name_the_trouble(text: str, words: str) -> None:
    with pytest.raises(KeyNameError) as caught:
        parse_keys(text)
    assert words in str(caught.value)


@given(st.text(alphabet="0123456789.:=+ '\"aAtypeprshctlF-\\\n", max_size=30) | st.text(max_size=30))
def test_any_text_gives_keys_or_a_key_error(text: str) -> None:
    try:
        events = parse_keys(text)
    except KeyNameError:
        return
    assert all(event.codes and event.time >= 0 for event in events)
    assert events == sorted(events, key=lambda event: event.time)
