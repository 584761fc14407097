# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True
"""The Color/Graphics Monitor Adapter: ports 3D0h to 3DCh, 16 KB at B8000h that show at BC000h again.

IBM Options and Adapters Technical Reference, "Color/Graphics Monitor Adapter".

>>> from hw.clock import Clock
>>> from hw.ports import PortBus
>>> bus = PortBus()
>>> cga = Cga(bus, Clock())
>>> bus.write(0x3D4, 0x0F); bus.write(0x3D5, 0x12); bus.read(0x3D5)
18
"""

from libc.stdint cimport int64_t, uint8_t, uint32_t
from libc.string cimport memset

from hw.mc6845.adapter cimport BLINK, BURST, DOTS_640, FAST, GRAPHICS, HORIZONTAL_DISPLAYED, NO_BURST, VIDEO, Adapter6845, Line, Shown
from hw.mc6845.snow cimport SnowLog
from hw.ports cimport PortBus

from hw.vga.fonts import font_bytes

cdef enum:
    SIZE = 0x4000
    FIRST_PAGE = 0xB8
    PAGES = 4


def _rgbi(index):
    """A colour as R, G, B in bits 0 to 23: intensity, red, green, blue; dark yellow is made brown by the monitor."""
    light = 0x55 if index & 8 else 0
    red, green, blue = ((index >> n & 1) * 0xAA + light for n in (2, 1, 0))
    if index == 6:
        green = 0x55
    return red | green << 8 | blue << 16


for _i in range(16):
    RGBI[_i] = _rgbi(_i)


cdef int four_colour(uint8_t colour, uint8_t mode, int pixel) noexcept nogil:
    # The colour of a pixel of 320x200 by the colour select and mode registers.
    if pixel == 0:
        return colour & 15
    if mode & NO_BURST:
        pixel = 3 if pixel == 1 else 4 if pixel == 2 else 7
    else:
        pixel = pixel << 1 | (colour >> 5 & 1)
    return pixel | colour >> 1 & 8


