"""The mouse driver as programs call it."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from int21.mouse import Packet
from int21.mouse_cursor import Shape
from int21.service import CallGuest
from int21.table import int33
from tests.covers import covers
from tests.fakes import FakeRegisters
from tests.int21.machine import Guest

MOUSE, IRQ_12 = 0x33, 0x74
TEXT = 0xB8000


@pytest.fixture
def guest(tmp_path: Path) -> Guest:
    guest = Guest(tmp_path)
    set_mode(guest, 3)
    call(guest, 0)
    return guest


def set_mode(guest: Guest, mode: int, columns: int = 80, rows: int = 25) -> None:
    guest.memory.set_u8(0x449, mode)
    guest.memory.set_u16(0x44A, columns)
    guest.memory.set_u8(0x484, rows - 1)


def call(guest: Guest, function: int, **registers: int) -> FakeRegisters:
    return guest.call(function, MOUSE, **registers)


def send(guest: Guest, *packets: Packet) -> list[CallGuest]:
    """The packets come in; what the program's handler is called with, which returns at once."""
    calls = []
    for packet in packets:
        guest.dos.mouse.receive(packet)
        while True:
            try:
                guest.call(0, IRQ_12)
                break
            except CallGuest as event:
                calls.append(event)
                event.then(guest.regs, {})
    return calls


def position(guest: Guest) -> tuple[int, int]:
    regs = call(guest, 3)
    return regs.cx, regs.dx


@covers("33h/0000h", "33h/0021h")
def test_reset_puts_the_pointer_into_the_middle(guest: Guest) -> None:
    regs = call(guest, 0)
    assert (regs.ax, regs.bx) == (0xFFFF, 3)
    assert position(guest) == (320, 96)
    set_mode(guest, 0x12)
    call(guest, 0x21)
    assert position(guest) == (320, 240)


@covers("33h/0026h")
@pytest.mark.parametrize(
    ("mode", "columns", "rows", "last", "stepped"),
    [
        (0x03, 80, 25, (639, 199), (96, 48)),
        (0x01, 40, 25, (639, 199), (96, 48)),
        (0x03, 80, 50, (639, 399), (96, 48)),
        (0x04, 40, 25, (639, 199), (100, 51)),
        (0x13, 40, 25, (639, 199), (100, 51)),
        (0x10, 80, 25, (639, 349), (101, 51)),
        (0x12, 80, 30, (639, 479), (101, 51)),
    ],
)
def test_the_virtual_screen_and_its_steps(
    guest: Guest, mode: int, columns: int, rows: int, last: tuple[int, int], stepped: tuple[int, int]
) -> None:
    set_mode(guest, mode, columns, rows)
    regs = call(guest, 0x26)
    assert (regs.cx, regs.dx) == last
    call(guest, 4, cx=101, dx=51)
    assert position(guest) == stepped


@covers("33h/000Fh")
def test_movement_by_the_ratio_and_in_mickeys(guest: Guest) -> None:
    set_mode(guest, 0x12)
    call(guest, 0)
    send(guest, Packet(dx=10, dy=10))
    assert position(guest) == (330, 245)
    call(guest, 0x0F, cx=16, dx=8)
    send(guest, Packet(dx=-10, dy=-10))
    assert position(guest) == (325, 235)
    send(guest, Packet(dx=-7))
    regs = call(guest, 0x0B)
    assert (regs.cx, regs.dx) == (0x10000 - 7, 0)
    regs = call(guest, 0x0B)
    assert (regs.cx, regs.dx) == (0, 0)


@covers("33h/0003h", "33h/000Bh")
def test_mickeys_go_on_where_the_pointer_cannot(guest: Guest) -> None:
    send(guest, Packet(dx=3000))
    assert position(guest)[0] == 632
    send(guest, Packet(dx=5))
    assert call(guest, 0x0B).cx == 3005


@covers("33h/001Ah", "33h/001Bh")
def test_sensitivity(guest: Guest) -> None:
    set_mode(guest, 0x12)
    call(guest, 0)
    call(guest, 0x1A, bx=100, cx=25, dx=64)
    send(guest, Packet(dx=10, dy=16))
    assert position(guest) == (340, 244)
    regs = call(guest, 0x1B)
    assert (regs.bx, regs.cx, regs.dx) == (100, 25, 64)


@covers("33h/0007h", "33h/0008h", "33h/0031h")
def test_ranges_hold_the_pointer_in_either_order(guest: Guest) -> None:
    set_mode(guest, 0x12)
    call(guest, 0)
    call(guest, 7, cx=200, dx=100)
    call(guest, 8, cx=10, dx=20)
    assert position(guest) == (200, 20)
    send(guest, Packet(dx=-3000, dy=-3000))
    assert position(guest) == (100, 10)
    regs = call(guest, 0x31)
    assert (regs.ax, regs.bx, regs.cx, regs.dx) == (100, 10, 200, 20)


