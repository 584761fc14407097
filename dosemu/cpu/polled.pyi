from collections.abc import Sequence

from dosemu.cpu.registers import Registers
from hw.memory import Memory

class PolledAnswers:
    hits: int
    def __init__(self, memory: Memory, regs: Registers) -> None: ...
    def learn(
        self,
        vector: int,
        ah: int,
        watches: Sequence[int],
        al: int | None = None,
        zf: bool | None = None,
        bx: int | None = None,
        cx: int | None = None,
        dx: int | None = None,
        asked_al: int | None = None,
    ) -> None: ...
    def forget(self) -> None: ...
