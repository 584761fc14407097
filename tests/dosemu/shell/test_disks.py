"""FORMAT, DISKCOPY and DISKCOMP on disk images; COMP."""

from __future__ import annotations

from pathlib import Path

import pytest

from dosemu.machine import Machine
from tests.dosemu.shell.conftest import Shell
from tests.int21.fat import images


def floppy(folder: Path, name: str, kb: int = 1440, *files: str) -> Path:
    image = images.make(folder / name, kb, 12, name.partition(".")[0].upper())
    for file in files:
        images.put(image, file, file.encode() * 300)
    return image


def test_format_makes_a_floppy_empty(shell: Shell, tmp_path: Path) -> None:
    image = floppy(tmp_path, "one.img", 1440, "OLD.TXT", "MORE.TXT")
    text = shell.run("format a: /u", "", "new disk", "n", "dir a:", "copy exits.com a: > nul", mounts={"A": image})
    assert "Formatting 1.44M" in text
    assert "1,457,664 bytes total disk space" in text
    assert "2,847 allocation units available on disk." in text
    assert " Volume in drive A is NEW DISK" in text
    assert "File not found" in text
    images.check(image)
    assert b"OLD.TXT" not in image.read_bytes()
    assert images.get(image, "EXITS.COM") == shell.folder.joinpath("EXITS.COM").read_bytes()


def test_a_quick_format_leaves_what_was_on_the_disk(shell: Shell, tmp_path: Path) -> None:
    image = floppy(tmp_path, "one.img", 720, "OLD.TXT")
    before = image.read_bytes()
    text = shell.run("format a: /q /v:quick /autotest /f:720 /s", "vol a:", mounts={"A": image})
    assert "Quick formatting 720K" in text
    assert "System files are not copied" in text
    assert "Volume in drive A is QUICK" in text
    assert before.count(b"OLD.TXT" * 300) == image.read_bytes().count(b"OLD.TXT" * 300) == 1
    images.check(image)
    assert image.read_bytes()[510:512] == b"\x55\xaa"


@pytest.mark.parametrize("bits", [16, 32])
def test_format_of_a_hard_disk_asks_first(shell: Shell, tmp_path: Path, bits: int) -> None:
    image = images.make(tmp_path / "hard.img", 40_000, bits, "HARD", "-s", "4" if bits == 16 else "1")
    images.put(image, "OLD.TXT", b"old")
    settings = {"mounts": {"D": image}}
    assert "All data on the hard disk D: will be lost!" in shell.run("format d: /q", "n", **settings)
    assert shell.exit_code == 5
    assert images.get(image, "OLD.TXT") == b"old"
    text = shell.run("format d: /q", "y", "", "dir d:", "md d:\\sub", "copy exits.com d:\\sub > nul", **settings)
    assert "File not found" in text
    images.check(image)
    assert images.get(image, "SUB/EXITS.COM") == shell.folder.joinpath("EXITS.COM").read_bytes()


def test_what_is_not_formatted(shell: Shell, tmp_path: Path) -> None:
    image = floppy(tmp_path, "one.img", 1440, "OLD.TXT")
    before = image.read_bytes()
    text = shell.run("format c:", "format z: /q", "format a: /f:720", "format x:", "format", mounts={"A": image})
    assert text.splitlines() == [
        "Drive C: is no disk image, so it is left as it is", "Drive Z: is no disk image, so it is left as it is",
        "The disk image has another size: parameters not supported by drive", "Invalid drive specification",
        "Required parameter missing",
    ]  # fmt: skip
    assert "Write protect error" in shell.run("format a: /q /autotest", mounts={"A": f"{image}:ro"})
    assert image.read_bytes() == before


