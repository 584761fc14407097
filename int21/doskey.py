"""DOSKEY: macros and the lines typed before; INT 2Fh/4800h and 4810h (MS-DOS 6 help, "DOSKEY"; RBIL).

>>> doskey = Doskey()
>>> doskey.define(b"ll", b"dir $1 /w $T echo $* $G nul")
>>> doskey.expand(b"LL a b")
[b'dir a /w', b'echo a b > nul']
>>> doskey.expand(b" ll") is None
True
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from int21.console_functions import read_line
from int21.registers import Registers
from int21.table import int2f

if TYPE_CHECKING:
    from int21.dos import Dos

_MOST_LINES = 200
_MOST_MACROS = 500
_LONGEST = 127
_INSTALLED = 0x01
_SIGNS = {b"G": b">", b"L": b"<", b"B": b"|", b"$": b"$"}
_NAME_ENDS = b" \t,;=/<>|"


@dataclass(slots=True)
class Doskey:
    """``installed``: the command DOSKEY was given. Names of macros are kept as they were written."""

    installed: bool = False
    insert: bool = True  # at the beginning of a line
    history: list[bytes] = field(default_factory=list)
    macros: dict[bytes, bytes] = field(default_factory=dict)
    waiting: list[bytes] = field(default_factory=list)  # commands of a macro that INT 2Fh/4810h has still to give

    def remember(self, line: bytes) -> None:
        """A line was typed."""
        if not line.strip() or line in self.history[-1:]:
            return
        self.history.append(line)
        del self.history[:-_MOST_LINES]

    def define(self, name: bytes, text: bytes) -> None:
        """Make a macro; no text takes it away. Raises ValueError when there are too many."""
        for known in [known for known in self.macros if known.upper() == name.upper()]:
            del self.macros[known]
        if text.strip():
            if len(self.macros) >= _MOST_MACROS:
                raise ValueError("too many macros")
            self.macros[name] = text.strip()

    def expand(self, line: bytes) -> list[bytes] | None:
        """The commands that a line stands for, when it begins with a macro's name; None: it is an ordinary one."""
        if not self.macros:
            return None
        end = next((at for at, code in enumerate(line) if code in _NAME_ENDS), len(line))
        name = line[:end].upper()
        text = next((text for known, text in self.macros.items() if known.upper() == name), None)
        if text is None or not name:
            return None
        rest = line[end:].strip()
        words = rest.split()
        commands = [b""]
        for part in re.findall(rb"\$.|[^$]+|\$", text, re.DOTALL):
            sign = part[1:].upper()
            if not part.startswith(b"$") or not sign:
                commands[-1] += part
            elif sign == b"T":
                commands.append(b"")
            elif sign == b"*":
                commands[-1] += rest
            elif sign.isdigit() and sign != b"0":
                commands[-1] += _word(words, int(sign))
            else:
                commands[-1] += _SIGNS.get(sign, part)
        return [command.strip()[:_LONGEST] for command in commands]


def _word(words: Sequence[bytes], number: int) -> bytes:
    return words[number - 1] if number <= len(words) else b""


@int2f.service(0x48, 0x00, name="DOSKEY installed?", gives="AL 1: yes, 0: no")
def doskey_installed(dos: Dos, regs: Registers) -> None:
    regs.al = _INSTALLED if dos.doskey.installed else 0


@int2f.service(0x48, 0x10, name="DOSKEY: read line", takes="DS:DX buffer", gives="AX 0: done")
def read_with_doskey(dos: Dos, regs: Registers) -> None:
    """As INT 21h/0Ah, with macros; each command of a macro is a line of its own."""
    doskey = dos.doskey
    if not doskey.installed:
        return
    address = regs.address("ds", regs.dx)
    if doskey.waiting:
        line = doskey.waiting.pop(0)
        dos.output.write_raw(line)
    else:
        read_line(dos, regs)
        line = bytes(dos.memory.read(address + 2, dos.memory.u8(address + 1)))
        doskey.remember(line)
        commands = doskey.expand(line)
        if commands is not None:
            line, doskey.waiting = commands[0], commands[1:]
    line = line[: max(dos.memory.u8(address) - 1, 0)]
    dos.memory.write(address + 1, bytes((len(line),)) + line + b"\r")
    regs.ax = 0