@covers("33h/0005h", "33h/0006h")
def test_presses_and_releases_are_counted_with_their_place(guest: Guest) -> None:
    send(guest, Packet(buttons=1), Packet(buttons=0), Packet(buttons=3), Packet(dx=80, buttons=3))
    regs = call(guest, 5, bx=0)
    assert (regs.ax, regs.bx, regs.cx) == (3, 2, 320)
    assert call(guest, 5, bx=0).bx == 0
    regs = call(guest, 6, bx=0)
    assert (regs.bx, regs.cx) == (1, 320)
    assert call(guest, 6, bx=1).bx == 0
    assert call(guest, 5, bx=9).bx == 0


@covers("33h/000Ch", "74h")
def test_the_handler_gets_what_it_asked_for(guest: Guest) -> None:
    call(guest, 0x0C, cx=0x0A, es=0x1234, dx=0x10)  # presses
    calls = send(guest, Packet(dx=8), Packet(buttons=1), Packet(buttons=0), Packet(buttons=2))
    assert [event.far for event in calls] == [(0x1234, 0x10)] * 2
    regs = FakeRegisters()
    assert calls[0].setup is not None
    guest.dos.mouse.buttons = 1
    calls[0].setup(regs)
    assert (regs.ax, regs.bx, regs.cx, regs.dx, regs.si, regs.interrupts) == (2, 1, 328, 96, 8, True)


def test_what_comes_while_the_handler_runs_waits_for_it(guest: Guest) -> None:
    call(guest, 0x0C, cx=0x7F, es=0x1234, dx=0)
    guest.dos.mouse.receive(Packet(buttons=1))
    guest.dos.mouse.receive(Packet(buttons=0))
    with pytest.raises(CallGuest) as first:
        guest.call(0, IRQ_12)
    guest.call(0, IRQ_12)
    assert guest.dos.mouse.buttons == 1
    first.value.then(guest.regs, {})
    with pytest.raises(CallGuest):
        guest.call(0, IRQ_12)
    assert guest.dos.mouse.buttons == 0


@covers("33h/0014h")
def test_handlers_are_exchanged_and_taken_away(guest: Guest) -> None:
    call(guest, 0x0C, cx=1, es=0x1111, dx=1)
    regs = call(guest, 0x14, cx=2, es=0x2222, dx=2)
    assert (regs.cx, regs.es, regs.dx) == (1, 0x1111, 1)
    assert [event.far for event in send(guest, Packet(dx=8), Packet(buttons=1))] == [(0x2222, 2)]
    call(guest, 0)
    assert send(guest, Packet(dx=8), Packet(buttons=0)) == []


def test_the_handler_of_a_program_that_ended_is_not_called(guest: Guest) -> None:
    psp = guest.dos.psp
    call(guest, 0x0C, cx=1, es=psp, dx=0x200)
    call(guest, 0x18, cx=0x21, es=0xF000, dx=0)
    guest.call(0x4C00)
    assert send(guest, Packet(dx=8)) == []
    guest.memory.set_u8(0x417, 0x02)
    assert [event.far for event in send(guest, Packet(dx=8))] == [(0xF000, 0)]


@covers("33h/0018h", "33h/0019h")
def test_a_handler_for_clicks_with_a_shift_key(guest: Guest) -> None:
    call(guest, 0x0C, cx=2, es=0x1111, dx=1)
    assert call(guest, 0x18, cx=0x22, es=0x2222, dx=2).ax == 0x18
    assert call(guest, 0x18, cx=0x02, es=0x2222, dx=2).ax == 0xFFFF
    guest.memory.set_u8(0x417, 0x02)  # the left Shift key
    assert [event.far for event in send(guest, Packet(buttons=1), Packet())] == [(0x2222, 2)]
    guest.memory.set_u8(0x417, 0)
    assert [event.far for event in send(guest, Packet(buttons=1))] == [(0x1111, 1)]
    regs = call(guest, 0x19, cx=0x20)
    assert (regs.cx, regs.bx, regs.dx) == (0x22, 0x2222, 2)
    assert call(guest, 0x19, cx=0x40).cx == 0


