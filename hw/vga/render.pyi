import numpy as np
from numpy.typing import NDArray

from hw.vga.vga import Vga

class Renderer:
    def __init__(self, vga: Vga) -> None: ...
    @property
    def size(self) -> tuple[int, int]: ...
    def draw(self) -> NDArray[np.uint8]: ...
