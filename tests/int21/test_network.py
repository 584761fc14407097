"""Without a network: what DOS itself answers, and the rest fails."""

from __future__ import annotations

import pytest

from tests.covers import covers
from tests.int21.files_guest import BUFFER, error
from tests.int21.machine import Guest


@covers("21h/5E00h", "21h/5E01h")
def test_the_machines_name(guest: Guest) -> None:
    segment = guest.scratch >> 4
    assert guest.call(0x5E00, ds=segment, dx=BUFFER).ch == 0, "it has none"
    segment, offset = guest.put(b"COMPUTER\0")
    guest.call(0x5E01, cx=0x0102, ds=segment, dx=offset)
    assert guest.call(0x5E00, ds=segment, dx=BUFFER).cx == 0x0102
    assert guest.memory.read(guest.scratch + BUFFER, 16) == b"COMPUTER       \0"


@covers("21h/5D05h", "21h/5F02h", "21h/5F05h")
@pytest.mark.parametrize("ax", [0x5D05, 0x5F02, 0x5F05])
def test_lists_are_empty(guest: Guest, ax: int) -> None:
    assert error(guest.call(ax, bx=0)) == 0x12


@covers("21h/5Dh", "21h/5Eh", "21h/5Fh")
@pytest.mark.parametrize("ax", [0x5D08, 0x5E02, 0x5F03, 0x5F04])
def test_what_a_network_would_do_fails(guest: Guest, ax: int) -> None:
    assert error(guest.call(ax)) == 0x01


@covers("21h/5D01h", "21h/5F07h")
def test_commit_and_enable(guest: Guest) -> None:
    assert error(guest.call(0x5D01)) is None
    assert error(guest.call(0x5F07, dx=2)) is None
    assert error(guest.call(0x5F07, dx=20)) == 0x0F
