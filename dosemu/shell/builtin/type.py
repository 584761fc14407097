"""TYPE: shows a text file."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING

from dosemu.shell.arguments import parse
from dosemu.shell.builtin.copy import is_device, read_device
from dosemu.shell.calls import LOOK, Answer, Call
from dosemu.shell.copying import Source
from dosemu.shell.registry import CommandError, command
from int21.errors import DosError, ErrorCode
from int21.names import is_wild

if TYPE_CHECKING:
    from dosemu.shell.shell import Shell

_AT_ONCE = 0x400  # bytes between two looks for Ctrl-C


@command("TYPE", files=True, help="Displays the contents of a text file.", usage="TYPE [drive:][path]filename")
def type_(shell: Shell, arguments: bytes) -> Generator[Call, Answer, None]:
    (path,) = parse(arguments, words=(1, 1)).words
    if is_wild(path):
        raise CommandError(b"Invalid filename or file not found")
    if is_device(shell, path):
        shell.write((yield from read_device(shell, path)))
        return
    try:
        source = Source(shell, path, text=True)
    except DosError as error:
        missing = error.code in (ErrorCode.FILE_NOT_FOUND, ErrorCode.PATH_NOT_FOUND)
        raise CommandError(b"File not found - " + path if missing else b"Access denied - " + path) from None
    try:
        while data := source.read():
            for start in range(0, len(data), _AT_ONCE):
                shell.write(data[start : start + _AT_ONCE])
                yield LOOK
    finally:
        source.close()
