"""Creative's ADPCM: 4, 2.6 (three samples in a byte) and 2 bits a sample, to unsigned 8 bits.

The codes are a sign and a magnitude in units of an adaptive step (the formats are described in the MultimediaWiki,
"Creative ADPCM"): the step doubles after a largest magnitude and halves after a zero.

>>> decoder = Adpcm(4, reference=0x80)
>>> list(decoder.decode(bytes((0x10, 0x77))))
[129, 129, 136, 151]
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class _Form:
    fields: tuple[tuple[int, int], ...]  # shift and bits of each sample in a byte
    largest_step: int  # as a power of two
    grows_from: int  # magnitude from which the step doubles


_FORMS = {
    4: _Form(((4, 4), (0, 4)), 3, 5),
    3: _Form(((5, 3), (2, 3), (0, 2)), 3, 3),
    2: _Form(((6, 2), (4, 2), (2, 2), (0, 2)), 4, 1),
}


class Adpcm:
    """A decoder of ``bits`` 4, 3 (called 2.6) or 2."""

    def __init__(self, bits: int, reference: int = 0x80) -> None:
        self.bits = bits
        self._form = _FORMS[bits]
        self.sample = reference
        self._step = 0

    @property
    def samples_per_byte(self) -> int:
        """2, 3 or 4."""
        return len(self._form.fields)

    @property
    def state(self) -> tuple[int, int]:
        """The last sample, and the step as a power of two."""
        return self.sample, self._step

    @state.setter
    def state(self, value: tuple[int, int]) -> None:
        self.sample, self._step = value

    def set_reference(self, reference: int) -> None:
        """The first byte of a block with reference: a sample as it is, and the smallest step."""
        self.sample, self._step = reference, 0

    def decode(self, data: bytes) -> bytes:
        """The samples of some bytes."""
        form = self._form
        sample, step = self.sample, self._step
        out = bytearray()
        for byte in data:
            for shift, bits in form.fields:
                code = byte >> shift & (1 << bits) - 1
                magnitude = code & (1 << bits - 1) - 1
                # Half a unit is added where a step of one has no room for it.
                change = (magnitude << step) + ((1 << step) >> 1)
                sample += -change if code >> bits - 1 else change
                sample = 0 if sample < 0 else min(sample, 255)
                if magnitude >= min(form.grows_from, (1 << bits - 1) - 1):
                    step = min(step + 1, form.largest_step)
                elif magnitude == 0:
                    step = max(step - 1, 0)
                out.append(sample)
        self.sample, self._step = sample, step
        return bytes(out)
