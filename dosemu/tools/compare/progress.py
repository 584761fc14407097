"""What a person sees while programs are compared: a line for each that is done, and what is being done now.

A terminal has the line of now at its bottom; into a file go the finished lines alone.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import TextIO

from rich.console import Console
from rich.status import Status

from dosemu.tools.compare.cases import Case


class Progress:
    """``total`` programs, told on ``stream``; a context manager."""

    def __init__(self, total: int, stream: TextIO) -> None:
        self._total = total
        self._console = Console(file=stream, highlight=False, markup=False, emoji=False, soft_wrap=True)
        self._status: Status | None = self._console.status("starting") if self._console.is_terminal else None

    def __enter__(self) -> Progress:
        if self._status is not None:
            self._status.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._status is not None:
            self._status.stop()

    @contextlib.contextmanager
    def program(self, number: int, case: Case) -> Iterator[Callable[[str], None]]:
        """While a program is compared; what is given is told what is being done."""

        def stage(text: str) -> None:
            if self._status is not None:
                self._status.update(f"{number} of {self._total}: {case.name}, {text}")

        yield stage

    def say(self, line: str, number: int = 0) -> None:
        """A line that stays; ``number`` is that of the program it is about."""
        count = f"[{number}/{self._total}] " if number and self._total > 1 else ""
        self._console.print(count + line)
