"""What GDB is told of the target: its registers, in order, and how they are read and written.

GDB knows no segments: its addresses are linear ones, and EIP is shown as the linear address of the next instruction (so
that breakpoints and x/i $pc work in real mode too), less ``base`` of the stub. ESP and EBP are the program's own; what
they mean as addresses is ``$ss_base + $esp``. IP is the program's own too.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from dosemu.debug.debugger import Debugger

_CORE: Final = (
    "eax",
    "ecx",
    "edx",
    "ebx",
    "esp",
    "ebp",
    "esi",
    "edi",
    "eip",
    "eflags",
    "cs",
    "ss",
    "ds",
    "es",
    "fs",
    "gs",
)
_FLOATS: Final = ("fctrl", "fstat", "ftag", "fiseg", "fioff", "foseg", "fooff", "fop")
_MORE: Final = (
    "ip", "cs_base", "ss_base", "ds_base", "es_base", "fs_base", "gs_base", "cr0", "cr2", "cr3", "cr4",
)  # fmt: skip
_TYPES: Final = {"esp": "data_ptr", "ebp": "data_ptr", "eip": "code_ptr", "eflags": "i386_eflags"}
_FLAGS: Final = (
    ("CF", 0), ("", 1), ("PF", 2), ("AF", 4), ("ZF", 6), ("SF", 7), ("TF", 8), ("IF", 9), ("DF", 10), ("OF", 11),
    ("NT", 14), ("RF", 16), ("VM", 17), ("AC", 18), ("VIF", 19), ("VIP", 20), ("ID", 21),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Register:
    """One register of GDB's: ``size`` in bytes."""

    name: str
    size: int
    kind: str
    group: str


def _all() -> tuple[Register, ...]:
    registers = [Register(name, 4, _TYPES.get(name, "int32"), "core") for name in _CORE]
    registers += [Register(f"st{i}", 10, "i387_ext", "core") for i in range(8)]
    registers += [Register(name, 4, "int", "core") for name in _FLOATS]
    registers += [Register(name, 4, "int32", "dosemu") for name in _MORE]
    return tuple(registers)


REGISTERS: Final = _all()


def description(*, wide: bool) -> str:
    """The target description as XML; the architecture is that of the code which is run now."""
    flags = "".join(f'<field name="{name}" start="{bit}" end="{bit}"/>' for name, bit in _FLAGS)
    sections = []
    for feature, group in (("org.gnu.gdb.i386.core", "core"), ("org.dosemu.x86", "dosemu")):
        lines = [
            f'<reg name="{r.name}" bitsize="{r.size * 8}" type="{r.kind}"'
            + (' group="float"' if r.name in _FLOATS else "") + "/>"
            for r in REGISTERS if r.group == group
        ]  # fmt: skip
        types = f'<flags id="i386_eflags" size="4">{flags}</flags>' if group == "core" else ""
        sections.append(f'<feature name="{feature}">{types}{"".join(lines)}</feature>')
    architecture = "i386" if wide else "i8086"
    return (
        '<?xml version="1.0"?><!DOCTYPE target SYSTEM "gdb-target.dtd">'
        f"<target><architecture>{architecture}</architecture>{''.join(sections)}</target>"
    )


def read(debugger: Debugger, register: Register, base: int) -> bytes | None:
    """Its value as GDB wants it; None: not available (the coprocessor's)."""
    regs, name = debugger.machine.regs, register.name
    if name in _FLOATS or name.startswith("st"):
        return None
    if name == "eip":
        value = debugger.address - base
    elif name == "ip":
        value = regs.eip
    elif name.endswith("_base"):
        value = regs.base(name[:2])
    elif name.startswith("cr"):
        value = regs.system(name)
    else:
        value = getattr(regs, name)
    return (value & 0xFFFFFFFF).to_bytes(4, "little")


def write(debugger: Debugger, register: Register, value: int, base: int) -> bool:
    """Set it; False: it cannot be."""
    regs, name = debugger.machine.regs, register.name
    value &= 0xFFFFFFFF
    try:
        if name == "eip":
            regs.eip = (value + base - regs.base("cs")) & 0xFFFFFFFF
        elif name == "ip":
            regs.eip = value
        elif name in ("cs", "ss", "ds", "es", "fs", "gs"):
            if getattr(regs, name) != value & 0xFFFF:
                setattr(regs, name, value & 0xFFFF)
        elif name.startswith("cr"):
            regs.set_system(name, value)
        elif name in _CORE:
            setattr(regs, name, value)
        else:
            return False
    except Exception:  # a selector that the CPU refuses
        return False
    return True


def dump(debugger: Debugger, base: int) -> str:
    """All of GDB's own registers for ``g``, in hexadecimal."""
    values = (read(debugger, r, base) for r in REGISTERS if r.group == "core")
    sizes = (r.size for r in REGISTERS if r.group == "core")
    return "".join("xx" * size if value is None else value.hex() for value, size in zip(values, sizes, strict=True))
