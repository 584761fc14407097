from __future__ import annotations

from pathlib import Path

import pytest

from dosemu.bios.layouts import LAYOUTS
from dosemu.machine import Machine
from tests.dosemu.shell.conftest import Shell


def typed(folder: Path, keys: str, layout: str, text: str = "") -> str:
    """What is on the line of the prompt after some keys."""
    with Machine(folder, dos__keyboard=layout, dos__codepage=850) as machine:
        machine.run(seconds=0.3)
        if text:
            machine.keyboard.type(text)
        machine.keyboard.schedule(keys)
        machine.run(seconds=1.5)
        line = machine.screen.text().splitlines()
        return next(row.rstrip().partition(">")[2] for row in line if row.startswith("C:\\>"))


@pytest.mark.parametrize(
    ("layout", "keys", "expected"),
    [
        ("gr", "0.1:y 0.2:z 0.3:; 0.4:[ 0.5:shift+2 0.6:ralt+q", 'zyöü"@'),
        ("fr", "0.1:q 0.2:w 0.3:2 0.4:[ 0.5:e 0.6:[ 0.7:x 0.8:[ 0.9:space", "azéê^x^"),
        ("uk", "0.1:shift+3 0.2:shift+2", '£"'),
        ("gr", "0.1:ctrl+alt+f1 0.2:y 0.3:z 0.5:ctrl+alt+f2 0.6:y 0.7:z", "yzzy"),
        ("sv", "0.1:capslock 0.2:[ 0.3:capslock 0.4:[ 0.5:=  0.6:a", "Ååá"),
    ],
)
def test_keys_give_what_the_country_has(tmp_path: Path, layout: str, keys: str, expected: str) -> None:
    assert typed(tmp_path, keys, layout) == expected


@pytest.mark.parametrize("layout", sorted(LAYOUTS))
def test_text_is_typed_as_it_is(tmp_path: Path, layout: str) -> None:
    text = "Az-yQ:\\;[@]{#}~^'x"
    assert typed(tmp_path, "0.1:home", layout.lower(), text) == text


def test_keyb_changes_the_layout_at_run_time(tmp_path: Path) -> None:
    (tmp_path / "C").mkdir()
    shell = Shell(tmp_path / "C")
    said = shell.run("keyb", "keyb gr,437", "keyb", "keyb xx", "keyb fr,932", "keyb us", "keyb")
    first, second = "Current keyboard code: US  code page: 437\n", "Current keyboard code: GR  code page: 437\n"
    assert said.startswith(first)
    assert second in said
    assert "Invalid keyboard code specified\nCode page specified has not been prepared\n" in said
    assert said.count(first) == 2
    assert shell.keys("0.2:type='keyb gr' 0.8:enter 1.2:y 1.3:z", 2)[-1] == "C:\\>zy"
