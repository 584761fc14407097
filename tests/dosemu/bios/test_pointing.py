"""INT 15h/C2h: the BIOS's side of a PS/2 mouse."""

from __future__ import annotations

import pytest

from dosemu.bios.bios import Bios
from int21.service import CallGuest
from tests.covers import covers
from tests.fakes import FakeRegisters


def call(bios: Bios, ax: int, **registers: int) -> FakeRegisters:
    regs = FakeRegisters(ax=ax, **registers)
    assert bios.call(0x15, regs)
    return regs


@covers("15h/C200h", "15h/C205h", "15h/C207h")
def test_packets_reach_the_handler(bios: Bios) -> None:
    assert call(bios, 0xC200, bx=0x0100).ax >> 8 == 5  # no handler yet
    assert not call(bios, 0xC205, bx=0x0300).cf
    assert not call(bios, 0xC207, es=0x1234, bx=0x5678).cf
    assert not call(bios, 0xC200, bx=0x0100).cf
    bios.keyboard.mouse.move(5, -7, 1)
    called = None
    for _ in range(10):
        bios.clock.skip_to_next_event(bios.clock.now_ps + 10**10)
        try:
            bios.pointing.interrupt()
        except CallGuest as call_guest:
            called = call_guest
            break
    assert called is not None
    assert called.far == (0x1234, 0x5678)
    regs = FakeRegisters(ss=0x2000, sp=0x100)
    assert called.setup is not None
    called.setup(regs)
    assert regs.sp == 0x100 - 8
    assert [bios.memory.u16(0x20000 + regs.sp + 2 * word) for word in range(4)] == [0, 7, 5, 0x09]


@covers("15h/C201h", "15h/C202h", "15h/C203h", "15h/C204h", "15h/C206h")
def test_what_is_set_is_told(bios: Bios) -> None:
    assert call(bios, 0xC201).bx == 0x00AA
    assert not call(bios, 0xC202, bx=0x0600).cf
    assert not call(bios, 0xC203, bx=0x0100).cf
    assert not call(bios, 0xC206, bx=0x0200).cf
    regs = call(bios, 0xC206, bx=0)
    assert (regs.bl, regs.cl, regs.dl) == (0x10, 1, 200)
    assert call(bios, 0xC204).bh == 0


@covers("15h/C2h")
def test_other_functions_are_invalid(bios: Bios) -> None:
    regs = call(bios, 0xC20A)
    assert (regs.cf, regs.ah) == (True, 1)


@pytest.mark.parametrize(("ax", "bh"), [(0xC200, 2), (0xC202, 7), (0xC203, 4), (0xC205, 0), (0xC205, 9), (0xC206, 3)])
def test_wrong_input(bios: Bios, ax: int, bh: int) -> None:
    regs = call(bios, ax, bx=bh << 8)
    assert regs.cf
    assert regs.ah == 2
