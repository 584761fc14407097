"""What the program asked of DOS and the BIOS, one line or one JSON object a call.

>>> import io
>>> out = io.StringIO()
>>> Trace(out, form="text").note(0.5, "int21/3Dh", "open file", "AX=3D00", "AX=0005 CF=0")
>>> out.getvalue()
'    0.500000  int21/3Dh open file: AX=3D00 -> AX=0005 CF=0\\n'
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Literal, TextIO

if TYPE_CHECKING:
    from dosemu.cpu.registers import Registers
    from int21.service import Service

_SHOWN = ("ax", "bx", "cx", "dx", "si", "di", "ds", "es")


class Trace:
    """Writes calls to ``out`` as they end. ``clock()`` gives emulated seconds."""

    def __init__(
        self, out: TextIO, form: Literal["text", "json"] = "text", clock: Callable[[], float] = lambda: 0.0
    ) -> None:
        self.out = out
        self.form = form
        self.clock = clock
        self._entered: dict[str, int] = {}
        self._waiting = False

    def enter(self, vector: int, regs: Registers) -> None:
        """A service is about to be called; a call that is being repeated after waiting keeps its first line."""
        if not self._waiting:
            self._entered = {name: getattr(regs, name) for name in _SHOWN}
        self._waiting = False

    def wait(self) -> None:
        """The call waits and will be repeated."""
        self._waiting = True

    def leave(self, vector: int, service: Service | None, regs: Registers) -> None:
        """The call ended; ``service`` None means that nothing is built for it."""
        takes = self._entered
        gives = {name: getattr(regs, name) for name in _SHOWN}
        changed = {name: value for name, value in gives.items() if takes.get(name) != value}
        if service is None:
            number, name = f"{vector:02X}h/{takes.get('ax', 0):04X}h", "not built"
        else:
            number, name = service.number, service.name
        if self.form == "json":
            record = {
                "time": round(self.clock(), 6),
                "service": number,
                "name": name,
                "built": service is not None,
                "at": f"{regs.cs:04X}:{regs.ip:04X}",
                "takes": takes,
                "gives": changed,
                "carry": bool(regs.cf),
            }
            self.out.write(json.dumps(record) + "\n")
            return
        before = " ".join(f"{name.upper()}={value:04X}" for name, value in takes.items())
        after = " ".join([*(f"{name.upper()}={value:04X}" for name, value in changed.items()), f"CF={int(regs.cf)}"])
        self.note(self.clock(), number, name, before, after)

    def note(self, seconds: float, number: str, name: str, before: str, after: str) -> None:
        """One text line."""
        self.out.write(f"{seconds:12.6f}  {number} {name}: {before} -> {after}\n")
