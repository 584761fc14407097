"""The drivers of extended and expanded memory as programs find them in memory: headers, entry points, vector.

Each is a sub-block "D" of the system block with a device header at its start, in the chain behind NUL. A
program looks for "EMMXXXX0" in the segment of INT 67h (LIM EMS 4.0, appendix B), and may chain into the XMS
entry by its first five bytes, a short jump and NOPs (XMS 3.0, "Installing an XMS driver"). The routines hand
over to the BIOS segment, where the machine takes over.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from int21 import layout, vectors
from int21.arena import SYSTEM
from int21.ems import FRAME_SEGMENT, PAGE, PHYSICAL_PAGES
from int21.list_of_lists import DeviceHeader, SubBlock, device_code

if TYPE_CHECKING:
    from int21.dos import Dos

_PARAGRAPHS = 4
_ENTRY = layout.DEVICE_HEADER_SIZE
_REQUEST = 0x1C  # where the request pointer of the device routines is, and then they themselves
_CHAINABLE = b"\xeb\x03\x90\x90\x90"  # jmp short $+5, three NOPs


def install_ems(dos: Dos, handler: tuple[int, int]) -> None:
    """Put the EMS driver into memory; INT 67h jumps to ``handler``, a (segment, offset)."""
    segment = _install(dos, layout.EMS_DEVICE, b"", handler)
    dos.memory.fill(FRAME_SEGMENT << 4, PHYSICAL_PAGES * PAGE, 0xFF)  # nothing is mapped
    vectors.put(dos.memory, 0x67, (segment, _ENTRY))


def install_xms(dos: Dos, handler: tuple[int, int]) -> tuple[int, int]:
    """Put the XMS driver into memory; returns its entry point, which jumps to ``handler``."""
    return _install(dos, layout.XMS_DEVICE, _CHAINABLE, handler), _ENTRY


def _install(dos: Dos, name: bytes, prologue: bytes, handler: tuple[int, int]) -> int:
    """Returns the segment of the device header."""
    memory = dos.memory
    block = dos.arena.allocate(_PARAGRAPHS + 1, SYSTEM, b"SD")
    segment = block + 1
    memory.fill(block << 4, _PARAGRAPHS + 1 << 4, 0)
    part = SubBlock(memory, block << 4)
    part.kind, part.owner, part.size, part.name = ord("D"), segment, _PARAGRAPHS, name
    base = segment << 4
    jump = b"\xea" + struct.pack("<2H", handler[1], handler[0])
    memory.write(base + _ENTRY, prologue + jump)
    code, interrupt = device_code(_REQUEST)
    memory.write(base + _REQUEST + 4, code)
    first = DeviceHeader(memory, layout.NUL_HEADER)
    header = DeviceHeader(memory, base)
    header.next = first.next
    header.attributes = layout.DRIVERS[name]
    header.strategy = _REQUEST + 4
    header.interrupt = _REQUEST + 4 + interrupt
    header.name = name
    first.next = (segment, 0)
    return segment
