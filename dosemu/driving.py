"""Driving a machine from Python: how long to run, what to wait for, where to look, what to hook.

>>> from dosemu import Machine
>>> code = bytes.fromhex("b409 ba0c01 cd21 b400 cd16 cd20") + b"Ready.$"  # print, wait for a key, end
>>> with Machine.from_files({"T.COM": code}) as m:
...     m.run(until="Ready.", seconds=5)
...     m.stopped_by.value, m.screen.text().strip()
...     m.keyboard.tap("Enter"); m.run()
...     m.stopped_by.value, m.exit_code
('until', 'Ready.')
('exited', 0)
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from enum import StrEnum
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, cast, overload

from hw.clock import SECOND

if TYPE_CHECKING:
    from dosemu.bios.bios import Bios
    from dosemu.cpu.engine import Engine
    from dosemu.cpu.registers import Registers
    from dosemu.filesystem import FileSystem
    from dosemu.hooks import Arrival, Hook, Hooks, InterruptCall, MemoryAccess, PortAccess
    from dosemu.input_tap import Log
    from dosemu.interrupts import Interrupts
    from dosemu.places import Place, Pointer
    from dosemu.screen import Screen
    from dosemu.settings import Settings
    from dosemu.symbols import Symbols
    from hw.clock import Clock
    from hw.memory import Memory
    from hw.ports import PortBus
    from int21.dos import Dos


class StopReason(StrEnum):
    """Why ``run`` came back."""

    EXITED = "exited"  # the program ended
    SECONDS = "seconds"
    FRAMES = "frames"
    INSTRUCTIONS = "instructions"
    UNTIL = "until"  # the condition holds, the text is on the screen
    ADDRESS = "address"
    STOPPED = "stopped"  # by stop()


class Driving:
    """What ``Machine`` offers to programs that drive it; the wiring is ``Machine``'s own."""

    clock: Clock
    engine: Engine
    memory: Memory
    regs: Registers
    ports: PortBus
    interrupts: Interrupts
    dos: Dos
    bios: Bios
    settings: Settings
    exited: bool
    _cleanups: list[Callable[[], None]]

    if TYPE_CHECKING:

        @property
        def screen(self) -> Screen: ...

        def _next_frame_ps(self) -> int: ...

        def _ended(self, reason: str) -> None: ...

        @property
        def program_base(self) -> int: ...

    stopped_by: StopReason | None = None
    closed = False
    log: Log | None = None  # the recording that is made or replayed

    @classmethod
    def from_files(cls, files: Mapping[str, bytes], program: str | None = None, **settings: Any) -> Self:
        """A machine whose C: holds these files, in a folder that goes with it; ``program`` is the first, if not named.

        The other arguments are ``Machine``'s. Raises what ``Machine`` raises, and ValueError.

        >>> from dosemu import Machine
        >>> with Machine.from_files({"T.COM": b"\\xb8\\x07\\x4c\\xcd\\x21"}) as m:  # mov ax, 4C07h; int 21h
        ...     m.run(); m.exit_code
        7
        """
        from dosemu.filesystem import temporary_folder, write_files

        folder, remove = temporary_folder()
        try:
            write_files(folder, files)
            name = program if program is not None else next(iter(files))
            machine: Self = cast("Any", cls)(folder / name.replace("\\", "/"), **settings)
        except BaseException:
            remove()
            raise
        machine._cleanups.append(remove)
        return machine

    def temporary_folder(self) -> Path:
        """A folder that is there until the machine is closed.

        >>> from dosemu import Machine
        >>> with Machine(None) as m:
        ...     folder = m.temporary_folder(); folder.is_dir()
        True
        >>> folder.exists()
        False
        """
        from dosemu.filesystem import temporary_folder

        folder, remove = temporary_folder()
        self._cleanups.append(remove)
        return folder

    # --- running ------------------------------------------------------------------------------------------

    def run(
        self,
        *,
        seconds: float | None = None,
        frames: int | None = None,
        instructions: int | None = None,
        until: Callable[[Self], bool] | str | None = None,
        address: Place | None = None,
    ) -> None:
        """Run until the program ends or one of these is reached; ``stopped_by`` says which.

        ``seconds`` and ``frames`` are emulated, ``instructions`` is exact (halted cycles count, waits for the bus do
        not), and a run in two parts comes to the same as one. ``until`` is a text
        that has to be on the screen, or is called with the machine; both are looked at once a frame. ``address`` stops
        before the instruction there. Raises what a hook raises.

        >>> from dosemu import Machine
        >>> code = bytes.fromhex("b400 cd16 b40e cd10 ebf6")  # INT 16h/00h waits for a key, INT 10h/0Eh shows it
        >>> with Machine.from_files({"T.COM": code}) as m:
        ...     m.run(seconds=0.1); m.stopped_by.value
        ...     m.keyboard.type("hello")
        ...     m.run(until="hello", seconds=5); m.stopped_by.value
        ...     m.run(address=0x0B80_0, frames=2); m.stopped_by.value
        'seconds'
        'until'
        'frames'
        """
        clock, log = self.clock, self.log
        self.stopped_by = None
        if isinstance(until, str):
            until = partial(_shows, until)
        limit = None if seconds is None else clock.now_ps + round(seconds * SECOND)
        goal = -1 if instructions is None else clock.instructions + instructions
        arrival = None
        if address is not None:
            arrival = self.hooks.on_address(self.address(address), lambda event: self._stop_for(StopReason.ADDRESS))
        try:
            by_frame = until is not None or frames is not None
            while not self.exited and self.stopped_by is None:
                slice_end = self._next_frame_ps() if by_frame else clock.now_ps + SECOND
                if limit is not None:
                    slice_end = min(slice_end, limit)
                cut, stop_at = False, goal
                if log is not None:
                    due = log.before_slice()
                    if self.stopped_by is not None:
                        break
                    if due is not None and clock.instructions < due[0]:
                        stop_at = due[0] if goal < 0 else min(due[0], goal)
                    elif due is not None and due[1] < slice_end:
                        cut, slice_end = True, due[1]
                reason = self.engine.run_until(slice_end, stop_at)
                if (cut and reason == "time") or (reason == "cycles" and stop_at != goal):
                    continue
                if reason == "cycles":
                    self.stopped_by = StopReason.INSTRUCTIONS
                elif reason != "time":
                    self._ended(reason)
                    if reason == "stopped" and not self.exited and self.stopped_by is None:
                        self.stopped_by = StopReason.STOPPED
                elif until is not None and until(self):
                    self.stopped_by = StopReason.UNTIL
                elif limit is not None and clock.now_ps >= limit:
                    self.stopped_by = StopReason.SECONDS
                elif frames is not None:
                    frames -= 1
                    if frames <= 0:
                        self.stopped_by = StopReason.FRAMES
        finally:
            if arrival is not None:
                arrival.remove()
        if self.exited:
            self.stopped_by = StopReason.EXITED
        if log is not None:
            log.after_run()

    def replay_ended(self) -> None:
        """The recording that is replayed has come to its end."""
        self.stopped_by = StopReason.STOPPED

    def _stop_for(self, reason: StopReason) -> None:
        self.stopped_by = reason
        self.engine.stop()

    def step(self, instructions: int = 1) -> None:
        """Run exactly so many instructions, with all that is due meanwhile.

        >>> from dosemu import Machine
        >>> with Machine.from_files({"T.COM": b"\\x40\\x40\\x40\\xeb\\xfe"}) as m:  # inc ax, three times; jmp $
        ...     m.step(2); m.regs.ax
        2
        """
        self.run(instructions=instructions)

    def stop(self) -> None:
        """End a running run() as soon as possible; safe in hooks and signal handlers.

        >>> from dosemu import Machine
        >>> with Machine.from_files({"T.COM": b"\\xb4\\x01\\xcd\\x16\\xeb\\xfa"}) as m:  # INT 16h/01h; jmp to the first
        ...     _ = m.hook(0x16, 0x01, call=lambda call: m.stop())
        ...     m.run(seconds=60); m.stopped_by.value
        'stopped'
        """
        self.engine.stop()

    async def run_async(self, *, seconds: float | None = None, frames: int | None = None,
                        until: Callable[[Self], bool] | str | None = None) -> None:  # fmt: skip
        """``run`` that lets other tasks of the event loop run after each frame; cancelling it ends it there.

        >>> import asyncio
        >>> from dosemu import Machine
        >>> with Machine.from_files({"T.COM": b"\\xeb\\xfe"}) as m:
        ...     asyncio.run(m.run_async(frames=3)); m.stopped_by.value
        'frames'
        """
        async for _ in self.frames(seconds=seconds, frames=frames, until=until):
            pass

    async def frames(self, *, seconds: float | None = None, frames: int | None = None,
                     until: Callable[[Self], bool] | str | None = None) -> AsyncIterator[int]:  # fmt: skip
        """The frames of a run as they are done, numbered from 1: ``async for number in m.frames(): ...``.

        >>> import asyncio
        >>> from dosemu import Machine
        >>> async def play(m):
        ...     return [number async for number in m.frames(frames=3)]
        >>> with Machine.from_files({"T.COM": b"\\xeb\\xfe"}) as m:
        ...     asyncio.run(play(m))
        [1, 2, 3]
        """
        import asyncio  # takes its time to load

        end = None if seconds is None else self.clock.seconds + seconds
        done = 0
        while frames is None or done < frames:
            left = None if end is None else end - self.clock.seconds
            if left is not None and left <= 1e-9:
                self.stopped_by = StopReason.SECONDS
                return
            self.run(frames=1, seconds=left, until=until)
            done += 1
            yield done
            if self.stopped_by not in (StopReason.FRAMES, StopReason.SECONDS):
                return
            await asyncio.sleep(0)
        self.stopped_by = StopReason.FRAMES

    # --- looking ------------------------------------------------------------------------------------------

    def address(self, place: Place) -> int:
        """The linear address of a place: a number, ``(segment, offset)``, ``"DS:DX"``, ``"0040:006C"``, a symbol.

        >>> from dosemu import Machine
        >>> with Machine.from_files({"T.COM": b"\\xcd\\x20"}) as m:
        ...     m.address("CS:IP") == m.address((m.regs.cs, 0x100)), hex(m.address("0040:006C"))
        (True, '0x46c')
        """
        from dosemu.places import resolve

        return resolve(place, self.regs, self.symbols if "symbols" in self.__dict__ else None)

    def at(self, place: Place) -> Pointer:
        """Guest memory from a place on.

        >>> from dosemu import Machine
        >>> with Machine.from_files({"T.COM": b"\\xcd\\x20"}) as m:
        ...     m.at("CS:IP").read(2)
        b'\\xcd '
        """
        from dosemu.places import Pointer

        return Pointer(self.memory, self.address(place))

    @cached_property
    def symbols(self) -> Symbols:
        """Names of addresses; ``load_map`` fills it.

        >>> from dosemu import Machine
        >>> with Machine.from_files({"T.COM": b"\\x40\\x40\\xeb\\xfe"}) as m:
        ...     m.symbols.add("loop", m.address("CS:0102"))
        ...     m.run(address="loop"); m.regs.ax
        2
        """
        from dosemu.symbols import Symbols

        return Symbols()

    def load_map(self, path: str | os.PathLike[str], base: int | None = None,
                 objects: Mapping[int, int] | None = None) -> int:  # fmt: skip
        """Read the MAP file of the program's linker; its names are places then. Returns how many there are.

        ``base`` is the linear address of its segment 0, by default where the program was loaded; ``objects`` are those
        of 32-bit objects by their number. Raises OSError, ValueError.

        >>> from dosemu import Machine
        >>> text = "  Address         Publics by Value\\n\\n 0000:0102       again\\n"
        >>> with Machine.from_files({"T.COM": b"\\x40\\x40\\xeb\\xfe", "T.MAP": text.encode()}) as m:
        ...     path = m.temporary_folder() / "T.MAP"; _ = path.write_bytes(m.fs.read("C:T.MAP"))
        ...     m.load_map(path), m.address("again") == m.address("CS:0102")
        (1, True)
        """
        return self.symbols.load(path, self.program_base if base is None else base, objects)

    @cached_property
    def fs(self) -> FileSystem:
        """The guest's drives.

        >>> from dosemu import Machine
        >>> with Machine.from_files({"T.COM": b"\\xcd\\x20", "A.TXT": b"hello"}) as m:
        ...     m.fs.read("C:A.TXT"), m.fs["C"].list()
        (b'hello', ['A.TXT', 'T.COM'])
        """
        from dosemu.filesystem import FileSystem

        return FileSystem(cast("Any", self))

    def _repr_png_(self) -> bytes:
        """The screen, for notebooks."""
        return self.screen._repr_png_()

    # --- hooks --------------------------------------------------------------------------------------------

    @cached_property
    def hooks(self) -> Hooks:
        """What has been hooked.

        >>> from dosemu import Machine
        >>> with Machine.from_files({"T.COM": b"\\xcd\\x20"}) as m:
        ...     m.hooks.any_interrupt, m.hook(0x20, call=print).active, m.hooks.any_interrupt
        (False, True, True)
        """
        from dosemu.hooks import Hooks

        return Hooks(cast("Any", self))

    @overload
    def hook(
        self, vector: int, function: int | None = None, subfunction: int | None = None, *, after: bool = False
    ) -> Callable[[Callable[[InterruptCall], object]], Hook[InterruptCall]]: ...

    @overload
    def hook(
        self, vector: int, function: int | None = None, subfunction: int | None = None,
        *, call: Callable[[InterruptCall], object], after: bool = False,
    ) -> Hook[InterruptCall]: ...  # fmt: skip

    def hook(
        self, vector: int, function: int | None = None, subfunction: int | None = None,
        *, call: Callable[[InterruptCall], object] | None = None, after: bool = False,
    ) -> Any:  # fmt: skip
        """Call Python when interrupt ``vector`` is made (with this AH, and AL): a decorator, or ``call=``.

        Before it happens, whoever handles it (``skip()`` takes its place), or with ``after`` when the program goes on
        behind it. INT n, requests of devices and faults count, in real and protected mode. Returns a ``Hook``.

        >>> from dosemu import Machine
        >>> code = bytes.fromhex("b402 b241 cd21 cd20")  # INT 21h/02h writes "A"; INT 20h
        >>> with Machine.from_files({"T.COM": code}, stdio=True) as m:
        ...     @m.hook(0x21, 0x02)
        ...     def louder(call):
        ...         call.regs.dl += 1
        ...     m.run(); m.stdout, louder.count
        (b'B', 1)
        """
        return _decorate(
            lambda callback: self.hooks.on_interrupt(vector, function, subfunction, callback, after=after), call
        )

    @overload
    def hook_port(
        self, ports: int | Iterable[int], *, read: bool = True, write: bool = True, after: bool = False
    ) -> Callable[[Callable[[PortAccess], object]], Hook[PortAccess]]: ...

    @overload
    def hook_port(
        self, ports: int | Iterable[int], *, call: Callable[[PortAccess], object],
        read: bool = True, write: bool = True, after: bool = False,
    ) -> Hook[PortAccess]: ...  # fmt: skip

    def hook_port(
        self, ports: int | Iterable[int], *, call: Callable[[PortAccess], object] | None = None,
        read: bool = True, write: bool = True, after: bool = False,
    ) -> Any:  # fmt: skip
        """Call Python for ``IN`` and ``OUT``: a decorator, or ``call=``.

        Before the device is asked (assign ``value`` of a read to answer in its place, ``skip()`` a write), or with
        ``after`` when it was (assign ``value`` of a read to change what the program gets).

        >>> from dosemu import Machine
        >>> with Machine.from_files({"T.COM": b"\\xe4\\x60\\xeb\\xfe"}) as m:  # in al, 60h
        ...     hook = m.hook_port(0x60, call=lambda access: setattr(access, "value", 0x1C))
        ...     m.step(1); m.regs.al
        28
        """
        return _decorate(
            lambda callback: self.hooks.on_port(ports, callback, read=read, write=write, after=after), call
        )

    @overload
    def hook_memory(
        self, place: Place, size: int = 1, *, read: bool = True, write: bool = True
    ) -> Callable[[Callable[[MemoryAccess], object]], Hook[MemoryAccess]]: ...

    @overload
    def hook_memory(
        self, place: Place, size: int = 1, *, call: Callable[[MemoryAccess], object],
        read: bool = True, write: bool = True,
    ) -> Hook[MemoryAccess]: ...  # fmt: skip

    def hook_memory(
        self, place: Place, size: int = 1, *, call: Callable[[MemoryAccess], object] | None = None,
        read: bool = True, write: bool = True,
    ) -> Any:  # fmt: skip
        """Call Python before the CPU loads from or stores to ``size`` bytes from a place on.

        Assign ``value`` to change it, ``skip()`` a store. Registers can be read, not changed. What DOS and the BIOS
        write is not seen; only the program's own accesses are. Pages without hooks stay as fast as they are.

        >>> from dosemu import Machine
        >>> code = bytes.fromhex("c606 0002 07 a0 0002 cd20")  # mov byte [200h], 7; mov al, [200h]; int 20h
        >>> seen = []
        >>> with Machine.from_files({"T.COM": code}) as m:
        ...     _ = m.hook_memory("DS:0200", 1, call=lambda access: seen.append((access.write, access.value)))
        ...     m.run()
        >>> seen
        [(True, 7), (False, None)]
        """
        first = self.address(place)
        return _decorate(
            lambda callback: self.hooks.on_memory(first, first + size - 1, callback, read=read, write=write), call
        )

    @overload
    def hook_address(self, place: Place) -> Callable[[Callable[[Arrival], object]], Hook[Arrival]]: ...

    @overload
    def hook_address(self, place: Place, *, call: Callable[[Arrival], object]) -> Hook[Arrival]: ...

    def hook_address(self, place: Place, *, call: Callable[[Arrival], object] | None = None) -> Any:
        """Call Python before the instruction at a place, each time; it may change registers, EIP too.

        >>> from dosemu import Machine
        >>> code = bytes.fromhex("40 40 cd20")  # inc ax; inc ax; int 20h
        >>> seen = []
        >>> with Machine.from_files({"T.COM": code}) as m:
        ...     _ = m.hook_address("CS:0102", call=lambda arrival: seen.append(arrival.regs.ax))
        ...     m.run()
        >>> seen
        [2]
        """
        address = self.address(place)
        return _decorate(lambda callback: self.hooks.on_address(address, callback), call)


def _decorate(register: Callable[[Any], Any], call: Callable[[Any], object] | None) -> Any:
    return register if call is None else register(call)


def _shows(text: str, machine: Any) -> bool:
    return text in machine.screen.text()
