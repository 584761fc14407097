"""GOTO: go on behind a label of the batch file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosemu.shell.registry import command

if TYPE_CHECKING:
    from dosemu.shell.shell import Shell


@command("GOTO", help="Directs MS-DOS to a labeled line in a batch program.", usage="GOTO label", raw=True)
def goto(shell: Shell, arguments: bytes) -> None:
    batch = shell.batch
    if batch is None:
        return
    shell.unwind_to(batch)
    batch.go_to(shell.dos, arguments)
