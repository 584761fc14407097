"""The debugger's command line: reads commands, answers with text; for terminals, pipes and GDB's ``monitor``.

>>> from dosemu import Machine
>>> with Machine.from_files({"T.COM": bytes.fromhex("b402 b241 cd21 cd20")}) as m:
...     console = Console(Debugger(m))
...     print(console.execute("print 1F + 1"))
...     print(console.execute("break int 21h/02h"))
...     print(console.execute("continue").splitlines()[0])
20h = 32 = ' '
breakpoint 1: INT 21h AH=02h
breakpoint 1: INT 21h AH=02h
"""

from __future__ import annotations

import shlex
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Final

from dosemu.debug.debugger import Debugger
from dosemu.debug.disassembly import available, disassemble
from dosemu.debug.expressions import ExpressionError, evaluate
from dosemu.debug.stops import Stop, StopKind
from dosemu.errors import DosemuError

_MODULES: Final = ("running", "breakpoints", "state", "memory", "dos", "chips", "session")
_MOST_ALIASES: Final = 10  # one inside another
_FLAG_BITS: Final = (
    (11, "OF"),
    (10, "DF"),
    (9, "IF"),
    (8, "TF"),
    (7, "SF"),
    (6, "ZF"),
    (4, "AF"),
    (2, "PF"),
    (0, "CF"),
)


class CommandError(DosemuError):
    """A command that cannot be carried out; its message is the answer."""


@dataclass(frozen=True, slots=True)
class Command:
    """A command: ``run(console, arguments) -> text``."""

    names: tuple[str, ...]
    usage: str
    help: str
    group: str
    run: Callable[[Console, str], str]
    repeats: bool = False  # an empty line does it again


COMMANDS: Final[dict[str, Command]] = {}


def command(*names: str, usage: str = "", group: str, repeats: bool = False) -> Callable[..., Callable[..., str]]:
    """Declare a command; its docstring is its help."""

    def declare(run: Callable[[Console, str], str]) -> Callable[[Console, str], str]:
        entry = Command(names, f"{names[0]} {usage}".strip(), (run.__doc__ or "").strip(), group, run, repeats)
        for name in names:
            COMMANDS[name] = entry
        return run

    return declare


