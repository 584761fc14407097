"""Help, symbols, aliases, history, scripts, the end."""

from __future__ import annotations

from pathlib import Path

from dosemu.debug.console import COMMANDS, CommandError, Console, command
from dosemu.symbols import placed

_GROUP = "the debugger"
_MOST_NAMES = 200
_DEEPEST = 8


@command("help", usage="[COMMAND]", group=_GROUP)
def help_(console: Console, arguments: str) -> str:
    """What the commands are."""
    if arguments:
        found = COMMANDS.get(arguments)
        if found is None:
            raise CommandError(f"{arguments!r} is no command")
        also = f"\nalso: {', '.join(found.names[1:])}" if len(found.names) > 1 else ""
        return f"{found.usage}\n{found.help}{also}"
    groups: dict[str, list[str]] = {}
    for entry in dict.fromkeys(COMMANDS.values()):
        groups.setdefault(entry.group, []).append(", ".join(name for name in entry.names[:2]))
    lines = [f"{group}: {'; '.join(names)}" for group, names in groups.items()]
    return "\n".join([*lines, "help COMMAND tells more; numbers are hexadecimal, 12. is decimal"])


@command("symbols", "map", usage="[FILE[,OBJECT=ADDRESS]... [ADDRESS] | TEXT]", group=_GROUP)
def symbols(console: Console, arguments: str) -> str:
    """Read a MAP file (ADDRESS: of its segment 0; OBJECT: numbers of a 32-bit program), or list names with a text."""
    machine = console.machine
    words = console.words(arguments)
    text = words[0] if words else ""
    file, objects = placed(text)
    if Path(file).is_file():
        base = console.value(words[1]) if len(words) > 1 else None
        return f"{machine.load_map(file, base, objects)} names"
    wanted = text.lower()
    found = sorted((address, name) for name, address in machine.symbols.items() if wanted in name.lower())
    lines = [f"{address:08X}  {name}" for address, name in found[:_MOST_NAMES]]
    return "\n".join(lines) or "no such names (symbols FILE.MAP reads some)"


@command("alias", usage="[NAME [COMMAND...]]", group=_GROUP)
def alias(console: Console, arguments: str) -> str:
    """Give a command a name of your own: alias open break int 21h/3Dh."""
    name, _, rest = arguments.partition(" ")
    if not name:
        return "\n".join(f"{key} = {value}" for key, value in sorted(console.aliases.items())) or "no aliases"
    if rest.strip():
        console.aliases[name] = rest.strip()
    elif console.aliases.pop(name, None) is None:
        raise CommandError(f"there is no alias {name!r}")
    return ""


@command("history", usage="[COUNT]", group=_GROUP)
def history(console: Console, arguments: str) -> str:
    """The commands so far."""
    count = int(arguments) if arguments.isascii() and arguments.isdigit() else 20
    return "\n".join(console.history[-min(count, 1000) :])


@command("echo", usage="TEXT", group=_GROUP)
def echo(console: Console, arguments: str) -> str:
    """Say something, in scripts."""
    return arguments


@command("source", usage="FILE", group=_GROUP)
def source(console: Console, arguments: str) -> str:
    """Carry out the commands of a file."""
    depth = console.depth
    if depth >= _DEEPEST:
        raise CommandError("scripts are nested too deeply")
    console.depth = depth + 1
    try:
        lines = Path(arguments).read_text(encoding="utf-8", errors="replace").splitlines()
        return "\n".join(answer for line in lines if line.strip() and (answer := console.execute(line)))
    finally:
        console.depth = depth


@command("quit", "q", "exit", group=_GROUP)
def quit_(console: Console, arguments: str) -> str:
    """Leave the debugger; the program ends with it."""
    console.done = True
    return ""
