"""Console output as the functions 01h to 0Ch do it: through handle 1, with tabs and the column known.

DOS expands tabs in these functions whatever handle 1 is (RBIL, INT 21h/02h: "tabs are expanded to blanks");
what goes to CON is sent raw, so that ^Z is shown too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from int21.direct import Column
from int21.errors import DosError
from int21.layout import BREAK_FLAG
from int21.stdio import STDOUT, is_console

if TYPE_CHECKING:
    from int21.dos import Dos

_TAB_WIDTH = 8


class Output:
    """Writes to handle 1 and keeps the column of the cursor, for tabs.

    A closed handle or a full disk loses the output without an error: the functions have no way to tell.
    """

    def __init__(self, dos: Dos) -> None:
        self._dos = dos
        self._cursor = Column()

    @property
    def column(self) -> int:
        """Where the cursor stands; DOS keeps it in a byte."""
        return self._cursor.at

    @column.setter
    def column(self, column: int) -> None:
        self._cursor.at = column & 0xFF

    def expanded(self, data: bytes) -> bytes:
        """The bytes with tabs as blanks; moves the column.

        >>> Output(None).expanded(b"a\\tb\\r\\tc")
        b'a       b\\r        c'
        """
        shown = bytearray()
        column = self.column
        for code in data:
            if code == 0x09:
                width = _TAB_WIDTH - column % _TAB_WIDTH
                shown += b" " * width
                column += width
                continue
            shown.append(code)
            if code == 0x0D:
                column = 0
            elif code == 0x08:
                column = max(column - 1, 0)
            elif code >= 0x20:
                column += 1
        self.column = column
        return bytes(shown)

    def write(self, data: bytes) -> None:
        """Write with tabs expanded."""
        self.write_raw(self.expanded(data))

    def pass_characters(self) -> None:
        """Let 02h write to a file without us until a key or another function comes; nothing may be typed ahead."""
        dos = self._dos
        if dos.console.peek() is None and not (dos.break_key.paused or dos.break_key.printing):
            dos.files.table.direct.pass_characters(self._cursor, (*dos.console.watches, BREAK_FLAG))

    def write_raw(self, data: bytes) -> None:
        """Write the bytes as they are."""
        dos = self._dos
        if is_console(dos, STDOUT):
            self.show(data)
            return
        try:
            dos.files.write(STDOUT, data)
        except DosError:
            return
        dos.break_key.print_echo(data)

    def show(self, data: bytes) -> None:
        """Write to the console whatever handle 1 is, and to the printer after ^P."""
        self._dos.console.write(data)
        self._dos.break_key.print_echo(data)
