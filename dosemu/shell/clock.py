"""What DATE and TIME have in common: show the clock, ask for another setting until there is one or none is wanted."""

from __future__ import annotations

from collections.abc import Callable, Generator
from datetime import datetime
from typing import TYPE_CHECKING

from dosemu.shell.calls import Answer, Call

if TYPE_CHECKING:
    from dosemu.shell.shell import Shell
    from int21.dos import Dos


def set_clock(
    shell: Shell, arguments: bytes, shown: bytes, question: bytes, read: Callable[[Dos, bytes], datetime | None],
    invalid: str,
) -> Generator[Call, Answer, None]:  # fmt: skip
    """Set the clock to what ``read`` makes of the arguments, or of the answer to ``question`` behind ``shown``."""
    dos = shell.dos
    text: bytes | None = arguments.strip(b" \t,;=")
    asked = not text
    if asked:
        shell.say(shown)
    while True:
        if asked:
            shell.write(question)
            text = yield from shell.read_line()
        if not text or not text.strip():
            return
        moment = read(dos, text.strip())
        if moment is not None:
            dos.time.set(moment)
            return
        shell.say(invalid)
        asked = True
