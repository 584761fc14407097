"""Registers, code, stack, expressions."""

from __future__ import annotations

from dosemu.debug.console import CommandError, Console, command
from dosemu.debug.disassembly import disassemble
from dosemu.debug.expressions import FLAGS, SYSTEM
from dosemu.debug.tables import selector_base
from dosemu.places import REGISTERS, SEGMENTS

_GROUP = "program"
_CODE_LINES = 12
_MOST_LINES = 1000
_LONGEST = 15
_FRAMES = 32


@command("registers", "r", usage="[NAME [VALUE]]", group=_GROUP)
def registers(console: Console, arguments: str) -> str:
    """Show the registers, or set one (also cf, zf ... and cr0, dr7)."""
    if not arguments:
        return f"{console.registers()}\n{console.place()}"
    name, _, value = arguments.replace("=", " ").partition(" ")
    if not value.strip():
        return f"{name.upper()} = {console.value(name):X}"
    return set_(console, f"{name} = {value}")


@command("set", usage="REGISTER = VALUE", group=_GROUP)
def set_(console: Console, arguments: str) -> str:
    """Set a register."""
    name, _, text = arguments.partition("=")
    name = name.strip().lower().removeprefix("$")
    regs = console.machine.regs
    if not text.strip():
        raise CommandError("write set REGISTER = VALUE")
    value = console.value(text) & 0xFFFFFFFF
    if name in FLAGS:
        regs.eflags = (regs.eflags & ~(1 << FLAGS[name])) | bool(value) << FLAGS[name]
    elif name in SEGMENTS:
        try:
            setattr(regs, name, value & 0xFFFF)
        except Exception as error:
            raise CommandError(f"{name} cannot be {value:04X}: {error or 'the CPU refuses it'}") from None
    elif name in REGISTERS or name in ("eflags", "flags"):
        bits = 32 if name.startswith("e") else 8 if name[-1] in "lh" else 16
        setattr(regs, name, value & ((1 << bits) - 1))
    elif name in SYSTEM:
        regs.set_system(name, value)
    else:
        raise CommandError(f"{name!r} is no register")
    return ""


@command("unassemble", "u", "disassemble", "x/i", usage="[ADDRESS [LINES]]", group=_GROUP, repeats=True)
def unassemble(console: Console, arguments: str) -> str:
    """Show code, going on where the last u ended."""
    debugger, regs = console.debugger, console.machine.regs
    given = console.values(arguments, 0, 2)
    lines = min(given[1], _MOST_LINES) if len(given) == 2 else _CODE_LINES
    address = given[0] if given else debugger.address if console.next_code is None else console.next_code
    address &= 0xFFFFFFFF
    code = debugger.memory.read(address, lines * _LONGEST)
    base = regs.base("cs")
    inside = base <= address < base + (0x10000 if not debugger.wide else 1 << 32)
    found = disassemble(
        code, address, wide=debugger.wide, offset=address - base if inside else None, limit=lines, name=console.name
    )
    console.next_code = found[-1].address + len(found[-1].data) if found else None
    shown = []
    for item in found:
        known = console.name(item.address)
        if known is not None and "+" not in known:
            shown.append(f"{known}:")
        mark = "=>" if item.address == debugger.address else "  "
        where = f"{regs.cs:04X}:{item.address - base:04X}" if inside else f"{item.address:08X}"
        shown.append(f"{mark} {where}  {item.data.hex().upper():<16} {item.text}")
    return "\n".join(shown) or "no memory there"


@command("print", "?", "h", usage="EXPRESSION", group=_GROUP)
def print_(console: Console, arguments: str) -> str:
    """The value of an expression: print w[ss:sp] + 4."""
    value = console.value(arguments)
    known = console.name(value & 0xFFFFFFFF)
    character = f" = {chr(value)!r}" if 0x20 <= value < 0x7F else ""
    return f"{value:X}h = {value}{character}{f' <{known}>' if known else ''}"


@command("stack", "k2", usage="[WORDS]", group=_GROUP)
def stack(console: Console, arguments: str) -> str:
    """The top of the stack."""
    debugger = console.debugger
    count = min((console.values(arguments, 0, 1) or [8])[0], 256)
    size = 4 if debugger.wide else 2
    raw = debugger.memory.read(debugger.stack, count * size)
    cells = [int.from_bytes(raw[i : i + size], "little") for i in range(0, len(raw) - size + 1, size)]
    regs = console.machine.regs
    head = f"{regs.ss:04X}:{regs.esp if size == 4 else regs.sp:0{2 * size}X}"
    return f"{head}  " + " ".join(f"{cell:0{2 * size}X}" for cell in cells)


@command("backtrace", "bt", "where", usage="[FRAMES]", group=_GROUP)
def backtrace(console: Console, arguments: str) -> str:
    """The callers, by the chain of BP (EBP): near and far calls are told apart by where they lead back to."""
    debugger, regs, memory = console.debugger, console.machine.regs, console.debugger.memory
    most = min((console.values(arguments, 0, 1) or [_FRAMES])[0], 1000)
    size = 4 if debugger.wide else 2
    frame = regs.ebp if size == 4 else regs.bp
    lines = [f"#0  {console.place()}"]
    segment = regs.cs
    while len(lines) < most and frame:
        raw = memory.read(regs.address("ss", frame), 3 * size)
        if len(raw) < 3 * size:
            break
        older, back, far = (int.from_bytes(raw[i : i + size], "little") for i in range(0, 3 * size, size))
        near_at = selector_base(debugger, segment) + back
        far_at = selector_base(debugger, far & 0xFFFF) + back
        if _behind_call(memory.read(near_at - 7, 7), size, far=False):
            at = near_at
        elif _behind_call(memory.read(far_at - 7, 7), size, far=True):
            at, segment = far_at, far & 0xFFFF
        else:
            break
        known = console.name(at)
        lines.append(f"#{len(lines):<2} {segment:04X}:{back:0{2 * size}X}{f' <{known}>' if known else ''}")
        if older <= frame:
            break
        frame = older
    return "\n".join(lines)


def _behind_call(before: bytes, size: int, *, far: bool) -> bool:
    """Whether these bytes end with a call."""
    if len(before) < 7:
        return False
    direct = 0x9A if far else 0xE8
    length = 1 + size + (2 if far else 0)
    if before[-length] == direct:
        return True
    digit = 3 if far else 2
    return any(before[-n] == 0xFF and before[-n + 1] >> 3 & 7 == digit for n in range(2, 8))
