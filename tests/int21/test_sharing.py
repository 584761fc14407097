from __future__ import annotations

import itertools

import pytest

from int21.errors import DosError, ErrorCode
from int21.sharing import Access, Share, Sharing


def goes(first: str, second: str, *, read_only: bool = False) -> bool:
    """Whether two opens go together: an access letter and a sharing letter, as "RW" for read, deny write."""
    access = {"R": Access.READ, "W": Access.WRITE, "B": Access.BOTH}
    share = {
        "C": Share.COMPATIBLE,
        "A": Share.DENY_ALL,
        "W": Share.DENY_WRITE,
        "R": Share.DENY_READ,
        "N": Share.DENY_NONE,
    }
    table = Sharing()
    table.add("file", 1, access[first[0]], share[first[1]])
    return table.allows("file", access[second[0]], share[second[1]], read_only=read_only)


ALLOWED = {
    ("RW", "RW"), ("RW", "RN"), ("WW", "RR"), ("WW", "RN"), ("BW", "RN"),
    ("RR", "WW"), ("RR", "WN"), ("WR", "WR"), ("WR", "WN"), ("BR", "WN"),
    ("RN", "RW"), ("RN", "WW"), ("RN", "BW"), ("RN", "RN"), ("RN", "WN"), ("RN", "BN"),
    ("WN", "RR"), ("WN", "WR"), ("WN", "BR"), ("WN", "RN"), ("WN", "WN"), ("WN", "BN"),
    ("BN", "RN"), ("BN", "WN"), ("BN", "BN"),
}  # fmt: skip


MODES = ["".join(pair) for pair in itertools.product("RWB", "AWRN")]


@pytest.mark.parametrize(("first", "second"), list(itertools.product(MODES, repeat=2)))
def test_the_table_of_share(first: str, second: str) -> None:
    assert goes(first, second) == ((first, second) in ALLOWED)


def test_compatibility_mode_goes_with_itself_or_with_readers_of_protected_files() -> None:
    assert goes("BC", "BC")
    assert not goes("RC", "RW")
    assert not goes("RN", "RC")
    assert goes("RC", "RW", read_only=True)
    assert goes("RN", "RC", read_only=True)
    assert not goes("RA", "RC", read_only=True)


def test_a_file_is_free_again_when_closed() -> None:
    table = Sharing()
    table.add("file", 1, Access.BOTH, Share.DENY_ALL)
    assert not table.may_change("file")
    table.remove("file", 1)
    assert table.allows("file", Access.BOTH, Share.DENY_ALL)
    assert table.may_change("file")
    assert not table


def test_locks_are_undone_as_they_were_made() -> None:
    table = Sharing()
    table.add("file", 1, Access.BOTH, Share.DENY_NONE)
    table.lock("file", 1, 0, 10)
    for owner, start, size in ((1, 0, 5), (2, 0, 10), (1, 1, 9)):
        with pytest.raises(DosError) as raised:
            table.unlock("file", owner, start, size)
        assert raised.value.code is ErrorCode.LOCK_VIOLATION
    table.unlock("file", 1, 0, 10)
    table.lock("file", 2, 5, 1)


def test_there_is_an_end_to_locks() -> None:
    table = Sharing()
    table.add("file", 1, Access.BOTH, Share.DENY_NONE)

    def lock_all() -> None:
        for start in range(100_000):
            table.lock("file", 1, start, 1)

    with pytest.raises(DosError) as raised:
        lock_all()
    assert raised.value.code is ErrorCode.SHARING_BUFFER_OVERFLOW
