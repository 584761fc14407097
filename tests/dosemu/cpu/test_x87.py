"""x87 arithmetic against exact fractions: results, rounding, precision and exception flags (Intel SDM 1, chapter 8)."""

from __future__ import annotations

import random
import struct
from fractions import Fraction

import pytest

from dosemu.cpu.engine import Engine
from tests.dosemu.cpu.support import real_mode, run

INVALID, DENORMAL, ZERO_DIVIDE, OVERFLOW, UNDERFLOW, PRECISION = 1, 2, 4, 8, 16, 32
NEAREST, DOWN, UP, CHOP = 0, 0x400, 0x800, 0xC00
BITS = {0x000: 24, 0x200: 53, 0x300: 64}
INDEFINITE = (0xFFFF, 0xC000000000000000)
Extended = tuple[int, int]  # sign and exponent, significand

CASES, RESULTS, CONTROL = 0x10000, 0x40000, 0x500
# ST1 op ST0, to ST1, pop
OPERATIONS = {"add": "DE C1", "mul": "DE C9", "sub": "DE E9", "div": "DE F9"}


def value(number: Extended) -> Fraction:
    """What a finite number is worth."""
    exponent = max(number[0] & 0x7FFF, 1) - 0x3FFF - 63
    scale = Fraction(2) ** exponent
    return (-1 if number[0] & 0x8000 else 1) * number[1] * scale


def to_multiple(exact: Fraction, step: Fraction, mode: int, *, sign: bool) -> Fraction:
    """The size of a number rounded to a multiple of ``step``."""
    count, rest = divmod(exact, step)
    up = {
        NEAREST: 2 * rest > step or (2 * rest == step and count & 1),
        DOWN: sign and rest,
        UP: not sign and rest,
        CHOP: 0,
    }
    return (count + bool(up[mode])) * step


def rounded(exact: Fraction, control: int) -> tuple[Extended, int]:
    """A number that is not 0, as the unit delivers it with all exceptions masked; tiny is what is so after rounding."""
    bits, mode = BITS[control & 0x300], control & 0xC00
    sign = exact < 0
    exact = abs(exact)
    exponent = exact.numerator.bit_length() - exact.denominator.bit_length()
    if Fraction(2) ** exponent > exact:
        exponent -= 1
    smallest = Fraction(2) ** -0x3FFE
    tiny = to_multiple(exact, Fraction(2) ** (exponent - bits + 1), mode, sign=sign) < smallest
    number = to_multiple(exact, Fraction(2) ** (max(exponent, -0x3FFE) - bits + 1), mode, sign=sign)
    rest = number != exact
    flags = PRECISION if rest else 0
    if tiny and rest:
        flags |= UNDERFLOW
    top = 0x8000 if sign else 0
    exponent = max(exponent, -0x3FFE)
    if number >= Fraction(2) ** (exponent + 1):
        exponent += 1
    if exponent > 0x3FFF:
        infinite = mode == NEAREST or (mode == UP and not sign) or (mode == DOWN and sign)
        largest = (1 << 64) - (1 << 64 - bits)
        return (top | 0x7FFF, 1 << 63) if infinite else (top | 0x7FFE, largest), flags | OVERFLOW | PRECISION
    significand = int(number / Fraction(2) ** (exponent - 63))
    return (top | (exponent + 0x3FFF if significand >> 63 else 0), significand), flags


def random_number(pick: random.Random) -> Extended:
    """Numbers of all sizes, many of them close to one another, with long runs of zeros and ones."""
    significand = pick.choice(
        (
            pick.getrandbits(63),
            pick.getrandbits(52) << 11,
            pick.getrandbits(23) << 40,
            (1 << 63) - (1 << pick.randrange(64)),
            1 << pick.randrange(63),
            0,
        )
    )
    exponent = pick.choice((0x3FFF + pick.randrange(-70, 70), pick.randrange(1, 0x7FFF), 0x3FFF, 1, 0x7FFE))
    return exponent | pick.getrandbits(1) << 15, significand | 1 << 63


def expected(operation: str, a: Extended, b: Extended, control: int) -> tuple[Extended, int] | None:
    """Result and flags of a op b for normal numbers; None for an exact 0, whose sign has rules of its own."""
    x, y = value(a), value(b)
    exact = {"add": x + y, "sub": x - y, "mul": x * y, "div": x / y}[operation]
    return rounded(exact, control) if exact else None


