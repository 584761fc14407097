# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True
"""What adapters around a Motorola 6845 have in common: its registers and ports, and the text screen.

Motorola MC6845 data sheet; IBM Options and Adapters Technical Reference ("Color/Graphics Monitor Adapter",
"Monochrome Display and Printer Adapter"). The 6845 counts characters; what their dots are is the adapter's.
"""

from libc.stdint cimport int16_t, int64_t, uint8_t, uint16_t, uint32_t
from libc.string cimport memset

from hw.beam cimport CURSOR_HIGH, CURSOR_LOW, START_HIGH, START_LOW, Beam, Timing
from hw.clock cimport Clock
from hw.line_log cimport LineMark, Walk
from hw.memory cimport Memory
from hw.ports cimport PortBus

from hw.text_screen import TextLayout

ERAS = ("auto", "old", "new")

cdef int64_t SECOND_PS = 1000000000000
cdef int64_t SHORTEST_PS = 4000000000  # pictures of shorter frames are no pictures

cdef uint8_t[18] MASKS
MASKS[:] = [0xFF, 0xFF, 0xFF, 0xFF, 0x7F, 0x1F, 0x7F, 0x7F, 0xF3, 0x1F, 0x7F, 0x1F, 0x3F, 0xFF, 0x3F, 0xFF, 0, 0]


