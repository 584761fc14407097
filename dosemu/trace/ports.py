"""Ports by chip and register, for the trace: IBM PC/AT Technical Reference, FreeVGA, the Sound Blaster guide.

>>> names = PortNames()
>>> names.describe(0x3C4, True, 2), names.describe(0x3C5, True, 15)
('sequencer index (map mask)', 'sequencer map mask')
"""

from __future__ import annotations

from dataclasses import dataclass, field

_DMA = [f"{what} {channel}" for channel in range(4) for what in ("address", "count")]
_DMA += ["command/status", "request", "mask", "mode", "flip-flop", "clear", "clear mask", "write mask"]

# Chip, first port, and the registers from there on.
CHIPS: tuple[tuple[str, int, list[str]], ...] = (
    ("DMA 1", 0x00, _DMA),
    ("PIC 1", 0x20, ["command", "mask"]),
    ("PIT", 0x40, ["counter 0", "counter 1", "counter 2", "control"]),
    ("keyboard", 0x60, ["data"]),
    ("system", 0x61, ["port B"]),
    ("keyboard", 0x64, ["command/status"]),
    ("RTC", 0x70, ["index", "data"]),
    ("DMA", 0x80, ["POST code", "page 2", "page 3", "page 1", "", "", "", "page 0", "", "page 6", "page 7", "page 5"]),
    ("system", 0x92, ["port A (A20, reset)"]),
    ("PIC 2", 0xA0, ["command", "mask"]),
    ("coprocessor", 0xF0, ["clear busy"]),
    ("joystick", 0x201, ["one-shots"]),
    ("Sound Blaster", 0x220, ["FM 1 address", "FM 1 data", "FM 2 address", "FM 2 data", "mixer address", "mixer data",
                              "DSP reset", "", "FM address", "FM data", "DSP read", "", "DSP write", "",
                              "DSP read status", "DSP 16-bit acknowledge"]),
    ("MPU-401", 0x330, ["data", "command/status"]),
    ("printer", 0x378, ["data", "status", "control"]),
    ("AdLib", 0x388, ["address", "data", "address 2", "data 2"]),
    ("Hercules", 0x3B4, ["CRTC index", "CRTC data", "", "", "mode", "", "status", "", "", "", "", "configuration"]),
    ("attribute", 0x3C0, ["index/data", "read"]),
    ("VGA", 0x3C2, ["misc output/status 0"]),
    ("sequencer", 0x3C4, ["index", "data"]),
    ("DAC", 0x3C6, ["mask", "read index", "write index", "data"]),
    ("VGA", 0x3CA, ["feature control", "", "misc output"]),
    ("graphics", 0x3CE, ["index", "data"]),
    ("CRTC", 0x3D4, ["index", "data"]),
    ("CGA", 0x3D8, ["mode", "colour"]),
    ("VGA", 0x3DA, ["status 1/feature"]),
    ("COM1", 0x3F8, ["data", "interrupt enable", "interrupt id", "line control", "modem control", "line status",
                     "modem status", "scratch"]),
    ("COM2", 0x2F8, ["data", "interrupt enable", "interrupt id", "line control", "modem control", "line status",
                     "modem status", "scratch"]),
)  # fmt: skip

# Registers behind an index port.
INDEXED: dict[int, list[str]] = {
    0x3C4: ["reset", "clocking mode", "map mask", "character map select", "memory mode"],
    0x3CE: ["set/reset", "enable set/reset", "colour compare", "data rotate", "read map select", "mode",
            "miscellaneous", "colour don't care", "bit mask"],
    0x3D4: ["horizontal total", "horizontal display end", "start horizontal blanking", "end horizontal blanking",
            "start horizontal retrace", "end horizontal retrace", "vertical total", "overflow", "preset row scan",
            "maximum scan line", "cursor start", "cursor end", "start address high", "start address low",
            "cursor location high", "cursor location low", "vertical retrace start", "vertical retrace end",
            "vertical display end", "offset", "underline location", "start vertical blanking", "end vertical blanking",
            "mode control", "line compare"],
    0x70: ["seconds", "seconds alarm", "minutes", "minutes alarm", "hours", "hours alarm", "weekday", "day", "month",
           "year", "status A", "status B", "status C", "status D"],
}  # fmt: skip

_NAMES = {
    first + offset: (chip, register)
    for chip, first, registers in CHIPS
    for offset, register in enumerate(registers)
    if register
} | {
    0xC0 + 2 * offset: ("DMA 2", register.replace("0", "4").replace("1", "5").replace("2", "6").replace("3", "7"))
    for offset, register in enumerate(_DMA)
}


@dataclass(slots=True)
class PortNames:
    """Knows what was written to index ports last."""

    indices: dict[int, int] = field(default_factory=dict)

    def describe(self, port: int, write: bool, value: int) -> str:
        """Chip and register of an access."""
        known = _NAMES.get(port)
        if known is None:
            return "unknown port"
        chip, register = known
        if port in INDEXED and write:
            self.indices[port] = value & 0x7F
            inner = self._register(port)
            return f"{chip} {register} ({inner})" if inner else f"{chip} {register}"
        if port - 1 in INDEXED:
            inner = self._register(port - 1)
            return f"{chip} {inner}" if inner else f"{chip} {register}"
        return f"{chip} {register}"

    def _register(self, port: int) -> str:
        registers = INDEXED[port]
        index = self.indices.get(port, 0)
        return registers[index] if index < len(registers) else f"register {index:02X}h"
