"""The benchmark figures as a chart: an SVG of our own, readable on light and dark ground.

>>> bars("speed", [("a & b", 2.0)], "times").count("<rect")
1
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from dosemu.tools.bench_host import Cost, HostReport
from dosemu.tools.bench_report import OURS, Report

_WIDTH, _ROW, _LABEL, _VALUE = 900, 24, 330, 90
_STYLE = (
    "text{font:14px system-ui,sans-serif;fill:#57606a}.t{font-weight:600;font-size:16px}rect{fill:#218bff}"
    ".one{stroke:#cf222e;stroke-dasharray:4 3}"
)


def _figure(value: float) -> str:
    """A value with three digits that count, or all before the point.

    >>> _figure(0.3843), _figure(4.5), _figure(1669.2)
    ('0.384', '4.5', '1,669')
    """
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def bars(title: str, rows: Sequence[tuple[str, float]], unit: str, mark: float | None = None, top: int = 0) -> str:
    """A group of horizontal bars with their values; ``mark`` is a line at a value."""
    most = max([value for _, value in rows] + [mark or 0.0, 1e-9])
    room = _WIDTH - _LABEL - _VALUE
    parts = [f'<text class="t" x="0" y="{top + 18}">{escape(title)}</text>']
    first = top + 32
    for number, (label, value) in enumerate(rows):
        y = first + number * _ROW
        length = max(value / most * room, 1)
        parts.append(
            f'<text x="{_LABEL - 10}" y="{y + 15}" text-anchor="end">{escape(label)}</text>'
            f'<rect x="{_LABEL}" y="{y + 2}" width="{length:.1f}" height="{_ROW - 6}" rx="3"/>'
            f'<text x="{_LABEL + length + 8:.1f}" y="{y + 15}">{_figure(value)} {escape(unit)}</text>'
        )
    if mark is not None:
        x = _LABEL + mark / most * room
        parts.append(f'<line class="one" x1="{x:.1f}" x2="{x:.1f}" y1="{first}" y2="{first + len(rows) * _ROW}"/>')
    return "\n".join(parts)


def height_of(rows: int) -> int:
    """The height of a group with so many bars."""
    return 32 + rows * _ROW + 24


def _costs(costs: Sequence[Cost], name: str) -> list[tuple[str, float]]:
    counts = [cost.seconds if name == "s" else cost.machines for cost in costs]
    names = [name.removesuffix("s") if count == 1 and name != "s" else name for count in counts]
    return [(f"{count:g} {each}", cost.each * 1000) for count, each, cost in zip(counts, names, costs, strict=True)]


def chart(report: Report | None, host: HostReport | None) -> str:
    """The whole chart: ratios to each DOSBox core, and what the host is."""
    groups: list[tuple[str, list[tuple[str, float]], str, float | None]] = []
    if report is not None:
        for key, title in report.titles.items():
            ratios = [(each.title, report.ratio(each.name, key)) for each in report.programs if key != OURS]
            rows = [(name, ratio.median) for name, ratio in ratios if ratio is not None]
            if rows:
                groups.append((f"times as fast as {title}", rows, "x", 1.0))
    if host is not None:
        rates = [(f"{rate.work} ({rate.pc})", rate.cycles / 1000) for rate in host.rates]
        groups.append(("million instructions a CPU second", rates, "", None))
        groups.append(("CPU time for an emulated second, by length", _costs(host.by_time, "s"), "ms", None))
        machines = _costs(host.by_machines, "machines")
        groups.append(("CPU time for an emulated second of each machine", machines, "ms", None))
    parts, top = [], 0
    for title, rows, unit, mark in groups:
        parts.append(bars(title, rows, unit, mark, top))
        top += height_of(len(rows))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {top}" width="{_WIDTH}" height="{top}">'
        f"<style>{_STYLE}</style>\n" + "\n".join(parts) + "\n</svg>\n"
    )
