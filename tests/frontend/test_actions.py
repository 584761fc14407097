"""The table of hot keys, and all that is made from it."""

from __future__ import annotations

from pathlib import Path

import pytest

from frontend.actions import ACTIONS, described
from frontend.options import build_parser
from frontend.sdl.keyboard import hot_keys

PAGE = Path(__file__).resolve().parents[2] / "docs" / "window.md"


def test_no_key_has_two_meanings() -> None:
    keys = [key for each in ACTIONS for key in each.keys]
    assert len(set(keys)) == len(keys)
    assert len(hot_keys(ACTIONS)) == len(keys)


@pytest.mark.parametrize("text", ["--help", "docs/window.md"])
def test_every_key_is_told_of(text: str) -> None:
    shown = build_parser().format_help() if text == "--help" else PAGE.read_text()
    for key, meaning in described():
        assert any(key in line and meaning in line for line in shown.splitlines()), key


def test_no_hot_key_is_a_key_that_linux_takes_for_its_consoles() -> None:
    assert not [key for each in ACTIONS for key in each.keys if "ctrl" in key and "alt" in key]
