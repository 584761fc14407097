"""x87 numbers stored in memory's formats, and compared, against exact fractions (Intel SDM 1, 8.3 and 8.5)."""

from __future__ import annotations

import random
import struct
from fractions import Fraction

import pytest

from tests.dosemu.cpu.support import real_mode, run
from tests.dosemu.cpu.test_x87 import (
    CASES,
    CHOP,
    CONTROL,
    DOWN,
    INVALID,
    NEAREST,
    PRECISION,
    RESULTS,
    UP,
    Extended,
    random_number,
    to_multiple,
    unlimited,
    value,
)

STORES = {
    "float32": "67 D9 1F",  # fstp dword [edi]
    "float64": "67 DD 1F",
    "int16": "67 DF 1F",
    "int32": "67 DB 1F",
    "int64": "67 DF 3F",
}
PICKED = 300
ROUNDED_UP = 0x200  # C1


def stored(kind: str, cases: list[Extended], control: int) -> list[tuple[bytes, int]]:
    """What a guest's loop stores, and its status word's flags."""
    code = "DB E3 D9 2E 00 05" + "67 DB 2E" + STORES[kind] + "DF E0 67 89 47 08 DB E2 66 83 C6 0A 66 83 C7 0C 49 75"
    body = bytes.fromhex(code)
    engine = real_mode(body + bytes([(6 - len(body) - 1) & 0xFF, 0xF4]))
    engine.memory.set_u16(CONTROL, control)
    for index, (high, low) in enumerate(cases):
        engine.memory.write(CASES + 10 * index, struct.pack("<QH", low, high))
    unlimited(engine)
    engine.regs.esi, engine.regs.edi, engine.regs.cx = CASES, RESULTS, len(cases)
    assert run(engine, 1000) == "halted for ever"
    answers = (engine.memory.read(RESULTS + 12 * index, 12) for index in range(len(cases)))
    return [(answer[:8], int.from_bytes(answer[8:10], "little") & 0x23F) for answer in answers]


def whole(number: Extended, control: int, bits: int) -> tuple[bytes, int]:
    """A number as an integer: the most negative one, and an invalid operation, for what does not fit."""
    exact = value(number)
    size = to_multiple(abs(exact), Fraction(1), control & 0xC00, sign=exact < 0)
    result = int(-size if exact < 0 else size)
    if not -(1 << bits - 1) <= result < 1 << bits - 1:
        return (1 << bits - 1).to_bytes(bits // 8, "little"), INVALID
    flags = PRECISION if size != abs(exact) else 0
    return result.to_bytes(bits // 8, "little", signed=True), flags | (ROUNDED_UP if size > abs(exact) else 0)


@pytest.mark.parametrize("bits", [16, 32, 64])
@pytest.mark.parametrize("mode", [NEAREST, DOWN, UP, CHOP])
def test_whole_numbers(bits: int, mode: int) -> None:
    pick = random.Random(f"{bits}{mode}")
    cases = [(0x8000, 0), (0, 0), (0xC000 + bits - 2, 1 << 63), (0x4000 + bits - 2, 1 << 63), (0x3FFE, 3 << 62)]
    cases += [
        ((number[0] & 0x8000) | 0x3FFF + pick.randrange(-3, bits + 2), number[1])
        for number in (random_number(pick) for _ in range(PICKED))
    ]
    control = 0x037F | mode
    for number, (image, flags) in zip(cases, stored(f"int{bits}", cases, control), strict=True):
        wanted, wanted_flags = whole(number, control, bits)
        assert (image[: bits // 8], flags & ~PRECISION) == (wanted, wanted_flags & ~PRECISION), number
        assert wanted_flags & INVALID or flags == wanted_flags, number


@pytest.mark.parametrize("mode", [NEAREST, DOWN, UP, CHOP])
@pytest.mark.parametrize(("kind", "mantissa", "bias"), [("float32", 23, 127), ("float64", 52, 1023)])
def test_numbers_of_fewer_bits(kind: str, mantissa: int, bias: int, mode: int) -> None:
    """Normal results, with what was lost; the largest numbers round up to the next power of two."""
    pick = random.Random(f"{kind}{mode}")
    cases = [
        ((number[0] & 0x8000) | 0x3FFF + pick.choice((1 - bias, bias - 1, pick.randrange(1 - bias, bias))), number[1])
        for number in (random_number(pick) for _ in range(PICKED))
    ]
    cases.append((0x3FFF, (1 << 64) - 1))
    size = 4 if kind == "float32" else 8
    for number, (image, flags) in zip(cases, stored(kind, cases, 0x037F | mode), strict=True):
        exact = value(number)
        step = Fraction(2) ** ((number[0] & 0x7FFF) - 0x3FFF - mantissa)
        wanted = to_multiple(abs(exact), step, mode, sign=exact < 0)
        got = Fraction(struct.unpack("<f" if size == 4 else "<d", image[:size])[0])
        assert got == (-wanted if exact < 0 else wanted), number
        lost = wanted != abs(exact)
        assert flags == (PRECISION if lost else 0) | (ROUNDED_UP if wanted > abs(exact) else 0), number


@pytest.mark.parametrize("kind", ["float32", "float64"])
def test_a_zero_keeps_its_sign(kind: str) -> None:
    size = 4 if kind == "float32" else 8
    images = [image[:size] for image, _ in stored(kind, [(0, 0), (0x8000, 0)], 0x037F)]
    assert images == [bytes(size), bytes(size - 1) + b"\x80"]


def test_comparisons() -> None:
    """FCOM of numbers of all sizes and signs, equal ones and zeros: C3 equal, C0 less."""
    pick = random.Random(7)
    cases: list[tuple[Extended, Extended]] = []
    for _ in range(PICKED):
        a, b = random_number(pick), random_number(pick)
        near = ((a[0] ^ pick.choice((0, 0, 0x8000))), a[1] ^ pick.choice((0, 0, 1, 1 << 62)))
        zero = (pick.choice((0, 0x8000)), 0)
        cases.append((pick.choice((a, a, a, zero)), pick.choice((b, near, zero))))
    # again: fld tbyte [esi+10]; fld tbyte [esi]; fcompp; fnstsw ax; mov [edi], ax
    body = bytes.fromhex("DB E3 67 DB 6E 0A 67 DB 2E DE D9 DF E0 67 89 07 66 83 C6 14 66 83 C7 02 49 75")
    engine = real_mode(body + bytes([(2 - len(body) - 1) & 0xFF, 0xF4]))
    for index, (a, b) in enumerate(cases):
        engine.memory.write(CASES + 20 * index, struct.pack("<QHQH", a[1], a[0], b[1], b[0]))
    unlimited(engine)
    engine.regs.esi, engine.regs.edi, engine.regs.cx = CASES, RESULTS, len(cases)
    assert run(engine, 1000) == "halted for ever"
    for index, (a, b) in enumerate(cases):
        wanted = 0x4000 if value(a) == value(b) else 0x0100 if value(a) < value(b) else 0
        assert engine.memory.u16(RESULTS + 2 * index) & 0x473F == wanted, (a, b)
