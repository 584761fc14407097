from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from int21.drive import Attribute, OtherTimes
from int21.errors import DosError, ErrorCode
from int21.fat.drive import FatDrive, open_image
from int21.host_folder import HostFolder
from int21.timestamps import pack
from tests.int21.fat import images

KINDS = [(12, 1440), (16, 16_384), (32, 40_000)]


@pytest.fixture(params=KINDS, ids=["FAT12", "FAT16", "FAT32"])
def disk(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    bits, kb = request.param
    return images.make(tmp_path / "disk.img", kb, bits)


def mount(path: Path, *, read_only: bool = False) -> FatDrive:
    return open_image(str(path), read_only=read_only)[0]


def write(drive: FatDrive | HostFolder, path: tuple[bytes, ...], data: bytes) -> None:
    file, _ = drive.create(path, Attribute(0))
    assert file.write(0, data) == len(data)
    file.close()


def read(drive: FatDrive | HostFolder, path: tuple[bytes, ...]) -> bytes:
    return drive.open(path, writable=False).read(0, 1 << 24)


def code_of(act: object, *args: object, **kwargs: object) -> ErrorCode | None:
    try:
        act(*args, **kwargs)  # type: ignore[operator]
    except DosError as error:
        return error.code
    return None


def test_what_other_tools_wrote_is_read(disk: Path) -> None:
    data = bytes(range(256)) * 300
    images.put(disk, "HELLO.TXT", b"hello")
    images.run("mmd", "-i", disk, "::SUB")
    images.put(disk, "SUB/A long name.data", data)
    drive = mount(disk)
    assert (drive.label, drive.serial) == (b"TESTDISK", 0x12345678)
    assert drive.names(()) == (b"HELLO.TXT", b"SUB")
    assert drive.long_names((b"SUB",)) == {b"ALONGN~1.DAT": "A long name.data"}
    assert read(drive, (b"SUB", b"ALONGN~1.DAT")) == data
    assert drive.open((b"SUB", b"ALONGN~1.DAT"), writable=False).read(70_000, 10) == data[70_000:70_010]
    assert drive.entry((b"HELLO.TXT",)).size == 5


def test_what_is_written_is_read_by_other_tools(disk: Path) -> None:
    drive = mount(disk)
    drive.now = lambda: pack(1993, 12, 10, 1, 2, 4)
    free = drive.space().free
    data = bytes(range(251)) * 1000
    drive.make_directory((b"SUB",))
    write(drive, (b"SUB", b"BIG.DAT"), data)
    write(drive, (b"GONE.DAT",), data)
    drive.delete((b"GONE.DAT",))
    with drive.named((b"LONGNA~1.TXT",), "Long name of a file.txt"):
        write(drive, (b"LONGNA~1.TXT",), b"long")
    drive.rename((b"SUB", b"BIG.DAT"), (b"SUB", b"BIGGER.DAT"))
    used = free - drive.space().free
    assert drive.entry((b"SUB", b"BIGGER.DAT")).stamp == pack(1993, 12, 10, 1, 2, 4)
    drive.close()
    images.check(disk)
    assert images.get(disk, "SUB/BIGGER.DAT") == data
    assert images.get(disk, "Long name of a file.txt") == b"long"
    assert mount(disk).space().free == free - used


def test_when_a_file_was_made_and_read_is_kept(disk: Path) -> None:
    drive = mount(disk)
    write(drive, (b"F",), b"x")
    file = drive.open((b"F",), writable=True)
    stamp = file.stamp()
    made, read_on = (0x1234, 0x5678), (0x2345, 0)
    file.set_other_times(OtherTimes(made, 150, read_on))
    file.close()
    drive.close()
    drive = mount(disk)
    file = drive.open((b"F",), writable=False)
    assert file.other_times() == OtherTimes(made, 150, read_on)
    assert file.stamp() == stamp
    file.close()
    assert drive.large_space().free * drive.large_space().sectors_per_cluster * 512 <= disk.stat().st_size
    drive.close()


def test_many_files_in_a_directory(disk: Path) -> None:
    drive = mount(disk)
    drive.make_directory((b"MANY",))
    for number in range(300):
        write(drive, (b"MANY", b"FILE%d.TXT" % number), b"%d" % number)
    for number in range(0, 300, 3):
        drive.delete((b"MANY", b"FILE%d.TXT" % number))
    write(drive, (b"MANY", b"LAST.TXT"), b"last")
    drive.close()
    images.check(disk)
    again = mount(disk)
    assert len(again.names((b"MANY",))) == 201
    assert read(again, (b"MANY", b"FILE298.TXT")) == b"298"


def test_a_full_disk_takes_what_fits(tmp_path: Path) -> None:
    disk = images.make(tmp_path / "a.img", 360)
    drive = mount(disk)
    room = drive.space().free * drive.space().sectors_per_cluster * 512
    file, _ = drive.create((b"ALL",), Attribute(0))
    assert file.write(0, bytes(500_000)) == room
    assert drive.space().free == 0
    assert code_of(drive.make_directory, (b"D",)) is ErrorCode.DISK_FULL
    assert file.truncate(100)
    assert file.truncate(500_000) is False
    assert file.size() == 100
    drive.close()
    images.check(disk)


def test_the_root_of_a_floppy_is_full_at_some_time(tmp_path: Path) -> None:
    drive = mount(images.make(tmp_path / "a.img", 1440))
    made = 0
    while code_of(write, drive, (b"F%d" % made,), b"") is None:
        made += 1
    assert made == 223  # 224 less the label
    assert len(drive.names(())) == 223


def test_labels_are_changed_and_removed(disk: Path) -> None:
    drive = mount(disk)
    drive.label = b"NEW LABEL"
    drive.close()
    assert b"NEW LABEL" in images.run("mlabel", "-s", "-i", disk, "::")
    again = mount(disk)
    again.label = b""
    again.close()
    assert mount(disk).label == b""


def test_a_read_only_image_is_write_protected(disk: Path) -> None:
    images.put(disk, "A.TXT", b"a")
    before = disk.read_bytes()
    drive = mount(disk, read_only=True)
    assert read(drive, (b"A.TXT",)) == b"a"
    for act in (
        lambda: drive.open((b"A.TXT",), writable=True),
        lambda: drive.create((b"B",), Attribute(0)),
        lambda: drive.delete((b"A.TXT",)),
        lambda: drive.make_directory((b"D",)),
        lambda: setattr(drive, "label", b"X"),
    ):
        assert code_of(act) is ErrorCode.WRITE_PROTECTED
    assert disk.read_bytes() == before


def test_an_image_that_is_in_use_is_not_opened_again(disk: Path) -> None:
    drive = mount(disk)
    with pytest.raises(ValueError, match="in use"):
        mount(disk)
    drive.close()
    mount(disk).close()


def test_handles_of_one_file_see_each_other(disk: Path) -> None:
    drive = mount(disk)
    write(drive, (b"A",), b"one")
    first, second = drive.open((b"A",), writable=True), drive.open((b"A",), writable=True)
    assert first.identity == second.identity == drive.identity((b"A",))
    first.write(3, b" two")
    assert (second.size(), second.read(0, 99)) == (7, b"one two")
    drive.delete((b"A",))
    assert first.read(0, 9) == b""
    assert code_of(second.write, 0, b"x") is ErrorCode.ACCESS_DENIED
    write(drive, (b"B",), b"other")
    assert read(drive, (b"B",)) == b"other"


def test_a_gap_holds_nothing_of_deleted_files(disk: Path) -> None:
    drive = mount(disk)
    write(drive, (b"SECRET",), b"secret" * 1000)
    drive.delete((b"SECRET",))
    drive.volume.reload()
    file, _ = drive.create((b"A",), Attribute(0))
    file.write(5000, b"x")
    assert file.read(0, 9999) == bytes(5000) + b"x"


def test_partitions_are_drives(tmp_path: Path) -> None:
    parts = [images.make(tmp_path / f"{n}.img", 4200 + 100 * n, 16, f"PART{n}", "-s", "1") for n in range(2)]
    images.put(parts[1], "TWO.TXT", b"2")
    for logical in (False, True):
        disk = images.partitioned(tmp_path / "disk.img", parts, logical=logical)
        drives = open_image(str(disk))
        assert [drive.label for drive in drives] == [b"PART0", b"PART1"]
        assert read(drives[1], (b"TWO.TXT",)) == b"2"
        write(drives[0], (b"ONE.TXT",), b"1")
        drives[0].close()
        assert images.get(disk, "ONE.TXT", drives[0].sectors.start * 512) == b"1"


def test_floppies_of_dos_1(tmp_path: Path) -> None:
    disk = images.make(tmp_path / "a.img", 320, 12, "OLD", "-M", "0xFF", "-s", "2", "-r", "112", "-f", "2")
    images.put(disk, "OLD.TXT", b"old")
    data = bytearray(disk.read_bytes())
    assert data[512] == 0xFF
    data[0:62] = bytes(62)
    disk.write_bytes(data)
    assert read(mount(disk), (b"OLD.TXT",)) == b"old"


def test_chains_that_go_in_circles_end(disk: Path) -> None:
    drive = mount(disk)
    write(drive, (b"A",), bytes(5 * drive.volume.cluster_size))
    volume = drive.volume
    chain = drive.open((b"A",), writable=False)._opened.chain
    volume._set(chain[-1], chain[1])
    assert volume.chain(chain[0]) == chain
    volume._set(chain[2], 1)
    assert volume.chain(chain[0]) == chain[:3]


NAMES = st.sampled_from([b"A.TXT", b"B", b"D", b"E"])
PATHS = st.lists(NAMES, min_size=1, max_size=3).map(tuple)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("write"), PATHS, st.integers(0, 3000)),
        st.tuples(st.sampled_from(["delete", "make_directory", "remove_directory"]), PATHS),
        st.tuples(st.just("rename"), PATHS, PATHS),
    ),
    max_size=25,
)


