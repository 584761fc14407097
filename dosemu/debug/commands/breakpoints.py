"""Setting, listing and deleting breakpoints and watchpoints."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from dosemu.debug.console import CommandError, Console, command
from dosemu.debug.points import Point, PointKind

_GROUP = "breakpoints"
_INTERRUPT = re.compile(
    r"(?:int\s+)?([0-9a-f]{1,2})h?(?:/([0-9a-f]{2})h?(?:/([0-9a-f]{2})h?|([0-9a-f]{2})h?)?)?$", re.I
)
_FOUR = re.compile(r"(?:int\s+)?([0-9a-f]{1,2})h?/([0-9a-f]{2})([0-9a-f]{2})h?$", re.I)


def _number(text: str) -> int | None:
    return int(text, 16) if text else None


def _options(text: str) -> tuple[str, dict[str, Any]]:
    """A condition behind "if"."""
    where, found, condition = f" {text} ".partition(" if ")
    return where.strip(), {"condition": condition.strip()} if found else {}


def _set(console: Console, arguments: str, **more: Any) -> Point:
    where, options = _options(arguments)
    options |= more
    debugger = console.debugger
    if options.get("condition"):
        console.value(options["condition"])
    word, _, rest = where.partition(" ")
    if word.lower() == "int" or re.fullmatch(r"[0-9a-f]{1,2}h?/[0-9a-f]{2,4}h?", where, re.I):
        match = _FOUR.match(where) or _INTERRUPT.match(where)
        if match is None:
            raise CommandError(f"{where!r}: write int 21h, int 21h/3Dh or int 21h/4B00h")
        return debugger.break_interrupt(*(_number(part or "") for part in match.groups()[:3]), **options)  # type: ignore[arg-type]
    if word.lower() in ("port", "in", "out"):
        first, minus, last = rest.partition("-")
        begin = console.value(first)
        return debugger.break_port(
            begin, console.value(last) if minus else begin, reads=word.lower() != "out", writes=word.lower() != "in",
            **options,
        )  # fmt: skip
    address = console.value(where) if where else debugger.address
    known = console.name(address & 0xFFFFFFFF)
    label = f"{where} ({address:05X})" if where else f"{address:05X}"
    return debugger.break_at(
        address, **{"label": f"{label} <{known}>" if known and known != where else label, **options}
    )


@command("break", "b", "bp", usage="[ADDRESS | int 21h/3Dh | port 3C8[-3C9] | in PORT | out PORT] [if CONDITION]",
         group=_GROUP)  # fmt: skip
def break_(console: Console, arguments: str) -> str:
    """Stop at an instruction, in front of an interrupt (request, exception), behind the use of a port."""
    point = _set(console, arguments)
    return f"{point.kind_name} {point.number}: {point.what}"


@command("tbreak", "tb", usage="(as break)", group=_GROUP)
def tbreak(console: Console, arguments: str) -> str:
    """The same for one time."""
    point = _set(console, arguments, temporary=True)
    return f"temporary {point.kind_name} {point.number}: {point.what}"


def _watch(console: Console, arguments: str, kind: PointKind) -> str:
    where, options = _options(arguments)
    words = console.words(where)
    if not 1 <= len(words) <= 2:
        raise CommandError("write an address and perhaps a number of bytes")
    size = console.value(words[1]) if len(words) == 2 else 1
    address = console.value(words[0])
    label = f"{size} byte{'s' * (size > 1)} at {words[0]} ({address:05X})"
    point = console.debugger.watch(address, size, kind, label=label, **options)
    return f"watchpoint {point.number}: {point.what}"


@command("watch", "w", usage="ADDRESS [BYTES] [if CONDITION]", group=_GROUP)
def watch(console: Console, arguments: str) -> str:
    """Stop when memory changes; stores of what is there already do not count."""
    return _watch(console, arguments, PointKind.CHANGE)


@command("wwatch", usage="ADDRESS [BYTES] [if CONDITION]", group=_GROUP)
def wwatch(console: Console, arguments: str) -> str:
    """Stop when memory is written."""
    return _watch(console, arguments, PointKind.WRITE)


@command("rwatch", usage="ADDRESS [BYTES] [if CONDITION]", group=_GROUP)
def rwatch(console: Console, arguments: str) -> str:
    """Stop when the CPU reads memory."""
    return _watch(console, arguments, PointKind.READ)


@command("awatch", usage="ADDRESS [BYTES] [if CONDITION]", group=_GROUP)
def awatch(console: Console, arguments: str) -> str:
    """Stop when memory is read or written."""
    return _watch(console, arguments, PointKind.ACCESS)


def _points(console: Console, arguments: str) -> Iterator[Point]:
    points = console.debugger.points
    words = arguments.replace(",", " ").split()
    if not words or words == ["*"]:
        yield from list(points.values())
        return
    for word in words:
        if not word.isascii() or not word.isdigit() or int(word[:9]) not in points:
            raise CommandError(f"there is no breakpoint {word}")
        yield points[int(word[:9])]


@command("breakpoints", "bl", group=_GROUP)
def breakpoints(console: Console, arguments: str) -> str:
    """List them."""
    lines = []
    for point in console.debugger.points.values():
        state = "" if point.enabled else ", off"
        condition = f", if {point.condition}" if point.condition else ""
        skip = f", passes {point.skip} more" if point.skip else ""
        lines.append(f"{point.number:3}  {point.what}{condition}{skip}{state}, met {point.hits} times")
        lines += [f"       {line}" for line in point.commands]
    return "\n".join(lines) or "no breakpoints"


@command("delete", "bc", "del", usage="[NUMBER...]", group=_GROUP)
def delete(console: Console, arguments: str) -> str:
    """Delete breakpoints, or all of them."""
    for point in _points(console, arguments):
        console.debugger.remove(point)
    return ""


@command("enable", "be", usage="[NUMBER...]", group=_GROUP)
def enable(console: Console, arguments: str) -> str:
    """Switch breakpoints on."""
    for point in _points(console, arguments):
        console.debugger.enable(point)
    return ""


@command("disable", "bd", usage="[NUMBER...]", group=_GROUP)
def disable(console: Console, arguments: str) -> str:
    """Switch breakpoints off, without forgetting them."""
    for point in _points(console, arguments):
        console.debugger.enable(point, on=False)
    return ""


@command("ignore", usage="NUMBER COUNT", group=_GROUP)
def ignore(console: Console, arguments: str) -> str:
    """Pass a breakpoint so many times."""
    number, _, count = arguments.partition(" ")
    if not count.strip().isdigit():
        raise CommandError("write the breakpoint's number and how often it is to be passed")
    for point in _points(console, number):
        point.skip = int(count.strip()[:9])
    return ""


@command("commands", usage="NUMBER [COMMAND; COMMAND...]", group=_GROUP)
def commands(console: Console, arguments: str) -> str:
    """What to do whenever a breakpoint stops the program."""
    number, _, rest = arguments.partition(" ")
    if not number:
        raise CommandError("write the breakpoint's number")
    for point in _points(console, number):
        point.commands = tuple(part.strip() for part in rest.split(";") if part.strip())
    return ""
