"""x87 exceptions: stack faults, what unmasked ones leave, when they are noticed, C1, and the pointers in images.

Intel SDM volume 1, 8.1.3 (condition code), 8.1.8 to 8.1.10 (pointers, images), 8.5 (exceptions), 8.6 (synchronization).
"""

from __future__ import annotations

import struct

import pytest

from dosemu.cpu.engine import Engine
from tests.dosemu.cpu.support import ORIGIN, handler, real_mode, run

INVALID, ZERO_DIVIDE, OVERFLOW, PRECISION = 0x01, 0x04, 0x08, 0x20
STACK, ERROR, BUSY, C1 = 0x40, 0x80, 0x8000, 0x200
INDEFINITE = struct.pack("<QH", 0xC000000000000000, 0xFFFF)
ONE = struct.pack("<QH", 1 << 63, 0x3FFF)
ZERO = bytes(10)
CONTROL, IMAGE, NUMBER = 0x500, 0x680, 0x510
FLD1, FLDZ, FLDPI = "D9 E8", "D9 EE", "D9 EB"
LOAD = "DB 2E 10 05"  # fld tbyte [NUMBER]


def after(code: str, control: int = 0x37F, number: tuple[int, int] = (0x3FFF, 1 << 63)) -> tuple[int, list[bytes]]:
    """Status word and registers from the top, after FNINIT, FLDCW and this; FNSAVE and HLT follow."""
    engine = real_mode(bytes.fromhex(f"DB E3 D9 2E 00 05 {code} DD 36 80 06 F4"))
    engine.memory.set_u16(CONTROL, control)
    engine.memory.write(NUMBER, struct.pack("<QH", number[1], number[0]))
    engine.regs.set_system("cr0", 0x30)
    assert run(engine) == "halted for ever"
    assert engine.memory.u16(IMAGE) == control
    status, tags = engine.memory.u16(IMAGE + 2), engine.memory.u16(IMAGE + 4)
    top = status >> 11 & 7
    used = [number for number in range(8) if tags >> 2 * (top + number & 7) & 3 != 3]
    data = engine.memory.read(IMAGE + 14, 80)
    return status & 0xC7FF, [data[10 * number : 10 * number + 10] if number in used else b"" for number in range(8)]


@pytest.mark.parametrize(
    "code",
    [
        "D8 C0",  # fadd st0
        "D9 FA",  # fsqrt
        "D9 E0",  # fchs
        "D9 C0",  # fld st0
        "D9 FC",  # frndint
    ],
)
def test_an_empty_operand_gives_the_indefinite_number(code: str) -> None:
    status, registers = after(code)
    assert status & 0xFF == INVALID | STACK
    assert not status & C1
    assert registers[0] == INDEFINITE


def test_a_full_stack() -> None:
    status, registers = after(f"{FLD1} " * 9)
    assert status & (0xFF | C1) == INVALID | STACK | C1
    assert registers == [INDEFINITE] + [ONE] * 7


@pytest.mark.parametrize("load", [FLDZ, "D9 06 10 05", "DD 06 10 05", "DF 06 10 05", LOAD, "D9 C3", "DF 26 10 05"])
def test_every_load_looks_for_room(load: str) -> None:
    status, registers = after(f"{FLD1} " * 8 + load)
    assert status & (INVALID | STACK | C1) == INVALID | STACK | C1
    assert registers[0] == INDEFINITE
    status, registers = after(f"{FLD1} " * 8 + load, control=0x37E)
    assert status & (INVALID | STACK | C1 | ERROR | BUSY) == INVALID | STACK | C1 | ERROR | BUSY
    assert registers == [ONE] * 8


def test_a_comparison_with_an_empty_register_is_unordered() -> None:
    status, registers = after(f"{FLD1} D8 D1")  # fcom st1
    assert status & 0x4500 == 0x4500
    assert status & 0xFF == INVALID | STACK
    assert registers[:2] == [ONE, b""]


def test_an_exchange_with_an_empty_register() -> None:
    status, registers = after(f"{FLD1} D9 CA")  # fxch st2
    assert status & 0xFF == INVALID | STACK
    assert registers[:3] == [INDEFINITE, b"", ONE]


def test_storing_to_an_empty_register_fills_it() -> None:
    status, registers = after(f"{FLD1} DD D3")  # fst st3
    assert status == 0
    assert registers[:4] == [ONE, b"", b"", ONE]


def test_a_freed_register_is_empty_and_can_be_loaded() -> None:
    """Eight loads, ffree st7, fld1: no fault."""
    status, registers = after(f"{FLD1} " * 8 + f"DD C7 {FLDZ}")
    assert status & 0xFF == 0
    assert registers == [ZERO] + [ONE] * 7