class Console:
    """Commands for one debugger. ``done`` when the user wants to go."""

    def __init__(self, debugger: Debugger) -> None:
        for module in _MODULES:
            import_module(f"dosemu.debug.commands.{module}")
        self.debugger = debugger
        self.machine = debugger.machine
        self.aliases: dict[str, str] = {}
        self.history: list[str] = []
        self.done = False
        self.depth = 0  # of scripts within scripts
        self.next_dump: int | None = None  # where d and u go on
        self.next_code: int | None = None
        self._last = ""

    def execute(self, line: str) -> str:
        """Carry out one line; every answer is text, also that something is wrong with the line."""
        line = line.strip()
        if not line:
            line = self._last
        elif not line.startswith("#"):
            self.history.append(line)
        self._last = ""
        if not line or line.startswith("#"):
            return ""
        try:
            found, arguments = self._find(line)
            answer = found.run(self, arguments)
        except (DosemuError, ExpressionError) as error:
            return str(error)
        except (ValueError, IndexError, OSError) as error:
            return f"{line.split()[0]}: {error}"
        if found.repeats:
            self._last = line
        return answer

    def _find(self, line: str) -> tuple[Command, str]:
        for _ in range(_MOST_ALIASES):
            name, _, rest = line.partition(" ")
            if name not in self.aliases:
                break
            line = f"{self.aliases[name]} {rest}".strip()
        name, _, rest = line.partition(" ")
        if name in COMMANDS:
            return COMMANDS[name], rest.strip()
        # DEBUG's way: the command's letter with its argument right behind it.
        close = sorted({entry.names[0] for key, entry in COMMANDS.items() if key.startswith(name.lower())})
        if len(close) == 1:
            return COMMANDS[close[0]], rest.strip()
        if close:
            raise CommandError(f"{name!r} may be {', '.join(close)}")
        raise CommandError(f"{name!r} is no command (help lists them)")

    # --- what commands need -----------------------------------------------------------------------

    def value(self, text: str) -> int:
        """The value of an expression. Raises ExpressionError."""
        return evaluate(text, self.debugger)

    def values(self, text: str, least: int = 0, most: int = 99) -> list[int]:
        """Expressions separated by blanks (or commas). Raises CommandError, ExpressionError."""
        words = self.words(text.replace(",", " "))
        if not least <= len(words) <= most:
            raise CommandError(f"{least} to {most} values are wanted, not {len(words)}")
        return [self.value(word) for word in words]

    @staticmethod
    def words(text: str) -> list[str]:
        """Words; those in quotes hold blanks. Raises CommandError."""
        lexer = shlex.shlex(text, posix=False)
        lexer.whitespace_split = True
        lexer.commenters = ""
        try:
            return list(lexer)
        except ValueError:
            raise CommandError("a quotation mark is missing") from None

    def name(self, address: int) -> str | None:
        """``symbol+offset`` for an address, when a MAP file was read."""
        return self.machine.symbols.name(address) if self.machine.symbols else None

    def place(self) -> str:
        """Where the program stands, as one line of code."""
        debugger, regs = self.debugger, self.machine.regs
        digits = 8 if debugger.wide else 4
        head = f"{regs.cs:04X}:{regs.eip:0{digits}X}"
        known = self.name(debugger.address)
        return f"{head}{f' <{known}>' if known else ''}  {self.instruction(debugger.address, regs.eip)}"

    def instruction(self, address: int, offset: int) -> str:
        """The bytes and, where capstone is, the text of an instruction."""
        debugger = self.debugger
        code = debugger.code(address)
        if not available():
            return code[:8].hex(" ").upper()
        found = disassemble(code, address, wide=debugger.wide, offset=offset, limit=1, name=self.name)
        return f"{found[0].data.hex().upper():<14}  {found[0].text}" if found else "(no memory)"

    def registers(self) -> str:
        """The registers, as DEBUG shows them, or with 32 bits."""
        regs = self.machine.regs
        wide = regs.protected or any(getattr(regs, f"e{name}") >> 16 for name in ("ax", "bx", "cx", "dx", "si", "di"))
        names = ("ax", "bx", "cx", "dx", "sp", "bp", "si", "di")
        if wide:
            general = "  ".join(f"E{name.upper()}={getattr(regs, 'e' + name):08X}" for name in names)
        else:
            general = "  ".join(f"{name.upper()}={getattr(regs, name):04X}" for name in names)
        segments = "  ".join(
            f"{name.upper()}={getattr(regs, name):04X}" for name in ("ds", "es", "ss", "cs", "fs", "gs")
        )
        flags = " ".join(name if regs.eflags >> bit & 1 else name.lower() for bit, name in _FLAG_BITS)
        pointer = f"EIP={regs.eip:08X}" if wide else f"IP={regs.ip:04X}"
        return f"{general}\n{segments}  {pointer}\n{flags}  ({self.debugger.mode})"

    def stopped(self, stop: Stop) -> str:
        """What to say of a stop, with what its breakpoint's commands say."""
        lines = [stop.text] if stop.text else []
        if stop.kind is not StopKind.EXITED:
            lines.append(self.place())
            self.next_code = None
            self.next_dump = None
        elif self.machine.fault:
            lines.append(self.machine.fault.rstrip())
        if stop.point is not None:
            lines += [answer for line in stop.point.commands if (answer := self.execute(line))]
        return "\n".join(lines)

    def check_running(self) -> None:
        """Raises CommandError when the program has ended."""
        if self.machine.exited:
            raise CommandError(f"the program has ended: {self.machine.exit_reason}")
