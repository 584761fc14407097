"""What starting a program loads: the command line has to be quick."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.dosemu.guest import com

LATE = ("numpy", "PIL", "sdl2", "blessed", "rich", "unicorn", "pycdlib", "asyncio", "construct", "hashlib")


def test_a_program_in_a_pipe_loads_no_library_it_does_not_need(tmp_path: Path) -> None:
    program = com(tmp_path, "cd 20")
    script = (
        "import sys; from frontend.cli import main; "
        f"status = main(['--display', 'none', {str(program)!r}]); "
        f"print(status, [name for name in {LATE!r} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "0 []"
