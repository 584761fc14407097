"""What DOS needs of a console: a screen to write to and a keyboard to read from."""

from __future__ import annotations

from typing import Protocol, runtime_checkable


class Console(Protocol):
    """The machine supplies it over the BIOS (INT 10h and INT 16h); tests use a stand-in.

    Input is a stream of bytes: a plain key is its character; an extended key (function keys, arrows)
    is 00h and then its scan code, as INT 21h/07h gives them to a program.
    """

    @property
    def watches(self) -> tuple[int, ...]:
        """Addresses of the words in guest memory of which one changes whenever input comes or goes."""
        ...

    def write(self, data: bytes) -> None:
        """Teletype output: BEL, BS, LF and CR act, the rest is shown."""
        ...

    def read(self) -> int | None:
        """Take the next byte of keyboard input; None when there is none yet."""
        ...

    def peek(self) -> int | None:
        """The byte that ``read`` would take, left where it is."""
        ...

    def flush(self) -> None:
        """Drop what was typed ahead."""
        ...


@runtime_checkable
class ScreenConsole(Console, Protocol):
    """A console with a screen of rows and columns, as ANSI.SYS needs it. Both count from 0."""

    @property
    def size(self) -> tuple[int, int]:
        """Rows and columns."""
        ...

    @property
    def cursor(self) -> tuple[int, int]: ...

    def move(self, row: int, column: int) -> None:
        """Put the cursor somewhere on the screen."""
        ...

    def show(self, data: bytes, attribute: int | None) -> None:
        """Teletype output in colours; None leaves those that are there."""
        ...

    def clear_rows(self, first: int, count: int, attribute: int) -> None:
        """Blank whole rows."""
        ...

    def clear_line(self, attribute: int) -> None:
        """Blank the row from the cursor on."""
        ...

    def set_mode(self, number: int) -> None:
        """Switch the video mode."""
        ...
