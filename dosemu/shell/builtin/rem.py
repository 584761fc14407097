"""REM: a remark."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosemu.shell.registry import command

if TYPE_CHECKING:
    from dosemu.shell.shell import Shell


@command("REM", help="Records comments (remarks) in batch files.", usage="REM [comment]", raw=True)
def rem(shell: Shell, arguments: bytes) -> None:
    return
