"""National keyboard layouts, as KEYB sets them: which characters the keys give.

Layouts by their code of the country (MS-DOS 6 help, "KEYB"), written as the rows of the keyboard from left to right:
the key before 1 up to the one before Backspace, Q to the key before Enter, A to the key beside Enter, and the key
beside the left Shift to the one before the right Shift. A layout holds characters, which the code page gives their
bytes; what a code page lacks cannot be typed.

>>> german = LAYOUTS["GR"]
>>> german.plain[0x15], german.shift[0x03], german.right_alt[0x10]
('z', '"', '@')
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from typing import Final

_ROWS: Final = (
    (0x29, *range(0x02, 0x0E)),
    tuple(range(0x10, 0x1C)),
    (*range(0x1E, 0x29), 0x2B),
    (0x56, *range(0x2C, 0x36)),
)
_SPACE: Final = 0x39
_ACCENTS: Final = {"´": "\u0301", "`": "\u0300", "^": "\u0302", "¨": "\u0308", "~": "\u0303"}


@dataclass(frozen=True, slots=True)
class Layout:
    """A layout: characters by scan code, alone, with Shift and with the right Alt key; ``dead`` are accents."""

    plain: dict[int, str]
    shift: dict[int, str]
    right_alt: dict[int, str]
    dead: frozenset[str] = field(default_factory=frozenset)

    def character(self, scan: int, *, shift: bool, right_alt: bool, caps: bool) -> str | None:
        """What a key gives; None: nothing."""
        if right_alt:
            return self.right_alt.get(scan)
        plain = self.plain.get(scan)
        if caps and plain is not None and plain.isalpha() and self.shift.get(scan) == plain.upper():
            shift = not shift
        return (self.shift if shift else self.plain).get(scan)


def composed(accent: str, letter: str) -> str:
    """A letter with an accent; both behind each other where there is no such letter.

    >>> composed("´", "e"), composed("^", " "), composed("´", "x")
    ('é', '^', '´x')
    """
    if letter == " ":
        return accent
    one = unicodedata.normalize("NFC", letter + _ACCENTS[accent])
    return one if len(one) == 1 else accent + letter


def _layout(plain: str, shift: str, right_alt: str = "", dead: str = "") -> Layout:
    """From rows with line ends between them; ``right_alt`` is pairs of a key's plain character and what it gives."""

    def keys(text: str) -> dict[int, str]:
        rows = zip(_ROWS, text.split("\n"), strict=True)
        return {scan: char for codes, row in rows for scan, char in zip(codes, row, strict=True) if char != " "}

    alone = keys(plain)
    places = {char: scan for scan, char in alone.items()}
    pairs = right_alt.split()
    return Layout(alone, keys(shift), {places[pair[0]]: pair[1] for pair in pairs}, frozenset(dead))


_SWEDISH = _layout("§1234567890+´\nqwertyuiopå¨\nasdfghjklöä'\n<zxcvbnm,.-",
                   '½!"#¤%&/()=?`\nQWERTYUIOPÅ^\nASDFGHJKLÖÄ*\n>ZXCVBNM;:_',
                   "2@ 3£ 4$ 7{ 8[ 9] 0} +\\ ¨~ <| e€ mµ", "´`¨^~")  # fmt: skip
