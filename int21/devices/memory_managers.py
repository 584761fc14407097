"""EMMXXXX0 and XMSXXXX0: programs open them to see whether the driver is there (LIM EMS 4.0, appendix B)."""

from __future__ import annotations

from int21 import layout
from int21.devices.device import IS_DEVICE, NOT_EOF, Device, device


@device(layout.EMS_DEVICE, layout.XMS_DEVICE)
class MemoryManager(Device):
    """A driver that is no device to read or write; it is always ready for output."""

    information = IS_DEVICE | NOT_EOF
