"""Where a program's time goes: samples of CS:EIP by emulated time, calls of services, and what the engine does.

Samples are events of the machine's own clock, so the same run gives the same profile. Host time is what the services'
Python took; everything else is emulated.

>>> from dosemu import Machine
>>> code = bytes.fromhex("b9ffff e2fe b8004c cd21")  # mov cx, FFFFh; loop $; mov ax, 4C00h; int 21h
>>> with Machine.from_files({"T.COM": code}) as m:
...     profile = Profile(m)
...     m.run()
...     report = profile.report()
>>> report.places[0].share > 0.9, [service.name for service in report.services]
(True, ['21h/4Ch'])
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING

from hw.clock import MS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dosemu.machine import Machine

DEFAULT_CYCLES = 5003  # instructions from one sample to the next: a prime, so that loops do not beat with it
_PAGE = 16  # bytes that samples without a symbol are put together by


@dataclass(frozen=True, slots=True)
class PlaceTime:
    """A place of the program: a symbol, or an address; ``share`` of all samples."""

    name: str
    samples: int
    share: float


@dataclass(frozen=True, slots=True)
class ServiceTime:
    """Calls of one service (vector/AH), and the host seconds that they took."""

    name: str
    calls: int
    host_seconds: float


@dataclass(frozen=True, slots=True)
class ProfileReport:
    """A profile: emulated and host seconds, the places, the services, the engine's counts.

    >>> from dosemu import Machine
    >>> with Machine.from_files({"T.COM": b"\\xeb\\xfe"}) as m:
    ...     profile = Profile(m); m.run(seconds=0.1); report = profile.report()
    >>> "100" in report.table(most=1), report.to_json()[0], report.to_html()[:9].lower()
    (True, '{', '<!doctype')
    """

    program: str
    seconds: float
    host_seconds: float
    instructions: int
    samples: int
    places: list[PlaceTime]
    services: list[ServiceTime]
    engine: Mapping[str, int]

    def table(self, most: int = 30) -> str:
        """For people."""
        lines = [
            f"{self.program}: {self.seconds:.3f} s emulated, {self.instructions:,} instructions, "
            f"{self.host_seconds:.3f} s of the host, {self.samples:,} samples",
            "", f"{'where':40} {'samples':>9} {'%':>6}",
        ]  # fmt: skip
        lines += [f"{p.name[:40]:40} {p.samples:9,} {100 * p.share:6.1f}" for p in self.places[:most]]
        lines += ["", f"{'service':40} {'calls':>9} {'host ms':>9}"]
        lines += [f"{s.name[:40]:40} {s.calls:9,} {1000 * s.host_seconds:9.2f}" for s in self.services[:most]]
        lines += ["", "engine"]
        lines += [f"{name.replace('_', ' '):40} {count:,}" for name, count in self.engine.items()]
        return "\n".join(lines) + "\n"

    def to_json(self) -> str:
        """All of it as one JSON object."""
        return json.dumps(
            {
                "program": self.program, "seconds": self.seconds, "host_seconds": self.host_seconds,
                "instructions": self.instructions, "samples": self.samples,
                "places": [{"name": p.name, "samples": p.samples, "share": p.share} for p in self.places],
                "services": [{"name": s.name, "calls": s.calls, "host_seconds": s.host_seconds} for s in self.services],
                "engine": dict(self.engine),
            },
            indent=1,
        )  # fmt: skip

    def to_html(self) -> str:
        """A page of its own with bars."""
        from dosemu.debug.page import bars, page, rows

        shown = self.places[:40]
        blocks = ("chained", "looked_up", "dispatched")
        reached = max(sum(self.engine[name] for name in blocks), 1)
        return page(
            f"Profile of {self.program}",
            f"<p>{self.seconds:.3f} s emulated, {self.instructions:,} instructions, "
            f"{self.host_seconds:.3f} s of the host</p>"
            "<h2>Where the program's time goes</h2>"
            + bars([(p.name, p.share, f"{100 * p.share:.1f} %") for p in shown], shown[0].share if shown else 1.0)
            + "<h2>Services</h2>"
            + rows(("service", "calls", "host ms"),
                   [(s.name, s.calls, f"{1000 * s.host_seconds:.2f}") for s in self.services])
            + "<h2>How blocks are reached</h2>"
            + bars([(n.replace("_", " "), self.engine[n], f"{100 * self.engine[n] / reached:.1f} %") for n in blocks],
                   reached)
            + "<h2>Engine</h2>"
            + rows(("count", "number"), [(name.replace("_", " "), count) for name, count in self.engine.items()]),
        )  # fmt: skip


class Profile:
    """Profiles ``machine`` from now on until ``close()``, a sample every ``cycles`` instructions.

    >>> from dosemu import Machine
    >>> with Machine.from_files({"T.COM": b"\\xeb\\xfe"}) as m:
    ...     profile = Profile(m, cycles=1009); m.run(seconds=0.1); profile.close(); profile.report().places[0].share
    1.0
    """

    def __init__(self, machine: Machine, cycles: int = DEFAULT_CYCLES) -> None:
        if cycles < 1:
            raise ValueError("a sample every instruction is the most")
        self._machine = machine
        self._engine = machine.engine
        self._cycles = cycles
        self._samples: Counter[int | str] = Counter()
        self._services: dict[str, list[float]] = {}
        self._began = (machine.clock.seconds, machine.clock.cycles, perf_counter())
        self._on_service, self._on_trap = machine.engine.on_service, machine.engine.on_trap
        machine.engine.on_service, machine.engine.on_trap = self._service, self._trap
        machine.engine.count_blocks()
        self._event = machine.clock.after(self._period_ps, self._sample, "profile")

    @property
    def _period_ps(self) -> int:
        return max(self._cycles * MS // self._machine.clock.cycles_per_ms, 1)

    def close(self) -> None:
        """End it; the machine goes on as fast as before."""
        self._machine.clock.cancel(self._event)
        if not self._machine.closed:
            self._engine.count_blocks(False)
        self._engine.on_service, self._engine.on_trap = self._on_service, self._on_trap

    def _sample(self) -> None:
        if self._engine.halted:
            waiting = self._machine.interrupts.waiting
            self._samples["(idle)" if waiting is None else f"(waiting in INT {waiting:02X}h)"] += 1
        else:
            self._samples[self._engine.code_address] += 1
        self._event = self._machine.clock.after(self._period_ps, self._sample, "profile")

    def _service(self, vector: int, kind: str) -> None:
        name = f"{vector:02X}h/{self._machine.regs.ah:02X}h" if kind == "int" else f"{kind} {vector:02X}h"
        began = perf_counter()
        if self._on_service is not None:
            self._on_service(vector, kind)
        self._note(name, perf_counter() - began)

    def _trap(self, offset: int) -> None:
        name = f"{offset >> 3:02X}h/{self._machine.regs.ah:02X}h" if offset < 0x800 else "BIOS and DPMI traps"
        began = perf_counter()
        if self._on_trap is not None:
            self._on_trap(offset)
        self._note(name, perf_counter() - began)

    def _note(self, name: str, seconds: float) -> None:
        entry = self._services.setdefault(name, [0, 0.0])
        entry[0] += 1
        entry[1] += seconds

    def _name(self, place: int | str) -> str:
        if isinstance(place, str):
            return place
        machine = self._machine
        known = machine.symbols.name(place) if machine.symbols else None
        if known is not None:
            return known.partition("+")[0]
        if 0xF0000 <= place < 0x100000:
            return "(BIOS)"
        return f"{place & ~(_PAGE - 1):06X}"

    def report(self) -> ProfileReport:
        """What was seen so far."""
        machine = self._machine
        named: Counter[str] = Counter()
        for place, count in self._samples.items():
            named[self._name(place)] += count
        total = sum(named.values())
        places = [
            PlaceTime(name, count, count / total) for name, count in sorted(named.items(), key=lambda n: (-n[1], n[0]))
        ]
        services = [ServiceTime(name, int(entry[0]), entry[1]) for name, entry in self._services.items()]
        services.sort(key=lambda service: (-service.calls, service.name))
        seconds, cycles, host = self._began
        return ProfileReport(
            machine.title, machine.clock.seconds - seconds, perf_counter() - host, machine.clock.cycles - cycles,
            total, places, services, self._engine.statistics(),
        )  # fmt: skip
