"""The two FCBs that COMMAND.COM makes of the first two words of a command tail.

Rules as INT 21h/29h with AL=01h (MS-DOS Programmer's Reference, "Parse Filename").
"""

from __future__ import annotations

_SEPARATORS = b" \t:.;,=+"
_ENDS = b'/\\[]<>|"' + _SEPARATORS + bytes(range(0x20))
_SIZES = (8, 3)


def _field(text: bytes, size: int) -> tuple[bytes, bytes]:
    """One part of a name in ``size`` bytes, and what is behind it."""
    end = next((i for i, code in enumerate(text) if code in _ENDS), len(text))
    part, star, _ = text[:end].upper().partition(b"*")
    return (part[:size].ljust(size, b"?") if star else part[:size].ljust(size)), text[end:]


def fcb_of(word: bytes) -> bytes:
    """The first 12 bytes of the FCB: drive and name.

    >>> fcb_of(b"b:read*.me")
    b'\\x02READ????ME '
    """
    drive = 0
    if word[1:2] == b":":
        drive = (word[0] & 0xDF) - 0x40
        drive = drive if 1 <= drive <= 26 else 0xFF
        word = word[2:]
    name, rest = _field(word, _SIZES[0])
    extension = b"   "
    if rest.startswith(b"."):
        extension, _ = _field(rest[1:], _SIZES[1])
    return bytes((drive,)) + name + extension


def fcbs_of(tail: bytes) -> tuple[bytes, bytes]:
    """The FCBs of the first two words.

    >>> fcbs_of(b" a.c,b.obj;")
    (b'\\x00A       C  ', b'\\x00B       OBJ')
    """
    for separator in b"\t;,=+\r":
        tail = tail.replace(bytes((separator,)), b" ")
    words = [*tail.split(b" "), b"", b""]
    first, second = [word for word in words if word][:2] + [b"", b""][: max(0, 2 - sum(map(bool, words)))]
    return fcb_of(first), fcb_of(second)
