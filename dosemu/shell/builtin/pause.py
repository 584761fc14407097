"""PAUSE: wait for a key."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING

from dosemu.shell.calls import Answer, Call
from dosemu.shell.registry import command

if TYPE_CHECKING:
    from dosemu.shell.shell import Shell


@command("PAUSE", help="Suspends processing of a batch program and displays the message\n"
                       '"Press any key to continue . . ."', raw=True)  # fmt: skip
def pause(shell: Shell, arguments: bytes) -> Generator[Call, Answer, None]:
    shell.write(b"Press any key to continue . . .")
    yield from shell.key()
    shell.say()
