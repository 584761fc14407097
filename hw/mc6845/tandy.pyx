# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True
"""The Tandy 1000's and the PCjr's video: a CGA with 16-colour modes, a palette, and system RAM as its memory.

Tandy 1000 Technical Reference Manual, "Video system logic"; IBM PCjr Technical Reference, "Video color/graphics
subsystem". The window at B8000h shows a 16 or 32 KB page of 128 KB of the RAM: its last ones below 640 KB (Tandy),
its first ones (PCjr). Port 3DFh says which page the beam and which the CPU has. The gate array has its own
registers: at 3DAh (address) and 3DEh (data) on the Tandy, both at 3DAh by turns on the PCjr.

>>> from hw.clock import Clock
>>> from hw.ports import PortBus
>>> bus = PortBus()
>>> tandy = Tandy(bus, Clock(), name="tandy")
>>> bus.write(0x3DA, 0x11); bus.write(0x3DE, 0x04)  # palette register 1: red
>>> tandy.palette[:3]
b'\\x00\\x04\\x02'
"""

from libc.stdint cimport uint8_t, uint32_t
from libc.string cimport memset

from hw.mc6845.adapter cimport BLINK, DOTS_640, FAST, GRAPHICS, NO_BURST, VIDEO, Adapter6845, Line, Shown
from hw.mc6845.cga cimport RGBI, four_colour
from hw.ports cimport PortBus

from hw.vga.fonts import font_bytes

cdef enum:
    BANK = 0x4000
    FIRST_PAGE = 0xB8
    # Registers of the gate array.
    MODE_1 = 0x00  # PCjr
    PALETTE_MASK = 0x01
    MODE_2 = 0x03
    PALETTE = 0x10
    COLOURS_16 = 0x10  # Tandy: MODE_2; PCjr: MODE_1
    COLOURS_4_FINE = 0x08  # Tandy: 640x200 in four colours
    JR_COLOURS_2 = 0x08  # PCjr: 640x200 in two
    JR_BLINK = 0x02


