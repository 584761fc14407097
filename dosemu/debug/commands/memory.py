"""Memory: dump, enter, fill, search, compare, write to a file."""

from __future__ import annotations

from pathlib import Path

from dosemu.debug.console import CommandError, Console, command

_GROUP = "memory"
_LINE = 16
_DEFAULT = 0x80
_MOST = 1 << 20
_MOST_FOUND = 100


def _range(console: Console, words: list[str]) -> tuple[int, int]:
    """An address and a number of bytes: ADDRESS BYTES."""
    if len(words) < 2:
        raise CommandError("write an address and a number of bytes")
    address, size = console.value(words[0]) & 0xFFFFFFFF, console.value(words[1])
    if not 0 < size <= 1 << 28:
        raise CommandError(f"{words[1]!r} is no number of bytes")
    return address, size


def _bytes(console: Console, words: list[str]) -> bytes:
    """Bytes as values and texts in quotes."""
    data = bytearray()
    for word in words:
        if word[0] in "'\"":
            data += word[1:-1].encode("cp437", "replace")
        else:
            value = console.value(word)
            if not 0 <= value <= 0xFF:
                raise CommandError(f"{word!r} is no byte")
            data.append(value)
    if not data:
        raise CommandError("no bytes are given")
    return bytes(data)


@command("dump", "d", "db", "x", usage="[ADDRESS [BYTES]]", group=_GROUP, repeats=True)
def dump(console: Console, arguments: str) -> str:
    """Show memory, going on where the last d ended (from DS:0 at first)."""
    debugger = console.debugger
    given = console.values(arguments, 0, 2)
    size = given[1] if len(given) == 2 else _DEFAULT
    if not 0 < size <= _MOST:
        raise CommandError("1 byte to 1 MB can be shown")
    address = given[0] & 0xFFFFFFFF if given else console.next_dump
    if address is None:
        address = console.machine.regs.address("ds", 0)
    data = debugger.memory.read(address, size)
    console.next_dump = address + size & 0xFFFFFFFF
    lines = []
    for at in range(0, len(data), _LINE):
        part = data[at : at + _LINE]
        text = "".join(chr(b) if 0x20 <= b < 0x7F else "." for b in part)
        lines.append(f"{address + at:08X}  {part[:8].hex(' ').upper():<23}-{part[8:].hex(' ').upper():<23}  {text}")
    return "\n".join(lines) or "no memory there"


def _cells(console: Console, arguments: str, size: int) -> str:
    given = console.values(arguments, 1, 2)
    count = given[1] if len(given) == 2 else 32 // size
    if not 0 < count <= _MOST // size:
        raise CommandError("1 byte to 1 MB can be shown")
    data = console.debugger.memory.read(given[0] & 0xFFFFFFFF, count * size)
    lines = []
    for at in range(0, len(data), _LINE):
        part = data[at : at + _LINE]
        cells = (f"{int.from_bytes(part[i : i + size], 'little'):0{2 * size}X}" for i in range(0, len(part), size))
        lines.append(f"{(given[0] & 0xFFFFFFFF) + at:08X}  {' '.join(cells)}")
    return "\n".join(lines) or "no memory there"


@command("dw", usage="ADDRESS [COUNT]", group=_GROUP)
def dump_words(console: Console, arguments: str) -> str:
    """Show words."""
    return _cells(console, arguments, 2)


@command("dd", usage="ADDRESS [COUNT]", group=_GROUP)
def dump_doublewords(console: Console, arguments: str) -> str:
    """Show doublewords."""
    return _cells(console, arguments, 4)


@command("enter", "e", usage="ADDRESS BYTE|'TEXT'...", group=_GROUP)
def enter(console: Console, arguments: str) -> str:
    """Write bytes and texts into memory."""
    words = console.words(arguments)
    if not words:
        raise CommandError("write an address and bytes")
    data = _bytes(console, words[1:])
    done = console.debugger.memory.write(console.value(words[0]) & 0xFFFFFFFF, data)
    return "" if done == len(data) else f"only {done} bytes: there is no more memory"


@command("fill", "f", usage="ADDRESS BYTES BYTE|'TEXT'...", group=_GROUP)
def fill(console: Console, arguments: str) -> str:
    """Fill memory with a pattern."""
    words = console.words(arguments)
    address, size = _range(console, words)
    pattern = _bytes(console, words[2:])
    size = min(size, console.machine.memory.size)
    done = console.debugger.memory.write(address, (pattern * (size // len(pattern) + 1))[:size])
    return f"{done} bytes"


@command("search", "find", "/", usage="ADDRESS BYTES BYTE|'TEXT'...", group=_GROUP)
def search(console: Console, arguments: str) -> str:
    """Find bytes or a text in memory."""
    words = console.words(arguments)
    address, size = _range(console, words)
    wanted = _bytes(console, words[2:])
    data = console.debugger.memory.read(address, min(size, console.machine.memory.size))
    found: list[str] = []
    at = data.find(wanted)
    while at >= 0 and len(found) < _MOST_FOUND:
        known = console.name(address + at)
        found.append(f"{address + at:08X}{f' <{known}>' if known else ''}")
        at = data.find(wanted, at + 1)
    return "\n".join(found) or "not found"


@command("move", "m", usage="FROM BYTES TO", group=_GROUP)
def move(console: Console, arguments: str) -> str:
    """Copy memory."""
    words = console.words(arguments)
    address, size = _range(console, words)
    if len(words) != 3:
        raise CommandError("write FROM, a number of bytes, and TO")
    data = console.debugger.memory.read(address, min(size, console.machine.memory.size))
    return f"{console.debugger.memory.write(console.value(words[2]) & 0xFFFFFFFF, data)} bytes"


@command("save", usage="FILE ADDRESS BYTES", group=_GROUP)
def save(console: Console, arguments: str) -> str:
    """Write memory into a file of the host."""
    words = console.words(arguments)
    if len(words) != 3:
        raise CommandError("write FILE ADDRESS BYTES")
    address, size = _range(console, words[1:])
    data = console.debugger.memory.read(address, min(size, console.machine.memory.size))
    Path(words[0].strip("'\"")).write_bytes(data)
    return f"{len(data)} bytes"
