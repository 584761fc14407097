"""The fixture ``dos``: programs run in the test's folder, expectations compared or, with ``--update``, written."""

from __future__ import annotations

import io
import os
import shutil
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from dosemu.machine import Machine
from dosemu.pytest_plugin.cases import Case, program_of
from dosemu.runs import RunResult, lines_of, result_of, schedule

GOLDEN = "golden"


class Dos:
    """Runs programs in ``folder``; ``golden`` expectations are beside the test.

    >>> import pathlib, tempfile
    >>> folder = pathlib.Path(tempfile.mkdtemp()); case = folder / "case"; case.mkdir(); (folder / "run").mkdir()
    >>> code = bytes.fromhex("b402 b241 cd21 b8034c cd21")  # INT 21h/02h writes "A"; ends with 3
    >>> _ = (case / "main.com").write_bytes(code); _ = (case / "exit").write_text("3")
    >>> dos = Dos(folder / "run", folder, {}, update=True)
    >>> dos.run(code).stdout, dos.check(case).status
    (b'A', 3)
    >>> m = dos.machine(code, stdio=False); m.run()
    >>> dos.text_is(m, "a"); dos.screen_is(m, "a", tolerance=0.01)
    >>> sorted(path.name for path in (folder / "golden").iterdir())
    ['a.png', 'a.txt']
    >>> dos.close()
    """

    def __init__(self, folder: Path, beside: Path, settings: dict[str, Any], *, update: bool = False) -> None:
        self.folder = folder
        self.settings = settings
        self.update = update
        self._beside = beside
        self._machines: list[Machine] = []

    def machine(self, program: str | os.PathLike[str] | bytes, *args: str, **settings: Any) -> Machine:
        """A machine for a program: a file, which is copied into the test's folder, or the bytes of a .COM."""
        if isinstance(program, bytes):
            path = self.folder / "T.COM"
            path.write_bytes(program)
        else:
            path = self.folder / Path(program).name
            if not path.exists() or not path.samefile(program):
                shutil.copy(program, path)
        machine = Machine(path, args, **{"stdio": True} | self.settings | settings)
        self._machines.append(machine)
        return machine

    def run(
        self, program: str | os.PathLike[str] | bytes, *args: str, seconds: float = 10, keys: str = "",
        stdin: bytes = b"", **settings: Any,
    ) -> RunResult:  # fmt: skip
        """Run a program to its end, or for so many emulated seconds."""
        machine = self.machine(program, *args, stdin=stdin, **settings)
        schedule(machine, keys)
        machine.run(seconds=seconds)
        return result_of(machine)

    # --- expectations -------------------------------------------------------------------------------------

    def screen_is(self, machine: Machine, name: str, *, tolerance: float = 0.0) -> None:
        """The picture is ``golden/NAME.png`` beside the test; ``tolerance`` is the part of pixels that may differ."""
        self._compare_picture(machine.screen._repr_png_(), self._beside / GOLDEN / f"{name}.png", tolerance)

    def text_is(self, machine: Machine, name: str) -> None:
        """The text screen is ``golden/NAME.txt`` beside the test; blanks at the ends do not count."""
        self._compare_text(machine.screen.text(), self._beside / GOLDEN / f"{name}.txt")

    def check(self, directory: str | os.PathLike[str]) -> RunResult:
        """Run the case in a directory, and compare all that is expected there."""
        source = Path(directory)
        case = Case.read(source)
        if (source / "input").is_dir():
            shutil.copytree(source / "input", self.folder, dirs_exist_ok=True)
        machine = self.machine(
            program_of(source), *case.args, stdio=case.stdio, stdin=case.stdin.encode("cp437"), **case.settings
        )
        schedule(machine, case.keys, case.mouse)
        machine.run(seconds=case.seconds)
        result = result_of(machine)
        for name, data in (("stdout.txt", result.stdout), ("stderr.txt", result.stderr)):
            self._compare_bytes(data, source / name, f"{name}; exit status {result.status} ({result.reason})")
        if (source / "screen.txt").exists():
            self._compare_text(result.screen, source / "screen.txt")
        if (source / "screen.png").exists():
            self._compare_picture(machine.screen._repr_png_(), source / "screen.png", case.tolerance)
        self._compare_status(result, source / "exit")
        left = {path.name.upper(): path for path in self.folder.iterdir()}
        for expected in sorted(source.glob("files/*")):
            assert expected.name.upper() in left, f"{expected.name} is not there"
            self._compare_bytes(left[expected.name.upper()].read_bytes(), expected, expected.name)
        there = sorted(left.keys() & {name.upper() for name in case.absent})
        assert not there, f"{there} should not be there"
        return result

    def _compare_bytes(self, data: bytes, expected: Path, what: str) -> None:
        if self.update and expected.exists():
            expected.write_bytes(data)
        elif expected.exists():
            assert data == expected.read_bytes(), what

    def _compare_text(self, text: str, expected: Path) -> None:
        lines = lines_of(text)
        if self.update:
            expected.parent.mkdir(exist_ok=True)
            expected.write_text("\n".join(lines) + "\n", encoding="utf-8")
            return
        assert expected.exists(), f"{expected} is not there: --update makes it"
        assert lines == lines_of(expected.read_text(encoding="utf-8")), expected.name

    def _compare_status(self, result: RunResult, expected: Path) -> None:
        known = [int(word) for word in expected.read_text(encoding="ascii").split()] if expected.exists() else [0]
        if self.update and result.status not in known:
            expected.write_text(f"{result.status}\n", encoding="ascii")
            return
        assert result.status in known, (
            f"exit status {result.status} ({result.reason}), expected {known}\n{result.fault}"
        )

    def _compare_picture(self, png: bytes, expected: Path, tolerance: float) -> None:
        import numpy as np
        from PIL import Image

        if self.update:
            expected.parent.mkdir(exist_ok=True)
            expected.write_bytes(png)
            return
        assert expected.exists(), f"{expected} is not there: --update makes it"
        seen = np.asarray(Image.open(io.BytesIO(png)).convert("RGB"))
        wanted = np.asarray(Image.open(expected).convert("RGB"))
        assert seen.shape == wanted.shape, f"{expected.name}: {seen.shape[1]}x{seen.shape[0]} pixels"
        part = float((seen != wanted).any(axis=2).mean())
        if part > tolerance:
            actual = self.folder / expected.name
            actual.write_bytes(png)
            raise AssertionError(f"{part:.4%} of the pixels differ from {expected}; the picture there is now: {actual}")

    # --- the fixture's end --------------------------------------------------------------------------------

    def close(self) -> None:
        """Close the machines."""
        for machine in self._machines:
            machine.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()
