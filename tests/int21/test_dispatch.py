from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from int21 import frame
from int21.errors import DosError, ErrorCode
from int21.extended_error import DESCRIPTIONS
from int21.service import CallGuest, Wait
from int21.table import flags_stay, tables
from tests.fakes import FakeRegisters
from tests.int21.machine import Guest

WORD = st.one_of(st.sampled_from([0, 1, 0x7F, 0xFF, 0x100, 0x7FFF, 0x8000, 0xFFFE, 0xFFFF]), st.integers(0, 0xFFFF))
REGISTERS = st.fixed_dictionaries(
    dict.fromkeys(("bx", "cx", "dx", "si", "di", "bp", "ds", "es", "cs", "ss", "sp", "ip"), WORD)
)
SERVICES = [service for table in tables() for service in table]


@pytest.mark.parametrize("service", SERVICES, ids=lambda s: f"{s.number}")
@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(al=st.integers(0, 255), registers=REGISTERS, typed=st.binary(max_size=3))
def test_no_registers_make_a_service_fail_unexpectedly(guest: Guest, service, al, registers, typed):
    ax = (service.function or 0) << 8 | (al if service.subfunction is None else service.subfunction)
    guest.console.type(typed)
    try:
        guest.call(ax, service.vector, **registers)
    except CallGuest as call:
        with suppress(Wait, CallGuest):
            guest.answer(call)
    except Wait:
        pass


@pytest.mark.parametrize(("ah", "al"), [(0x18, 0), (0x1D, 0), (0x1E, 0), (0x20, 0)])
def test_unknown_functions_of_dos_1_return_al_0(guest: Guest, ah: int, al: int):
    guest.regs.cf = False
    assert guest.call(ah << 8 | 0x77).al == al
    assert not guest.regs.cf


@pytest.mark.parametrize("ax", [0x6D77, 0x7077, 0x7277, 0x8077, 0xFF77])
@pytest.mark.parametrize("carry", [False, True])
def test_functions_behind_the_last_one_return_al_0_and_leave_the_flags(guest: Guest, ax: int, carry: bool):
    guest.regs.cf = carry
    assert guest.call(ax).ax == ax & 0xFF00
    assert guest.regs.cf == carry
    assert guest.call(0x5900, bx=0).ax == 0


@pytest.mark.parametrize("ax", [0x71A0, 0x7147, 0x7303])
def test_long_names_and_fat32_are_told_to_be_missing(guest: Guest, ax: int):
    regs = guest.call(ax)
    assert (regs.cf, regs.ax) == (True, ax & 0xFF00)


def test_success_clears_carry_in_functions_that_report_by_it(guest: Guest):
    guest.regs.cf = True
    guest.call(0x4800, bx=0)
    assert not guest.regs.cf or guest.regs.ax == ErrorCode.INSUFFICIENT_MEMORY
    guest.regs.cf = True
    guest.call(0x5800)
    assert not guest.regs.cf
    guest.regs.cf = True
    guest.call(0x6200)
    assert guest.regs.cf, "the PSP functions leave the flags alone"


def test_the_callers_stack_is_kept_in_the_psp(guest: Guest):
    guest.regs.sp = 0x1000
    guest.call(0x3000, bx=0xB0B)
    ss, sp = guest.dos.processes.current.stack
    assert (ss, sp) == (guest.regs.ss, 0x1000 - 24)
    assert frame.read(guest.memory, (ss, sp))["bx"] == 0xB0B
    guest.regs.sp = 0x2000
    for ax in (0x5000, 0x5100, 0x6200, 0x6400, 0x3300, 0xB800):
        guest.call(ax, bx=guest.dos.psp)
    assert guest.dos.processes.current.stack == (ss, sp)


def test_absolute_disk_services_leave_the_flags_on_the_stack(guest: Guest):
    marked = {service.vector for service in SERVICES if flags_stay(service)}
    assert marked == {0x25, 0x26}
    regs = guest.call(2, 0x25)
    assert (regs.cf, regs.ax) == (True, 0x8002)
    assert guest.call(25, 0x26).ax == 0x0201


def test_every_error_has_a_class_an_action_and_a_place():
    assert set(DESCRIPTIONS) == set(ErrorCode)
    assert all(1 <= d.kind <= 13 and 1 <= d.action <= 7 and 1 <= d.locus <= 5 for d in DESCRIPTIONS.values())


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (ErrorCode.FILE_NOT_FOUND, (8, 3, 2)),
        (ErrorCode.TOO_MANY_OPEN_FILES, (1, 4, 1)),
        (ErrorCode.MCB_DESTROYED, (7, 5, 5)),
        (ErrorCode.SHARING_VIOLATION, (10, 2, 2)),
        (ErrorCode.FILE_EXISTS, (12, 3, 2)),
    ],
)
def test_extended_error_of(guest: Guest, code: ErrorCode, expected: tuple[int, int, int]):
    guest.dos.errors.remember(DosError(code))
    regs = guest.call(0x5900)
    assert (regs.ax, regs.bh, regs.bl, regs.ch) == (code, *expected)
    assert not regs.cf


@pytest.mark.parametrize(
    ("ax", "locus"), [(0x5805, 5), (0x4402, 4), (0x4404, 2), (0x4203, 1), (0x4452, 1)], ids=lambda value: f"{value:X}"
)
def test_where_an_invalid_function_is(guest: Guest, ax: int, locus: int):
    assert guest.call(ax, bx=3 if ax == 0x4404 else 0).ax == ErrorCode.INVALID_FUNCTION
    regs = guest.call(0x5900, bx=0)
    assert (regs.ax, regs.ch) == (ErrorCode.INVALID_FUNCTION, locus)


def test_extended_error_can_be_set(guest: Guest):
    segment, offset = guest.put(
        bytes.fromhex("2200 0307 0005 0000 0000 7856 0000 3412 0000 0000 0000".replace(" ", ""))
    )
    guest.call(0x5D0A, ds=segment, dx=offset)
    regs = guest.call(0x5900)
    assert (regs.ax, regs.bx, regs.ch) == (0x22, 0x0703, 5)


class Elsewhere(FakeRegisters):
    """Segments whose base is far behind the memory, as in protected mode."""

    def address(self, segment: str, offset: int) -> int:
        return 0x7FFFFFFF if segment != "ss" else super().address(segment, offset)


def test_a_pointer_behind_the_memory_is_access_denied(guest: Guest):
    guest.regs = Elsewhere(ss=guest.regs.ss, sp=guest.regs.sp)
    guest.call(0x3800)
    assert (guest.regs.cf, guest.regs.ax) == (True, ErrorCode.ACCESS_DENIED)
