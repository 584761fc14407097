from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hw.memory import Memory
from int21.arena import FREE, Arena, Fit, NoRoom
from int21.errors import DosError, ErrorCode

FIRST, END = 0x100, 0x1000


def new_arena() -> Arena:
    return Arena(Memory(0x20000), FIRST, END)


def test_a_block_is_headed_by_an_mcb_with_letter_owner_and_size():
    arena = new_arena()
    segment = arena.allocate(0x20, owner=0x1234, name=b"EDIT")
    mcb = arena.memory.read((segment - 1) << 4, 16)
    assert mcb == b"M\x34\x12\x20\x00\0\0\0EDIT\0\0\0\0"
    assert arena.memory.read((segment + 0x20) << 4, 1) == b"Z"


@pytest.mark.parametrize(
    ("fit", "hole"), [(Fit.FIRST, "large"), (Fit.BEST, "small"), (Fit.LAST, "end")], ids=lambda v: str(v)
)
def test_strategies_choose_their_hole(fit: Fit, hole: str):
    arena = new_arena()
    large = arena.allocate(0x40, 1)
    arena.allocate(1, 1)
    small = arena.allocate(0x10, 1)
    arena.allocate(1, 1)
    arena.free(large)
    arena.free(small)
    arena.strategy = fit
    expected = {"large": large, "small": small, "end": END - 0x10}[hole]
    assert arena.allocate(0x10, 2) == expected


def test_too_much_tells_the_largest_block():
    arena = new_arena()
    with pytest.raises(NoRoom) as error:
        arena.allocate(0xFFFF, 1)
    assert error.value.available == END - FIRST - 1
    assert arena.allocate(error.value.available, 1) == FIRST + 1


def test_growing_takes_the_free_neighbour_and_stops_at_a_used_one():
    arena = new_arena()
    first = arena.allocate(0x10, 1)
    second = arena.allocate(0x10, 1)
    arena.allocate(0x10, 1)
    arena.free(second)
    arena.resize(first, 0x21)
    assert arena.block(first).size == 0x21
    with pytest.raises(NoRoom) as error:
        arena.resize(first, 0x22)
    assert error.value.available == 0x21


def test_free_of_an_address_inside_a_block_is_error_9():
    arena = new_arena()
    segment = arena.allocate(0x10, 1)
    with pytest.raises(DosError) as error:
        arena.free(segment + 1)
    assert error.value.code is ErrorCode.INVALID_MCB_ADDRESS


@pytest.mark.parametrize("damage", [b"\0", b"M\x01\0\xff\xff", b"Z\0\0\xff\xff"])
def test_a_damaged_chain_is_error_7(damage: bytes):
    arena = new_arena()
    segment = arena.allocate(0x10, 1)
    arena.memory.write((segment + 0x10) << 4, damage)
    for act in (lambda: arena.allocate(1, 1), lambda: arena.free(0x999), arena.largest_free):
        with pytest.raises(DosError) as error:
            act()
        assert error.value.code is ErrorCode.MCB_DESTROYED


steps = st.lists(
    st.tuples(st.sampled_from(["allocate", "free", "resize", "free_all"]), st.integers(0, 7), st.integers(0, 0x800)),
    max_size=40,
)


@given(steps, st.sampled_from(list(Fit)))
def test_any_use_keeps_the_chain_whole_and_the_blocks_apart(sequence: list[tuple[str, int, int]], fit: Fit):
    arena = new_arena()
    arena.strategy = fit
    held: dict[int, int] = {}
    too_large: list[tuple[int, int]] = []
    for action, which, size in sequence:
        target = sorted(held)[which % len(held)] if held else FIRST + 1 + which
        try:
            if action == "allocate":
                segment = arena.allocate(size, owner=1 + which)
                assert segment not in held
                held[segment] = size
            elif action == "free" and held:
                arena.free(target)
                del held[target]
            elif action == "resize" and held:
                arena.resize(target, size)
                held[target] = size
            elif action == "free_all":
                arena.free_all(1 + which)
                held = {s: n for s, n in held.items() if arena.block(s).owner != FREE}
        except NoRoom as error:
            too_large.append((error.available, size))
            if action == "resize":
                held[target] = error.available
        blocks = list(arena.blocks())
        assert blocks[0].segment == FIRST + 1
        assert all(b.segment + b.size + 1 == n.segment for b, n in pairwise(blocks))
        assert blocks[-1].segment + blocks[-1].size == END
        assert {b.segment: b.size for b in blocks if b.owner != FREE} == held
    assert all(available < size for available, size in too_large)
