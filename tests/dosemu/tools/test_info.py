"""dosemu info: what is shown of a program file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dosemu.errors import ProgramNotFound
from dosemu.tools.info import inspect, inspect_bytes, main
from tests.dosemu.loader.builders import FIELDS, make_exe


def test_an_exe() -> None:
    image = bytearray(2000)
    image[16:18] = (0x40).to_bytes(2, "little")
    data = make_exe(
        bytes(image),
        [(1, 0)],
        extra=b"overlay",
        e_cs=1,
        e_ip=2,
        e_ss=0x60,
        e_sp=0x400,
        e_minalloc=0x80,
        e_maxalloc=0x100,
    )
    info = inspect_bytes(data, "A.EXE")
    assert (info.kind, info.problem) == ("mz", None)
    assert (info.entry, info.stack, info.relocations) == ("0001:0002", "0060:0400", 1)
    assert info.segments == ("0001", "0040", "0060")
    assert (info.load_size, info.extra_size) == (2000, 7)
    # 4 pages less the header of 2 paragraphs, the PSP, and 80h or 100h paragraphs more.
    assert (info.memory_min_kb, info.memory_max_kb) == (5, 7)
    assert info.header["e_magic"] == "MZ"
    assert info.header["e_minalloc"] == 0x80


def test_all_of_memory() -> None:
    assert inspect_bytes(make_exe()).memory_max_kb == 640
    high = inspect_bytes(make_exe(e_maxalloc=0))
    assert (high.loads_high, high.memory_max_kb) == (True, 640)


def packed(offset: int, mark: bytes) -> bytes:
    data = bytearray(make_exe(bytes(600), e_cparhdr=4))
    data[offset : offset + len(mark)] = mark
    return bytes(data)


@pytest.mark.parametrize(
    ("data", "packer"),
    [
        (packed(0x1C, b"LZ09"), "LZEXE 0.90"),
        (packed(0x1C, b"LZ91"), "LZEXE 0.91"),
        (packed(0x1C, b"\x0f\x11PKLITE Copr. 1990-92 PKWARE Inc."), "PKLITE"),
        (packed(0x1C, b"diet"), "DIET"),
        (packed(0x1C, b"WWP"), "WWPACK"),
        (packed(0x100, b"UPX!"), "UPX"),
        (packed(0x100, b"Packed file is corrupt"), "EXEPACK"),
        (make_exe(bytes(16) + b"RB" + bytes(300), e_cs=0, e_ip=18), "EXEPACK"),
        (b"\xb8\x00\x10\xba\x00\x02" + bytes(40) + b"PKLITE Copr. 1992", "PKLITE"),
        (make_exe(bytes(600)), None),
    ],
)
def test_packers(data: bytes, packer: str | None) -> None:
    assert inspect_bytes(data).packer == packer


@pytest.mark.parametrize(
    ("mark", "extender"),
    [
        (b"go32stub, v 2.00", "go32 v2 (DJGPP)"),
        (b"DOS/4GW Protected Mode Run-time", "DOS/4GW"),
        (b"Stub exec failed: DOS4GW.EXE", "DOS/4GW (in DOS4GW.EXE)"),
        (b"DOS/16M", "DOS/16M"),
        (b"PMODE/W v1.33", "PMODE/W"),
        (b"DOS/32A -- DOS Extender", "DOS/32A"),
        (b"CauseWay error", "CauseWay"),
        (b"Phar Lap Software, Inc.", "Phar Lap"),
        (b"plain", None),
    ],
)
def test_extenders(mark: bytes, extender: str | None) -> None:
    assert inspect_bytes(make_exe(bytes(64) + mark + bytes(64))).extender == extender


def test_a_phar_lap_program_behind_its_stub() -> None:
    assert inspect_bytes(make_exe(bytes(64), extra=b"P3\x01\x00")).extender == "Phar Lap 386 (P3)"


@pytest.mark.parametrize(
    ("mark", "runtime"),
    [
        (b"Borland C++ - Copyright 1991 Borland Intl.", "Borland C++"),
        (b"MS Run-Time Library - Copyright (c) 1988", "Microsoft C"),
        (b"Portions Copyright (c) 1983,90 Borland", "Turbo Pascal"),
        (b"WATCOM C/C++32 Run-Time system.", "Watcom C/C++"),
    ],
)
def test_runtimes(mark: bytes, runtime: str) -> None:
    assert inspect_bytes(make_exe(bytes(64) + mark)).runtime == runtime


def test_borlands_linker_leaves_its_version() -> None:
    assert inspect_bytes(packed(0x1C, b"\x01\x00\xfb\x30")).linker == "Borland TLINK 3.0"


def test_a_new_executable() -> None:
    data = bytearray(make_exe(bytes(200), e_cparhdr=4, e_lfarlc=0x40))
    data[0x3C:0x40] = (0x80).to_bytes(4, "little")
    data[0x80:0x82] = b"NE"
    info = inspect_bytes(bytes(data))
    assert info.kind == "ne"
    assert info.new_executable is not None
    assert info.new_executable.startswith("NE: 16-bit Windows")


def test_json_and_table(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    program = tmp_path / "[a] prog.exe"
    program.write_bytes(packed(0x1C, b"LZ91"))
    assert main(["--json", str(program)]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert (shown["packer"], shown["name"], shown["header"]["e_cparhdr"]) == ("LZEXE 0.91", "[a] prog.exe", 4)
    assert main([str(program)]) == 0
    table = capsys.readouterr().out
    assert "LZEXE 0.91" in table
    assert "[a] prog.exe" in table
    assert "e_cparhdr=0004" in table


def test_exit_statuses(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = tmp_path / "readme"
    text.write_text("Read me.\n", encoding="ascii")
    assert main([str(text)]) == 126
    assert capsys.readouterr().err == f"dosemu info: {text}: not a DOS program: a text file\n"
    assert main([str(tmp_path / "none")]) == 127
    assert capsys.readouterr().err == f"dosemu info: {tmp_path / 'none'}: No such file or directory\n"


@pytest.mark.parametrize("name", ["no\0name", "."])
def test_what_cannot_be_read(name: str) -> None:
    with pytest.raises(ProgramNotFound):
        inspect(name)


@given(st.binary(max_size=400))
def test_any_bytes_can_be_inspected(data: bytes) -> None:
    assert json.loads(inspect_bytes(data).to_json())["size"] == len(data)


@given(st.fixed_dictionaries({}, optional=dict.fromkeys(FIELDS, st.integers(0, 0xFFFF))), st.binary(max_size=100))
def test_any_header_can_be_inspected(changes: dict[str, int], image: bytes) -> None:
    info = inspect_bytes(make_exe(image, **changes))
    assert 0 <= info.extra_size <= info.size
    assert info.table().row_count > 5
