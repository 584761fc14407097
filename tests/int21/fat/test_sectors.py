from __future__ import annotations

import struct
from pathlib import Path

import pytest

from dosemu.bios.bios import Bios, make_bios
from dosemu.host_drives import bios_disk
from hw.clock import Clock
from hw.memory import Memory
from int21.drives import Drives
from int21.fat.drive import open_image
from int21.settings import DosSettings
from tests.covers import covers
from tests.fakes import FakeRegisters
from tests.int21.fat import images
from tests.int21.machine import Guest

BUFFER = 0x20000


@pytest.fixture
def floppy(tmp_path: Path) -> Path:
    disk = images.make(tmp_path / "a.img", 1440)
    images.put(disk, "A.TXT", b"hello")
    return disk


@pytest.fixture
def dos(tmp_path: Path, floppy: Path) -> Guest:
    (tmp_path / "c").mkdir()
    guest = Guest(tmp_path / "c", settings=DosSettings(long_names=True))
    guest.dos.drives.mount("A", open_image(str(floppy))[0])
    return guest


@pytest.fixture
def bios(tmp_path: Path, floppy: Path) -> Bios:
    part = images.make(tmp_path / "part.img", 4200, 16, "HARD", "-s", "1")
    drives = Drives()
    drives.mount("A", open_image(str(floppy))[0])
    drives.mount("D", open_image(str(images.partitioned(tmp_path / "hard.img", [part])))[0])
    machine = make_bios(Memory(0x200000), Clock())
    machine.find_disk = lambda number: bios_disk(drives, number)
    return machine


def call(bios: Bios, ax: int, **registers: int) -> FakeRegisters:
    regs = FakeRegisters(ax=ax, **registers)
    assert bios.call(0x13, regs)
    return regs


def packet(dos: Guest, first: int, count: int) -> tuple[int, int]:
    return dos.put(struct.pack("<IHHH", first, count, 0, BUFFER >> 4), 0x100)


@covers("25h", "26h")
def test_sectors_of_an_image_are_read_and_written(dos: Guest) -> None:
    regs = dos.call(0x0000, 0x25, cx=1, dx=0, ds=BUFFER >> 4, bx=0)
    assert not regs.cf
    boot = dos.memory.read(BUFFER, 512)
    assert boot[510:] == b"\x55\xaa"
    dos.memory.write(BUFFER, bytes([7]) * 1024)
    assert not dos.call(0x0000, 0x26, cx=2, dx=2878, ds=BUFFER >> 4, bx=0).cf
    segment, offset = packet(dos, 2879, 1)
    dos.memory.fill(BUFFER, 512, 0)
    assert not dos.call(0x0000, 0x25, cx=0xFFFF, ds=segment, bx=offset).cf
    assert dos.memory.read(BUFFER, 512) == bytes([7]) * 512


@covers("25h")
@pytest.mark.parametrize(("cx", "dx"), [(1, 2880), (2, 2879), (200, 0)])
def test_sectors_that_are_not_there(dos: Guest, cx: int, dx: int) -> None:
    regs = dos.call(0x0000, 0x25, cx=cx, dx=dx, ds=BUFFER >> 4, bx=0)
    assert (regs.cf, regs.ax) == (True, 0x0408)


@covers("26h")
def test_a_directory_that_was_written_by_sectors_is_seen(dos: Guest) -> None:
    drive = dos.dos.drives.at(0)
    assert drive.names(()) == (b"A.TXT",)
    dos.call(0x0000, 0x25, cx=1, dx=19, ds=BUFFER >> 4, bx=0)
    sector = bytearray(dos.memory.read(BUFFER, 512))
    at = sector.index(b"A       TXT")
    sector[at : at + 1] = b"B"
    dos.memory.write(BUFFER, bytes(sector))
    dos.call(0x0000, 0x26, cx=1, dx=19, ds=BUFFER >> 4, bx=0)
    assert drive.names(()) == (b"B.TXT",)


@covers("21h/32h")
def test_the_parameter_block_tells_where_things_are(dos: Guest) -> None:
    regs = dos.call(0x3200, dx=1)
    block = dos.memory.read((regs.ds << 4) + regs.bx, 0x11)
    assert struct.unpack("<HBBHBHHHH", block[2:0x11]) == (512, 0, 0, 1, 2, 224, 33, 2848, 9)


