from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from dosemu.errors import MountError
from dosemu.machine import Machine
from frontend.session import Plan, Session
from tests.covers import covers
from tests.fakes import FakeRegisters
from tests.int21.fat import images

DISK_CHANGED = 6


@pytest.fixture
def disks(tmp_path: Path) -> list[Path]:
    made = [images.make(tmp_path / f"{n}.img", 360, 12, f"DISK{n}") for n in (1, 2, 3)]
    for number, disk in enumerate(made, 1):
        images.put(disk, "A.TXT", b"%d" % number)
    images.run("mmd", "-i", made[0], "::SUB")
    images.run("mmd", "-i", made[1], "::SUB")
    return made


@pytest.fixture
def machine(tmp_path: Path, disks: list[Path]) -> Iterator[Machine]:
    (tmp_path / "C").mkdir()
    (tmp_path / "C" / "P.COM").write_bytes(b"\xc3")
    with Machine(tmp_path / "C" / "P.COM", mounts={"A": disks}) as machine:
        yield machine


def text(machine: Machine) -> bytes:
    return machine.dos.drives.read_whole(b"A:\\A.TXT")


def test_the_disks_go_round(machine: Machine, disks: list[Path]) -> None:
    seen = [text(machine)]
    for _ in range(3):
        machine.swap("a")
        seen.append(text(machine))
    assert seen == [b"1", b"2", b"3", b"1"]
    assert machine.swap(number=2) == {"A": disks[2]}
    assert text(machine) == b"3"
    for letter, number in (("A", 3), ("C", None), ("B", 0)):
        with pytest.raises(MountError):
            machine.swap(letter, number)


def test_what_is_inserted_becomes_one_of_the_disks(machine: Machine, tmp_path: Path) -> None:
    other = images.make(tmp_path / "other.img", 360, 12, "OTHER")
    machine.insert("A", other)
    assert machine.dos.drives.at(0).label == b"OTHER"
    assert machine.disks.disks("A")[-1] == other
    machine.swap("A")
    assert text(machine) == b"1"
    machine.insert("A", other)
    assert len(machine.disks.disks("A")) == 4


def test_the_current_directory_stays_where_the_new_disk_has_one(machine: Machine) -> None:
    drives = machine.dos.drives
    drives.set_directory(0, (b"SUB",))
    machine.swap("A")
    assert drives.directory(0) == (b"SUB",)
    machine.swap("A")
    assert drives.directory(0) == ()


def test_a_snapshot_puts_the_disks_back(machine: Machine) -> None:
    machine.swap("A", 2)
    state = machine.disks.save()
    machine.swap("A", 0)
    machine.disks.load(state)
    assert text(machine) == b"3"


@covers("13h/16h", "13h/02h")
def test_the_change_line_goes_up_until_the_disk_is_read(machine: Machine) -> None:
    def call(ax: int, **registers: int) -> FakeRegisters:
        regs = FakeRegisters(ax=ax, **registers)
        assert machine.bios.call(0x13, regs)
        return regs

    assert not call(0x1600, dx=0).cf
    machine.swap("A")
    for _ in range(2):
        regs = call(0x1600, dx=0)
        assert (regs.cf, regs.ah) == (True, DISK_CHANGED)
    regs = call(0x0201, cx=1, dx=0, es=0x2000, bx=0)
    assert (regs.cf, regs.ah, regs.al) == (True, DISK_CHANGED, 0)
    assert not call(0x0201, cx=1, dx=0, es=0x2000, bx=0).cf
    assert not call(0x1600, dx=0).cf


def test_a_disk_that_is_none_is_told_of_at_the_start(tmp_path: Path, disks: list[Path]) -> None:
    (tmp_path / "junk.img").write_bytes(b"junk" * 400)
    (tmp_path / "P.COM").write_bytes(b"\xc3")
    with pytest.raises(MountError, match=r"junk\.img"):
        Machine(tmp_path / "P.COM", mounts={"A": [disks[0], tmp_path / "junk.img"]})


def test_the_action_of_the_front_ends(machine: Machine, tmp_path: Path, disks: list[Path]) -> None:
    session = Session(machine, Plan())
    assert session.swap_disks() == "A: 2.img"
    disks[2].write_bytes(b"")
    assert "3.img" in session.swap_disks()
    assert text(machine) == b"2"