def test_the_text_cursor_changes_its_cell_and_gives_it_back(guest: Guest) -> None:
    guest.memory.write(TEXT, b"A\x07" * 2000)
    cell = TEXT + (12 * 80 + 40) * 2
    call(guest, 1)
    assert guest.memory.read(cell, 2) == b"A\x70"
    send(guest, Packet(dx=8))
    assert guest.memory.read(cell, 4) == b"A\x07A\x70"
    call(guest, 0x0A, bx=0, cx=0, dx=0x4158)
    assert guest.memory.read(cell + 2, 2) == b"XA"
    call(guest, 2)
    call(guest, 2)
    call(guest, 1)
    assert guest.memory.read(TEXT, 4000) == b"A\x07" * 2000  # hidden twice, shown once
    call(guest, 1)
    guest.memory.write(cell + 2, b"!\x1f")  # the program writes over it
    call(guest, 2)
    assert guest.memory.read(cell + 2, 2) == b"!\x1f"


@covers("33h/0001h", "33h/0002h", "33h/000Ah")
def test_the_adapter_s_cursor_as_pointer(guest: Guest) -> None:
    crtc: dict[int, int] = {}
    guest.dos.mouse.cursor.set_crtc = crtc.__setitem__
    call(guest, 0x0A, bx=1, cx=3, dx=9)
    call(guest, 1)
    assert (crtc[0x0A], crtc[0x0B], crtc[0x0E] << 8 | crtc[0x0F]) == (3, 9, 12 * 80 + 40)
    call(guest, 2)
    assert crtc[0x0A] & 0x20


@covers("33h/0009h", "33h/0010h")
def test_the_graphics_cursor_is_for_the_machine_to_draw(guest: Guest) -> None:
    assert guest.dos.mouse.pointer is None
    set_mode(guest, 0x13)
    call(guest, 0)
    call(guest, 1)
    masks = struct.pack("<32H", *range(32))
    segment, offset = guest.put(masks)
    call(guest, 9, bx=3, cx=4, es=segment, dx=offset)
    pointer = guest.dos.mouse.pointer
    assert pointer is not None
    assert (pointer.x, pointer.y, pointer.shape) == (314, 96, Shape.unpack(3, 4, masks))
    call(guest, 0x10, cx=300, dx=90, si=340, di=110)
    assert guest.dos.mouse.pointer is None
    call(guest, 1)
    assert guest.dos.mouse.pointer is not None
    set_mode(guest, 3)
    assert guest.dos.mouse.pointer is None


@covers("33h/0004h", "33h/0015h", "33h/0016h", "33h/0017h", "33h/002Ah")
def test_the_state_is_saved_and_restored(guest: Guest) -> None:
    size = call(guest, 0x15).bx
    segment, offset = guest.put(b"\xee" * (size + 1))
    call(guest, 7, cx=40, dx=480)
    call(guest, 4, cx=48, dx=16)
    call(guest, 0x0C, cx=0x7F, es=0x1234, dx=0x5678)
    call(guest, 0x0F, cx=4, dx=5)
    call(guest, 0x10, cx=0xFFFF, dx=0, si=5, di=5)
    call(guest, 1)
    call(guest, 0x16, es=segment, dx=offset)
    assert guest.memory.u8(guest.scratch + size) == 0xEE
    call(guest, 0)
    call(guest, 0x17, es=segment, dx=offset)
    assert position(guest) == (48, 16)
    regs = call(guest, 0x31)
    assert (regs.ax, regs.cx) == (40, 480)
    assert guest.dos.mouse.motion.ratio == (4, 5)
    assert call(guest, 0x2A).ax == 0
    assert [event.far for event in send(guest, Packet(dx=8))] == [(0x1234, 0x5678)]


@covers("33h/001Fh", "33h/0020h")
def test_a_disabled_driver_sees_nothing(guest: Guest) -> None:
    assert call(guest, 0x1F).ax == 0x1F
    send(guest, Packet(dx=80, buttons=1))
    assert call(guest, 3).bx == 0
    call(guest, 0x20)
    send(guest, Packet(buttons=1))
    assert call(guest, 3).bx == 1


def test_packets_that_nobody_takes_do_not_pile_up(guest: Guest) -> None:
    for _ in range(1000):
        guest.dos.mouse.receive(Packet(dx=1, buttons=1))
    send(guest, Packet(buttons=0))
    assert call(guest, 0x0B).cx == 1000
    assert call(guest, 5, bx=0).bx == 1
    assert call(guest, 3).bx == 0


@covers("33h/0024h", "33h/004Dh", "33h/006Dh")
def test_texts(guest: Guest) -> None:
    assert call(guest, 0x24).bx == 0x0805
    version = call(guest, 0x6D)
    text = call(guest, 0x4D)
    assert (text.es, text.di) == (version.es, version.di)
    assert (text.es, text.di) != (0, 0)


