"""How an interrupt service is declared and found.

One declaration feeds dispatch, trace names, documentation and the coverage report:

>>> int21 = ServiceTable(0x21, "DOS")
>>> @int21.service(0x30, name="get DOS version", gives="AL major, AH minor")
... def version(dos, regs):
...     regs.ax = 5
>>> int21.find(0x3000).name
'get DOS version'

A service is called as ``handler(context, regs)`` where the context is the part of the machine that
owns the table (``Dos`` for INT 21h, ``Bios`` for the BIOS). It ends by returning, or by raising

* ``DosError(code)``: carry set, AX = code, remembered for INT 21h/59h;
* ``Wait()``: nothing to give yet; the guest runs on (its timer and keyboard handlers too) and the same
  service is called again after the next event, with the same registers. So a service that waits
  must not have changed anything before it raises;
* ``CallGuest(...)``: run a guest handler (an interrupt vector or a far pointer) and go on in ``then``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from int21.registers import Registers

Handler = Callable[[Any, Registers], None]


@dataclass(frozen=True, slots=True)
class Polled:
    """An answer that stays right while ``watches`` (addresses of words in guest memory) do not change.

    Programs ask such questions ("is there a key?") in tight loops; the machine repeats the answer natively.
    What is None is left alone: AL, the zero flag, BX, CX, DX.
    """

    watches: tuple[int, ...]
    al: int | None = None
    zf: bool | None = None
    bx: int | None = None
    cx: int | None = None
    dx: int | None = None


class Wait(Exception):
    """The service has to wait for an event (a key, a tick), or for the emulated time ``until_ps``."""

    def __init__(self, until_ps: int | None = None) -> None:
        super().__init__("wait for an event")
        self.until_ps = until_ps


class CallGuest(Exception):
    """Run guest code, then call ``then(regs)``, which ends the service as a handler would.

    ``vector`` names an interrupt, or ``far`` a (segment, offset) that returns with RETF. ``setup(regs)``
    may load registers for the handler. When the handler is back, all registers the caller had are
    restored and ``then(regs, left)`` is called, where ``left`` holds what the handler left: ``left["ax"]``,
    ``left["flags"]`` and so on. ``then`` may raise what a service may raise.
    """

    def __init__(
        self,
        then: Callable[[Registers, dict[str, int]], None],
        *,
        vector: int | None = None,
        far: tuple[int, int] | None = None,
        setup: Callable[[Registers], None] | None = None,
    ) -> None:
        super().__init__("call guest code")
        self.then = then
        self.vector = vector
        self.far = far
        self.setup = setup


class Restart(Exception):
    """Raised in the continuation of a ``CallGuest``: call the whole service again."""


@dataclass(frozen=True, slots=True)
class Service:
    """One function of an interrupt, as declared."""

    vector: int
    function: int | None
    subfunction: int | None
    name: str
    takes: str
    gives: str
    handler: Handler
    polled: Callable[[Any, Registers], Polled | None] | None = None

    @property
    def number(self) -> str:
        """As people write it: ``21h``, ``21h/3Dh`` or ``21h/4400h``."""
        text = f"{self.vector:02X}h"
        if self.function is not None:
            text += f"/{self.function:02X}"
            text += "h" if self.subfunction is None else f"{self.subfunction:02X}h"
        return text


class ServiceTable:
    """The services of one interrupt vector, found by AH, by AX, or one for the whole vector."""

    snapshot_kept = True

    def __init__(self, vector: int, name: str) -> None:
        self.vector = vector
        self.name = name
        self._services: dict[tuple[int | None, int | None], Service] = {}
        self._found: dict[int, Service | None] = {}  # what ``find`` gave, by AX

    def service(
        self,
        function: int | None = None,
        subfunction: int | None = None,
        *,
        name: str,
        takes: str = "",
        gives: str = "",
        polled: Callable[[Any, Registers], Polled | None] | None = None,
    ) -> Callable[[Handler], Handler]:
        """Declare a service: ``function`` is AH (None: the whole vector), ``subfunction`` AL (None: any).

        ``polled(context, regs)`` is asked after the service: whether its answer may be repeated, and until when.
        """

        def declare(handler: Handler) -> Handler:
            key = (function, subfunction)
            if key in self._services:
                raise ValueError(f"{self._services[key].number} is declared twice")
            self._found.clear()
            self._services[key] = Service(self.vector, function, subfunction, name, takes, gives, handler, polled)
            return handler

        return declare

    def include(self, other: ServiceTable) -> None:
        """Take over the services of another table of this vector, also in place of those that are there."""
        self._services |= other._services
        self._found.clear()

    def find(self, ax: int) -> Service | None:
        """The service for this AX: the exact AX first, then AH, then the whole vector."""
        try:
            return self._found[ax]
        except KeyError:
            services = self._services
            ah = ax >> 8
            found = services.get((ah, ax & 0xFF)) or services.get((ah, None)) or services.get((None, None))
            self._found[ax] = found
            return found

    def snapshot_constants(self) -> dict[str, Service]:
        """The services, by what a snapshot calls them."""
        return {service.number: service for service in self._services.values()}

    def __iter__(self) -> Iterator[Service]:
        return iter(sorted(self._services.values(), key=lambda s: (s.function or 0, s.subfunction or -1)))

    def __len__(self) -> int:
        return len(self._services)
