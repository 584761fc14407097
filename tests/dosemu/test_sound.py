"""Which devices the settings give, what programs find of them in the environment, volumes, and every port fuzzed."""

from __future__ import annotations

import random
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dosemu.errors import DosemuError, SettingsError
from dosemu.machine import Machine
from dosemu.settings import Settings
from hw.mixer import Collector
from hw.sound.fluidsynth import load_fluidsynth
from tests.dosemu.shell.conftest import Shell
from tests.dosemu.shell.conftest import shell as shell

ALL = {"sound.tandy": True, "sound.cms": True, "sound.gus": True, "sound.midi": "fm", "sound.opl": "dualopl2"}
# SAA1099, FM and DSP; MPU-401; LPT; Ultrasound; Tandy; timer, speaker and DMA.
PORTS = [
    *range(0x220, 0x230), 0x330, 0x331, *range(0x378, 0x37B), *range(0x388, 0x38C), *range(0x240, 0x24C),
    *range(0x340, 0x348), 0xC0, 0x1E0, 0x42, 0x43, 0x61, *range(0x10), *range(0x81, 0x90), *range(0xC4, 0xE0),
]  # fmt: skip


def fuzz(operations: int, seed: int, **settings: Any) -> None:
    """Random writes and reads of all ports, time passing, the sound rendered, save and load on the way."""
    chance = random.Random(seed)
    errors: list[tuple[int, Exception]] = []
    with Machine(None, **settings) as machine:
        rendered = 0

        def count(block: np.ndarray) -> None:
            nonlocal rendered
            rendered += len(block)

        machine.ports.on_error = lambda port, error: errors.append((port, error))
        machine.sound.mixer.listen(Collector(count))
        for n in range(operations):
            port = chance.choice(PORTS)
            machine.ports.write(port, chance.randrange(256))
            if n % 3 == 0:
                assert 0 <= machine.ports.read(chance.choice(PORTS)) <= 255
            if n % 16 == 0:
                machine.clock.skip_to(machine.clock.now_ps + chance.randrange(10**9))
            if n % 1000 == 999:
                state = machine.sound.save()
                machine.sound.load(state)
                assert machine.sound.save() == state
                assert errors == []
        due = int(machine.clock.seconds * machine.settings.sound.rate)
        machine.sound.close()
        # Loading begins a block anew.
        assert due - 960 * (operations // 1000) <= rendered <= due
    assert errors == []


@pytest.mark.parametrize("sbtype", ["none", "sb1", "sb2", "sbpro", "sb16"])
def test_whatever_is_written_to_the_ports(sbtype: str) -> None:
    fuzz(6000, 1, **ALL, **{"sound.sbtype": sbtype})


def test_the_environment_tells_programs_of_the_cards() -> None:
    with Machine(None, **{"sound.gus": True, "sound.gusirq": 11, "sound.irq": 5}) as machine:
        assert machine.sound.environment == {
            "BLASTER": "A220 I5 D1 H5 P330 T6", "ULTRASND": "240,3,3,11,11", "ULTRADIR": "C:\\ULTRASND",
        }  # fmt: skip
    with Machine(None, **{"sound.sbtype": "none"}) as machine:
        assert machine.sound.environment == {}


@pytest.mark.parametrize(
    ("settings", "there", "missing"),
    [
        ({}, {"speaker", "fm", "sb", "midi", "cd", "lpt"}, {"tandy", "cms", "gus"}),
        ({"machine.type": "tandy"}, {"tandy"}, {"cms"}),
        ({"machine.type": "tandy", "sound.tandy": False}, set(), {"tandy"}),
        ({"sound.sbtype": "none", "sound.opl": "none"}, {"speaker", "midi"}, {"sb", "fm"}),
        ({"sound.mpu401": "none", "sound.sbtype": "none"}, set(), {"midi"}),
        ({"sound.midi": "none", "sound.lpt": False}, set(), {"midi", "lpt"}),
    ],
)
def test_the_channels(settings: dict[str, Any], there: set[str], missing: set[str]) -> None:
    with Machine(None, **settings) as machine:
        assert there <= set(machine.sound.levels)
        assert not missing & set(machine.sound.levels)
        machine.sound.mixer.listen(Collector(lambda block: None))
        machine.clock.skip_to(10**11)
        assert set(machine.sound.mixer.channels) == set(machine.sound.levels)


def test_settings_place_devices_before_and_after_the_mixer_is_made() -> None:
    settings = Settings.load(
        user=None, overrides=["sound.mix.fm=50:10", "sound.mix.sb=0", "sound.volume=80", "sound.muted=true"]
    )
    with Machine(None, settings=settings) as machine:
        sound = machine.sound
        assert (sound.levels["fm"], sound.levels["sb"], sound.master, sound.muted) == ((50, 10), (0, 0), (80, 80), True)
        assert sound.mixer.channels["fm"].gains == pytest.approx((0.5, 0.1))
        assert sound.mixer.volume == (0.8, 0.8)
        assert sound.mixer.muted
        sound.set_level("fm", 0, 999)
        sound.master, sound.muted = (100, 50), False
        assert sound.mixer.channels["fm"].gains == pytest.approx((0, 4))
        assert (sound.mixer.volume, sound.mixer.muted) == ((1.0, 0.5), False)
        with pytest.raises(KeyError):
            sound.set_level("none", 1, 1)


@pytest.mark.parametrize("value", ["sound.mix.fm=-1", "sound.mix.fm=loud", "sound.mix.fm=1:401", "sound.mix=5"])
def test_volumes_that_are_none(value: str) -> None:
    with pytest.raises(SettingsError):
        Settings.load(user=None, overrides=[value])


def test_fluidsynth_asked_for_without_its_font() -> None:
    with (
        Machine(None, **{"sound.midi": "fluidsynth", "sound.soundfont": "/nonexistent.sf2"}) as machine,
        pytest.raises(DosemuError, match="fluidsynth"),
    ):
        _ = machine.sound.mixer


def test_what_pyfluidsynth_prints_is_not_the_programs_output(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "fluidsynth.py").write_text("print('found at')\nSynth = 1\n")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "fluidsynth", raising=False)
    assert load_fluidsynth().Synth == 1
    assert capfd.readouterr().out == ""
    monkeypatch.delitem(sys.modules, "fluidsynth")


def test_the_mixer_command(shell: Shell) -> None:
    lines = shell.run("mixer fm 50:10 master 80 mute /noshow", "mixer").splitlines()
    table = {words[0]: words[1:] for line in lines if (words := line.split())}
    assert table["MASTER"] == ["80", "80", "muted"]
    assert table["FM"] == ["50", "10"]
    assert table["SB"] == ["100", "100"]


@pytest.mark.parametrize(
    ("command", "message"),
    [
        ("mixer nothing 5", "No such sound device - NOTHING"),
        ("mixer fm", "Required parameter missing"),
        ("mixer fm loud", "Invalid volume - loud"),
        ("mixer mute fm 500", "Invalid volume - 500"),
    ],
)
def test_mistakes_in_the_mixer_command_change_nothing(shell: Shell, command: str, message: str) -> None:
    output = shell.run(command, "mixer")
    assert message in output
    assert "muted" not in output
