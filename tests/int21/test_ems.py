"""Expanded memory as programs call it; the numbers are those of the LIM specification, version 4.0."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from int21.ems import PAGE, Ems, Status
from int21.service import CallGuest
from int21.settings import DosSettings
from tests.covers import covers
from tests.fakes import FakeRegisters
from tests.int21.machine import Guest

EMS = 0x67
FRAME = 0xE0000
PAGES = 16  # 256 KB


@pytest.fixture
def guest(tmp_path: Path) -> Guest:
    return Guest(tmp_path, settings=DosSettings(ems_kb=PAGES * 16))


def ems_of(guest: Guest) -> Ems:
    assert guest.dos.ems is not None
    return guest.dos.ems


def call(guest: Guest, ax: int, status: Status = Status.OK, **registers: int) -> FakeRegisters:
    regs = guest.call(ax, EMS, **registers)
    assert regs.ah == status
    return regs


def allocate(guest: Guest, pages: int) -> int:
    return int(call(guest, 0x4300, bx=pages).dx)


def show(guest: Guest, handle: int, *pages: int) -> None:
    for physical, logical in enumerate(pages):
        call(guest, 0x4400 | physical, bx=logical, dx=handle)


@covers("21h/4400h")
def test_it_is_found_by_the_name_in_the_vector_s_segment(guest: Guest) -> None:
    segment = guest.memory.u16(EMS * 4 + 2)
    assert guest.memory.read((segment << 4) + 10, 8) == b"EMMXXXX0"
    path_segment, offset = guest.put(b"EMMXXXX0\0")
    handle = guest.call(0x3D00, ds=path_segment, dx=offset).ax
    assert guest.call(0x4400, bx=handle).dx == 0xC0C0


def test_the_device_is_in_the_chain(guest: Guest) -> None:
    lists = guest.call(0x5200)
    at = (lists.es << 4) + lists.bx + 0x22
    names = []
    while guest.memory.u16(at) != 0xFFFF:
        at = (guest.memory.u16(at + 2) << 4) + guest.memory.u16(at)
        names.append(guest.memory.read(at + 10, 8))
    assert names.count(b"EMMXXXX0") == 1


@covers("67h/42h", "67h/4Bh", "67h/4Ch", "67h/4Dh", "67h/51h")
def test_pages_are_counted(guest: Guest) -> None:
    handle = allocate(guest, 5)
    regs = call(guest, 0x4200)
    assert (regs.bx, regs.dx) == (PAGES - 5, PAGES)
    assert call(guest, 0x4C00, dx=handle).bx == 5
    assert call(guest, 0x4B00).bx == 2  # with the system's handle 0
    segment, offset = guest.put(b"")
    assert call(guest, 0x4D00, es=segment, di=offset).bx == 2
    assert guest.memory.read(guest.scratch, 8) == struct.pack("<4H", 0, 0, handle, 5)
    call(guest, 0x5100, bx=9, dx=handle)
    assert call(guest, 0x5100, Status.MORE_THAN_ALL, bx=PAGES + 1, dx=handle).bx == 9
    call(guest, 0x4500, dx=handle)
    assert call(guest, 0x4200).bx == PAGES


@covers("67h", "67h/4Eh", "67h/5201h", "67h/5B01h")
@pytest.mark.parametrize(
    ("ax", "registers", "status"),
    [
        (0x4300, {"bx": 0}, Status.NO_PAGES),
        (0x4300, {"bx": PAGES + 1}, Status.MORE_THAN_ALL),
        (0x4300, {"bx": PAGES - 1}, Status.MORE_THAN_FREE),
        (0x4400, {"bx": 2, "dx": 1}, Status.LOGICAL_PAGE),
        (0x4404, {"bx": 0, "dx": 1}, Status.PHYSICAL_PAGE),
        (0x4400, {"bx": 0, "dx": 77}, Status.INVALID_HANDLE),
        (0x4500, {"dx": 77}, Status.INVALID_HANDLE),
        (0x4800, {"dx": 1}, Status.NO_SAVED_MAP),
        (0x4900, {}, Status.UNDEFINED_FUNCTION),
        (0x4E04, {}, Status.UNDEFINED_SUBFUNCTION),
        (0x4F02, {"bx": 5}, Status.PHYSICAL_PAGE),
        (0x5201, {"bx": 1, "dx": 1}, Status.NOT_SUPPORTED),
        (0x5201, {"bx": 2, "dx": 1}, Status.UNDEFINED_ATTRIBUTE),
        (0x5401, {}, Status.NAME_NOT_FOUND),
        (0x5B01, {"bx": 1}, Status.UNDEFINED_ALTERNATE_SET),
        (0x5D02, {"bx": 1, "cx": 2}, Status.ACCESS_DENIED),
        (0xDE00, {}, Status.UNDEFINED_FUNCTION),
    ],
)
def test_errors(guest: Guest, ax: int, registers: dict[str, int], status: Status) -> None:
    allocate(guest, 2)
    segment, offset = guest.put(b"NOBODY\0\0")
    call(guest, ax, status, **{"ds": segment, "si": offset, **registers})


@covers("67h/45h", "67h/47h", "67h/48h")
def test_a_handle_that_saved_its_map_is_not_released(guest: Guest) -> None:
    handle = allocate(guest, 2)
    show(guest, handle, 1)
    guest.memory.write(FRAME, b"one")
    call(guest, 0x4700, dx=handle)
    call(guest, 0x4700, Status.MAP_ALREADY_SAVED, dx=handle)
    call(guest, 0x4500, Status.SAVED_MAP_EXISTS, dx=handle)
    show(guest, handle, 0)
    assert guest.memory.read(FRAME, 3) != b"one"
    call(guest, 0x4800, dx=handle)
    assert guest.memory.read(FRAME, 3) == b"one"
    call(guest, 0x4500, dx=handle)
    assert guest.memory.read(FRAME, 3) != b"one"  # nobody's page is shown


@covers("67h/4E00h", "67h/4E01h", "67h/4E02h", "67h/4E03h")
def test_maps_in_memory(guest: Guest) -> None:
    handle = allocate(guest, 4)
    show(guest, handle, 0, 1, 2, 3)
    for page in range(4):
        guest.memory.fill(FRAME + page * PAGE, PAGE, 0x30 + page)
    size = call(guest, 0x4E03).al
    segment, _ = guest.put(b"")
    call(guest, 0x4E00, es=segment, di=0)
    show(guest, handle, 3, 3, 3, 3)
    call(guest, 0x4E02, es=segment, di=size, ds=segment, si=0)
    assert guest.memory.read(FRAME + PAGE, 1) == b"1"
    call(guest, 0x4E01, ds=segment, si=size)
    assert guest.memory.read(FRAME + PAGE, 1) == b"3"
    guest.memory.set_u8(guest.scratch + 2, 0x55)
    call(guest, 0x4E01, Status.CORRUPT_MAP, ds=segment, si=0)


@covers("67h/4F00h", "67h/4F01h", "67h/4F02h")
def test_part_of_a_map(guest: Guest) -> None:
    handle = allocate(guest, 4)
    show(guest, handle, 0, 1, 2, 3)
    guest.memory.write(FRAME + 2 * PAGE, b"two")
    segment, _ = guest.put(struct.pack("<HH", 1, 0xE800))
    call(guest, 0x4F00, ds=segment, si=0, es=segment, di=0x100)
    assert call(guest, 0x4F02, bx=1).al <= 0x20
    show(guest, handle, 3, 3, 3)
    call(guest, 0x4F01, ds=segment, si=0x100)
    assert guest.memory.read(FRAME + 2 * PAGE, 3) == b"two"
    assert ems_of(guest).shown[0] == (handle, 3)
    guest.put(struct.pack("<HH", 1, 0xE801))
    call(guest, 0x4F00, Status.PHYSICAL_PAGE, ds=segment, si=0, es=segment, di=0x100)


@covers("67h/5000h", "67h/5001h")
def test_several_pages_at_once_are_mapped_all_or_none(guest: Guest) -> None:
    handle = allocate(guest, 2)
    segment, _ = guest.put(struct.pack("<6H", 1, 0, 0, 0xE400, 2, 2))
    call(guest, 0x5000, Status.PHYSICAL_PAGE, ds=segment, si=0, cx=2, dx=handle)
    assert ems_of(guest).shown == (None,) * 4
    call(guest, 0x5000, Status.LOGICAL_PAGE, ds=segment, si=8, cx=1, dx=handle)
    call(guest, 0x5001, ds=segment, si=4, cx=1, dx=handle)
    assert ems_of(guest).shown[1] == (handle, 0)


@covers("67h/5300h", "67h/5301h", "67h/5400h", "67h/5401h", "67h/5402h")
def test_names(guest: Guest) -> None:
    first, second = allocate(guest, 1), allocate(guest, 1)
    segment, _ = guest.put(b"SWAPFILE")
    call(guest, 0x5301, dx=first, ds=segment, si=0)
    call(guest, 0x5301, Status.NAME_EXISTS, dx=second, ds=segment, si=0)
    assert call(guest, 0x5401, ds=segment, si=0).dx == first
    call(guest, 0x5300, dx=first, es=segment, di=0x20)
    assert guest.memory.read(guest.scratch + 0x20, 8) == b"SWAPFILE"
    assert call(guest, 0x5400, es=segment, di=0x40).al == 3
    assert guest.memory.read(guest.scratch + 0x4A, 10) == struct.pack("<H", first) + b"SWAPFILE"
    assert call(guest, 0x5402).bx == 255
    guest.put(bytes(8))
    call(guest, 0x5401, Status.NAME_EXISTS, ds=segment, si=0)  # many have no name


def region(kind: int, handle: int, offset: int, page: int) -> bytes:
    return struct.pack("<BHHH", kind, handle, offset, page)


def move(guest: Guest, ax: int, length: int, source: bytes, target: bytes, status: Status = Status.OK) -> None:
    segment, offset = guest.put(struct.pack("<I", length) + source + target, 0x4000)
    call(guest, ax, status, ds=segment, si=offset)


@covers("67h/5700h", "67h/5701h")
def test_moving_across_pages_and_exchanging(guest: Guest) -> None:
    handle = allocate(guest, 3)
    segment, offset = guest.put(bytes(range(256)) * 2)
    here = region(0, 0, offset, segment)
    move(guest, 0x5700, 512, here, region(1, handle, PAGE - 256, 1))
    show(guest, handle, 1, 2)
    assert guest.memory.read(FRAME + PAGE - 256, 512) == bytes(range(256)) * 2
    guest.put(b"conventional")
    move(guest, 0x5701, 12, here, region(1, handle, PAGE - 6, 1))
    assert guest.memory.read(FRAME + PAGE - 6, 12) == b"conventional"
    assert guest.memory.read(guest.scratch, 12) == bytes(range(250, 256)) + bytes(range(6))


def test_overlapping_pages(guest: Guest) -> None:
    handle = allocate(guest, 2)
    show(guest, handle, 0, 1)
    guest.memory.write(FRAME, b"abcdefgh")
    move(guest, 0x5700, 8, region(1, handle, 0, 0), region(1, handle, 2, 0), Status.OVERLAPPED)
    assert guest.memory.read(FRAME, 10) == b"ababcdefgh"
    move(guest, 0x5701, 8, region(1, handle, 0, 0), region(1, handle, 2, 0), Status.EXCHANGE_OVERLAP)
    # The frame shows the very page.
    move(guest, 0x5700, 8, region(0, 0, 0, 0xE000), region(1, handle, 4, 0), Status.MIXED_OVERLAP)
    move(guest, 0x5700, 8, region(0, 0, 0, 0xE000), region(1, handle, 4, 1))


@pytest.mark.parametrize(
    ("length", "source", "target", "status"),
    [
        (8, (0, 0, 0, 0x1000), (1, 9, 0, 0), Status.INVALID_HANDLE),
        (8, (0, 0, 0, 0x1000), (1, 1, 0, 2), Status.LOGICAL_PAGE),
        (8, (0, 0, 0, 0x1000), (1, 1, PAGE, 0), Status.OFFSET_OUTSIDE_PAGE),
        (8, (0, 0, 0, 0x1000), (1, 1, PAGE - 4, 1), Status.REGION_TOO_LONG),
        (0x100001, (0, 0, 0, 0x1000), (1, 1, 0, 0), Status.LONGER_THAN_1_MB),
        (8, (2, 0, 0, 0x1000), (1, 1, 0, 0), Status.MEMORY_TYPE),
        (0x20, (0, 0, 0, 0xFFFF), (1, 1, 0, 0), Status.WRAPS),
    ],
)
def test_wrong_moves(
    guest: Guest, length: int, source: tuple[int, int, int, int], target: tuple[int, int, int, int], status: Status
) -> None:
    assert allocate(guest, 2) == 1
    move(guest, 0x5700, length, region(*source), region(*target), status)


@covers("67h/44h", "67h/5600h")
def test_a_call_with_another_map_gives_the_old_one_back(guest: Guest) -> None:
    handle = allocate(guest, 2)
    show(guest, handle, 0)
    segment, _ = guest.put(struct.pack("<HH", 1, 0) + struct.pack("<HH", 0, 0))
    guest.put(struct.pack("<HHBHHBHH", 0x20, 0x1234, 1, 0, segment, 1, 4, segment), 0x100)
    with pytest.raises(CallGuest) as raised:
        guest.call(0x5600, EMS, ds=segment, si=0x100, dx=handle)
    assert raised.value.far == (0x1234, 0x20)
    assert ems_of(guest).shown[0] == (handle, 1)
    raised.value.then(guest.regs, {"ebx": 0x5555, "edx": 7, "eax": 0x9999})
    assert (guest.regs.ah, guest.regs.bx, guest.regs.dx) == (0, 0x5555, 7)
    assert ems_of(guest).shown[0] == (handle, 0)


@covers("67h/43h", "67h/5501h")
def test_a_jump_with_another_map(guest: Guest) -> None:
    handle = allocate(guest, 2)
    segment, _ = guest.put(struct.pack("<HHBHH", 0x20, 0x1234, 1, 16, 0) + bytes(7) + struct.pack("<HH", 1, 0xE000))
    guest.memory.write(guest.scratch + 7, struct.pack("<H", segment))
    regs = call(guest, 0x5501, ds=segment, si=0, dx=handle)
    assert (regs.cs, regs.ip) == (0x1234, 0x20)
    assert ems_of(guest).shown[0] == (handle, 1)


@covers("67h/5900h", "67h/5D00h", "67h/5D01h", "67h/5D02h")
def test_functions_for_systems_can_be_locked(guest: Guest) -> None:
    segment, _ = guest.put(b"")
    regs = call(guest, 0x5D01)
    key = {"bx": regs.bx, "cx": regs.cx}
    call(guest, 0x5900, Status.ACCESS_DENIED, es=segment, di=0)
    call(guest, 0x5D00, Status.ACCESS_DENIED, bx=key["bx"] ^ 1, cx=key["cx"])
    call(guest, 0x5D00, **key)
    call(guest, 0x5900, es=segment, di=0)
    assert guest.memory.u16(guest.scratch) == PAGE >> 4
    call(guest, 0x5D02, **key)
    call(guest, 0x5D02, Status.ACCESS_DENIED, **key)


def test_a_file_is_read_into_the_frame(guest: Guest) -> None:
    (guest.folder / "DATA.BIN").write_bytes(bytes(range(256)) * 32)
    handle = allocate(guest, 4)
    show(guest, handle, 3, 0)
    segment, offset = guest.put(b"DATA.BIN\0")
    file = guest.call(0x3D00, ds=segment, dx=offset).ax
    guest.call(0x3F00, bx=file, cx=0x2000, ds=0xE000, dx=0x3000)
    show(guest, handle, 0, 3)
    assert guest.memory.read(FRAME, 0x1000) + guest.memory.read(FRAME + PAGE + 0x3000, 0x1000) == bytes(range(256)) * 32


word = st.integers(0, 0xFFFF) | st.integers(0, 17)
subfunction = st.integers(0, 8) | st.integers(0, 255)


@covers(
    "67h/40h",
    "67h/41h",
    "67h/46h",
    "67h/50h",
    "67h/5202h",
    "67h/52h",
    "67h/53h",
    "67h/54h",
    "67h/5500h",
    "67h/55h",
    "67h/56h",
    "67h/57h",
    "67h/5800h",
    "67h/5801h",
    "67h/58h",
    "67h/5Ah",
    "67h/5Ch",
    "67h/5Dh",
)
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0x40, 0x5E), subfunction, word, word, word, st.binary(max_size=24)), max_size=30))
def test_whatever_is_asked_no_page_belongs_to_two(
    guest: Guest, calls: list[tuple[int, int, int, int, int, bytes]]
) -> None:
    before = guest.memory.read(0, 0x600)
    for number, sub, bx, cx, dx, data in calls:
        segment, offset = guest.put(data, 0x4000)
        try:
            guest.call(number << 8 | sub, EMS, bx=bx, cx=cx, dx=dx, ds=segment, si=offset, es=segment, di=0x5000)
        except CallGuest as guest_code:
            guest_code.then(guest.regs, {})
        assert guest.regs.ah in set(Status)
    ems = ems_of(guest)
    owned = sorted(page for handle in ems.handles.values() for page in handle.pages)
    assert sorted(owned + ems._free) == list(range(PAGES))
    for page in ems.shown:
        assert page is None or page[1] < len(ems.handles[page[0]].pages)
    if all(number not in (0x57,) for number, *_ in calls):
        assert guest.memory.read(0, 0x600) == before