def step_on(drive: FatDrive | HostFolder, step: tuple) -> ErrorCode | None:
    if step[0] == "write":
        return code_of(write, drive, step[1], bytes([step[2] & 255]) * step[2])
    return code_of(getattr(drive, step[0]), *step[1:])


def seen(drive: FatDrive | HostFolder, path: tuple[bytes, ...] = ()) -> dict:
    found: dict = {}
    for name in drive.names(path):
        inside = (*path, name)
        found[name] = seen(drive, inside) if drive.entry(inside).is_directory else read(drive, inside)
    return found


@given(STEPS)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_disk_behaves_as_a_folder_does(tmp_path_factory: pytest.TempPathFactory, steps: list[tuple]) -> None:
    folder = tmp_path_factory.mktemp("fat")
    (folder / "host").mkdir()
    disk = images.make(folder / "a.img", 1440)
    plain, drive = HostFolder(folder / "host"), mount(disk)
    for step in steps:
        assert step_on(drive, step) == step_on(plain, step), step
        assert seen(drive) == seen(plain), step
    drive.close()
    images.check(disk)
    assert seen(mount(disk)) == seen(plain)


@pytest.fixture(scope="module")
def healthy(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    disk = images.make(tmp_path_factory.mktemp("healthy") / "a.img", 360)
    images.put(disk, "A.TXT", b"a" * 3000)
    images.run("mmd", "-i", disk, "::D")
    images.put(disk, "D/long name.txt", b"b" * 3000)
    return disk.read_bytes()


def act(drive: FatDrive) -> None:
    def walk(path: tuple[bytes, ...]) -> None:
        for name in list(drive.names(path))[:20]:
            inside = (*path, name)
            if len(inside) > 4:
                return
            for attempt in (drive.entry, drive.long_names, walk):
                code_of(attempt, inside)
            code_of(lambda at: drive.open(at, writable=False).read(0, 100_000), inside)
            code_of(lambda at: drive.open(at, writable=True).write(2000, bytes(5000)), inside)

    code_of(walk, ())
    code_of(drive.make_directory, (b"D", b"NEW"))
    code_of(lambda: drive.create((b"D", b"NEW.TXT"), Attribute(0))[0].write(0, bytes(9000)))
    code_of(drive.delete, (b"A.TXT",))
    code_of(drive.rename, (b"D",), (b"E",))
    code_of(setattr, drive, "label", b"NEW")
    drive.space()


@given(
    st.lists(st.tuples(st.one_of(st.integers(0, 62), st.integers(510, 540), st.integers(2560, 2800),
                                 st.integers(0, 12_000)), st.integers(0, 255)), max_size=12)
)  # fmt: skip
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_damaged_images_give_dos_errors(tmp_path: Path, healthy: bytes, damage: list[tuple[int, int]]) -> None:
    data = bytearray(healthy)
    for position, value in damage:
        data[position] = value
    disk = tmp_path / "damaged.img"
    disk.write_bytes(data)
    try:
        drive = mount(disk)
    except ValueError:
        return
    act(drive)
    drive.close()
    assert disk.stat().st_size == len(healthy)


@given(st.binary(max_size=2000))
@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_rubbish_is_no_image(tmp_path: Path, data: bytes) -> None:
    disk = tmp_path / "rubbish.img"
    disk.write_bytes(data)
    with pytest.raises(ValueError, match=r"FAT|empty|fit|partition"):
        mount(disk)
