"""KEYB: the keyboard layout of a country."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosemu.bios.layouts import LAYOUTS
from dosemu.shell.arguments import parse
from dosemu.shell.registry import CommandError, external
from int21.code_pages import NUMBERS
from int21.country import set_active

if TYPE_CHECKING:
    from dosemu.shell.shell import Shell

_USAGE = f"""\
KEYB [xx[,[yyy][,[filename]]]] [/E] [/ID:nnn]

  xx       Specifies a two-letter keyboard code: US,
           {", ".join(sorted(LAYOUTS))}.
  yyy      Specifies the code page for the screen and the keyboard.
  filename Is accepted: the layouts need no file.
  /E       Specifies that an enhanced keyboard is installed.
  /ID:nnn  Specifies which keyboard of a country is in use; is accepted.

Ctrl+Alt+F1 gives the keyboard of the US, Ctrl+Alt+F2 the other one."""


@external("KEYB", help="Configures a keyboard for a specific language.", usage=_USAGE)
def keyb(shell: Shell, arguments: bytes) -> int:
    places = [place.strip() for place in arguments.split(b"/")[0].strip().split(b",")]
    parse(b"/" + arguments.partition(b"/")[2] if b"/" in arguments else b"", "E", "I")
    page = shell.dos.code_page.number
    if not places[0]:
        code = shell.bios.national.code if shell.bios.national is not None else "US"
        shell.say(f"Current keyboard code: {code}  code page: {page}\r\nCurrent CON code page: {page}")
        return 0
    code = places[0].decode("latin-1").upper()
    if code != "US" and code not in LAYOUTS:
        raise CommandError("Invalid keyboard code specified", 1)
    wanted = places[1] if len(places) > 1 else b""
    if wanted:
        if not wanted.isdigit() or len(wanted) > 5 or int(wanted) not in NUMBERS:
            raise CommandError("Code page specified has not been prepared", 5)
        set_active(shell.dos, int(wanted))
    shell.bios.set_keyboard(code, shell.dos.code_page.codec)
    return 0
