from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from hw.writes import WriteLog

class PsgRenderer:
    def __init__(self, registers: Sequence[int], start_ps: int) -> None: ...
    def render(self, log: WriteLog, first: int, rate: int, out: NDArray[np.float64]) -> None: ...
    @property
    def silent(self) -> bool: ...
