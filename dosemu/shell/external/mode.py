"""MODE: the screen's size and kind; what else it sets is accepted without effect."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dosemu.shell.registry import CommandError, external

if TYPE_CHECKING:
    from dosemu.shell.shell import Shell

_USAGE = """\
Display mode:      MODE [CO80 | CO40 | BW80 | BW40 | MONO]
                   MODE CON[:] [COLS=c] [LINES=n]
Typematic rate:    MODE CON[:] [RATE=r DELAY=d]
Serial port:       MODE COMm[:] [...]
Printer port:      MODE LPTn[:] [...]
Device status:     MODE [CON]"""
_MODES = {b"BW40": 0, b"CO40": 1, b"40": 1, b"BW80": 2, b"CO80": 3, b"80": 3, b"MONO": 7}
_FONTS = {25: (0x1114, 400), 28: (0x1111, 400), 43: (0x1112, 350), 50: (0x1112, 400)}  # INT 10h call, scan lines
_SCAN_LINES = {350: 0x1201, 400: 0x1202}


@external("MODE", help="Configures system devices.", usage=_USAGE)
def mode(shell: Shell, arguments: bytes) -> int:
    text = arguments.strip().upper()
    name = re.split(rb"[\s,:]", text)[0] if text else b"CON"
    if name in _MODES:
        shell.bios.set_mode(_MODES[name])
        return 0
    if name == b"CON":
        settings = dict(re.findall(rb"(COLS|LINES|RATE|DELAY)\s*=\s*(\d{1,3})", text))
        if settings:
            _set_screen(shell, settings)
        elif text in (b"", b"CON", b"CON:", b"CON /STATUS", b"/STATUS"):
            _status(shell)
        else:
            raise CommandError(b"Invalid parameter - " + text)
        return 0
    if re.fullmatch(rb"(COM[1-4]|LPT[1-3])", name):
        return 0  # ports have no speed here
    raise CommandError(b"Invalid parameter - " + text)


def _status(shell: Shell) -> None:
    shell.say("\r\nStatus for device CON:\r\n----------------------")
    shell.say(b"Columns=%d\r\nLines=%d" % (shell.columns, shell.rows))


def _set_screen(shell: Shell, settings: dict[bytes, bytes]) -> None:
    columns = int(settings.get(b"COLS", b"%d" % shell.columns))
    lines = int(settings.get(b"LINES", b"%d" % shell.rows))
    if b"COLS" not in settings and b"LINES" not in settings:
        return
    if columns not in (40, 80) or lines not in _FONTS:
        raise CommandError("The screen cannot be set to this number of lines and columns")
    function, scan_lines = _FONTS[lines]
    video_call(shell, _SCAN_LINES[scan_lines], bx=0x30)
    shell.bios.set_mode(3 if columns == 80 else 1)
    if lines != 25:
        video_call(shell, function, bx=0)


class _Registers:
    """The registers of one call of the video BIOS."""

    def __init__(self, ax: int, bx: int) -> None:
        self.ax, self.bx, self.cx, self.dx, self.bp = ax, bx, 0, 0, 0
        self.es = self.ds = 0
        self.cf = self.zf = False

    def __getattr__(self, name: str) -> int:
        if len(name) == 2 and name[1] in "lh" and name[0] in "abcd":
            return int(self.__dict__[name[0] + "x"]) >> (8 if name[1] == "h" else 0) & 0xFF
        raise AttributeError(name)

    def __setattr__(self, name: str, value: int) -> None:
        if len(name) == 2 and name[1] in "lh" and name[0] in "abcd":
            wide, shift = name[0] + "x", 8 if name[1] == "h" else 0
            self.__dict__[wide] = self.__dict__[wide] & ~(0xFF << shift) | (value & 0xFF) << shift
        else:
            self.__dict__[name] = value


def video_call(shell: Shell, ax: int, bx: int) -> None:
    """A service of INT 10h that takes AX and BX."""
    from typing import Any, cast

    shell.bios.call(0x10, cast("Any", _Registers(ax, bx)))
