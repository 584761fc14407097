"""What the front ends' tests share."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.frontend.desktop import Desktop


@pytest.fixture
def desktop(tmp_path: Path) -> Iterator[Desktop]:
    assert shutil.which("Xvfb"), "the window's tests need Xvfb"
    assert shutil.which("xdotool"), "the window's tests need xdotool"
    running = Desktop(tmp_path)
    yield running
    running.close()
