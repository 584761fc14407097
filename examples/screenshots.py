"""A picture of every program in a folder: ``python examples/screenshots.py FOLDER TARGET``"""

from __future__ import annotations

import sys
from pathlib import Path

from dosemu.batch import find_programs, run_batch


def main(folder: str, target: str) -> int:
    """Run each program for three emulated seconds."""
    pictures = Path(target)
    pictures.mkdir(exist_ok=True)
    for row in run_batch(find_programs(Path(folder)), seconds=3):
        print(row.program.name, row.outcome)
        if row.value is not None and row.value.picture is not None:
            (pictures / f"{row.program.stem}.png").write_bytes(row.value.picture)
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
