"""The trace: decoded calls, filters, ports, handlers, modes, summary, difference."""

from __future__ import annotations

import io
import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from dosemu import Machine, Trace
from dosemu.tools.services import tables
from dosemu.trace import TraceFilter
from dosemu.trace.decode import parse
from dosemu.trace.diff import compare
from dosemu.trace.summary import Summary
from tests.dosemu.guest import com

PROGRAMS = Path(__file__).parents[1] / "programs"

# create A.TXT, write 5 bytes, open it (handle 6), read it to 300h, find *.TXT, end.
FILES = """
    b43c 31c9 ba4501 cd21 89c3 b440 b90500 ba4b01 cd21 b43e cd21
    b8003d ba4501 cd21 89c3 b43f b91000 ba0003 cd21 b44e ba5001 31c9 cd21 b8004c cd21
"""


def traced(tmp_path: Path, code: str, data: bytes = b"", wanted: str = "", form: str = "text") -> list[str]:
    out = io.StringIO()
    trace = Trace(out, "json" if form == "json" else "text", wanted)
    with Machine(com(tmp_path, code, data), stdio=True, trace=trace) as m:
        m.run(seconds=1)
    return out.getvalue().splitlines()


def files(tmp_path: Path, wanted: str = "", form: str = "text") -> list[str]:
    code = "".join(line.partition(";")[0] for line in FILES.split())
    pad = 0x45 - len(bytes.fromhex(code))
    return traced(tmp_path, FILES, bytes(pad) + b"A.TXT\0hello*.TXT\0", wanted, form)


def test_calls_are_shown_with_paths_buffers_and_results(tmp_path: Path) -> None:
    text = "\n".join(line[14:] for line in files(tmp_path))
    for part in (
        '21h/3Ch create file: path="A.TXT" attributes=none -> handle=',
        'write file: handle=5 bytes=5 buffer="hello" -> bytes written=5',
        'open file: path="A.TXT" mode=read -> handle=5',
        "bytes=16",
        'bytes read=5 data="hello"',
        'find first: pattern="*.TXT" attributes=none -> found="A.TXT"',
        "end program: exit code=0",
    ):
        assert part in text


def test_filters_choose_calls(tmp_path: Path) -> None:
    assert len(files(tmp_path, "path=*.TXT")) == 3
    assert [line.split()[1] for line in files(tmp_path, "process")] == ["21h/4Ch"]
    assert not [line for line in files(tmp_path, "file,!21h/3Fh") if "read file" in line]
    assert len(files(tmp_path, "name=*file")) == 5
    for bad in ("nonsense", "port=xyz", "path="):
        with pytest.raises(ValueError, match="trace filter"):
            TraceFilter.parse(bad)


def test_json_lines_have_the_same(tmp_path: Path) -> None:
    records = [json.loads(line) for line in files(tmp_path, form="json")]
    opened = next(record for record in records if record["service"] == "21h/3Dh")
    assert opened["in"] == {"path": '"A.TXT"', "mode": "read"}
    assert opened["out"] == {"handle": 5}
    assert list(compare([json.dumps(record) for record in records], files(tmp_path))) == []


def test_ports_by_chip_and_register(tmp_path: Path) -> None:
    lines = traced(tmp_path, "bac403 b80208 ef e461 cd20", wanted="port=3C4-3C5,port=61")
    assert lines[0][14:] == "out 3C4h sequencer index (map mask): value=0802h"
    assert lines[-1][14:].startswith("in 61h system port B: value=")


def test_handlers_of_the_program_and_changes_of_mode(tmp_path: Path) -> None:
    own = "31c0 8ec0 26c70680011601 268c0e8201 cd60 cd20 9090 cf"
    lines = traced(tmp_path, own, wanted="interrupts,process")
    assert any("60h int to the program's handler" in line for line in lines)
    modes = traced(tmp_path, "fa 0f20c0 0c01 0f22c0 24fe 0f22c0 cd20", wanted="modes")
    assert ["protected" in line for line in modes] == [True, False]


def test_the_summary_counts(tmp_path: Path) -> None:
    summary = Summary()
    with Machine(com(tmp_path, "b8003d ba1001 cd21 cd20"), trace=Trace(None, summary=summary)) as m:
        m.run(seconds=1)
    assert summary.counts() == {"20h terminate program": 1, "21h/3Dh open file": 1}
    assert summary.rows["21h/3Dh open file"].errors == 1


def program_trace(tmp_path: Path, name: str, wanted: str = "", **settings: Any) -> str:
    """The trace of a guest program of this project."""
    folder = tmp_path / "c"
    shutil.copytree(PROGRAMS / name, folder)
    if (folder / "files").is_dir():
        shutil.copytree(folder / "files", folder, dirs_exist_ok=True)
    out = io.StringIO()
    with Machine(folder / "main.com", stdio=True, trace=Trace(out, wanted=wanted), **settings) as m:
        m.run(seconds=5)
    return out.getvalue()


def test_structures_of_callers_are_shown(tmp_path: Path) -> None:
    fcb = program_trace(tmp_path / "fcb", "fcb")
    assert 'create file (FCB): FCB="FCBFILE.DAT" -> AL=00h' in fcb
    execute = program_trace(tmp_path / "exec", "exec_child")
    assert 'parameters={environment=parent\'s tail=" argument" FCBs=' in execute
    long_names = program_trace(tmp_path / "lfn", "long_names", **{"dos.lfn": True})
    assert 'found="Letter to Mr. Smith.document"' in long_names
    protected = program_trace(tmp_path / "dpmi", "dpmi_calls_32")
    assert "simulate real-mode interrupt: vector=66h words=2 registers={ax=2222h bx=" in protected
    assert "size=640x480x8" in program_trace(tmp_path / "vbe", "dpmi_vbe_32", machine="svga")


