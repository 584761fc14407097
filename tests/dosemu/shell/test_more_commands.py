"""APPEND, MEM's switches, PRINT, EXPAND, completion of long names, and commands that only say something."""

from __future__ import annotations

import struct
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dosemu.machine import Machine
from dosemu.shell.external.expand import expanded
from dosemu.shell.registry import CommandError
from int21.doskey import Doskey
from tests.covers import covers
from tests.dosemu.shell.conftest import Shell
from tests.fakes import call_2f

# Opens DATA.TXT, shows what is in it, or "none".
SHOW = bytes.fromhex("b8003d ba3001 cd21 7217 89c3 b43f b91000 ba4001 cd21 89c1 bb0100 b440 ba4001 cd21 c3"
                     "b409 ba3901 cd21 c3").ljust(0x30, b"\x90") + b"DATA.TXT\0none$"  # fmt: skip


def test_append_finds_data_files(shell: Shell) -> None:
    shell.put("SHOW.COM", SHOW)
    shell.put("SUB/DATA.TXT", "found\n")
    shell.put("SUB/EXITS2.COM", b"\xb8\x05\x4c\xcd\x21")
    text = shell.run("show", "echo.", "append", "append c:\\none;c:\\sub", "show", "append", "dir data.txt /b",
                     "append /x", "dir data.txt /b", "append ;", "append", "show", "append a b")  # fmt: skip
    assert text.splitlines() == [
        "none", "No Append", "found", "APPEND=C:\\NONE;C:\\SUB", "File not found", "File not found", "No Append",
        "noneToo many parameters - b",
    ]  # fmt: skip


def test_files_named_with_a_directory_are_found_unless_told_otherwise(shell: Shell) -> None:
    shell.put("SHOW.COM", SHOW.replace(b"DATA.TXT", b"X\\D.TXT\0"))
    shell.put("SUB/D.TXT", "found\n")
    assert shell.run("append c:\\sub", "show", "append /path:off", "show") == "found\nnone"


@covers("2Fh/B700h", "2Fh/B702h", "2Fh/B704h", "2Fh/B706h", "2Fh/B707h", "2Fh/B710h")
def test_programs_ask_for_append(shell: Shell) -> None:
    with Machine(shell.folder) as machine:
        call = partial(call_2f, machine)

        assert call(0xB700).al == 0
        assert call(0xB706, bx=0x55).bx == 0x55
        machine.keyboard.schedule("0.3:type=append 0.6:Space 0.7:type=c:\\data;d: 1.2:Enter")
        machine.run(seconds=1.5)
        assert call(0xB700).al == 0xFF
        assert call(0xB702).ax == 0xFDFD
        regs = call(0xB704)
        assert machine.memory.asciiz((regs.es << 4) + regs.di) == b"C:\\DATA;D:"
        assert call(0xB706).bx == 0x2001
        call(0xB707, bx=0x8000)
        assert call(0xB706).bx == 0x8000
        assert call(0xB710).ax == 0x8000


def test_mem_shows_blocks(shell: Shell) -> None:
    text = shell.run("mem /d", "mem /f", "mem /m command", "mem /m none", "mem /c /f", "mem /x")
    assert "COMMAND   Program" in text
    assert "COMMAND   Environment" in text
    assert "MSDOS     System" in text
    assert "COMMAND is using the following memory:" in text
    assert text.endswith(
        "NONE is not currently in memory.\n"
        "Only one of /CLASSIFY, /DEBUG, /FREE and /MODULE can be given\nInvalid switch - /X\n"
    )
    free = text[text.index("Free") :]
    assert "Total size: " in free


def test_print_sends_files_to_the_printer(shell: Shell, tmp_path: Path) -> None:
    shell.put("A.TXT", "one\n\x1arest")
    shell.put("B.TXT", "two\n")
    text = shell.run("print *.txt", "print", "print /d:lpt2 none.txt", "print /d:x a.txt",
                     **{"printer.file": str(tmp_path / "paper")})  # fmt: skip
    assert text == ("C:\\A.TXT has been printed\nC:\\B.TXT has been printed\nPRINT queue is empty\n"
                    "File not found - none.txt\nInvalid device - X\n")  # fmt: skip
    assert (tmp_path / "paper").read_bytes() == b"one\r\n\x0ctwo\r\n\x0c"
    assert not (shell.folder / "X").exists()


def szdd(data: bytes, last: bytes) -> bytes:
    """As COMPRESS packs, with a reference to what is just before for each run."""
    body = bytearray()
    items: list[bytes] = []
    at = 0
    while at < len(data):
        run = 0
        while run < 18 and at and at + run < len(data) and data[at + run] == data[at - 1]:
            run += 1
        if run >= 3:
            place = (0x1000 - 16 + at - 1) % 0x1000
            items.append(bytes((place & 0xFF, place >> 4 & 0xF0 | run - 3)))
            at += run
        else:
            items.append(data[at : at + 1])
            at += 1
    for start in range(0, len(items), 8):
        group = items[start : start + 8]
        body.append(sum(1 << bit for bit, item in enumerate(group) if len(item) == 1))
        body += b"".join(group)
    return b"SZDD\x88\xf0\x27\x33A" + last + struct.pack("<I", len(data)) + body