def calculate(operation: str, cases: list[tuple[Extended, Extended]], control: int) -> list[tuple[Extended, int]]:
    """Let a guest do it: a loop over the cases, with the exceptions cleared before each."""
    code = (
        "DB E3 D9 2E 00 05"  # fninit; fldcw [0x500]
        "67 DB 2E 67 DB 6E 0A" + OPERATIONS[operation] +  # again: fld tbyte [esi]; fld tbyte [esi+10]
        "67 DB 3F DF E0 67 89 47 0A DB E2"  # fstp tbyte [edi]; fnstsw ax; mov [edi+10], ax; fnclex
        "66 83 C6 14 66 83 C7 0C 49 75"  # add esi, 20; add edi, 12; dec cx; jnz again
    )  # fmt: skip
    body = bytes.fromhex(code)
    engine = real_mode(body + bytes([(6 - len(body) - 1) & 0xFF, 0xF4]))
    engine.memory.set_u16(CONTROL, control)
    for index, numbers in enumerate(cases):
        for side, (high, low) in enumerate(numbers):
            engine.memory.write(CASES + 20 * index + 10 * side, struct.pack("<QH", low, high))
    unlimited(engine)
    engine.regs.esi, engine.regs.edi, engine.regs.cx = CASES, RESULTS, len(cases)
    assert run(engine, 1000) == "halted for ever"
    answers = []
    for index in range(len(cases)):
        low, high, status = struct.unpack("<QHH", engine.memory.read(RESULTS + 12 * index, 12))
        answers.append(((high, low), status & 0x3F))
    return answers


def unlimited(engine: Engine) -> None:
    """Data segments of 4 GB."""
    for name in ("ds", "es"):
        engine.regs.set_cache(name, 0, 0, 0xFFFFFFFF, 0x9300)


@pytest.mark.parametrize("operation", list(OPERATIONS))
@pytest.mark.parametrize("control", [0x037F, 0x027F, 0x007F, 0x077F, 0x0B7F, 0x0F7F, 0x0A7F])
def test_random_numbers_against_exact_ones(operation: str, control: int) -> None:
    pick = random.Random(f"{operation}{control}")
    cases = [(random_number(pick), random_number(pick)) for _ in range(400)]
    for (a, b), answer in zip(cases, calculate(operation, cases, control), strict=True):
        wanted = expected(operation, a, b, control)
        if wanted is not None:
            assert answer == wanted, f"{a} {operation} {b}"


ONE, ZERO, INFINITY = (0x3FFF, 1 << 63), (0, 0), (0x7FFF, 1 << 63)
QUIET, SIGNALLING = (0x7FFF, 0xC000000000000123), (0x7FFF, 0x8000000000000123)


@pytest.mark.parametrize(
    ("operation", "a", "b", "result", "flags"),
    [
        ("div", ONE, ZERO, INFINITY, ZERO_DIVIDE),
        ("div", ZERO, ZERO, INDEFINITE, INVALID),
        ("div", INFINITY, ZERO, INFINITY, 0),
        ("div", INFINITY, INFINITY, INDEFINITE, INVALID),
        ("mul", INFINITY, ZERO, INDEFINITE, INVALID),
        ("sub", INFINITY, INFINITY, INDEFINITE, INVALID),
        ("sub", ONE, ONE, ZERO, 0),
        ("add", QUIET, ONE, QUIET, 0),
        ("add", SIGNALLING, ONE, (0x7FFF, 0xC000000000000123), INVALID),
        ("add", (0, 1), (0, 2), (0, 3), DENORMAL),
        ("add", ZERO, ONE, ONE, 0),
        ("sub", ZERO, ONE, (0xBFFF, 1 << 63), 0),
        ("add", (0x8000, 0), ZERO, ZERO, 0),
        ("sub", (0x8000, 0), ZERO, (0x8000, 0), 0),
        ("mul", ZERO, (0xBFFF, 1 << 63), (0x8000, 0), 0),
        ("div", (0x8000, 0), (0xBFFF, 1 << 63), ZERO, 0),
        ("add", ONE, (0x3FFF - 64, 1 << 63), ONE, PRECISION),
        ("add", ONE, (0x3FFF - 64, 1 << 63 | 1), (0x3FFF, 1 << 63 | 1), PRECISION),
        ("sub", ONE, (0x3FFF - 65, 1 << 63), ONE, PRECISION),
        ("sub", ONE, (0x3FFF - 65, 1 << 63 | 1), (0x3FFE, (1 << 64) - 1), PRECISION),
        ("sub", ONE, (0x3FFF - 200, 1 << 63), ONE, PRECISION),
    ],
)
def test_what_is_not_a_normal_number(operation: str, a: Extended, b: Extended, result: Extended, flags: int) -> None:
    assert calculate(operation, [(a, b)], 0x037F) == [(result, flags)]


def guest(code: str, *, model: str = "486") -> Engine:
    """Run real-mode code up to its HLT, after FNINIT."""
    engine = real_mode(bytes.fromhex("DB E3" + code + "F4"), model=model)
    engine.memory.write(0x500, struct.pack("<d", 3e9))
    assert run(engine) == "halted for ever"
    return engine


