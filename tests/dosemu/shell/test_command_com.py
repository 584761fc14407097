"""What COMMAND.COM does for the programs that it runs: long command lines, critical errors, being found."""

from __future__ import annotations

from pathlib import Path

import pytest

from dosemu.machine import Machine
from tests.covers import covers
from tests.dosemu.shell.conftest import Shell
from tests.int21.fat import images

# INT 21h/3Ch of A:NEW; shows whether that went, by the exit code: MOV AH,3Ch ... MOV AX,4C00h, ADC AL,0.
CREATE = bytes.fromhex("b43c 31c9 ba1001 cd21 b8004c 1400 cd21") + b"A:NEW\0"


def test_a_long_command_line_is_in_cmdline(shell: Shell) -> None:
    long = "x" * 200
    assert shell.run(f"command /c echo {long}") == f"{long}\n"
    assert shell.run(f"tail {long}").startswith("[ xxx")
    # The length byte tells that there is more; the variable is gone behind the program.
    shell.put("LEN.COM", bytes.fromhex("a08000 b44c cd21"))
    shell.put("E.BAT", f"@len {long}\n@if errorlevel 127 if not errorlevel 128 echo 7F\n@echo [%cmdline%]\n")
    assert shell.run("e") == "7F\n[]\n"


@pytest.mark.parametrize("name", ["c:\\command.com", "command", "\\dos\\COMMAND.COM"])
def test_every_command_com_is_there(shell: Shell, name: str) -> None:
    assert shell.run(f"{name} /c echo found") == "found\n"


@covers("2Fh/5583h", "2Fh/5584h")
@pytest.mark.parametrize(
    ("keys", "seen"),
    [
        ("a", ["Abort, Retry, Fail?A", "3"]),
        ("x r f", ["Abort, Retry, Fail?", "Abort, Retry, Fail?R", "Abort, Retry, Fail?F", "1"]),
    ],
)
def test_abort_retry_fail(shell: Shell, tmp_path: Path, keys: str, seen: list[str]) -> None:
    disk = images.make(tmp_path / "a.img", 360, 12, "DISK")
    disk.chmod(0o444)
    shell.put("CREATE.COM", CREATE)
    timed = " ".join(f"{1 + number * 0.3}:{key}" for number, key in enumerate(keys.split()))
    with Machine(shell.folder, mounts={"A": f"{disk}:ro", "C": str(shell.folder)}) as machine:
        machine.keyboard.schedule(f'0.2:type="create" 0.5:enter {timed}')
        machine.run(seconds=3)
        lines = [line.rstrip() for line in machine.screen.text().splitlines() if line.strip()]
    assert "Write protect error writing drive A" in lines
    assert [line for line in lines if line.startswith("Abort")] == seen[:-1]
    assert machine.dos.data.critical_error == 0


@covers("2Fh/5583h")
def test_nobody_is_asked_where_commands_come_from_a_file(shell: Shell, tmp_path: Path) -> None:
    disk = images.make(tmp_path / "a.img", 360, 12, "DISK")
    shell.put("CREATE.COM", CREATE)
    text = shell.run("create", "if errorlevel 1 echo failed", mounts={"A": f"{disk}:ro", "C": str(shell.folder)})
    assert text == "failed\n"
