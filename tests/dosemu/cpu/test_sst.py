"""Every single-step test of the sets beside the checkout: registers, flags and memory after one instruction.

Without the data these tests run on what is there, nothing at worst; conftest.py names what was left out.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.dosemu.cpu import sst
from tests.dosemu.cpu.sst_exceptions import ANY, DIFFERENCES

FILES = [
    pytest.param(suite, path, id=f"{suite.model}-{path.name.removesuffix('.json.gz')}")
    for suite in sst.SUITES
    for path in suite.files()
]


@pytest.fixture(scope="module")
def runners() -> dict[str, sst.Runner]:
    """One engine for each set, for all its tests."""
    return {suite.model: sst.Runner(suite) for suite in sst.SUITES}


def check_instruction(suite: sst.Suite, path: Path, runners: dict[str, sst.Runner]) -> None:
    """Run one file's tests; an unlisted failure and a listed success both fail."""
    form = path.name.removesuffix(".json.gz")
    listed = DIFFERENCES[suite.model]
    unexplained, differing = [], set()
    for index, case in enumerate(sst.load(path)):
        if wrong := runners[suite.model].run(case, form):
            differing.add(index)
            if not any(difference.covers(form, index) for difference in listed):
                unexplained.append(f"{index}: {case.name} ({case.code.hex()}): {', '.join(wrong)}")
    assert not unexplained, "\n".join(unexplained[:10])
    for difference in listed:
        cases = difference.forms.get(form, frozenset())
        unneeded = cases - differing
        assert not unneeded, f"listed, but passing: {sorted(unneeded)} ({difference.reason})"
        assert cases is not ANY or differing, f"listed, but all pass ({difference.reason})"


if FILES:  # without data there is nothing to skip either
    test_instruction = pytest.mark.parametrize(("suite", "path"), FILES)(check_instruction)


def test_every_listed_form_has_tests() -> None:
    for suite in sst.SUITES:
        there = {path.name.removesuffix(".json.gz") for path in suite.files()}
        listed = {form for difference in DIFFERENCES[suite.model] for form in difference.forms}
        assert not there or listed <= there


def test_the_runner_tells_wrong_from_right() -> None:
    """inc ax from 7FFFh gives 8000h, SF, OF, AF and PF; the runner sees any other claim."""
    before = dict.fromkeys(sst.REGISTERS, 0x100) | {"ax": 0x7FFF, "flags": 0xF002}
    after = {"ax": 0x8000, "ip": 0x101, "flags": 0xF896}
    right = sst.Case("inc ax", b"\x40", before, [(0x1100, 0x40)], after, [], None)
    wrong = sst.Case("inc ax", b"\x40", before, [(0x1100, 0x40)], after | {"flags": 0xF096}, [(0x1100, 0x41)], None)
    runner = sst.Runner(sst.SUITES[0])
    assert runner.run(right, "40") == []
    assert runner.run(wrong, "40") == ["flags 0896 not 0096", "[01100] 40 not 41"]
