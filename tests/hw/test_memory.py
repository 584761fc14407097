"""Guest RAM whose pages below 1,088 KB show other pages."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hw.dma import Dma
from hw.memory import Memory
from hw.ports import PortBus

SIZE = 0x140000
PAGE = 0x1000


def test_a_shown_page_is_read_and_written_by_all_methods() -> None:
    memory = Memory(SIZE)
    memory.show_page(0xE0, 0x120)
    memory.set_u32(0xE0000, 0x44434241)
    assert memory.read(0x120000, 4) == b"ABCD"
    assert (memory.u8(0xE0001), memory.u16(0xE0002), memory.asciiz(0xE0000)) == (0x42, 0x4443, b"ABCD")
    memory.fill(0xDFFFF, 3, 0x7A)
    assert (memory.u8(0xDFFFF), memory.read(0x120000, 3)) == (0x7A, b"zzC")
    memory.show_page(0xE0, 0xE0)
    assert memory.u8(0xE0000) == 0


def test_values_across_two_pages_that_are_not_neighbours() -> None:
    memory = Memory(SIZE)
    memory.show_page(0xE0, 0x130)
    memory.show_page(0xE1, 0x120)
    memory.set_u32(0xE0FFE, 0x12345678)
    assert (memory.u16(0x130FFE), memory.u16(0x120000)) == (0x5678, 0x1234)
    assert memory.u32(0xE0FFE) == 0x12345678


@pytest.mark.parametrize(("page", "target"), [(0x110, 0), (0, SIZE // PAGE)])
def test_only_low_pages_show_others_and_only_ram(page: int, target: int) -> None:
    with pytest.raises(ValueError, match="only pages below"):
        Memory(SIZE).show_page(page, target)


def test_the_ends_are_checked_as_before() -> None:
    memory = Memory(SIZE)
    memory.show_page(0, 0x13F)
    for read in (lambda: memory.read(SIZE - 1, 2), lambda: memory.u32(SIZE - 3), lambda: memory.u8(-1)):
        with pytest.raises(IndexError):
            read()
    with pytest.raises(IndexError):
        memory.write(SIZE - 1, b"ab")


def test_dma_sees_what_the_cpu_sees() -> None:
    bus, memory = PortBus(), Memory(SIZE)
    dma = Dma(bus, memory)
    memory.show_page(0xE0, 0x120)
    memory.write(0xE0000, b"sound")
    for port, value in ((0x0B, 0x49), (0x02, 0), (0x02, 0), (0x83, 0x0E), (0x03, 4), (0x03, 0), (0x0A, 1)):
        bus.write(port, value)
    assert dma.read(1, 5) == b"sound"


@given(
    st.lists(
        st.tuples(st.integers(0, 7), st.integers(0, 7), st.integers(0, 8 * PAGE - 1), st.binary(max_size=3 * PAGE)),
        max_size=20,
    )
)
def test_it_is_a_table_of_pages(steps: list[tuple[int, int, int, bytes]]) -> None:
    memory = Memory(12 * PAGE)
    table, ram = list(range(12)), bytearray(12 * PAGE)
    for page, target, at, data in steps:
        memory.show_page(page, target)
        table[page] = target
        memory.write(at, data)
        for index, byte in enumerate(data, at):
            ram[table[index // PAGE] * PAGE + index % PAGE] = byte
        shown = bytes(ram[table[index // PAGE] * PAGE + index % PAGE] for index in range(at, at + len(data)))
        assert memory.read(at, len(data)) == shown
    assert bytes(memoryview(memory)) == ram


def test_all_bytes_as_the_cpu_sees_them() -> None:
    memory = Memory(0x110000)
    memory.show_page(0xD0, 0x20)
    memory.write(0xD0000, b"page")
    assert bytes(memory)[0xD0000:0xD0004] == bytes(memory)[0x20000:0x20004] == b"page"
    assert bytes(memoryview(memory)[0xD0000:0xD0004]) == bytes(4)
