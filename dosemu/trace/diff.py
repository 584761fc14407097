"""What two traces, text or JSON lines, say differently; times and addresses do not count.

>>> list(compare(["    0.1  21h/30h get DOS version"], ["    0.2  21h/30h get DOS version", "    0.3  20h end"]))
[' 21h/30h get DOS version', '+20h end']
"""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterable, Iterator

_TIME = re.compile(r"^\s*[0-9]+\.[0-9]+\s+")
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")


def normal(line: str) -> str:
    """A line of a trace without what may differ between two equal runs."""
    line = _COLOUR.sub("", line.rstrip("\n"))
    if line.startswith("{"):
        try:
            record = json.loads(line)
        except ValueError:
            return line
        shown = " ".join(f"{key}={value}" for key, value in record.get("in", {}).items())
        given = record.get("error") or " ".join(f"{key}={value}" for key, value in record.get("out", {}).items())
        text = f"{record.get('service', '')} {record.get('name', '')}"
        return text + (f": {shown}" if shown else "") + (f" -> {given}" if given else "")
    return _TIME.sub("", line)


def compare(before: Iterable[str], after: Iterable[str], context: int = 3) -> Iterator[str]:
    """Lines with a blank, ``-`` or ``+`` in front, ``@@`` where some are left out; none for equal ones."""
    old, new = [normal(line) for line in before], [normal(line) for line in after]
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    for group in matcher.get_grouped_opcodes(context):
        if group[0][1] or group[0][3]:
            yield f"@@ call {group[0][1] + 1} / {group[0][3] + 1} @@"
        for tag, a, b, c, d in group:
            if tag == "equal":
                yield from (f" {line}" for line in old[a:b])
                continue
            yield from (f"-{line}" for line in old[a:b])
            yield from (f"+{line}" for line in new[c:d])
