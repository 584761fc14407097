"""What DOS, the DPMI host and the CPU keep in tables: memory blocks, programs, files, descriptors, vectors."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from int21.errors import DosError
from int21.job_file_table import JobFileTable
from int21.psp import Psp

if TYPE_CHECKING:
    from dosemu.debug.breakpoints import Breakpoints
    from dosemu.machine import Machine

_VM: Final = 0x20000
_MOST_PSPS: Final = 64
_GATES: Final = frozenset({5, 6, 7, 14, 15})  # what an IDT can hold
_SYSTEM_TYPES: Final = {
    1: "TSS 16, free", 2: "LDT", 3: "TSS 16, busy", 4: "call gate 16", 5: "task gate", 6: "interrupt gate 16",
    7: "trap gate 16", 9: "TSS 32, free", 11: "TSS 32, busy", 12: "call gate 32", 14: "interrupt gate 32",
    15: "trap gate 32",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Descriptor:
    """An entry of the GDT, LDT or IDT (Intel, 386 manual, chapters 5 and 9); of a gate ``base`` is the offset."""

    selector: int
    base: int
    limit: int
    access: int
    flags: int

    @classmethod
    def decode(cls, selector: int, raw: bytes) -> Descriptor:
        """From its eight bytes."""
        low, high = int.from_bytes(raw[:4], "little"), int.from_bytes(raw[4:8], "little")
        access = high >> 8 & 0xFF
        if not access & 0x10 and access & 0x0F in (4, 5, 6, 7, 12, 14, 15):
            return cls(selector, (high & 0xFFFF0000) | (low & 0xFFFF), low >> 16, access, 0)
        limit = (low & 0xFFFF) | (high & 0xF0000)
        if high & 0x800000:
            limit = limit << 12 | 0xFFF
        return cls(selector, low >> 16 | (high & 0xFF) << 16 | (high & 0xFF000000), limit, access, high >> 20 & 0xF)

    @property
    def present(self) -> bool:
        return bool(self.access & 0x80)

    @property
    def kind(self) -> str:
        """Its type in words."""
        if not self.access & 0x10:
            return _SYSTEM_TYPES.get(self.access & 0x0F, "reserved")
        bits = "32" if self.flags & 4 else "16"
        if self.access & 8:
            return f"code {bits}{', readable' if self.access & 2 else ''}{', conforming' if self.access & 4 else ''}"
        return f"data {bits}{', writable' if self.access & 2 else ''}{', expands down' if self.access & 4 else ''}"

    @property
    def line(self) -> str:
        """One line for people."""
        state = "" if self.present else ", not present"
        head = f"{self.selector:04X}  base {self.base:08X}  limit {self.limit:08X}"
        if not self.access & 0x10 and self.access & 0x0F in (4, 5, 6, 7, 12, 14, 15):
            head = f"{self.selector:04X}  to   {self.limit:04X}:{self.base:08X}      "
        return f"{head}  ring {self.access >> 5 & 3}  {self.kind}{state}"


def descriptor(debugger: Breakpoints, selector: int) -> Descriptor | None:
    """The descriptor of a selector; None where the table ends."""
    base, limit = table(debugger, local=bool(selector & 4))
    offset = selector & 0xFFF8
    if offset + 7 > limit:
        return None
    return Descriptor.decode(selector, debugger.memory.read(base + offset, 8).ljust(8, b"\0"))


def table(debugger: Breakpoints, *, local: bool) -> tuple[int, int]:
    """Base and limit of the GDT, or the LDT."""
    regs = debugger.machine.regs
    base, limit = regs.system("gdt_base"), regs.system("gdt_limit")
    if not local:
        return base, limit
    selector = regs.system("ldtr") & 0xFFF8
    if not selector or selector + 7 > limit:
        return 0, 0
    entry = Descriptor.decode(selector, debugger.memory.read(base + selector, 8).ljust(8, b"\0"))
    return entry.base, entry.limit


def selector_base(debugger: Breakpoints, selector: int) -> int:
    """Linear address of a segment: of a paragraph in real mode, by its descriptor in protected mode."""
    regs = debugger.machine.regs
    if not regs.protected or regs.eflags & _VM:
        return selector << 4
    found = descriptor(debugger, selector)
    return 0 if found is None else found.base


def descriptors(debugger: Breakpoints, *, local: bool) -> Iterator[Descriptor]:
    """All that are in use."""
    base, limit = table(debugger, local=local)
    raw = debugger.memory.read(base, min(limit + 1, 0x10000)) if base and limit else b""
    for offset in range(0, len(raw) - 7, 8):
        if raw[offset + 5]:
            yield Descriptor.decode(offset | (4 if local else 0), raw[offset : offset + 8])


def vectors(debugger: Breakpoints) -> Iterator[tuple[int, str]]:
    """Interrupt vectors that the program or a handler changed, and where they lead."""
    machine, regs = debugger.machine, debugger.machine.regs
    if regs.protected and not regs.eflags & _VM:
        raw = debugger.memory.read(regs.system("idt_base"), min(regs.system("idt_limit") + 1, 0x800))
        for offset in range(0, len(raw) - 7, 8):
            gate = Descriptor.decode(offset >> 3, raw[offset : offset + 8])
            if gate.present and not gate.access & 0x10 and gate.access & 0x0F in _GATES:
                yield offset >> 3, f"{gate.limit:04X}:{gate.base:08X}  {gate.kind}"
        return
    for vector in range(256):
        offset, segment = machine.memory.u16(vector * 4), machine.memory.u16(vector * 4 + 2)
        if (segment, offset) == (0xF000, vector * 8):
            continue
        name = machine.symbols.name((segment << 4) + offset) if machine.symbols else None
        yield (
            vector,
            f"{segment:04X}:{offset:04X}" + (f"  {name}" if name else "") + ("  (BIOS)" if segment == 0xF000 else ""),
        )


def memory_blocks(machine: Machine) -> Iterator[str]:
    """The memory control blocks; a broken chain ends with a line that says so."""
    try:
        for block in machine.dos.arena.all_blocks():
            owner = {0: "free", 8: "DOS"}.get(block.owner, f"{block.owner:04X}")
            name = block.name.decode("cp437", "replace") if block.owner not in (0,) else ""
            name = "".join(c if c.isprintable() else "." for c in name)
            yield f"{block.segment:04X}  {block.size * 16:7,} bytes  owner {owner:5} {name}".rstrip()
    except DosError:
        yield "the chain is broken from here on"


def programs(machine: Machine) -> Iterator[str]:
    """The programs, from the running one to the first."""
    psp = machine.dos.processes.current
    seen: set[int] = set()
    while psp.segment not in seen and len(seen) < _MOST_PSPS:
        seen.add(psp.segment)
        tail = psp.tail.decode("cp437", "replace")
        yield f"{psp.segment:04X}  parent {psp.parent:04X}  environment {psp.environment:04X}  arguments {tail!r}"
        if psp.parent in (0, psp.segment):
            return
        psp = Psp.at(machine.memory, psp.parent)


def handles(machine: Machine) -> Iterator[str]:
    """The open handles of the running program."""
    files = machine.dos.files.table
    jft = JobFileTable(machine.dos, machine.dos.processes.current.segment)
    for handle in range(min(jft.size, 255)):
        try:
            index = jft.get(handle)
            entry = files.used(index)
        except DosError:
            continue
        raw = entry.name.decode("cp437", "replace")
        name = raw.rstrip() if entry.is_device else f"{raw[:8].rstrip()}.{raw[8:].rstrip()}".rstrip(".")
        where = "device" if entry.is_device else f"at {entry.position:,} of {entry.size:,}"
        yield f"{handle:3}  file {index:3}  {name:12}  {entry.access.name.lower():10}  {where}"
