"""The state of the chips: what their ``save()`` tells, under the datasheets' names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from dosemu.debug.console import CommandError, Console, command

_GROUP = "chips"
_SHORT = 64
_CHIPS = {
    "pic": "interrupt controllers", "pit": "timers", "dma": "DMA controllers", "rtc": "clock and CMOS",
    "controller": "keyboard controller", "adapter": "video adapter", "speaker": "speaker",
}  # fmt: skip


def _show(name: str, value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _show(f"{name}.{key}" if name else str(key), inner)
    elif isinstance(value, list | tuple) and value and isinstance(value[0], Mapping):
        for number, inner in enumerate(value):
            yield from _show(f"{name}.{number}", inner)
    elif isinstance(value, list | tuple):
        yield f"{name:28} {' '.join(_one(item) for item in value[:_SHORT])}{' ...' if len(value) > _SHORT else ''}"
    else:
        yield f"{name:28} {_one(value)}"


def _one(value: Any) -> str:
    if isinstance(value, bytes | bytearray):
        more = f"... {len(value)} bytes" if len(value) > _SHORT else ""
        return bytes(value[:_SHORT]).hex(" ").upper() + more
    if isinstance(value, Mapping | list | tuple):
        return f"({len(value)} values)" if value else "()"
    return f"{value:X}h" if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else str(value)


@command("chip", usage="NAME", group=_GROUP)
def chip(console: Console, arguments: str) -> str:
    """The registers of a chip: chip pic, pit, dma, rtc, controller, adapter, speaker."""
    name = {"vga": "adapter", "video": "adapter", "kbc": "controller", "keyboard": "controller"}.get(
        arguments, arguments
    )
    if name not in _CHIPS:
        raise CommandError("which chip? " + ", ".join(f"{key} ({what})" for key, what in _CHIPS.items()))
    device = getattr(console.machine, name, None)
    if device is None or not hasattr(device, "save"):
        raise CommandError(f"the {_CHIPS[name]} does not tell its state")
    return "\n".join(_show("", device.save()))


def _short(name: str) -> None:
    def show(console: Console, arguments: str) -> str:
        return chip(console, name)

    show.__doc__ = f"The same as chip {name}."
    command(name, group=_GROUP)(show)


for _name in ("pic", "pit", "dma", "rtc", "vga", "kbc"):
    _short(_name)


@command("in", usage="PORT [BYTES]", group=_GROUP)
def port_in(console: Console, arguments: str) -> str:
    """Read a port, with all that this does to the device."""
    given = console.values(arguments, 1, 2)
    size = given[1] if len(given) == 2 else 1
    if not 0 <= given[0] <= 0xFFFF or size not in (1, 2, 4):
        raise CommandError("ports are 0 to FFFF, 1, 2 or 4 bytes")
    return f"{console.machine.ports.read(given[0], size):0{2 * size}X}"


@command("out", "o", usage="PORT VALUE", group=_GROUP)
def port_out(console: Console, arguments: str) -> str:
    """Write a port."""
    port, value = console.values(arguments, 2, 2)
    if not 0 <= port <= 0xFFFF or not 0 <= value <= 0xFF:
        raise CommandError("ports are 0 to FFFF, a value 0 to FF")
    console.machine.ports.write(port, value)
    return ""
