"""CLOCK$: six bytes of date and time, read and written together.

Days since 1 January 1980 (word), minutes, hours, hundredths, seconds (MS-DOS Programmer's Reference,
"Character-Device Drivers: CLOCK").
"""

from __future__ import annotations

import struct
from datetime import datetime, timedelta

from int21.devices.device import IS_CLOCK, IS_DEVICE, NOT_EOF, Device, device

_EPOCH = datetime(1980, 1, 1)
_RECORD = struct.Struct("<HBBBB")


@device(b"CLOCK$")
class ClockDevice(Device):
    """The date and time of INT 21h/2Ah to 2Dh as a device."""

    information = IS_DEVICE | NOT_EOF | IS_CLOCK

    def read(self, count: int, raw: bool) -> bytes:
        now = self.dos.time.now()
        days = (now - _EPOCH).days
        return _RECORD.pack(days, now.minute, now.hour, now.microsecond // 10_000, now.second)[:count]

    def write(self, data: bytes, raw: bool) -> int:
        if len(data) >= _RECORD.size:
            days, minute, hour, hundredth, second = _RECORD.unpack(data[: _RECORD.size])
            if hour < 24 and minute < 60 and second < 60 and hundredth < 100:
                moment = timedelta(days, second, hundredth * 10_000, 0, minute, hour)
                self.dos.time.set(_EPOCH + moment)
        return len(data)

    def input_ready(self) -> bool:
        return True
