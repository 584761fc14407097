"""The same operations on files leave the same tree as in DOSBox (tests/trees)."""

from __future__ import annotations

from pathlib import Path

import pytest

from dosemu import Machine
from tests.trees.operations import HERE, program, tree


@pytest.mark.parametrize("number", sorted(int(path.stem) for path in HERE.glob("*.txt")))
def test_tree(number: int, tmp_path: Path) -> None:
    code = (HERE / f"{number}.com").read_bytes()
    assert code == program(number)
    (tmp_path / "P.COM").write_bytes(code)
    with Machine(tmp_path / "P.COM", stdio=True) as machine:
        machine.run(seconds=5)
        assert machine.exit_code == 0
    assert tree(tmp_path) == (HERE / f"{number}.txt").read_text()
