"""Says in pytest's summary which single-step tests were left out because their data is not there."""

from __future__ import annotations

from typing import Any

from tests.dosemu.cpu.sst import SUITES


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Name the sets of single-step tests that this run could not use."""
    for suite in SUITES:
        if not suite.files():
            terminalreporter.write_line(
                f"left out: single-step tests for the {suite.model} (no {suite.folder} in {suite.path.parent})"
            )
