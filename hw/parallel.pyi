from collections.abc import Callable
from typing import Any

from hw.clock import Clock
from hw.pic import Pic
from hw.ports import PortBus
from hw.writes import WriteLog

DISNEY_HZ: int

class ParallelPort:
    data: int
    control: int
    levels: WriteLog
    sound_source: bool
    on_byte: Callable[[int], object] | None
    def __init__(self, ports: PortBus, clock: Clock, port: int = 0x378, pic: Pic | None = None) -> None: ...
    def print_byte(self) -> None: ...
    def due(self) -> None: ...
    def save(self) -> dict[str, Any]: ...
    def load(self, state: dict[str, Any]) -> None: ...
