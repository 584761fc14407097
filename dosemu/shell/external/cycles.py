"""CYCLES: how fast the machine runs, changed while it does."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING

from dosemu.cpu_speeds import CPU_SPEEDS, class_of, speed
from dosemu.shell.registry import CommandError, external

if TYPE_CHECKING:
    from dosemu.pace import Cycles
    from dosemu.shell.shell import Shell

_MOST = 10_000_000
_NAMES = [name for name in CPU_SPEEDS if not name.isdecimal()]  # 8088 is a number here
_PCS = ("\n" + " " * 11).join(wrap("A PC as fast as that: " + ", ".join(_NAMES) + ".", 66, break_on_hyphens=False))
_USAGE = f"""\
CYCLES [number | pc | AUTO | MAX]

  number   Instructions per millisecond, from 1 to {_MOST:,}.
  pc       {_PCS}
  AUTO     3000 until a program asks for protected mode or for 256 colors, then
           as many as this computer holds, up to 80000.
  MAX      As many as this computer holds.

Type CYCLES with no parameters to display the present speed."""


def read_cycles(words: list[str]) -> Cycles:
    """What a user asks for; FIXED may stand before a number, as in DOSBox. Raises CommandError.

    >>> read_cycles(["3000"]), read_cycles(["fixed", "500"]), read_cycles(["386DX-33"]), read_cycles(["max"])
    (3000, 500, 6000, 'max')
    """
    if len(words) > 1 and words[0].lower() == "fixed":
        words = words[1:]
    if len(words) > 1:
        raise CommandError(f"Too many parameters - {words[1]}")
    word = words[0].lower()
    if word == "auto":
        return "auto"
    if word == "max":
        return "max"
    if word.isascii() and word.isdecimal() and len(word) <= 8 and 1 <= int(word) <= _MOST:
        return int(word)
    try:
        return speed(word)
    except ValueError:
        raise CommandError(f"Invalid parameter - {words[0]}") from None


@external("CYCLES", help="Shows or sets how fast the machine runs.", usage=_USAGE)
def cycles(shell: Shell, arguments: bytes) -> int:
    pace = shell.shells.pace
    if pace is None:
        raise CommandError("There is nothing to set")
    words = arguments.decode("cp437").split()
    if words:
        pace.choose(read_cycles(words))
        return 0
    now = pace.clock.cycles_per_ms
    asked = "" if isinstance(pace.cycles, int) else f"{pace.cycles}, now "
    shell.say(f"{asked}{now} instructions a millisecond (a PC of class {class_of(now)})")
    return 0
