"""What recording and replay compare: the machine's checksums at a moment."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Any

from dosemu.replay.recording import Check
from hw.mixer import Collector

if TYPE_CHECKING:
    from dosemu.machine import Machine


class Watch:
    """Listens to a machine from its start on, and looks at it when asked."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self._sound = 0
        self._sink = Collector(self._heard)
        machine.sound.mixer.listen(self._sink)

    def _heard(self, block: Any) -> None:
        self._sound = zlib.crc32(block.tobytes(), self._sound)

    def registers(self) -> int:
        """A checksum of the CPU's registers."""
        return zlib.crc32(repr(self._machine.regs.save()).encode())

    def look(self, *, last: bool = False) -> Check:
        """What the machine is now; ``last``: the sound up to now too, not up to its last whole block."""
        machine = self._machine
        if last:
            machine.sound.mixer.flush()
        return Check(
            machine.clock.cycles,
            machine.clock.now_ps,
            machine.clock.instructions,
            self.registers(),
            zlib.crc32(memoryview(machine.memory)),
            zlib.crc32(machine.screen.frame.tobytes()),
            self._sound,
            machine.exited,
        )
