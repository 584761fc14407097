"""The BIOS keyboard buffer: a ring of words (scan code high, character low) in the BIOS data area.

Ralf Brown's Interrupt List, MEMORY.LST 0040:001A, 001C, 0080, 0082. The bounds are the program's to change.
"""

from __future__ import annotations

from dosemu.bios.bda import BASE, Bda

KEY_BUFFER_POINTERS = (BASE + 0x1A, BASE + 0x1C)  # head and tail: one changes with every key that comes or goes


class KeyBuffer:
    """Holds up to 15 keys.

    >>> from hw.memory import Memory
    >>> bda = Bda(Memory(0x100000)); bda.initialise()
    >>> keys = KeyBuffer(bda)
    >>> keys.put(0x1E61), keys.peek(), keys.get(), keys.get()
    (True, 7777, 7777, None)
    """

    def __init__(self, bda: Bda) -> None:
        self._bda = bda

    def _next(self, pointer: int) -> int:
        pointer = pointer + 2 & 0xFFFF
        return self._bda.keyboard_start if pointer >= self._bda.keyboard_end else pointer

    def put(self, key: int) -> bool:
        """Append a key; False when the buffer is full."""
        tail = self._bda.keyboard_tail
        after = self._next(tail)
        if after == self._bda.keyboard_head:
            return False
        self._bda.memory.set_u16(BASE + tail, key & 0xFFFF)
        self._bda.keyboard_tail = after
        return True

    def peek(self) -> int | None:
        """The next key, left where it is."""
        head = self._bda.keyboard_head
        return None if head == self._bda.keyboard_tail else int(self._bda.memory.u16(BASE + head))

    def get(self) -> int | None:
        """Take the next key."""
        key = self.peek()
        if key is not None:
            self._bda.keyboard_head = self._next(self._bda.keyboard_head)
        return key

    def clear(self) -> None:
        """Drop all keys."""
        self._bda.keyboard_head = self._bda.keyboard_tail

    @property
    def room(self) -> int:
        """Keys that still fit."""
        bda = self._bda
        size = max(0, bda.keyboard_end - bda.keyboard_start) // 2
        used = (bda.keyboard_tail - bda.keyboard_head) // 2 % size if size else 0
        return max(0, size - 1 - used)
