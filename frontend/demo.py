"""Where the bundled demo program is, and what ``dosemu demo --help`` says."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import dosemu

DEMO = Path(dosemu.__file__).resolve().parent / "data" / "demo.com"


def wants_running(arguments: Sequence[str]) -> bool:
    """Whether to run the demo: not when help was asked for, which is printed; it takes no arguments."""
    parser = argparse.ArgumentParser(
        prog="dosemu demo",
        description="Run the bundled demo, which shows that pictures, sound and keys work; a key ends it.",
        epilog="Options of dosemu itself come before the word demo: dosemu --display sdl demo",
    )
    try:
        parser.parse_args(arguments)
    except SystemExit as end:
        if end.code:
            raise
        return False
    return True
