"""CLS: clears the screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosemu.bios.int10.modes import place_cursor
from dosemu.bios.int10.text import scroll
from dosemu.shell.registry import command
from int21.stdio import STDOUT, is_console

if TYPE_CHECKING:
    from dosemu.shell.shell import Shell

_CLEAR = b"\x1b[2J"  # what CLS sends to where there is no screen
_COLOURS = 0x07


@command("CLS", help="Clears the screen.")
def cls(shell: Shell, arguments: bytes) -> None:
    if not is_console(shell.dos, STDOUT):
        shell.write(_CLEAR)
        return
    bios = shell.bios
    page = bios.bda.active_page
    scroll(bios, 0, _COLOURS, (0, 0, 0xFF, 0xFF), page)
    bios.bda.set_cursor(page, 0, 0)
    place_cursor(bios, page)
    shell.dos.output.column = 0
