"""What a file is, what is refused and why, and that no bytes can do harm."""

from __future__ import annotations

import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dosemu.loader import FileKind, LoadError, detect, foreign, load_image, why_not_dos
from int21.errors import ErrorCode
from tests.dosemu.loader.builders import FIELDS, make_exe


def with_new_header(signature: bytes, **changes: int) -> bytes:
    """An MZ stub of 128 bytes and a new-executable header behind it."""
    stub = bytearray(make_exe(bytes(32) + b"\xcd\x20".ljust(64), **({"e_lfarlc": 0x40, "e_cparhdr": 4} | changes)))
    stub[0x3C:0x40] = (0x80).to_bytes(4, "little")
    return bytes(stub) + signature + bytes(60)


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"", FileKind.EMPTY),
        (b"\xcd\x20", FileKind.COM),
        (b"\x00", FileKind.COM),
        (make_exe(), FileKind.MZ),
        (make_exe(magic=b"ZM"), FileKind.MZ),
        (with_new_header(b"NE"), FileKind.NE),
        (with_new_header(b"LE\0\0"), FileKind.LE),
        (with_new_header(b"LX\0\0"), FileKind.LX),
        (with_new_header(b"PE\0\0"), FileKind.PE),
        (with_new_header(b"W3"), FileKind.W3),
        (with_new_header(b"W4"), FileKind.W4),
        (with_new_header(b"ZZ"), FileKind.MZ),
        (b"\x7fELF\x02\x01\x01", FileKind.FOREIGN),
        (b"Hello, world!\r\n\x1a", FileKind.TEXT),
        ("Grüße\n".encode(), FileKind.TEXT),
        ("Grüße\n".encode("cp437"), FileKind.COM),
    ],
)
def test_kind_by_content(data: bytes, kind: FileKind) -> None:
    assert detect(data) is kind


def test_content_decides_not_the_extension() -> None:
    assert load_image(make_exe(), "A.COM").kind == "exe"
    assert load_image(b"\xcd\x20", "A.EXE").kind == "com"


def test_com_sizes() -> None:
    assert len(load_image(bytes(65280)).data) == 65280
    with pytest.raises(LoadError, match="at most 65280") as caught:
        load_image(bytes(65281))
    assert caught.value.code is ErrorCode.INSUFFICIENT_MEMORY


def test_messages_name_the_file_when_it_is_known() -> None:
    with pytest.raises(LoadError, match=r"A\.EXE: an empty file"):
        load_image(b"", "A.EXE")


@pytest.mark.parametrize("kind", [b"NE", b"LE\0\0", b"LX\0\0", b"PE\0\0", b"W3"])
def test_a_new_executable_runs_its_stub(kind: bytes) -> None:
    data = with_new_header(kind)
    image = load_image(data)
    assert image.data.startswith(b"\xcd\x20   ")
    assert why_not_dos(data, "GAME.EXE") is None


def test_a_windows_program_without_a_stub_says_so() -> None:
    reason = why_not_dos(with_new_header(b"PE\0\0", e_cp=0), "setup.exe")
    assert reason is not None
    assert reason.startswith("PE, 32-bit Windows (Win32) or DOS extender program, without a DOS program in it")


@pytest.mark.parametrize(
    ("data", "name", "words"),
    [
        (b"", "a.exe", "empty file"),
        (b"\x7fELF", "ls", "ELF"),
        (b"\x7fELF", "ls.com", "ELF"),
        (b"PE\0\0", "a.exe", "PE image"),
        (b"#!/bin/sh\n", "run", "script"),
        (b"PK\x03\x04\x14", "a.zip", "ZIP"),
        (b"\x89PNG\r\n\x1a\n", "a.png", "PNG"),
        (b"%PDF-1.4", "a.pdf", "PDF"),
        (gzip.compress(b"x"), "a.gz", "gzip"),
        (b"\xcf\xfa\xed\xfe\x07", "a.out", "Mach-O"),
        (b"read me\n", "README", "a text file"),
        (b"read me\n", "README.EXE", "a text file"),
        (b"MZ", "A.EXE", "truncated EXE"),
        (bytes(70000), "A.BIN", "at most 65280"),
    ],
)
def test_what_is_not_a_dos_program(data: bytes, name: str, words: str) -> None:
    reason = why_not_dos(data, name)
    assert reason is not None
    assert words in reason
    assert "\n" not in reason


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"\xcd\x20", "A.COM"),
        (b"\xc3", "A"),
        (b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$TEST$H+H*", "TEST.COM"),  # a program of printable bytes
        (b"PKLITE", "PK.COM"),
        (b"\x1f\x8b\xec\xc3", "A.COM"),
        (b"@echo off\r\n", "A.BAT"),
        (make_exe(), "A"),
    ],
)
def test_valid_programs_are_not_refused(data: bytes, name: str) -> None:
    assert why_not_dos(data, name) is None


def check(data: bytes) -> None:
    """Any file either loads, with everything inside its own memory, or is refused with a reason."""
    detect(data)
    reason = why_not_dos(data, "X.COM")
    try:
        image = load_image(data)
    except LoadError:
        assert reason
        return
    assert reason is None or foreign.find(data)
    assert 0 < len(image.data) <= 0x100000
    for segment, offset in image.relocations:
        assert segment * 16 + offset + 2 <= len(image.data)


@given(st.binary(max_size=2000))
def test_any_bytes_load_within_bounds_or_are_refused(data: bytes) -> None:
    check(data)


@given(
    st.fixed_dictionaries({}, optional={name: st.integers(0, 0xFFFF) | st.integers(0, 64) for name in FIELDS}),
    st.binary(max_size=1200),
    st.lists(st.tuples(st.integers(0, 0xFFFF), st.integers(0, 0xFFFF)), max_size=5),
)
def test_any_header_loads_within_bounds_or_is_refused(
    changes: dict[str, int], image: bytes, places: list[tuple[int, int]]
) -> None:
    check(make_exe(image, places, **changes))
