"""The ADPCM decoder."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hw.sb.adpcm import Adpcm


@pytest.mark.parametrize("bits", [4, 3, 2])
@given(data=st.binary(max_size=50), cut=st.integers(0, 50))
def test_samples_fit_and_portions_do_not_matter(bits: int, data: bytes, cut: int) -> None:
    whole, parts = Adpcm(bits), Adpcm(bits)
    decoded = whole.decode(data)
    assert len(decoded) == len(data) * whole.samples_per_byte
    assert parts.decode(data[:cut]) + parts.decode(data[cut:]) == decoded


def test_four_bits_by_hand() -> None:
    # +1, -1 at a step of 1; +7 grows the step to 2: +3 is 6 and half of the step; 0 halves it again.
    assert list(Adpcm(4, 100).decode(bytes((0x19, 0x73, 0x0F)))) == [101, 100, 107, 114, 115, 108]


def test_a_reference_starts_anew() -> None:
    decoder = Adpcm(2)
    decoder.decode(bytes(range(100)))
    decoder.set_reference(50)
    assert list(decoder.decode(b"\x00")) == [50, 50, 50, 50]
