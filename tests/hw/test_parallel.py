"""The parallel port with a printer, as a program at 378h to 37Ah meets it."""

from __future__ import annotations

import pytest

from hw.clock import Clock
from hw.parallel import ParallelPort
from hw.pic import Pic
from hw.ports import PortBus


@pytest.mark.parametrize(("control", "vectors"), [(0x0C, []), (0x1C, [15, 15])])
def test_acknowledge_is_irq_7_while_it_is_enabled(control: int, vectors: list[int]) -> None:
    bus = PortBus()
    pic = Pic(bus)
    bus.write(0x21, 0)
    port = ParallelPort(bus, Clock(), pic=pic)
    printed: list[int] = []
    port.on_byte = printed.append
    served = []
    for byte in b"ab":
        bus.write(0x378, byte)
        bus.write(0x37A, control | 1)
        bus.write(0x37A, control)
        if pic.intr:
            served.append(pic.accept())
            bus.write(0x20, 0x20)
    assert bytes(printed) == b"ab"
    assert served == vectors
    assert not pic.intr


def test_no_printer_acknowledges_nothing() -> None:
    bus = PortBus()
    pic = Pic(bus)
    bus.write(0x21, 0)
    ParallelPort(bus, Clock(), pic=pic)
    bus.write(0x37A, 0x1D)
    assert not pic.intr


def test_switching_the_interrupt_off_takes_the_request_back() -> None:
    bus = PortBus()
    pic = Pic(bus)
    bus.write(0x21, 0)
    ParallelPort(bus, Clock(), pic=pic).on_byte = lambda byte: None
    bus.write(0x37A, 0x1D)
    assert pic.intr
    bus.write(0x37A, 0x0C)
    assert not pic.intr
