"""MEM: what memory there is, and with /C which programs have it."""

from __future__ import annotations

import re
from collections import deque
from typing import TYPE_CHECKING

from dosemu.shell.formats import number
from dosemu.shell.pager import Paged
from dosemu.shell.registry import CommandError, external
from int21.arena import FREE, SYSTEM, Block
from int21.psp import Psp
from int21.stdio import STDOUT, is_console

if TYPE_CHECKING:
    from dosemu.shell.shell import Shell

_USAGE = """\
MEM [/CLASSIFY | /DEBUG | /FREE | /MODULE modulename] [/PAGE]

  /CLASSIFY or /C  Classifies programs by memory usage.
  /DEBUG or /D     Displays all memory blocks with their programs.
  /FREE or /F      Displays the free memory blocks.
  /MODULE or /M    Displays the memory blocks of a program.
  /PAGE or /P      Pauses after each screenful of information."""
_SWITCHES = {b"C": b"CLASSIFY", b"D": b"DEBUG", b"F": b"FREE", b"M": b"MODULE", b"P": b"PAGE"} | {
    name: name for name in (b"CLASSIFY", b"DEBUG", b"FREE", b"MODULE", b"PAGE")
}
_SWITCH = re.compile(rb"/(MODULE|M|[A-Z]*)((?<=/M)[\s:=]+[^\s/]+|(?<=ULE)[\s:=]+[^\s/]+|)", re.IGNORECASE)
_CONVENTIONAL_KB = 0x413  # the BIOS's word


def _row(shell: Shell, name: str, total: int, free: int) -> bytes:
    """A line of the table, sizes in bytes."""
    figures = (b"%sK" % number(shell.dos, size >> 10) for size in (total, total - free, free))
    return name.ljust(16).encode() + b"".join(figure.rjust(9) + b"  " for figure in figures).rstrip()


@external("MEM", help="Displays the amount of used and free memory in your system.", usage=_USAGE)
def mem(shell: Shell, arguments: bytes) -> Paged:
    switches = {_SWITCHES.get(found, found): value for found, value in _SWITCH.findall(arguments.upper())}
    unknown = [name for name in switches if name not in _SWITCHES.values()]
    rest = _SWITCH.sub(b"", arguments).strip()
    if unknown or rest:
        raise CommandError(b"Invalid switch - /" + unknown[0] if unknown else b"Invalid parameter - " + rest)
    if len(switches.keys() - {b"PAGE"}) > 1:
        raise CommandError("Only one of /CLASSIFY, /DEBUG, /FREE and /MODULE can be given")
    lines: list[bytes] = []
    if b"DEBUG" in switches:
        lines = _blocks(shell, list(shell.dos.arena.all_blocks()))
    elif b"FREE" in switches:
        lines = _blocks(shell, [block for block in shell.dos.arena.all_blocks() if block.owner == FREE])
    elif b"MODULE" in switches:
        lines = _module(shell, switches[b"MODULE"].strip(b" :="))
    else:
        if b"CLASSIFY" in switches:
            lines = _classify(shell)
        lines += _summary(shell)
    paused = b"PAGE" in switches and is_console(shell.dos, STDOUT)
    return Paged(shell, deque(b"\r\n".join(lines).split(b"\r\n")), paused, code=0)


