"""CHOICE: one of several keys, as an errorlevel."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING

from dosemu.shell.calls import Answer, Call
from dosemu.shell.registry import CommandError, external
from hw.clock import MS, SECOND

if TYPE_CHECKING:
    from dosemu.shell.shell import Shell

_USAGE = """\
CHOICE [/C[:]choices] [/N] [/S] [/T[:]c,nn] [text]

/C[:]choices Specifies allowable keys. Default is YN
/N           Do not display choices and ? at end of prompt string.
/S           Treat choice keys as case sensitive.
/T[:]c,nn    Default choice to c after nn seconds
text         Prompt string to display

ERRORLEVEL is set to offset of key user presses in choices."""
_POLL = Call(0x0600, dx=0xFF)
_STATUS = Call(0x0B00)
_READ = Call(0x0800)
_FAILED = 255


def read_options(arguments: bytes) -> tuple[bytes, bool, bool, tuple[bytes, int] | None, bytes]:
    """Choices, whether they are shown, whether case counts, default and seconds, and the text. Raises CommandError.

    >>> read_options(b" /C:ynq /t:y,5 Go on")
    (b'YNQ', True, False, (b'Y', 5), b'Go on')
    """
    choices, shown, exact, timeout, text = b"YN", True, False, None, b""
    rest = arguments.strip()
    while rest:
        if not rest.startswith(b"/"):
            word, blank, rest = rest.partition(b" /") if b" /" in rest else (rest, b"", b"")
            text += word
            rest = b"/" + rest if blank else b""
            continue
        word, _, rest = rest.partition(b" ")
        rest = rest.lstrip()
        letter, value = word[1:2].upper(), word[2:].removeprefix(b":")
        if letter == b"C" and value:
            choices = value
        elif letter == b"N" and not value:
            shown = False
        elif letter == b"S" and not value:
            exact = True
        elif letter == b"T" and value[1:2] == b"," and value[2:].isdigit() and len(value) <= 4:
            timeout = value[:1], int(value[2:])
        else:
            raise CommandError(b"Invalid switch on command line. Expected form:\r\n  " + _USAGE.split("\n")[0].encode(),
                               _FAILED)  # fmt: skip
    if not exact:
        choices = choices.upper()
        timeout = timeout and (timeout[0].upper(), timeout[1])
    if timeout and timeout[0] not in choices:
        raise CommandError("Timeout default not in specified (or default) choices.", _FAILED)
    return choices, shown, exact, timeout, text.strip(b'"')


@external("CHOICE", help="Waits for the user to choose one of a set of choices.", usage=_USAGE)
def choice(shell: Shell, arguments: bytes) -> Generator[Call, Answer, int]:
    choices, shown, exact, timeout, text = read_options(arguments)
    shell.write(text)
    if shown:
        shell.write(b"[" + b",".join(bytes((code,)) for code in choices) + b"]?")
    deadline = shell.dos.clock.now_ps + timeout[1] * SECOND if timeout else None
    while True:
        if deadline is not None:
            answer = yield _STATUS
            if not answer.al:
                if shell.dos.clock.now_ps >= deadline and timeout:
                    key = timeout[0]
                    break
                shell.pause(10 * MS)
                continue
        key = yield from shell.key()
        key = key if exact else key.upper()
        if len(key) == 1 and key in choices:
            break
        if key == b"\x1a":
            return _FAILED  # the input is at its end
        shell.write(b"\x07")
    shell.say(key)
    return choices.index(key) + 1
