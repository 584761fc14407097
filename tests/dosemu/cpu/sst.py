"""Runs SingleStepTests (https://github.com/SingleStepTests, MIT) on the engine: one instruction from a given state.

The sets for the 8086 and the 80286 are looked for beside the checkout; the project does not need them.
"""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from dosemu.cpu.engine import Engine
from hw.clock import Clock
from hw.memory import Memory
from hw.pic import Pic
from hw.ports import PortBus

DATA = Path(__file__).resolve().parents[4] / "shared" / "data"
REGISTERS = ("ax", "bx", "cx", "dx", "si", "di", "bp", "sp", "cs", "ds", "es", "ss", "ip")
PREFIXES = {0x26, 0x2E, 0x36, 0x3E, 0xF0, 0xF1, 0xF2, 0xF3}
REPEATS = {0xF2, 0xF3}
STRINGS = {*range(0xA4, 0xA8), *range(0xAA, 0xB0), *range(0x6C, 0x70)}

# Flag bits that Intel's manuals leave undefined, by opcode (and /reg) of the 80286 set.
CF, PF, AF, ZF, SF, OF = 0x1, 0x4, 0x10, 0x40, 0x80, 0x800
ARITHMETIC = CF | PF | AF | ZF | SF | OF
UNDEFINED_286: dict[str, int] = {
    **dict.fromkeys(("08", "09", "0A", "0B", "0C", "0D", "20", "21", "22", "23", "24", "25"), AF),
    **dict.fromkeys(("30", "31", "32", "33", "34", "35", "84", "85", "A8", "A9"), AF),
    **{f"{op}.{reg}": AF for op in ("80", "81", "82", "83") for reg in (1, 4, 6)},
    "27": OF,
    "2F": OF,
    "37": OF | SF | ZF | PF,
    "3F": OF | SF | ZF | PF,
    "69": SF | ZF | AF | PF,
    "6B": SF | ZF | AF | PF,
    **{f"{op}.{reg}": OF for op in ("C0", "C1", "D2", "D3") for reg in range(4)},
    **{f"{op}.{reg}": AF | OF for op in ("C0", "C1", "D2", "D3") for reg in (4, 5, 6, 7)},
    **{f"{op}.{reg}": AF for op in ("D0", "D1") for reg in (4, 5, 6, 7)},
    "D4": OF | AF | CF,
    "D5": OF | AF | CF,
    **{f"{op}.{reg}": AF for op in ("F6", "F7") for reg in (0, 1)},
    **{f"{op}.{reg}": SF | ZF | AF | PF for op in ("F6", "F7") for reg in (4, 5)},
    **{f"{op}.{reg}": ARITHMETIC for op in ("F6", "F7") for reg in (6, 7)},
}


@dataclass(frozen=True, slots=True)
class Case:
    """One test: the instruction's bytes, the state before it and what changes."""

    name: str
    code: bytes
    before: dict[str, int]
    ram: list[tuple[int, int]]
    after: dict[str, int]
    ram_after: list[tuple[int, int]]
    exception: int | None

    @property
    def opcode(self) -> int:
        """The first byte that is no prefix."""
        return next((byte for byte in self.code if byte not in PREFIXES), self.code[-1])

    @property
    def prefixes(self) -> bytes:
        """The bytes before the opcode."""
        return self.code[: next((i for i, byte in enumerate(self.code) if byte not in PREFIXES), 0)]


@dataclass(frozen=True, slots=True)
class Suite:
    """A folder of tests and the engine's model that they are for."""

    folder: str
    model: str
    wrap: bool  # 20 address lines
    halts: bool  # IP is given after the HLT that follows
    masks: dict[str, int] = field(default_factory=dict)

    @property
    def path(self) -> Path:
        return DATA / self.folder

    def files(self) -> list[Path]:
        """The test files that are there."""
        return sorted(self.path.glob("*.json.gz"))

    def undefined(self, form: str) -> int:
        """Flag bits that mean nothing after the instruction form ("F6.4")."""
        if self.model == "286":
            return UNDEFINED_286.get(form, 0)
        return _masks_8086(self.path).get(form, 0)


SUITES = (
    Suite("sst-8086", "8086", wrap=True, halts=False),
    Suite("sst-80286", "286", wrap=False, halts=True),
)