LAYOUTS: Final[dict[str, Layout]] = {
    "UK": _layout("`1234567890-=\nqwertyuiop[]\nasdfghjkl;'#\n\\zxcvbnm,./",
                  '¬!"£$%^&*()_+\nQWERTYUIOP{}\nASDFGHJKL:@~\n|ZXCVBNM<>?', "`¦ 4€"),
    "GR": _layout("^1234567890ß´\nqwertzuiopü+\nasdfghjklöä#\n<yxcvbnm,.-",
                  "°!\"§$%&/()=?`\nQWERTZUIOPÜ*\nASDFGHJKLÖÄ'\n>YXCVBNM;:_",
                  "2² 3³ 7{ 8[ 9] 0} ß\\ q@ e€ +~ <| mµ", "^´`"),
    "FR": _layout("²&é\"'(-è_çà)=\nazertyuiop^$\nqsdfghjklmù*\n<wxcvbn,;:!",
                  " 1234567890°+\nAZERTYUIOP¨£\nQSDFGHJKLM%µ\n>WXCVBN?./§",
                  "é~ \"# '{ ([ -| è` _\\ ç^ à@ )] =} e€ $¤", "^¨"),
    "SP": _layout("º1234567890'¡\nqwertyuiop`+\nasdfghjklñ´ç\n<zxcvbnm,.-",
                  'ª!"·$%&/()=?¿\nQWERTYUIOP^*\nASDFGHJKLÑ¨Ç\n>ZXCVBNM;:_',
                  "º\\ 1| 2@ 3# 6¬ `[ +] ´{ ç} e€", "`^´¨"),
    "IT": _layout("\\1234567890'ì\nqwertyuiopè+\nasdfghjklòàù\n<zxcvbnm,.-",
                  '|!"£$%&/()=?^\nQWERTYUIOPé*\nASDFGHJKLç°§\n>ZXCVBNM;:_', "è[ +] ò@ à# e€"),
    "SV": _SWEDISH,
    "SU": _SWEDISH,
    "DK": _layout("½1234567890+´\nqwertyuiopå¨\nasdfghjklæø'\n<zxcvbnm,.-",
                  '§!"#¤%&/()=?`\nQWERTYUIOPÅ^\nASDFGHJKLÆØ*\n>ZXCVBNM;:_',
                  "2@ 3£ 4$ 7{ 8[ 9] 0} ´| ¨~ <\\ e€ mµ", "´`¨^~"),
    "NO": _layout("|1234567890+\\\nqwertyuiopå¨\nasdfghjkløæ'\n<zxcvbnm,.-",
                  '§!"#¤%&/()=?`\nQWERTYUIOPÅ^\nASDFGHJKLØÆ*\n>ZXCVBNM;:_',
                  "2@ 3£ 4$ 7{ 8[ 9] 0} \\´ ¨~ e€ mµ", "´`¨^~"),
    "PO": _layout("\\1234567890'«\nqwertyuiop+´\nasdfghjklçº~\n<zxcvbnm,.-",
                  '|!"#$%&/()=?»\nQWERTYUIOP*`\nASDFGHJKLÇª^\n>ZXCVBNM;:_',
                  "2@ 3£ 4§ 7{ 8[ 9] 0} +¨ e€", "´`~^¨"),
    "SG": _layout("§1234567890'^\nqwertzuiopü¨\nasdfghjklöä$\n<yxcvbnm,.-",
                  '°+"*ç%&/()=?`\nQWERTZUIOPè!\nASDFGHJKLéà£\n>YXCVBNM;:_',
                  "1¦ 2@ 3# 7| '´ ^~ ü[ ¨] ä{ $} <\\ e€", "^`¨´~"),
    "SF": _layout("§1234567890'^\nqwertzuiopè¨\nasdfghjkléà$\n<yxcvbnm,.-",
                  '°+"*ç%&/()=?`\nQWERTZUIOPü!\nASDFGHJKLöä£\n>YXCVBNM;:_',
                  "1¦ 2@ 3# 7| '´ ^~ è[ ¨] à{ $} <\\ e€", "^`¨´~"),
    "BE": _layout("²&é\"'(§è!çà)-\nazertyuiop^$\nqsdfghjklmùµ\n<wxcvbn,;:=",
                  "³1234567890°_\nAZERTYUIOP¨*\nQSDFGHJKLM%£\n>WXCVBN?./+",
                  "&| é@ \"# §^ ç{ à} ^[ $] ù´ µ` <\\ =~ e€", "^¨´`~"),
    "NL": _layout("@1234567890/°\nqwertyuiop¨*\nasdfghjkl+´<\n]zxcvbnm,.-",
                  "§!\"#$%&_()'?~\nQWERTYUIOP^|\nASDFGHJKL±`>\n[ZXCVBNM;:=",
                  "1¹ 2² 3³ 4¼ 5½ 6¾ 7£ 8{ 9} /\\ @¬ ]¦ e€ mµ", "¨´`^~"),
    "LA": _layout("|1234567890'¿\nqwertyuiop´+\nasdfghjklñ{}\n<zxcvbnm,.-",
                  '°!"#$%&/()=?¡\nQWERTYUIOP¨*\nASDFGHJKLÑ[]\n>ZXCVBNM;:_', "|¬ q@ '\\ +~ {^ }`", "´¨^`"),
    "DV": _layout("`1234567890[]\n',.pyfgcrl/=\naoeuidhtns-\\\n ;qjkxbmwvz",
                  '~!@#$%^&*(){}\n"<>PYFGCRL?+\nAOEUIDHTNS_|\n :QJKXBMWVZ'),
}  # fmt: skip


@dataclass(slots=True)
class National:
    """The layout in use: ``code`` names it, ``codec`` is the code page's. Ctrl+Alt+F1 is the keyboard of the US.

    >>> keyboard = National("FR", "cp850")
    >>> keyboard.keys(0x1A, shift=False, right_alt=False, caps=False)  # a dead key
    b''
    >>> keyboard.keys(0x12, shift=False, right_alt=False, caps=False) == "ê".encode("cp850")
    True
    """

    code: str
    codec: str
    active: bool = True
    accent: str = ""

    @property
    def layout(self) -> Layout:
        return LAYOUTS[self.code]

    def keys(self, scan: int, *, shift: bool, right_alt: bool, caps: bool) -> bytes | None:
        """The bytes that a key gives (none for a dead key); None when the layout says nothing about it."""
        char = self.layout.character(scan, shift=shift, right_alt=right_alt, caps=caps)
        if char is None and scan == _SPACE and self.accent:
            char = " "
        if char is None:
            return None
        if self.accent:
            char, self.accent = composed(self.accent, char), ""
        elif char in self.layout.dead:
            self.accent = char
            return b""
        return char.encode(self.codec, "ignore")

    def control(self, scan: int) -> int | None:
        """The control character of a letter; None for other keys."""
        char = self.layout.plain.get(scan, "")
        return ord(char) & 0x1F if char.isascii() and char.isalpha() else None
