from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from int21.line_editor import LineEditor

F1, F2, F3, F4, F5, F6, F7 = (bytes((0, code)) for code in range(0x3B, 0x42))
LEFT, RIGHT, INS, DEL = b"\x00\x4b", b"\x00\x4d", b"\x00\x52", b"\x00\x53"


def typed(keys: bytes, template: bytes = b"COPY A B", limit: int = 20) -> tuple[bytes, bytes]:
    editor = LineEditor(limit, template)
    shown = b"".join(editor.feed(key) for key in keys)
    return bytes(editor.line), shown


@pytest.mark.parametrize(
    ("keys", "line"),
    [
        (F1 + F1, b"CO"),
        (RIGHT * 3, b"COP"),
        (b"x" + F3, b"xOPY A B"),
        (F2 + b"A", b"COPY "),
        (F2 + b"z", b""),
        (F4 + b"A" + F3, b"A B"),
        (DEL + F3, b"OPY A B"),
        (INS + b"xy" + INS + F3, b"xyCOPY A B"),
        (F3 + LEFT + b"C", b"COPY A C"),
        (F1 + b"\b" + F3, b"COPY A B"),
        (b"new" + F5 + F3, b"new"),
        (b"a" + F6, b"a\x1a"),
        (b"a" + F7, b"a\x00"),
        (b"junk\x1b" + F3, b"COPY A B"),
        (b"a\nb", b"ab"),
        (b"\x00\xff\x00\x00ok", b"ok"),
    ],
)
def test_keys(keys: bytes, line: bytes):
    assert typed(keys)[0] == line


@pytest.mark.parametrize(
    ("keys", "shown"),
    [
        (b"ab\b", b"ab\b \b"),
        (b"\b", b""),
        (b"\x01\b", b"^A\b \b\b \b"),
        (b"a\t\b", b"a       " + b"\b \b" * 7),
        (b"ab\x1b", b"ab\\\r\n"),
        (b"ab" + F5, b"ab@\r\n"),
        (b"a\nb\r", b"a\r\nb\r"),
    ],
)
def test_echo(keys: bytes, shown: bytes):
    assert typed(keys)[1] == shown


def test_esc_goes_on_in_the_column_where_the_line_began():
    editor = LineEditor(10, column=3)
    assert b"".join(map(editor.feed, b"x\x1b")) == b"x\\\r\n   "


def test_a_full_line_beeps_and_still_takes_enter():
    assert typed(b"abc\r", limit=2) == (b"ab", b"ab\x07\r")
    assert typed(F3, limit=2) == (b"CO", b"CO\x07")


@given(st.binary(max_size=60), st.binary(max_size=20), st.integers(0, 30))
def test_any_keys_keep_the_line_in_its_limit(keys: bytes, template: bytes, limit: int):
    editor = LineEditor(limit, template)
    for key in keys:
        assert not editor.done or editor.feed(key) is not None
        if not editor.done:
            editor.feed(key)
    assert len(editor.line) <= limit
