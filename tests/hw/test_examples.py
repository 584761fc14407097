"""The examples in the docstrings of compiled modules, which pytest does not collect by itself."""

from __future__ import annotations

import doctest
from importlib import import_module

import pytest


@pytest.mark.parametrize(
    "name",
    [
        "hw.pic", "hw.pit", "hw.dma", "hw.joystick", "hw.vga.vga", "hw.writes", "hw.parallel", "hw.gus.voices",
        "hw.mixing", "hw.opl_chip", "hw.sound.filters", "hw.sound.lines",
    ],
)  # fmt: skip
def test_examples_of_compiled_modules(name: str) -> None:
    result = doctest.testmod(import_module(name))
    assert result.attempted > 0
    assert result.failed == 0
