"""Running and stepping."""

from __future__ import annotations

from dosemu.debug.console import CommandError, Console, command
from dosemu.debug.disassembly import disassemble

_GROUP = "running"
_MOST_STEPS = 10_000_000


def _seconds(text: str) -> float | None:
    if not text:
        return None
    try:
        seconds = float(text.removesuffix("s"))
    except ValueError:
        seconds = -1.0
    if not 0 < seconds < 1e6:
        raise CommandError(f"{text!r} is no number of emulated seconds")
    return seconds


def _count(text: str) -> int:
    if text and (not text.isascii() or not text.isdigit() or not 0 < int(text[:20]) <= _MOST_STEPS):
        raise CommandError(f"{text!r} is no number of steps")
    return int(text or 1)


@command("continue", "c", "run", "g", usage="[SECONDS]", group=_GROUP, repeats=True)
def go(console: Console, arguments: str) -> str:
    """Run until something stops the program, at most so many emulated seconds."""
    console.check_running()
    return console.stopped(console.debugger.run(_seconds(arguments)))


@command("step", "s", "stepi", "si", "t", usage="[COUNT]", group=_GROUP, repeats=True)
def step(console: Console, arguments: str) -> str:
    """Execute an instruction; goes into calls and into handlers of interrupts that the program has set."""
    console.check_running()
    return console.stopped(console.debugger.step(_count(arguments)))


@command("next", "n", "nexti", "ni", "p", usage="[COUNT]", group=_GROUP, repeats=True)
def next_(console: Console, arguments: str) -> str:
    """Execute an instruction; a call, an interrupt or a repeated string instruction is one."""
    console.check_running()
    return console.stopped(console.debugger.next(_count(arguments)))


@command("finish", "gr", group=_GROUP)
def finish(console: Console, arguments: str) -> str:
    """Run to behind the return of this procedure or handler."""
    console.check_running()
    return console.stopped(console.debugger.finish())


@command("until", "u2", usage="[ADDRESS]", group=_GROUP, repeats=True)
def until(console: Console, arguments: str) -> str:
    """Run to an address; without one to the instruction behind this one, which leaves loops."""
    console.check_running()
    debugger = console.debugger
    if arguments:
        return console.stopped(debugger.run_to(console.value(arguments)))
    found = disassemble(debugger.code(), debugger.address, wide=debugger.wide, limit=1)
    if not found:
        raise CommandError("there is no memory with code here")
    return console.stopped(debugger.run_to(debugger.address + len(found[0].data), stack=debugger.stack))


@command("kill", "k", group=_GROUP)
def kill(console: Console, arguments: str) -> str:
    """End the program."""
    console.machine.kill("ended by the debugger")
    return "the program was ended"
