"""Whatever a program puts in registers and memory, the file functions return."""

from __future__ import annotations

import contextlib
import random
from pathlib import Path

import pytest

from int21.service import CallGuest, Wait
from int21.table import int21
from tests.int21.machine import Guest

FUNCTIONS = sorted(
    {service.function for service in int21 if service.handler.__module__.split(".")[-1] in {
        "handles", "find", "directories", "disk", "ioctl", "fcb_files", "fcb_records", "fcb_parse",
    }} - {None}
)  # fmt: skip
WORDS = (0, 1, 2, 3, 4, 5, 6, 7, 0x7F, 0x80, 0xFF, 0x100, 0x7FFF, 0x8000, 0xFFF0, 0xFFFF)
PATHS = (
    b"a.txt", b"..\\..\\secret", b"c:\\sub\\..\\..\\..\\etc\\passwd", b"link\\secret", b"*.*", b"con", b"sub",
    b"/", b"\\\\server\\x", b"\xff" * 60, b"a" * 200, b".", b"..", b"c:", b"nul\\x", b"\x01\x02", b"~1", b"LINK",
)  # fmt: skip


@pytest.mark.parametrize("seed", range(8))
def test_random_calls_leave_the_host_alone(tmp_path: Path, seed: int) -> None:
    rng = random.Random(seed)
    inside = tmp_path / "inside"
    (inside / "sub").mkdir(parents=True)
    (tmp_path / "secret").write_bytes(b"secret")
    (inside / "link").symlink_to(tmp_path)
    guest = Guest(inside)
    psp_handles = (guest.dos.psp << 4) + 0x18
    handles = guest.memory.read(psp_handles, 38)
    worked: set[int | None] = set()
    program = guest.dos.psp
    for step in range(3000):
        for where in (0, 0x100, 0x900):
            junk = rng.choice((rng.choice(PATHS) + b"\0", rng.randbytes(64), b"\xff" + rng.randbytes(40)))
            guest.put(junk, where)
        segment = rng.choice((guest.scratch >> 4,) * 8 + (0xFFFF, 0xA000))
        registers = {name: rng.choice(WORDS) for name in ("bx", "cx", "dx", "si", "di", "bp")}
        registers["dx"] = rng.choice((0, 0, 0x100, 0x900, registers["dx"]))
        if step % 100 == 0:
            # A fresh start: what the program did to DOS's own tables would hide everything that follows.
            guest.dos.files.close_all(program)
            guest.dos.dta = (guest.scratch >> 4, 0x1000)
            guest.memory.write(psp_handles, handles)
        if step % 100 == 90:
            guest.memory.write(psp_handles, rng.randbytes(38))
        with contextlib.suppress(Wait, CallGuest):
            function = rng.choice(FUNCTIONS) << 8 | rng.choice((0, 1, 2, rng.randrange(256)))
            regs = guest.call(function, ds=segment, es=segment, **registers)
            worked.add(None if regs.cf else function >> 8)
        guest.console.type(b"x\r")
    assert {0x39, 0x3C, 0x3D, 0x41, 0x4E, 0x56} & worked
    guest.dos.files.close_all(guest.dos.psp)
    assert (tmp_path / "secret").read_bytes() == b"secret"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["inside", "secret"]
    assert (inside / "link").is_symlink()
