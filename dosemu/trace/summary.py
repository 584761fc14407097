"""How often what was called: the table of ``dosemu trace -c``.

>>> summary = Summary()
>>> summary.add("21h/3Dh open file", 0.5, failed=True); summary.add("21h/3Dh open file", 0.0, failed=False)
>>> print(summary.table(), end="")
   calls  errors    seconds  call
       2       1   0.500000  21h/3Dh open file
       2       1   0.500000  total
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Row:
    """One kind of call; ``seconds`` are emulated, spent between call and return."""

    calls: int = 0
    errors: int = 0
    seconds: float = 0.0


class Summary:
    """Counts calls by their names."""

    def __init__(self) -> None:
        self.rows: dict[str, Row] = {}

    def add(self, name: str, seconds: float, *, failed: bool) -> None:
        """One call."""
        row = self.rows.setdefault(name, Row())
        row.calls += 1
        row.errors += failed
        row.seconds += seconds

    def counts(self) -> dict[str, int]:
        """Calls by name, the most frequent first."""
        return {name: row.calls for name, row in self._sorted()}

    def table(self) -> str:
        """The table as text."""
        total = Row(
            sum(row.calls for row in self.rows.values()),
            sum(row.errors for row in self.rows.values()),
            sum(row.seconds for row in self.rows.values()),
        )
        lines = [f"{'calls':>8}{'errors':>8}{'seconds':>11}  call"]
        for name, row in [*self._sorted(), ("total", total)]:
            lines.append(f"{row.calls:8}{row.errors or '':>8}{row.seconds:11.6f}  {name}")
        return "\n".join(lines) + "\n"

    def _sorted(self) -> list[tuple[str, Row]]:
        return sorted(self.rows.items(), key=lambda pair: (-pair[1].calls, pair[0]))
