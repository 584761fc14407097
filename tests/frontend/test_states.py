"""--save-state and --load-state, and the slots of the window's keys."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from dosemu.errors import DosemuError
from dosemu.machine import Machine
from frontend import cli
from frontend.states import SLOTS, Slots
from tests.dosemu.guest import com

ECHO = "b400 cd16 b40e bb0700 cd10 ebf3"  # shows the characters of keys
AT_ONCE = "cd20"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    com(tmp_path, ECHO, name="T.COM")
    com(tmp_path, AT_ONCE, name="END.COM")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*words: str) -> int:
    return cli.main(["--display", "none", *words])


def test_a_run_goes_on_from_a_file_in_its_own_machine(folder: Path) -> None:
    words = ("--machine", "ega", "--keys", "0.5:a 1.5:b", "--save-state", "one@1", "--save-state", "end")
    assert run(*words, "--screenshot", "one.png@1", "--seconds", "2", "T.COM") == 124
    assert run("--load-state", "one", "--seconds", "0", "--screenshot", "again.png", "T.COM") == 124
    with Image.open(folder / "one.png") as first, Image.open(folder / "again.png") as second:
        assert first.tobytes() == second.tobytes()
        assert first.size == (640, 350)  # the EGA's
    assert run("--load-state", "end", "--keys", "0.1:c", "--seconds", "1", "--screen-text=text", "T.COM") == 124
    assert (folder / "text").read_text().split() == ["abc"]


def test_saving_states_does_not_change_the_run(folder: Path) -> None:
    words = ("--set", "dos.start_time=1995-01-01", "--keys", "0.5:a 1:b", "--frames", "100")
    assert run(*words, "--save-state", "plain", "T.COM") == 124
    assert run(*words, "--save-state", "one@0.3", "--save-state", "two@0.30001", "--save-state", "cut", "T.COM") == 124
    assert (folder / "cut").read_bytes() == (folder / "plain").read_bytes()
    assert (folder / "one").read_bytes() != (folder / "two").read_bytes()


def test_what_cannot_be(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--save-state", "s", "END.COM") == 0
    assert "no state saved, the program has ended" in capsys.readouterr().err
    assert not (folder / "s").exists()
    for words in (["--load-state", "s", "T.COM"], ["--load-state", "T.COM", "T.COM"], ["--load-state", "s"],
                  ["--load-state", "s", "--record-input", "r", "T.COM"],
                  ["--save-state", "no/where", "--seconds", "0.1", "T.COM"]):  # fmt: skip
        assert run(*words) == 125
        assert capsys.readouterr().err.startswith("dosemu: ")


def test_slots_are_each_programs_own_and_go_round(folder: Path) -> None:
    slots, others = Slots(folder / "T.COM", folder / "states"), Slots(folder / "END.COM", folder / "states")
    assert slots.folder != others.folder
    assert slots.described() == "slot 1: empty"
    with Machine("T.COM", sound="none") as machine:
        machine.run(seconds=0.1)
        slots.save(machine)
        machine.run(seconds=1)
        slots.load(machine)
        assert machine.clock.seconds == pytest.approx(0.1)
        slots.next()
        with pytest.raises(DosemuError, match="slot 2 is empty"):
            slots.load(machine)
        slots.folder.joinpath("2.state").write_bytes(b"nothing of ours")
        with pytest.raises(DosemuError, match="not a snapshot"):
            slots.load(machine)
        assert machine.clock.seconds == pytest.approx(0.1)
    for _ in range(SLOTS - 1):
        slots.next()
    assert slots.described().startswith("slot 1: 2")
