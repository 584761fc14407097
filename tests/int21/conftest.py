from __future__ import annotations

from pathlib import Path

import pytest

from tests.int21.machine import Guest


@pytest.fixture
def guest(tmp_path: Path) -> Guest:
    return Guest(tmp_path)
