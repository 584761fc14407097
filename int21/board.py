"""What DOS's memory managers need of the board they run on: address line 20 and the page table.

>>> from hw.memory import Memory
>>> board = Board.of(Memory(0x200000))
>>> board.set_a20(True); board.a20()
True
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from hw.memory import Memory


@dataclass(frozen=True, slots=True)
class Board:
    """``show_page(page, target)`` lets a 4 KB page below 1 MB show another one of the RAM, for the CPU and DOS.

    ``pointing_interrupt()`` is the BIOS's part of IRQ 12, for programs with a mouse driver of their own.
    ``use_code_page(number)`` changes the characters of the screen and the keyboard.
    ``national_keys(on)`` tells whether the layout of KEYB is in use (None: there is only that of the US), and changes
    to it or back, unless it is given None.
    """

    a20: Callable[[], bool]
    set_a20: Callable[[bool], None]
    show_page: Callable[[int, int], None]
    raise_irq: Callable[[int], None]
    pointing_interrupt: Callable[[], None] = lambda: None
    use_code_page: Callable[[int], None] = lambda number: None
    national_keys: Callable[[bool | None], bool | None] = lambda on: None

    @classmethod
    def of(cls, memory: Memory) -> Board:
        """A board with nothing but its memory, for tests: A20 is a mere mark."""
        line: list[bool] = [False]

        def set_a20(on: bool) -> None:
            line[0] = on

        return cls(lambda: line[0], set_a20, memory.show_page, lambda irq: None)