cdef class Adapter6845(Beam):
    """The 6845's part; adapters derive from it."""

    def __cinit__(self, PortBus ports, Clock clock, str name="cga", composite=False, str era="auto", int hue=0,
                  **options):
        self.name = name
        self.choose_monitor(composite, era, hue)
        self.registers = <uint8_t *>&self.shown
        self.memory = VideoWindow()
        self.use_window(self.memory)

    def attach(self, Memory memory not None, show_page=None):
        """Lay the window over a machine's RAM; ``show_page(page, target)`` lets pages show others."""
        self._memory = memory
        self._show_page = show_page if show_page is not None else memory.show_page
        self.memory.attach(memory)
        self.lay_out()

    cdef int choose_monitor(self, composite, str era, int hue) except -1:
        if era not in ERAS:
            raise ValueError(f"era {era!r}: one of {', '.join(ERAS)}")
        self.monitor = COMPOSITE_AUTO if composite == "auto" else COMPOSITE if composite else RGB
        self.era, self.hue = era, hue
        # IBM's second board, and what was built after it.
        self.new_board = era == "new" or era == "auto" and self.name == "pcjr"
        return 0

    def set_monitor(self, composite, str era, int hue):
        """Connect another monitor.

        ``composite``: True, False (RGB) or "auto" (composite while a program shows 640 dots with the colour burst);
        ``era``: the board that makes its signal, "old", "new" or "auto"; ``hue``: how far its colours are turned, in degrees.
        """
        self.choose_monitor(composite, era, hue)
        self.generation += 1

    @property
    def board(self):
        """Which board makes its composite signal: "old" or "new"."""
        return "new" if self.new_board else "old"

    @property
    def composite(self):
        """The monitor: True, False (RGB) or "auto"."""
        return "auto" if self.monitor == COMPOSITE_AUTO else self.monitor == COMPOSITE

    cdef bint shows_composite(self, Shown *shown) noexcept nogil:
        # Single dots of 640 are for the colours that they make, unless the burst is off.
        cdef uint8_t mode = self.mode_bits(shown)
        return self.monitor == COMPOSITE or (
            self.monitor == COMPOSITE_AUTO and mode & (GRAPHICS | DOTS_640 | NO_BURST) == (GRAPHICS | DOTS_640))

    cdef uint8_t mode_bits(self, Shown *shown) noexcept nogil:
        # As the CGA's mode register.
        return shown.mode

    cdef int burst_of(self, Shown *shown) noexcept nogil:
        # The colour whose wave the monitor takes for the burst, 0: there is none.
        return 0 if self.mode_bits(shown) & NO_BURST else BURST

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

    cdef void update_timing(self) noexcept nogil:
        cdef uint8_t *r = self.shown.crtc
        cdef Timing timing
        cdef int dots = self.char_dots(&self.shown), row = r[MAXIMUM_SCAN_LINE] + 1
        cdef int lines = (r[VERTICAL_TOTAL] + 1) * row + r[TOTAL_ADJUST]
        cdef int width = r[SYNC_WIDTH] >> 4
        timing.clock_hz = self.dot_clock()
        timing.line_dots = (r[HORIZONTAL_TOTAL] + 1) * dots
        timing.display_dots = r[HORIZONTAL_DISPLAYED] * dots
        timing.frame_dots = timing.line_dots * lines
        timing.display_lines = min(r[VERTICAL_DISPLAYED] * row, lines)
        timing.display_end = timing.display_lines * timing.line_dots
        timing.retrace_start = r[VERTICAL_SYNC] * row
        timing.retrace_end = timing.retrace_start + (width if width else 16)
        self.retime(&timing)

    cdef void latch_start(self, bint now) noexcept nogil:
        # The 6845 takes the start address over at the top of a frame.
        cdef int64_t frame = self.now_dots() // self.timing.frame_dots
        if now or frame != self.latch_frame:
            self.latch_frame = frame
            self.shown_start = <uint16_t>(self.shown.crtc[START_HIGH] << 8 | self.shown.crtc[START_LOW])

    cdef bint in_line(self) noexcept nogil:
        return self.now_dots() % self.timing.line_dots < self.timing.display_dots

    cdef void trigger_pen(self) noexcept nogil:
        # The light pen latches the address that the beam is at.
        cdef int64_t dot = self.now_dots() % self.timing.frame_dots
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

    cdef void write_6845(self, int port, uint8_t value) noexcept nogil:
        # Index and data, at even and odd ports.
        if not port & 1:
            self.index = value & 0x1F
        elif self.index < REGISTERS:
            self.write_crtc(self.index, value)

    cdef uint8_t common_status(self) noexcept nogil:
        # What the status ports of the colour adapters tell alike.
        cdef uint8_t status = 0x04  # the pen's switch is open
        self.look()
        if not self.in_display():
            status |= 0x01
        if self.light_pen:
            status |= 0x02
        if self.in_retrace():
            status |= 0x08
        return status

    cdef void set_mode(self, uint8_t value, int retimes) noexcept nogil:
        # The mode control register; ``retimes`` are the bits that change the timing.
        cdef bint other = (self.shown.mode ^ value) & retimes != 0
        self.change(&self.shown.mode, value)
        if other:
            self.update_timing()

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

    cdef uint32_t addressing(self, Shown *shown, int row_line) noexcept nogil:
        # How the address of a character becomes one in memory: its mask in bits 0 to 15, what is added from bit 16 on.
        return self.text_mask()

    cdef int read_cells_at(self, Shown *shown, uint32_t ways, uint32_t address, int columns,
                           uint8_t *out) noexcept nogil:
        # The two bytes of each of a line's characters; returns how many bytes.
        cdef uint8_t *memory = self.video(shown)
        cdef uint32_t mask = ways & 0xFFFF, bank = ways >> 16, offset
        cdef int column
        if memory == NULL:
            return 0
        for column in range(columns):
            offset = (address + column) * 2 & mask | bank
            out[2 * column], out[2 * column + 1] = memory[offset], memory[offset | 1]
        return 2 * columns

    cdef void draw_line(self, Line *line, uint8_t *out) noexcept nogil:
        pass

    cdef int disturb(self, int64_t frame, int at, int line, int columns, uint8_t *cells) noexcept nogil:
        # Change what was fetched for a line (hw/mc6845/snow.pyx); ``at`` is what it returned for the line above.
        return at

    # What the beam reads (hw/beam.pyx).

    cdef void top_of_frame(self) noexcept nogil:
        self.latch_start(False)
        self.lines.walk.row, self.lines.walk.row_line = self.shown_start, 0

    cdef bint next_line(self, LineMark *mark) noexcept nogil:
        cdef Walk *walk = &self.lines.walk
        mark.row, mark.row_line = walk.row, <int16_t>walk.row_line
        mark.ways = self.addressing(&self.shown, mark.row_line)
        walk.row_line += 1
        if walk.row_line > self.shown.crtc[MAXIMUM_SCAN_LINE]:
            walk.row_line = 0
            walk.row += self.shown.crtc[HORIZONTAL_DISPLAYED]
        return True

    cdef int read_marked(self, LineMark *mark, uint8_t *out) noexcept nogil:
        if mark.ways != self.addressing(&self.shown, mark.row_line):
            return 0
        return self.read_cells_at(&self.shown, mark.ways, mark.row, self.shown.crtc[HORIZONTAL_DISPLAYED], out)

    cdef void text_dots(self, Line *line, uint8_t *out, bint blink, int repeat) noexcept nogil:
        # Characters of eight dots in sixteen colours, each dot ``repeat`` times.
        cdef int column, dot, bits, character, attribute, ink, paper, i
        cdef bint cursor_line = (line.cursor_on
                                 and line.shown.crtc[CURSOR_START] & 0x1F <= line.row_line
                                 and line.row_line <= line.shown.crtc[CURSOR_END] & 0x1F)
        cdef uint8_t colour
        for column in range(line.columns):
            character, attribute = line.cells[2 * column], line.cells[2 * column + 1]
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
        self.raster.reset(self.frame_at(self.now_dots()))
        self.lose_sync()
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
            "light_pen": self.light_pen, "composite": self.composite, "era": self.era, "hue": self.hue,
            "epoch_ps": self.epoch_ps, "shown_start": self.shown_start, "lines": self.save_lines(),
        }

    def load(self, state):
        """Take back what save() gave."""
        cdef int i
        for i in range(32):
            self.shown.crtc[i] = state["crtc"][i] & (MASKS[i] if i < PEN_HIGH else 0xFF)
            self.shown.gate[i] = state["gate"][i]
        self.shown.mode, self.shown.colour, self.shown.page = state["mode"], state["colour"], state["page"]
        self.index, self.light_pen = state["index"], state["light_pen"]
        self.choose_monitor(state["composite"], state["era"], state["hue"])
        self.update_timing()
        self.epoch_ps = state["epoch_ps"]
        self.raster.reset(self.frame_at(self.now_dots()))
        self.latch_start(True)
        self.shown_start = state["shown_start"]
        self.generation += 1
        self.load_lines(state["lines"])
        if self._memory is not None:
            self.lay_out()


cdef uint32_t adapter_read(void *device, uint16_t port, int size) noexcept nogil:
    return (<Adapter6845>device).read_port(port)


cdef void adapter_write(void *device, uint16_t port, int size, uint32_t value) noexcept nogil:
    (<Adapter6845>device).write_port(port, <uint8_t>value)
