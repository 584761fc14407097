"""``--display sdl``: the screen in a window, keys from it."""

import warnings

from dosemu.errors import DosemuError

__all__ = ["sdl2"]

try:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # PySDL2 announces which library it found
        import sdl2
except ImportError as error:
    raise DosemuError(f"no window: SDL 2 cannot be loaded ({error}); pip install pysdl2-dll brings it") from error
