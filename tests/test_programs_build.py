"""The committed guest programs are what nasm makes of their sources.

Runs where nasm is installed; without it there is nothing to collect here, and the run says so.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

PROGRAMS = Path(__file__).parent / "programs"
NASM = shutil.which("nasm")
BUILT = sorted(path for path in PROGRAMS.glob("*/main.*") if path.suffix in (".com", ".exe"))


if NASM is None:
    print("tests/test_programs_build.py: nasm is not installed, the guest programs are not rebuilt")
else:

    @pytest.mark.parametrize("program", BUILT, ids=lambda path: path.parent.name)
    def test_nasm_makes_the_same_program(program: Path, tmp_path: Path) -> None:
        made = tmp_path / program.name
        subprocess.run(
            [NASM, "-f", "bin", "-w+error", "-I../", "main.asm", "-o", made], cwd=program.parent, check=True, timeout=60
        )
        assert made.read_bytes() == program.read_bytes()
