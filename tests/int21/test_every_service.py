"""Every function of INT 21h with random registers and pointers: it returns, and touches nothing outside the mounts.

The drives are a folder, a folder that cannot be written, a disk image, an archive and a directory with a letter.
"""

from __future__ import annotations

import contextlib
import io
import random
import zipfile
from pathlib import Path

import pytest

from int21.fat.drive import open_image
from int21.host_folder import HostFolder
from int21.service import CallGuest, Wait
from int21.settings import DosSettings
from int21.table import int21
from int21.zip_folder import ZipFolder
from tests.int21.fat import images
from tests.int21.machine import Guest, exe

SERVICES = tuple(int21)
# Whole families of their own pages, which would be one function in a hundred otherwise.
FAMILIES = {
    "long names": [s for s in SERVICES if s.function in (0x71, 0x73)],
    "FCBs": [s for s in SERVICES if s.handler.__module__.rpartition(".")[2].startswith("fcb_")],
    "programs": [s for s in SERVICES if s.function in (0x26, 0x31, 0x4B, 0x4C, 0x4D, 0x50, 0x55, 0x48, 0x49, 0x4A)],
    "control": [s for s in SERVICES if s.function in (0x44, 0x5D, 0x5E, 0x5F, 0x69)],
    "all": list(SERVICES),
}
WORDS = (
    0, 1, 2, 3, 4, 5, 6, 7, 0x10, 0x12, 0x20, 0x7F, 0x80, 0xFF, 0x100, 0x13E, 0x360, 0x37F, 0x4000, 0x7FFF, 0x8000,
    0x860, 0x861, 0x866, 0x868, 0xFFF0, 0xFFFE, 0xFFFF,
)  # fmt: skip
PATHS = (
    b"a.txt", b"A:\\a.txt", b"d:\\a.txt", b"e:a.txt", b"s:x", b"..\\..\\secret", b"c:\\sub\\..\\..\\..\\etc\\passwd",
    b"link\\secret", b"*.*", b"a:*.*", b"con", b"sub", b"/", b"\\\\server\\x", b"\xff" * 60, b"a" * 200, b".", b"..",
    b"c:", b"nul\\x", b"\x01\x02", b"LINK", b"Long file name.text", b"longfi~1.tex", b"prog.exe", b"prog.com", b"",
    b"a:\\" + b"n" * 300, b"c:\\.\\.\\.\\sub\\\\", b"x" * 63 + b"\\" + b"y" * 63 + b"\\z",
)  # fmt: skip
# What AX may hold with carry set: the codes of the MS-DOS Programmer's Reference, or "no such function" of long names.
LAST_ERROR = 0x5A


