import numpy as np
from numpy.typing import NDArray

def encode(places: NDArray[np.uint8], palette: NDArray[np.uint8]) -> bytes: ...
