"""Percent signs of a command line: arguments of a batch file and environment variables.

>>> expand(b"%1 %%f %COLOR% %9", [b"me", b"one"], {b"COLOR": b"red"}.get)
b'one %f red '
>>> expand(b"100% of %COLOR% and %NONE%", None, {b"COLOR": b"red"}.get)
b'100% of red and %NONE%'
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

LIMIT = 0x2000  # bytes of a line


def expand(line: bytes, arguments: Sequence[bytes] | None, value_of: Callable[[bytes], bytes | None]) -> bytes:
    """A line with the values in place. Without ``arguments`` it is a typed line, in which only variables that
    exist are replaced; in a batch file ``%0`` to ``%9`` are arguments and ``%%`` is a percent sign."""
    result = bytearray()
    at = 0
    while at < len(line) and len(result) < LIMIT:
        if line[at] != 0x25:
            result.append(line[at])
            at += 1
            continue
        following = line[at + 1 : at + 2]
        if arguments is not None and following == b"%":
            result += b"%"
            at += 2
        elif arguments is not None and following.isdigit():
            index = int(following)
            result += arguments[index] if index < len(arguments) else b""
            at += 2
        else:
            end = line.find(b"%", at + 1)
            value = value_of(line[at + 1 : end].upper()) if end > at + 1 else None
            if end > 0 and (value is not None or (arguments is not None and b" " not in line[at:end])):
                result += value or b""
                at = end + 1
            else:
                if arguments is None:
                    result += b"%"
                at += 1
    return bytes(result[:LIMIT])
