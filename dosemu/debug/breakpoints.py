"""Where a debugged program is, the points that it is to stop at, and what happens when it meets them.

An interrupt's breakpoint stops in front of it, an address's before the instruction, one on memory or a port behind
the instruction that used it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dosemu.debug.decode import interrupt_length
from dosemu.debug.linear import LinearMemory
from dosemu.debug.points import MEMORY_KINDS, Point, PointKind
from dosemu.debug.stops import Stop, StopKind

if TYPE_CHECKING:
    from dosemu.hooks import Arrival, InterruptCall, PortAccess
    from dosemu.machine import Machine
    from dosemu.places import Place

_LONGEST_INSTRUCTION = 15
_CS32 = 0x400000  # the D bit in the rights of a segment
_VM = 0x20000


@dataclass(frozen=True, slots=True)
class _Pending:
    """An interrupt that a breakpoint held up: it happens when the program goes on from ``shown``."""

    vector: int
    kind: str
    shown: int  # EIP as it is shown
    after: int  # EIP as the CPU had it
    cs: int


class Breakpoints:
    """The breakpoints of one machine; ``Debugger`` runs it to them."""

    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        self.memory = LinearMemory(machine.engine)
        self.points: dict[int, Point] = {}
        self.evaluate: Callable[[str], int] | None = None
        self._engine = machine.engine
        self._numbers = 0
        self._stop: Stop | None = None
        self._start = (-1, -1)  # cycles and address where a run began: a breakpoint there is not met at once
        self._pending: _Pending | None = None
        self._passing = False  # the interrupt that was held up is happening
        self._passing_watch = False
        self._request_entered = False
        self._on_service, self._on_trap = machine.engine.on_service, machine.engine.on_trap
        machine.engine.on_service, machine.engine.on_trap = self._service, self._trap
        machine.hooks  # noqa: B018 (made now, so that breakpoints find it)

    def close(self) -> None:
        """Remove all breakpoints and let the machine be; an interrupt that was held up happens first."""
        self._perform_pending()
        for point in list(self.points.values()):
            self.remove(point)
        self._engine.on_service, self._engine.on_trap = self._on_service, self._on_trap

    # --- where the program is -------------------------------------------------------------------------

    @property
    def address(self) -> int:
        """Linear address of the next instruction."""
        return self._engine.code_address

    @property
    def wide(self) -> bool:
        """The code segment is one of 32 bits."""
        regs = self.machine.regs
        return regs.protected and not regs.eflags & _VM and bool(regs.rights("cs") & _CS32)

    @property
    def mode(self) -> str:
        """ "real", "V86", "16-bit protected" or "32-bit protected"."""
        regs = self.machine.regs
        if not regs.protected:
            return "real"
        if regs.eflags & _VM:
            return "V86"
        return "32-bit protected" if self.wide else "16-bit protected"

    @property
    def stack(self) -> int:
        """Linear address of the top of the stack."""
        regs = self.machine.regs
        wide = regs.protected and not regs.eflags & _VM and bool(regs.rights("ss") & _CS32)
        return regs.address("ss", regs.esp if wide else regs.sp)

    def code(self, address: int | None = None) -> bytes:
        """The bytes of the instruction there, and what follows."""
        return self.memory.read(self.address if address is None else address, _LONGEST_INSTRUCTION)

    # --- breakpoints ----------------------------------------------------------------------------------

    def break_at(self, place: Place, **options: object) -> Point:
        """Stop before the instruction at a place. ``options`` are fields of ``Point``. Raises ValueError."""
        address = self.machine.address(place)
        label = f"{address:05X}" if not isinstance(place, str) else f"{place} ({address:05X})"
        return self._add(PointKind.ADDRESS, first=address, last=address, **{"label": label, **options})

    def break_interrupt(self, vector: int, function: int | None = None, subfunction: int | None = None,
                        **options: object) -> Point:  # fmt: skip
        """Stop in front of an interrupt, request or exception (with this AH, and AL). Raises ValueError."""
        if not 0 <= vector <= 0xFF:
            raise ValueError(f"interrupt {vector:X}: 0 to FF")
        return self._add(PointKind.INTERRUPT, vector=vector, function=function, subfunction=subfunction, **options)

    def break_port(self, first: int, last: int | None = None, *, reads: bool = True, writes: bool = True,
                   **options: object) -> Point:  # fmt: skip
        """Stop behind an IN or OUT of these ports. Raises ValueError."""
        last = first if last is None else last
        if not 0 <= first <= last <= 0xFFFF:
            raise ValueError("ports are 0 to FFFF")
        return self._add(PointKind.PORT, first=first, last=last, reads=reads, writes=writes, **options)

    def watch(self, place: Place, size: int = 1, kind: PointKind = PointKind.WRITE, **options: object) -> Point:
        """Stop behind the instruction (or service) that writes, reads or changes memory. Raises ValueError."""
        first = self.machine.address(place)
        if kind not in MEMORY_KINDS or not 0 < size <= 1 << 20 or first + size > 1 << 32:
            raise ValueError("1 byte to 1 MB of memory can be watched")
        return self._add(kind, first=first, last=first + size - 1, **options)

    def _add(self, kind: PointKind, **fields: object) -> Point:
        point = Point(self._numbers + 1, kind, **fields)  # type: ignore[arg-type]
        self._arm(point)
        self._numbers += 1
        self.points[point.number] = point
        self._see_services()
        return point

    def remove(self, point: Point) -> None:
        """Delete a breakpoint."""
        self._disarm(point)
        self.points.pop(point.number, None)

    def enable(self, point: Point, on: bool = True) -> None:
        """Switch a breakpoint on, or off without forgetting it. Raises ValueError: too much memory is watched."""
        if on and not point.enabled:
            self._arm(point)
        elif not on:
            self._disarm(point)
        point.enabled = on

    def _arm(self, point: Point) -> None:
        hooks = self.machine.hooks
        match point.kind:
            case PointKind.ADDRESS:
                point.armed = [hooks.on_address(point.first, lambda event: self._arrived(point, event)).remove]
            case PointKind.INTERRUPT:
                hook = hooks.on_interrupt(
                    point.vector,
                    point.function,
                    point.subfunction,
                    lambda call: self._interrupt(point, call),
                    after=False,
                )
                point.armed = [hook.remove]
            case PointKind.PORT:
                port_hook = hooks.on_port(
                    range(point.first, point.last + 1), lambda access: self._port(point, access),
                    read=point.reads, write=point.writes, after=True,
                )  # fmt: skip
                point.armed = [port_hook.remove]
            case _:
                number = self._engine.watch(
                    point.first, point.last, lambda *access: self._touched(point, *access),
                    point.kind in (PointKind.READ, PointKind.ACCESS), point.kind is not PointKind.READ,
                )  # fmt: skip
                point.armed = [lambda: None if self.machine.closed else self._engine.unwatch(number)]
        self._see_services()

    def _disarm(self, point: Point) -> None:
        for undo in point.armed:
            undo()
        point.armed = []
        self._see_services()

    def _see_services(self) -> None:
        interrupts = self.machine.interrupts
        interrupts.watched = any(p.armed and p.kind in MEMORY_KINDS - {PointKind.READ} for p in self.points.values())
        interrupts.choose_native()

    # --- when they are met ----------------------------------------------------------------------------

    def _met(self, point: Point, detail: str = "", address: int | None = None) -> bool:
        """Whether this one stops the program."""
        if self._stop is not None or (point.condition and not self._holds(point.condition)):
            return False
        point.hits += 1
        if point.skip > 0:
            point.skip -= 1
            return False
        self._halt(Stop(StopKind.POINT, point, detail, address))
        return True

    def _holds(self, condition: str) -> bool:
        if self.evaluate is None:
            from dosemu.debug.expressions import evaluate

            return bool(evaluate(condition, self))
        return bool(self.evaluate(condition))

    def _halt(self, stop: Stop) -> None:
        if self._stop is None:
            self._stop = stop
        self._engine.stop()

    def interrupt(self) -> None:
        """End a run as soon as possible; safe in signal handlers."""
        self._halt(Stop(StopKind.INTERRUPTED))

    def _here(self) -> tuple[int, int]:
        return self.machine.clock.cycles, self.address

    def _arrived(self, point: Point, event: Arrival) -> None:
        if self._here() != self._start:
            self._met(point)

    def _interrupt(self, point: Point, call: InterruptCall) -> None:
        if self._passing or call.skipped or not self._met(point, _called(point, call)):
            return
        regs = self.machine.regs
        after = regs.eip
        back = 0
        if call.kind == "int":
            back = interrupt_length(self.memory.read(self.address - 2, 2), call.vector)
        call.skip()
        regs.eip = (after - back) & 0xFFFFFFFF
        self._pending = _Pending(call.vector, call.kind, regs.eip, after, regs.cs)

    def _perform_pending(self) -> bool:
        """Let the interrupt happen that was held up; one whose place was left is forgotten."""
        pending, self._pending = self._pending, None
        regs = self.machine.regs
        if pending is None or self.machine.exited or (regs.cs, regs.eip) != (pending.cs, pending.shown):
            return False
        regs.eip = pending.after
        self._passing = True
        try:
            self.machine.interrupts.service(pending.vector, pending.kind)
        finally:
            self._passing = False
        return True

    def _port(self, point: Point, access: PortAccess) -> None:
        value = 0 if access.value is None else access.value
        way = "OUT" if access.write else "IN"
        self._met(point, f"{way} port {access.port:03X}h, value {value:0{2 * access.size}X}h", access.port)

    def _touched(self, point: Point, address: int, size: int, store: bool, value: int) -> None:
        if self._passing_watch or self._stop is not None:
            return
        old = int.from_bytes(self.memory.read(address, size), "little")
        if point.kind is PointKind.CHANGE and (not store or not self._differs(point, address, size, value)):
            return
        way = "write" if store else "read"
        change = f"{old:0{2 * size}X} to {value:0{2 * size}X}" if store else f"{old:0{2 * size}X}"
        if self._met(point, f"{way} of {address:05X}: {change}", address):
            self._engine.stop_before()

    def _differs(self, point: Point, address: int, size: int, value: int) -> bool:
        """Whether a store changes watched bytes, not only their neighbours."""
        new, old = value.to_bytes(8, "little")[:size], self.memory.read(address, size)
        return any(point.first <= address + i <= point.last and new[i] != old[i] for i in range(min(size, len(old))))

    def _service(self, vector: int, kind: str) -> None:
        before = self.address
        self._looked_after(lambda: self._on_service and self._on_service(vector, kind), f"INT {vector:02X}h")
        if kind == "irq" and self.address != before:
            self._request_entered = True

    def _trap(self, offset: int) -> None:
        name = f"INT {offset >> 3:02X}h" if offset < 0x800 else "the BIOS"
        self._looked_after(lambda: self._on_trap and self._on_trap(offset), name)

    def _looked_after(self, serve: Callable[[], object], name: str) -> None:
        """What a service writes is not seen by the CPU: it is looked for."""
        if not self.machine.interrupts.watched:
            serve()
            return
        watched = [p for p in self.points.values() if p.armed and p.kind in MEMORY_KINDS - {PointKind.READ}]
        before = [self.memory.read(p.first, p.last - p.first + 1) for p in watched]
        serve()
        for point, old in zip(watched, before, strict=True):
            new = self.memory.read(point.first, point.last - point.first + 1)
            if new != old:
                at = next(i for i in range(min(len(new), len(old))) if new[i] != old[i])
                self._met(point, f"write of {point.first + at:05X} by {name}: {old[at]:02X} to {new[at]:02X}",
                          point.first + at)  # fmt: skip


def _called(point: Point, call: InterruptCall) -> str:
    text = f"INT {call.vector:02X}h"
    if call.kind != "int":
        return f"{'exception' if call.kind == 'fault' else 'request'}, {text}"
    return f"{text} AH={call.function:02X}h" if point.subfunction is None else f"{text} AX={call.ax:04X}h"