def test_diskcopy_between_two_drives(shell: Shell, tmp_path: Path) -> None:
    one, two = floppy(tmp_path, "one.img", 1440, "A.TXT", "B.TXT"), floppy(tmp_path, "two.img", 1440, "C.TXT")
    text = shell.run("diskcopy a: b: /v", "  n", "dir b: /b", "diskcomp a: b:", "  n", mounts={"A": one, "B": two})
    assert "Copying 80 tracks" in text
    assert "A.TXT\nB.TXT\n" in text
    assert "Compare OK" in text
    images.check(two)
    first, second = one.read_bytes(), two.read_bytes()
    assert first[:39] + first[43:] == second[:39] + second[43:]
    assert first[39:43] != second[39:43], "the copy has a serial number of its own"


def test_diskcomp_tells_the_tracks_that_differ(shell: Shell, tmp_path: Path) -> None:
    one = floppy(tmp_path, "one.img", 360, "A.TXT")
    data = bytearray(one.read_bytes())
    data[9 * 512 * 7] ^= 1  # of track 3 the second side
    (tmp_path / "two.img").write_bytes(data)
    text = shell.run("diskcomp a: b:", "  n", mounts={"A": one, "B": tmp_path / "two.img"})
    assert "Compare error on side 1, track 3\n" in text
    assert text.count("Compare error") == 1
    assert shell.exit_code == 1


def test_disks_of_different_sizes_are_not_copied(shell: Shell, tmp_path: Path) -> None:
    one, two = floppy(tmp_path, "one.img", 1440), floppy(tmp_path, "two.img", 720)
    before = two.read_bytes()
    text = shell.run("diskcopy a: b:", "  ", "diskcopy a: c:", mounts={"A": one, "B": two})
    assert "Drive types or disk types not compatible" in text
    assert "Drive C: is no disk image" in text
    assert two.read_bytes() == before


def test_diskcopy_with_one_drive_asks_for_the_other_disk(shell: Shell, tmp_path: Path) -> None:
    one, two = floppy(tmp_path, "one.img", 360, "A.TXT"), floppy(tmp_path, "two.img", 360, "C.TXT")
    with Machine(shell.folder, mounts={"A": [str(one), str(two)]}) as machine:
        machine.keyboard.schedule("0.3:type=diskcopy 0.7:Space 0.8:type=a: 1:Space 1.1:type=a: 1.3:Enter 1.6:Space")
        machine.run(until="Insert TARGET", seconds=5)
        machine.swap("A", 1)
        machine.keyboard.tap("Space")
        machine.run(until="Copy another", seconds=5)
        assert "Copy another" in machine.screen.text()
    assert images.get(two, "A.TXT") == b"A.TXT" * 300


def test_comp(shell: Shell) -> None:
    shell.put("A.TXT", "one\ntwo\nthree\n")
    shell.put("B.TXT", "one\nTwo\nthrEe\n")
    shell.put("C.TXT", "one\n")
    text = shell.run("comp a.txt b.txt", "comp a.txt b.txt /c", "comp a.txt b.txt /l /a", "comp a.txt c.txt",
                     "comp a.txt c.txt /n=1", "comp *.txt *.bak", "comp", "a.txt", "a.txt", "n")  # fmt: skip
    heading = "Comparing C:\\A.TXT and C:\\B.TXT...\n"
    assert text.startswith(
        f"{heading}Compare error at OFFSET 5\nfile1 = 74\nfile2 = 54\n"
        f"Compare error at OFFSET D\nfile1 = 65\nfile2 = 45\n"
        f"{heading}Files compare OK\n"
        f"{heading}Compare error at LINE 2\nfile1 = t\nfile2 = T\nCompare error at LINE 3\nfile1 = e\nfile2 = E\n"
        "Comparing C:\\A.TXT and C:\\C.TXT...\nFiles are different sizes\n"
        "Comparing C:\\A.TXT and C:\\C.TXT...\nFiles compare OK\n"
    )
    assert "Can't find/open file: C:\\C.BAK\n" in text
    assert text.endswith("Compare more files (Y/N) ? N\n")
