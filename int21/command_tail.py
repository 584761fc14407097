"""The two FCBs that COMMAND.COM makes of the first two words of a command tail.

It calls INT 21h/29h with AL=01h for each (MS-DOS Programmer's Reference, "Parse Filename").
"""

from __future__ import annotations

from int21.fcb_parse import Keep, parse

_EMPTY = b"\0" + b" " * 11
_TO_BLANKS = bytes.maketrans(b"\t;,=+\r", b" " * 6)


def fcbs_of(tail: bytes) -> tuple[bytes, bytes]:
    """The first 12 bytes, drive and name, of the FCBs of the first two words.

    >>> fcbs_of(b" a.c,b.obj;")
    (b'\\x00A       C  ', b'\\x00B       OBJ')
    >>> fcbs_of(b"b:read*.me")[0]
    b'\\x02READ????ME '
    """
    words = [*tail.translate(_TO_BLANKS).split(), b"", b""]
    first, second = (parse(word, Keep.SKIP_SEPARATOR, _EMPTY, ()).fcb for word in words[:2])
    return first, second
