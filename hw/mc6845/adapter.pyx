# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True
"""What adapters around a Motorola 6845 have in common: its registers, where the beam is, the text screen.

Motorola MC6845 data sheet; IBM Options and Adapters Technical Reference ("Color/Graphics Monitor Adapter",
"Monochrome Display and Printer Adapter"). The 6845 counts characters; what their dots are is the adapter's.
The beam's position follows from emulated time and the programmed timing.
"""

from libc.stdint cimport int64_t, uint8_t, uint32_t
from libc.string cimport memset

from hw.ports cimport PortBus

from hw.text_screen import TextLayout

cdef int64_t SECOND_PS = 1000000000000
cdef int64_t SHORTEST_PS = 4000000000  # pictures of shorter frames are no pictures

cdef uint8_t[18] MASKS
MASKS[:] = [0xFF, 0xFF, 0xFF, 0xFF, 0x7F, 0x1F, 0x7F, 0x7F, 0xF3, 0x1F, 0x7F, 0x1F, 0x3F, 0xFF, 0x3F, 0xFF, 0, 0]


cdef class Adapter6845:
    """Registers and timing; adapters derive from it."""

    def __cinit__(self, PortBus ports, Clock clock, str name="cga", bint composite=False, **options):
        self.name = name
        self.composite = composite
        self._clock = clock
        self.memory = VideoWindow()
        self.raster = RasterLog()

    def attach(self, Memory memory not None, show_page=None):
        """Lay the window over a machine's RAM; ``show_page(page, target)`` lets pages show others."""
        self._memory = memory
        self._show_page = show_page if show_page is not None else memory.show_page
        self.memory.attach(memory)
        self.lay_out()

    def lay_out(self):
        """Say which pages are the adapter's memory."""

    def connect(self, pic):
        """These adapters do not interrupt."""

    cdef void use_ports(self, PortBus ports, object numbers):
        for port in numbers:
            ports.native_read(port, adapter_read, self)
            ports.native_write(port, adapter_write, self)

    # Timing.

    cdef int64_t dot_clock(self) noexcept nogil:
        return 14318181

    cdef int char_dots(self, Shown *shown) noexcept nogil:
        return 8 if shown.mode & FAST else 16

    cdef int64_t dots(self, int64_t now_ps) noexcept nogil:
        cdef int64_t passed = now_ps - self.epoch_ps
        cdef int64_t hz = self.timing.clock_hz
        return passed // SECOND_PS * hz + passed % SECOND_PS // 1000 * hz // 1000000000

    cdef int64_t time_of(self, int64_t dot) noexcept nogil:
        # The first whole nanosecond at which dots() has reached ``dot``.
        cdef int64_t hz = self.timing.clock_hz
        return self.epoch_ps + dot // hz * SECOND_PS + (dot % hz * 1000000000 + hz - 1) // hz * 1000

    cdef void update_timing(self) noexcept nogil:
        cdef uint8_t *r = self.shown.crtc
        cdef int64_t old_line = self.timing.line_dots, old_frame = self.timing.frame_dots
        cdef int dots = self.char_dots(&self.shown), row = r[MAXIMUM_SCAN_LINE] + 1
        cdef int lines = (r[VERTICAL_TOTAL] + 1) * row + r[TOTAL_ADJUST]
        cdef int width = r[SYNC_WIDTH] >> 4
        self.timing.clock_hz = self.dot_clock()
        self.timing.line_dots = (r[HORIZONTAL_TOTAL] + 1) * dots
        self.timing.display_dots = r[HORIZONTAL_DISPLAYED] * dots
        self.timing.frame_dots = self.timing.line_dots * lines
        self.timing.display_lines = min(r[VERTICAL_DISPLAYED] * row, lines)
        self.timing.display_end = self.timing.display_lines * self.timing.line_dots
        self.timing.sync_start = r[VERTICAL_SYNC] * row
        self.timing.sync_end = self.timing.sync_start + (width if width else 16)
        if self.timing.line_dots != old_line or self.timing.frame_dots != old_frame:
            self.epoch_ps = self._clock.now()
            self.raster.reset(self.frame_at(0))
            self.latch_start(True)

    cdef int64_t frame_at(self, int64_t dot) noexcept nogil:
        # Frames are counted from the end of the last line shown: what a program sets in the retrace is for the next.
        return (dot + self.timing.frame_dots - self.timing.display_end) // self.timing.frame_dots

    cdef void latch_start(self, bint now) noexcept nogil:
        # The 6845 takes the start address over at the top of a frame.
        cdef int64_t frame = self.dots(self._clock.now()) // self.timing.frame_dots
        if now or frame != self.latch_frame:
            self.latch_frame = frame
            self.shown_start = <uint16_t>(self.shown.crtc[START_HIGH] << 8 | self.shown.crtc[START_LOW])

    cdef bint in_line(self) noexcept nogil:
        return self.dots(self._clock.now()) % self.timing.line_dots < self.timing.display_dots

    cdef bint in_display(self) noexcept nogil:
        cdef int64_t dot = self.dots(self._clock.now()) % self.timing.frame_dots
        return (dot % self.timing.line_dots < self.timing.display_dots
                and dot // self.timing.line_dots < self.timing.display_lines)

    cdef bint in_sync(self) noexcept nogil:
        cdef int64_t line = self.dots(self._clock.now()) % self.timing.frame_dots // self.timing.line_dots
        return self.timing.sync_start <= line < self.timing.sync_end

    cdef void trigger_pen(self) noexcept nogil:
        # The light pen latches the address that the beam is at.
        cdef int64_t dot = self.dots(self._clock.now()) % self.timing.frame_dots
        cdef int64_t line = dot // self.timing.line_dots
        cdef int address
        if self.light_pen:
            return
        self.light_pen = True
        address = self.shown_start + <int>(line // (self.shown.crtc[MAXIMUM_SCAN_LINE] + 1)
                                           * self.shown.crtc[HORIZONTAL_DISPLAYED]
                                           + dot % self.timing.line_dots // self.char_dots(&self.shown))
        self.shown.crtc[PEN_HIGH], self.shown.crtc[PEN_LOW] = <uint8_t>(address >> 8 & 0x3F), <uint8_t>address

    # Ports.

    cdef void change(self, void *place, uint8_t value) noexcept nogil:
        # Set a register that shows, and note at which line that was.
        cdef uint8_t *register = <uint8_t *>place
        cdef int64_t dot, rest, line = -1
        if register[0] == value:
            return
        dot = self.dots(self._clock.now())
        rest = dot % self.timing.frame_dots
        if rest < self.timing.display_end:
            line = rest // self.timing.line_dots
            if rest % self.timing.line_dots * 2 >= self.timing.display_dots:
                line += 1
        self.raster.note(self.frame_at(dot), <int>line, <int>(register - <uint8_t *>&self.shown), register[0], value)
        register[0] = value
        self.generation += 1

    cdef void write_crtc(self, int index, uint8_t value) noexcept nogil:
        if index >= PEN_HIGH:
            return
        value &= MASKS[index]
        if index == START_HIGH or index == START_LOW:
            self.latch_start(False)
        if self.shown.crtc[index] == value:
            return
        if CURSOR_START <= index <= CURSOR_LOW:
            self.shown.crtc[index] = value
            self.generation += 1
        else:
            self.change(&self.shown.crtc[index], value)
            self.update_timing()

    cdef uint8_t read_crtc(self) noexcept nogil:
        # The other registers cannot be read.
        return self.shown.crtc[self.index] if START_HIGH <= self.index <= PEN_LOW else 0

    cdef uint8_t read_port(self, int port) noexcept nogil:
        return 0xFF

    cdef void write_port(self, int port, uint8_t value) noexcept nogil:
        pass

    # What renderers ask of each adapter.

    cdef bint shows_text(self, Shown *shown) noexcept nogil:
        return not shown.mode & GRAPHICS

    cdef int dots_a_pixel(self, Shown *shown) noexcept nogil:
        return 1

    cdef uint32_t colour_of(self, int number) noexcept nogil:
        # R, G, B in bits 0 to 23.
        return 0

    cdef uint8_t *video(self, Shown *shown) noexcept nogil:
        # Where the memory that is shown begins; NULL when there is none yet.
        return NULL

    cdef uint32_t text_mask(self) noexcept nogil:
        # Bytes of text memory, less 1.
        return 0x3FFF

    cdef void draw_line(self, Line *line, uint8_t *out) noexcept nogil:
        pass

    cdef void text_dots(self, Line *line, uint8_t *out, bint blink, int repeat) noexcept nogil:
        # Characters of eight dots in sixteen colours, each dot ``repeat`` times.
        cdef uint8_t *memory = self.video(line.shown)
        cdef uint32_t mask = self.text_mask(), offset
        cdef int column, dot, bits, character, attribute, ink, paper, i
        cdef bint cursor_line = (line.cursor_on
                                 and line.shown.crtc[CURSOR_START] & 0x1F <= line.row_line
                                 and line.row_line <= line.shown.crtc[CURSOR_END] & 0x1F)
        cdef uint8_t colour
        for column in range(line.columns):
            offset = (line.address + column) * 2 & mask
            character, attribute = memory[offset], memory[offset | 1]
            ink, paper = attribute & 15, attribute >> 4
            bits = self.font[character * 8 + (line.row_line & 7)]
            if blink:
                paper &= 7
                if attribute & 0x80 and not line.characters_on:
                    bits = 0
            if cursor_line and (line.address + column & 0x3FFF) == line.cursor:
                bits = 0xFF
            for dot in range(8):
                colour = <uint8_t>(ink if bits >> (7 - dot) & 1 else paper)
                for i in range(repeat):
                    out[0] = colour
                    out += 1

    # What a machine, a screen and a BIOS ask (hw/adapter.py).

    def crtc(self, uint8_t index):
        """Register 0 to 17 of the 6845."""
        return self.shown.crtc[index] if index < REGISTERS else 0

    def set_crtc(self, uint8_t index, uint8_t value):
        """Set a register; a start address shows at once."""
        self.write_crtc(index, value)
        if index == START_HIGH or index == START_LOW:
            self.latch_start(True)

    def set_port(self, int port, uint8_t value):
        """Write one of the adapter's ports."""
        self.write_port(port, value)

    def program(self, registers):
        """Load the 6845's registers from 0 on, as INT 1Dh's tables hold them."""
        for index, value in enumerate(registers[:PEN_HIGH]):
            self.write_crtc(index, value)
        self.raster.reset(self.frame_at(self.dots(self._clock.now())))
        self.latch_start(True)
        self.generation += 1

    def clear_memory(self):
        """Set all video memory to zero."""

    def content(self):
        """A copy of the video memory."""
        return b""

    @property
    def is_text(self):
        """It shows characters."""
        return self.shows_text(&self.shown)

    def text_layout(self):
        """The text screen as the registers describe it."""
        cdef uint8_t *r = self.shown.crtc
        return TextLayout(
            columns=max(r[HORIZONTAL_DISPLAYED], 1), rows=max(r[VERTICAL_DISPLAYED], 1),
            cell_width=self.char_dots(&self.shown) // self.dots_a_pixel(&self.shown),
            cell_height=r[MAXIMUM_SCAN_LINE] + 1, height=max(self.timing.display_lines, 1), start=self.start_address,
            stride=r[HORIZONTAL_DISPLAYED], cursor=self.cursor_address, cursor_start=r[CURSOR_START] & 0x1F,
            cursor_end=r[CURSOR_END] & 0x1F, cursor_on=r[CURSOR_START] & 0x60 != 0x20,
        )

    def read_cells(self, layout):
        """The (rows, columns, 2) characters and attributes shown; a copy."""
        import numpy as np
        cdef uint8_t *memory = self.video(&self.shown)
        cdef unsigned char[:, :, ::1] cells = np.zeros((layout.rows, layout.columns, 2), np.uint8)
        cdef uint32_t offset, start = layout.start, stride = layout.stride, mask = self.text_mask()
        cdef int row, column
        if memory != NULL:
            for row in range(cells.shape[0]):
                for column in range(cells.shape[1]):
                    offset = (start + row * stride + column) * 2 & mask
                    cells[row, column, 0], cells[row, column, 1] = memory[offset], memory[offset | 1]
        return np.asarray(cells)

    def renderer(self):
        """What draws the picture; loads numpy."""
        from hw.mc6845.render import Renderer6845
        return Renderer6845(self)

    @property
    def start_address(self):
        """The address of the first character (R12, R13), which shows from the next frame on."""
        return self.shown.crtc[START_HIGH] << 8 | self.shown.crtc[START_LOW]

    @property
    def cursor_address(self):
        """The address of the character under the cursor (R14, R15)."""
        return self.shown.crtc[CURSOR_HIGH] << 8 | self.shown.crtc[CURSOR_LOW]

    @property
    def revision(self):
        """A number that is another one after each change of registers."""
        return self.generation

    @property
    def frame_number(self):
        """Whole frames shown since the timing was programmed; the blinking follows it."""
        return self.frame_at(self.dots(self._clock.now()))

    @property
    def frame_ps(self):
        """The duration of a frame in picoseconds, rounded up."""
        return -(-self.timing.frame_dots * SECOND_PS // self.timing.clock_hz)

    @property
    def refresh_hz(self):
        """Frames a second."""
        return self.timing.clock_hz / <double>self.timing.frame_dots

    def next_frame_ps(self, int64_t after_ps):
        """When the beam has drawn the next whole frame after ``after_ps``; not sooner than 4 ms where frames are tiny."""
        cdef int64_t frame
        if self.timing.frame_dots * SECOND_PS < SHORTEST_PS * self.timing.clock_hz:
            return after_ps + SHORTEST_PS
        frame = self.frame_at(self.dots(after_ps))
        return self.time_of(frame * self.timing.frame_dots + self.timing.display_end)

    def save(self):
        """All registers and the video memory."""
        return {
            "crtc": bytes(self.shown.crtc[:32]), "mode": self.shown.mode, "colour": self.shown.colour,
            "page": self.shown.page, "gate": bytes(self.shown.gate[:32]), "index": self.index,
            "light_pen": self.light_pen, "composite": self.composite, "epoch_ps": self.epoch_ps,
            "shown_start": self.shown_start,
        }

    def load(self, state):
        """Take back what save() gave."""
        cdef int i
        for i in range(32):
            self.shown.crtc[i] = state["crtc"][i] & (MASKS[i] if i < PEN_HIGH else 0xFF)
            self.shown.gate[i] = state["gate"][i]
        self.shown.mode, self.shown.colour, self.shown.page = state["mode"], state["colour"], state["page"]
        self.index, self.light_pen, self.composite = state["index"], state["light_pen"], state["composite"]
        self.update_timing()
        self.epoch_ps = state["epoch_ps"]
        self.raster.reset(self.frame_at(self.dots(self._clock.now())))
        self.latch_start(True)
        self.shown_start = state["shown_start"]
        self.generation += 1
        if self._memory is not None:
            self.lay_out()


cdef uint32_t adapter_read(void *device, uint16_t port, int size) noexcept nogil:
    return (<Adapter6845>device).read_port(port)


cdef void adapter_write(void *device, uint16_t port, int size, uint32_t value) noexcept nogil:
    (<Adapter6845>device).write_port(port, <uint8_t>value)
