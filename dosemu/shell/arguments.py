"""Arguments as most commands take them: words, and switches that begin with a slash."""

from __future__ import annotations

from dataclasses import dataclass, field

from dosemu.shell.parser import SEPARATORS
from dosemu.shell.registry import CommandError


@dataclass(slots=True)
class Arguments:
    """Words in their order; switches by their capital letter, with what follows it (``/A-D``: b"-D")."""

    words: list[bytes] = field(default_factory=list)
    switches: dict[str, bytes] = field(default_factory=dict)

    def __contains__(self, letter: str) -> bool:
        return letter in self.switches


def parse(text: bytes, switches: str = "", valued: str = "", words: tuple[int, int] = (0, 1)) -> Arguments:
    """Split the text behind a command's name.

    ``switches`` may be given, those in ``valued`` with something behind their letter; ``words`` is how many
    there may be. Raises CommandError in DOS's words.

    >>> parse(b" a.c /p/on", switches="P", valued="O")
    Arguments(words=[b'a.c'], switches={'P': b'', 'O': b'N'})
    """
    found = Arguments()
    for part in _parts(text):
        if not part.startswith(b"/"):
            found.words.append(part)
            continue
        letter = part[1:2].upper().decode("latin-1")
        value = part[2:].lstrip(b":=").upper()
        if letter not in switches + valued or not letter or (value and letter not in valued):
            raise CommandError(b"Invalid switch - " + part)
        found.switches[letter] = value
    if len(found.words) > words[1]:
        raise CommandError(b"Too many parameters - " + found.words[words[1]])
    if len(found.words) < words[0]:
        raise CommandError("Required parameter missing")
    return found


def _parts(text: bytes) -> list[bytes]:
    parts: list[bytes] = []
    current = b""
    for code in text:
        if code in SEPARATORS:
            parts.append(current)
            current = b""
        elif code == 0x2F:
            parts.append(current)
            current = b"/"
        else:
            current += bytes((code,))
    parts.append(current)
    return [part for part in parts if part]
