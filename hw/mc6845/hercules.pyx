# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True
"""The Hercules Graphics Card: an MDA with 64 KB at B0000h and two pages of 720 by 348 dots; ports 3B0h to 3BFh.

Hercules Graphics Card Owner's Manual ("Programming"); IBM Options and Adapters Technical Reference, "Monochrome
Display and Printer Adapter" (characters and attributes).

>>> from hw.clock import Clock
>>> from hw.ports import PortBus
>>> bus = PortBus()
>>> card = Hercules(bus, Clock())
>>> hex(bus.read(0x3BA) & 0x70)  # neither a Hercules Plus (1) nor an InColor (5)
'0x0'
"""

from libc.stdint cimport int64_t, uint8_t, uint32_t
from libc.string cimport memset

from hw.mc6845.adapter cimport (
    BLINK, CURSOR_END, CURSOR_START, GRAPHICS, VIDEO, Adapter6845, Line, Shown,
)
from hw.ports cimport PortBus

from hw.vga.fonts import font_bytes

cdef enum:
    BASE = 0xB0000
    SIZE = 0x10000
    ALLOW_GRAPHICS = 0x01  # 3BFh
    ALLOW_PAGE_1 = 0x02
    PAGE_1 = 0x80  # 3B8h
    NORMAL = 7
    BRIGHT = 15
    UNDERLINE = 12  # the line of a cell