@cache
def _masks_8086(path: Path) -> dict[str, int]:
    """Undefined flag bits by form, from the set's own metadata."""
    masks: dict[str, int] = {}
    metadata = path / "metadata.json"
    if not metadata.is_file():
        return masks
    for opcode, entry in json.loads(metadata.read_text())["opcodes"].items():
        for reg, form in entry.get("reg", {"": entry}).items():
            masks[f"{opcode}.{reg}".rstrip(".")] = 0xFFFF & ~form.get("flags-mask", 0xFFFF)
    return masks


def load(path: Path) -> list[Case]:
    """The tests of one file."""
    with gzip.open(path) as stream:
        return [_case(entry) for entry in json.load(stream)]


def _case(entry: dict[str, Any]) -> Case:
    exception = entry.get("exception")
    return Case(
        name=entry["name"],
        code=bytes(entry["bytes"]),
        before=entry["initial"]["regs"],
        ram=entry["initial"]["ram"],
        after=entry["final"]["regs"],
        ram_after=entry["final"]["ram"],
        exception=exception["number"] if exception else None,
    )


class Runner:
    """One engine on which any number of tests run, each from its own state."""

    def __init__(self, suite: Suite) -> None:
        self.suite = suite
        controller = PortBus()
        self.engine = Engine(Memory(0x200000), Clock(), PortBus(), Pic(controller), suite.model, rom=False)
        # No chip answers a port, and the coprocessor's interrupt does not come.
        controller.write(0x21, 0xFF)
        controller.write(0xA1, 0xFF)
        self.engine.filter_services(False)
        if suite.wrap:
            self.engine.set_a20(False)

    def run(self, case: Case, form: str) -> list[str]:
        """What came out differently from what the hardware did; nothing if the test passes."""
        engine, regs, memory = self.engine, self.engine.regs, self.engine.memory
        regs.eflags = 2
        for name, value in case.before.items():
            if name != "flags":
                setattr(regs, name, value)
        regs.flags = case.before["flags"] & 0xFFF
        engine.halted = False
        for address, value in case.ram:
            memory.set_u8(address, value)
        self._execute(case)
        return self._differences(case, form)

    def _execute(self, case: Case) -> None:
        engine, regs = self.engine, self.engine.regs
        start = regs.ip
        engine.step_one()
        # A repeated string instruction is one instruction for each iteration; IP stays until the last.
        if case.opcode in STRINGS and REPEATS & set(case.prefixes):
            for _ in range(0x10000):
                if regs.ip != start:
                    break
                engine.step_one()

    def _differences(self, case: Case, form: str) -> list[str]:
        regs, memory = self.engine.regs, self.engine.memory
        undefined = self.suite.undefined(form)
        expected = case.before | case.after
        if self.suite.halts and (case.opcode != 0xF4 or case.exception is not None):
            expected["ip"] = (expected["ip"] - 1) & 0xFFFF
        wrong = []
        for name in REGISTERS:
            value = getattr(regs, name)
            if value != expected[name]:
                wrong.append(f"{name} {value:04X} not {expected[name]:04X}")
        ignored = undefined | 0xF000
        if (regs.flags ^ expected["flags"]) & ~ignored & 0xFFFF:
            wrong.append(f"flags {regs.flags & ~ignored:04X} not {expected['flags'] & ~ignored & 0xFFFF:04X}")
        wrong += self._memory_differences(case, memory, undefined)
        return wrong

    def _memory_differences(self, case: Case, memory: Any, undefined: int) -> list[str]:
        # The flags that an exception pushed hold undefined bits too.
        before, after = case.before["sp"], case.after.get("sp", case.before["sp"])
        entered = case.exception is not None or (before - after) & 0xFFFF == 6
        base, wrap = case.after.get("ss", case.before["ss"]) << 4, 0xFFFFF if self.suite.wrap else 0xFFFFFF
        low, high = (base + ((after + 4) & 0xFFFF)) & wrap, (base + ((after + 5) & 0xFFFF)) & wrap
        pushed = {low: 0xFF & ~undefined, high: 0xFF & ~(undefined >> 8)}
        wrong = []
        for address, value in case.ram_after:
            found = memory.u8(address)
            mask = pushed.get(address, 0xFF) if entered else 0xFF
            if (found ^ value) & mask:
                wrong.append(f"[{address:05X}] {found:02X} not {value:02X}")
        return wrong
