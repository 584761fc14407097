"""Snow on a CGA: bytes that the CPU moves while the beam is on its way show where the beam is."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from dosemu import Machine

SET_MODE = "b8{mode:02x}00 cd10 b800b8 8ec0 31ff"
STORE = "b0db 268805 ebf9"  # mov al, 219; mov [es:di], al
LOAD = "268a25 ebfb"
COPY = "be0001 b91000 31ff f3a5 ebf4"  # rep movsw of the program
IN_RETRACE = "bada03 eca80874fb b0db268805 ebf4"


def machine(folder: Path, code: str, mode: int = 3, *, snow: bool = True) -> Machine:
    path = folder / "T.COM"
    path.write_bytes(bytes.fromhex(SET_MODE.format(mode=mode) + code))
    settings = {"machine.snow": snow, "cpu.cycles": 300}
    return Machine(path, machine="cga", **settings)


def flakes(picture: np.ndarray) -> int:
    """Lines of cells that are other than black, without the first row, which the programs write to."""
    return int(picture[8:].reshape(192, -1, 8, 3).any(axis=(2, 3)).sum())


@pytest.mark.parametrize("code", [STORE, LOAD, COPY])
def test_accesses_show_in_80_columns(tmp_path: Path, code: str) -> None:
    with machine(tmp_path, code) as one, machine(tmp_path, code) as other:
        one.run(frames=20)
        other.run(frames=20)
        picture = one.screen.frame.copy()
        assert flakes(picture) > 200
        assert np.array_equal(picture, other.screen.frame)
        assert not one.screen.text().splitlines()[5].strip()
        token = one.screen.token()
        one.run(frames=1)
        assert one.screen.changed_since(token)


def test_a_byte_is_character_and_attribute_at_once(tmp_path: Path) -> None:
    with machine(tmp_path, STORE) as guest:
        colours = set()
        for _ in range(2):
            guest.run(frames=16)
            colours |= {tuple(colour) for colour in guest.screen.frame[8:].reshape(-1, 3).tolist()}
    # Character DBh, which is all ink, in attribute DBh: bright cyan on magenta, blinking.
    assert colours == {(0, 0, 0), (0x55, 0xFF, 0xFF), (0xAA, 0, 0xAA)}


@pytest.mark.parametrize(
    ("code", "mode", "snow"), [(IN_RETRACE, 3, True), (STORE, 1, True), (LOAD, 6, True), (STORE, 3, False)]
)
def test_no_snow(tmp_path: Path, code: str, mode: int, snow: bool) -> None:
    with machine(tmp_path, code, mode, snow=snow) as guest:
        guest.run(frames=20)
        assert flakes(guest.screen.frame) == 0


def test_what_the_bios_writes_makes_no_snow(tmp_path: Path) -> None:
    with machine(tmp_path, "b8410e cd10 ebf9") as guest:
        guest.run(frames=3)
        assert (guest.adapter.revision >> 32) == 0


def test_the_same_snow_after_a_snapshot(tmp_path: Path) -> None:
    with machine(tmp_path, COPY) as guest:
        guest.run(frames=10)
        snapshot = guest.snapshot()
        picture = guest.screen.frame.copy()
        guest.run(frames=2)
        later = guest.screen.frame.copy()
        guest.restore(snapshot)
        assert np.array_equal(guest.screen.frame, picture)
        guest.run(frames=2)
        assert np.array_equal(guest.screen.frame, later)
