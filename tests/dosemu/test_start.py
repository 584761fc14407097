"""What starting a program loads: the command line has to be quick."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.dosemu.guest import com

LATE = ("numpy", "PIL", "sdl2", "blessed", "rich", "unicorn", "pycdlib", "asyncio", "construct", "hashlib")

OPTIONAL = ("pyaudio", "fluidsynth", "capstone", "imageio_ffmpeg", "gymnasium")  # the extras of pyproject.toml


def test_a_program_in_a_pipe_loads_no_library_it_does_not_need(tmp_path: Path) -> None:
    program = com(tmp_path, "cd 20")
    script = (
        "import sys; from frontend.cli import main; "
        f"status = main(['--display', 'none', {str(program)!r}]); "
        f"print(status, [name for name in {LATE!r} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "0 []"


def test_every_module_loads_without_the_optional_packages() -> None:
    script = (
        "import importlib, pkgutil, sys; import dosemu, frontend, hw, int21; "
        f"sys.modules.update(dict.fromkeys({OPTIONAL!r})); "
        "found = (module.name for package in (dosemu, frontend, hw, int21) "
        "for module in pkgutil.walk_packages(package.__path__, package.__name__ + '.')); "
        "names = [name for name in found if not name.endswith(('.build', '.__main__'))]; "
        "[importlib.import_module(name) for name in names]; print(len(names) > 300)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=120)
    assert (done.stdout.strip(), done.stderr) == ("True", "")
