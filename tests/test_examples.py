"""The examples run."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from tests.dosemu.guest import com

EXAMPLES = Path(__file__).parents[1] / "examples"
OPEN = "b8003d ba0d01 cd21 b8004c cd21"


def load(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"examples_{name}", EXAMPLES / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_trace_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert load("trace_files").main(str(com(tmp_path, OPEN, b"MY.CFG\0"))) == 0
    assert capsys.readouterr().out == "MY.CFG\n1 files, exited\n"


def test_screenshots(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "in").mkdir()
    com(tmp_path / "in", OPEN, b"A\0")
    assert load("screenshots").main(str(tmp_path / "in"), str(tmp_path / "out")) == 0
    assert (tmp_path / "out" / "T.png").read_bytes().startswith(b"\x89PNG")
