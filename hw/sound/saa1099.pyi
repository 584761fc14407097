import numpy as np
from numpy.typing import NDArray

from hw.writes import WriteLog

class Saa1099Renderer:
    def __init__(self, registers: bytes, start_ps: int) -> None: ...
    def render(self, log: WriteLog, first: int, rate: int, out: NDArray[np.float64]) -> None: ...
    @property
    def silent(self) -> bool: ...