def test_a_number_too_large_for_an_integer_is_invalid() -> None:
    """FISTP m16, m32 of 3e9, and FISTP m64, which holds it."""
    engine = guest(
        "DD 06 00 05 DF 1E 10 05 DF E0 DB E2 DD 06 00 05 DB 1E 14 05 89 C3 DF E0 DB E2 DD 06 00 05 DF 3E 18 05"
    )
    assert engine.memory.u16(0x510) == 0x8000
    assert engine.memory.u32(0x514) == 0x80000000
    assert int.from_bytes(engine.memory.read(0x518, 8), "little") == 3_000_000_000
    assert engine.regs.ax & engine.regs.bx & INVALID


def test_a_remainder_keeps_all_64_bits_and_tells_the_quotient() -> None:
    """FPREM of 2**62 + 1 by 3: the last bit counts, which a double does not hold."""
    engine = real_mode(bytes.fromhex("DB E3 DB 2E 0A 05 DB 2E 00 05 D9 F8 DF E0 DB 3E 20 05 F4"))
    engine.memory.write(0x500, struct.pack("<QH", (1 << 62) + 1 << 1, 0x3FFF + 62))
    engine.memory.write(0x50A, struct.pack("<QH", 3 << 62, 0x4000))
    assert run(engine) == "halted for ever"
    remainder = struct.unpack("<QH", engine.memory.read(0x520, 10))
    assert value((remainder[1], remainder[0])) == ((1 << 62) + 1) % 3
    quotient = ((1 << 62) + 1) // 3
    assert not engine.regs.ax & 0x400
    assert bool(engine.regs.ax & 0x100) == bool(quotient & 4)
    assert bool(engine.regs.ax & 0x4000) == bool(quotient & 2)
    assert bool(engine.regs.ax & 0x200) == bool(quotient & 1)


def test_the_root_of_a_negative_number_is_invalid() -> None:
    engine = guest("D9 E8 D9 E0 D9 FA DF E0 DB 3E 10 05")  # fld1; fchs; fsqrt; fnstsw ax; fstp tbyte [0x510]
    assert engine.regs.ax & 0x3F == INVALID
    assert engine.memory.read(0x510, 10) == struct.pack("<QH", INDEFINITE[1], INDEFINITE[0])


def test_exchanges_and_copies() -> None:
    """fld1; fldz; fldpi; fxch st2 (pi 0 1 from the bottom); fld st1; fistp; fistp; fistp; fist."""
    engine = guest("D9 E8 D9 EE D9 EB D9 CA D9 C1 DF 1E 10 05 DF 1E 12 05 DF 1E 14 05 DF 16 16 05")
    assert struct.unpack("<4H", engine.memory.read(0x510, 8)) == (0, 1, 0, 3)


def test_packed_decimals() -> None:
    """FBSTP of -1234567, and of 1e30, which 18 digits do not hold."""
    engine = real_mode(bytes.fromhex("DB E3 DB 06 00 05 DF 36 10 05 DD 06 04 05 DF 36 20 05 DF E0 F4"))
    engine.memory.write(0x500, struct.pack("<id", -1234567, 1e30))
    assert run(engine) == "halted for ever"
    assert engine.memory.read(0x510, 10) == bytes.fromhex("67 45 23 01 00 00 00 00 00 80")
    assert engine.memory.read(0x520, 10) == bytes.fromhex("00 00 00 00 00 00 00 C0 FF FF")
    assert engine.regs.ax & INVALID


@pytest.mark.parametrize(
    ("code", "size", "words"),
    [
        ("9B DD 36 10 05", 94, 2),  # fsave [0x510] with 16 bits
        ("9B 66 DD 36 10 05", 108, 4),
        ("9B D9 36 10 05", 14, 2),  # fstenv
        ("9B 66 D9 36 10 05", 28, 4),
    ],
)
def test_images_of_16_and_32_bits(code: str, size: int, words: int) -> None:
    """Control, status and tag words, then the registers; what is behind the image stays."""
    engine = real_mode(bytes.fromhex("DB E3 D9 E8 D9 EE" + code + "F4"))
    engine.memory.write(0x510, b"\xcc" * 120)
    assert run(engine) == "halted for ever"
    image = engine.memory.read(0x510, 120)
    control, status, tags = (int.from_bytes(image[words * i : words * i + 2], "little") for i in range(3))
    assert (control, status & 0x3800, tags) == (0x37F, 6 << 11, 0x1FFF)
    assert image[size:] == b"\xcc" * (120 - size)
    if size > 28:
        assert image[size - 80 : size - 60] == bytes(10) + struct.pack("<QH", 1 << 63, 0x3FFF)


@pytest.mark.parametrize(("save", "load"), [("DD 36 10 05", "DD 26 10 05"), ("66 DD 36 10 05", "66 DD 26 10 05")])
def test_a_state_that_was_saved_is_restored(save: str, load: str) -> None:
    """fldpi; fsave (which initialises); frstor; fistp word [0x500]."""
    engine = guest("D9 EB " + save + "DF E0" + load + "DF 1E 00 05")
    assert engine.memory.u16(0x500) == 3
    assert engine.regs.ax == 0
