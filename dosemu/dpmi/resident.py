"""Resident service providers: protected-mode programs that serve others after their end (DPMI 1.0, 0C00h and 0C01h).

A provider leaves descriptors of its code and data and a procedure for clients of 16 and of 32 bits. The host
calls it in each client that comes, with AX 0 before the client's first instruction, and with AX 1 when it ends by a
call of DOS.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dosemu.dpmi import layout
from dosemu.dpmi.errors import DpmiError, DpmiErrorCode

if TYPE_CHECKING:
    from dosemu.dpmi.client import Client
    from dosemu.dpmi.host import Host
    from dosemu.dpmi.real import RealRegisters

STRUCTURE_SIZE = 40
_STRUCTURE = struct.Struct("<8s8sHH8s8sI")
_NOT_SUPPORTED = bytes(8)
_PRESENT_SEGMENT, _CODE = 0x90, 0x18
_LOADED, _ENDS = 0, 1  # AX of the procedure


@dataclass(frozen=True, slots=True)
class Procedure:
    """A provider's procedure for clients of one width: its data and code descriptors, and the offset."""

    data: bytes
    code: bytes
    offset: int

    def check(self) -> None:
        """Raises INVALID_VALUE when the descriptors are not of data and code, or the offset is outside the code."""
        low, high = struct.unpack("<II", self.code)
        limit = low & 0xFFFF | high & 0xF0000
        limit = limit << 12 | 0xFFF if high & 0x800000 else limit
        data, code = self.data[5] & 0x98, self.code[5] & 0x98
        if code != _PRESENT_SEGMENT | _CODE or data != _PRESENT_SEGMENT or self.offset > limit:
            raise DpmiError(DpmiErrorCode.INVALID_VALUE)


@dataclass(slots=True)
class Provider:
    """What 0C00h said, by ``wide``; it holds from 0C01h on."""

    procedures: dict[bool, Procedure]

    @classmethod
    def unpack(cls, data: bytes) -> Provider:
        """From the structure of 0C00h. Raises INVALID_VALUE, also when it is for no clients at all."""
        data16, code16, offset16, _, data32, code32, offset32 = _STRUCTURE.unpack(data)
        given = {False: Procedure(data16, code16, offset16), True: Procedure(data32, code32, offset32)}
        procedures = {wide: procedure for wide, procedure in given.items() if procedure.code != _NOT_SUPPORTED}
        if not procedures:
            raise DpmiError(DpmiErrorCode.INVALID_VALUE)
        for procedure in procedures.values():
            procedure.check()
        return cls(procedures)


class Providers:
    """The providers of one host."""

    def __init__(self, host: Host) -> None:
        self.host = host

    def _of(self, client: Client) -> list[Procedure]:
        """The procedures that a client's comings and goings are told, the oldest provider's last."""
        known = [each.provider for each in self.host.clients if each.resident and each is not client]
        found = [provider.procedures.get(client.wide) for provider in known if provider is not None]
        return [procedure for procedure in reversed(found) if procedure is not None]

    def loaded(self, client: Client) -> None:
        """The client is about to begin: its providers' procedures run before."""
        for procedure in self._of(client):
            tables, number = self.host.tables, client.number
            try:
                code, data = tables.allocate(1, number), tables.allocate(1, number)
                tables.set_raw(code, procedure.code)
                tables.set_raw(data, procedure.data)
            except DpmiError:
                return  # no descriptors left: the client has other worries
            client.provided.append((code, procedure.offset, data))
            self._call(client, code, procedure.offset, data, _LOADED)

    def ends(self, client: Client, real: RealRegisters) -> bool:
        """The client ends by this call of DOS: whether its providers' procedures run first, and then the call again."""
        provided, client.provided = client.provided, []
        if not provided or not self.host.regs.protected:
            return False
        regs = self.host.regs
        regs.eax, regs.edx = real.eax, real.edx
        self.host.push_interrupt_frame((layout.STUB_SELECTOR, layout.INTERRUPT_STUBS + 0x21 * 8))
        for code, offset, data in reversed(provided):
            self._call(client, code, offset, data, _ENDS)
        return True

    def _call(self, client: Client, code: int, offset: int, data: int, ax: int) -> None:
        if self.host.tables.cache(code, code=True) is not None:
            self.host.crossings.native.call_procedure(client.number, client.wide, code, offset, data, ax)