def test_expand(shell: Shell) -> None:
    data = b"A" * 50 + b"bcd" + b"e" * 5000 + bytes(range(256))
    shell.put("FILE.TX_", szdd(data, b"t"))
    shell.put("BAD.TX_", szdd(data, b"t")[:-100])
    shell.put("PLAIN.TXT", b"plain")
    (shell.folder / "OUT").mkdir()
    text = shell.run("expand file.tx_ new.txt", "expand file.tx_ plain.txt out", "expand bad.tx_ x.txt",
                     "expand no.tx_ y", "expand file.tx_ plain.txt new.txt")  # fmt: skip
    assert (shell.folder / "NEW.TXT").read_bytes() == data
    assert (shell.folder / "OUT" / "FILE.TXT").read_bytes() == data
    assert (shell.folder / "OUT" / "PLAIN.TXT").read_bytes() == b"plain"
    assert text.endswith("Input file is damaged\nCan't open input file: no.tx_\n"
                         "The destination has to be a directory for several files\n")  # fmt: skip


def test_dir_switches_can_be_taken_back(shell: Shell) -> None:
    shell.put("B.TXT", b"")
    shell.put("A.TXT", b"")
    text = shell.run("set dircmd=/b /on", "dir *.txt", "dir *.txt /-o/-b", "dir *.txt /c /b")
    assert text.startswith("A.TXT\nB.TXT\n\n Volume in drive C")
    assert text.endswith("A.TXT\nB.TXT\n")


@pytest.mark.parametrize(
    ("command", "code"), [("share", 0), ("nlsfunc", 0), ("mscdex /d:x", 0), ("sys a:", 1), ("assign", 1)]
)
def test_commands_that_only_say_something(shell: Shell, command: str, code: int) -> None:
    text = shell.run(command, f"if errorlevel {code} echo code", f"if errorlevel {code + 1} echo more")
    assert text.endswith("code\n")
    assert text.count("\n") == 2


def complete(shell: Shell, keys: str) -> str:
    with Machine(shell.folder, lfn=True) as machine:
        machine.keyboard.schedule(keys)
        machine.run(seconds=2)
        return [line for line in machine.screen.text().splitlines() if line.strip()][-1]


def test_tab_completes_long_names(shell: Shell) -> None:
    shell.put("Program Files/Read Me First.text", b"")
    shell.put("Programme.text", b"")
    typed = "0.3:type=type 0.5:Space 0.6:type=pro 0.8:tab"
    assert complete(shell, typed) == 'C:\\>type "Program Files\\'
    assert complete(shell, f"{typed} 0.9:tab") == "C:\\>type Programme.text"
    assert complete(shell, f"{typed} 0.9:type=read 1.1:tab") == 'C:\\>type "Program Files\\Read Me First.text"'
    assert complete(shell, "0.3:type=cd 0.5:Space 0.6:type=prog 0.8:tab 0.9:tab") == 'C:\\>cd "Program Files\\'


def test_join_shows_a_drive_as_a_directory(shell: Shell, tmp_path: Path) -> None:
    other = tmp_path / "D"
    (other / "SUB").mkdir(parents=True)
    (other / "SUB" / "IN.TXT").write_bytes(b"inside\r\n")
    (shell.folder / "FULL").mkdir()
    (shell.folder / "FULL" / "X").write_bytes(b"")
    text = shell.run(
        "join d: c:\\data", "join", "type data\\sub\\in.txt", "d:", "copy exits.com data\\new.com > nul",
        "ren data\\sub\\in.txt out.txt", "dir /b /ad /on", "rd data", "cd data\\sub", "cd", "cd \\",
        "del data\\new.com",
        "copy exits.com data\\kept.com > nul", "move data\\kept.com c:\\moved.com > nul", "join d: /d", "join",
        "dir d: /b", "dir data /b", "join d: c:\\full", "join d: c:\\a\\b", "join c: c:\\x", "join x: c:\\x",
        "join d: /d", mounts={"D": other},
    )  # fmt: skip
    assert text.splitlines() == [
        "D: => C:\\DATA", "inside", "Invalid drive specification", "DATA", "FULL", "Invalid path, not directory,",
        "or directory not empty", "C:\\DATA\\SUB", "SUB", "File not found", "Directory not empty",
        "Invalid path - c:\\a\\b", "Invalid parameter - c:", "Invalid parameter - x:", "Invalid parameter - d:",
    ]  # fmt: skip
    assert sorted(path.name.upper() for path in other.rglob("*")) == ["OUT.TXT", "SUB"]
    assert (shell.folder / "MOVED.COM").exists()


@settings(deadline=None, max_examples=60)
@given(st.lists(st.binary(max_size=40), max_size=6), st.binary(max_size=60))
def test_no_macro_breaks_doskey(macros: list[bytes], line: bytes) -> None:
    doskey = Doskey()
    for number, text in enumerate(macros):
        doskey.define(b"m%d" % number, text)
    for typed in (line, b"m0 " + line, b"M1 " + line):
        commands = doskey.expand(typed)
        assert commands is None or all(len(command) <= 127 for command in commands)


@settings(deadline=None, max_examples=60)
@given(st.binary(max_size=200), st.integers(0, 5000))
def test_no_file_breaks_expand(data: bytes, size: int) -> None:
    steps = expanded(b"SZDD\x88\xf0\x27\x33A!" + struct.pack("<I", size) + data)
    result: bytes | int
    while True:
        try:
            next(steps)
        except StopIteration as end:
            result = end.value
            break
        except CommandError as error:
            result = error.code
            break
    assert result == 3 or len(result) == size  # type: ignore[arg-type]
