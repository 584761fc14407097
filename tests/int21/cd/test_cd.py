from __future__ import annotations

import contextlib
import struct
import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from int21.cd.drive import CdDrive
from int21.cd.folder import CdFolder
from int21.cd.image import ImageDisc
from int21.drive import Attribute
from int21.errors import DosError, ErrorCode
from tests.covers import covers
from tests.int21.machine import Guest

BUFFER = 0x20000


@pytest.fixture(scope="module")
def iso(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("iso")
    (folder / "files" / "DATA").mkdir(parents=True)
    (folder / "files" / "README.TXT").write_bytes(b"hello")
    for number in range(80):  # a directory of more than one sector
        (folder / "files" / "DATA" / f"LEVEL{number}.DAT").write_bytes(b"%d" % number * 1500)
    image = folder / "disc.iso"
    command = ["genisoimage", "-quiet", "-V", "TESTDISC", "-copyright", "README.TXT", "-o", image, folder / "files"]
    subprocess.run(command, check=True, timeout=60)
    return image


@pytest.fixture(scope="module")
def joliet(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("joliet")
    long_disc(folder, "-R", "-J").close()
    return folder / "x.iso"


def raw(data: bytes) -> bytes:
    """The sectors of an ISO file as mode 1 has them on a disc."""
    sectors = (data[at : at + 2048] for at in range(0, len(data), 2048))
    return b"".join(b"\0" + b"\xff" * 10 + b"\0" + bytes((0, 2, 0, 1)) + sector + bytes(288) for sector in sectors)


@pytest.fixture
def cue(tmp_path: Path, iso: Path) -> Path:
    data = raw(iso.read_bytes())
    (tmp_path / "disc.bin").write_bytes(data + bytes(2352 * 300))
    start = len(data) // 2352

    def moment(frame: int) -> str:
        return f"{frame // 4500:02}:{frame // 75 % 60:02}:{frame % 75:02}"

    sheet = tmp_path / "disc.cue"
    sheet.write_text(
        'CATALOG 1234567890123\nFILE "DISC.BIN" BINARY\n  TRACK 01 MODE1/2352\n    INDEX 01 00:00:00\n'
        f"  TRACK 02 AUDIO\n    INDEX 00 {moment(start)}\n    INDEX 01 {moment(start + 100)}\n"
        f"  TRACK 03 AUDIO\n    INDEX 01 {moment(start + 200)}\n"
    )
    return sheet


@pytest.fixture
def guest(tmp_path: Path, cue: Path) -> Guest:
    (tmp_path / "c").mkdir()
    guest = Guest(tmp_path / "c")
    guest.dos.drives.mount("D", CdDrive(ImageDisc(cue)))
    return guest


@pytest.mark.parametrize("kind", ["iso", "cue"])
def test_files_of_an_image_are_read(kind: str, request: pytest.FixtureRequest) -> None:
    drive = CdDrive(ImageDisc(request.getfixturevalue(kind)))
    assert drive.label == b"TESTDISC"
    assert drive.names(()) == (b"DATA", b"README.TXT")
    assert len(drive.names((b"DATA",))) == 80
    file = drive.open((b"DATA", b"LEVEL79.DAT"), writable=False)
    assert file.size() == 3000
    assert file.read(2000, 2000) == b"79" * 500
    assert drive.open((b"README.TXT",), writable=False).read(0, 99) == b"hello"
    drive.close()


def test_nothing_of_a_disc_can_be_changed(iso: Path, tmp_path: Path) -> None:
    (tmp_path / "cd").mkdir()
    (tmp_path / "cd" / "README.TXT").write_bytes(b"hello")
    for drive in (CdDrive(ImageDisc(iso)), CdFolder(tmp_path / "cd")):
        for act in (
            lambda d=drive: d.open((b"README.TXT",), writable=True),
            lambda d=drive: d.create((b"NEW",), Attribute(0)),
            lambda d=drive: d.delete((b"README.TXT",)),
            lambda d=drive: d.make_directory((b"E",)),
        ):
            with pytest.raises(DosError) as caught:
                act()
            assert caught.value.code is ErrorCode.ACCESS_DENIED
        assert drive.space().free == 0


def test_the_tracks_of_a_sheet(cue: Path) -> None:
    disc = ImageDisc(cue)
    first, second, third = disc.tracks
    assert (first.audio, second.audio, third.audio) == (False, True, True)
    assert second.start == first.length
    assert third.start == second.start + 100
    assert disc.end == third.start + 100
    with pytest.raises(DosError):
        disc.read(second.start)


@pytest.mark.parametrize(
    "sheet",
    [
        "",
        "FILE ../disc.bin BINARY\nTRACK 01 MODE1/2352\nINDEX 01 00:00:00",
        "FILE /etc/passwd BINARY\nTRACK 01 MODE1/2352\nINDEX 01 00:00:00",
        "FILE link.bin BINARY\nTRACK 01 MODE1/2352\nINDEX 01 00:00:00",
        "FILE disc.bin BINARY\nTRACK 01 MODE9/2352\nINDEX 01 00:00:00",
        "FILE disc.bin BINARY\nTRACK 01 MODE1/2352",
        "FILE disc.bin BINARY\nTRACK 01 AUDIO\nINDEX 01 00:09:00\nTRACK 02 AUDIO\nINDEX 01 00:01:00",
        "TRACK 01 AUDIO\nINDEX 01 00:00:00",
        "FILE disc.bin BINARY\nTRACK 01 AUDIO\nINDEX 01 x",
    ],
)
def test_sheets_that_are_wrong_or_lead_elsewhere(
    cue: Path, sheet: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    secret = tmp_path_factory.mktemp("secret") / "secret.bin"
    secret.write_bytes(bytes(2352 * 20))
    (cue.parent / "link.bin").symlink_to(secret)
    cue.write_text(sheet)
    with pytest.raises(ValueError, match="CUE"):
        ImageDisc(cue)


@covers("2Fh/1500h", "2Fh/150Bh", "2Fh/150Ch", "2Fh/150Dh", "2Fh/1501h", "21h/4409h")
def test_programs_find_the_drive(guest: Guest) -> None:
    regs = guest.call(0x1500, 0x2F, bx=0, cx=0)
    assert (regs.bx, regs.cx) == (1, 3)
    assert guest.call(0x150B, 0x2F, bx=0, cx=3).bx == 0xADAD
    assert guest.regs.ax != 0
    assert guest.call(0x150B, 0x2F, bx=0, cx=2).ax == 0
    assert guest.call(0x150C, 0x2F, bx=0).bx == 0x0217
    guest.call(0x150D, 0x2F, es=BUFFER >> 4, bx=0)
    assert guest.memory.u8(BUFFER) == 3
    guest.call(0x1501, 0x2F, es=BUFFER >> 4, bx=0)
    assert guest.memory.u8(BUFFER) == 0
    assert guest.call(0x4409, bx=4).dx & 0x1000


@covers("2Fh/1500h", "2Fh/150Bh", "2Fh/150Ch")
def test_without_a_drive_mscdex_is_not_there(tmp_path: Path) -> None:
    (tmp_path / "alone").mkdir()
    guest = Guest(tmp_path / "alone")
    assert guest.call(0x1500, 0x2F, bx=0).bx == 0
    assert guest.call(0x150C, 0x2F, bx=0).bx == 0
    assert guest.call(0x150B, 0x2F, bx=0, cx=3).bx == 0


@covers("2Fh/1505h", "2Fh/1508h", "2Fh/1502h", "2Fh/1503h", "2Fh/1504h", "2Fh/150Eh", "2Fh/1506h", "2Fh/1507h")
def test_descriptors_and_sectors(guest: Guest) -> None:
    assert guest.call(0x1505, 0x2F, cx=3, dx=0, es=BUFFER >> 4, bx=0).ax == 1
    descriptor = guest.memory.read(BUFFER, 2048)
    assert descriptor[1:6] == b"CD001"
    guest.memory.fill(BUFFER, 2048, 0)
    assert not guest.call(0x1508, 0x2F, cx=3, si=0, di=16, dx=1, es=BUFFER >> 4, bx=0).cf
    assert guest.memory.read(BUFFER, 2048) == descriptor
    regs = guest.call(0x1508, 0x2F, cx=3, si=0x7FFF, di=16, dx=1, es=BUFFER >> 4, bx=0)
    assert (regs.cf, regs.ax) == (True, 21)
    regs = guest.call(0x1508, 0x2F, cx=2, si=0, di=16, dx=1, es=BUFFER >> 4, bx=0)
    assert (regs.cf, regs.ax) == (True, 15)
    guest.call(0x1502, 0x2F, cx=3, es=BUFFER >> 4, bx=0)
    assert guest.memory.read(BUFFER, 11) == b"README.TXT\0"
    for function in (0x1503, 0x1504):
        guest.call(function, 0x2F, cx=3, es=BUFFER >> 4, bx=0)
        assert guest.memory.u8(BUFFER) == 0
    assert guest.call(0x150E, 0x2F, cx=3, bx=0).dx == 0x0100
    assert guest.call(0x150E, 0x2F, cx=3, bx=7).cf
    for function in (0x1506, 0x1507):
        guest.call(function, 0x2F)


@covers("2Fh/1509h", "2Fh/15h")
def test_what_mscdex_does_not_do(guest: Guest) -> None:
    for function in (0x1509, 0x15FF):
        regs = guest.call(function, 0x2F, cx=3)
        assert (regs.cf, regs.ax) == (True, 1)


def control(guest: Guest, block: bytes) -> tuple[int, bytes]:
    """IOCTL input through the device driver: the status, and the block afterwards."""
    guest.memory.write(BUFFER + 0x100, block)
    header = struct.pack("<BBBH8xBHHHHI", 26, 0, 3, 0, 0, 0x100, BUFFER >> 4, len(block), 0, 0)
    guest.memory.write(BUFFER, header)
    guest.call(0x1510, 0x2F, cx=3, es=BUFFER >> 4, bx=0)
    return guest.memory.u16(BUFFER + 3), guest.memory.read(BUFFER + 0x100, len(block))


@covers("2Fh/1510h")
def test_the_audio_tracks(guest: Guest) -> None:
    disc = guest.dos.drives.at(3).disc  # type: ignore[attr-defined]
    status, block = control(guest, bytes([10]) + bytes(6))
    minute, second, frame = divmod(disc.end + 150, 4500)[0], (disc.end + 150) // 75 % 60, disc.end % 75
    assert (status, block) == (0x0100, bytes((10, 1, 3, frame, second, minute, 0)))
    status, block = control(guest, bytes([11, 1]) + bytes(5))
    assert block == bytes((11, 1, 0, 2, 0, 0, 0x40))
    status, block = control(guest, bytes([11, 2]) + bytes(5))
    assert (status, block[6]) == (0x0100, 0)
    assert control(guest, bytes([11, 9]) + bytes(5))[0] == 0x8108
    assert control(guest, bytes([99]) + bytes(5))[0] == 0x8103
    assert control(guest, bytes([14]) + bytes(10))[1][:9] == bytes.fromhex("0e02123456789012" + "30")


@covers("2Fh/1510h")
def test_reading_through_the_driver(guest: Guest) -> None:
    for mode, start in ((0, 16), (1, 2 << 8 | 16)):
        guest.memory.fill(BUFFER + 0x800, 2048, 0)
        header = struct.pack("<BBBH8xBHHHIB", 27, 0, 128, 0, mode, 0x800, BUFFER >> 4, 1, start, 0)
        guest.memory.write(BUFFER, header)
        guest.call(0x1510, 0x2F, cx=3, es=BUFFER >> 4, bx=0)
        assert guest.memory.u16(BUFFER + 3) == 0x0100
        assert guest.memory.read(BUFFER + 0x801, 5) == b"CD001"


@covers("2Fh/1505h")
def test_a_folder_as_a_disc_has_a_label(guest: Guest, tmp_path: Path) -> None:
    (tmp_path / "My Disc").mkdir()
    guest.dos.drives.mount("E", CdFolder(tmp_path / "My Disc"))
    assert guest.call(0x1500, 0x2F, bx=0).bx == 2
    assert guest.call(0x1505, 0x2F, cx=4, dx=0, es=BUFFER >> 4, bx=0).ax == 1
    assert guest.memory.read(BUFFER + 40, 8) == b"MY DISC "


def long_disc(folder: Path, *options: str) -> CdDrive:
    """A disc with long names."""
    files = folder / "files"
    for name in ("Long directory name/inner", "Long directory other", "short"):
        (files / name).mkdir(parents=True)
    (files / "A long file name.text").write_bytes(b"one")
    (files / "Long directory name" / "Inside it, too.htm").write_bytes(b"two")
    (files / "Long directory other" / "b.txt").write_bytes(b"three")
    subprocess.run(
        ["genisoimage", "-quiet", *options, "-V", "LONG", "-o", folder / "x.iso", files], check=True, timeout=60
    )
    return CdDrive(ImageDisc(folder / "x.iso"))


@pytest.mark.parametrize("options", [("-J",), ("-R",), ("-R", "-J")])
def test_long_names_of_joliet_and_rock_ridge(tmp_path: Path, options: tuple[str, ...]) -> None:
    drive = long_disc(tmp_path, *options)
    names = drive.long_names(())
    assert sorted(names.values()) == ["A long file name.text", "Long directory name", "Long directory other", "short"]
    by_long = {long: short for short, long in names.items()}
    # The short names are those of the disc itself.
    assert by_long["short"] == b"SHORT"
    assert by_long["A long file name.text"] == b"A_LONG_F.TEX"
    folder = by_long["Long directory name"]
    assert dict(drive.long_names((folder,))) == {b"INNER": "inner", b"INSIDE_I.HTM": "Inside it, too.htm"}
    assert drive.open((folder, b"INSIDE_I.HTM"), writable=False).read(0, 9) == b"two"
    other = by_long["Long directory other"]
    assert drive.open((other, b"B.TXT"), writable=False).read(0, 9) == b"three"
    drive.close()


def high_sierra() -> bytes:
    """A disc of 1986 with one file in one directory."""

    def record(name: bytes, sector: int, size: int, flags: int = 0) -> bytes:
        data = struct.pack("<BBI4xI4x6sBBBBHHB", 0, 0, sector, size, bytes((87, 3, 9, 12, 30, 0)), flags, 0, 0, 0, 1, 0,
                           len(name)) + name  # fmt: skip
        return bytes([len(data) + len(data) % 2]) + data[1:] + bytes(len(data) % 2)

    sectors = [bytes(2048)] * 16
    head = bytes(8) + b"\x01CDROM\x01" + bytes(33) + b"OLD DISC".ljust(32)
    sectors.append(head.ljust(180, b"\0") + record(b"\0", 18, 2048, 2))
    sectors.append(bytes(8) + b"\xffCDROM\x01")
    sectors.append(record(b"\0", 18, 2048, 2) + record(b"\1", 18, 2048, 2) + record(b"TEXT", 19, 2048, 2))
    sectors.append(record(b"\0", 19, 2048, 2) + record(b"\1", 18, 2048, 2) + record(b"OLD.TXT;1", 20, 7))
    sectors.append(b"antique")
    return b"".join(sector.ljust(2048, b"\0") for sector in sectors)


def test_high_sierra_discs_are_read(tmp_path: Path) -> None:
    (tmp_path / "hs.iso").write_bytes(high_sierra())
    drive = CdDrive(ImageDisc(tmp_path / "hs.iso"))
    assert drive.label == b"OLD DISC"
    assert drive.names((b"TEXT",)) == (b"OLD.TXT",)
    assert drive.open((b"TEXT", b"OLD.TXT"), writable=False).read(0, 99) == b"antique"
    assert drive.entry((b"TEXT", b"OLD.TXT")).stamp[0] == (7 << 9 | 3 << 5 | 9)
    drive.close()


@covers("2Fh/150Fh")
def test_directory_entries_as_they_are_and_in_one_form(guest: Guest, tmp_path: Path) -> None:
    guest.dos.drives.mount("E", CdDrive(ImageDisc(_written(tmp_path / "hs.iso", high_sierra()))))
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "OLD.TXT").write_bytes(b"antique")
    guest.dos.drives.mount("F", CdFolder(tmp_path / "folder"))

    def ask(drive: int, path: bytes) -> bytes:
        guest.memory.write(BUFFER + 0x100, path + b"\0")
        regs = guest.call(0x150F, 0x2F, cx=drive, es=BUFFER >> 4, bx=0x100, si=BUFFER >> 4, di=0)
        assert not regs.cf
        return guest.memory.read(BUFFER, 285)

    data = ask(0x103, b"\\DATA\\LEVEL79.DAT")
    assert guest.regs.ax == 1
    assert struct.unpack_from("<I", data, 7)[0] == 3000
    assert (data[0x17], data[0x18 : 0x18 + 13], data[0x3E]) == (13, b"LEVEL79.DAT;1", 1)
    sector = struct.unpack_from("<I", data, 1)[0]
    assert guest.dos.drives.at(3).disc.read(sector)[:4] == b"7979"  # type: ignore[attr-defined]
    assert ask(0x003, b"README.TXT;1")[33:45] == b"README.TXT;1"
    assert struct.unpack_from("<I", ask(0x104, b"\\TEXT\\OLD.TXT"), 7)[0] == 7
    assert guest.regs.ax == 0
    assert struct.unpack_from("<I", ask(0x105, b"\\OLD.TXT"), 7)[0] == 7
    for drive, path, error in ((3, b"\\NO", 2), (2, b"\\X", 15), (3, b"\\NO\\X", 3)):
        guest.memory.write(BUFFER + 0x100, path + b"\0")
        regs = guest.call(0x150F, 0x2F, cx=drive, es=BUFFER >> 4, bx=0x100, si=BUFFER >> 4, di=0)
        assert (regs.cf, regs.ax) == (True, error)


def _written(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


@covers("2Fh/1510h")
def test_a_changed_disc_is_told_once(guest: Guest, iso: Path) -> None:
    assert control(guest, b"\x09\0") == (0x0100, b"\x09\x01")
    guest.dos.drives.change("D", CdDrive(ImageDisc(iso)))
    assert control(guest, b"\x09\0") == (0x0100, b"\x09\xff")
    assert control(guest, b"\x09\0") == (0x0100, b"\x09\x01")


@given(st.lists(st.tuples(st.integers(32_768, 65_000), st.integers(0, 255)), max_size=12), st.binary(max_size=32))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_damaged_images_give_dos_errors(
    tmp_path: Path, iso: Path, joliet: Path, damage: list[tuple[int, int]], root: bytes
) -> None:
    data = bytearray((joliet if len(damage) % 2 else iso).read_bytes())
    for position, value in damage:
        data[position] = value
    data[32_768 + 156 : 32_768 + 156 + len(root)] = root
    path = tmp_path / "damaged.iso"
    path.write_bytes(data)
    drive = CdDrive(ImageDisc(path))

    def walk(inside: tuple[bytes, ...]) -> None:
        for name in drive.names(inside)[:10]:
            try:
                if drive.entry((*inside, name)).is_directory:
                    if len(inside) < 3:
                        walk((*inside, name))
                else:
                    drive.open((*inside, name), writable=False).read(1000, 5000)
            except DosError:
                continue

    with contextlib.suppress(DosError):
        walk(())
    drive.close()


@given(st.text(max_size=300))
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_is_a_sheet_or_refused(tmp_path: Path, text: str) -> None:
    sheet = tmp_path / "any.cue"
    sheet.write_text(text, encoding="utf-8", errors="replace")
    with pytest.raises(ValueError, match="CUE"):
        ImageDisc(sheet)
