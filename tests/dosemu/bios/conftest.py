"""A BIOS with its chips, but without a CPU."""

from __future__ import annotations

import pytest

from dosemu.bios.bios import Bios, make_bios
from hw.clock import Clock
from hw.memory import Memory


@pytest.fixture
def bios() -> Bios:
    return make_bios(Memory(0x400000), Clock())
