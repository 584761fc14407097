"""Acceleration profiles and the large pointer of the mouse driver."""

from __future__ import annotations

from pathlib import Path

import pytest

from int21.mouse import Packet
from int21.mouse_profiles import Profiles
from tests.covers import covers
from tests.int21.machine import Guest
from tests.int21.test_mouse import call, position, send, set_mode

SIZE = 324


@pytest.fixture
def guest(tmp_path: Path) -> Guest:
    guest = Guest(tmp_path)
    set_mode(guest, 0x12)
    call(guest, 0)
    return guest


def profile_bytes(guest: Guest) -> bytes:
    regs = call(guest, 0x2C)
    assert regs.ax == 0
    return bytes(guest.memory.read((regs.es << 4) + regs.si, SIZE))


def moved(guest: Guest, mickeys: int) -> int:
    """How far one movement takes the pointer."""
    call(guest, 4, cx=0, dx=0)
    send(guest, Packet(mickeys, 0))
    return position(guest)[0]


@covers("33h/002Ch", "33h/002Dh")
def test_the_profile_of_the_start_changes_nothing(guest: Guest) -> None:
    assert call(guest, 0x2C).bx == 4
    assert [moved(guest, mickeys) for mickeys in (1, 10, 100)] == [1, 10, 100]
    regs = call(guest, 0x2D, bx=0xFFFF)
    assert (regs.ax, regs.bx) == (0, 4)
    assert guest.memory.read((regs.es << 4) + regs.si, 16) == b"Unaccelerated   "


@covers("33h/002Dh")
def test_a_faster_profile_takes_fast_movements_further(guest: Guest) -> None:
    regs = call(guest, 0x2D, bx=3)
    assert (regs.ax, regs.bx) == (0, 3)
    assert moved(guest, 2) == 2
    assert moved(guest, 100) == 300
    regs = call(guest, 0x2D, bx=5)
    assert (regs.ax, regs.bx) == (0xFFFE, 3)


@covers("33h/002Bh")
def test_profiles_of_a_program(guest: Guest) -> None:
    data = bytearray(profile_bytes(guest))
    data[1] = 2  # the second has two steps: from 1 as it is, from 10 on twice as far
    data[0x24:0x26] = bytes((1, 10))
    data[0xA4:0xA6] = bytes((0x10, 0x20))
    segment, offset = guest.put(bytes(data))
    assert call(guest, 0x2B, bx=2, es=segment, si=offset).ax == 0
    assert (moved(guest, 9), moved(guest, 10)) == (9, 20)
    assert profile_bytes(guest)[:4] == data[:4]
    assert call(guest, 0x2B, bx=0xFFFF).ax == 0
    assert moved(guest, 10) == 10
    assert profile_bytes(guest) == Profiles().pack()


@covers("33h/002Bh")
def test_what_are_no_profiles_changes_nothing(guest: Guest) -> None:
    segment, offset = guest.put(b"\xff" * SIZE)
    for active in (0, 1, 5):
        assert call(guest, 0x2B, bx=active, es=segment, si=offset).ax == 0xFFFF
    assert call(guest, 0x2C).bx == 4
    assert profile_bytes(guest) == Profiles().pack()


@covers("33h/002Eh")
def test_names_of_profiles(guest: Guest) -> None:
    names = b"".join(name.ljust(16) for name in (b"one", b"two", b"three", b"four"))
    segment, offset = guest.put(names)
    assert call(guest, 0x2E, bx=0, es=segment, si=offset).ax == 0
    regs = call(guest, 0x2D, bx=2)
    assert guest.memory.read((regs.es << 4) + regs.si, 16) == names[16:32]
    call(guest, 0x2E, bx=1, es=segment, si=offset)
    assert guest.memory.read(guest.scratch, 16) == b"Slow".ljust(16)


@covers("33h/0035h")
def test_the_large_pointer_is_kept(guest: Guest) -> None:
    assert call(guest, 0x35, bx=0x0102, cx=0x3201, dx=7).ax == 0
    regs = call(guest, 0x35, bx=0xFFFF)
    assert (regs.ax, regs.bx, regs.cx, regs.dx) == (0, 0x0102, 0x3201, 7)
    assert call(guest, 0x35, bx=0x0300).ax == 0xFFFF
    assert call(guest, 0x35, bx=0xFFFF).bx == 0x0102


@covers("33h/0032h")
def test_all_but_the_ballpoint_is_there(guest: Guest) -> None:
    assert call(guest, 0x32).ax == 0xFFFF & ~(1 << 0x34 - 0x30)