FUNCTIONS = sorted(service.subfunction for service in int33 if service.subfunction is not None)
word = st.integers(0, 0xFFFF) | st.sampled_from([0, 1, 2, 0x7FFF, 0x8000, 0xFFFF])
packet = st.builds(
    Packet,
    st.integers(-40000, 40000),
    st.integers(-40000, 40000),
    st.integers(0, 255),
    st.none() | st.tuples(st.integers(-9999, 9999), st.integers(-9999, 9999)),
)


@covers(
    "33h/000Dh",
    "33h/000Eh",
    "33h/0013h",
    "33h/001Ch",
    "33h/001Dh",
    "33h/001Eh",
    "33h/0022h",
    "33h/0023h",
    "33h/0025h",
    "33h/0027h",
    "33h/0032h",
)
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(st.sampled_from(FUNCTIONS), word, word, word, word, word, packet, st.integers(0, 255)), max_size=30
    )
)
def test_whatever_is_asked_the_pointer_stays_on_its_area(
    guest: Guest, calls: list[tuple[int, int, int, int, int, int, Packet, int]]
) -> None:
    for function, bx, cx, dx, si, es, sent, mode in calls:
        guest.memory.write(0x449, bytes((mode,)))
        guest.memory.write(0x44A, struct.pack("<3H", si, bx, cx))
        try:
            call(guest, function, bx=bx, cx=cx, dx=dx, si=si, di=bx, es=es & 0xF000)
        except CallGuest as asked:  # another video mode
            guest.answer(asked)
        send(guest, sent)
        mouse = guest.dos.mouse
        assert mouse.area.low_x <= mouse._x <= mouse.area.high_x
        assert mouse.area.low_y <= mouse._y <= mouse.area.high_y
        regs = call(guest, 3)
        assert regs.bx <= 7


@covers("33h/0011h", "33h/0030h", "33h/0034h")
def test_what_kind_of_mouse_it_is(guest: Guest) -> None:
    regs = call(guest, 0x11)
    assert (regs.ax, regs.bx) == (0xFFFF, 3)
    assert call(guest, 0x30, cx=0).ax == 0xFFFF, "no ballpoint"
    regs = call(guest, 0x34)
    assert regs.ax == 0
    assert guest.memory.u8((regs.es << 4) + regs.dx) == 0, "no MOUSE.INI"


@covers("33h/0012h")
def test_a_large_cursor_of_the_usual_size(guest: Guest) -> None:
    segment, offset = guest.put(bytes(range(64)))
    assert call(guest, 0x12, bx=0x01FE, cx=0x1003, es=segment, dx=offset).ax == 0xFFFF
    regs = call(guest, 0x2A)
    assert (regs.bx, regs.cx) == (0xFFFE, 3)
    assert guest.dos.mouse.cursor.shape.pack() == bytes(range(64))
    assert call(guest, 0x12, bx=0x0200, cx=0x2000, es=segment, dx=offset).ax == 0x12


@covers("33h/0028h", "33h/0029h")
def test_video_modes_by_the_driver(guest: Guest) -> None:
    found = [call(guest, 0x29, cx=0).cx]
    while mode := call(guest, 0x29, cx=found[-1]).cx:
        found.append(mode)
    assert found == [*range(1, 8), *range(13, 20)]
    assert guest.memory.u8((guest.regs.ds << 4) + guest.regs.dx) == 0
    assert call(guest, 0x28, cx=0x77).cx == 0x77
    with pytest.raises(CallGuest) as asked:
        call(guest, 0x28, cx=0x12, dx=0)
    assert asked.value.vector == 0x10
    inner = FakeRegisters()
    asked.value.setup(inner)
    assert inner.ax == 0x12
    set_mode(guest, 0x12, 80, 30)
    guest.answer(asked.value)
    assert guest.regs.cx == 0
    assert call(guest, 0x26).dx == 479


@covers("33h/0033h")
def test_the_settings_as_a_block(guest: Guest) -> None:
    call(guest, 0x1A, bx=40, cx=60, dx=50)
    segment, offset = guest.put(b"\xff" * 32)
    regs = call(guest, 0x33, cx=8, es=segment, dx=offset)
    assert (regs.ax, regs.cx) == (0, 8)
    assert guest.memory.read(guest.scratch, 9) == bytes((4, 0, 40, 60, 50, 4, 0, 0, 0xFF))
    segment, offset = guest.put(bytes(0x154))
    assert call(guest, 0x33, cx=500, es=segment, dx=offset).cx == 0x154
    assert guest.memory.read(guest.scratch + 0x114, 8) == b"Slow    "