cdef class Cga(Adapter6845):
    """The CGA; ``snow``: the CPU's accesses show in text of 80 columns."""

    def __cinit__(self, PortBus ports, clock, bint snow=False, **options):
        if snow:
            self.snow = SnowLog()
        self._font = font_bytes(8)
        self.font = <const uint8_t *><char *>self._font
        self.use_ports(ports, range(0x3D0, 0x3DD))
        self.update_timing()

    def lay_out(self):
        self.memory.open_pages(<uint32_t>0xFF << (FIRST_PAGE - 0xA0))
        for page in range(PAGES):
            self._show_page(FIRST_PAGE + PAGES + page, FIRST_PAGE + page)

    @property
    def modes(self):
        """The modes of its BIOS."""
        from hw.mc6845.modes import CGA_MODES
        return CGA_MODES

    def clear_memory(self):
        """Set all video memory to zero."""
        self._memory.fill(FIRST_PAGE << 12, SIZE)

    def content(self):
        """A copy of the video memory."""
        return self._memory.read(FIRST_PAGE << 12, SIZE) if self._memory is not None else bytes(SIZE)

    @property
    def revision(self):
        """A number that is another one after each change of registers and colours, and with each frame that has snow."""
        cdef int64_t frame = self.frame_at(self.now_dots())
        if self.snow is not None and self.snow.half(frame) >= 0:
            return (frame + 1) << 32 | self.generation
        return self.generation

    def save(self):
        """All registers and the video memory."""
        return Adapter6845.save(self) | {
            "memory": self.content(), "snow": self.snow.save() if self.snow is not None else None}

    def load(self, state):
        """Take back what save() gave."""
        Adapter6845.load(self, state)
        if self._memory is not None:
            self._memory.write(FIRST_PAGE << 12, state["memory"][:SIZE])
        if self.snow is not None and state["snow"] is not None:
            self.snow.load(state["snow"])

    cdef uint8_t read_port(self, int port) noexcept nogil:
        if port < 0x3D8:
            return self.read_crtc() if port & 1 else 0xFF
        if port == 0x3DA:
            return 0xF0 | self.common_status()
        if port == 0x3DB:
            self.light_pen = False
        elif port == 0x3DC:
            self.trigger_pen()
        return 0xFF

    cdef void write_port(self, int port, uint8_t value) noexcept nogil:
        if port < 0x3D8:
            self.write_6845(port, value)
        elif port == 0x3D8:
            self.set_mode(value & 0x3F, FAST | GRAPHICS | VIDEO if self.snow is not None else FAST)
        elif port == 0x3D9:
            self.change(&self.shown.colour, value & 0x3F)
        elif port == 0x3DB:
            self.light_pen = False
        elif port == 0x3DC:
            self.trigger_pen()

    cdef void update_timing(self) noexcept nogil:
        # Only text of 80 columns leaves the CPU no cycles of its own.
        Adapter6845.update_timing(self)
        if self.snow is None:
            return
        if self.shown.mode & (FAST | GRAPHICS | VIDEO) == (FAST | VIDEO):
            self.memory.see(access_seen)
        else:
            self.memory.see(NULL)

    cdef void flakes(self, uint32_t value, int size, int64_t back) noexcept nogil:
        # Each byte of an access takes the place of the character that the beam is at; the bus needs two of them for one.
        cdef int64_t dot = self.dots(self._clock.to_ps(self._clock.cycles_now() - back)), rest, line, column
        cdef int i
        rest = dot % self.timing.frame_dots
        line, column = rest // self.timing.line_dots, rest % self.timing.line_dots // 8
        if line >= self.timing.display_lines:
            return
        for i in range(size):
            if column + 2 * i < self.shown.crtc[HORIZONTAL_DISPLAYED]:
                self.snow.note(self.frame_at(dot), line, column + 2 * i, <uint8_t>(value >> 8 * i))

    cdef int disturb(self, int64_t frame, int at, int line, int columns, uint8_t *cells) noexcept nogil:
        if self.snow is None or not self.shows_text(&self.shown):
            return at
        return self.snow.fall(frame, at, line, columns, cells)

    cdef uint8_t *video(self, Shown *shown) noexcept nogil:
        return self.memory.window + ((FIRST_PAGE - 0xA0) << 12) if self.memory.window != NULL else NULL

    cdef uint32_t colour_of(self, int number) noexcept nogil:
        return RGBI[number & 15]

    cdef int dots_a_pixel(self, Shown *shown) noexcept nogil:
        # All 640 dots count where single ones are shown, or mixed on the way to a composite monitor.
        return 1 if shown.mode & (FAST | DOTS_640) or self.shows_composite(shown) else 2

    cdef int burst_of(self, Shown *shown) noexcept nogil:
        # With 80 columns the horizontal retrace is over before the burst: monitors take the border for it.
        if shown.mode & NO_BURST:
            return 0
        if shown.mode & FAST:
            return shown.colour & 7 if shown.colour & 7 != 7 else 0
        return BURST

    cdef uint32_t addressing(self, Shown *shown, int row_line) noexcept nogil:
        if shown.mode & GRAPHICS:
            return 0x1FFF | <uint32_t>(row_line & 1) << (16 + 13)
        return 0x3FFF

    cdef void draw_line(self, Line *line, uint8_t *out) noexcept nogil:
        cdef Shown *shown = line.shown
        cdef int dots = self.char_dots(shown), column, i, bits
        cdef uint8_t ink = shown.colour & 15
        cdef uint8_t colours[4]
        if not shown.mode & VIDEO:
            memset(out, 0, line.columns * dots)
            return
        if not shown.mode & GRAPHICS:
            self.text_dots(line, out, shown.mode & BLINK != 0, dots // 8)
            return
        for i in range(4):
            colours[i] = <uint8_t>four_colour(shown.colour, shown.mode, i)
        for column in range(line.columns):
            bits = line.cells[2 * column] << 8 | line.cells[2 * column + 1]
            if shown.mode & DOTS_640:
                for i in range(dots):
                    out[i] = ink if bits >> (15 - i) & 1 else 0
            else:
                for i in range(dots):
                    out[i] = colours[bits >> (14 - (i & 14)) & 3]
            out += dots


cdef void access_seen(void *beam, uint32_t value, int size, int64_t back) noexcept nogil:
    (<Cga>beam).flakes(value, size, back)
