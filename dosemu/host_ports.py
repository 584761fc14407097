"""Printers and serial ports of a machine: files of the host and TCP connections, for DOS's devices and the BIOS."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from dosemu.bios.bda import BASE
from dosemu.host_output import HostOutput
from hw.serial_line import SerialLine
from hw.serial_mouse import SerialMouse
from hw.uart import PLACES, Uart
from int21.devices.printer import Printer
from int21.devices.serial import Serial

if TYPE_CHECKING:
    from collections.abc import Callable

    from dosemu.bios.bios import Bios
    from dosemu.settings import PrinterSettings, SerialSettings
    from hw.parallel import ParallelPort
    from int21.dos import Dos

_ALWAYS = 2  # COM1 and COM2 are there with nothing on their cables too


@dataclass(frozen=True, slots=True)
class SerialPorts:
    """The serial ports of a machine by their numbers, COM1 is 0: their lines, their UARTs, the mice at them."""

    lines: dict[int, SerialLine]
    uarts: dict[int, Uart]
    mice: list[SerialMouse]


def connect_printers(dos: Dos, bios: Bios, port: ParallelPort, settings: PrinterSettings) -> None:
    """Give PRN and LPT1 to LPT3, INT 17h, and the hardware of LPT1 the files that the settings name."""
    files: dict[str, HostOutput] = {}
    for number, own in enumerate((settings.lpt1, settings.lpt2, settings.lpt3)):
        path = own or settings.file
        if not path:
            continue
        output = files.setdefault(path, HostOutput(Path(path).expanduser()))
        bios.printers[number] = output.send
        if number == 0:
            port.on_byte = _bytes_to(output)
        for name in (b"LPT%d" % (number + 1), *((b"PRN",) if number == 0 else ())):
            device = dos.files.devices.get(name)
            assert isinstance(device, Printer)
            device.sink = output.send


def _bytes_to(output: HostOutput) -> Callable[[int], object]:
    return lambda byte: output.send(bytes((byte,)))


def connect_serial(dos: Dos, bios: Bios, settings: SerialSettings) -> SerialPorts:
    """Give AUX and COM1 to COM4, and INT 14h, the lines that the settings ask for, and a UART to each.

    Raises SettingsError when a connection cannot be made.
    """
    lines: dict[int, SerialLine] = {}
    mice: list[SerialMouse] = []
    for number, text in enumerate((settings.com1, settings.com2, settings.com3, settings.com4)):
        if text == "none":
            continue
        line: SerialLine | None
        if text == "mouse":
            line = SerialLine(bios.clock, mouse := SerialMouse())
            mouse.plug_into(line)
            mice.append(mouse)
        else:
            from dosemu import serial_peers  # sockets, which most runs do not need

            line = serial_peers.connect(bios.clock, f"serial.com{number + 1}", text)
        if line is None:
            continue
        lines[number] = bios.serial_lines[number] = line
        for name in (b"COM%d" % (number + 1), *((b"AUX",) if number == 0 else ())):
            device = dos.files.devices.get(name)
            assert isinstance(device, Serial)
            device.line = line
    uarts = {
        number: Uart(bios.ports, bios.clock, bios.pic, place, lines.get(number))
        for number, place in enumerate(PLACES)
        if number < _ALWAYS or number in lines
    }
    for number, uart in uarts.items():
        bios.memory.set_u16(BASE + 2 * number, uart.place.base)
    return SerialPorts(lines, uarts, mice)
