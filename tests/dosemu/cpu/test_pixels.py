"""INT 10h/0Ch and 0Dh as the engine serves them, against the same calls served by the BIOS's own code."""

from __future__ import annotations

from pathlib import Path

import pytest

from dosemu import Machine, Trace
from tests.dosemu.guest import com

# Pixels of numbers from a generator, some outside of the picture, some by XOR; each is read back and summed up.
DRAW = """
    b8 {mode:02x} 00 cd 10 bf 00 08            ; mode, 800h rounds
    b8 6d 4e f7 e6 05 39 30 89 c6              ; 0108h: si = si * 4E6Dh + 3039h
    89 c1 81 e1 ff 03 89 c2 b1 00 d1 ea        ; cx, dx from it
    81 e2 ff 01 89 f1 81 e1 ff 03
    8a c5 32 c2 b7 {page:02x} b4 0c cd 10      ; write pixel
    b4 0d cd 10 32 e4 01 c5                    ; read pixel, bp += al
    b4 0d 49 cd 10 32 e4 01 c5                 ; and its neighbour
    4f 75 c8 89 2e 00 20 b8 00 4c cd 21
"""


def drawn(folder: Path, machine: str, mode: int, page: int, trace: Trace | None) -> tuple[bytes, int, int]:
    code = DRAW.format(mode=mode, page=page)
    with Machine(com(folder, code), trace=trace, machine=machine) as m:
        m.run(seconds=2)
        assert m.exit_code == 0
        hits = m.engine.pixels.hits
        at = m.program_base + 0x2000
        return bytes(m.screen.frame.tobytes()), m.memory[at] | m.memory[at + 1] << 8, hits


@pytest.mark.parametrize(
    ("machine", "mode", "page"),
    [
        ("svga", 0x13, 0), ("svga", 0x13, 5), ("svga", 0x12, 0), ("svga", 0x10, 0), ("ega", 0x0D, 0), ("ega", 0x0D, 2),
        ("vga", 4, 0), ("cga", 5, 0), ("cga", 6, 0), ("hercules", 7, 0), ("tandy", 8, 0), ("tandy", 9, 0),
        ("tandy", 10, 0), ("pcjr", 9, 0),
    ],
)  # fmt: skip
def test_the_same_picture_and_the_same_answers(tmp_path: Path, machine: str, mode: int, page: int) -> None:
    picture, total, hits = drawn(tmp_path, machine, mode, page, None)
    assert (picture, total, 0) == drawn(tmp_path, machine, mode, page, Trace(None))
    assert mode in (7, 10) or (
        hits > 0x1000 and total
    )  # text modes and that of eight pixels in two bytes are left alone


def test_another_mode_is_another_picture(tmp_path: Path) -> None:
    # A pixel in mode 13h, then the mode byte of the BIOS data area says 4, and a pixel again.
    code = "b8 13 00 cd 10 b8 01 0c b9 04 00 ba 00 00 cd 10 cd 10 6a 40 1f c6 06 49 00 04 b8 03 0c cd 10 eb fe"
    with Machine(com(tmp_path, code)) as m:
        m.run(seconds=0.1)
        assert m.engine.pixels.hits == 1
        assert bytes(m.memory[0xA0000:0xA0008]) == bytes((0, 0, 0, 0, 1, 0, 0, 0))