cdef class Tandy(Adapter6845):
    """Both machines' video; ``name`` says which."""

    def __cinit__(self, PortBus ports, clock, str name="tandy", **options):
        cdef int i
        self.pcjr = name == "pcjr"
        self._font = font_bytes(8)
        self.font = <const uint8_t *><char *>self._font
        self.use_ports(ports, range(0x3D0, 0x3E0))
        self.shown.page = 0x3F
        self.shown.gate[PALETTE_MASK] = 15
        for i in range(16):
            self.shown.gate[PALETTE + i] = <uint8_t>i
        self.update_timing()

    def lay_out(self):
        cdef int base = 0 if self.pcjr else 0x80000
        cdef int first = self.shown.page >> 3 & 7, page, bank
        # 32 KB begin at an even page.
        cdef bint large = self.shown.page & 0x80 != 0
        if large:
            first &= 6
        for page in range(8):
            bank = first + (page >> 2 if large else 0)
            self.memory.banks[page >> 2] = self._memory.ram + base + bank * BANK
            # Pages whose stores are to be seen stay where they are: the window knows what is behind them.
            self._show_page(FIRST_PAGE + page, FIRST_PAGE + page if self.memory.racing
                            else (base >> 12) + bank * 4 + (page & 3))
        self.memory.open_pages(<uint32_t>0xFF << (FIRST_PAGE - 0xA0))

    cdef void race(self, bint on) noexcept nogil:
        Adapter6845.race(self, on)
        if self._memory is not None:
            with gil:
                self.lay_out()

    @property
    def modes(self):
        """The modes of its BIOS."""
        from hw.mc6845.modes import PCJR_MODES, TANDY_MODES
        return PCJR_MODES if self.pcjr else TANDY_MODES

    @property
    def palette(self):
        """The sixteen palette registers."""
        return bytes(self.shown.gate[PALETTE:PALETTE + 16])

    def set_gate(self, uint8_t index, uint8_t value):
        """Set a register of the gate array."""
        self.gate_index = index
        self.write_gate(value)

    def clear_memory(self):
        """Set the memory that the CPU sees to zero."""
        self._memory.fill(FIRST_PAGE << 12, 2 * BANK if self.shown.page & 0x80 else BANK)

    def content(self):
        """A copy of the memory that is shown."""
        cdef uint8_t *start = self.video(&self.shown)
        return (<char *>start)[:2 * BANK if self.shown.page & 0x80 else BANK] if start != NULL else b""

    def save(self):
        """All registers; the memory is the machine's."""
        return Adapter6845.save(self) | {"gate_index": self.gate_index, "gate_data": self.gate_data}

    def load(self, state):
        """Take back what save() gave."""
        self.gate_index, self.gate_data = state["gate_index"], state["gate_data"]
        Adapter6845.load(self, state)

    cdef uint8_t read_port(self, int port) noexcept nogil:
        cdef uint8_t status
        if port < 0x3D8:
            return self.read_crtc() if port & 1 else 0xFF
        if port == 0x3DA:
            status = self.common_status()
            if not status & 0x08 and self.now_dots() >> 3 & 1:
                status |= 0x10  # video dots pass by
            self.gate_data = False
            return status
        if port == 0x3DB:
            self.light_pen = False
        elif port == 0x3DC:
            self.trigger_pen()
        return 0xFF

    cdef void write_port(self, int port, uint8_t value) noexcept nogil:
        if port < 0x3D8:
            self.write_6845(port, value)
        elif port == 0x3DF:
            self.write_page(value)
        elif port == 0x3DB:
            self.light_pen = False
        elif port == 0x3DC:
            self.trigger_pen()
        elif port == 0x3DA:
            if self.pcjr and self.gate_data:
                self.write_gate(value)
            else:
                self.gate_index = value & 0x1F
            self.gate_data = not self.gate_data
        elif self.pcjr:
            return
        elif port == 0x3D8:
            self.change(&self.shown.mode, value & 0x3F)
            self.update_timing()
        elif port == 0x3D9:
            self.change(&self.shown.colour, value & 0x3F)
        elif port == 0x3DE:
            self.write_gate(value)

    cdef void write_gate(self, uint8_t value) noexcept nogil:
        if self.gate_index >= PALETTE or self.gate_index == PALETTE_MASK:
            value &= 15
        self.change(&self.shown.gate[self.gate_index], value)
        self.update_timing()

    cdef void write_page(self, uint8_t value) noexcept nogil:
        if value == self.shown.page:
            return
        self.change(&self.shown.page, value)
        if self._memory is not None:
            with gil:
                self.lay_out()

    cdef uint8_t mode_bits(self, Shown *shown) noexcept nogil:
        # As the CGA's mode register; the PCjr has the bits elsewhere.
        cdef uint8_t value
        if not self.pcjr:
            return shown.mode
        value = shown.gate[MODE_1] & 0x0F
        if shown.gate[MODE_2] & JR_COLOURS_2:
            value |= DOTS_640
        if shown.gate[MODE_2] & JR_BLINK:
            value |= BLINK
        return value

    cdef int char_dots(self, Shown *shown) noexcept nogil:
        return 8 if self.mode_bits(shown) & FAST else 16

    cdef bint shows_text(self, Shown *shown) noexcept nogil:
        return not self.mode_bits(shown) & GRAPHICS

    cdef uint8_t *video(self, Shown *shown) noexcept nogil:
        cdef int bank = shown.page & 7
        if self._memory is None:
            return NULL
        if shown.page & 0x80:
            bank &= 6
        return self._memory.ram + (0 if self.pcjr else 0x80000) + bank * BANK

    cdef uint32_t colour_of(self, int number) noexcept nogil:
        return RGBI[number & 15]

    cdef int dots_a_pixel(self, Shown *shown) noexcept nogil:
        cdef uint8_t mode = self.mode_bits(shown)
        cdef bint colours_16 = shown.gate[MODE_1 if self.pcjr else MODE_2] & COLOURS_16
        if self.shows_composite(shown) or not mode & GRAPHICS:
            return 1 if mode & FAST or self.shows_composite(shown) else 2
        if colours_16:
            return 2 if mode & FAST else 4
        return 1 if mode & (FAST | DOTS_640) else 2

    cdef uint32_t addressing(self, Shown *shown, int row_line) noexcept nogil:
        # Which lines of a row have banks of their own.
        cdef uint32_t banks = 3 if shown.page & 0x80 else 1 if shown.page & 0x40 else 0
        if self.mode_bits(shown) & GRAPHICS:
            return 0x1FFF | (row_line & banks) << (16 + 13)
        return 0x3FFF

    cdef void draw_line(self, Line *line, uint8_t *out) noexcept nogil:
        cdef Shown *shown = line.shown
        cdef uint8_t *palette = &shown.gate[PALETTE]
        cdef uint8_t mode = self.mode_bits(shown), used = shown.gate[PALETTE_MASK]
        cdef bint colours_16 = shown.gate[MODE_1 if self.pcjr else MODE_2] & COLOURS_16
        cdef bint fine = not self.pcjr and shown.gate[MODE_2] & COLOURS_4_FINE or self.pcjr and mode & FAST
        cdef int dots = self.char_dots(shown), column, i, bits
        cdef uint8_t colours[16]
        if not mode & VIDEO:
            memset(out, palette[0] if self.pcjr else 0, line.columns * dots)
            return
        if not mode & GRAPHICS:
            self.text_dots(line, out, mode & BLINK != 0, dots // 8)
            for i in range(line.columns * dots):
                out[i] = palette[out[i] & used]
            return
        for i in range(16):
            colours[i] = <uint8_t>i
        if colours_16:
            pass
        elif mode & DOTS_640:
            if not self.pcjr:
                colours[0], colours[1] = 0, shown.colour & 15
        elif not fine and not self.pcjr:
            for i in range(4):
                colours[i] = <uint8_t>four_colour(shown.colour, mode, i)
        for i in range(16):
            colours[i] = palette[colours[i] & used]
        for column in range(line.columns):
            bits = line.cells[2 * column] << 8 | line.cells[2 * column + 1]
            if colours_16:
                # Four pixels of a quarter of the character's dots each.
                for i in range(dots):
                    out[i] = colours[bits >> (12 - 4 * (i * 4 // dots)) & 15]
            elif mode & DOTS_640 and not fine:
                for i in range(dots):
                    out[i] = colours[bits >> (15 - i) & 1]
            elif fine and mode & FAST:
                for i in range(8):
                    out[i] = colours[bits >> (15 - i) & 1 | (bits >> (7 - i) & 1) << 1]
            else:
                for i in range(dots):
                    out[i] = colours[bits >> (14 - 2 * (i * 8 // dots)) & 3]
            out += dots
