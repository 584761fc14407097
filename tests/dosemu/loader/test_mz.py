"""MZ files: sizes, relocations and every kind of wrong header."""

from __future__ import annotations

import pytest

from dosemu.loader import LoadError, load_image, mz
from int21.errors import ErrorCode
from tests.dosemu.loader.builders import make_exe


def error_of(data: bytes) -> LoadError:
    with pytest.raises(LoadError) as caught:
        load_image(data)
    return caught.value


def test_start_registers_and_memory_wishes_come_from_the_header() -> None:
    image = load_image(make_exe(e_cs=2, e_ip=3, e_ss=4, e_sp=0x100, e_minalloc=5, e_maxalloc=6))
    assert (image.kind, image.cs, image.ip, image.ss, image.sp) == ("exe", 2, 3, 4, 0x100)
    assert (image.min_paragraphs, image.max_paragraphs, image.load_high) == (5, 6, False)


def test_the_old_signature_is_an_exe_too() -> None:
    assert load_image(make_exe(magic=b"ZM")).kind == "exe"


def test_whole_pages_are_loaded_as_dos_does() -> None:
    image = load_image(make_exe(b"\x90" * 10, extra=b"X" * 1000))
    assert len(image.data) == 512 - 32
    assert image.data[:12] == b"\x90" * 10 + b"XX"


def test_a_file_without_the_rest_of_its_last_page_is_filled_up() -> None:
    image = load_image(make_exe(b"\x90" * 10))
    assert image.data == (b"\x90" * 10).ljust(512 - 32, b"\0")


def test_one_missing_page_is_too_much() -> None:
    whole = make_exe(b"\x90" * 1504)  # 3 pages exactly
    assert len(load_image(whole[:-511]).data) == 1504
    error = error_of(whole[:-512])
    assert error.code is ErrorCode.INVALID_FORMAT
    assert error.reason == "truncated EXE: 1504 bytes of program announced, 992 in the file"


def test_max_allocation_of_zero_loads_high() -> None:
    assert load_image(make_exe(e_maxalloc=0)).load_high
    assert load_image(make_exe(e_maxalloc=0, e_minalloc=9)).load_high


@pytest.mark.parametrize(("cblp", "end"), [(0, 1024), (4, 1024), (1, 513), (511, 1023), (512, 1024)])
def test_end_of_the_linkers_image(cblp: int, end: int) -> None:
    assert mz.parse_header(make_exe(bytes(1000), e_cblp=cblp, e_cp=2)).file_end == end


def test_relocations_are_normalised_places_in_the_image() -> None:
    image = load_image(make_exe(bytes(64), [(0, 5), (2, 0x10), (0xFFF0, 0x108)]))
    assert image.relocations == [(0, 5), (3, 0), (0, 8)]


@pytest.mark.parametrize("place", [(0, 480), (0, 479), (0x1000, 0), (0xFFFF, 0xF), (0, 0xFFFF)])
def test_relocations_outside_the_program_are_refused(place: tuple[int, int]) -> None:
    error = error_of(make_exe(bytes(16), [place], e_cparhdr=2))
    assert error.code is ErrorCode.INVALID_FORMAT
    assert "lies outside the program" in error.reason


def test_the_last_word_of_the_image_can_be_relocated() -> None:
    assert load_image(make_exe(bytes(16), [(0, 478)], e_cparhdr=2)).relocations == [(29, 14)]


def test_a_relocation_table_beyond_the_file_is_refused() -> None:
    assert error_of(make_exe(e_crlc=1, e_lfarlc=0x4000)).reason.startswith("broken EXE: 1 relocations at 0x4000")


def test_a_table_position_without_relocations_does_not_matter() -> None:
    assert load_image(make_exe(e_crlc=0, e_lfarlc=0xFFFF)).relocations == []


@pytest.mark.parametrize("size", [2, 3, 27])
def test_a_file_that_ends_in_its_header_is_refused(size: int) -> None:
    assert "truncated EXE" in error_of(make_exe()[:size]).reason


def test_a_header_larger_than_the_file_is_refused() -> None:
    error = error_of(make_exe(e_cparhdr=0xFFFF))
    assert (error.code, error.reason) == (
        ErrorCode.INVALID_FORMAT,
        "broken EXE: a header of 1048560 bytes in a file of 34",
    )


@pytest.mark.parametrize("pages", [0, 1])
def test_an_image_without_bytes_is_refused(pages: int) -> None:
    data = make_exe(bytes(600), e_cparhdr=32, e_cp=pages)
    assert "hold no code" in error_of(data).reason


@pytest.mark.parametrize("changes", [{"e_cp": 0xFFFF}, {"e_minalloc": 0xFFFF}])
def test_more_than_a_megabyte_never_fits(changes: dict[str, int]) -> None:
    error = error_of(make_exe(**changes))
    assert error.code is ErrorCode.INSUFFICIENT_MEMORY
    assert "KB of conventional memory" in error.reason
