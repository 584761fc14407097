"""Snapshots and states of chips that somebody made up: the process lives, and says what is wrong in one line."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ADAPTERS = {
    "svga": (120, 25),
    "tandy": (50, 0),
    "hercules": (30, 0),
    "ega": (30, 0),
}


@pytest.mark.parametrize("adapter", ADAPTERS)
def test_made_up_states(adapter: str, tmp_path: Path) -> None:
    states, snapshots = ADAPTERS[adapter]
    command = [sys.executable, "-m", "tests.dosemu.snapshot.fuzzing", str(tmp_path), "1", str(states), str(snapshots)]
    done = subprocess.run(
        [*command, f"machine={adapter}"], capture_output=True, text=True, check=False, timeout=600,
        cwd=Path(__file__).parents[3],
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]  # a signal: it crashed
    assert done.stdout == "done\n"
