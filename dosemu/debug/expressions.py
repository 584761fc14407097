"""Expressions of the debugger's commands: numbers, registers, symbols, memory.

Numbers are hexadecimal, as in DEBUG (``12.`` is decimal, ``0x`` and ``h`` are allowed). ``segment:offset`` is a linear
address; ``b[...]``, ``w[...]``, ``d[...]`` is what memory holds there. Operators are C's.

>>> from dosemu import Machine
>>> from dosemu.debug import Debugger
>>> with Machine.from_files({"T.COM": b"\\xcd\\x20"}) as m:
...     debugger = Debugger(m)
...     hex(evaluate("40:13", debugger)), evaluate("w[40:13] == 640. && cs == ds", debugger)
('0x413', 1)
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from dosemu.debug.tables import selector_base
from dosemu.places import REGISTERS, SEGMENTS

if TYPE_CHECKING:
    from dosemu.debug.breakpoints import Breakpoints

_TOKEN: Final = re.compile(r"\s*(?:(\d+\.(?!\d))|([\w$?@.]+)|(<<|>>|<=|>=|==|!=|&&|\|\||[-+*/%&|^~!<>()\[\]:]))")
SYSTEM: Final = frozenset(["cr0", "cr2", "cr3", "cr4", "dr0", "dr1", "dr2", "dr3", "dr6", "dr7"])
FLAGS: Final = {"cf": 0, "pf": 2, "af": 4, "zf": 6, "sf": 7, "tf": 8, "if": 9, "df": 10, "of": 11}
_SIZES: Final = {"b": 1, "w": 2, "d": 4}
_DEEPEST: Final = 50


class ExpressionError(ValueError):
    """An expression that makes no sense; the message says why."""


def _divide(left: int, right: int) -> int:
    if not right:
        raise ExpressionError("division by zero")
    return left // right


def _shift(left: int, right: int) -> int:
    return left << min(max(right, 0), 64)


_BINARY: Final[dict[str, tuple[int, Callable[[int, int], int]]]] = {
    "||": (1, lambda a, b: int(bool(a) or bool(b))), "&&": (2, lambda a, b: int(bool(a) and bool(b))),
    "|": (3, operator.or_), "^": (4, operator.xor), "&": (5, operator.and_),
    "==": (6, operator.eq), "!=": (6, operator.ne),
    "<": (7, operator.lt), ">": (7, operator.gt), "<=": (7, operator.le), ">=": (7, operator.ge),
    "<<": (8, _shift), ">>": (8, lambda a, b: a >> min(max(b, 0), 64)),
    "+": (9, operator.add), "-": (9, operator.sub),
    "*": (10, operator.mul), "/": (10, _divide), "%": (10, lambda a, b: a - b * _divide(a, b)),
}  # fmt: skip
_FAR: Final = 12  # ":" binds closest


def evaluate(text: str, debugger: Breakpoints) -> int:
    """The value of an expression. Raises ExpressionError."""
    return _Parser(text, debugger).all()


class _Parser:
    def __init__(self, text: str, debugger: Breakpoints) -> None:
        self._text = text
        self._debugger = debugger
        self._tokens: list[str] = []
        self._depth = 0
        at = 0
        text = text.rstrip()
        while at < len(text):
            match = _TOKEN.match(text, at)
            if match is None or match.end() == at:
                raise ExpressionError(f"{text[at:].strip()!r}: not understood")
            self._tokens.append(match.group().strip())
            at = match.end()
        self._tokens.reverse()

    def all(self) -> int:
        value = self._binary(0)
        if self._tokens:
            raise ExpressionError(f"{self._tokens[-1]!r} in {self._text!r} is too much")
        return value

    def _next(self, wanted: str = "") -> str:
        token = self._tokens.pop() if self._tokens else ""
        if not token or (wanted and token != wanted):
            raise ExpressionError(f"{self._text!r}: {wanted or 'a value'} is missing")
        return token

    def _binary(self, least: int) -> int:
        left = self._far()
        while self._tokens and (found := _BINARY.get(self._tokens[-1])) is not None and found[0] > least:
            self._tokens.pop()
            left = int(found[1](left, self._binary(found[0])))
            if abs(left) >> 256:
                raise ExpressionError(f"{self._text!r}: the number is too large")
        return left

    def _far(self) -> int:
        segment = self._tokens[-1].lower() if self._tokens else ""
        value = self._unary()
        if not self._tokens or self._tokens[-1] != ":":
            return value
        self._tokens.pop()
        offset = self._unary()
        regs = self._debugger.machine.regs
        if segment in SEGMENTS:
            return int(regs.address(segment, offset & 0xFFFFFFFF))
        return selector_base(self._debugger, value & 0xFFFF) + offset & 0xFFFFFFFF

    def _unary(self) -> int:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise ExpressionError(f"{self._text[:40]!r}: nested too deeply")
        try:
            token = self._next()
            match token:
                case "-":
                    return -self._unary()
                case "+":
                    return self._unary()
                case "~":
                    return ~self._unary() & 0xFFFFFFFF
                case "!":
                    return int(not self._unary())
                case "(":
                    value = self._binary(0)
                    self._next(")")
                    return value
                case "[":
                    return self._memory(2)
            if self._tokens and self._tokens[-1] == "[" and token.lower() in _SIZES:
                self._tokens.pop()
                return self._memory(_SIZES[token.lower()])
            return self._word(token)
        finally:
            self._depth -= 1

    def _memory(self, size: int) -> int:
        address = self._binary(0)
        self._next("]")
        return int.from_bytes(self._debugger.memory.read(address & 0xFFFFFFFF, size), "little")

    def _word(self, token: str) -> int:
        regs, low = self._debugger.machine.regs, token.lower().removeprefix("$")
        if low in REGISTERS or low in SEGMENTS or low in ("eflags", "flags"):
            return int(getattr(regs, low))
        if low in SYSTEM:
            return int(regs.system(low))
        if low in FLAGS:
            return regs.eflags >> FLAGS[low] & 1
        if low == "pc":
            return self._debugger.address
        machine = self._debugger.machine
        if machine.symbols:
            try:
                return machine.symbols.find(token)
            except KeyError:
                pass
        try:
            if token.endswith(".") and token[:-1].isascii() and token[:-1].isdigit():
                return int(token[:-1][:40])
            if token.isascii() and "_" not in token and len(token) < 40:
                return int(low.removeprefix("0x").removesuffix("h"), 16)
        except ValueError:
            pass
        raise ExpressionError(f"{token!r} is neither a register nor a symbol nor a hexadecimal number")
