"""Printers and serial ports: what programs send there goes to files of the host, or nowhere."""

from __future__ import annotations

import os
import weakref
from pathlib import Path
from typing import TYPE_CHECKING

from int21.devices.printer import Printer
from int21.devices.serial import Serial

if TYPE_CHECKING:
    from dosemu.bios.bios import Bios
    from dosemu.settings import PrinterSettings, SerialSettings
    from int21.dos import Dos

_PRINTERS = (b"PRN", b"LPT1", b"LPT2", b"LPT3")
FILE = "file="


class HostOutput:
    """A file that takes what is sent, behind what it holds already; made when the first byte comes.

    When it cannot be written, what is sent is lost, as with a printer that is off.

    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp(), "printed.txt")
    >>> output = HostOutput(path)
    >>> output.write(b"page 1"), output.write(b"\\f"), path.read_bytes()
    (True, True, b'page 1\\x0c')
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._fd: int | None = None

    def write(self, data: bytes) -> bool:
        """Append data; whether all of it was taken."""
        try:
            if self._fd is None:
                flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC | os.O_NOCTTY | os.O_NONBLOCK
                self._fd = os.open(self._path, flags, 0o666)
                weakref.finalize(self, os.close, self._fd)
            return os.write(self._fd, data) == len(data)
        except OSError:
            return False


def connect(dos: Dos, bios: Bios, printer: PrinterSettings, serial: SerialSettings) -> None:
    """Give the devices of DOS and the services of the BIOS the files that the settings name."""
    if printer.file:
        paper = HostOutput(Path(printer.file).expanduser())
        bios.print_byte = paper.write
        for name in _PRINTERS:
            device = dos.files.devices.get(name)
            assert isinstance(device, Printer)
            device.sink = paper.write
    for number, where in enumerate((serial.com1, serial.com2, serial.com3, serial.com4)):
        if where == "none":
            continue
        line = HostOutput(Path(where.removeprefix(FILE)).expanduser()) if where.startswith(FILE) else None
        bios.serial_lines[number] = (lambda data: True) if line is None else line.write
        for name in (b"COM%d" % (number + 1), *((b"AUX",) if number == 0 else ())):
            device = dos.files.devices.get(name)
            assert isinstance(device, Serial)
            device.sink = None if line is None else line.write