@covers("21h/7305h")
def test_sectors_by_the_function_of_windows_95(dos: Guest) -> None:
    segment, offset = packet(dos, 0, 1)
    assert not dos.call(0x7305, cx=0xFFFF, dx=1, si=0, ds=segment, bx=offset).cf
    assert dos.memory.read(BUFFER + 510, 2) == b"\x55\xaa"
    assert dos.call(0x7305, cx=0xFFFF, dx=3, si=0, ds=segment, bx=offset).ax == 0x8002  # a folder
    assert dos.call(0x7305, cx=1, dx=1, si=0, ds=segment, bx=offset).cf


@covers("13h/02h", "13h/03h", "13h/04h", "13h/01h")
def test_the_bios_reads_and_writes_floppies(bios: Bios) -> None:
    # Cylinder 1, head 1, sector 18 is the last of the second cylinder.
    bios.memory.write(BUFFER, b"x" * 512)
    assert call(bios, 0x0301, cx=0x0112, dx=0x0100, es=BUFFER >> 4, bx=0).ax == 0x0001
    disk = bios.find_disk(0)
    assert disk is not None
    assert disk.read(71, 1) == b"x" * 512
    regs = call(bios, 0x0202, cx=0x0001, dx=0x0000, es=BUFFER >> 4, bx=0)
    assert (regs.cf, regs.ax) == (False, 2)
    assert bios.memory.read(BUFFER + 510, 2) == b"\x55\xaa"
    assert call(bios, 0x0401, cx=0x4F12, dx=0x0100).ax == 1
    for cx, dx in ((0x0013, 0), (0x0000, 0), (0x5001, 0), (0x0001, 0x0200)):
        regs = call(bios, 0x0201, cx=cx, dx=dx, es=BUFFER >> 4, bx=0)
        assert (regs.cf, regs.ax) == (True, 0x0400)
    assert call(bios, 0x0100, dx=0).ah == 4


@covers("13h/08h", "13h/15h")
def test_the_bios_tells_the_sizes_of_disks(bios: Bios) -> None:
    regs = call(bios, 0x0800, dx=0)
    assert (regs.cf, regs.bl, regs.cx, regs.dx) == (False, 4, 0x4F12, 0x0101)
    regs = call(bios, 0x0800, dx=0x80)
    assert (regs.cf, regs.cl & 63, regs.dx) == (False, 63, 0x0F01)
    assert call(bios, 0x0800, dx=0x81).cf
    regs = call(bios, 0x1500, dx=0x80)
    disk = bios.find_disk(0x80)
    assert disk is not None
    assert (regs.ah, regs.cx << 16 | regs.dx) == (3, disk.sectors)
    assert call(bios, 0x1500, dx=0x81).ah == 0


@covers("13h/41h", "13h/42h", "13h/43h", "13h/44h", "13h/48h", "13h/47h")
def test_extended_access(bios: Bios) -> None:
    regs = call(bios, 0x4100, bx=0x55AA, dx=0x80)
    assert (regs.cf, regs.bx, regs.cx & 1) == (False, 0xAA55, 1)
    assert call(bios, 0x4100, bx=0x55AA, dx=0).cf
    bios.memory.write(0x500, struct.pack("<BBHHHQ", 16, 0, 1, 0, BUFFER >> 4, 63))
    assert not call(bios, 0x4200, dx=0x80, ds=0x50, si=0).cf
    assert b"HARD" in bios.memory.read(BUFFER, 512)
    bios.memory.write(BUFFER, b"w" * 512)
    assert not call(bios, 0x4300, dx=0x80, ds=0x50, si=0).cf
    assert not call(bios, 0x4400, dx=0x80, ds=0x50, si=0).cf
    assert not call(bios, 0x4700, dx=0x80, ds=0x50, si=0).cf
    disk = bios.find_disk(0x80)
    assert disk is not None
    assert disk.read(63, 1) == b"w" * 512
    bios.memory.write(0x500, struct.pack("<BBHHHQ", 16, 0, 1, 0, BUFFER >> 4, 1 << 60))
    regs = call(bios, 0x4200, dx=0x80, ds=0x50, si=0)
    assert (regs.cf, regs.ah, bios.memory.u16(0x502)) == (True, 4, 0)
    bios.memory.write(0x500, struct.pack("<H", 26))
    assert not call(bios, 0x4800, dx=0x80, ds=0x50, si=0).cf
    assert struct.unpack("<Q", bios.memory.read(0x510, 8))[0] == disk.sectors


@covers("13h/05h")
def test_formatting_a_track_empties_it(bios: Bios) -> None:
    assert not call(bios, 0x0512, cx=0x0001, dx=0x0000, es=BUFFER >> 4, bx=0).cf
    disk = bios.find_disk(0)
    assert disk is not None
    assert disk.read(0, 18) == b"\xf6" * 18 * 512
    assert call(bios, 0x0512, cx=0x0001, dx=0x0080).cf


