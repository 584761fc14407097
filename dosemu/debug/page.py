"""HTML pages of their own for reports: a table, horizontal bars, no script and nothing from elsewhere.

>>> "50 %" in bars([("main", 50.0, "50 %")], most=100.0)
True
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

_STYLE = """
body{font:14px/1.45 system-ui,sans-serif;margin:2em auto;max-width:75em;padding:0 1em;color:#222;background:#fff}
table{border-collapse:collapse;margin:1em 0}td,th{padding:.15em .8em;text-align:right;border-bottom:1px solid #ddd}
td:first-child,th:first-child{text-align:left;font-family:monospace}
.bar{display:grid;grid-template-columns:18em 1fr 8em;gap:.6em;align-items:center;margin:2px 0}
.bar i{display:block;height:1em;background:#3a76b8;min-width:1px}.bar b{font:13px monospace;overflow:hidden}
pre{background:#f6f6f6;padding:1em;overflow:auto}.no{color:#a33}.yes{color:#163}
"""


def bars(items: Iterable[tuple[str, float, str]], most: float) -> str:
    """A bar for each (name, value, text); ``most`` is as wide as there is room."""
    return "".join(
        f'<div class="bar"><b>{escape(name)}</b>'
        f'<span><i style="width:{100 * value / most if most else 0:.2f}%"></i></span>'
        f"<span>{escape(text)}</span></div>"
        for name, value, text in items
    )


def rows(head: Sequence[str], lines: Iterable[Sequence[object]]) -> str:
    """A table; numbers get thousands separators."""

    def cell(value: object) -> str:
        return f"{value:,}" if isinstance(value, int) else escape(str(value))

    body = "".join("<tr>" + "".join(f"<td>{cell(v)}</td>" for v in line) + "</tr>" for line in lines)
    return f"<table><tr>{''.join(f'<th>{escape(h)}</th>' for h in head)}</tr>{body}</table>"


def page(title: str, body: str) -> str:
    """The whole page."""
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{escape(title)}</title><style>{_STYLE}</style>'
        f"<h1>{escape(title)}</h1>{body}</html>\n"
    )