def _summary(shell: Shell) -> list[bytes]:
    dos = shell.dos
    lines: list[bytes] = []
    own = shell.segment
    conventional = dos.memory.u16(_CONVENTIONAL_KB) << 10
    blocks = [(block.segment, block.owner, block.size << 4) for block in dos.arena.blocks()]
    low = [(segment, owner, size) for segment, owner, size in blocks if segment << 4 < conventional]
    free = sum(size for _, owner, size in low if owner in (FREE, own))
    upper = [(block.owner, block.size << 4) for block in dos.arena.upper_blocks()]
    upper_total = sum(size for owner, size in upper if owner != SYSTEM)
    upper_free = sum(size for owner, size in upper if owner == FREE)
    lines.append(b"\r\nMemory Type        Total       Used       Free")
    line = b"----------------  --------   --------   --------"
    lines.append(line)
    lines.append(_row(shell, "Conventional", conventional, free))
    lines.append(_row(shell, "Upper", upper_total, upper_free))
    extended = extended_free = 0
    if dos.xms is not None:
        extended, extended_free = dos.settings.xms_kb << 10, dos.xms.total_free << 10
        lines.append(_row(shell, "Extended (XMS)", extended, extended_free))
    lines.append(line)
    total, total_free = conventional + upper_total + extended, free + upper_free + extended_free
    lines.append(_row(shell, "Total memory", total, total_free))
    lines.append(b"")
    lines.append(_row(shell, "Total under 1 MB", conventional + upper_total, free + upper_free))
    lines.append(b"")
    largest = max([_largest_run(low, own), dos.arena.largest_free() << 4])
    lines.append(_size(shell, b"Largest executable program size", largest))
    lines.append(
        _size(shell, b"Largest free upper memory block", max([size for o, size in upper if o == FREE], default=0))
    )
    if dos.ems is not None:
        lines.append(_size(shell, b"Free expanded memory (EMS)", dos.ems.free * 0x4000))
    return lines


def _largest_run(blocks: list[tuple[int, int, int]], own: int) -> int:
    """The most that would be free in one piece without this program."""
    largest = run = 0
    for _, owner, size in blocks:
        run = run + size + 16 if owner in (FREE, own) else 0
        largest = max(largest, run - 16)
    return max(largest, 0)


def _size(shell: Shell, name: bytes, size: int) -> bytes:
    kilobytes = b"%sK" % number(shell.dos, size >> 10)
    return name.ljust(34) + kilobytes.rjust(9) + b"   (" + number(shell.dos, size) + b" bytes)"


def _blocks(shell: Shell, blocks: list[Block]) -> list[bytes]:
    """Each block in its place."""
    lines = [b"", b"  Segment  Total                 Name      Type"]
    lines.append(b"  -------  --------------------  --------  --------")
    for block in blocks:
        size = block.size << 4
        what = b"Free" if block.owner == FREE else b"System" if block.owner <= SYSTEM else _kind(shell, block)
        name = b"" if block.owner == FREE else b"MSDOS" if block.owner <= SYSTEM else _name(shell, block.owner)
        sizes = number(shell.dos, size).rjust(9) + b"  (%dK)" % (size + 1023 >> 10)
        lines.append((b"   %05X   " % block.segment + sizes).ljust(33) + name.ljust(10) + what)
    return lines


def _kind(shell: Shell, block: Block) -> bytes:
    if block.segment == block.owner:
        return b"Program"
    return b"Environment" if Psp.at(shell.dos.memory, block.owner).environment == block.segment else b"Data"


def _module(shell: Shell, wanted: bytes) -> list[bytes]:
    blocks = [
        block for block in shell.dos.arena.all_blocks() if block.owner > SYSTEM and _name(shell, block.owner) == wanted
    ]
    if not wanted or not blocks:
        raise CommandError(wanted + b" is not currently in memory." if wanted else b"Required parameter missing")
    total = sum(block.size << 4 for block in blocks)
    return [
        b"", wanted + b" is using the following memory:", *_blocks(shell, blocks)[1:], b"",
        b"Total size: " + number(shell.dos, total) + b" bytes",
    ]  # fmt: skip


def _classify(shell: Shell) -> list[bytes]:
    """The programs in memory, each with all its blocks."""
    sizes: dict[int, int] = {}
    for block in shell.dos.arena.all_blocks():
        if block.owner not in (FREE, shell.segment):
            sizes[block.owner] = sizes.get(block.owner, 0) + (block.size + 1 << 4)
    lines = [b"\r\nModules using memory below 1 MB:\r\n\r\n  Name           Total\r\n  --------  ----------------"]
    for owner, size in sorted(sizes.items()):
        name = b"MSDOS" if owner <= SYSTEM else _name(shell, owner)
        lines.append(b"  " + name.ljust(8) + number(shell.dos, size).rjust(10) + b"  (%dK)" % (size + 1023 >> 10))
    return lines


def _name(shell: Shell, owner: int) -> bytes:
    raw = bytes(shell.dos.memory.read((owner - 1 << 4) + 8, 8)) if owner else b""
    name = raw.partition(b"\0")[0].rstrip()
    return name if name.isalnum() else b"%04Xh" % owner
