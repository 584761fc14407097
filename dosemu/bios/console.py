"""The console DOS talks to: teletype output and keyboard bytes, as the CON driver makes them.

The CON driver of MS-DOS writes by INT 10h/0Eh and reads by INT 16h; a key without a character is 00h and
then its scan code (MS-DOS Programmer's Reference, "Console Device Driver").
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosemu.bios.int10.modes import columns, place_cursor, rows
from dosemu.bios.int10.text import TeletypeRun, scroll
from dosemu.bios.keybuffer import KEY_BUFFER_POINTERS

if TYPE_CHECKING:
    from dosemu.bios.bios import Bios

_CTRL_C, _CTRL_P, _CTRL_PRINT_SCREEN = 0x03, 0x10, 0x7200


def key_bytes(key: int) -> bytes:
    """The bytes DOS sees of a word of the keyboard buffer.

    >>> key_bytes(0x1E61), key_bytes(0x3B00), key_bytes(0x48E0), key_bytes(0xE00D), key_bytes(0)
    (b'a', b'\\x00;', b'\\x00H', b'\\r', b'\\x03')
    """
    scan, character = key >> 8, key & 0xFF
    if key == 0:
        return bytes((_CTRL_C,))  # Ctrl-Break
    if key == _CTRL_PRINT_SCREEN:
        return bytes((_CTRL_P,))
    if character == 0 or (character in (0xE0, 0xF0) and scan):
        return bytes((0, scan))
    return bytes((character,))


class BiosConsole:
    """Implements int21's Console over the BIOS data area and the screen."""

    def __init__(self, bios: Bios) -> None:
        self._bios = bios
        self._second: int | None = None  # the scan code of an extended key whose 00h was read

    @property
    def watches(self) -> tuple[int, ...]:
        """The keyboard buffer's pointers."""
        return KEY_BUFFER_POINTERS

    def write(self, data: bytes) -> None:
        """Teletype output: BEL, BS, TAB, LF and CR act, the rest is shown in the colours that are there."""
        self.show(data, None)

    # As ANSI.SYS needs it.

    @property
    def size(self) -> tuple[int, int]:
        """Rows and columns."""
        return rows(self._bios), columns(self._bios)

    @property
    def cursor(self) -> tuple[int, int]:
        """Row and column on the active page."""
        return self._bios.bda.cursor(self._bios.bda.active_page & 7)

    def move(self, row: int, column: int) -> None:
        """Put the cursor somewhere on the screen."""
        page = self._bios.bda.active_page & 7
        self._bios.bda.set_cursor(page, row, column)
        place_cursor(self._bios, page)

    def show(self, data: bytes, attribute: int | None) -> None:
        """Teletype output in colours; None leaves those that are there."""
        run = TeletypeRun(self._bios)
        run.write(data, tabs=True, attribute=attribute)
        run.finish()

    def clear_rows(self, first: int, count: int, attribute: int) -> None:
        """Blank whole rows."""
        window = (first, 0, first + count - 1, columns(self._bios) - 1)
        scroll(self._bios, 0, attribute, window, self._bios.bda.active_page & 7)

    def clear_line(self, attribute: int) -> None:
        """Blank the row from the cursor on."""
        row, column = self.cursor
        scroll(self._bios, 0, attribute, (row, column, row, columns(self._bios) - 1), self._bios.bda.active_page & 7)

    def set_mode(self, number: int) -> None:
        """Switch the video mode."""
        self._bios.set_mode(number)

    def read(self) -> int | None:
        """Take the next byte of keyboard input; None when there is none yet."""
        if self._second is not None:
            byte, self._second = self._second, None
            return byte
        key = self._bios.keys.get()
        if key is None:
            return None
        first, *rest = key_bytes(key)
        self._second = rest[0] if rest else None
        return first

    def peek(self) -> int | None:
        """The byte that ``read`` would take, left where it is."""
        if self._second is not None:
            return self._second
        key = self._bios.keys.peek()
        return None if key is None else key_bytes(key)[0]

    def flush(self) -> None:
        """Drop what was typed ahead."""
        self._second = None
        self._bios.keys.clear()