@pytest.mark.parametrize(
    "code",
    [
        "D8 C1",  # fadd st1
        "DC C1",  # fadd st1, st0
        "DE C1",  # faddp
        "D8 D9",  # fcomp st1
        "DE D9",  # fcompp
        "D9 C9",  # fxch st1
        "D9 C1",  # fld st1
        "D9 F8",  # fprem
        "D9 F3",  # fpatan
        "D9 FD",  # fscale
    ],
)
def test_unmasked_stack_underflow_changes_nothing(code: str) -> None:
    status, registers = after(f"{FLD1} {code}", control=0x37E)
    assert status & (INVALID | STACK | ERROR | BUSY) == INVALID | STACK | ERROR | BUSY
    assert not status & C1
    assert registers == [ONE] + [b""] * 7


@pytest.mark.parametrize("divide", ["DE F9", "D8 F1", "DC F9", "DE F1", "DA 36 20 05"])
def test_an_unmasked_division_by_zero_leaves_the_operands(divide: str) -> None:
    """fdivp, fdiv st1, fdiv st1 st0, fdivrp, fidiv by a dword that is 0."""
    one_on_top = divide in ("D8 F1", "DE F1", "DA 36 20 05")
    status, registers = after(f"{FLDZ} {FLD1} {divide}" if one_on_top else f"{FLD1} {FLDZ} {divide}", control=0x37B)
    assert status & 0xFF == ZERO_DIVIDE | ERROR
    assert registers == [*([ONE, ZERO] if one_on_top else [ZERO, ONE]), *[b""] * 6]


LARGEST = (0x7FFE, 0xFFFFFFFFFFFFFFFF)
SMALLEST = (0x0001, 1 << 63)


def test_an_unmasked_overflow_has_a_smaller_exponent() -> None:
    """The largest number doubled: its exponent less 24,576 (SDM 1, 8.5.4), popped as usual."""
    status, registers = after(f"{LOAD} {LOAD} DE C1", control=0x377, number=LARGEST)
    assert status & (OVERFLOW | ERROR) == OVERFLOW | ERROR
    assert registers == [struct.pack("<QH", LARGEST[1], 0x7FFF - 24576), *[b""] * 7]


def test_an_unmasked_underflow_has_a_larger_exponent() -> None:
    """The smallest normal number squared: 2 ** -32764."""
    status, registers = after(f"{LOAD} D8 C8", control=0x36F, number=SMALLEST)
    assert status & (0x10 | ERROR) == 0x10 | ERROR
    assert registers[0] == struct.pack("<QH", 1 << 63, 1 + 1 - 0x3FFF + 24576)


@pytest.mark.parametrize("store", ["D9 1E 10 06", "DD 1E 10 06"])
def test_an_unmasked_overflow_stores_nothing_in_memory(store: str) -> None:
    """And nothing is popped: a real number stored as 32 or 64 bits, read back as a whole one."""
    status, registers = after(f"{LOAD} {store} DB E2 DF 2E 10 06", control=0x377, number=LARGEST)
    assert status == 0
    assert registers[:3] == [ZERO, struct.pack("<QH", LARGEST[1], LARGEST[0]), b""]


def test_an_unmasked_inexact_result_is_stored() -> None:
    """1 / 3, with the precision exception unmasked."""
    status, registers = after(f"{FLD1} {LOAD} DE F9", control=0x35F, number=(0x4000, 0xC000000000000000))
    assert status & 0xFF == PRECISION | ERROR
    assert registers[0] == struct.pack("<QH", 0xAAAAAAAAAAAAAAAB, 0x3FFD)
    assert registers[1] == b""


@pytest.mark.parametrize(
    ("control", "up"), [(0x37F, True), (0xF7F, False), (0xB7F, True), (0x77F, False), (0x27F, False)]
)
def test_c1_tells_the_direction_of_rounding(control: int, up: bool) -> None:
    """1 / 3 of 64 bits ends in a digit that rounds up, that of 53 in one that does not."""
    status, _ = after(f"{FLD1} {LOAD} DE F9", control=control, number=(0x4000, 0xC000000000000000))
    assert bool(status & C1) is up
    assert status & PRECISION


@pytest.mark.parametrize(("number", "up"), [(0x8000000000000001, True), (0x8000000000000003, False)])
def test_c1_of_a_sum(number: int, up: bool) -> None:
    """Three times a number: one bit more than fits, to even."""
    status, _ = after(f"{LOAD} {LOAD} D8 C1 D8 C1", control=0x37F, number=(0x3FFF, number))
    assert bool(status & C1) is up


