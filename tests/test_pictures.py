"""The picture of each video mode against DOSBox's on the same program (tests/pictures)."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from dosemu import Machine

PICTURES = Path(__file__).parent / "pictures"


@pytest.mark.parametrize("name", sorted(path.stem for path in PICTURES.glob("*.png")))
def test_picture(name: str) -> None:
    expected = np.asarray(Image.open(PICTURES / f"{name}.png").convert("RGB"))
    adapter = name.partition("_")[0] if "_" in name else "svga"
    with Machine(PICTURES / f"{name}.com", machine=adapter) as machine:
        machine.run(seconds=1 if name.startswith("vbe") else 0.5)
        frame = machine.screen.frame
        assert frame.shape == expected.shape
        # DOSBox draws text with five or six bits a colour.
        different = (abs(frame.astype(int) - expected) > 7).any(axis=2)
        assert not different.any(), f"{different.sum()} pixels, the first at {np.argwhere(different)[0]}"
