"""XMS as programs call it, and as HIMEM answers."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hw.memory import Memory
from int21.board import Board
from int21.settings import DosSettings
from int21.xms import FIRST_KB, Xms, XmsError, XmsErrorCode
from tests.covers import covers
from tests.int21.machine import Guest

ENTRY = 0x2F4310
SIZE_KB = 512


@pytest.fixture
def guest(tmp_path: Path) -> Guest:
    return Guest(tmp_path, settings=DosSettings(xms_kb=SIZE_KB, upper_memory=(0xC800, 0xE000)))


def failed(regs: object, code: XmsErrorCode) -> bool:
    return regs.ax == 0 and regs.bl == code  # type: ignore[attr-defined]


def allocate(guest: Guest, size_kb: int) -> int:
    regs = guest.call(0x0900, ENTRY, dx=size_kb)
    assert regs.ax == 1
    return regs.dx


def move(guest: Guest, size: int, source: tuple[int, int], target: tuple[int, int]) -> object:
    segment, offset = guest.put(struct.pack("<IHIHI", size, *source, *target), 0x800)
    return guest.call(0x0B00, ENTRY, ds=segment, si=offset)


def test_without_the_driver_nobody_answers(tmp_path: Path) -> None:
    guest = Guest(tmp_path)
    assert guest.call(0x4300, 0x2F).al == 0
    assert failed(guest.call(0x0900, ENTRY, dx=1), XmsErrorCode.NOT_IMPLEMENTED)
    (tmp_path / "EMMXXXX0").write_bytes(b"a plain file")
    segment, offset = guest.put(b"EMMXXXX0\0")
    regs = guest.call(0x3D00, ds=segment, dx=offset)
    assert not guest.call(0x4400, bx=regs.ax).dx & 0x80


@covers("2Fh/4300h", "2Fh/4310h")
def test_the_entry_point_can_be_chained_into(guest: Guest) -> None:
    assert guest.call(0x4300, 0x2F).al == 0x80
    regs = guest.call(0x4310, 0x2F)
    assert guest.memory.read((regs.es << 4) + regs.bx, 5) == b"\xeb\x03\x90\x90\x90"


@pytest.mark.parametrize("name", [b"XMSXXXX0", b"xmsxxxx0.abc"])
def test_the_device_is_there(guest: Guest, name: bytes) -> None:
    segment, offset = guest.put(name + b"\0")
    handle = guest.call(0x3D00, ds=segment, dx=offset).ax
    assert guest.call(0x4400, bx=handle).dx == 0xA0C0
    assert guest.call(0x4407, bx=handle).al == 0xFF


@covers("2F4310h/08h", "2F4310h/88h")
def test_free_memory_in_both_widths(guest: Guest) -> None:
    blocks = SIZE_KB - 64
    regs = guest.call(0x0800, ENTRY)
    assert (regs.ax, regs.dx, regs.bl) == (blocks, blocks, 0)
    regs = guest.call(0x8800, ENTRY)
    assert (regs.eax, regs.edx, regs.ecx) == (blocks, blocks, (1024 + SIZE_KB) * 1024 - 1)
    allocate(guest, blocks)
    regs = guest.call(0x0800, ENTRY)
    assert (regs.ax, regs.dx, regs.bl) == (0, 0, XmsErrorCode.ALL_ALLOCATED)


@covers("2F4310h/09h")
def test_blocks_of_no_size_have_handles_until_these_run_out(guest: Guest) -> None:
    for _ in range(128):
        allocate(guest, 0)
    assert failed(guest.call(0x0900, ENTRY, dx=0), XmsErrorCode.NO_HANDLES)


@covers("2F4310h/0Bh", "2F4310h/0Dh", "2F4310h/0Eh", "2F4310h/0Fh", "2F4310h/8Fh")
def test_a_grown_block_keeps_its_content_and_moves_when_it_must(guest: Guest) -> None:
    first, _between = allocate(guest, 8), allocate(guest, 8)
    segment, offset = guest.put(b"keep me!")
    move(guest, 8, (0, segment << 16 | offset), (first, 8184))
    before = guest.call(0x0C00, ENTRY, dx=first)
    old = before.dx << 16 | before.bx
    assert failed(guest.call(0x0F00, ENTRY, dx=first, bx=16), XmsErrorCode.LOCKED)
    guest.call(0x0D00, ENTRY, dx=first)
    assert guest.call(0x8F00, ENTRY, dx=first, ebx=16).ax == 1
    after = guest.call(0x0C00, ENTRY, dx=first)
    assert after.dx << 16 | after.bx != old
    assert guest.memory.read((after.dx << 16 | after.bx) + 8184, 8) == b"keep me!"
    regs = guest.call(0x0E00, ENTRY, dx=first)
    assert (regs.bh, regs.bl, regs.dx) == (1, 126, 16)


@pytest.mark.parametrize("distance", [-6, -2, 2, 6])
def test_overlapping_moves_are_right_in_both_directions(guest: Guest, distance: int) -> None:
    handle = allocate(guest, 1)
    segment, offset = guest.put(b"0123456789ABCDEF")
    move(guest, 16, (0, segment << 16 | offset), (handle, 16))
    assert move(guest, 16, (handle, 16), (handle, 16 + distance)).ax == 1  # type: ignore[attr-defined]
    move(guest, 16, (handle, 16 + distance), (0, segment << 16 | offset))
    assert guest.memory.read((segment << 4) + offset, 16) == b"0123456789ABCDEF"


@pytest.mark.parametrize(
    ("size", "source", "target", "code"),
    [
        (3, (0, 0x10000000), (1, 0), XmsErrorCode.INVALID_LENGTH),
        (2, (9, 0), (1, 0), XmsErrorCode.INVALID_SOURCE_HANDLE),
        (2, (1, 1025), (1, 0), XmsErrorCode.INVALID_SOURCE_OFFSET),
        (2, (1, 0), (9, 0), XmsErrorCode.INVALID_TARGET_HANDLE),
        (2, (1, 0), (1, 0xFFFFFFF0), XmsErrorCode.INVALID_TARGET_OFFSET),
        (1026, (0, 0x10000000), (1, 0), XmsErrorCode.INVALID_LENGTH),
        (0x200000, (0, 0), (0, 0), XmsErrorCode.INVALID_LENGTH),
    ],
)
def test_wrong_moves(
    guest: Guest, size: int, source: tuple[int, int], target: tuple[int, int], code: XmsErrorCode
) -> None:
    assert allocate(guest, 1) == 1
    assert failed(move(guest, size, source, target), code)


@covers("2F4310h/0Ah", "2F4310h/0Ch")
def test_locks_are_counted(guest: Guest) -> None:
    handle = allocate(guest, 1)
    for _ in range(255):
        assert guest.call(0x0C00, ENTRY, dx=handle).ax == 1
    assert failed(guest.call(0x0C00, ENTRY, dx=handle), XmsErrorCode.TOO_MANY_LOCKS)
    assert failed(guest.call(0x0A00, ENTRY, dx=handle), XmsErrorCode.LOCKED)


@covers("2F4310h/02h", "2F4310h/07h", "2Fh/4A02h")
def test_high_memory_that_dos_has_is_dos_s(tmp_path: Path) -> None:
    guest = Guest(tmp_path, settings=DosSettings(xms_kb=SIZE_KB, high=True))
    assert failed(guest.call(0x0100, ENTRY, dx=0xFFFF), XmsErrorCode.HMA_IN_USE)
    assert failed(guest.call(0x0200, ENTRY), XmsErrorCode.HMA_NOT_ALLOCATED)
    assert guest.call(0x0700, ENTRY).ax == 1  # A20 is open as long as DOS is there
    regs = guest.call(0x4A01, 0x2F)
    free = regs.bx
    assert free
    assert (regs.es << 4) + regs.di + free == 0x10FFF0
    regs = guest.call(0x4A02, 0x2F, bx=100)
    assert (regs.bx, (regs.es << 4) + regs.di) == (112, 0x10FFF0 - free)
    assert guest.call(0x4A01, 0x2F).bx == free - 112
    assert (guest.call(0x4A02, 0x2F, bx=0xFFF0).bx, guest.regs.es, guest.regs.di) == (0, 0xFFFF, 0xFFFF)


@covers("2F4310h/01h", "2Fh/4A01h")
def test_high_memory_is_the_programs_when_dos_is_low(guest: Guest) -> None:
    regs = guest.call(0x4A01, 0x2F)
    assert (regs.bx, regs.es, regs.di) == (0, 0xFFFF, 0xFFFF)
    assert guest.call(0x0100, ENTRY, dx=0xFFFF).ax == 1


@covers("2F4310h/11h", "2F4310h/12h")
def test_upper_memory_comes_from_dos_s_blocks_and_stays_when_the_program_ends(guest: Guest) -> None:
    regs = guest.call(0x1000, ENTRY, dx=0x100)
    block = regs.bx
    assert 0xC800 < block < 0xE000
    guest.dos.arena.free_all(guest.dos.psp)
    assert failed(guest.call(0x1200, ENTRY, dx=block, bx=0xFFFF), XmsErrorCode.SMALLER_UPPER_BLOCK)
    assert guest.regs.dx == 0xE000 - block
    assert guest.call(0x1200, ENTRY, dx=block, bx=0x80).ax == 1
    assert guest.call(0x1100, ENTRY, dx=block).ax == 1
    assert failed(guest.call(0x1100, ENTRY, dx=guest.dos.psp), XmsErrorCode.INVALID_UPPER_SEGMENT)


@covers("2F4310h/10h")
def test_without_upper_memory_there_are_no_blocks(tmp_path: Path) -> None:
    guest = Guest(tmp_path, settings=DosSettings(xms_kb=SIZE_KB))
    assert failed(guest.call(0x1000, ENTRY, dx=1), XmsErrorCode.NO_UPPER_BLOCKS)


word = st.integers(0, 0xFFFF) | st.sampled_from([0, 1, 2, 3, 0x40, 0xC801, 0xFFFF])


@covers(
    "2F4310h", "2F4310h/00h", "2F4310h/03h", "2F4310h/04h", "2F4310h/05h", "2F4310h/06h", "2F4310h/89h", "2F4310h/8Eh"
)
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(st.integers(0, 0x12) | st.integers(0x86, 0x90), word, word, word, st.binary(max_size=16)),
             max_size=30)
)  # fmt: skip
def test_whatever_is_asked_blocks_never_overlap(guest: Guest, calls: list[tuple[int, int, int, int, bytes]]) -> None:
    for number, bx, dx, high, data in calls:
        segment, offset = guest.put(data, 0x800)
        regs = guest.call(
            number << 8, ENTRY, ebx=high << 16 | bx, edx=high << 16 | dx, ds=segment, si=offset if high & 1 else bx
        )
        assert regs.ax in (0, 1) or number in (0x00, 0x08, 0x88)
    xms = guest.dos.xms
    assert xms is not None
    used = sorted((block.start_kb, block.end_kb) for block in xms._blocks.values())
    at = FIRST_KB
    for start, end in used:
        assert at <= start <= end <= 1024 + SIZE_KB
        at = end


@given(st.lists(st.tuples(st.sampled_from(["allocate", "free", "resize"]), st.integers(0, 7), st.integers(0, 40))))
def test_blocks_keep_their_content(steps: list[tuple[str, int, int]]) -> None:
    memory = Memory(0x140000)
    xms = Xms(memory, Board.of(memory), 192)
    marks: dict[int, tuple[int, int]] = {}
    for number, (what, which, size) in enumerate(steps):
        handles = sorted(marks)
        handle = handles[which % len(handles)] if handles else 0
        try:
            match what:
                case "allocate":
                    handle = xms.allocate(size)
                    start = xms.block(handle).start_kb << 10
                    memory.fill(start, size << 10, number & 0xFF)
                    marks[handle] = (number & 0xFF, size)
                case "free" if handle:
                    xms.free(handle)
                    del marks[handle]
                case "resize" if handle:
                    xms.resize(handle, size)
                    mark, old = marks[handle]
                    start = xms.block(handle).start_kb << 10
                    assert memory.read(start, min(old, size) << 10) == bytes((mark,)) * (min(old, size) << 10)
                    memory.fill(start, size << 10, mark)
                    marks[handle] = (mark, size)
        except XmsError as error:
            assert error.code is XmsErrorCode.ALL_ALLOCATED  # noqa: PT017
    for handle, (mark, size) in marks.items():
        assert memory.read(xms.block(handle).start_kb << 10, size << 10) == bytes((mark,)) * (size << 10)
