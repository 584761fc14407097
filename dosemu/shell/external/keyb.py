"""KEYB: the keyboard layout of a country."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosemu.bios.layouts import LAYOUTS
from dosemu.shell.arguments import parse
from dosemu.shell.registry import CommandError, external

if TYPE_CHECKING:
    from dosemu.shell.shell import Shell

_USAGE = f"""\
KEYB [xx[,[yyy]]] [/E]

  xx   Specifies a two-letter keyboard code: US,
       {", ".join(sorted(LAYOUTS))}.
  yyy  Specifies the code page, which is that of DOS.
  /E   Specifies that an enhanced keyboard is installed.

Ctrl+Alt+F1 gives the keyboard of the US, Ctrl+Alt+F2 the other one."""


@external("KEYB", help="Configures a keyboard for a specific language.", usage=_USAGE)
def keyb(shell: Shell, arguments: bytes) -> int:
    words = parse(arguments, "E", words=(0, 3)).words
    page = shell.dos.settings.code_page
    if not words:
        code = shell.bios.national.code if shell.bios.national is not None else "US"
        shell.say(f"Current keyboard code: {code}  code page: {page}\r\nCurrent CON code page: {page}")
        return 0
    code = words[0].decode("latin-1").upper()
    if code != "US" and code not in LAYOUTS:
        raise CommandError("Invalid keyboard code specified", 1)
    if len(words) > 1 and words[1] != b"%d" % page:
        raise CommandError("Code page specified has not been prepared", 5)
    shell.bios.set_keyboard(code, shell.dos.code_page.codec)
    return 0
