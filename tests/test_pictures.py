"""The picture of each video mode against DOSBox's on the same program (tests/pictures)."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from dosemu import Machine
from hw.vga.vga import Vga

PICTURES = Path(__file__).parent / "pictures"


@pytest.mark.parametrize("name", sorted(path.stem for path in PICTURES.glob("*.png")))
def test_picture(name: str) -> None:
    expected = np.asarray(Image.open(PICTURES / f"{name}.png").convert("RGB"))
    adapter = name.partition("_")[0] if "_" in name else "svga"
    with Machine(PICTURES / f"{name}.com", machine=adapter) as machine:
        machine.run(seconds=2 if name.startswith("vbet") else 1 if name.startswith("vbe") else 0.5)
        frame = machine.screen.frame
        assert frame.shape == expected.shape
        # DOSBox draws text with five or six bits a colour.
        different = (abs(frame.astype(int) - expected) > 7).any(axis=2)
        assert not different.any(), f"{different.sum()} pixels, the first at {np.argwhere(different)[0]}"


@pytest.mark.parametrize("mode", [0x03, 0x0D, 0x13, 0x101])
def test_a_race_with_the_beam(mode: int) -> None:
    """One row of memory shows on all lines, and is another one at each (tests/pictures/race.asm)."""
    adapter = "vga" if mode < 0x100 else "svga"
    with Machine(PICTURES / f"race{mode:02x}.com", machine=adapter, **{"cpu.cycles": 10_000}) as machine:
        machine.run(frames=12)
        frame = machine.screen.frame
        assert isinstance(machine.adapter, Vga)
        colours = np.frombuffer(machine.adapter.dac(), np.uint8).reshape(256, 3)
        lines = np.arange(len(frame))
        if mode in (0x13, 0x101):
            shown, expected = frame[:, 0], colours[lines & 0xFF]
        elif mode == 3:
            palette = [machine.adapter.attribute(index) for index in range(16)]
            shown, expected = frame[:, 0], colours[[palette[line >> 4 & 15] for line in lines]]
        else:
            shown, expected = frame[:, :8], np.array([[(n >> 7 - bit & 1) * 63 for bit in range(8)] for n in lines])
            shown = shown[:, :, 0]
        assert (shown >> 2 == expected).all()
