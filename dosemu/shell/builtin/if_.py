"""IF: a command under a condition."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

from dosemu.shell.long_words import shorten_word
from dosemu.shell.parser import SEPARATORS
from dosemu.shell.registry import CommandError, command
from int21 import names
from int21.errors import DosError

if TYPE_CHECKING:
    from dosemu.shell.shell import Shell

_SYNTAX = "Syntax error"


def _word(text: bytes) -> tuple[bytes, bytes]:
    text = text.lstrip(SEPARATORS)
    end = next((i for i, code in enumerate(text) if code in SEPARATORS), len(text))
    return text[:end], text[end:]


def _file(shell: Shell, text: bytes) -> tuple[bytes, bytes]:
    """A file name, with its quotes where names may be long."""
    text = text.lstrip(SEPARATORS)
    end = text.find(b'"', 1)
    if shell.dos.settings.long_names and text.startswith(b'"') and end > 0:
        return text[: end + 1], text[end + 1 :]
    return _word(text)


def _byte(text: bytes) -> int:
    """A number as COMMAND.COM reads it: any character counts, and only the low byte is kept.

    Batch files make use of it: HA to HZ, and xa to xz, are 1 to 26.
    """
    value = 0
    for code in text:
        value = (value * 10 + code - 0x30) & 0xFF
    return value


def compare(text: bytes) -> tuple[bool, bytes]:
    """``one==two command``: whether they are equal, and the command. Raises CommandError.

    >>> compare(b"a == a echo yes"), compare(b'"%1"=="" goto end')
    ((True, b' echo yes'), (False, b' goto end'))
    """
    left, equals, rest = text.partition(b"==")
    left = left.strip(b" \t,;")
    if not equals or not left or any(blank in left for blank in b" \t"):
        raise CommandError(_SYNTAX)
    right, rest = _word(rest)
    return left == right, rest


def exists(shell: Shell, path: bytes) -> bool:
    """Whether there is a file (or a device) that fits; no directories, as in DOS."""
    try:
        if shell.dos.settings.long_names:
            with ExitStack() as planned:
                path = shorten_word(shell.dos, path, planned)
        place = shell.dos.drives.resolve(path, wild=True)
        if place.device is not None:
            return True
        if not place.path or place.folder:
            return False
        if place.wild:
            shell.dos.files.searches.first(place, 0x07)
            return True
        return not place.drive.entry(place.path).is_directory and names.normalise(place.path[-1]) is not None
    except DosError:
        return False


@command(
    "IF",
    help="Performs conditional processing in batch programs.",
    usage="IF [NOT] ERRORLEVEL number command\nIF [NOT] string1==string2 command\nIF [NOT] EXIST filename command",
    raw=True,
)
def if_(shell: Shell, arguments: bytes) -> None:
    wanted = True
    word, rest = _word(arguments)
    while word.upper() == b"NOT":
        wanted = not wanted
        arguments = rest
        word, rest = _word(rest)
    match word.upper():
        case b"ERRORLEVEL":
            number, rest = _word(rest)
            if not number:
                raise CommandError(_SYNTAX)
            true = shell.errorlevel >= _byte(number)
        case b"EXIST":
            path, rest = _file(shell, rest)
            if not path:
                raise CommandError(_SYNTAX)
            true = exists(shell, path)
        case _:
            true, rest = compare(arguments.lstrip(SEPARATORS))
    if not rest.strip(SEPARATORS):
        raise CommandError(_SYNTAX)
    if true is wanted:
        shell.run_line(rest)
