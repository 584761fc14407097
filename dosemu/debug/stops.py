"""Why the program under a debugger stands still."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dosemu.debug.points import Point


class StopKind(StrEnum):
    """What ended a run."""

    STEP = "step"  # the step is done, or the place it was to go to is reached
    POINT = "point"  # a breakpoint of any kind
    LIMIT = "limit"  # the emulated time given for it is over
    INTERRUPTED = "interrupted"  # by the user
    EXITED = "exited"
    KEY = "key"  # the program waits for a key that nobody presses
    ENTRY = "entry"  # before the first instruction


@dataclass(frozen=True, slots=True)
class Stop:
    """One stop. ``detail`` says what the program did there; ``address`` is that of watched memory, or a port.

    >>> from dosemu import Machine
    >>> from dosemu.debug import Debugger
    >>> with Machine.from_files({"T.COM": b"\\x40\\xcd\\x20"}) as m:
    ...     stop = Debugger(m).run(); stop.kind.name, stop.text
    ('EXITED', 'the program ended: terminated, errorlevel 0')
    """

    kind: StopKind
    point: Point | None = None
    detail: str = ""
    address: int | None = None

    @property
    def text(self) -> str:
        """One line for people."""
        match self.kind:
            case StopKind.POINT if self.point is not None:
                return f"{self.point.kind_name} {self.point.number}: {self.detail or self.point.what}"
            case StopKind.EXITED:
                return f"the program ended: {self.detail}"
            case StopKind.LIMIT:
                return f"stopped after {self.detail} of emulated time"
            case StopKind.KEY:
                return "the program waits for a key"
            case StopKind.INTERRUPTED:
                return "interrupted"
            case _:
                return self.detail
