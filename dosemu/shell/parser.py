"""Command lines: pipes, redirection, the command's name.

Quotes protect ``<``, ``>`` and ``|`` (MS-DOS 5 User's Guide, "Redirecting command input and output").
"""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass

from dosemu.shell.registry import CommandError

BLANKS = b" \t"
SEPARATORS = b" \t,;="  # between the words of a command line
_NAME_ENDS = SEPARATORS + b"/<>|"
_AFTER_BUILTIN = b'.\\:+[]"/'  # what may follow the name of a built-in command at once: CD.., ECHO., DIR/W
_PROGRAM_TYPES = (b"COM", b"EXE", b"BAT")


@dataclass(frozen=True, slots=True)
class Redirection:
    """Where handles 0 and 1 go; None: where they are."""

    source: bytes | None = None
    target: bytes | None = None
    append: bool = False

    def __bool__(self) -> bool:
        return self.source is not None or self.target is not None


def _outside_quotes(line: bytes, wanted: bytes, start: int = 0) -> int:
    """Index of the first of the ``wanted`` characters that is not in quotes; -1: none."""
    quoted = False
    for index in range(start, len(line)):
        if line[index] == 0x22:
            quoted = not quoted
        elif not quoted and line[index] in wanted:
            return index
    return -1


def split_pipes(line: bytes) -> list[bytes]:
    """The commands of a pipe line. Raises CommandError when one is missing.

    >>> split_pipes(b'dir | find "|" | more')
    [b'dir ', b' find "|" ', b' more']
    """
    parts = []
    while (at := _outside_quotes(line, b"|")) >= 0:
        parts.append(line[:at])
        line = line[at + 1 :]
    parts.append(line)
    if len(parts) > 1 and not all(part.strip(BLANKS) for part in parts):
        raise CommandError("Syntax error")
    return parts


def split_redirection(text: bytes) -> tuple[bytes, Redirection]:
    """A command without its redirections, and those; the last one of a kind counts. Raises CommandError.

    >>> split_redirection(b"sort /r <in.txt>>out.txt")
    (b'sort /r ', Redirection(source=b'in.txt', target=b'out.txt', append=True))
    """
    source = target = None
    append = False
    rest = b""
    while (at := _outside_quotes(text, b"<>")) >= 0:
        rest += text[:at]
        sign = text[at]
        text = text[at + 1 :]
        if sign == 0x3E:
            append = text.startswith(b">")
            text = text.removeprefix(b">")
        text = text.lstrip(BLANKS)
        end = _outside_quotes(text, b" \t,;=<>|")
        end = len(text) if end < 0 else end
        name, text = text[:end], text[end:]
        if not name:
            raise CommandError("Syntax error")
        if sign == 0x3C:
            source = name
        else:
            target = name
    return rest + text, Redirection(source, target, append)


def split_name(line: bytes, builtins: Container[bytes]) -> tuple[bytes, bytes]:
    """A command's name and all that follows; a built-in command's name in upper case.

    >>> split_name(b" cd..", {b"CD"}), split_name(b"echo.exe x", {b"ECHO"}), split_name(b"dir/w", {b"DIR"})
    ((b'CD', b'..'), (b'echo.exe', b' x'), (b'DIR', b'/w'))
    """
    line = line.lstrip(SEPARATORS)
    end = next((i for i, code in enumerate(line) if code in _NAME_ENDS), len(line))
    word = line[:end]
    upper = word.upper()
    if upper in builtins:
        return upper, line[end:]
    stop = next((i for i, code in enumerate(upper) if code in _AFTER_BUILTIN), 0)
    if stop and upper[:stop] in builtins and upper[stop + 1 :] not in _PROGRAM_TYPES:
        return upper[:stop], line[stop:]
    if not end and line[:1] == b"/":
        return b"/", line[1:]
    return word, line[end:]


def words_of(text: bytes) -> list[bytes]:
    """The words of a command line.

    >>> words_of(b" a.txt,b;  c=d")
    [b'a.txt', b'b', b'c', b'd']
    """
    return [word for word in text.translate(_TO_BLANKS).split(b" ") if word]


_TO_BLANKS = bytes(0x20 if code in SEPARATORS else code for code in range(256))