@pytest.fixture(scope="module")
def floppy(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    disk = images.make(tmp_path_factory.mktemp("disk") / "a.img", 160)
    images.put(disk, "A.TXT", b"on the image")
    return disk.read_bytes()


def archive(path: Path) -> Path:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as writer:
        writer.writestr("a.txt", b"in the archive")
    path.write_bytes(data.getvalue())
    return path


def machine(tmp_path: Path, floppy: bytes) -> Guest:
    """A program with drives of all kinds, and some files."""
    inside = tmp_path / "inside"
    (inside / "sub").mkdir(parents=True, exist_ok=True)
    (inside / "a.txt").write_bytes(b"text")
    (inside / "Long file name.text").write_bytes(b"long")
    (inside / "prog.com").write_bytes(b"\xb8\x00\x4c\xcd\x21")
    (inside / "prog.exe").write_bytes(exe(bytes(64), sp=0x100))
    if not (inside / "link").is_symlink():
        (inside / "link").symlink_to(tmp_path)
    guest = Guest(inside, settings=DosSettings(version=(7, 10), long_names=True))
    (tmp_path / "a.img").write_bytes(floppy)
    drives = guest.dos.drives
    drives.mount("A", open_image(str(tmp_path / "a.img"))[0])
    drives.mount("D", HostFolder(tmp_path / "kept", read_only=True))
    drives.mount("E", ZipFolder(str(tmp_path / "e.zip")))
    guest.call(0x4A00, es=guest.dos.psp, bx=0x2000)
    guest.dos.dta = (guest.scratch >> 4, 0x3000)
    guest.regs.ss, guest.regs.sp = guest.scratch >> 4, 0x3F00
    guest.regs.cs = guest.dos.psp
    return guest


def fill(rng: random.Random, guest: Guest) -> None:
    """Paths, FCBs, parameter blocks and rubbish where the pointers mostly lead."""
    for where in (0, 0x100, 0x900):
        kind = rng.random()
        if kind < 0.6:
            data = rng.choice(PATHS) + b"\0"
        elif kind < 0.8:
            name = rng.choice((b"A       TXT", b"???????????", b"PROG    COM", b"CON        ", rng.randbytes(11)))
            data = rng.choice((b"", b"\xff\0\0\0\0\0" + rng.randbytes(1))) + bytes([rng.choice((0, 1, 3, 4, 90))])
            data += name + rng.randbytes(rng.choice((0, 25))) + bytes(25)
        else:
            data = rng.randbytes(64)
        guest.put(data, where)


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("seed", range(3))
def test_random_calls(tmp_path: Path, floppy: bytes, family: str, seed: int) -> None:
    rng = random.Random(f"{family} {seed}")
    (tmp_path / "secret").write_bytes(b"secret")
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept" / "a.txt").write_bytes(b"kept")
    archive(tmp_path / "e.zip")
    packed = (tmp_path / "e.zip").read_bytes()
    worked = set()
    for _ in range(12):
        guest = machine(tmp_path, floppy)
        for _ in range(100):
            fill(rng, guest)
            service = rng.choice(FAMILIES[family])
            assert service.function is not None
            low = rng.randrange(256) if service.subfunction is None else service.subfunction
            segment = rng.choice((guest.scratch >> 4,) * 10 + (0xFFFF, 0xA000, 0, guest.dos.psp))
            other = rng.choice((guest.scratch >> 4,) * 10 + (0xFFFF, 0xF000, 0x40))
            values = {name: rng.choice(WORDS) for name in ("bx", "cx", "dx", "si", "di", "bp")}
            for name in ("dx", "si", "di", "bx"):
                values[name] = rng.choice((0, 0x100, 0x900, values[name]))
            if service.function == 0x50:
                values["bx"] = rng.choice((guest.dos.psp, 0, 0xFFFF))
            calls: list[CallGuest] = []
            guest.regs.cf = False
            try:
                regs = guest.call(service.function << 8 | low, ds=segment, es=other, **values)
                if service.number == "21h/7305h":
                    continue  # has the codes of INT 25h
                if service.function >= 0x38 and regs.cf:
                    assert 0 < regs.ax <= LAST_ERROR or (regs.ax & 0xFF == 0 and service.function in (0x71, 0x73))
                else:
                    worked.add(service.number)
            except Wait:
                guest.console.type(b"x\r")
            except CallGuest as call:
                calls.append(call)
            while calls:
                with contextlib.suppress(Wait):
                    try:
                        guest.answer(calls.pop(), far=rng.random() < 0.5, carry=rng.random() < 0.5)
                    except CallGuest as again:
                        if rng.random() < 0.7:
                            calls.append(again)
            if guest.dos.terminated:
                break
        guest.dos.close()
    assert len(worked) > len({s.number for s in FAMILIES[family]}) // 4
    assert (tmp_path / "secret").read_bytes() == b"secret"
    assert (tmp_path / "kept" / "a.txt").read_bytes() == b"kept"
    assert (tmp_path / "e.zip").read_bytes() == packed
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.img", "e.zip", "inside", "kept", "secret"]
    assert [path.name for path in (tmp_path / "kept").iterdir()] == ["a.txt"]
    assert (tmp_path / "inside" / "link").is_symlink() or not (tmp_path / "inside" / "link").exists()
