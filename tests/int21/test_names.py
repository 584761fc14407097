from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from int21 import names


@pytest.mark.parametrize(
    ("given_name", "expected"),
    [
        (b"a.b", b"A.B"),
        (b"autoexec.batch", b"AUTOEXEC.BAT"),
        (b"name.", b"NAME"),
        (b"tar.gz.z", b"TAR.GZ"),
        (b"padded  .c  ", b"PADDED.C"),
        (b"~$&{}'()#@!%-_`^", b"~$&{}'()"),
        (b"gr\x81n", b"GR\x9aN"),
        (b"a+b", None),
        (b"a\x01", None),
        (b"*.*", None),
        (b"", None),
        (b".", None),
    ],
)
def test_names_are_cut_to_8_3_and_put_in_upper_case(given_name: bytes, expected: bytes | None) -> None:
    assert names.normalise(given_name) == expected


@pytest.mark.parametrize(
    ("pattern", "fits", "fits_not"),
    [
        (b"*.*", [b"A", b"A.B"], []),
        (b"*", [b"A"], [b"A.B"]),
        (b"*.c", [b"A.C", b"LONGNAME.C"], [b"A.CC", b"A"]),
        (b"a??.*", [b"A", b"ABC.D"], [b"ABCD", b"B"]),
        (b"a*c.*", [b"ABC", b"ABD"], [b"B"]),
    ],
)
def test_wildcards(pattern: bytes, fits: list[bytes], fits_not: list[bytes]) -> None:
    template = names.normalise(pattern, wild=True)
    assert [name for name in fits + fits_not if names.matches(template, name)] == fits


def test_aliases_do_not_depend_on_the_order_of_the_folder() -> None:
    hosts = ["longfilename2.txt", "longfilename1.txt", "README", "readme", "ReadMe", "x.tar.gz"]
    first = names.assign_aliases(hosts)
    assert first == names.assign_aliases(reversed(hosts))
    assert first == {
        b"LONGFI~1.TXT": "longfilename1.txt",
        b"LONGFI~2.TXT": "longfilename2.txt",
        b"README": "README",
        b"README~1": "ReadMe",
        b"README~2": "readme",
        b"XTAR~1.GZ": "x.tar.gz",
    }


def test_a_file_keeps_its_alias_when_others_come_and_go() -> None:
    before = names.assign_aliases(["longfilename5.txt"])
    known = {host: alias for alias, host in before.items()}
    after = names.assign_aliases(["longfilename5.txt", "longfilename1.txt"], known)
    assert after[b"LONGFI~1.TXT"] == "longfilename5.txt"
    assert after[b"LONGFI~2.TXT"] == "longfilename1.txt"


def test_a_real_name_that_looks_like_an_alias_goes_before_it() -> None:
    assert names.assign_aliases(["verylongname", "VERYLO~1"]) == {
        b"VERYLO~1": "VERYLO~1",
        b"VERYLO~2": "verylongname",
    }


def test_files_called_like_a_device_can_be_reached() -> None:
    assert names.assign_aliases(["aux.c", "con"]) == {b"AUX~1.C": "aux.c", b"CON~1": "con"}


def test_more_files_than_one_digit_can_number() -> None:
    aliases = names.assign_aliases(f"some long name {n}.text" for n in range(1200))
    assert len(aliases) == 1200
    assert all(names.normalise(alias) == alias for alias in aliases)


@given(st.lists(st.text(min_size=1, max_size=20), unique=True, max_size=30))
def test_every_host_name_gets_one_good_name(hosts: list[str]) -> None:
    aliases = names.assign_aliases(hosts)
    assert sorted(aliases.values()) == sorted(hosts)
    for alias in aliases:
        assert names.normalise(alias) == alias
        assert names.from_fcb(names.to_fcb(alias)) == alias


@given(st.binary(max_size=20), st.booleans())
def test_whatever_a_program_asks_for_is_a_name_or_none(name: bytes, wild: bool) -> None:
    result = names.normalise(name, wild=wild)
    if result is not None:
        assert names.from_fcb(names.to_fcb(result)) == result
        assert not set(result) & set(b"/\\:\0")
        assert wild or not names.is_wild(result)
