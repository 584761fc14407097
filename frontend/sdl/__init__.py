"""``--display sdl``: the screen in a window, keys from it."""
