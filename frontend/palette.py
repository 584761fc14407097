"""Pictures of at most 256 colours, for formats that have palettes.

>>> palette, places = indexed(np.array([[[0, 0, 0], [255, 0, 0]]], np.uint8))
>>> palette.tolist(), places.tolist()
([[0, 0, 0], [255, 0, 0]], [[0, 1]])
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image

COLOURS = 256
Bytes = NDArray[np.uint8]


def indexed(frame: Bytes, most: int = COLOURS) -> tuple[Bytes, Bytes]:
    """A palette (colours, 3) and the places in it (height, width): exact up to ``most`` colours, else the best."""
    packed = frame[:, :, 0].astype(np.uint32) << 16 | frame[:, :, 1].astype(np.uint32) << 8 | frame[:, :, 2]
    colours, places = np.unique(packed, return_inverse=True)
    if len(colours) > most:
        image = Image.fromarray(np.ascontiguousarray(frame)).quantize(most, dither=Image.Dither.NONE)
        values = np.array(image.getpalette(), np.uint8).reshape(-1, 3)[:most]
        return values, np.asarray(image, np.uint8)
    palette = colours.astype(">u4").view(np.uint8).reshape(-1, 4)[:, 1:]
    return np.ascontiguousarray(palette), places.reshape(packed.shape).astype(np.uint8)
