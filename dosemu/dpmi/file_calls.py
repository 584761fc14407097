"""INT 21h, 25h and 26h from protected mode where carrying pointers over is not enough: files, searches, sectors.

Data go through the buffer in pieces; the disk transfer area is a copy of the client's while DOS uses it.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import replace

from dosemu.dpmi import layout
from dosemu.dpmi.call_group import CallGroup
from dosemu.dpmi.errors import DpmiError, DpmiErrorCode
from dosemu.dpmi.pointers import FCB, FCB_SIZE, Key, both, text
from dosemu.dpmi.real import CARRY, RealRegisters

_PIECE = 0x2000
_SECTOR = 512
_DTA_SIZE = 128
_MOST_TEXT = 0x3000
_RECORDS_DONE, _SEGMENT_END, _PARTIAL = 0, 2, 3  # AL of the record functions
_BLOCK_READ, _BLOCK_WRITE = 0x27, 0x28
_RECORD_SIZE_AT = 0x0E
_DEFAULT_RECORD = 128
_BY_PACKET = 0xFFFF
_PACKET = struct.Struct("<IHHH")  # first sector, sectors, offset, segment or selector
_WIDE_PACKET = struct.Struct("<IHIH")


class FileCalls(CallGroup):
    """These calls of one host."""

    @property
    def functions(self) -> dict[Key, Callable[[], None]]:
        """What makes each call."""
        by_ah = {
            0x09: self._print,
            0x0A: self._read_line,
            0x11: self._find_fcb,
            0x12: self._find_fcb,
            0x14: self._records,
            0x15: self._records,
            0x1A: self._set_dta,
            0x21: self._records,
            0x22: self._records,
            _BLOCK_READ: self._records,
            _BLOCK_WRITE: self._records,
            0x2F: self._get_dta,
            0x38: self._country,
            0x3F: self._read,
            0x40: self._write,
            0x4E: self._find_first,
            0x4F: self._find_next,
        }
        sectors = {0x25: self._read_sectors, 0x26: self._write_sectors}
        return {
            **{(0x21, ah, None): call for ah, call in by_ah.items()},
            **{(vector, ah, None): call for vector, call in sectors.items() for ah in range(256)},
            (0x21, 0x73, 0x05): self._extended_sectors,
        }

    @property
    def _buffer(self) -> int:
        return layout.BUFFER_SEGMENT << 4

    # --- text ----------------------------------------------------------------------------------------------

    def _print(self) -> None:
        at = self.host.pointer("ds", "edx")
        data = self.memory.read(at, min(_MOST_TEXT, max(0, len(self.memory) - at)))
        end = data.find(b"$")
        regs, edx = self.regs, self.regs.edx
        real = self.translation.defaults.real_registers()
        placed = self.translation.put((data[:end] if end >= 0 else data[:-1]) + b"$")
        real.edx, real.ds = placed, layout.BUFFER_SEGMENT

        def done(_: RealRegisters) -> None:
            regs.edx = edx
            self.translation.release(placed)

        self.translation.defaults.reflect(0x21, real=real, then=done)

    def _read_line(self) -> None:
        size = self.memory.u8(self.host.pointer("ds", "edx")) + 2
        self.translation.run(0x21, (both("ds", "edx", size),))

    def _country(self) -> None:
        if self.host.offset("edx") & 0xFFFF == 0xFFFF:
            self.translation.defaults.reflect(0x21)
        else:
            self.translation.run(0x21, (both("ds", "edx", 34),))

    # --- files -----------------------------------------------------------------------------------------------

    def _read(self) -> None:
        self._transfer(reading=True)

    def _write(self) -> None:
        self._transfer(reading=False)

    def _transfer(self, *, reading: bool) -> None:
        host, regs, memory = self.host, self.regs, self.memory
        count, edx, ecx = host.offset("ecx"), regs.edx, regs.ecx
        address = host.pointer("ds", "edx") if count else 0
        eax = regs.eax
        defaults = self.translation.defaults
        total = 0
        at = self.translation.place(min(count, _PIECE))

        def piece() -> None:
            size = min(count - total, _PIECE)
            real = defaults.real_registers()
            real.eax, real.ecx, real.edx, real.ds = eax, size, at, layout.BUFFER_SEGMENT
            if not reading:
                memory.write(self._buffer + at, memory.read(address + total, size))
            defaults.reflect(0x21, give_back=False, real=real, then=lambda left: done(left, size))

        def done(left: RealRegisters, size: int) -> None:
            nonlocal total
            failed = bool(left.flags & CARRY)
            moved = 0 if failed else min(left.ax, size)
            if reading and moved:
                memory.write(address + total, memory.read(self._buffer + at, moved))
            total += moved
            if not failed and moved == size and total < count:
                piece()
                return
            self.translation.release(at)
            regs.ecx, regs.edx = ecx, edx
            regs.cf = failed and not total
            if failed and not total:
                regs.ax = left.ax
            else:
                host.set_offset("eax", total)

        piece()

    # --- searches ----------------------------------------------------------------------------------------------

    def _set_dta(self) -> None:
        self.host.client.transfer_area = (self.regs.ds, self.host.offset("edx"))

    def _get_dta(self) -> None:
        host, regs = self.host, self.regs
        area = host.client.transfer_area or (self.translation.defaults.selector_for(self.host.dos.psp), 0x80)
        regs.es = area[0]
        host.set_offset("ebx", area[1])

    def _dta_address(self) -> int:
        area = self.host.client.transfer_area
        if area is None:
            return (self.host.client.psp << 4) + 0x80
        return (self.host.tables.base(area[0]) + area[1]) & 0xFFFFFFFF

    def _with_dta(self, call: Callable[[Callable[[RealRegisters], None]], None]) -> None:
        """Make a call while DOS's DTA is a copy of the client's."""
        dos, memory = self.host.dos, self.memory
        address = self._dta_address()
        mine = self._buffer + layout.DTA_OFFSET
        memory.write(mine, memory.read(address, _DTA_SIZE))
        before = dos.dta
        dos.dta = (layout.BUFFER_SEGMENT, layout.DTA_OFFSET)

        def done(_: RealRegisters) -> None:
            dos.dta = before
            memory.write(address, memory.read(mine, _DTA_SIZE))

        try:
            call(done)
        except (DpmiError, IndexError):
            dos.dta = before
            raise

    def _find_first(self) -> None:
        self._with_dta(lambda done: self.translation.run(0x21, (text("ds", "edx"),), then=done))

    def _find_next(self) -> None:
        self._with_dta(lambda done: self.translation.defaults.reflect(0x21, then=done))

    def _find_fcb(self) -> None:
        self._with_dta(lambda done: self.translation.run(0x21, (FCB,), then=done))

    # --- records of FCBs ---------------------------------------------------------------------------------------

    def _records(self) -> None:
        """Records go to and from the client's DTA, as many at a time as the buffer has room for."""
        regs, memory, translation, dos = self.regs, self.memory, self.translation, self.host.dos
        function = regs.ah
        block, writing = function in (_BLOCK_READ, _BLOCK_WRITE), function in (0x15, 0x22, _BLOCK_WRITE)
        fcb = self.host.pointer("ds", "edx")
        size = memory.u16(fcb + (7 if memory.u8(fcb) == 0xFF else 0) + _RECORD_SIZE_AT) or _DEFAULT_RECORD
        count = regs.cx if block else 1
        at = translation.place(FCB_SIZE)
        if size > _PIECE:
            translation.release(at)
            regs.al = _SEGMENT_END
            regs.cx = 0 if block else regs.cx
            return
        most = min(count, _PIECE // size)
        data = translation.place(most * size)
        address, total = self._dta_address(), 0
        memory.write(self._buffer + at, memory.read(fcb, FCB_SIZE))
        general = self.translation.defaults.real_registers()

        def piece() -> None:
            records = min(count - total, most)
            real = replace(general, ecx=records, edx=at, ds=layout.BUFFER_SEGMENT)
            if writing:
                memory.write(self._buffer + data, memory.read(address + total * size, records * size))
            before = dos.dta
            dos.dta = (layout.BUFFER_SEGMENT, data)

            def done(left: RealRegisters) -> None:
                dos.dta = before
                taken(left, records)

            translation.defaults.reflect(0x21, give_back=False, real=real, then=done)

        def taken(left: RealRegisters, records: int) -> None:
            nonlocal total
            status = left.eax & 0xFF
            moved = min(left.ecx & 0xFFFF, records) if block else int(status in (_RECORDS_DONE, _PARTIAL))
            if not writing and moved:
                memory.write(address + total * size, memory.read(self._buffer + data, moved * size))
            total += moved
            if status == _RECORDS_DONE and moved and total < count:
                piece()
                return
            memory.write(fcb, memory.read(self._buffer + at, FCB_SIZE))
            translation.release(at)
            regs.al = status
            if block:
                regs.cx = total

        piece()

    # --- sectors -----------------------------------------------------------------------------------------------

    def _read_sectors(self) -> None:
        self._sectors(0x25, by_packet=self.regs.cx == _BY_PACKET, writing=False)

    def _write_sectors(self) -> None:
        self._sectors(0x26, by_packet=self.regs.cx == _BY_PACKET, writing=True)

    def _extended_sectors(self) -> None:
        self._sectors(0x21, by_packet=True, writing=bool(self.regs.si & 1))

    def _sectors(self, vector: int, *, by_packet: bool, writing: bool) -> None:
        """Sectors of a drive; a packet holds a far pointer of the client's width."""
        host, regs, memory, translation = self.host, self.regs, self.memory, self.translation
        address = host.pointer("ds", "ebx")
        first, count = regs.dx, regs.cx
        if by_packet:
            form = _WIDE_PACKET if host.client.wide else _PACKET
            first, count, offset, selector = form.unpack(memory.read(address, form.size))
            if host.tables.cache(selector) is None:
                raise DpmiError(DpmiErrorCode.INVALID_SELECTOR)
            address = (host.tables.base(selector) + offset) & 0xFFFFFFFF
        packet, data = translation.place(_PACKET.size), translation.place(min(count * _SECTOR, _PIECE))
        general, total = translation.defaults.real_registers(), 0

        def piece() -> None:
            sectors = min(count - total, _PIECE // _SECTOR)
            at = address + total * _SECTOR
            if writing:
                memory.write(self._buffer + data, memory.read(at, sectors * _SECTOR))
            real = replace(general, ebx=data, ds=layout.BUFFER_SEGMENT)
            if by_packet:
                request = _PACKET.pack((first + total) & 0xFFFFFFFF, sectors, data, layout.BUFFER_SEGMENT)
                memory.write(self._buffer + packet, request)
                real.ebx = packet
            else:
                real.edx, real.ecx = first + total & 0xFFFF, sectors
            translation.defaults.reflect(
                vector, give_back=False, real=real, then=lambda left: done(left, at, sectors * _SECTOR)
            )

        def done(left: RealRegisters, at: int, size: int) -> None:
            nonlocal total
            failed = bool(left.flags & CARRY)
            if not failed and not writing:
                memory.write(at, memory.read(self._buffer + data, size))
            total += size // _SECTOR
            if not failed and total < count:
                piece()
                return
            translation.release(packet)
            regs.ax, regs.cf = left.ax, failed

        piece()
