"""pytest-dosemu: tests of DOS programs.

The fixture ``dos`` runs programs in a folder of the test's own; the marker ``dos`` gives settings for it; ``--update``
makes what was expected what there is now. docs/testing.md tells how a directory is a test.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from dosemu.pytest_plugin.dos import Dos


def pytest_addoption(parser: pytest.Parser) -> None:
    """``--update``."""
    group = parser.getgroup("dosemu")
    group.addoption(
        "--update", action="store_true", default=False, help="write expected screens and files of DOS tests anew"
    )


def pytest_configure(config: pytest.Config) -> None:
    """The marker ``dos``."""
    config.addinivalue_line("markers", "dos(**settings): settings of the machines that the fixture dos makes")


@pytest.fixture
def dos(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Dos]:
    """Runs DOS programs; machines it made are closed when the test ends."""
    from dosemu.pytest_plugin.dos import Dos

    settings: dict[str, object] = {}
    for marker in reversed(list(request.node.iter_markers("dos"))):
        settings |= marker.kwargs
    with Dos(tmp_path, request.path.parent, settings, update=request.config.getoption("--update")) as runner:
        yield runner
