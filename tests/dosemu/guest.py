"""Small guest programs made in tests, as .COM files."""

from __future__ import annotations

from pathlib import Path

from dosemu import Machine


def com(folder: Path, code: str, data: bytes = b"", name: str = "T.COM") -> Path:
    """A .COM file of hexadecimal code (blanks and ``;`` comments to the line's end allowed) and data behind it."""
    lines = (line.partition(";")[0] for line in code.splitlines())
    path = folder / name
    path.write_bytes(bytes.fromhex("".join(lines)) + data)
    return path


def run(path: Path, *args: str, seconds: float = 5, stdin: bytes = b"", **settings: object) -> Machine:
    """Run a program with its handles captured; the caller closes the machine."""
    machine = Machine(path, args, stdio=True, stdin=stdin, **settings)
    machine.run(seconds=seconds)
    return machine
