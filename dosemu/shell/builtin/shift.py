"""SHIFT: the second argument of a batch file becomes the first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosemu.shell.registry import command

if TYPE_CHECKING:
    from dosemu.shell.shell import Shell


@command("SHIFT", help="Changes the position of replaceable parameters in a batch file.")
def shift(shell: Shell, arguments: bytes) -> None:
    if shell.batch is not None:
        shell.batch.shift()
