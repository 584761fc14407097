"""INT 11h to 1Ah, and any registers at all for every service."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dosemu.bios.bda import BASE
from dosemu.bios.bios import Bios, make_bios
from hw.clock import MS, SECOND, US, Clock
from hw.memory import Memory
from hw.rtc import PIE, REGISTER_B
from int21.service import Wait
from tests.covers import covers
from tests.fakes import FakeRegisters


def call(bios: Bios, vector: int, ax: int = 0, **registers: int) -> FakeRegisters:
    regs = FakeRegisters(ax=ax, **registers)
    assert bios.call(vector, regs)
    return regs


@covers("11h", "12h")
def test_equipment_and_memory(bios: Bios) -> None:
    assert call(bios, 0x11).ax & 0x33 == 0x23
    assert call(bios, 0x12).ax == 640


@covers("16h/05h")
def test_keyboard_waits_and_reads(bios: Bios) -> None:
    for function in (0x0000, 0x1000):
        with pytest.raises(Wait):
            call(bios, 0x16, function)
    for function in (0x0100, 0x1100):
        assert call(bios, 0x16, function).zf
    assert call(bios, 0x16, 0x0500, cx=0x1E61).al == 0
    regs = call(bios, 0x16, 0x0100)
    assert (regs.zf, regs.ax) == (False, 0x1E61)
    assert call(bios, 0x16, 0x0000).ax == 0x1E61


@covers("16h/00h", "16h/01h", "16h/10h", "16h/11h")
def test_old_functions_skip_what_only_new_keyboards_have(bios: Bios) -> None:
    for key in (0x8500, 0x01F0, 0x48E0, 0xE00D):
        bios.keys.put(key)
    assert call(bios, 0x16, 0x1100).ax == 0x8500
    assert call(bios, 0x16, 0x0100).ax == 0x4800
    assert call(bios, 0x16, 0x0000).ax == 0x4800
    assert call(bios, 0x16, 0x1000).ax == 0xE00D


@covers("16h/02h", "16h/12h")
def test_shift_states(bios: Bios) -> None:
    bios.bda.shift_flags = 0xA4
    bios.bda.shift_flags_2 = 0x05
    bios.bda.keyboard_flags_3 = 0x18
    assert call(bios, 0x16, 0x0200).al == 0xA4
    assert call(bios, 0x16, 0x1200).ax == 0x89A4


@covers("16h/0305h")
def test_typematic_rate_reaches_the_keyboard(bios: Bios) -> None:
    call(bios, 0x16, 0x0305, bx=0x0000)
    bios.keyboard.press(0x1E)
    bios.clock.skip_to(2 * MS)
    assert bios.ports.read(0x60) == 0x1E
    bios.clock.skip_to(280 * MS)
    assert bios.ports.read(0x64) & 1


@covers("13h", "13h/00h", "13h/01h", "13h/02h", "13h/08h", "13h/15h")
def test_disk_services_know_of_no_disk(bios: Bios) -> None:
    regs = call(bios, 0x13, 0x0201, dx=0x0000)
    assert (regs.cf, regs.ah, regs.al) == (True, 0x80, 0)
    assert call(bios, 0x13, 0x0100).ah == 0x80
    regs = call(bios, 0x13, 0x0800, dx=0x80)
    assert (regs.cf, regs.ah) == (True, 7)
    regs = call(bios, 0x13, 0x0800, dx=0)
    assert (regs.cf, regs.bl, regs.cx, regs.dx) == (False, 4, 0x4F12, 0x0101)
    assert call(bios, 0x13, 0x1500, dx=0x80).ah == 0
    assert not call(bios, 0x13, 0x0000).cf
    assert call(bios, 0x13, 0x4100, dx=0x80).cf


@covers("14h/01h", "14h/03h", "17h/00h")
def test_serial_and_printer_time_out(bios: Bios) -> None:
    assert call(bios, 0x14, 0x0141).ah & 0x80
    assert call(bios, 0x14, 0x0300, dx=3).ah & 0x80
    assert call(bios, 0x17, 0x0041).ah & 0x01


@covers("15h/2400h", "15h/2401h", "15h/2402h", "15h/2403h")
def test_a20(bios: Bios) -> None:
    heard: list[bool] = []
    bios.on_a20 = heard.append
    call(bios, 0x15, 0x2400)
    assert call(bios, 0x15, 0x2402).al == 0
    call(bios, 0x15, 0x2401)
    assert call(bios, 0x15, 0x2402).al == 1
    assert heard == [False, True]
    assert call(bios, 0x15, 0x2403).bx == 3


@covers("15h/86h")
def test_wait_ends_after_its_microseconds(bios: Bios) -> None:
    with pytest.raises(Wait):
        call(bios, 0x15, 0x8600, cx=0, dx=5000)
    bios.clock.skip_to(4 * MS)
    with pytest.raises(Wait):
        call(bios, 0x15, 0x8600, cx=0, dx=5000)
    bios.clock.skip_to(5 * MS)
    assert not call(bios, 0x15, 0x8600, cx=0, dx=5000).cf
    with pytest.raises(Wait):  # the next one waits anew
        call(bios, 0x15, 0x8600, cx=0, dx=5000)


def test_wait_tells_the_moment_it_ends(bios: Bios) -> None:
    with pytest.raises(Wait) as wait:
        call(bios, 0x15, 0x8600, cx=0, dx=100)
    assert wait.value.until_ps == 100 * US


@covers("15h/83h", "15h/86h")
def test_event_wait_counts_with_the_clock_chip(bios: Bios) -> None:
    rtc = bios.rtc
    assert not call(bios, 0x15, 0x8300, cx=0, dx=1000, es=0x2000, bx=5).cf
    assert rtc.read(REGISTER_B) & PIE
    assert bios.memory.read(0x498, 9) == bytes.fromhex("0500 0020 e8030000 01")
    for function in (0x8300, 0x8600):
        regs = call(bios, 0x15, function, cx=0, dx=1000)
        assert (regs.cf, regs.ah) == (True, 0x83)
    assert not call(bios, 0x15, 0x8301).cf
    assert not rtc.read(REGISTER_B) & PIE
    assert bios.bda.wait_flag == 0
    with pytest.raises(Wait):
        call(bios, 0x15, 0x8600, cx=0, dx=1000)


@covers("15h/87h")
def test_block_move(bios: Bios) -> None:
    bios.memory.write(0x200000, b"extended")
    bios.memory.write(0x30010, bytes.fromhex("ffff 000020 9300 00"))
    bios.memory.write(0x30018, bytes.fromhex("ffff 000004 9300 00"))
    regs = call(bios, 0x15, 0x8700, cx=4, es=0x3000, si=0)
    assert (regs.cf, regs.ah) == (False, 0)
    assert bios.memory.read(0x40000, 8) == b"extended"
    bios.memory.write(0x3001F, b"\xff")
    assert call(bios, 0x15, 0x8700, cx=4, es=0x3000, si=0).cf


@covers("15h/88h", "15h/E801h", "15h/E820h")
def test_memory_sizes(bios: Bios) -> None:
    assert call(bios, 0x15, 0x8800).ax == 3072
    regs = call(bios, 0x15, 0xE801)
    assert (regs.ax, regs.bx, regs.cf) == (3072, 0, False)
    total, regs = 0, FakeRegisters(ebx=0)
    while True:
        regs = call(bios, 0x15, 0xE820, ebx=regs.ebx, ecx=20, edx=0x534D4150, es=0x2000, di=0)
        entry = bios.memory.read(0x20000, 20)
        total += int.from_bytes(entry[8:16], "little") if entry[16] == 1 else 0
        if not regs.ebx:
            break
    assert total == (640 + 3072) * 1024


@covers("15h/C0h")
def test_configuration_table(bios: Bios) -> None:
    regs = call(bios, 0x15, 0xC000)
    table = bios.memory.read((regs.es << 4) + regs.bx, 10)
    assert (table[0], table[2]) == (8, 0xFC)
    assert not regs.cf


@covers("15h", "15h/C1h", "15h/C3h")
@pytest.mark.parametrize("ax", [0xC100, 0xC300, 0x7F00, 0xBF00])
def test_what_is_not_there_says_so(bios: Bios, ax: int) -> None:
    regs = call(bios, 0x15, ax)
    assert (regs.cf, regs.ah) == (True, 0x86)


@covers("15h/4Fh")
def test_keyboard_intercept_lets_keys_through(bios: Bios) -> None:
    regs = call(bios, 0x15, 0x4F1E)
    assert (regs.cf, regs.al) == (True, 0x1E)


@covers("1Ah/00h", "1Ah/01h")
def test_ticks_and_midnight(bios: Bios) -> None:
    bios.bda.ticks = 0x123456
    bios.bda.midnight = 1
    regs = call(bios, 0x1A)
    assert (regs.cx, regs.dx, regs.al) == (0x12, 0x3456, 1)
    assert call(bios, 0x1A).al == 0
    call(bios, 0x1A, 0x0100, cx=1, dx=2)
    assert bios.bda.ticks == 0x10002


@covers("1Ah/02h", "1Ah/03h", "1Ah/04h", "1Ah/05h")
def test_clock_and_date(bios: Bios) -> None:
    bios.rtc.time = datetime(1993, 12, 10, 15, 30, 45)
    regs = call(bios, 0x1A, 0x0200)
    assert (regs.cx, regs.dh) == (0x1530, 0x45)
    regs = call(bios, 0x1A, 0x0400)
    assert (regs.cx, regs.dx) == (0x1993, 0x1210)
    assert not call(bios, 0x1A, 0x0500, cx=0x2004, dx=0x0229).cf
    assert not call(bios, 0x1A, 0x0300, cx=0x0102, dx=0x0300).cf
    assert bios.rtc.time == datetime(2004, 2, 29, 1, 2, 3)
    assert call(bios, 0x1A, 0x0500, cx=0x2005, dx=0x0229).cf
    assert call(bios, 0x1A, 0x0300, cx=0x2500, dx=0).cf


@covers("1Ah/06h", "1Ah/07h")
def test_alarm_raises_irq_8(bios: Bios) -> None:
    bios.rtc.time = datetime(1993, 12, 10, 15, 30, 45)
    assert not call(bios, 0x1A, 0x0600, cx=0x1530, dx=0x5000).cf
    assert call(bios, 0x1A, 0x0600, cx=0x1530, dx=0x5000).cf
    bios.ports.write(0x21, 0xFB)
    bios.clock.skip_to(6 * SECOND)
    assert bios.pic.accept() == 0x70
    call(bios, 0x1A, 0x0700)
    assert not call(bios, 0x1A, 0x0600).cf


@covers("18h", "19h")
def test_restart_is_the_machine_s_business(bios: Bios) -> None:
    heard: list[int] = []
    bios.on_reboot = lambda: heard.append(1)
    call(bios, 0x19)
    call(bios, 0x18)
    assert heard == [1, 1]


WORD, DOUBLE = st.integers(0, 0xFFFF), st.integers(0, 0xFFFFFFFF)


@covers("05h", "13h/03h", "14h", "14h/00h", "16h/03h", "17h", "1Ah")
@settings(max_examples=400, deadline=None)
@given(
    st.sampled_from([0x05, 0x10, 0x11, 0x12, 0x13, 0x14, 0x15, 0x16, 0x17, 0x1A]),
    WORD,
    st.fixed_dictionaries(dict.fromkeys(("ebx", "ecx", "edx", "esi", "edi", "ebp"), DOUBLE)),
    st.fixed_dictionaries(dict.fromkeys(("ds", "es", "cs", "ss", "ip", "sp"), WORD)),
    st.binary(max_size=64),
    st.integers(0x10, 0xAC),
)
def test_no_registers_break_a_service(
    vector: int, ax: int, wide: dict[str, int], words: dict[str, int], junk: bytes, where: int
) -> None:
    """Also with junk written over the BIOS data area: it is the program's memory."""
    bios = make_bios(Memory(0x110000), Clock())
    bios.memory.write(BASE + where, junk)
    for function in (ax, ax & 0x1FFF, ax & 0x1F03):
        regs = FakeRegisters(**wide, **words)
        regs.ax = function
        try:
            bios.call(vector, regs)
        except Wait:
            continue
    bios.clock.skip_to(bios.clock.now_ps + MS)


@covers("10h/0Bh", "10h/1103h")
@settings(max_examples=200, deadline=None)
@given(st.integers(0, 0x1F), st.integers(0, 255), WORD, WORD, WORD, st.sampled_from([0, 3, 4, 7, 0x12, 0x13]))
def test_no_video_call_breaks_in_any_mode(ah: int, al: int, bx: int, cx: int, dx: int, mode: int) -> None:
    bios = make_bios(Memory(0x110000), Clock())
    bios.set_mode(mode)
    for _ in range(2):
        bios.call(0x10, FakeRegisters(ax=ah << 8 | al, bx=bx, cx=cx, dx=dx, es=0x2000, bp=0xFFF0, di=0xFFF0))
        bios.call(0x10, FakeRegisters(ax=0x0E41))
    assert bios.memory.read(0xF0000, 3) == b"\x0f\xff\xcf"
