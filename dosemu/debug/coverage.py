"""Which code of a program was executed, and how often: counted by the engine, a block of straight code at a time.

>>> from dosemu import Machine
>>> code = bytes.fromhex("b90300 e2fe b8004c cd21 90")  # mov cx, 3; loop $; mov ax, 4C00h; int 21h; nop
>>> with Machine.from_files({"T.COM": code}) as m:
...     coverage = Coverage(m)
...     m.run()
...     report = coverage.report()
>>> report.program_bytes, report.executed_bytes, [block.runs for block in report.blocks]
(11, 10, [1, 2, 1])

A block that a fault left in its middle counts whole. The listing shows the code as it was loaded.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from html import escape
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dosemu.machine import Machine


@dataclass(frozen=True, slots=True)
class Block:
    """Straight code that ran ``runs`` times: its linear address, bytes and instructions."""

    address: int
    size: int
    instructions: int
    runs: int
    wide: bool


@dataclass(frozen=True, slots=True)
class Function:
    """From one symbol to the next: its bytes, those executed, how often it was entered, instructions run."""

    name: str
    address: int
    size: int
    executed: int
    calls: int
    instructions: int

    @property
    def percent(self) -> float:
        """How much of it ran."""
        return 100.0 * self.executed / self.size if self.size else 0.0


@dataclass(slots=True)
class CoverageReport:
    """What ran between ``first`` and ``last`` (linear addresses, the program's image).

    >>> from dosemu import Machine
    >>> with Machine.from_files({"T.COM": bytes.fromhex("b90300 e2fe cd20 90")}) as m:  # loop 3 times; int 20h; nop
    ...     m.symbols.add("main", m.program_image[0])
    ...     coverage = Coverage(m); m.run(); report = coverage.report()
    >>> report.program_bytes, report.executed_bytes, report.runs()
    (8, 7, [1, 1, 1, 3, 3, 1, 1, 0])
    >>> "main" in report.table(), len(report.listing().splitlines()) > 3
    (True, True)
    >>> report.to_json()[0], report.to_html()[:9].lower()
    ('{', '<!doctype')
    """

    program: str
    first: int
    last: int
    blocks: list[Block]
    functions: list[Function] = field(default_factory=list)
    image: bytes = b""
    names: dict[int, str] = field(default_factory=dict)
    elsewhere: int = 0  # bytes of blocks outside: the BIOS, code that was loaded or written later

    @property
    def program_bytes(self) -> int:
        """Bytes of the program."""
        return self.last - self.first

    @property
    def executed_bytes(self) -> int:
        """Bytes of the image that were executed at least once."""
        return sum(1 for runs in self.runs() if runs)

    def runs(self) -> list[int]:
        """How often each byte of the image was executed as a part of an instruction."""
        found = [0] * self.program_bytes
        for block in self.blocks:
            for at in range(max(block.address, self.first), min(block.address + block.size, self.last)):
                found[at - self.first] += block.runs
        return found

    def table(self) -> str:
        """The functions, those that ran least completely first; without symbols one line for the program."""
        total = self.program_bytes
        percent = 100.0 * self.executed_bytes / total if total else 0.0
        lines = [
            f"{self.program}: {self.executed_bytes:,} of {total:,} bytes executed ({percent:.1f} %), "
            f"{self.elsewhere:,} elsewhere"
        ]
        if self.functions:
            lines.append(f"{'function':32} {'bytes':>7} {'executed':>8} {'%':>6} {'entered':>10} {'instructions':>14}")
        for f in sorted(self.functions, key=lambda f: (f.percent, f.address)):
            lines.append(
                f"{f.name[:32]:32} {f.size:7,} {f.executed:8,} {f.percent:6.1f} {f.calls:10,} {f.instructions:14,}"
            )
        return "\n".join(lines) + "\n"

    def listing(self) -> str:
        """The executed code as instructions, with how often each ran, and what lies between as byte counts.

        Raises NoDisassembler.
        """
        return "\n".join(f"{runs:>12}  {address:08X}  {text}" for address, runs, text in self._lines()) + "\n"

    def _lines(self) -> list[tuple[int, str, str]]:
        from dosemu.debug.disassembly import disassemble

        instructions: dict[int, tuple[int, int, str]] = {}
        for block in self.blocks:
            if not self.first <= block.address < self.last:
                continue
            start = block.address - self.first
            code = self.image[start : start + block.size]
            for item in disassemble(code, block.address, wide=block.wide):
                size, runs, _ = instructions.get(item.address, (len(item.data), 0, ""))
                instructions[item.address] = (max(size, len(item.data)), runs + block.runs, item.text)
        lines: list[tuple[int, str, str]] = []
        at = self.first
        for address in sorted(instructions):
            size, runs, text = instructions[address]
            if address > at:
                lines.append((at, "-", f"({address - at:,} bytes not executed)"))
            if address in self.names:
                lines.append((address, "", f"{self.names[address]}:"))
            lines.append((address, f"{runs:,}", f"    {text}"))
            at = max(at, address + size)
        if at < self.last:
            lines.append((at, "-", f"({self.last - at:,} bytes not executed)"))
        return lines

    def to_json(self) -> str:
        """All of it as one JSON object: addresses are numbers, ``blocks`` are [address, bytes, instructions, runs]."""
        return json.dumps(
            {
                "program": self.program, "first": self.first, "last": self.last,
                "bytes": self.program_bytes, "executed": self.executed_bytes,
                "functions": [
                    {
                        "name": f.name, "address": f.address, "bytes": f.size, "executed": f.executed,
                        "entered": f.calls, "instructions": f.instructions,
                    }
                    for f in self.functions
                ],
                "blocks": [[b.address, b.size, b.instructions, b.runs] for b in self.blocks],
            },
            indent=1,
        )  # fmt: skip

    def to_html(self) -> str:
        """A page of its own: the functions with bars, and the annotated code where capstone is."""
        from dosemu.debug.disassembly import available
        from dosemu.debug.page import bars, page, rows

        percent = 100.0 * self.executed_bytes / max(self.program_bytes, 1)
        head = f"<p>{self.executed_bytes:,} of {self.program_bytes:,} bytes executed ({percent:.1f} %)</p>"
        parts = [head]
        if self.functions:
            parts.append("<h2>Functions</h2>")
            parts.append(bars([(f.name, f.percent, f"{f.percent:.1f} %") for f in self.functions], most=100.0))
            parts.append(
                rows(
                    ("function", "address", "bytes", "executed", "entered", "instructions"),
                    [(f.name, f"{f.address:05X}", f.size, f.executed, f.calls, f.instructions) for f in self.functions],
                )
            )
        if available():
            lines = (
                f'<span class="{"no" if runs == "-" else "yes"}">{runs:>12}  {address:08X}  {escape(text)}</span>'
                for address, runs, text in self._lines()
            )
            parts.append("<h2>Code</h2><pre>" + "\n".join(lines) + "</pre>")
        return page(f"Coverage of {self.program}", "".join(parts))


class Coverage:
    """Counts from now on what ``machine`` executes; ``report()`` tells, ``close()`` ends it.

    >>> from dosemu import Machine
    >>> with Machine.from_files({"T.COM": bytes.fromhex("b90300 e2fe cd20 90")}) as m:
    ...     coverage = Coverage(m); m.run(); coverage.close()
    ...     len(coverage.blocks()) >= 3, coverage.report(m.program_image[0], m.program_image[1]).executed_bytes
    (True, 7)
    """

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        # Where the program lies: known at its start, gone when it has ended.
        self._first, self._last = machine.program_image
        self._image = machine.memory.read(self._first, self._last - self._first)
        machine.engine.count_blocks()

    def close(self) -> None:
        """Count no more."""
        if not self._machine.closed:
            self._machine.engine.count_blocks(False)

    def blocks(self) -> list[Block]:
        """Every block that ran, also DOS's handlers and the BIOS's: those of one place and size together."""
        merged: dict[tuple[int, int, bool], list[int]] = {}
        for address, size, instructions, runs, wide in self._machine.engine.blocks():
            entry = merged.setdefault((address, size, wide), [instructions, 0])
            entry[1] += runs
        return [Block(a, s, counts[0], counts[1], w) for (a, s, w), counts in sorted(merged.items())]

    def report(self, first: int | None = None, last: int | None = None) -> CoverageReport:
        """What ran of the program's image, or of the linear addresses ``first`` to ``last`` (not included).

        The image is that of the 32-bit objects where a MAP file was read with their places.
        """
        machine = self._machine
        if first is None and last is None and machine.symbols.placed is not None:
            first, last = machine.symbols.placed
        first = self._first if first is None else first
        last = self._last if last is None else last
        blocks = self.blocks()
        inside = [block for block in blocks if block.address < last and block.address + block.size > first]
        elsewhere = sum(block.size for block in blocks) - sum(block.size for block in inside)
        own = (first, last) == (self._first, self._last)
        image = self._image if own else machine.memory.read(first, max(last - first, 0))
        report = CoverageReport(machine.title, first, last, inside, image=image, elsewhere=elsewhere)
        _add_functions(report, machine)
        return report


def _add_functions(report: CoverageReport, machine: Machine) -> None:
    places = sorted(
        (address, name) for name, address in machine.symbols.items() if report.first <= address < report.last
    )
    report.names = dict(reversed(places))
    starts = sorted(report.names)
    runs = report.runs()
    for start, end in pairwise([*starts, report.last]):
        inside = [b for b in report.blocks if start <= b.address < end]
        report.functions.append(
            Function(
                report.names[start], start, end - start,
                sum(1 for count in runs[start - report.first : end - report.first] if count),
                runs[start - report.first], sum(b.instructions * b.runs for b in inside),
            )
        )  # fmt: skip
