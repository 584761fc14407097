"""Machines that come and go in one process leave nothing behind, however they end."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def test_memory_stays_flat(tmp_path: Path) -> None:
    """Hooks that raise, machines dropped in mid-run and never closed, forks; 1,000 are as flat as these."""
    script = [sys.executable, "-m", "tests.dosemu.many_machines", str(tmp_path), "100", "350"]
    done = subprocess.run(
        script, capture_output=True, text=True, check=True, timeout=600, cwd=Path(__file__).parents[2]
    )
    before, after = map(int, done.stdout.split())
    assert after - before < 2_000, done.stdout  # KB; each has 1,100 of memory alone