cdef class Hercules(Adapter6845):
    """The Hercules card, and what is an MDA on it."""

    def __cinit__(self, PortBus ports, clock, **options):
        self._font = font_bytes(14)
        self.font = <const uint8_t *><char *>self._font
        self.use_ports(ports, (*range(0x3B0, 0x3BC), 0x3BF))
        self.update_timing()

    def lay_out(self):
        # The upper half answers only where it is allowed: a colour adapter may be there.
        self.memory.open_pages(<uint32_t>(0xFFFF if self.allowed & ALLOW_PAGE_1 else 0xFF) << 16)

    @property
    def modes(self):
        """The modes of its BIOS."""
        from hw.mc6845.modes import MONO_MODES
        return MONO_MODES

    def clear_memory(self):
        """Set all video memory to zero."""
        self._memory.fill(BASE, SIZE)

    def content(self):
        """A copy of the video memory."""
        return (<char *>self.memory.window)[BASE - 0xA0000:BASE - 0xA0000 + SIZE] if self.memory.window else bytes(SIZE)

    def save(self):
        """All registers and the video memory."""
        return Adapter6845.save(self) | {"memory": self.content(), "allowed": self.allowed}

    def load(self, state):
        """Take back what save() gave."""
        Adapter6845.load(self, state)
        if self._memory is not None:
            self.allowed = ALLOW_PAGE_1
            self.lay_out()
            self._memory.write(BASE, state["memory"][:SIZE])
        self.allowed = state["allowed"]
        if self._memory is not None:
            self.lay_out()

    cdef int64_t dot_clock(self) noexcept nogil:
        return 16257000

    cdef int char_dots(self, Shown *shown) noexcept nogil:
        return 16 if shown.mode & GRAPHICS else 9

    cdef uint8_t read_port(self, int port) noexcept nogil:
        cdef uint8_t status = 0
        if port < 0x3B8:
            return self.read_crtc() if port & 1 else 0xFF
        if port == 0x3BA:
            self.look()
            if not self.in_line():
                status |= 0x01  # horizontal drive
            elif self.in_display() and self.dot_is_lit():
                status |= 0x08
            if self.light_pen:
                status |= 0x02
            if not self.in_retrace():
                status |= 0x80
            return status
        if port == 0x3B9:
            self.trigger_pen()
        elif port == 0x3BB:
            self.light_pen = False
        return 0xFF

    cdef bint dot_is_lit(self) noexcept nogil:
        # A mere stream of dots: some lit, some not, as programs that test the display want to see.
        return self.now_dots() >> 3 & 1

    cdef void write_port(self, int port, uint8_t value) noexcept nogil:
        if port < 0x3B8:
            self.write_6845(port, value)
        elif port == 0x3B8:
            if not self.allowed & ALLOW_GRAPHICS:
                value &= ~GRAPHICS
            if not self.allowed & ALLOW_PAGE_1:
                value &= ~PAGE_1
            self.set_mode(value & 0xAA, GRAPHICS)
        elif port == 0x3B9:
            self.trigger_pen()
        elif port == 0x3BB:
            self.light_pen = False
        elif port == 0x3BF:
            value &= 3
            if value != self.allowed:
                self.allowed = value
                self.generation += 1
                if self._memory is not None:
                    self.memory.open_ram(<uint32_t>(0xFFFF if value & ALLOW_PAGE_1 else 0xFF) << 16)

    cdef uint8_t *video(self, Shown *shown) noexcept nogil:
        return self.memory.window + (BASE - 0xA0000) if self.memory.window != NULL else NULL

    cdef uint32_t text_mask(self) noexcept nogil:
        return 0x0FFF

    cdef uint32_t colour_of(self, int number) noexcept nogil:
        return 0xFFFFFF if number == BRIGHT else 0xAAAAAA if number == NORMAL else 0

    cdef uint32_t addressing(self, Shown *shown, int row_line) noexcept nogil:
        if shown.mode & GRAPHICS:
            return 0x1FFF | (<uint32_t>(row_line & 3) << 13 | (0x8000 if shown.mode & PAGE_1 else 0)) << 16
        return 0x0FFF

    cdef void draw_line(self, Line *line, uint8_t *out) noexcept nogil:
        cdef Shown *shown = line.shown
        cdef int column, i, bits
        if not shown.mode & VIDEO:
            memset(out, 0, line.columns * self.char_dots(shown))
            return
        if not shown.mode & GRAPHICS:
            self.character_line(line, out)
            return
        for column in range(line.columns):
            bits = line.cells[2 * column] << 8 | line.cells[2 * column + 1]
            for i in range(16):
                out[i] = NORMAL if bits >> (15 - i) & 1 else 0
            out += 16

    cdef void character_line(self, Line *line, uint8_t *out) noexcept nogil:
        cdef Shown *shown = line.shown
        cdef bint blink = shown.mode & BLINK != 0
        cdef bint cursor_line = (line.cursor_on and shown.crtc[CURSOR_START] & 0x1F <= line.row_line
                                 and line.row_line <= shown.crtc[CURSOR_END] & 0x1F)
        cdef int column, i, bits, character, attribute
        cdef uint8_t ink, paper
        for column in range(line.columns):
            character, attribute = line.cells[2 * column], line.cells[2 * column + 1]
            bits = self.font[character * 14 + line.row_line] << 1 if line.row_line < 14 else 0
            if character & 0xE0 == 0xC0:
                bits |= bits >> 1 & 1  # the ninth dot repeats the eighth
            ink, paper = BRIGHT if attribute & 8 else NORMAL, 0
            if attribute & 0x77 == 0x70:
                # Reverse; bright letters there have the brightness of the paper's.
                ink, paper = 0, BRIGHT if attribute & 0x80 and not blink else NORMAL
                if attribute & 8:
                    ink = NORMAL if paper == BRIGHT else 0
            elif attribute & 0x77 == 0:
                ink = 0
            elif attribute & 7 == 1 and line.row_line == UNDERLINE:
                bits = 0x1FF
            if blink and attribute & 0x80 and not line.characters_on:
                bits = 0
            if cursor_line and (line.address + column & 0x3FFF) == line.cursor:
                bits = 0x1FF
                if ink == paper:
                    ink = NORMAL
            for i in range(9):
                out[i] = ink if bits >> (8 - i) & 1 else paper
            out += 9
