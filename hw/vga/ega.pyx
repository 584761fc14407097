# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True
"""The EGA: what a VGA grew out of. No DAC, registers that cannot be read, 64 to 256 KB, clocks of 14 and 16 MHz.

IBM Enhanced Graphics Adapter (Options and Adapters Technical Reference): "Programming Considerations". The switches
are set for an Enhanced Color Display, which shows 64 colours at 350 lines, and a CGA's sixteen at 200: the polarity
of the vertical retrace tells it which.

>>> from hw.clock import Clock
>>> from hw.ports import PortBus
>>> bus, clock = PortBus(), Clock()
>>> ega = Ega(bus, clock)
>>> ega.modes[3].program(ega)
>>> round(ega.refresh_hz, 1), hex(bus.read(0x3CF))
(59.7, '0xff')
"""

from libc.stdint cimport int64_t, uint8_t
from libc.string cimport memcpy

from hw.beam cimport Timing
from hw.ports cimport PortBus
from hw.vga.vga cimport Vga, vga_read, vga_write

cdef enum:
    OVERFLOW = 0x07
    SWITCHES = 0x9  # an Enhanced Color Display, in colour, the first adapter
    RETRACE_NEGATIVE = 0x80
    COLOURS_64 = 0
    COLOURS_16 = 1
    MONOCHROME = 2

# The bits that are there, by register.
cdef uint8_t[25] CRTC_MASKS
CRTC_MASKS[:] = [
    0xFF, 0xFF, 0xFF, 0x7F, 0xFF, 0xFF, 0xFF, 0x3F, 0x1F, 0x1F, 0x1F, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF,
    0xFF, 0x3F, 0xFF, 0xFF, 0x1F, 0x1F, 0x1F, 0xFF, 0xFF,
]
cdef uint8_t[5] SEQUENCER_MASKS
SEQUENCER_MASKS[:] = [0x03, 0x0F, 0x0F, 0x0F, 0x07]
cdef uint8_t[9] GRAPHICS_MASKS
GRAPHICS_MASKS[:] = [0x0F, 0x0F, 0x0F, 0x1F, 0x07, 0x3F, 0x0F, 0x0F, 0xFF]


cdef class Ega(Vga):
    """``memory_kb``: 64, 128 or 256."""

    def __cinit__(self, PortBus ports, clock, str name="ega", int memory_kb=256, **options):
        from hw.vga.modes import Palette, palette_bytes
        cdef const unsigned char[::1] colours
        if memory_kb not in (64, 128, 256):
            raise ValueError(f"an EGA has 64, 128 or 256 KB, not {memory_kb}")
        self.memory_kb = memory_kb
        self.memory.present = memory_kb * 256 - 1
        for i, kind in enumerate((Palette.EGA, Palette.CGA, Palette.MONO)):
            colours = palette_bytes(kind)
            memcpy(self.colours[i], &colours[0], 192)
        self.palette = -1
        self.update_timing()
        for port in (0x3DB, 0x3DC, 0x3BB, 0x3BC):
            ports.native_read(port, vga_read, self)
            ports.native_write(port, vga_write, self)

    @property
    def modes(self):
        """The modes of its BIOS."""
        from hw.vga.ega_modes import ega_modes
        return ega_modes(self.memory_kb)

    def set_dac(self, first, colours):
        """The colours are the monitor's."""

    cdef void update_timing(self) noexcept nogil:
        cdef uint8_t *r = self.shown.crtc
        cdef Timing timing
        cdef int dots = 8 if self.shown.sequencer[1] & 1 else 9
        cdef int overflow = r[OVERFLOW]
        cdef int halves = r[0x17] >> 2 & 1  # the vertical counter counts every second line
        cdef int palette = (MONOCHROME if not self.shown.misc & 1
                            else COLOURS_64 if self.shown.misc & RETRACE_NEGATIVE else COLOURS_16)
        timing.clock_hz = 16257000 if self.shown.misc >> 2 & 3 == 1 else 14318181
        if self.shown.sequencer[1] & 8:
            timing.clock_hz //= 2
        timing.line_dots = (r[0x00] + 2) * dots
        timing.display_dots = (r[0x01] + 1) * dots
        timing.frame_dots = (timing.line_dots << halves) * ((r[0x06] | (overflow & 1) << 8) + 2)
        timing.display_lines = (r[0x12] | (overflow & 2) << 7) + 1 << halves
        timing.display_end = min(timing.display_lines * timing.line_dots, timing.frame_dots)
        timing.retrace_start = r[0x10] | (overflow & 4) << 6
        timing.retrace_end = timing.retrace_start + 1 + ((r[0x11] - timing.retrace_start - 1) & 15) << halves
        timing.retrace_start <<= halves
        if palette != self.palette:
            self.palette = palette
            memcpy(self.shown.dac, self.colours[palette], 192)
            self.generation += 1
        self.retime(&timing)

    cdef uint8_t read_port(self, int port) noexcept nogil:
        cdef uint8_t value
        if port == 0x3BA or port == 0x3DA:
            if not self.answers(port):
                return 0xFF
            value = self.read_status() & ~0x02
            if self.light_pen:
                value |= 0x02
            if not value & 1:
                # Two of the six colour outputs come back, as attribute controller 12h chooses; dots pass by.
                value |= (self.now_dots() >> 2 & 3) << 4
            return value
        if port == 0x3B5 or port == 0x3D5:
            return self.shown.crtc[self.crtc_index] if self.answers(port) and 0x0C <= self.crtc_index <= 0x0F else 0xFF
        if port == 0x3C2:
            # The switch that the clock select bits of the miscellaneous register choose, the fourth first.
            value = 0x10 if SWITCHES >> (3 - (self.shown.misc >> 2 & 3)) & 1 else 0
            return value | (0x80 if self.retrace_interrupt else 0)
        if port == 0x3DB or port == 0x3BB:
            self.light_pen = 0
        elif port == 0x3DC or port == 0x3BC:
            self.light_pen = 1
        return 0xFF

    cdef void write_port(self, int port, uint8_t value) noexcept nogil:
        if port == 0x3C1:
            port = 0x3C0  # both are the attribute controller
        if 0x3C6 <= port <= 0x3CC and port != 0x3C5:
            return  # the DAC's; graphics position registers
        if port == 0x3DB or port == 0x3BB:
            self.light_pen = 0
        elif port == 0x3DC or port == 0x3BC:
            self.light_pen = 1
        else:
            if port == 0x3D5 or port == 0x3B5:
                if self.crtc_index > 0x18:
                    return
                value &= CRTC_MASKS[self.crtc_index]
            elif port == 0x3C5:
                value &= SEQUENCER_MASKS[self.sequencer_index] if self.sequencer_index < 5 else 0
            elif port == 0x3CF:
                value &= GRAPHICS_MASKS[self.graphics_index] if self.graphics_index < 9 else 0
            elif port == 0x3C0 and self.attribute_data:
                value &= 0x0F if self.shown.attribute_index & 0x1F == 0x10 else 0x3F
                if self.shown.attribute_index & 0x1F > 0x13:
                    value = 0
            Vga.write_port(self, port, value)
