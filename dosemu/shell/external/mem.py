"""MEM: what memory there is, and with /C which programs have it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosemu.shell.arguments import parse
from dosemu.shell.formats import number
from dosemu.shell.registry import external
from int21.arena import FREE, SYSTEM

if TYPE_CHECKING:
    from dosemu.shell.shell import Shell

_USAGE = """\
MEM [/CLASSIFY]

  /CLASSIFY or /C  Classifies programs by memory usage."""
_CONVENTIONAL_KB = 0x413  # the BIOS's word


def _row(shell: Shell, name: str, total: int, free: int) -> bytes:
    """A line of the table, sizes in bytes."""
    figures = (b"%sK" % number(shell.dos, size >> 10) for size in (total, total - free, free))
    return name.ljust(16).encode() + b"".join(figure.rjust(9) + b"  " for figure in figures).rstrip()


@external("MEM", help="Displays the amount of used and free memory in your system.", usage=_USAGE)
def mem(shell: Shell, arguments: bytes) -> int:
    dos = shell.dos
    switch = arguments.strip().upper()
    if switch in (b"/C", b"/CLASSIFY"):
        _classify(shell)
    else:
        parse(arguments, words=(0, 0))
    own = shell.segment
    conventional = dos.memory.u16(_CONVENTIONAL_KB) << 10
    blocks = [(block.segment, block.owner, block.size << 4) for block in dos.arena.blocks()]
    low = [(segment, owner, size) for segment, owner, size in blocks if segment << 4 < conventional]
    free = sum(size for _, owner, size in low if owner in (FREE, own))
    upper = [(block.owner, block.size << 4) for block in dos.arena.upper_blocks()]
    upper_total = sum(size for owner, size in upper if owner != SYSTEM)
    upper_free = sum(size for owner, size in upper if owner == FREE)
    shell.say(b"\r\nMemory Type        Total       Used       Free")
    line = b"----------------  --------   --------   --------"
    shell.say(line)
    shell.say(_row(shell, "Conventional", conventional, free))
    shell.say(_row(shell, "Upper", upper_total, upper_free))
    extended = extended_free = 0
    if dos.xms is not None:
        extended, extended_free = dos.settings.xms_kb << 10, dos.xms.total_free << 10
        shell.say(_row(shell, "Extended (XMS)", extended, extended_free))
    shell.say(line)
    total, total_free = conventional + upper_total + extended, free + upper_free + extended_free
    shell.say(_row(shell, "Total memory", total, total_free))
    shell.say()
    shell.say(_row(shell, "Total under 1 MB", conventional + upper_total, free + upper_free))
    shell.say()
    largest = max([_largest_run(low, own), dos.arena.largest_free() << 4])
    shell.say(_size(shell, b"Largest executable program size", largest))
    shell.say(
        _size(shell, b"Largest free upper memory block", max([size for o, size in upper if o == FREE], default=0))
    )
    if dos.ems is not None:
        shell.say(_size(shell, b"Free expanded memory (EMS)", dos.ems.free * 0x4000))
    return 0


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


def _classify(shell: Shell) -> None:
    """The programs in memory, each with all its blocks."""
    sizes: dict[int, int] = {}
    for block in shell.dos.arena.all_blocks():
        if block.owner not in (FREE, shell.segment):
            sizes[block.owner] = sizes.get(block.owner, 0) + (block.size + 1 << 4)
    shell.say(b"\r\nModules using memory below 1 MB:\r\n\r\n  Name           Total\r\n  --------  ----------------")
    for owner, size in sorted(sizes.items()):
        name = b"MSDOS" if owner <= SYSTEM else _name(shell, owner)
        shell.say(b"  " + name.ljust(8) + number(shell.dos, size).rjust(10) + b"  (%dK)" % (size + 1023 >> 10))


def _name(shell: Shell, owner: int) -> bytes:
    raw = bytes(shell.dos.memory.read((owner - 1 << 4) + 8, 8)) if owner else b""
    name = raw.partition(b"\0")[0].rstrip()
    return name if name.isalnum() else b"%04Xh" % owner
