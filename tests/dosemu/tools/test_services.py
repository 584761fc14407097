"""docs/services.md is what the declarations say, and every service has a test that names it."""

from __future__ import annotations

from dosemu.tools.services import TESTS, covered, page, tables
from int21.service import ServiceTable

DECLARED = [service for table in tables() for service in table]


def test_every_service_has_a_test_that_names_it() -> None:
    """A new service needs ``@covers("21h/4Fh")`` on its test, or ``covers`` in a guest program's test.toml."""
    named = covered()
    assert [service.number for service in DECLARED if service.number not in named] == []


def test_tests_name_services_that_there_are() -> None:
    assert covered().keys() - {service.number for service in DECLARED} == set()


def test_the_page_is_up_to_date() -> None:
    written = (TESTS.parent / "docs" / "services.md").read_text(encoding="utf-8")
    assert written == page(covered()), "python -m dosemu.tools.services > docs/services.md"


def test_the_page_keeps_what_markdown_would_take_for_its_own() -> None:
    table = ServiceTable(0x99, "test")
    table.service(1, name="a|b", takes="\\path")(lambda context, regs: None)
    assert "no such row" not in page({})
    assert "| 21h/3Dh | open file | DS:DX path, AL mode | AX handle | x, y |\n" in page({"21h/3Dh": ["x", "y"]})
