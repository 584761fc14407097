"""Hooks: Python that is called when the program makes an interrupt, uses a port, touches memory or comes to an address.

>>> from dosemu import Machine
>>> code = bytes.fromhex("b402 b241 cd21 cd20")  # INT 21h/02h writes "A"; INT 20h
>>> with Machine.from_files({"T.COM": code}, stdio=True) as m:
...     @m.hook(0x21, 0x02)
...     def louder(call):
...         call.regs.dl = ord("Z")
...     m.run()
...     m.stdout, louder.count
(b'Z', 1)

A hook that raises ends ``run`` with its exception, when what it was called for has happened; the machine can go on.
Hooks cost nothing where none is set.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from dosemu.cpu.registers import Registers
    from dosemu.machine import Machine
    from hw.memory import Memory

_MOST_RETURNS = 64  # calls whose end is waited for; programs that never return must not fill the host's memory

E = TypeVar("E", bound="Event")


@dataclass(slots=True)
class Event:
    """What a hook is called with; ``skip()`` lets it not happen."""

    machine: Machine
    skipped: bool = field(default=False, init=False)

    @property
    def regs(self) -> Registers:
        """The registers, live; in a memory hook they can be read only."""
        return self.machine.regs

    @property
    def memory(self) -> Memory:
        """Guest memory."""
        return self.machine.memory

    def skip(self) -> None:
        """Do not carry it out: registers and memory stay as the hook leaves them."""
        self.skipped = True


@dataclass(slots=True)
class InterruptCall(Event):
    """An interrupt: ``kind`` is "int", "irq" or "fault"; ``ax`` is AX when it was made.

    >>> from dosemu import Machine
    >>> code = bytes.fromhex("b409 ba0c01 cd21 b8004c cd21") + b"hello$"  # INT 21h/09h
    >>> with Machine.from_files({"T.COM": code}, stdio=True) as m:
    ...     @m.hook(0x21)
    ...     def seen(call):
    ...         print(hex(call.vector), hex(call.function), call.kind, bytes(call.memory.read(m.address("DS:DX"), 5)))
    ...         if call.function == 9:
    ...             call.regs.ah = 0; call.skip()  # nothing is written
    ...     m.run(); m.stdout
    0x21 0x9 int b'hello'
    0x21 0x4c int b'hello'
    b''
    """

    vector: int
    kind: str
    ax: int

    @property
    def function(self) -> int:
        """AH when it was made."""
        return self.ax >> 8


@dataclass(slots=True)
class PortAccess(Event):
    """``IN`` or ``OUT`` of ``size`` bytes. ``value`` can be assigned; before a read it is None.

    >>> from dosemu import Machine
    >>> code = bytes.fromhex("b007 e642 e460 cd20")  # out 42h, 7; in al, 60h; int 20h
    >>> with Machine.from_files({"T.COM": code}) as m:
    ...     @m.hook_port([0x42, 0x60])
    ...     def seen(access):
    ...         print(hex(access.port), access.write, access.value, access.size, hex(access.regs.al))
    ...         if access.write:
    ...             access.skip()  # the timer does not hear of it
    ...         else:
    ...             access.value = access.memory.u8(0x417)
    ...     m.run()
    0x42 True 7 1 0x7
    0x60 False None 1 0x7
    """

    port: int
    size: int
    write: bool
    value: int | None


@dataclass(slots=True)
class MemoryAccess(Event):
    """A load or store of ``size`` bytes at a linear ``address``. ``value`` can be assigned; of a load it is None.

    >>> from dosemu import Machine
    >>> code = bytes.fromhex("c606 0002 07 cd20")  # mov byte [200h], 7; int 20h
    >>> with Machine.from_files({"T.COM": code}) as m:
    ...     @m.hook_memory("DS:0200", 1)
    ...     def seen(access):
    ...         print(access.write, access.value, access.size, access.address == m.address("DS:0200"))
    ...         print(access.memory.u8(access.address), hex(access.regs.ds) == hex(m.regs.ds))
    ...         access.skip()
    ...     m.run(until=lambda m: m.exited)
    True 7 1 True
    0 True
    """

    address: int
    size: int
    write: bool
    value: int | None


@dataclass(slots=True)
class Arrival(Event):
    """The instruction at a linear ``address`` comes next.

    >>> from dosemu import Machine
    >>> code = bytes.fromhex("b001 b002 b44c cd21")  # mov al, 1; mov al, 2; mov ah, 4Ch; int 21h
    >>> with Machine.from_files({"T.COM": code}) as m:
    ...     @m.hook_address("CS:0102")
    ...     def seen(arrival):
    ...         print(arrival.regs.al, arrival.memory.read(arrival.address, 2).hex())
    ...         arrival.regs.eip += 2  # as skip() would, of an instruction of 2 bytes
    ...     m.run(); m.exit_code
    1 b002
    1
    """

    address: int


class Hook(Generic[E]):
    """One hook; ``count`` is how often it was called, ``remove()`` ends it.

    >>> from dosemu import Machine
    >>> code = bytes.fromhex("b40b cd21 ebfa")  # INT 21h/0Bh again and again
    >>> with Machine.from_files({"T.COM": code}) as m:
    ...     hook = m.hook(0x21, 0x0B, call=lambda call: None)
    ...     m.run(instructions=30); hook.active, hook.count > 5
    ...     hook.remove(); hook.active
    (True, True)
    False
    """

    def __init__(self, callback: Callable[[E], object], remove: Callable[[Hook[E]], None]) -> None:
        self.callback = callback
        self.count = 0
        self._remove: Callable[[Hook[E]], None] | None = remove
        self.__doc__ = callback.__doc__

    def remove(self) -> None:
        """Call it no more; doing so twice is no error."""
        remove, self._remove = self._remove, None
        if remove is not None:
            remove(self)

    @property
    def active(self) -> bool:
        """It has not been removed."""
        return self._remove is not None


@dataclass(slots=True)
class _InterruptHook:
    hook: Hook[InterruptCall]
    function: int | None
    subfunction: int | None
    after: bool

    def matches(self, ax: int) -> bool:
        return self.function in (None, ax >> 8) and self.subfunction in (None, ax & 0xFF)


@dataclass(slots=True)
class _Return:
    """A call whose end is waited for: where it returns to, and with which stack."""

    call: InterruptCall
    hooks: list[Hook[InterruptCall]]
    address: int
    stack: int


@dataclass(slots=True)
class _PortHook:
    hook: Hook[PortAccess]
    read: bool
    write: bool
    after: bool


class Hooks:
    """The hooks of one machine; people use ``Machine.hook`` and its kin."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self._engine = machine.engine
        self._interrupts: dict[int, list[_InterruptHook]] = {}
        self._returns: list[_Return] = []
        self._ports: dict[int, list[_PortHook]] = {}
        self._arrivals: dict[int, list[Hook[Arrival]]] = {}
        self._engine.on_break = self._arrived
        machine.interrupts.hooks = self

    @property
    def any_interrupt(self) -> bool:
        """Somebody wants to see interrupts."""
        return bool(self._interrupts)

    # --- making them ------------------------------------------------------------------------------------

    def on_interrupt(
        self, vector: int, function: int | None, subfunction: int | None, callback: Callable[[InterruptCall], object],
        *, after: bool,
    ) -> Hook[InterruptCall]:  # fmt: skip
        """See ``Machine.hook``."""
        if not 0 <= vector <= 0xFF:
            raise ValueError(f"interrupt {vector:#x}: 0 to FFh")

        def remove(hook: Hook[InterruptCall]) -> None:
            left = [entry for entry in self._interrupts.get(vector, ()) if entry.hook is not hook]
            self._interrupts[vector] = left
            if not left:
                del self._interrupts[vector]
                self._machine.interrupts.choose_native()
                if not self._machine.closed:
                    self._engine.see(vector, False)

        hook = Hook(callback, remove)
        self._interrupts.setdefault(vector, []).append(_InterruptHook(hook, function, subfunction, after))
        self._engine.see(vector, True)
        self._machine.interrupts.choose_native()
        return hook

    def on_port(
        self, ports: int | Iterable[int], callback: Callable[[PortAccess], object],
        *, read: bool, write: bool, after: bool,
    ) -> Hook[PortAccess]:  # fmt: skip
        """See ``Machine.hook_port``."""
        numbers = sorted({ports} if isinstance(ports, int) else set(ports))
        if not numbers or numbers[0] < 0 or numbers[-1] > 0xFFFF:
            raise ValueError("ports are 0 to FFFFh")

        def remove(hook: Hook[PortAccess]) -> None:
            for port in numbers:
                left = [entry for entry in self._ports.get(port, ()) if entry.hook is not hook]
                self._ports[port] = left
                if not left:
                    del self._ports[port]
                    self._machine.ports.unwatch([port])

        hook = Hook(callback, remove)
        entry = _PortHook(hook, read, write, after)
        for port in numbers:
            self._ports.setdefault(port, []).append(entry)
        self._machine.ports.watch(numbers, self._port_before, self._port_after)
        return hook

    def on_memory(
        self, first: int, last: int, callback: Callable[[MemoryAccess], object], *, read: bool, write: bool
    ) -> Hook[MemoryAccess]:
        """See ``Machine.hook_memory``."""

        def touched(address: int, size: int, store: bool, value: int) -> int | None:
            access = MemoryAccess(self._machine, address, size, store, value if store else None)
            self._run(hook, access)
            if store and access.skipped:
                return -1
            if access.value is None or (store and access.value == value):
                return None
            return access.value

        def remove(_: Hook[MemoryAccess]) -> None:
            if not self._machine.closed:
                self._engine.unwatch(number)

        hook = Hook(callback, remove)
        number = self._engine.watch(first, last, touched, read, write)
        return hook

    def on_address(self, address: int, callback: Callable[[Arrival], object]) -> Hook[Arrival]:
        """See ``Machine.hook_address``."""

        def remove(hook: Hook[Arrival]) -> None:
            left = [other for other in self._arrivals.get(address, ()) if other is not hook]
            self._arrivals[address] = left
            if not left:
                del self._arrivals[address]
            self._settle(address)

        hook = Hook(callback, remove)
        self._arrivals.setdefault(address, []).append(hook)
        self._engine.add_breakpoint(address)
        return hook

    # --- calling them -----------------------------------------------------------------------------------

    def _run(self, hook: Hook[E], event: E) -> None:
        if not hook.active:
            return
        hook.count += 1
        try:
            hook.callback(event)
        except BaseException as error:
            self._engine.fail(error)

    def before_interrupt(self, vector: int, kind: str) -> bool:
        """An interrupt is about to happen; False: it does not."""
        entries = self._interrupts.get(vector)
        if not entries:
            return True
        regs, engine = self._machine.regs, self._engine
        call = InterruptCall(self._machine, vector, kind, regs.ax)
        matching = [entry for entry in entries if entry.matches(call.ax)]
        for entry in matching:
            if not entry.after:
                self._run(entry.hook, call)
        after = [entry.hook for entry in matching if entry.after]
        if call.skipped:
            for hook in after:
                self._run(hook, call)
            return False
        if after:
            if len(self._returns) == _MOST_RETURNS:
                self._settle(self._returns.pop(0).address)
            self._returns.append(_Return(call, after, engine.code_address, regs.address("ss", regs.esp)))
        return True

    def after_interrupt(self) -> None:
        """What the machine did for an interrupt is done; the guest's handlers may still be running."""
        if self._returns and not self._returned(self._returns[-1]):
            self._engine.add_breakpoint(self._returns[-1].address)

    def _returned(self, call: _Return) -> bool:
        regs = self._machine.regs
        if self._engine.code_address != call.address or regs.address("ss", regs.esp) != call.stack:
            return False
        if self._machine.interrupts.waiting is not None and self._engine.halted:
            return False
        self._returns.remove(call)
        for hook in call.hooks:
            self._run(hook, call.call)
        return True

    def _arrived(self, address: int) -> None:
        for call in [call for call in self._returns if call.address == address]:
            self._returned(call)
        for hook in tuple(self._arrivals.get(address, ())):
            self._run(hook, Arrival(self._machine, address))
        self._settle(address)

    def _settle(self, address: int) -> None:
        """Take a breakpoint away that nobody needs any more."""
        if address not in self._arrivals and all(call.address != address for call in self._returns):
            self._engine.remove_breakpoint(address)

    def _port_before(self, port: int, size: int, value: int | None) -> int | None:
        access = PortAccess(self._machine, port, size, value is not None, value)
        for entry in tuple(self._ports.get(port, ())):
            if not entry.after and (entry.write if access.write else entry.read):
                self._run(entry.hook, access)
        if access.write and access.skipped:
            return -1
        if not access.write and access.skipped and access.value is None:
            return 0xFFFFFFFF  # nobody answers
        return access.value

    def _port_after(self, port: int, size: int, value: int, write: bool) -> int:
        access = PortAccess(self._machine, port, size, write, value)
        for entry in tuple(self._ports.get(port, ())):
            if entry.after and (entry.write if write else entry.read):
                self._run(entry.hook, access)
        return value if access.value is None else access.value
