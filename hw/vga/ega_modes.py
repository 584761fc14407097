"""The BIOS modes of an EGA on an Enhanced Color Display, as register values.

IBM Enhanced Graphics Adapter (Options and Adapters Technical Reference), BIOS listing, "Video parameters".

>>> ega_modes(256)[0x10].height, ega_modes(64)[0x10].sequencer.hex()
(350, '03050f0000')
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Final

from hw.vga.modes import MODES, Mode

_CRTC: Final = {
    0x00: "2d272b2d286d6c1f 000d0b0c00000000 5e2b5d140f5e0aa3 ff",
    0x02: "5b4f5337515b6c1f 000d0b0c00000000 5e2b5d280f5e0aa3 ff",
    0x04: "37272d3730140411 0001000000000000 e124c71408e0f0a2 ff",
    0x06: "704f592d5e060411 0001000000000000 e023c72808dfefc2 ff",
    0x07: "604f563a5160701f 000d0b0c00000000 5e2e5d280d5e6ea3 ff",
    0x0D: "37272d3730140411 0000000000000000 e124c71400e0f0e3 ff",
    0x0E: "704f592d5e060411 0000000000000000 e023c72800dfefe3 ff",
    0x0F: "604f563a5060701f 0000000000000000 5e2e5d280d5e6ee3 ff",
    0x10: "5b4f533752006c1f 0000000000000000 5e2b5d280f5f0ae3 ff",
}
_ATTRIBUTE_TEXT: Final = "0001020304051407 38393a3b3c3d3e3f 08000f0000"
_ATTRIBUTE_MONO: Final = "0008080808080808 1018181818181818 0e000f0800"
# With 64 KB, planes 0 and 1 make bit 0 of a colour, planes 2 and 3 bit 2.
_ATTRIBUTES_64: Final = {
    0x0F: "0008000018180000 0008000000180000 0b00050000",
    0x10: "0001000004070000 0001000004070000 0100050000",
}
_MISC_TEXT, _MISC_MONO, _MISC_350, _MISC_200 = 0xA7, 0xA6, 0xA7, 0x23


def _crtc(number: int) -> bytes:
    return bytes.fromhex(_CRTC[number].replace(" ", ""))


def _mode(number: int, misc: int, sequencer: str, crtc: int, **changes: object) -> Mode:
    return replace(
        MODES[number], misc=misc, sequencer=bytes.fromhex(sequencer), crtc=_crtc(crtc), **changes  # type: ignore[arg-type]
    )  # fmt: skip


def _text(number: int, sequencer: str, crtc: int, columns: int) -> Mode:
    attribute = bytes.fromhex(_ATTRIBUTE_TEXT)
    return _mode(
        number, _MISC_TEXT, sequencer, crtc, width=columns * 8, height=350, cell_height=14, attribute=attribute
    )


_MODES: Final = {
    mode.number: mode
    for mode in (
        _text(0x00, "030b030003", 0x00, 40),
        _text(0x01, "030b030003", 0x00, 40),
        _text(0x02, "0301030003", 0x02, 80),
        _text(0x03, "0301030003", 0x02, 80),
        _mode(0x04, _MISC_200, "030b030002", 0x04),
        _mode(0x05, _MISC_200, "030b030002", 0x04),
        _mode(0x06, _MISC_200, "0301010006", 0x06),
        _mode(
            0x07, _MISC_MONO, "0300030003", 0x07, width=720, height=350, cell_height=14,
            attribute=bytes.fromhex(_ATTRIBUTE_MONO),
        ),
        _mode(0x0D, _MISC_200, "030b0f0006", 0x0D),
        _mode(0x0E, _MISC_200, "03010f0006", 0x0E),
        _mode(0x0F, 0xA2, "03050f0006", 0x0F),
        _mode(0x10, _MISC_350, "03010f0006", 0x10),
    )
}  # fmt: skip


@cache
def ega_modes(memory_kb: int) -> Mapping[int, Mode]:
    """The modes by number; with 64 KB the planes of 350 lines are chained in pairs, and there are four colours."""
    if memory_kb > 64:
        pages = {0x0D: 8, 0x0E: 4, 0x0F: 2, 0x10: 2} if memory_kb == 256 else {0x0D: 4, 0x0E: 2, 0x0F: 1, 0x10: 1}
        return {number: replace(mode, pages=pages.get(number, mode.pages)) for number, mode in _MODES.items()}
    chained = dict(_MODES)
    for number, attribute in _ATTRIBUTES_64.items():
        mode = _MODES[number]
        crtc = bytearray(mode.crtc)
        crtc[0x13], crtc[0x17] = 0x14, 0x8B
        chained[number] = replace(
            mode,
            pages=1,
            sequencer=bytes.fromhex("03050f0000"),
            crtc=bytes(crtc),
            attribute=bytes.fromhex(attribute),
            graphics=bytes.fromhex("0000000000 10 07 0f ff"),
        )
    return chained | {0x0D: replace(_MODES[0x0D], pages=2), 0x0E: replace(_MODES[0x0E], pages=1)}
