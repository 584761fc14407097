"""What a service sees of the CPU: registers by name, whichever CPU library runs below."""

from __future__ import annotations

from typing import Protocol


class Registers(Protocol):
    """The caller's registers, live: what a service assigns is what the program gets.

    General registers exist in 32, 16 and 8-bit widths. Segment registers are selectors (paragraphs
    in real mode); assigning one in real mode or V86 mode reloads its base. ``flags`` and the single
    flags are those the caller gets back. ``ip``/``cs`` is where the caller goes on.
    """

    eax: int
    ebx: int
    ecx: int
    edx: int
    esi: int
    edi: int
    ebp: int
    esp: int
    ax: int
    bx: int
    cx: int
    dx: int
    si: int
    di: int
    bp: int
    sp: int
    al: int
    ah: int
    bl: int
    bh: int
    cl: int
    ch: int
    dl: int
    dh: int
    cs: int
    ds: int
    es: int
    ss: int
    fs: int
    gs: int
    eip: int
    ip: int
    eflags: int
    flags: int
    cf: bool
    zf: bool
    interrupts: bool  # IF

    def address(self, segment: str, offset: int) -> int:
        """Linear address of ``segment:offset``, by the segment's base: ``regs.address("ds", regs.dx)``."""
        ...