def unmasked(code: str, *, ne: bool = True) -> Engine:
    """1 / 0 unmasked (fdivp at ORIGIN + 10), then this; exception 16 counts in BX and masks it."""
    engine = real_mode(bytes.fromhex(f"DB E3 D9 2E 00 05 {FLD1} {FLDZ} DE F9 {code} F4"))
    engine.memory.set_u16(CONTROL, 0x37B)
    engine.regs.set_system("cr0", 0x30 if ne else 0x10)
    # inc bx; push bp; mov bp, sp; mov dx, [bp+2]; pop bp; fnstenv [0x680]; fnclex; iret
    handler(engine, 16, 0x700, bytes.fromhex("43 55 89 E5 8B 56 02 5D D9 36 80 06 DB E2 CF"))
    return engine


@pytest.mark.parametrize(
    "code", ["D8 C1", FLDPI, "D9 06 10 05", "D9 CA", "D9 F7", "D9 E5", "DD C0", "D9 2E 00 05", "DD 16 20 05"]
)
def test_the_next_waiting_instruction_reports_it(code: str) -> None:
    """With the address of that instruction on the stack, and that of the division in the image."""
    engine = unmasked(f"90 {code}")
    assert run(engine) == "halted for ever"
    assert engine.regs.bx == 1
    assert engine.regs.dx == ORIGIN + 13
    assert engine.memory.u16(IMAGE + 2) & (ZERO_DIVIDE | ERROR | BUSY) == ZERO_DIVIDE | ERROR | BUSY
    assert engine.memory.u16(IMAGE + 6) == ORIGIN + 10
    assert engine.memory.u16(IMAGE + 8) & 0x7FF == 0x6F9


@pytest.mark.parametrize("code", ["DF E0", "DD 3E 20 05", "DB E2", "DB E3", "D9 36 20 05", "D9 3E 20 05"])
def test_control_instructions_do_not_wait(code: str) -> None:
    engine = unmasked(code)
    assert run(engine) == "halted for ever"
    assert engine.regs.bx == 0


def test_unmasking_a_flag_that_is_set_is_an_exception() -> None:
    """1 / 0 masked, fldcw that unmasks, then fld1."""
    engine = real_mode(bytes.fromhex(f"DB E3 {FLD1} {FLDZ} DE F9 D9 2E 00 05 {FLD1} F4"))
    engine.memory.set_u16(CONTROL, 0x37B)
    engine.regs.set_system("cr0", 0x30)
    handler(engine, 16, 0x700, bytes.fromhex("43 DB E2 CF"))
    assert run(engine) == "halted for ever"
    assert engine.regs.bx == 1


def test_a_pending_exception_goes_through_frstor() -> None:
    """fnsave takes it away, frstor brings it back."""
    engine = unmasked(f"DD 36 00 08 {FLD1} DD 26 00 08 90 {FLD1}")
    assert run(engine) == "halted for ever"
    assert engine.regs.bx == 1
    assert engine.regs.dx == ORIGIN + 23


def test_storing_the_environment_masks_all_exceptions() -> None:
    engine = unmasked("D9 36 00 08 D9 3E 20 05 " + FLD1)  # fnstenv; fnstcw; fld1
    assert run(engine) == "halted for ever"
    assert engine.regs.bx == 0
    assert engine.memory.u16(0x520) == 0x37F


@pytest.mark.parametrize(("prefix", "size"), [("", 2), ("66", 4)])
def test_pointers_in_real_mode_are_linear(prefix: str, size: int) -> None:
    """fadd dword [0x510] with DS 1234h: 20 bits of both addresses, and the opcode."""
    engine = real_mode(bytes.fromhex(f"DB E3 {FLD1} D8 06 10 05 8E D9 {prefix} D9 36 80 06 F4"))
    engine.regs.ds, engine.regs.cx = 0x1234, 0
    assert run(engine) == "halted for ever"
    words = struct.unpack(f"<7{'H' if size == 2 else 'I'}", engine.memory.read(IMAGE, 7 * size))
    assert words[3] & 0xFFFF == ORIGIN + 4
    assert words[4] & 0xF7FF == 0x006  # D8 06
    assert words[5] & 0xFFFF == 0x2850
    assert words[6] & 0xF000 == 0x1000


def test_a_pending_exception_survives_a_saved_state() -> None:
    engine = unmasked("90 90 " + FLD1)
    state = None
    while engine.regs.ip != ORIGIN + 13:
        engine.step_one()
    state = engine.save()
    again = unmasked("90 90 " + FLD1)
    again.load(state)
    assert run(again) == "halted for ever"
    assert again.regs.bx == 1
    assert again.memory.u16(IMAGE + 6) == ORIGIN + 10


def test_single_steps_are_the_same() -> None:
    whole, steps = unmasked(FLDPI), unmasked(FLDPI)
    assert run(whole) == "halted for ever"
    for _ in range(40):
        if steps.step_one() == "halt":
            break
    assert (steps.regs.bx, steps.regs.dx, steps.regs.ip) == (whole.regs.bx, whole.regs.dx, whole.regs.ip)
    assert steps.clock.cycles == whole.clock.cycles
