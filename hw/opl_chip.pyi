from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from hw.clock import Clock
from hw.ports import PortBus
from hw.writes import WriteLog

if TYPE_CHECKING:
    from hw.opl import OplType

REGISTERS: int

class OplChip:
    kind: OplType
    log: WriteLog
    def __init__(self, clock: Clock, kind: OplType) -> None: ...
    @property
    def registers(self) -> bytes: ...
    def record(self, on: bool) -> None: ...
    def take(self) -> list[tuple[int, int, int]]: ...
    def save(self) -> dict[str, Any]: ...
    def load(self, state: dict[str, Any]) -> None: ...

class OplPorts:
    def __init__(self, ports: PortBus, base: int, chips: Sequence[OplChip], banks: int) -> None: ...
