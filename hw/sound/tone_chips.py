"""The voices of the chips that make square waves: SN76496 (Tandy, PCjr) and SAA1099 (Game Blaster)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from hw.cms import Saa1099
from hw.mixer import Samples, Span
from hw.psg import Psg
from hw.sound.filters import DcBlocker
from hw.sound.psg import PsgRenderer
from hw.sound.saa1099 import Saa1099Renderer


class PsgVoice:
    """Renders a Psg, the same on both sides."""

    def __init__(self, psg: Psg) -> None:
        self._psg = psg
        self._renderer: PsgRenderer | None = None
        self._filter: DcBlocker | None = None

    def listen(self, on: bool) -> None:
        """Begin with what is in the registers."""
        self._psg.log.record(on)
        self._registers = list(self._psg.registers)
        self._renderer = self._filter = None

    def render(self, span: Span) -> Samples | None:
        """The samples; None when no voice is on."""
        log = self._psg.log
        if self._renderer is None or self._filter is None:
            self._renderer = PsgRenderer(self._registers, span.start_ps)
            self._filter = DcBlocker(span.rate)
        if not log.count and self._renderer.silent and self._filter.quiet:
            self._renderer = None
            self._registers = list(self._psg.registers)
            return None
        mono = np.empty(span.count)
        self._renderer.render(log, span.first, span.rate, mono)
        return np.repeat(self._filter.run(mono[:, None]), 2, axis=1)


class CmsVoice:
    """Renders the chips of a Cms."""

    def __init__(self, chips: Sequence[Saa1099]) -> None:
        self._chips = chips
        self._renderers: list[Saa1099Renderer] = []
        self._filter: DcBlocker | None = None

    def listen(self, on: bool) -> None:
        """Begin with what is in the registers."""
        for chip in self._chips:
            chip.log.record(on)
        self._registers = [bytes(chip.registers) for chip in self._chips]
        self._renderers, self._filter = [], None

    def render(self, span: Span) -> Samples | None:
        """Both chips together; None when they are off."""
        if not self._renderers or self._filter is None:
            self._renderers = [Saa1099Renderer(registers, span.start_ps) for registers in self._registers]
            self._filter = DcBlocker(span.rate)
        if self._filter.quiet and not any(
            chip.log.count or not renderer.silent for chip, renderer in zip(self._chips, self._renderers, strict=True)
        ):
            self._registers = [bytes(chip.registers) for chip in self._chips]
            self._renderers = []
            return None
        total = np.zeros((span.count, 2))
        part = np.empty((span.count, 2))
        for chip, renderer in zip(self._chips, self._renderers, strict=True):
            renderer.render(chip.log, span.first, span.rate, part)
            total += part
        return self._filter.run(total)
