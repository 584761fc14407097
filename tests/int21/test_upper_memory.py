"""Upper memory as DOS manages it: the chain, its link, and where programs are put."""

from __future__ import annotations

from pathlib import Path

import pytest

from hw.memory import Memory
from int21.arena import UPPER_FIRST, UPPER_ONLY, Arena, NoRoom
from int21.errors import DosError, ErrorCode
from int21.settings import DosSettings
from tests.covers import covers
from tests.int21.machine import Guest

UPPER = (0xC800, 0xE000)


@pytest.fixture
def arena() -> Arena:
    return Arena(Memory(0x100000), 0x1000, 0xA000, UPPER)


def test_the_block_that_covers_video_memory_takes_the_last_paragraph(arena: Arena) -> None:
    conventional = list(arena.blocks())[-1]
    assert conventional.segment + conventional.size == 0x9FFF
    hole, free = arena.upper_blocks()
    assert (hole.segment, hole.size, hole.name) == (0xA000, 0x2800, b"SC\0\0\0\0\0\0")
    assert (free.segment, free.size, free.last) == (0xC801, 0x17FF, True)


def test_linking_and_unlinking_leaves_the_chain_whole(arena: Arena) -> None:
    arena.link(True)
    assert [block.segment for block in arena.blocks()] == [0x1001, 0xA000, 0xC801]
    arena.link(True)
    arena.link(False)
    assert [block.segment for block in arena.blocks()] == [0x1001]
    assert next(arena.blocks()).last


@pytest.mark.parametrize(
    ("strategy", "linked", "upper"),
    [
        (0, True, False),
        (UPPER_ONLY, False, False),
        (UPPER_ONLY, True, True),
        (UPPER_FIRST, True, True),
        (2, True, True),
    ],
)
def test_strategies(arena: Arena, strategy: int, linked: bool, upper: bool) -> None:
    arena.link(linked)
    arena.strategy = strategy
    assert (arena.allocate(0x10, 1) > 0xA000) is upper


def test_upper_only_never_falls_back(arena: Arena) -> None:
    arena.link(True)
    arena.strategy = UPPER_ONLY
    with pytest.raises(NoRoom) as error:
        arena.allocate(0x4000, 1)
    assert error.value.available == 0x17FF
    arena.strategy = UPPER_FIRST
    assert arena.allocate(0x4000, 1) < 0xA000


def test_blocks_of_unlinked_upper_memory_can_be_freed_and_end_with_their_program(arena: Arena) -> None:
    arena.link(True)
    arena.strategy = UPPER_ONLY
    first, second = arena.allocate(0x10, 7), arena.allocate(0x10, 7)
    arena.link(False)
    arena.resize(first, 8)
    arena.free(first)
    arena.free_all(7)
    arena.link(True)
    assert arena.largest_free() == 0x17FF
    with pytest.raises(DosError) as error:
        arena.free(second)
    assert error.value.code is ErrorCode.INVALID_MCB_ADDRESS


def test_a_shortened_chain_has_no_way_up(arena: Arena) -> None:
    block = next(arena.blocks())
    block.size -= 0x100
    with pytest.raises(DosError) as error:
        arena.link(True)
    assert error.value.code is ErrorCode.MCB_DESTROYED
    assert not arena.linked


def test_the_link_without_upper_memory_is_an_invalid_function(tmp_path: Path) -> None:
    guest = Guest(tmp_path)
    regs = guest.call(0x5803, bx=1)
    assert (regs.cf, regs.ax) == (True, 1)
    assert guest.call(0x5802).al == 0
    lists = guest.call(0x5200)
    assert guest.memory.u16((lists.es << 4) + lists.bx + 0x66) == 0xFFFF


@covers("21h/5802h")
def test_the_link_shows_in_the_list_of_lists(tmp_path: Path) -> None:
    guest = Guest(tmp_path, settings=DosSettings(upper_memory=UPPER))
    guest.call(0x5803, bx=1)
    lists = guest.call(0x5200)
    at = (lists.es << 4) + lists.bx
    assert (guest.memory.u8(at + 0x63), guest.memory.u16(at + 0x66)) == (1, 0x9FFF)
    assert guest.call(0x5802).al == 1


@covers("21h/5801h", "21h/5803h")
def test_a_program_is_loaded_high_where_it_fits(tmp_path: Path) -> None:
    guest = Guest(tmp_path, settings=DosSettings(upper_memory=UPPER))
    guest.dos.arena.resize(guest.dos.psp, 0x1000)
    guest.call(0x5803, bx=1)
    guest.call(0x5801, bx=UPPER_FIRST)
    (tmp_path / "SMALL.COM").write_bytes(b"\xcd\x20")
    (tmp_path / "LARGE.COM").write_bytes(bytes(0xF000))
    guest.dos.arena.allocate(0x1600, 8)  # of 17FFh: too little is left for the large one
    for name, upper in ((b"SMALL.COM", True), (b"LARGE.COM", False)):
        segment, offset = guest.put(name + b"\0")
        guest.put(bytes(22), 0x100)
        parent, stack = guest.dos.psp, (guest.regs.ss, guest.regs.sp)
        regs = guest.call(0x4B01, ds=segment, dx=offset, es=segment, bx=0x100)
        assert not regs.cf
        assert (guest.dos.psp > 0xA000) is upper
        guest.dos.psp = parent
        regs.ss, regs.sp = stack
