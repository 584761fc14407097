"""An adapter with a 6845 on a board of its own: ports, memory, clock, and the beam's place."""

from __future__ import annotations

from typing import cast

import numpy as np
from numpy.typing import NDArray

from hw.adapter import make_adapter
from hw.clock import Clock
from hw.mc6845.adapter import Adapter6845
from hw.mc6845.modes import Mode6845
from hw.memory import Memory
from hw.ports import PortBus


class Board:
    """Sets modes as a BIOS does, and moves emulated time to a line."""

    def __init__(self, name: str, mode: int | None = None, *, composite: bool = False) -> None:
        self.bus, self.clock, self.memory = PortBus(), Clock(), Memory(0x200000)
        self.adapter = cast(Adapter6845, make_adapter(name, self.bus, self.clock, composite=composite))
        self.adapter.attach(self.memory, self.memory.show_page)
        self.renderer = self.adapter.renderer()
        if mode is not None:
            self.set_mode(self.adapter.modes[mode])

    def set_mode(self, mode: Mode6845) -> None:
        name = self.adapter.name
        if name == "hercules":
            self.bus.write(0x3B8, mode.mode)
        elif name == "pcjr":
            self.gate(0, mode.mode)
        else:
            self.bus.write(0x3D8, mode.mode)
            self.bus.write(0x3D9, mode.colour)
        if name in ("tandy", "pcjr"):
            self.gate(3, mode.gate)
            self.bus.write(0x3DF, mode.page)
        self.adapter.program(mode.crtc)

    def gate(self, index: int, value: int) -> None:
        if self.adapter.name == "pcjr":
            self.bus.read(0x3DA)
            self.bus.write(0x3DA, index)
            self.bus.write(0x3DA, value)
        else:
            self.bus.write(0x3DA, index)
            self.bus.write(0x3DE, value)

    def crtc(self, index: int, value: int) -> None:
        base = 0x3B4 if self.adapter.name == "hercules" else 0x3D4
        self.bus.write(base, index)
        self.bus.write(base + 1, value)

    def to_line(self, line: int, lines: int, shown: int) -> None:
        """Move on to the left end of a line of the present or the next frame of ``lines``, ``shown`` of them."""
        end = self.adapter.next_frame_ps(self.clock.now_ps)
        target = end - self.adapter.frame_ps * (shown - line) // lines + self.adapter.frame_ps // lines // 20
        self.clock.skip_to(target if target > self.clock.now_ps else target + self.adapter.frame_ps)

    def draw(self) -> NDArray[np.uint8]:
        return self.renderer.draw()
