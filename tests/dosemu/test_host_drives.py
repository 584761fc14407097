from __future__ import annotations

import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from dosemu.errors import MountError
from dosemu.host_drives import mount_drives
from dosemu.machine import Machine
from dosemu.mounts import MountSpec, parse_mount
from int21.drives import Drives
from int21.errors import DosError
from tests.int21.fat import images


def mounts(*texts: str) -> Mapping[str, MountSpec]:
    return {spec.letter: spec for spec in map(parse_mount, texts)}


def test_a_program_below_an_overlaid_folder_is_found_there(tmp_path: Path) -> None:
    for name in ("games", "changes"):
        (tmp_path / name).mkdir()
    (tmp_path / "games" / "play me.com").write_bytes(b"\xc3")
    drives = Drives()
    spec = mounts(f"D={tmp_path}/games:overlay={tmp_path}/changes")
    found = mount_drives(drives, spec, tmp_path / "games" / "play me.com", here=None)
    assert found.program == b"D:\\PLAYME~1.COM"
    drives.close()


def test_archives_and_folders_as_discs_are_drives(tmp_path: Path) -> None:
    (tmp_path / "Disc One").mkdir()
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as made:
        made.writestr("in.txt", "inside")
    drives = Drives()
    mount_drives(drives, mounts(f"D={tmp_path}/Disc One:cdrom", f"E={tmp_path}/a.zip"), None, here=None)
    disc, archive = drives.at(3), drives.at(4)
    assert (disc.label, disc.remote, disc.read_only) == (b"DISC ONE", True, True)
    assert drives.read_whole(b"E:\\IN.TXT") == b"inside"
    assert archive.read_only
    assert drives.current == 3
    drives.close()


def test_the_partitions_of_a_disk_get_the_letters_behind(tmp_path: Path) -> None:
    parts = [images.make(tmp_path / f"{n}.img", 4200, 16, f"PART{n}", "-s", "1") for n in range(2)]
    images.partitioned(tmp_path / "disk.img", parts)
    (tmp_path / "games").mkdir()
    drives = Drives()
    mount_drives(drives, mounts(f"C={tmp_path}/disk.img", f"D={tmp_path}/games"), None, here=None)
    assert [drives.at(number).label for number in (2, 4)] == [b"PART0", b"PART1"]
    drives.close()


@pytest.mark.parametrize("text", ["D={}/no", "D={}/no.img", "D={}/junk.img", "D={}/junk.zip", "D={}/dir:overlay={}/no"])
def test_what_cannot_be_mounted_is_told_in_one_line(tmp_path: Path, text: str) -> None:
    (tmp_path / "dir").mkdir()
    for name in ("junk.img", "junk.zip"):
        (tmp_path / name).write_bytes(b"junk" * 1000)
    with pytest.raises(MountError) as caught:
        mount_drives(Drives(), mounts(text.replace("{}", str(tmp_path))), None, here=None)
    assert "\n" not in str(caught.value)


def test_floppies_are_changed(tmp_path: Path) -> None:
    disks = [images.make(tmp_path / f"{n}.img", 360, 12, f"DISK{n}") for n in (1, 2)]
    images.put(disks[0], "A.TXT", b"one")
    (tmp_path / "P.COM").write_bytes(b"\xc3")
    with Machine(tmp_path / "P.COM", mounts={"A": disks[0]}) as machine:
        drives = machine.dos.drives
        file = drives.open(b"A:\\A.TXT", writable=True)
        machine.insert("a", disks[1])
        assert drives.at(0).label == b"DISK2"
        with pytest.raises(DosError):
            file.write(0, b"two")
        with pytest.raises(MountError):
            machine.insert("A", tmp_path / "no.img")
        machine.insert("A", disks[0])
        assert drives.read_whole(b"A:\\A.TXT") == b"one"
        assert machine.bios.find_disk(0) is not None


def started(path: Path, stdin: bytes = b"") -> bytes:
    with Machine(path, stdio=True, stdin=stdin) as machine:
        machine.run(seconds=10)
        assert machine.exited
        return machine.stdout


def test_an_image_in_place_of_a_program_runs_its_autoexec(tmp_path: Path) -> None:
    disk = images.make(tmp_path / "a.img", 720, 12, "STARTUP")
    assert b"Volume in drive A is STARTUP" in started(disk, b"vol\r\n")
    images.put(disk, "AUTOEXEC.BAT", b"@echo off\r\nset X=set here\r\necho %PATH%\r\n")
    assert started(disk, b"echo %x%\r\ncd\r\n") == b"A:\\;Z:\\\r\nset here\r\nA:\\\r\n"


def test_hard_disks_and_archives_are_drive_c(tmp_path: Path) -> None:
    parts = [images.make(tmp_path / f"{n}.img", 4200, 16, f"PART{n}", "-s", "1") for n in range(2)]
    images.partitioned(tmp_path / "disk.img", parts)
    text = started(tmp_path / "disk.img", b"vol\r\nvol d:\r\n")
    assert b"drive C is PART0" in text
    assert b"drive D is PART1" in text
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as made:
        made.writestr("autoexec.bat", "@echo in the archive\r\n")
    assert started(tmp_path / "a.zip") == b"in the archive\r\n"
