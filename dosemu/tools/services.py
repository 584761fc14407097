"""The page of all services, from their declarations: ``python -m dosemu.tools.services > docs/services.md``.

Tests say what they show with ``@covers("21h/3Dh")`` (tests/covers.py), guest programs in their test.toml; the last
column of the page names them.
"""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path

from dosemu.bios import bios
from dosemu.dpmi import int31
from int21 import services, table
from int21.service import Service, ServiceTable

TESTS = Path(__file__).parents[2] / "tests"
_COVERS = re.compile(r"@covers\(([^)]*)\)")
_NUMBER = re.compile(r'"([^"]+)"')
_HEAD = """\
# Services

What programs can ask of DOS, the BIOS and the drivers. This page is made from the declarations in the sources by
`python -m dosemu.tools.services > docs/services.md`. A function of AX (`21h/4400h`) goes before the one of its AH;
what neither lists is answered as the interrupt's own rules say. The last column names the tests.
"""


def tables() -> Iterator[ServiceTable]:
    """All tables of the machine, by vector."""
    services.load_all()
    int31.load()
    modules = [import_module(f"dosemu.bios.{module}") for module in bios.MODULES]
    own: list[ServiceTable] = [table for module in modules for table in getattr(module, "TABLES", (module.TABLE,))]
    yield from sorted([*own, int31.TABLE, *table.tables()], key=lambda each: each.vector)


def covered(tests: Path = TESTS) -> dict[str, list[str]]:
    """The tests that name each service: files of unit tests, and guest programs."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for path in sorted(tests.rglob("test_*.py")):
        for marks in _COVERS.findall(path.read_text(encoding="utf-8")):
            for number in _NUMBER.findall(marks):
                found[number].add(path.stem)
    for path in sorted(tests.glob("programs/*/test.toml")):
        for number in tomllib.loads(path.read_text(encoding="utf-8")).get("covers", ()):
            found[number].add(f"programs/{path.parent.name}")
    return {number: sorted(names) for number, names in found.items()}


def page(tests: Mapping[str, list[str]]) -> str:
    """The page as Markdown."""
    parts = [_HEAD]
    for each in tables():
        rows = [_row(service, tests.get(service.number, [])) for service in each]
        parts.append(f"\n## INT {each.vector:02X}h: {each.name}\n\n| function | name | takes | gives | tests |\n")
        parts.append("|---|---|---|---|---|\n" + "".join(rows))
    return "".join(parts)


def _row(service: Service, tests: list[str]) -> str:
    cells = (service.number, service.name, service.takes, service.gives, ", ".join(tests))
    return "| " + " | ".join(cell.replace("\\", "\\\\").replace("|", "\\|") for cell in cells) + " |\n"


if __name__ == "__main__":
    print(page(covered()), end="")
