"""The tracer: one line, or one JSON object, for each call as it ends; ports, guest handlers and modes when asked for.

>>> import io
>>> from dosemu import Machine
>>> out = io.StringIO()
>>> code = bytes.fromhex("b8003d ba0c01 cd21 b44c cd21") + b"NO.TXT\\0"
>>> with Machine.from_files({"T.COM": code}, trace=Trace(out)) as m:
...     m.run()
>>> print(out.getvalue(), end="")
    0.000000  21h/3Dh open file: path="NO.TXT" mode=read -> error 2 FILE_NOT_FOUND
    0.000000  21h/4Ch end program: exit code=2
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, TextIO

from dosemu.trace.decode import ON_ERROR, UNLESS_ZF, Context, Item, Value, note, parse, show
from dosemu.trace.filters import TraceFilter
from int21.errors import ErrorCode

if TYPE_CHECKING:
    from dosemu.cpu.registers import Registers
    from dosemu.machine import Machine
    from dosemu.trace.ports import PortNames
    from dosemu.trace.summary import Summary
    from int21.service import Service

_SHOWN = ("ax", "bx", "cx", "dx", "si", "di", "ds", "es")
_XMS = 0x2F4310
_FIND = (0x4E, 0x4F)
# What a service fills in where a pointer of its caller leads, and how the answer is called.
_ANSWERED = {
    "find data": "found",
    "mode information": "size",
    "canonical path": "canonical path",
    "parsed FCB": "FCB",
    "line buffer": "line",
}
_CHANGED = {"directory (13 bytes of room)": "path"}  # the same, but the caller gives something there too
_FOUND_NAME = 0x1E
_KEY_INTERCEPT = 0x4F  # of INT 15h: carry says that the key is to be taken
_COLOURS = {"time": "2", "number": "36", "name": "1", "error": "31", "other": "33"}


@dataclass(slots=True)
class _Entered:
    vector: int
    ax: int
    seconds: float
    shown: dict[str, int]
    regs: dict[str, int]
    bases: dict[str, int]
    waited: bool = False
    texts: dict[str, Value] = field(default_factory=dict)  # pointers as they were read at the entry


class Trace:
    """Writes what passes ``wanted`` to ``out`` (None: nowhere, for a summary alone).

    ``form`` is "text" or "json" (JSON lines); ``colour`` for terminals. A machine takes it as ``trace=``.

    >>> import io
    >>> from dosemu import Machine
    >>> out = io.StringIO()
    >>> code = bytes.fromhex("b402 b241 cd21 b8004c cd21")
    >>> with Machine.from_files({"T.COM": code}, trace=Trace(out, form="json")) as m:
    ...     m.run()
    >>> import json
    >>> [json.loads(line)["service"] for line in out.getvalue().splitlines()]
    ['21h/02h', '21h/4Ch']
    """

    def __init__(
        self,
        out: TextIO | None,
        form: Literal["text", "json"] = "text",
        wanted: TraceFilter | str = "",
        *,
        colour: bool = False,
        summary: Summary | None = None,
    ) -> None:
        self.out = out
        self.form = form
        self.wanted = TraceFilter.parse(wanted) if isinstance(wanted, str) else wanted
        self.colour = colour
        self.summary = summary
        self.clock: Callable[[], float] = lambda: 0.0
        # Calls are only counted: nothing has to be decoded, which programs that poll for a key notice.
        self._counted = out is None and not any(term.kind == "path" for term in self.wanted.terms)
        self._machine: Machine | None = None
        self._entered: list[_Entered] = []
        self._ports: PortNames | None = None

    def attach(self, machine: Machine) -> None:
        """The machine that is traced from now on."""
        self._machine = machine
        self.clock = lambda: machine.clock.seconds
        for vector in self.wanted.interrupts:
            machine.engine.see(vector, True)
        if self.wanted.modes:
            machine.engine.on_mode_change = self._mode
            machine.dpmi.on_protected_mode = lambda: self._mode(True)
        if ports := self.wanted.ports:
            from dosemu.trace.ports import PortNames

            self._ports = PortNames()
            machine.hook_port(ports, call=self._port, after=True)

    # --- services -----------------------------------------------------------------------------------------

    def enter(self, vector: int, regs: Registers) -> None:
        """A service is about to be called; one that is being repeated after waiting keeps its beginning."""
        ax = regs.ax
        for entered in self._entered:
            if entered.waited and entered.vector == vector and entered.ax == ax:
                self._entered.remove(entered)
                self._entered.append(entered)
                entered.waited = False
                return
        if self._counted:
            entered = _Entered(vector, ax, self.clock(), {}, {}, {})
        else:
            shown = {name: getattr(regs, name) for name in _SHOWN}
            entered = _Entered(vector, ax, self.clock(), shown, *note(regs))
        self._entered.append(entered)
        del self._entered[:-16]  # what never came back

    def wait(self) -> None:
        """The call waits and will be repeated."""
        if self._entered:
            self._entered[-1].waited = True

    def calls_guest(self, vector: int, service: Service | None, regs: Registers) -> None:
        """The service goes on in a handler of the guest; how it ends is not seen."""
        self.leave(vector, service, regs, unfinished=True)

    def before(self, service: Service | None) -> None:
        """The service that was found: what its pointers lead to is read before it runs."""
        if self._entered and service is not None and self._machine is not None and not self._counted:
            entered = self._entered[-1]
            if not entered.texts:
                entered.texts = self._values(service.takes, entered, service)

    def leave(self, vector: int, service: Service | None, regs: Registers, *, unfinished: bool = False) -> None:
        """The call ended; ``service`` None means that nothing is built for it."""
        entered = self._entered.pop() if self._entered else None
        if entered is None:
            return
        if service is None:
            number, name = f"{vector:02X}h/{entered.ax:04X}h", "not built"
        else:
            number, name = service.number, service.name
        number = number.replace(f"{_XMS:X}h", "XMS")
        takes = entered.texts
        if not takes and service is not None and not self._counted:
            takes = self._values(service.takes, entered, service)
        path = next((str(value).strip('"') for value in takes.values() if str(value).startswith('"')), "")
        if not self.wanted.service(vector, entered.ax, name, number, path):
            return
        error = self._error(vector, service, entered, regs)
        if self.summary is not None:
            self.summary.add(f"{number} {name}", self.clock() - entered.seconds, failed=bool(error))
        if self.out is None:
            return
        gives = {} if unfinished or service is None else self._given(service, entered, regs, failed=bool(error))
        if self.form == "json":
            after = {name: getattr(regs, name) for name in _SHOWN}
            self._json({
                "time": round(entered.seconds, 6), "kind": "service", "service": number, "name": name,
                "built": service is not None, "at": f"{regs.cs:04X}:{regs.ip:04X}", "in": takes, "out": gives,
                "error": error, "takes": entered.shown,
                "gives": {name: value for name, value in after.items() if entered.shown[name] != value},
                "carry": bool(regs.cf),
            })  # fmt: skip
            return
        if service is None:
            takes = {name: f"{value:04X}h" for name, value in entered.shown.items()}
        text = " ".join(f"{label}={value}" for label, value in takes.items())
        result = " ".join(f"{label}={value}" for label, value in gives.items())
        if unfinished:
            result = "(calls a handler of the program)"
        if error:
            result = f"{self._paint('error', error)} {result}".rstrip()
        self._line(
            entered.seconds, f"{self._paint('number', number)} {self._paint('name', name)}",
            f"{': ' if text else ''}{text}{' -> ' if result else ''}{result}",
        )  # fmt: skip

    def _values(self, text: str, entered: _Entered, service: Service) -> dict[str, Value]:
        assert self._machine is not None
        items = tuple(item for item in parse(text) if item.words not in _ANSWERED)
        return self._shown(items, self._context(entered.regs, entered.bases), service)

    def _context(self, regs: dict[str, int], bases: dict[str, int]) -> Context:
        assert self._machine is not None
        clients = self._machine.dpmi.clients
        wide = self._machine.regs.protected and bool(clients) and clients.current.wide
        return Context(regs, bases, self._machine.memory, wide=wide)

    def _shown(self, items: tuple[Item, ...], context: Context, service: Service) -> dict[str, Value]:
        count = next((item for item in items if item.label in ("bytes", "count") and not item.far), None)
        if count is not None:
            context.count = context.read(count)
            if "buffer" in service.takes and service.gives.startswith("AX bytes read"):
                context.count = None  # it is filled by the call
        modes = service.vector == 0x21 and service.function == 0x3D
        return {item.label: show(context, item, modes=modes) for item in items}

    def _given(self, service: Service, entered: _Entered, regs: Registers, *, failed: bool) -> dict[str, Value]:
        assert self._machine is not None
        memory = self._machine.memory
        now, bases = note(regs)
        items = tuple(item for item in parse(service.gives) if (ON_ERROR in item.words) == failed)
        if regs.zf:
            items = tuple(item for item in items if not item.words.endswith(UNLESS_ZF))
        after = self._context(now, bases)
        before = self._context(entered.regs, entered.bases)
        gives = self._shown(items, after, service)
        if failed:
            return gives
        buffer = next((item for item in parse(service.takes) if item.far and "buffer" in item.words), None)
        moved = next((item for item in items if item.words.startswith("bytes")), None)
        if buffer is not None and moved is not None and "read" in service.name:
            before.count = after.read(moved)
            gives["data"] = show(before, buffer)
        elif service.name.startswith("get current directory"):
            gives["path"] = show(before, Item(("DS", "SI"), "path", "path"))
        elif service.vector == 0x21 and service.function in _FIND:
            segment, offset = self._machine.dos.dta
            name = memory.asciiz(((segment << 4) + offset + _FOUND_NAME) & 0xFFFFF, 13)
            gives["found"] = f'"{name.decode("cp437")}"'
        for item in parse(service.takes):
            if item.far and (label := _ANSWERED.get(item.words) or _CHANGED.get(item.words)):
                gives[label] = show(before, item)
        return gives

    def _error(self, vector: int, service: Service | None, entered: _Entered, regs: Registers) -> str:
        """What went wrong, as the service says it."""
        function = entered.ax >> 8
        if vector == 0x21 and regs.cf and 0x38 <= function <= 0x73:
            code = regs.ax
            name = ErrorCode(code).name if code in ErrorCode.__members__.values() else ""
            return f"error {code} {name}".rstrip()
        if vector == 0x31 and regs.cf:
            return f"error {regs.ax:04X}h"
        if vector == 0x67 and regs.ah >= 0x80:
            return f"error {regs.ah:02X}h"
        if vector == _XMS and regs.ax == 0 and regs.bl >= 0x80:
            return f"error {regs.bl:02X}h"
        if regs.cf and (vector == 0x13 or (vector == 0x15 and function != _KEY_INTERCEPT)):
            return f"error {regs.ah:02X}h"
        return ""

    # --- what is no service -------------------------------------------------------------------------------

    def interrupt(self, vector: int, kind: str, regs: Registers) -> None:
        """An interrupt that goes to a handler of the guest."""
        if self._machine is None or vector not in self.wanted.interrupts:
            return
        memory = self._machine.memory
        handler = "" if regs.protected else f"{memory.u16(vector * 4 + 2):04X}:{memory.u16(vector * 4):04X}"
        fields: dict[str, Value] = {
            "vector": f"{vector:02X}h",
            "how": kind,
            "ax": f"{regs.ax:04X}h",
            "handler": handler,
        }
        self._other("interrupt", f"{vector:02X}h", f"{kind} to the program's handler", fields)

    def _mode(self, protected: bool) -> None:
        name = "to protected mode" if protected else "to real mode"
        assert self._machine is not None
        regs = self._machine.regs
        self._other("mode", "mode", name, {"at": f"{regs.cs:04X}:{regs.eip:04X}"})

    def _port(self, access: Any) -> None:
        assert self._ports is not None
        value = access.value or 0
        width = 2 * access.size
        where = self._ports.describe(access.port, access.write, value)
        direction = "out" if access.write else "in"
        self._other("port", f"{direction} {access.port:X}h", where, {"value": f"{value:0{width}X}h"})

    def _other(self, kind: str, number: str, name: str, fields: dict[str, Value]) -> None:
        if self.summary is not None:
            self.summary.add(f"{number} {name}", 0.0, failed=False)
        if self.out is None:
            return
        if self.form == "json":
            self._json({"time": round(self.clock(), 6), "kind": kind, "service": number, "name": name, "in": fields})
            return
        text = " ".join(f"{label}={value}" for label, value in fields.items() if value != "")
        self._line(self.clock(), f"{self._paint('other', number)} {name}", f": {text}")

    # --- writing ------------------------------------------------------------------------------------------

    def _paint(self, what: str, text: str) -> str:
        return f"\x1b[{_COLOURS[what]}m{text}\x1b[0m" if self.colour else text

    def _line(self, seconds: float, head: str, rest: str) -> None:
        if self.out is not None:
            self.out.write(f"{self._paint('time', f'{seconds:12.6f}')}  {head}{rest}\n")

    def _json(self, record: dict[str, Any]) -> None:
        if self.out is not None:
            self.out.write(json.dumps(record) + "\n")
