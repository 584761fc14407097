"""One unattended run of a program, and all that is worth knowing of it afterwards.

>>> import pathlib, tempfile
>>> program = pathlib.Path(tempfile.mkdtemp(), "T.COM")
>>> _ = program.write_bytes(bytes.fromhex("b402 b241 cd21 b8034c cd21"))
>>> result = run_program(program, trace=True)
>>> result.status, result.stdout, result.calls["21h/02h write character"]
(3, b'A', 1)
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from dosemu.errors import DosemuError
from dosemu.exit_status import ExitStatus
from dosemu.machine import Machine
from dosemu.settings import Settings
from dosemu.trace import Trace
from dosemu.trace.summary import Summary
from hw.clock import SECOND


@dataclass(frozen=True, slots=True)
class RunResult:
    """What a run left.

    ``status`` is that of the ``dosemu`` command: the errorlevel, 124 at the time limit, 134 for a fault, and 125 to 127
    for what could not be run. ``screen`` is the text screen, ``picture`` a PNG when it was asked for, ``seconds``
    emulated time, ``calls`` how often each service was called when traced.

    >>> import pathlib, tempfile
    >>> program = pathlib.Path(tempfile.mkdtemp(), "T.COM")
    >>> _ = program.write_bytes(bytes.fromhex("b8410e cd10 b8034c cd21"))  # INT 10h/0Eh shows "A"
    >>> result = run_program(program, stdio=False)
    >>> result.status, result.screen_lines[0]
    (3, 'A')
    """

    status: int
    reason: str
    stdout: bytes = b""
    stderr: bytes = b""
    screen: str = ""
    picture: bytes | None = None
    seconds: float = 0.0
    fault: str | None = None
    calls: dict[str, int] = field(default_factory=dict)

    @property
    def screen_lines(self) -> list[str]:
        """The lines of the text screen without what is empty behind them."""
        return lines_of(self.screen)


def lines_of(text: str) -> list[str]:
    """Lines without blanks at their ends and empty ones behind the last.

    >>> lines_of("C:\\\\>  \\n\\n")
    ['C:\\\\>']
    """
    return [line.rstrip() for line in text.rstrip().splitlines()]


def outcome(machine: Machine) -> tuple[int, str]:
    """The status and the reason of a machine that has run."""
    if not machine.exited:
        return ExitStatus.TIME_LIMIT.value, "time limit"
    if machine.fault:
        return ExitStatus.GUEST_FAULT.value, machine.exit_reason
    return (machine.exit_code or 0) & 0xFF, machine.exit_reason


def schedule(machine: Machine, keys: str = "", mouse: Sequence[Sequence[Any]] = ()) -> None:
    """Plan keys (``"1.5:Enter"``) and mouse actions (``[0.1, "move", 80, 0]``) from now on. Raises KeyNameError."""
    machine.keyboard.schedule(keys)
    now = machine.clock.now_ps
    for seconds, action, *numbers in mouse:
        machine.clock.at(now + round(seconds * SECOND), partial(getattr(machine.mouse, action), *numbers), "mouse")


def result_of(machine: Machine, *, picture: bool = False, summary: Summary | None = None) -> RunResult:
    """What a machine that has run left."""
    status, reason = outcome(machine)
    return RunResult(
        status, reason, machine.stdout, machine.stderr, machine.screen.text(),
        machine.screen._repr_png_() if picture else None, round(machine.clock.seconds, 6), machine.fault,
        {} if summary is None else summary.counts(),
    )  # fmt: skip


def run_program(
    program: str | os.PathLike[str],
    args: Sequence[str] = (),
    *,
    seconds: float = 10,
    keys: str = "",
    mouse: Sequence[Sequence[Any]] = (),
    stdin: bytes = b"",
    stdio: bool = True,
    picture: bool = False,
    trace: bool = False,
    overlay: bool | str | os.PathLike[str] = False,
    settings: Settings | None = None,
    changes: Mapping[str, Any] | None = None,
) -> RunResult:
    """Run a program for at most so many emulated seconds; what cannot be run is a result too.

    ``changes`` are single settings by name, as ``Machine`` takes them.

    >>> import pathlib, tempfile
    >>> program = pathlib.Path(tempfile.mkdtemp(), "T.COM"); _ = program.write_bytes(b"\\xeb\\xfe")  # jmp $
    >>> result = run_program(program, seconds=1); result.status, result.seconds
    (124, 1.0)
    """
    summary = Summary() if trace else None
    try:
        with Machine(
            program, args, settings=settings, stdio=stdio, stdin=stdin, overlay=overlay,
            trace=None if summary is None else Trace(None, summary=summary), **(changes or {}),
        ) as machine:  # fmt: skip
            schedule(machine, keys, mouse)
            machine.run(seconds=seconds)
            return result_of(machine, picture=picture, summary=summary)
    except DosemuError as error:
        return RunResult(error.exit_status, str(error))
