"""What DOS and protected mode keep in tables, and the program's screen and keys."""

from __future__ import annotations

from dosemu.debug import tables
from dosemu.debug.console import CommandError, Console, command
from dosemu.keys import KeyNameError
from hw.clock import SECOND

_GROUP = "DOS"
_PROTECTED = "protected mode"
_MOST = 200


def _lines(found: list[str], nothing: str) -> str:
    if len(found) > _MOST:
        found = [*found[:_MOST], f"... {len(found) - _MOST} more"]
    return "\n".join(found) or nothing


@command("mcb", group=_GROUP)
def mcb(console: Console, arguments: str) -> str:
    """The memory control blocks."""
    return _lines(list(tables.memory_blocks(console.machine)), "none")


@command("psp", group=_GROUP)
def psp(console: Console, arguments: str) -> str:
    """The programs, from the running one to the first."""
    return _lines(list(tables.programs(console.machine)), "none")


@command("handles", "files", group=_GROUP)
def handles(console: Console, arguments: str) -> str:
    """The open handles of the running program."""
    return _lines(list(tables.handles(console.machine)), "no open handles")


@command("vectors", "ivt", "idt", group=_GROUP)
def vectors(console: Console, arguments: str) -> str:
    """Interrupt vectors that do not lead to the services (real mode), or the gates of the IDT."""
    found = [f"{vector:02X}h  {where}" for vector, where in tables.vectors(console.debugger)]
    return _lines(found, "every vector leads to its service")


@command("gdt", group=_PROTECTED)
def gdt(console: Console, arguments: str) -> str:
    """The global descriptors."""
    return _lines([entry.line for entry in tables.descriptors(console.debugger, local=False)], "the GDT is empty")


@command("ldt", group=_PROTECTED)
def ldt(console: Console, arguments: str) -> str:
    """The local descriptors."""
    return _lines([entry.line for entry in tables.descriptors(console.debugger, local=True)], "there is no LDT")


@command("selector", "sel", usage="[SELECTOR]", group=_PROTECTED)
def selector(console: Console, arguments: str) -> str:
    """A selector's descriptor; without one what is in the segment registers."""
    regs = console.machine.regs
    if arguments:
        number = console.value(arguments) & 0xFFFF
        found = tables.descriptor(console.debugger, number)
        if found is None:
            raise CommandError(f"{number:04X} is outside its table")
        return found.line
    return "\n".join(
        f"{name.upper()} {getattr(regs, name):04X}  base {regs.base(name):08X}  limit {regs.limit(name):08X}"
        for name in ("cs", "ss", "ds", "es", "fs", "gs")
    )


@command("dpmi", group=_PROTECTED)
def dpmi(console: Console, arguments: str) -> str:
    """Clients of the DPMI host, mode, control registers."""
    regs, host = console.machine.regs, console.machine.dpmi
    control = "  ".join(f"{name.upper()}={regs.system(name):08X}" for name in ("cr0", "cr2", "cr3", "cr4"))
    ring = f", ring {regs.cpl}" if regs.protected else ""
    return f"{len(host.clients)} clients; {console.debugger.mode} mode{ring}\n{control}"


@command("screen", group=_GROUP)
def screen(console: Console, arguments: str) -> str:
    """The program's text screen; of a picture its mode and size."""
    shown = console.machine.screen
    if not shown.is_text:
        return f"a picture: mode {shown.mode:02X}h, {shown.size[0]} x {shown.size[1]}"
    return "\n".join(line.rstrip() for line in shown.text().rstrip().splitlines()) or "(empty)"


@command("keys", usage="TEXT", group=_GROUP)
def keys(console: Console, arguments: str) -> str:
    """Press keys: keys Enter, keys 1.5:F1 (seconds from now), keys type=hello."""
    try:
        console.machine.keyboard.schedule(arguments if ":" in arguments else f"0:{arguments}")
    except KeyNameError as error:
        raise CommandError(str(error)) from None
    return ""


@command("time", group=_GROUP)
def time(console: Console, arguments: str) -> str:
    """Emulated time, instructions, and what is due next."""
    clock = console.machine.clock
    due = [f"{(at - clock.now_ps) / SECOND * 1e3:10.3f} ms  {name}" for at, name in clock.pending[:8]]
    return "\n".join([f"{clock.seconds:.6f} s, {clock.cycles:,} instructions, {clock.cycles_per_ms:,} a ms", *due])
