"""The debugger: runs a machine to breakpoints and by steps, in real and protected mode.

What it does changes nothing for the program: it executes the same instructions at the same emulated times as without
it. Steps do not show requests of devices: their handlers run to their end.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from dosemu.debug.breakpoints import Breakpoints
from dosemu.debug.decode import Flow, flow
from dosemu.debug.stops import Stop, StopKind
from dosemu.driving import StopReason
from dosemu.interrupts import BIOS_SEGMENT, WAIT, WAIT_END
from hw.clock import SECOND

if TYPE_CHECKING:
    from dosemu.hooks import Arrival
    from dosemu.machine import Machine
    from dosemu.places import Place

SLICE_SECONDS = 0.05  # emulated; between slices ``poll`` is asked
KEY_SECONDS = 2.0  # emulated; a program that has waited this long for a key will not get one
_HALT_SECONDS = 60.0
_STEPS_A_POLL = 1000


class Debugger(Breakpoints):
    """A debugger on a machine; ``close()`` takes it off again, and the program can go on without.

    ``poll`` is called every 50 emulated milliseconds of a run; what it says true to is the user's wish to stop.
    ``evaluate`` gives the value of a condition. ``stop_for_keys``: a run also ends where the program waits for keys.

    >>> from dosemu import Machine
    >>> from dosemu.debug import PointKind
    >>> code = bytes.fromhex("e81000 a20002 e642 b402 b241 cd21 b8004c cd21 c3")
    >>> with Machine.from_files({"T.COM": code}) as m:  # call 113h; mov [200h], al; out 42h, al...
    ...     debugger = Debugger(m)
    ...     debugger.mode, debugger.wide, hex(debugger.stack & 0xF), debugger.code()[:3].hex()
    ...     debugger.step().kind.name, hex(m.regs.ip)
    ...     debugger.finish().kind.name, hex(m.regs.ip), debugger.address == m.address("CS:IP")
    ...     watch = debugger.watch("DS:0200", 1, PointKind.WRITE); debugger.run().kind.name
    ...     debugger.remove(watch); port = debugger.break_port(0x42); debugger.run().kind.name
    ...     debugger.enable(port, False); _ = debugger.break_interrupt(0x21, 0x02); debugger.run().text[:12]
    ...     debugger.next().kind.name, debugger.run_to("CS:0111").kind.name
    ...     _ = debugger.break_at("CS:0113"); debugger.run().kind.name
    ...     debugger.interrupt(); debugger.close()
    ('real', False, '0xe', 'e81000')
    ('STEP', '0x113')
    ('STEP', '0x103', True)
    'POINT'
    'POINT'
    'breakpoint 3'
    ('STEP', 'STEP')
    'EXITED'
    """

    def __init__(self, machine: Machine) -> None:
        super().__init__(machine)
        self.poll: Callable[[], bool] | None = None
        self.stop_for_keys = False
        self.last = Stop(StopKind.ENTRY)

    def run(self, seconds: float | None = None) -> Stop:
        """Run until something stops the program, at most so many emulated seconds."""
        self._begin()
        self._perform_pending()
        return self._done(self._go(seconds))

    def run_to(self, place: Place, *, stack: int | None = None, seconds: float | None = None) -> Stop:
        """Run until the instruction at a place comes next (with the stack at least as high as at ``stack``)."""
        self._begin()
        self._perform_pending()
        return self._done(self._go_to(self.machine.address(place), stack, seconds))

    def step(self, count: int = 1) -> Stop:
        """Execute instructions one by one, into calls; a service of DOS or the BIOS is one instruction."""
        return self._steps(count, self._step_one)

    def next(self, count: int = 1) -> Stop:
        """The same, with calls, interrupts and repeated instructions as one."""
        return self._steps(count, self._step_over)

    def finish(self) -> Stop:
        """Run to behind the return of the present procedure or handler."""
        level = self.stack
        steps = 0
        waiting_since: float | None = None
        while True:
            steps += 1
            if steps % _STEPS_A_POLL == 0 and self.poll is not None and self.poll():
                return self._done(Stop(StopKind.INTERRUPTED))
            if not self.stop_for_keys or not self._in_waiting_loop or self.machine.keyboard.pending:
                waiting_since = None
            elif waiting_since is None:
                waiting_since = self.machine.clock.seconds
            elif self.machine.clock.seconds - waiting_since >= KEY_SECONDS:
                return self._done(Stop(StopKind.KEY))
            kind, _ = flow(self.code(), wide=self.wide)
            last = kind is Flow.RETURN and self.stack >= level
            stop = self.next()
            if stop.kind is not StopKind.STEP or last:
                return stop

    def _steps(self, count: int, one: Callable[[], Stop | None]) -> Stop:
        for _ in range(count):
            self._begin()
            stop = self._done(one())
            if stop.kind is not StopKind.STEP:
                return stop
        return self.last

    def _begin(self) -> None:
        self._stop = None
        self._start = self._here()

    def _done(self, stop: Stop | None) -> Stop:
        machine = self.machine
        if machine.exited:
            code = "" if machine.exit_code is None else f", errorlevel {machine.exit_code}"
            stop = Stop(StopKind.EXITED, detail=f"{machine.exit_reason}{code}")
        if stop is None:
            stop = Stop(StopKind.STEP)
        if stop.point is not None and stop.point.temporary:
            self.remove(stop.point)
        self._stop = None
        self.last = stop
        return stop

    def _run_machine(self, **how: float) -> None:
        """Machine.run, and the instruction that touched watched memory."""
        try:
            self.machine.run(**how)  # type: ignore[arg-type]
            if self._engine.stopped_before and not self.machine.exited:
                self._passing_watch = True
                self._start = self._here()
                self.machine.run(instructions=1)
        except KeyboardInterrupt:
            self._halt(Stop(StopKind.INTERRUPTED))
        finally:
            self._passing_watch = False

    def _go(self, seconds: float | None) -> Stop | None:
        machine, clock = self.machine, self.machine.clock
        end = None if seconds is None else clock.now_ps + round(seconds * SECOND)
        waiting_since: float | None = None
        while self._stop is None and not machine.exited:
            left = SLICE_SECONDS if end is None else min(SLICE_SECONDS, (end - clock.now_ps) / SECOND)
            self._run_machine(seconds=left)
            if self._stop is not None or machine.exited:
                break
            if machine.stopped_by is StopReason.STOPPED or (self.poll is not None and self.poll()):
                return Stop(StopKind.INTERRUPTED)
            if end is not None and clock.now_ps >= end:
                return Stop(StopKind.LIMIT, detail=f"{seconds:g} s")
            if not self.stop_for_keys or not machine.waiting_for_key or machine.keyboard.pending:
                waiting_since = None
            elif waiting_since is None:
                waiting_since = clock.seconds
            elif clock.seconds - waiting_since >= KEY_SECONDS:
                return Stop(StopKind.KEY)
        return self._stop

    def _go_to(self, address: int, stack: int | None, seconds: float | None = None) -> Stop | None:
        segment = self.machine.regs.ss

        def arrived(event: Arrival) -> None:
            deeper = stack is not None and self.machine.regs.ss == segment and self.stack < stack
            if self._here() != self._start and not deeper:
                self._halt(Stop(StopKind.STEP))

        hook = self.machine.hooks.on_address(address, arrived)
        try:
            return self._go(seconds)
        finally:
            hook.remove()

    def _step_one(self) -> Stop | None:
        kind, length = flow(self.code(), wide=self.wide)
        here, stack = self.address, self.stack
        if not self._perform_pending():
            self._await_request()
            while self._stop is None and not self.machine.exited:
                self._request_entered = False
                delivered = self._engine.deliveries
                self.machine.clock.run_due()
                request = self.machine.pic.intr and self.machine.regs.interrupts and not self._engine.interrupt_shadow
                self._run_machine(instructions=1)
                entered = request and self._engine.deliveries != delivered
                if self._stop is not None or self.machine.exited or not (entered or self._request_entered):
                    break
                stop = self._go_to(here, stack)
                if stop is None or stop.kind is not StopKind.STEP:
                    return stop
                self._stop = None
                self._start = self._here()
        if self._stop is None and kind is Flow.INTERRUPT and self._in_waiting_loop:
            return self._go_to(here + length, stack)
        return self._stop

    def _step_over(self) -> Stop | None:
        kind, length = flow(self.code(), wide=self.wide)
        if kind not in (Flow.CALL, Flow.INTERRUPT, Flow.REPEAT):
            return self._step_one()
        target, stack = self.address + length, None if kind is Flow.REPEAT else self.stack
        self._perform_pending()
        if self.address == target:
            return self._stop
        return self._go_to(target, stack)

    @property
    def _in_waiting_loop(self) -> bool:
        regs = self.machine.regs
        return regs.cs == BIOS_SEGMENT and WAIT <= regs.ip < WAIT_END

    def _await_request(self) -> None:
        """HLT: let time pass until something interrupts it."""
        machine = self.machine
        end = machine.clock.seconds + _HALT_SECONDS
        while self._engine.halted and not machine.exited and self._stop is None:
            times = [time for time, _ in machine.clock.pending]
            if machine.pic.intr or not times or machine.clock.seconds > end:
                return
            self._run_machine(seconds=max(min(times) - machine.clock.now_ps, 1) / SECOND)
