"""Raw mode switches and the state they need saved (DPMI 0.9, functions 0305h and 0306h)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosemu.dpmi import layout

if TYPE_CHECKING:
    from dosemu.dpmi.host import Host

_BIOS = 0xF000


class RawSwitch:
    """Entry points for clients that change modes without the host's help."""

    def __init__(self, host: Host) -> None:
        self.host = host

    @property
    def real_entry(self) -> tuple[int, int]:
        """Where real-mode code jumps to reach protected mode: segment, offset."""
        return _BIOS, layout.RAW_TO_PROTECTED

    @property
    def protected_entry(self) -> tuple[int, int]:
        """Where protected-mode code jumps to reach real mode: selector, offset."""
        return layout.STUB_SELECTOR, layout.RAW_TO_REAL

    def to_protected(self) -> None:
        """AX DS, CX ES, DX SS, (E)BX (E)SP, SI CS, (E)DI (E)IP; FS and GS 0."""
        host, regs = self.host, self.host.regs
        if regs.protected:
            host.exceptions.fault(13, 0)
        elif not host.crossings.native.to_protected():
            code, stack = host.offset("edi"), host.offset("ebx")
            host.fatal(13, f"raw switch to {regs.si:04X}:{code:08X}, stack {regs.dx:04X}:{stack:08X}")

    def to_real(self) -> None:
        """AX DS, CX ES, DX SS, BX SP, SI CS, DI IP; FS and GS 0."""
        host = self.host
        if host.regs.protected:
            host.crossings.native.to_real()
        else:
            host.on_fault(6, "raw switch to real mode in real mode")

    def save_state(self) -> None:
        """Save (AL 0) or restore (AL 1) the other mode's state at ES:(E)DI: nothing is kept, so RETF is all."""
        host, regs = self.host, self.host.regs
        if regs.protected:
            eip, cs = host.pop(2, wide=host.client.wide)
            host.load_code(cs & 0xFFFF, eip)
            return
        stack = regs.address("ss", regs.sp)
        ip, cs = host.memory.u16(stack), host.memory.u16(stack + 2)
        regs.sp = regs.sp + 4
        regs.cs, regs.ip = cs, ip
