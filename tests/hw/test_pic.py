"""The 8259A pair, by the rules of Intel's data sheet."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hw.pic import Pic
from hw.ports import PortBus

MASTER, MASTER_DATA, SLAVE, SLAVE_DATA = 0x20, 0x21, 0xA0, 0xA1
EOI, READ_IRR, READ_ISR, POLL = 0x20, 0x0A, 0x0B, 0x0C


@pytest.fixture
def bus() -> PortBus:
    return PortBus()


@pytest.fixture
def pic(bus: PortBus) -> Pic:
    pic = Pic(bus)
    bus.write(MASTER_DATA, 0x00)
    bus.write(SLAVE_DATA, 0x00)
    return pic


def read(bus: PortBus, port: int, what: int) -> int:
    bus.write(port, what)
    return bus.read(port)


def test_power_on_masks_and_vectors(bus: PortBus) -> None:
    pic = Pic(bus)
    assert (bus.read(MASTER_DATA), bus.read(SLAVE_DATA)) == (0xB8, 0x8E)
    vectors = []
    for irq in (0, 1, 8):
        pic.raise_irq(irq)
        vectors.append(pic.accept())
        bus.write(SLAVE, EOI)
        bus.write(MASTER, EOI)
        pic.lower_irq(irq)
    assert vectors == [0x08, 0x09, 0x70]


def test_a_masked_request_waits_until_it_is_opened(bus: PortBus, pic: Pic) -> None:
    bus.write(MASTER_DATA, 0x08)
    pic.raise_irq(3)
    assert not pic.intr
    assert read(bus, MASTER, READ_IRR) == 0x08
    bus.write(MASTER_DATA, 0x00)
    assert pic.intr
    assert pic.accept() == 0x0B
    assert read(bus, MASTER, READ_IRR) == 0x00
    assert read(bus, MASTER, READ_ISR) == 0x08


def test_lower_levels_wait_for_the_end_of_interrupt_and_higher_ones_do_not(bus: PortBus, pic: Pic) -> None:
    pic.raise_irq(4)
    assert pic.accept() == 0x0C
    pic.raise_irq(5)
    assert not pic.intr
    pic.raise_irq(1)
    assert pic.accept() == 0x09
    bus.write(MASTER, EOI)  # ends IRQ 1, the highest in service
    assert read(bus, MASTER, READ_ISR) == 0x10
    assert not pic.intr
    bus.write(MASTER, EOI)
    assert pic.accept() == 0x0D


def test_specific_end_of_interrupt_names_the_level(bus: PortBus, pic: Pic) -> None:
    for irq in (5, 1):
        pic.raise_irq(irq)
        pic.accept()
    bus.write(MASTER, 0x60 | 5)
    assert read(bus, MASTER, READ_ISR) == 0x02


def test_an_edge_asks_once(pic: Pic, bus: PortBus) -> None:
    pic.raise_irq(3)
    pic.accept()
    bus.write(MASTER, EOI)
    pic.raise_irq(3)  # the line is up still
    assert not pic.intr
    pic.lower_irq(3)
    pic.raise_irq(3)
    assert pic.intr


def test_a_request_that_vanishes_gives_spurious_7_without_service(bus: PortBus, pic: Pic) -> None:
    pic.raise_irq(3)
    pic.lower_irq(3)
    assert not pic.intr
    assert pic.accept() == 0x0F
    assert read(bus, MASTER, READ_ISR) == 0


def test_spurious_15_leaves_only_the_cascade_in_service(bus: PortBus, pic: Pic) -> None:
    pic.raise_irq(10)
    bus.write(SLAVE_DATA, 0xFF)  # masked between request and acknowledge; the master sees IR2 fall
    assert not pic.intr
    assert pic.accept() == 0x0F
    assert read(bus, SLAVE, READ_ISR) == 0


def test_slave_interrupts_need_both_ends_of_interrupt(bus: PortBus, pic: Pic) -> None:
    pic.raise_irq(12)
    assert pic.accept() == 0x74
    assert read(bus, MASTER, READ_ISR) == 0x04
    assert read(bus, SLAVE, READ_ISR) == 0x10
    pic.raise_irq(9)  # higher on the slave, but the master has its IR2 in service
    assert not pic.intr
    bus.write(MASTER, EOI)
    assert pic.accept() == 0x71


def test_special_fully_nested_mode_lets_the_slave_ask_again(bus: PortBus, pic: Pic) -> None:
    for port, value in ((MASTER, 0x11), (MASTER_DATA, 8), (MASTER_DATA, 4), (MASTER_DATA, 0x11), (MASTER_DATA, 0)):
        bus.write(port, value)
    pic.raise_irq(12)
    assert pic.accept() == 0x74
    pic.raise_irq(9)
    assert pic.accept() == 0x71


def test_slave_request_that_waited_comes_after_its_end_of_interrupt(bus: PortBus, pic: Pic) -> None:
    pic.raise_irq(9)
    assert pic.accept() == 0x71
    pic.raise_irq(12)
    bus.write(MASTER, EOI)
    assert not pic.intr
    bus.write(SLAVE, EOI)
    assert pic.accept() == 0x74


def test_automatic_end_of_interrupt(bus: PortBus, pic: Pic) -> None:
    for port, value in ((MASTER, 0x11), (MASTER_DATA, 0x50), (MASTER_DATA, 4), (MASTER_DATA, 3), (MASTER_DATA, 0)):
        bus.write(port, value)
    pic.raise_irq(6)
    assert pic.accept() == 0x56
    assert read(bus, MASTER, READ_ISR) == 0


def test_rotation_puts_the_served_level_last(bus: PortBus, pic: Pic) -> None:
    pic.raise_irq(0)
    pic.accept()
    bus.write(MASTER, 0xA0)  # rotate on non-specific EOI
    pic.pulse_irq(0)
    pic.raise_irq(7)
    assert pic.accept() == 0x0F
    bus.write(MASTER, EOI)
    assert pic.accept() == 0x08


def test_rotation_with_automatic_end_of_interrupt(bus: PortBus, pic: Pic) -> None:
    for port, value in ((MASTER, 0x11), (MASTER_DATA, 8), (MASTER_DATA, 4), (MASTER_DATA, 3), (MASTER_DATA, 0)):
        bus.write(port, value)
    bus.write(MASTER, 0x80)  # rotate in automatic EOI mode
    for irq in (0, 3):
        pic.raise_irq(irq)
    assert pic.accept() == 0x08
    pic.lower_irq(0)
    pic.raise_irq(0)  # the lowest now
    assert [pic.accept(), pic.accept()] == [0x0B, 0x08]
    bus.write(MASTER, 0x00)
    pic.lower_irq(3)
    pic.lower_irq(0)
    pic.raise_irq(3)
    assert pic.accept() == 0x0B
    pic.lower_irq(3)
    pic.raise_irq(3)
    pic.raise_irq(0)  # no rotation any more: 1 is the highest since 0 was the last
    assert [pic.accept(), pic.accept()] == [0x0B, 0x08]


def test_set_priority_command(bus: PortBus, pic: Pic) -> None:
    bus.write(MASTER, 0xC0 | 4)  # IR4 lowest, so IR5 highest
    pic.raise_irq(1)
    pic.raise_irq(5)
    assert pic.accept() == 0x0D


def test_special_mask_mode_opens_all_other_levels(bus: PortBus, pic: Pic) -> None:
    pic.raise_irq(3)
    pic.accept()
    pic.raise_irq(6)
    assert not pic.intr
    bus.write(MASTER_DATA, 0x08)
    bus.write(MASTER, 0x68)  # ESMM and SMM
    assert pic.accept() == 0x0E
    bus.write(MASTER, EOI)  # passes over the masked IR3
    assert read(bus, MASTER, READ_ISR) == 0x08


def test_poll_takes_the_request(bus: PortBus, pic: Pic) -> None:
    assert read(bus, MASTER, POLL) == 0
    pic.raise_irq(5)
    assert read(bus, MASTER, POLL) == 0x85
    assert read(bus, MASTER, READ_ISR) == 0x20


def test_initialisation_forgets_requests_and_waits_for_its_words(bus: PortBus, pic: Pic) -> None:
    pic.raise_irq(3)
    bus.write(MASTER, 0x11)
    pic.lower_irq(4)
    pic.raise_irq(4)
    assert not pic.intr
    for value in (0x20, 0x04, 0x01):
        bus.write(MASTER_DATA, value)
    assert bus.read(MASTER_DATA) == 0  # ICW1 cleared the mask
    assert pic.accept() == 0x24


def test_level_triggering_asks_as_long_as_the_line_is_up(bus: PortBus, pic: Pic) -> None:
    for port, value in ((MASTER, 0x19), (MASTER_DATA, 8), (MASTER_DATA, 4), (MASTER_DATA, 1), (MASTER_DATA, 0)):
        bus.write(port, value)
    pic.raise_irq(5)
    assert pic.accept() == 0x0D
    bus.write(MASTER, EOI)
    assert pic.intr
    pic.lower_irq(5)
    assert not pic.intr


def test_save_and_load(bus: PortBus, pic: Pic) -> None:
    pic.raise_irq(3)
    pic.accept()
    pic.raise_irq(1)
    state = pic.save()
    pic.reset()
    assert not pic.intr
    pic.load(state)
    assert pic.accept() == 0x09
    assert read(bus, MASTER, READ_ISR) == 0x0A


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from([0x20, 0x21, 0xA0, 0xA1]), st.integers(0, 255)), max_size=60), st.data())
def test_no_sequence_of_writes_breaks_it(writes: list[tuple[int, int]], data: st.DataObject) -> None:
    bus = PortBus()
    pic = Pic(bus)
    for port, value in writes:
        bus.write(port, value)
        pic.pulse_irq(data.draw(st.integers(-3, 20)))
        assert 0 <= bus.read(port) <= 255
        if pic.intr:
            assert 0 <= pic.accept() <= 255
    pic.reset()
    pic.pulse_irq(0)
    assert pic.accept() == 0x08
