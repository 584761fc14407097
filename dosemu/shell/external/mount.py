"""MOUNT: what is behind the drive letters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosemu.shell.registry import external
from dosemu.shell.search import drive_text

if TYPE_CHECKING:
    from dosemu.shell.shell import Shell


@external("MOUNT", help="Lists the drives. They are chosen with --mount when dosemu is started.")
def mount(shell: Shell, arguments: bytes) -> int:
    for number in shell.dos.drives.numbers():
        drive = shell.dos.drives.at(number)
        kind = type(drive).__name__
        host = getattr(drive, "path", None)
        what = str(host) if host is not None else "the shell's own programs" if kind == "VirtualDrive" else kind
        protected = " (read-only)" if drive.read_only else ""
        shell.say(drive_text(number) + f": is {what}{protected}".encode("cp437", "replace"))
    return 0
