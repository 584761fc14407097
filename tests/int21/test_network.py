"""Without a network: what DOS itself answers, and the rest fails."""

from __future__ import annotations

import struct

import pytest

from tests.covers import covers
from tests.int21.files_guest import BUFFER, created, error, with_path, write
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


@covers("21h/5D01h")
def test_commit(guest: Guest) -> None:
    assert error(guest.call(0x5D01)) is None


@covers("21h/5F07h", "21h/5F08h")
def test_a_drive_is_disabled_and_enabled(guest: Guest) -> None:
    created(guest, b"F")
    with_path(guest, 0x3900, b"SUB")
    assert error(guest.call(0x5F08, dx=2)) is None
    assert error(with_path(guest, 0x3D00, b"C:\\F")) == 3
    assert guest.call(0x3600, dx=3).ax == 0xFFFF
    assert error(guest.call(0x5F08, dx=2)) == 0x0F
    assert error(guest.call(0x5F07, dx=2)) is None
    assert error(with_path(guest, 0x3D00, b"C:\\F")) is None
    assert error(guest.call(0x5F07, dx=2)) is None
    assert error(guest.call(0x5F07, dx=20)) == 0x0F


def server_block(guest: Guest, ax: int = 0, machine: int = 0, process: int = 0, **registers: int) -> dict[str, int]:
    """The list of registers that functions of a server take, at DS:DX."""
    names = ("bx", "cx", "dx", "si", "di", "ds", "es")
    values = [registers.get(name, 0) for name in names]
    segment, offset = guest.put(struct.pack("<11H", ax, *values, 0, machine, process), 0x1800)
    return {"ds": segment, "dx": offset}


@covers("21h/5D00h", "21h/5D02h", "21h/5D03h", "21h/5D04h")
def test_a_server_opens_and_closes_files_for_others(guest: Guest) -> None:
    (guest.folder / "F").write_bytes(b"")
    segment, offset = guest.put(b"F\0")

    def opened(machine: int) -> int:
        regs = guest.call(0x5D00, **server_block(guest, 0x3D42, machine=machine, ds=segment, dx=offset))
        assert error(regs) is None
        return int(regs.ax)

    first, second = opened(1), opened(2)
    assert guest.dos.files.entry(first).machine == 1
    guest.call(0x5D03, **server_block(guest, machine=1))
    assert error(write(guest, first, b"x")) == 6
    assert error(write(guest, second, b"x")) is None
    segment, offset = guest.put(b"F\0")
    guest.call(0x5D04, **server_block(guest, machine=2, process=1))
    assert error(write(guest, second, b"x")) is None, "another process"
    guest.call(0x5D04, **server_block(guest, machine=2, process=guest.dos.psp))
    assert error(write(guest, second, b"x")) == 6
    segment, offset = guest.put(b"F\0")
    third = opened(0)
    assert error(guest.call(0x5D02, **server_block(guest, ds=segment, dx=offset))) is None
    assert error(write(guest, third, b"x")) == 6
    assert error(guest.call(0x5D02, **server_block(guest, ds=segment, dx=offset + 1))) == 3


@covers("21h/5D00h")
@pytest.mark.parametrize("ax", [0x0100, 0x0A00, 0x5D00, 0x7139, 0xFF00])
def test_what_a_server_may_not_ask_for(guest: Guest, ax: int) -> None:
    assert error(guest.call(0x5D00, **server_block(guest, ax))) == 1
