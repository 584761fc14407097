"""``dosemu compare PROGRAM``: the same program, keys and times in DOSBox and here, side by side on one page.

``cases`` says what is run, ``here`` and ``dosbox`` run it, ``pictures``, ``sound`` and ``files`` compare what came,
``results`` holds what was found, ``page`` shows it.
"""

from dosemu.tools.compare.command import main

__all__ = ["main"]
