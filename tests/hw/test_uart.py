"""The 16550A as a program at its ports meets it: identification, both ways, interrupts, loopback, the mouse on it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hw.clock import MS, US, Clock
from hw.pic import Pic
from hw.ports import PortBus
from hw.serial_line import SerialLine
from hw.serial_mouse import SerialMouse
from hw.uart import COM1, Uart

DATA, IER, IIR, LCR, MCR, LSR, MSR, SCRATCH = range(0x3F8, 0x400)


class Listener:
    def __init__(self) -> None:
        self.heard = bytearray()

    def send(self, data: bytes) -> bool:
        self.heard += data
        return True

    def close(self) -> None:
        pass


class Desk:
    def __init__(self) -> None:
        self.bus, self.clock = PortBus(), Clock()
        self.pic = Pic(self.bus)
        for port, value in ((0x20, 0x11), (0x21, 8), (0x21, 4), (0x21, 1), (0x21, 0)):
            self.bus.write(port, value)
        self.peer = Listener()
        self.line = SerialLine(self.clock, self.peer)
        self.uart = Uart(self.bus, self.clock, self.pic, COM1, self.line)

    def wait(self, milliseconds: float) -> None:
        self.clock.skip_to(self.clock.now_ps + int(milliseconds * MS))

    def setup(self, divisor: int = 12, **registers: int) -> None:
        self.bus.write(LCR, 0x83)
        self.bus.write(DATA, divisor & 0xFF)
        self.bus.write(IER, divisor >> 8)
        self.bus.write(LCR, 0x03)
        for name, value in registers.items():
            self.bus.write({"fcr": IIR, "mcr": MCR, "ier": IER}[name], value)

    def interrupt(self) -> int | None:
        """The vector that is served, and what the UART says of it."""
        if not self.pic.intr:
            return None
        vector: int = self.pic.accept()
        self.bus.write(0x20, 0x20)
        assert vector == 0x0C
        return self.bus.read(IIR)


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_how_programs_tell_what_is_there(desk: Desk) -> None:
    for value in (0x55, 0xAA):
        desk.bus.write(SCRATCH, value)
        assert desk.bus.read(SCRATCH) == value
    assert desk.bus.read(IIR) == 0x01
    desk.bus.write(IIR, 0x01)
    assert desk.bus.read(IIR) == 0xC1  # a 16550A with its FIFOs on
    desk.bus.write(IIR, 0x00)
    assert desk.bus.read(IIR) == 0x01
    desk.setup(divisor=0x180)
    desk.bus.write(LCR, 0x83)
    assert (desk.bus.read(DATA), desk.bus.read(IER)) == (0x80, 0x01)


def test_bytes_go_out_at_the_speed_of_the_divisor(desk: Desk) -> None:
    desk.setup(divisor=12)  # 9,600: 10 bits are 1,042 us
    assert desk.bus.read(LSR) == 0x60
    desk.bus.write(DATA, ord("A"))
    desk.bus.write(DATA, ord("B"))
    assert not desk.bus.read(LSR) & 0x40
    desk.wait(1.0)
    assert desk.peer.heard == b""
    desk.wait(0.1)
    assert desk.peer.heard == b"A"
    desk.wait(1.1)
    assert desk.peer.heard == b"AB"
    assert desk.bus.read(LSR) == 0x60


def test_what_comes_in_is_the_uart_s_once_it_is_used(desk: Desk) -> None:
    desk.line.arrive(b"hi")
    desk.wait(50)
    assert desk.line.waiting == 2
    desk.setup()
    desk.wait(50)
    assert desk.bus.read(LSR) & 1
    assert desk.bus.read(DATA) == ord("h")
    assert not desk.bus.read(LSR) & 1  # one byte without a FIFO, and the next one takes its time
    desk.wait(2)
    assert desk.bus.read(DATA) == ord("i")


def test_each_byte_interrupts_through_out2(desk: Desk) -> None:
    desk.setup(ier=0x01, mcr=0x03)
    desk.line.arrive(b"x")
    desk.wait(5)
    assert not desk.pic.intr
    desk.bus.write(MCR, 0x0B)
    assert desk.interrupt() == 0x04
    assert desk.bus.read(DATA) == ord("x")
    assert not desk.pic.intr
    assert desk.bus.read(IIR) == 0x01


def test_the_fifo_tells_at_its_trigger_and_after_silence(desk: Desk) -> None:
    desk.setup(ier=0x01, mcr=0x0B, fcr=0x81)  # 8 bytes
    desk.line.arrive(bytes(range(10)))
    desk.wait(7.5)
    assert desk.interrupt() is None
    desk.wait(1.1)
    assert desk.interrupt() == 0xC4
    assert [desk.bus.read(DATA) for _ in range(8)] == list(range(8))
    desk.wait(3)
    assert desk.interrupt() is None
    desk.wait(5)
    assert desk.interrupt() == 0xCC  # two bytes and four bytes' time of silence
    assert [desk.bus.read(DATA) for _ in range(2)] == [8, 9]


def test_an_empty_sender_interrupts_until_it_is_told(desk: Desk) -> None:
    desk.setup(mcr=0x0B)
    desk.bus.write(IER, 0x02)
    assert desk.interrupt() == 0x02
    assert desk.bus.read(IIR) == 0x01
    desk.bus.write(DATA, 1)
    desk.bus.write(DATA, 2)
    assert desk.interrupt() is None
    desk.wait(1.1)
    assert desk.interrupt() == 0x02


def test_modem_signals_and_their_changes(desk: Desk) -> None:
    desk.setup(ier=0x08, mcr=0x0B)
    assert desk.bus.read(MSR) & 0xF0 == 0x30
    desk.line.set_carrier(False)
    assert desk.interrupt() == 0x00
    assert desk.bus.read(MSR) == 0x03
    assert desk.bus.read(MSR) == 0x00


def test_loopback_gives_back_bytes_and_signals(desk: Desk) -> None:
    desk.setup(mcr=0x1A)
    assert desk.bus.read(MSR) >> 4 == 0x9
    desk.bus.write(DATA, 0x5A)
    desk.wait(2)
    assert desk.bus.read(DATA) == 0x5A
    assert desk.peer.heard == b""


def test_no_byte_is_lost_while_the_program_is_slow(desk: Desk) -> None:
    desk.setup(divisor=1, fcr=0x01)
    sent = bytes(range(256)) * 4
    desk.line.arrive(sent)
    seen = bytearray()
    for _ in range(3000):
        desk.clock.skip_to(desk.clock.now_ps + 400 * US)
        if desk.bus.read(LSR) & 1:
            seen.append(desk.bus.read(DATA))
    assert seen == sent


def test_a_mouse_gets_power_and_reports() -> None:
    desk = Desk()
    mouse = SerialMouse()
    line = SerialLine(desk.clock, mouse)
    mouse.plug_into(line)
    Uart(desk.bus, desk.clock, desk.pic, COM1, line)
    desk.bus.write(LCR, 0x80)
    desk.bus.write(DATA, 96)  # 1,200
    desk.bus.write(LCR, 0x02)
    desk.bus.write(MCR, 0x0B)
    desk.wait(30)
    assert desk.bus.read(DATA) == ord("M")
    mouse.move(-1, 130, 2)
    seen = []
    for _ in range(12):
        desk.wait(8)
        if desk.bus.read(LSR) & 1:
            seen.append(desk.bus.read(DATA))
    assert seen == [0x40 | 0x10 | 0x04 | 0x03, 0x3F, 0x3F, 0x40 | 0x10, 0x00, 0x03]


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(["in", "out", "line", "wait", "carrier"]), st.integers(0, 7), st.integers(0, 255)),
        max_size=60,
    )
)
def test_any_use_leaves_a_port_that_goes_on_after_loading(steps: list[tuple[str, int, int]]) -> None:
    desk = Desk()
    for what, register, value in steps:
        match what:
            case "in":
                desk.bus.read(0x3F8 + register)
            case "out":
                desk.bus.write(0x3F8 + register, value)
            case "line":
                desk.line.arrive(bytes((value,)) * (register + 1))
            case "carrier":
                desk.line.set_carrier(bool(value & 1))
            case _:
                desk.wait(value / 16)
    other = Desk()
    other.clock.skip_to(desk.clock.now_ps)
    other.line.load(desk.line.save())
    other.uart.load(desk.uart.save())
    for _ in range(30):
        both = [[each.bus.read(0x3F8 + register) for register in range(8)] for each in (desk, other)]
        assert both[0] == both[1]
        for each in (desk, other):
            each.wait(1.5)
