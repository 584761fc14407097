from __future__ import annotations

from pathlib import Path

import pytest

from dosemu.errors import SettingsError
from dosemu.machine import Machine
from dosemu.settings import Settings
from tests.covers import covers

# MOV DX,0 / MOV AX,00xx / INT 17h (or 14h with AH=1), for two bytes, then the end with AH as exit code.
PRINT = bytes.fromhex("31d2 b85000 cd17 b85100 cd17 88e0 b44c cd21")
SEND = bytes.fromhex("ba0300 b85801 cd14 88e0 b44c cd21")
# Handle 4 is PRN: write 3 bytes.
WRITE = bytes.fromhex("bb0400 b90300 ba1201 b440 cd21 b8004c cd21") + b"doc"


def run(folder: Path, code: bytes, *overrides: str) -> int | None:
    program = folder / "P.COM"
    program.write_bytes(code)
    with Machine(program, settings=Settings.load(user=None, overrides=overrides), stdio=True) as machine:
        machine.run(seconds=5)
        return machine.exit_code


@covers("17h/00h")
def test_what_is_printed_goes_to_the_file(tmp_path: Path) -> None:
    paper = tmp_path / "paper.txt"
    assert run(tmp_path, PRINT, f"printer.file={paper}") == 0x90
    assert run(tmp_path, WRITE, f"printer.file={paper}") == 0
    assert paper.read_bytes() == b"PQdoc"


@covers("17h/00h")
def test_without_a_file_the_printer_is_off(tmp_path: Path) -> None:
    assert run(tmp_path, PRINT) == 0x31
    assert run(tmp_path, PRINT, f"printer.file={tmp_path}/no/such/folder") == 0x18
    assert [path.name for path in tmp_path.iterdir()] == ["P.COM"]


@covers("14h/01h")
def test_what_is_sent_goes_to_the_file(tmp_path: Path) -> None:
    assert run(tmp_path, SEND, f"serial.com4=file={tmp_path}/line.txt") == 0x60
    assert (tmp_path / "line.txt").read_bytes() == b"X"
    assert run(tmp_path, SEND, "serial.com4=null") == 0x60
    assert run(tmp_path, SEND) == 0x80


def test_other_connections_are_refused() -> None:
    with pytest.raises(SettingsError, match="none, null or file=FILE"):
        Settings.load(user=None, overrides=["serial.com1=tcp"])