@pytest.mark.parametrize("wanted", ["", "path=*.TXT", "file,!21h/3Eh"])
def test_counting_alone_counts_the_same_calls(tmp_path: Path, wanted: str) -> None:
    code = "ba1001 b8003d cd21 b401 cd16 b44c cd21 9090"
    counts = []
    for out in (None, io.StringIO()):
        summary = Summary()
        with Machine(
            com(tmp_path, code, b"A.TXT\0"), stdio=True, trace=Trace(out, wanted=wanted, summary=summary)
        ) as m:
            m.run(seconds=1)
        counts.append(summary.table())
    assert counts[0] == counts[1]
    assert "21h/3Dh open file" in counts[0]


def test_what_a_call_gives_only_when_it_fails(tmp_path: Path) -> None:
    # 48h and 4Ah with FFFFh paragraphs, then 4Ah with 1000h: BX is the largest block after an error alone
    code = "bbffff b448 cd21 bbffff b44a cd21 bb0010 b44a cd21 cd20"
    allocated, refused, done, _ = (line[14:] for line in traced(tmp_path, code))
    assert "error 8 INSUFFICIENT_MEMORY largest=" in allocated
    assert "segment=" not in allocated
    assert "error 8 INSUFFICIENT_MEMORY largest=" in refused
    assert "error" not in done
    assert "largest" not in done


def test_versions_seeks_and_file_times_read_as_people_write_them(tmp_path: Path) -> None:
    # Get the version; create, write 5 bytes, seek 2 back from the end, set 12:34:56 of 1995-06-07
    code = """
        b43c 31c9 ba3c01 cd21 89c3 b440 b90500 ba3c01 cd21 b8ffff 89c1 bafeff b80242 cd21
        b85c64 89c1 bac71e b80157 cd21 b430 cd21 cd20
    """
    pad = 0x3C - len(bytes.fromhex(code))
    text = "\n".join(line[14:] for line in traced(tmp_path, code, bytes(pad) + b"A.TXT\0"))
    assert "seek: handle=5 distance=-2 origin=end -> position=3" in text
    assert "time=12:34:56 date=1995-06-07" in text
    assert "-> version=5.00 " in text


def test_what_dos_answers_in_memory_is_shown(tmp_path: Path) -> None:
    # 60h of A.TXT to 300h, 29h of the same name to an FCB at 5Ch, 65h/21h of three bytes
    code = "be2501 bf0003 b460 cd21 be2501 bf5c00 b80029 cd21 ba2501 b90300 b82165 cd21 cd20"
    pad = 0x25 - len(bytes.fromhex(code))
    text = "\n".join(line[14:] for line in traced(tmp_path, code, bytes(pad) + b"A.TXT\0"))
    assert 'canonical path: path="A.TXT" -> canonical path="C:\\A.TXT"' in text
    assert 'parse file name: file name="A.TXT"' in text
    assert 'FCB="A.TXT"' in text
    assert 'upper case string: buffer="A.T" bytes=3' in text


def test_the_clock_chips_digits(tmp_path: Path) -> None:
    # 1Ah/05h: 1995-12-31 in BCD, and what 04h gives then
    text = "\n".join(line[14:] for line in traced(tmp_path, "b405 b99519 ba3112 cd1a b404 cd1a cd20"))
    assert text.count("century=19 year=95 month=12 day=31") == 2


def test_moves_of_expanded_and_extended_memory(tmp_path: Path) -> None:
    # XMS 0Bh: 10h bytes of handle 1 at 20h to 2000:0030; EMS 57h: the same out of page 2 of handle 1
    code = "b81043 cd2f 891e2001 8c062201 be2401 b40b ff1e2001 be3401 b80057 cd67 cd20"
    moves = bytes.fromhex("10000000 0100 20000000 0000 3000002010000000 01 0100 2000 0200 00 0000 3000 0020")
    pad = 0x24 - len(bytes.fromhex(code))
    text = "\n".join(line[14:] for line in traced(tmp_path, code, bytes(pad) + moves))
    assert "extended move={bytes=16 source=1:20h target=2000:0030}" in text
    assert "expanded move={bytes=16 source=1:2:0020h target=2000:0030}" in text


def test_no_key_and_errors_of_int_15h(tmp_path: Path) -> None:
    text = "\n".join(line[14:] for line in traced(tmp_path, "b401 cd16 b455 cd15 cd20"))
    assert "16h/01h key waiting?\n" in text
    assert "15h unsupported system service -> error 86h" in text


def test_places_of_code_under_dpmi(tmp_path: Path) -> None:
    text = program_trace(tmp_path, "dpmi_vectors_32", "dpmi")
    assert re.search(r"get real-mode vector: vector=[0-9A-F]{2}h -> handler=[0-9A-F]{4}:[0-9A-F]{4}\n", text)
    assert re.search(r"set protected-mode vector: vector=[0-9A-F]{2}h handler=[0-9A-F]{4}:[0-9A-F]{8}\n", text)


def test_declarations_can_be_read_and_guests_pointers_do_no_harm(tmp_path: Path) -> None:
    for table in tables():
        for service in table:
            for item in (*parse(service.takes), *parse(service.gives)):
                assert item.label
    wild = "b8ffff 8ed8 8ec0 baffff beffff bfffff bbffff b9ffff" + "".join(
        f"b4{function:02x} cd21" for function in (0x09, 0x0F, 0x3D, 0x40, 0x47, 0x4E, 0x56, 0x5A)
    )
    assert len(traced(tmp_path, wild + "cd20")) == 9
