from collections.abc import Mapping

from hw.clock import Clock
from hw.ports import PortBus
from hw.vga.modes import Mode
from hw.vga.vga import Vga

class Ega(Vga):
    memory_kb: int
    def __init__(self, ports: PortBus, clock: Clock, name: str = "ega", memory_kb: int = 256) -> None: ...
    @property
    def modes(self) -> Mapping[int, Mode]: ...
