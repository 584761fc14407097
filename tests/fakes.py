"""Stand-ins for parts of the machine, so that services are tested without a CPU."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dosemu.machine import Machine

_WIDE = ("eax", "ebx", "ecx", "edx", "esi", "edi", "ebp", "esp", "eip", "eflags")
_SEGMENTS = ("cs", "ds", "es", "ss", "fs", "gs")


def call_2f(machine: Machine, ax: int, **registers: int) -> FakeRegisters:
    """The registers after INT 2Fh, as the machine's service answers."""
    regs = FakeRegisters(ax=ax, **registers)
    machine.interrupts.callers[0x2F](regs)  # type: ignore[arg-type]
    return regs


class FakeRegisters:
    """Registers in real mode: 32, 16 and 8-bit names over one store, flags as bits of eflags.

    >>> regs = FakeRegisters(ax=0x1234)
    >>> regs.al = 0xFF
    >>> hex(regs.eax), regs.cf
    ('0x12ff', False)
    """

    def __init__(self, **values: int) -> None:
        self.__dict__["_store"] = dict.fromkeys((*_WIDE, *_SEGMENTS), 0)
        for name, value in values.items():
            setattr(self, name, value)

    def __getattr__(self, name: str) -> Any:
        store = self.__dict__["_store"]
        if name in store:
            return store[name]
        if name == "cf":
            return bool(store["eflags"] & 1)
        if name == "zf":
            return bool(store["eflags"] & 0x40)
        if name == "interrupts":
            return bool(store["eflags"] & 0x200)
        if name == "flags":
            return store["eflags"] & 0xFFFF
        if "e" + name in store:
            return store["e" + name] & 0xFFFF
        if len(name) == 2 and name[1] in "lh" and f"e{name[0]}x" in store:
            return store[f"e{name[0]}x"] >> (8 if name[1] == "h" else 0) & 0xFF
        raise AttributeError(name)

    def __setattr__(self, name: str, value: Any) -> None:
        store = self.__dict__["_store"]
        bits = {"cf": 1, "zf": 0x40, "interrupts": 0x200}
        if name in bits:
            store["eflags"] = store["eflags"] & ~bits[name] | (bits[name] if value else 0)
        elif name in _SEGMENTS:
            store[name] = value & 0xFFFF
        elif name in store:
            store[name] = value & 0xFFFFFFFF
        elif name == "flags" or "e" + name in store:
            full = "e" + name
            store[full] = store[full] & ~0xFFFF | value & 0xFFFF
        elif len(name) == 2 and name[1] in "lh" and f"e{name[0]}x" in store:
            shift = 8 if name[1] == "h" else 0
            full = f"e{name[0]}x"
            store[full] = store[full] & ~(0xFF << shift) | (value & 0xFF) << shift
        else:
            raise AttributeError(name)

    def address(self, segment: str, offset: int) -> int:
        return int(self.__dict__["_store"][segment] << 4) + (offset & 0xFFFF)
