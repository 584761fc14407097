"""LOADHIGH: runs a program; upper memory is used when it is linked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosemu.shell.parser import SEPARATORS
from dosemu.shell.registry import CommandError, command

if TYPE_CHECKING:
    from dosemu.shell.shell import Shell


@command("LOADHIGH", "LH", help="Loads a program into the upper memory area.",
         usage="LOADHIGH [/L:region[,size][;...] [/S]] [drive:][path]filename [parameters]\n"
               "LH [/L:region[,size][;...] [/S]] [drive:][path]filename [parameters]\n\n"
               "  /L, /S  Are accepted: upper memory is one region.", raw=True)  # fmt: skip
def loadhigh(shell: Shell, arguments: bytes) -> None:
    text = arguments.lstrip(SEPARATORS)
    while text[:2].upper() in (b"/L", b"/S"):  # /L:region sizes: which part of upper memory
        text = text.partition(b" ")[2].lstrip(SEPARATORS)
    if not text:
        raise CommandError("Required parameter missing")
    name = next((text[:i] for i, code in enumerate(text) if code in b" \t,;=/"), text)
    shell.run_program(name, text[len(name) :], call=True)
