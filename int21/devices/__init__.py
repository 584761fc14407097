"""Character devices. Each module of this package is one device (or one kind); it registers itself.

>>> load()
>>> sorted(registry)[:3]
[b'AUX', b'CLOCK$', b'COM1']
"""

from __future__ import annotations

import importlib
import pkgutil
from typing import TYPE_CHECKING

from int21.devices.device import Device, registry

if TYPE_CHECKING:
    from int21.dos import Dos

__all__ = ["Device", "Devices", "load", "registry"]


def load() -> None:
    """Import every device module."""
    for module in pkgutil.iter_modules(__path__):
        importlib.import_module(f"{__name__}.{module.name}")


class Devices:
    """The devices of one machine, by name; made when first asked for."""

    def __init__(self, dos: Dos) -> None:
        load()
        self._dos = dos
        self._devices: dict[bytes, Device] = {}
        dos.drives.device_names.update(registry)

    def get(self, name: bytes) -> Device:
        """The device called ``name``. Raises KeyError."""
        device = self._devices.get(name)
        if device is None:
            device = self._devices[name] = registry[name](self._dos, name)
        return device
