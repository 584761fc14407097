"""CHOICE: one of several keys, as an errorlevel."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dosemu.shell.calls import Answer, Call
from dosemu.shell.reading import Key
from dosemu.shell.registry import CommandError, external
from dosemu.shell.work import Work
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
_STATUS = Call(0x0B00)
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


@dataclass(slots=True, eq=False)
class Choice(Work):
    """Waits for one of the choices, or for the time to be up."""

    shell: Shell
    choices: bytes
    exact: bool
    default: bytes = b""
    deadline_ps: int | None = None
    key: Key = field(default_factory=Key)
    reading: bool = False  # a key, not the console's state

    def resume(self, answer: Answer | None) -> Call | int | None:
        if self.reading and answer is not None:
            key = self.key.take(self.shell, answer)
            if isinstance(key, Call):
                return key
            key = key if self.exact else key.upper()
            if len(key) == 1 and key in self.choices:
                return self._chosen(key)
            if key == b"\x1a":
                return _FAILED  # the input is at its end
            self.shell.write(b"\x07")
        elif self.deadline_ps is not None and answer is not None:
            if answer.al:
                return self._read()
            if self.shell.dos.clock.now_ps >= self.deadline_ps:
                return self._chosen(self.default)
            self.shell.pause(10 * MS)
        if self.deadline_ps is None:
            return self._read()
        self.reading = False
        return _STATUS

    def _read(self) -> Call:
        self.reading = True
        return self.key.first(self.shell)

    def _chosen(self, key: bytes) -> int:
        self.shell.say(key)
        return self.choices.index(key) + 1


@external("CHOICE", help="Waits for the user to choose one of a set of choices.", usage=_USAGE)
def choice(shell: Shell, arguments: bytes) -> Choice:
    choices, shown, exact, timeout, text = read_options(arguments)
    shell.write(text)
    if shown:
        shell.write(b"[" + b",".join(bytes((code,)) for code in choices) + b"]?")
    if timeout is None:
        return Choice(shell, choices, exact)
    return Choice(shell, choices, exact, timeout[0], shell.dos.clock.now_ps + timeout[1] * SECOND)