@covers("13h/0Ch", "13h/0Dh", "13h/10h", "13h/11h", "13h/14h", "13h/16h", "13h/00h")
def test_hard_disks_are_ready(bios: Bios) -> None:
    for function in (0x00, 0x0C, 0x0D, 0x10, 0x11, 0x14):
        assert not call(bios, function << 8, dx=0x80).cf
    assert call(bios, 0x1000, dx=0x81).cf
    assert not call(bios, 0x1600, dx=0).cf
    assert call(bios, 0x1600, dx=1).ah == 1


TRACK = 0x200


def track(dos: Guest, minor: int, *fields: int, buffer: int = BUFFER) -> int | None:
    """IOCTL 440Dh for drive A: with a block of head, cylinder, first sector and count; the error code."""
    values = (*fields, 0, 0)[:4]
    segment, offset = dos.put(struct.pack("<B4HHH", 0, *values, 0, buffer >> 4), TRACK)
    regs = dos.call(0x440D, bx=1, cx=0x0800 | minor, ds=segment, dx=offset)
    return int(regs.ax) if regs.cf else None


@covers("21h/440Dh", "21h/4411h")
def test_tracks_are_read_written_formatted_and_verified(dos: Guest) -> None:
    assert track(dos, 0x61, 0, 0, 0, 18) is None
    assert dos.memory.read(BUFFER + 510, 2) == b"\x55\xaa"
    dos.memory.write(BUFFER, b"T" * 1024)
    assert track(dos, 0x41, 1, 79, 16, 2) is None
    dos.memory.fill(BUFFER, 1024, 0)
    dos.call(0x0000, 0x25, cx=2, dx=2878, ds=BUFFER >> 4, bx=0)
    assert dos.memory.read(BUFFER, 1024) == b"T" * 1024
    assert track(dos, 0x42, 1, 79) is None
    assert track(dos, 0x62, 1, 79) is None
    assert track(dos, 0x61, 1, 79, 17, 1) is None
    assert dos.memory.read(BUFFER, 512) == b"\xf6" * 512
    for minor in (0x41, 0x42, 0x61, 0x62):
        assert not dos.call(0x4411, bx=1, cx=0x0800 | minor).cf
        assert dos.call(0x4411, bx=3, cx=0x0800 | minor).cf, "a folder has no tracks"
    regs = dos.call(0x440D, bx=3, cx=0x0861)
    assert (regs.cf, regs.ax) == (True, 1)


@covers("21h/440Dh")
@pytest.mark.parametrize(
    ("minor", "fields"), [(0x61, (2, 0, 0, 1)), (0x61, (0, 80, 0, 1)), (0x41, (0, 0, 10, 9)), (0x62, (0, 99))]
)
def test_tracks_that_are_not_there(dos: Guest, minor: int, fields: tuple[int, ...]) -> None:
    assert track(dos, minor, *fields) == 5
    assert dos.call(0x5900).ax == 0x1B


@covers("21h/440Dh")
def test_what_the_drive_of_an_image_is(dos: Guest) -> None:
    segment, offset = dos.put(bytes(64), TRACK)
    dos.call(0x440D, bx=1, cx=0x0860, ds=segment, dx=offset)
    block = dos.memory.read(dos.scratch + TRACK, 38)
    assert struct.unpack_from("<BHH", block, 1) == (7, 0, 80)
    assert struct.unpack_from("<HHI", block, 7 + 13) == (18, 2, 0)
    dos.put(struct.pack("<BHH", 1, 1, 79), TRACK)
    dos.call(0x440D, bx=1, cx=0x0842, ds=segment, dx=offset)
    assert dos.memory.u8(dos.scratch + TRACK) == 0, "it can format such tracks"
    dos.put(struct.pack("<BHH", 1, 5, 90), TRACK)
    dos.call(0x440D, bx=1, cx=0x0842, ds=segment, dx=offset)
    assert dos.memory.u8(dos.scratch + TRACK) == 2
    for flag in (0, 1):
        dos.put(bytes((0, flag)), TRACK)
        dos.call(0x440D, bx=1, cx=0x0847, ds=segment, dx=offset)
        dos.put(bytes((0, 9)), TRACK)
        dos.call(0x440D, bx=1, cx=0x0867, ds=segment, dx=offset)
        assert dos.memory.u8(dos.scratch + TRACK + 1) == flag
