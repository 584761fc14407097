"""A shell over a temporary folder: scripts through handle 0, or keys at the prompt."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from dosemu.machine import Machine

# INT 21h/4Ch with the digit of the command tail as exit code: EXITS 7.
EXITS = bytes.fromhex("a08200 2c30 b44c cd21")
# Show the command tail between brackets.
TAIL = bytes.fromhex("b25b b402 cd21 8a0e8000 30ed ba8100 bb0100 b440 cd21 b25d b402 cd21 b8004c cd21")


@dataclass(slots=True)
class Shell:
    """Runs commands in ``folder``, which is C:."""

    folder: Path
    exit_code: int | None = None

    def put(self, name: str, data: bytes | str) -> Path:
        """Make a file; line ends of a text become those of DOS."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data if isinstance(data, bytes) else data.replace("\n", "\r\n").encode("cp437"))
        return path

    def read(self, name: str) -> str:
        """A file's text, with line ends of the host."""
        found = {path.name.upper(): path for path in (self.folder / name).parent.iterdir()}
        return found[Path(name).name.upper()].read_bytes().decode("cp437").replace("\r\n", "\n")

    def run(self, *lines: str, seconds: float = 30, **settings: Any) -> str:
        """What commands write; the shell ends behind the last one."""
        script = "".join(line + "\r\n" for line in lines).encode("cp437")
        with Machine(self.folder, stdio=True, stdin=script, **settings) as machine:
            machine.run(seconds=seconds)
            self.exit_code = machine.exit_code
            assert machine.exited, machine.screen.text()
            assert machine.fault is None, machine.fault
            return machine.stdout.decode("cp437").replace("\r\n", "\n")

    def keys(self, keys: str, seconds: float = 3) -> list[str]:
        """The screen after some keys were pressed, without the lines that are empty."""
        with Machine(self.folder) as machine:
            machine.keyboard.schedule(keys)
            machine.run(seconds=seconds)
            self.exit_code = machine.exit_code
            return [line.rstrip() for line in machine.screen.text().splitlines() if line.strip()]


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    (tmp_path / "C").mkdir()
    shell = Shell(tmp_path / "C")
    shell.put("EXITS.COM", EXITS)
    shell.put("TAIL.COM", TAIL)
    return shell
