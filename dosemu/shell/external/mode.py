"""MODE: the screen's size and kind, code pages, the keyboard's repetition, serial and printer ports (MS-DOS 6 help)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dosemu.shell.registry import CommandError, external
from int21.code_pages import NUMBERS
from int21.country import set_active

if TYPE_CHECKING:
    from dosemu.shell.shell import Shell

_USAGE = """\
Display mode:      MODE [CO80 | CO40 | BW80 | BW40 | MONO][,n]
                   MODE CON[:] [COLS=c] [LINES=n]
Typematic rate:    MODE CON[:] [RATE=r DELAY=d]
Code page:         MODE CON[:] CP SELECT=yyy
                   MODE CON[:] CP [PREPARE=((yyy[...]) [filename]) | REFRESH]
                   MODE CON[:] CP [/STATUS]
Serial port:       MODE COMm[:] [BAUD=b] [PARITY=p] [DATA=d] [STOP=s]
                   MODE COMm[:] b[,p[,d[,s]]]
Printer port:      MODE LPTn[:] [COLS=c] [LINES=l] [RETRY=r]
Device status:     MODE [device] [/STATUS]

All code pages are prepared. Printer ports need no settings: what is printed
goes to the file that dosemu was given."""
_MODES = {b"BW40": 0, b"CO40": 1, b"40": 1, b"BW80": 2, b"CO80": 3, b"80": 3, b"MONO": 7}
_FONTS = {25: (0x1114, 400), 28: (0x1111, 400), 43: (0x1112, 350), 50: (0x1112, 400)}  # INT 10h call, scan lines
_SCAN_LINES = {350: 0x1201, 400: 0x1202}
_BAUD = {b"11": 0, b"15": 1, b"30": 2, b"60": 3, b"12": 4, b"24": 5, b"48": 6, b"96": 7}  # INT 14h/00h, bits 7 to 5
_PARITY = {b"N": 0, b"O": 1, b"E": 3}
_FASTEST, _LONGEST_DELAY = 32, 4


@external("MODE", help="Configures system devices.", usage=_USAGE)
def mode(shell: Shell, arguments: bytes) -> int:
    text = arguments.strip().upper()
    name, _, rest = re.sub(rb"^(CON|COM\d|LPT\d|PRN|AUX)(?::|(?=[\s,/=]|$))", rb"\1 ", text).partition(b" ")
    name, _, lines = name.partition(b",")
    rest = rest.strip()
    if name in _MODES:
        shell.bios.set_mode(_MODES[name])
        if lines.isdigit():
            _set_screen(shell, shell.columns, int(lines))
        elif lines[:1] not in (b"", b"L", b"R"):  # L and R shift the picture of a CGA
            raise CommandError(b"Invalid parameter - " + lines)
        return 0
    if name in (b"", b"/STATUS", b"/STA"):
        for device in (b"CON", *(b"LPT%d" % n for n in range(1, 4)), *(b"COM%d" % n for n in range(1, 5))):
            _status(shell, device)
        return 0
    kind = name[:3] if re.fullmatch(rb"CON|AUX|PRN|COM[1-4]|LPT[1-3]", name) else b""
    if rest.startswith(b"=") and name[:3] == b"LPT":
        raise CommandError("Printer ports are files here: start dosemu with --set printer.file=FILE")
    if not kind:
        raise CommandError(b"Invalid parameter - " + text)
    if rest in (b"/STATUS", b"/STA") or (not rest and kind in (b"CON", b"LPT", b"PRN")):
        _status(shell, name)
    elif re.match(rb"(CP|CODEPAGE)\b", rest):
        _code_page(shell, name, rest.partition(b" ")[2].strip())
    elif kind == b"CON":
        _console(shell, rest)
    elif kind in (b"COM", b"AUX"):
        _serial(shell, name, rest)
    elif re.sub(rb"(COLS|LINES|RETRY)=\w+|\d+|[BEPRN]|[,\s]", b"", rest):
        raise CommandError(b"Invalid parameter - " + rest)
    return 0


def _status(shell: Shell, device: bytes) -> None:
    heading = b"Status for device " + device + b":"
    shell.say(b"\r\n" + heading + b"\r\n" + b"-" * len(heading))
    if device == b"CON":
        shell.say(b"Columns=%d\r\nLines=%d" % (shell.columns, shell.rows))
        _code_page_status(shell)
    elif device[:3] in (b"LPT", b"PRN"):
        number = int(device[3:] or b"1") - 1
        shell.say("Output is printed" if number in shell.bios.printers else "Output is dropped")
    else:
        number = int(device[3:] or b"1") - 1
        shell.say("A line is connected" if number in shell.bios.serial_lines else "Nothing is connected")


def _code_page(shell: Shell, device: bytes, text: bytes) -> None:
    if device != b"CON":
        raise CommandError(b"Code page operation not supported on this device - " + device)
    match re.split(rb"[\s=(]", text, maxsplit=1)[0]:
        case b"" | b"/STATUS" | b"/STA":
            _code_page_status(shell)
        case b"SELECT" | b"SEL":
            number = re.fullmatch(rb"SEL(?:ECT)?\s*=\s*(\d{1,5})", text)
            if number is None or int(number.group(1)) not in NUMBERS:
                raise CommandError("Code page not prepared")
            set_active(shell.dos, int(number.group(1)))
            shell.say("MODE select code page function completed")
        case b"PREPARE" | b"PREP":
            unknown = [number for number in re.findall(rb"\b\d{3,5}\b", text) if int(number) not in NUMBERS]
            if unknown:
                raise CommandError(b"Code page not known - " + unknown[0])
            shell.say("MODE prepare code page function completed")
        case b"REFRESH" | b"REF":
            set_active(shell.dos, shell.dos.code_page.number)
            shell.say("MODE refresh code page function completed")
        case _:
            raise CommandError(b"Invalid parameter - " + text)


def _code_page_status(shell: Shell) -> None:
    shell.say(b"\r\nActive code page for device CON is %d\r\nPrepared code pages:" % shell.dos.code_page.number)
    for number in NUMBERS:
        shell.say(b"  code page %d" % number)


def _console(shell: Shell, text: bytes) -> None:
    pairs = dict(re.findall(rb"(COLS|LINES|RATE|DELAY|R|D)\s*=\s*(\d{1,3})", text))
    if re.sub(rb"(COLS|LINES|RATE|DELAY|R|D)\s*=\s*\d{1,3}|[,\s]", b"", text) or not pairs:
        raise CommandError(b"Invalid parameter - " + text)
    rate, delay = (pairs.get(name, pairs.get(name[:1])) for name in (b"RATE", b"DELAY"))
    if (rate is None) != (delay is None):
        raise CommandError("Rate and delay must be specified together")
    if rate is not None and delay is not None:
        if not (1 <= int(rate) <= _FASTEST and 1 <= int(delay) <= _LONGEST_DELAY):
            raise CommandError(b"Invalid parameter - " + text)
        shell.bios.keyboard.set_typematic(int(delay) - 1 << 5 | _FASTEST - int(rate))
    if b"COLS" in pairs or b"LINES" in pairs:
        columns, lines = int(pairs.get(b"COLS", shell.columns)), int(pairs.get(b"LINES", shell.rows))
        _set_screen(shell, columns, lines)


def _set_screen(shell: Shell, columns: int, lines: int) -> None:
    if columns not in (40, 80) or lines not in _FONTS:
        raise CommandError("The screen cannot be set to this number of lines and columns")
    function, scan_lines = _FONTS[lines]
    bios_call(shell, 0x10, _SCAN_LINES[scan_lines], bx=0x30)
    shell.bios.set_mode(3 if columns == 80 else 1)
    if lines != 25:
        bios_call(shell, 0x10, function)


def _serial(shell: Shell, name: bytes, text: bytes) -> None:
    pairs = dict(re.findall(rb"(BAUD|PARITY|DATA|STOP|RETRY)\s*=\s*([\w.]+)", text))
    if not pairs:
        places = zip((b"BAUD", b"PARITY", b"DATA", b"STOP", b"RETRY"), text.split(b","), strict=False)
        pairs = {key: value.strip() for key, value in places if value.strip()}
    baud, parity = pairs.get(b"BAUD", b"2400"), pairs.get(b"PARITY", b"E")
    data, stop = pairs.get(b"DATA", b"7"), pairs.get(b"STOP", b"2" if baud == b"110" else b"1")
    fast = baud in (b"19", b"19200")  # more than the BIOS can be told
    if (baud[:2] not in _BAUD and not fast) or parity not in _PARITY or data not in (b"7", b"8"):
        raise CommandError(b"Invalid parameter - " + text)
    if stop not in (b"1", b"2"):
        raise CommandError(b"Invalid parameter - " + text)
    speed = _BAUD[b"96" if fast else baud[:2]]
    number = int(name[3:] or b"1") - 1
    settings = speed << 5 | _PARITY[parity] << 3 | (stop == b"2") << 2 | (int(data) - 5)
    bios_call(shell, 0x14, settings, dx=number)
    shell.say(b"\r\nCOM%d: %s,%s,%s,%s,-" % (number + 1, baud, parity.lower(), data, stop))


class _Registers:
    """The registers of one call of the BIOS."""

    def __init__(self, ax: int, bx: int, dx: int) -> None:
        self.ax, self.bx, self.cx, self.dx, self.bp = ax, bx, 0, dx, 0
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


def bios_call(shell: Shell, vector: int, ax: int, bx: int = 0, dx: int = 0) -> None:
    """A service of the BIOS that takes AX, BX and DX."""
    from typing import Any, cast

    shell.bios.call(vector, cast("Any", _Registers(ax, bx, dx)))
