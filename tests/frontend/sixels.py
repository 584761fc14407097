"""Reads sixels, as a terminal does (VT330/VT340 Programmer Reference Manual, volume 2, chapter 14)."""

from __future__ import annotations

import re

import numpy as np

_PART = re.compile(r"#(\d+);2;(\d+);(\d+);(\d+)|#(\d+)|!(\d+)([?-~])|([?-~])|([$-])")


def decode(data: bytes) -> np.ndarray:
    """The picture (height, width, 3) of one control string; dots that were never drawn are -1."""
    text = data.decode("ascii")
    found = re.fullmatch(r'\x1bP[\d;]*q"1;1;(\d+);(\d+)(.*)\x1b\\', text, re.DOTALL)
    assert found is not None, text[:40]
    width, height, body = int(found[1]), int(found[2]), found[3]
    picture = np.full((height, width, 3), -1)
    palette: dict[int, list[int]] = {}
    colour = x = y = at = 0
    while at < len(body):
        part = _PART.match(body, at)
        assert part is not None, body[at : at + 20]
        at = part.end()
        if part[1]:
            palette[int(part[1])] = [round(int(share) * 255 / 100) for share in part.group(2, 3, 4)]
        elif part[5]:
            colour = int(part[5])
        elif part[9] == "$":
            x = 0
        elif part[9] == "-":
            x, y = 0, y + 6
        else:
            count, dots = int(part[6] or 1), ord(part[7] or part[8]) - 63
            for row in range(6):
                if dots >> row & 1:
                    picture[y + row, x : x + count] = palette[colour]
            x += count
            assert x <= width
    return picture
