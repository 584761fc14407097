"""INT 31h, and DOS and BIOS calls of protected mode, with registers and segments that make no sense.

A guest program (tests/programs/dpmi_any_16, _32) makes the calls of a file, which are random ones from a seed; whatever
happens to the program, the emulator goes on. ``python -m tests.dosemu.dpmi.test_fuzz FIRST LAST`` runs more seeds.
"""

from __future__ import annotations

import random
import shutil
import struct
import sys
import tempfile
from pathlib import Path

import pytest

from dosemu import Machine
from dosemu.dpmi import int31
from dosemu.dpmi.pointers import POINTERS, SEGMENT_RESULTS
from tests.dosemu.dpmi.clients import inside

PROGRAMS = Path(__file__).parents[2] / "programs"
CASES = 60
_CASE = struct.Struct("<7I4B")
_EDGES = (
    0, 1, 2, 7, 0x0F, 0x10, 0x20, 0x7F, 0x80, 0x87, 0x8F, 0x97, 0xB7, 0xFF, 0x100, 0x1000, 0x4000, 0x7FFF, 0x8000,
    0xFFF0, 0xFFFE, 0xFFFF, 0x10000, 0xA0000, 0xF0000, 0xFFFF0, 0x100000, 0x110000, 0xFFF000, 0x1000000, 0x1100000,
    0x7FFFFFFF, 0x80000000, 0xE0000000, 0xFFFFF000, 0xFFFFFFFF,
)  # fmt: skip
_RARE = (0x0300, 0x0301, 0x0302, 0x0C01)  # most of these end the program
_SPECIAL = (
    0x09, 0x11, 0x12, 0x14, 0x15, 0x1A, 0x21, 0x22, 0x25, 0x27, 0x28, 0x2F, 0x35, 0x38, 0x3F, 0x40, 0x48, 0x49, 0x4A,
    0x4B, 0x4E, 0x4F, 0x50, 0x51, 0x62,
)  # fmt: skip
_DOS = (
    *sorted({(vector, ah << 8 | (al or 0)) for vector, ah, al in (*POINTERS, *SEGMENT_RESULTS)}),
    *((0x21, ah << 8) for ah in _SPECIAL),
)
_OTHERS = ((0x21, 0x7305), (0x25, 0), (0x26, 0), (0x33, 0x0C), (0x33, 0x14), (0x33, 0x18), (0x33, 0x19), (0x15, 0xC207))
int31.load()
_FUNCTIONS = tuple((service.function or 0) << 8 | (service.subfunction or 0) for service in int31.TABLE)


def _value(chance: random.Random) -> int:
    match chance.randrange(4):
        case 0:
            return chance.choice(_EDGES)
        case 1:
            return chance.choice(_EDGES) << 16 & 0xFFFF0000 | chance.choice(_EDGES) & 0xFFFF
        case 2:
            return chance.randrange(0x10000)
        case _:
            return chance.randrange(1 << 32)


def cases(seed: int) -> bytes:
    """A file of calls: those of INT 31h for even seeds, those of DOS and the BIOS for odd ones."""
    chance = random.Random(seed)
    data = b""
    for _ in range(CASES):
        vector, ax = 0x31, chance.choice(_FUNCTIONS)
        if seed & 1:
            vector, ax = chance.choice(_DOS + _OTHERS)
        elif ax in _RARE and chance.randrange(4):
            ax = chance.randrange(0x1000)
        registers = [_value(chance) for _ in range(6)]
        segments = [chance.choice((0, 0, 0, 1, 2, 3, 4, 5, 6, 7)) for _ in range(2)]
        data += _CASE.pack(ax | chance.randrange(2) << 16, *registers, *segments, vector, 0)
    return data


def run(seed: int, folder: Path, *, wide: bool) -> None:
    """Run a seed's calls: nothing is left of a client that has ended."""
    source = PROGRAMS / f"dpmi_any_{32 if wide else 16}"
    shutil.copy(source / "main.com", folder / "MAIN.COM")
    (folder / "CASES.DAT").write_bytes(cases(seed))
    with Machine(folder / "MAIN.COM", stdio=True) as machine:
        machine.engine.native_services = seed & 2 == 0
        before = machine.dpmi.pool.total_free
        machine.run(seconds=0.005)
        if machine.exited and not machine.dpmi.clients:  # it may have changed the current PSP, or stay resident
            assert machine.dpmi.pool.total_free == before
            assert not machine.dpmi.crossings.depth


@pytest.mark.parametrize("wide", [False, True], ids=["16-bit", "32-bit"])
@pytest.mark.parametrize("seed", range(12))
def test_calls_that_make_no_sense(seed: int, wide: bool, tmp_path: Path) -> None:
    run(seed, tmp_path, wide=wide)


@pytest.mark.parametrize("wide", [False, True], ids=["16-bit", "32-bit"])
def test_functions_called_from_outside(wide: bool, tmp_path: Path) -> None:
    """Each function many times over on one host: an error or success, and nothing is left behind."""
    chance = random.Random(wide)
    with inside(tmp_path, wide=wide) as machine:
        regs, host = machine.regs, machine.dpmi
        state = regs.freeze()
        segments = {name: getattr(regs, name) for name in ("ds", "es")}
        for function in (function for function in _FUNCTIONS if function not in _RARE for _ in range(8)):
            for name in ("ebx", "ecx", "edx", "esi", "edi"):
                setattr(regs, name, _value(chance))
            for name, selector in segments.items():
                regs.set_cache(name, selector, chance.choice((0, 0x10000, 0xFFF000, 0xFFFFF000)), 0xFFFFFFFF, 0xCFF300)
            regs.eax = function
            int31.call(host, regs)
            assert not regs.cf or regs.ax < 0x20 or 0x8001 <= regs.ax <= 0x8026, f"{function:04X}h: {regs.ax:04X}h"
            regs.thaw(state)


if __name__ == "__main__":
    for number in range(int(sys.argv[1]), int(sys.argv[2])):
        for width in (False, True):
            with tempfile.TemporaryDirectory() as place:
                try:
                    run(number, Path(place), wide=width)
                except Exception as error:  # what this is to find
                    print(f"seed {number}, {'32' if width else '16'} bits: {error!r}", flush=True)
