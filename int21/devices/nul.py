"""NUL: takes everything, gives nothing."""

from __future__ import annotations

from int21.devices.device import IS_DEVICE, IS_NUL, NOT_EOF, Device, device


@device(b"NUL")
class Nul(Device):
    """The null device; a read is at its end at once."""

    information = IS_DEVICE | IS_NUL | NOT_EOF

    def input_ready(self) -> bool:
        return True
