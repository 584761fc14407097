"""Long names of files and directories that are being made, by the path the guest makes them under.

The long-name functions (INT 21h/71xx) make a file by its 8.3 alias, through the same call as all others, and tell
the drive meanwhile which name it is to get.

>>> planned = PlannedNames()
>>> with planned.named((b"ALONGN~1.TXT",), "A long name.txt"):
...     planned.get((b"ALONGN~1.TXT",))
'A long name.txt'
>>> planned.get((b"ALONGN~1.TXT",)), (b"ALONGN~1.TXT",) in planned
('', False)
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from int21.drive import Path


class PlannedNames:
    """The names planned at present."""

    def __init__(self) -> None:
        self._long: dict[Path, str] = {}

    @contextmanager
    def named(self, path: Path, long: str) -> Iterator[None]:
        """What is made at ``path`` meanwhile gets the name ``long``."""
        self._long[path] = long
        try:
            yield
        finally:
            del self._long[path]

    def get(self, path: Path) -> str:
        """The name planned for ``path``; empty when there is none."""
        return self._long.get(path, "")

    def __contains__(self, path: object) -> bool:
        return path in self._long
