"""Commands that have nothing to do here, because the machine does it already, or that cannot be: one line says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosemu.shell.registry import external

if TYPE_CHECKING:
    from dosemu.shell.shell import Shell


def declare_notice(name: str, text: str, *, help: str, code: int = 0) -> None:
    """Declare a command that says one line; ``code`` is 0 where all is as it should be, else 1."""

    @external(name, help=help, usage=f"{name}\n\n{text}.", raw=True)
    def notice(shell: Shell, arguments: bytes) -> int:
        shell.say(text)
        return code
