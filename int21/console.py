"""What DOS needs of a console: a screen to write to and a keyboard to read from."""

from __future__ import annotations

from typing import Protocol


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
