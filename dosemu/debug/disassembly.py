"""Instructions as text, by capstone (the extra ``debug``)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from dosemu.errors import DosemuError

if TYPE_CHECKING:
    from collections.abc import Callable


class NoDisassembler(DosemuError):
    """capstone is not installed."""

    def __init__(self) -> None:
        super().__init__('disassembly needs capstone: pip install "dosemu[debug]"')


@dataclass(frozen=True, slots=True)
class Instruction:
    """One instruction at a linear address; ``text`` is in Intel's notation."""

    address: int
    data: bytes
    text: str


@cache
def _disassembler(wide: bool) -> Any:
    try:
        import capstone
    except ImportError:
        raise NoDisassembler from None
    return capstone.Cs(capstone.CS_ARCH_X86, capstone.CS_MODE_32 if wide else capstone.CS_MODE_16)


def available() -> bool:
    """Whether instructions can be shown."""
    try:
        _disassembler(False)
    except NoDisassembler:
        return False
    return True


def disassemble(
    code: bytes, address: int, *, wide: bool, offset: int | None = None, limit: int = 1 << 30,
    name: Callable[[int], str | None] | None = None,
) -> list[Instruction]:  # fmt: skip
    """The instructions of ``code``, which is at a linear address and an ``offset`` in its segment.

    What is none is shown as bytes. ``name`` gives names for the targets of jumps and calls, by linear address.
    Raises NoDisassembler.

    >>> [i.text for i in disassemble(bytes.fromhex("b8004ccd21"), 0x1000, wide=False)]
    ['mov ax, 0x4c00', 'int 0x21']
    """
    engine = _disassembler(wide)
    base = address if offset is None else offset
    found: list[Instruction] = []
    at = 0
    while at < len(code) and len(found) < limit:
        for start, size, mnemonic, operands in engine.disasm_lite(code[at:], base + at, limit - len(found)):
            where = address + (start - base)
            text = f"{mnemonic} {operands}".strip()
            if name is not None and mnemonic[0] in "jcl" and operands.startswith("0x") and ":" not in operands:
                target = name((int(operands, 16) - base + address) & 0xFFFFFFFF)
                text += f"  ; {target}" if target else ""
            found.append(Instruction(where & 0xFFFFFFFF, code[at : at + size], text))
            at += size
        if at < len(code) and len(found) < limit:
            found.append(Instruction(address + at & 0xFFFFFFFF, code[at : at + 1], f"db 0x{code[at]:02x}"))
            at += 1
    return found
