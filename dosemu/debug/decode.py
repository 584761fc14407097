"""As much of the instruction set as stepping needs: calls, interrupts, repeated instructions, returns.

Intel, "80386 Programmer's Reference Manual", appendix A. (A disassembler is an optional package, stepping is not.)

>>> flow(bytes.fromhex("e80300"), wide=False)
(<Flow.CALL: 'call'>, 3)
>>> flow(bytes.fromhex("f3a4"), wide=False), flow(bytes.fromhex("cd21"), wide=True), flow(b"\\x90", wide=False)
((<Flow.REPEAT: 'repeat'>, 2), (<Flow.INTERRUPT: 'interrupt'>, 2), (<Flow.OTHER: 'other'>, 0))
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class Flow(StrEnum):
    """What an instruction does to where the program goes on."""

    CALL = "call"
    INTERRUPT = "interrupt"
    REPEAT = "repeat"
    LOOP = "loop"
    RETURN = "return"
    HALT = "halt"
    OTHER = "other"


_PREFIXES: Final = frozenset(b"\x26\x2e\x36\x3e\x64\x65\x66\x67\xf0\xf2\xf3")
_STRINGS: Final = frozenset(b"\x6c\x6d\x6e\x6f\xa4\xa5\xa6\xa7\xaa\xab\xac\xad\xae\xaf")
_RETURNS: Final = frozenset(b"\xc2\xc3\xca\xcb\xcf")


def flow(code: bytes, *, wide: bool) -> tuple[Flow, int]:
    """What the instruction at the start of ``code`` is, and its length (0 for OTHER and where bytes are missing)."""
    at, repeated, operand, address = 0, False, wide, wide
    while at < len(code) and code[at] in _PREFIXES and at < 14:
        repeated |= code[at] in b"\xf2\xf3"
        operand ^= code[at] == 0x66
        address ^= code[at] == 0x67
        at += 1
    if at >= len(code):
        return Flow.OTHER, 0
    opcode = code[at]
    offset = 4 if operand else 2
    match opcode:
        case 0xE8:
            return Flow.CALL, at + 1 + offset
        case 0x9A:
            return Flow.CALL, at + 3 + offset
        case 0xFF if at + 1 < len(code) and code[at + 1] >> 3 & 7 in (2, 3):
            return Flow.CALL, at + 1 + _modrm(code[at + 1 :], wide=address)
        case 0xCD:
            return Flow.INTERRUPT, at + 2
        case 0xCC | 0xCE | 0xF1:
            return Flow.INTERRUPT, at + 1
        case 0xE0 | 0xE1 | 0xE2:
            return Flow.LOOP, at + 2
        case 0xF4:
            return Flow.HALT, at + 1
    if opcode in _RETURNS:
        return Flow.RETURN, at + (3 if opcode in b"\xc2\xca" else 1)
    if repeated and opcode in _STRINGS:
        return Flow.REPEAT, at + 1
    return Flow.OTHER, 0


def _modrm(code: bytes, *, wide: bool) -> int:
    """Bytes of a ModR/M with its SIB and displacement."""
    mod, low = code[0] >> 6, code[0] & 7
    if mod == 3:
        return 1
    if not wide:
        return 1 + (2 if mod == 2 or (mod == 0 and low == 6) else mod)
    size = 1
    if low == 4:
        size += 1
        if mod == 0 and len(code) > 1 and code[1] & 7 == 5:
            return size + 4
    return size + (4 if mod == 2 or (mod == 0 and low == 5) else mod)


def interrupt_length(before: bytes, vector: int) -> int:
    """Bytes of the INT instruction that ends ``before``: what has to be taken off EIP to be in front of it; 0: none."""
    if before[-2:] == bytes((0xCD, vector)):
        return 2
    return 1 if before[-1:] in (b"\xcc", b"\xce", b"\xf1") and vector in (1, 3, 4) else 0
