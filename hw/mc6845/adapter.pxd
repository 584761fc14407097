from libc.stdint cimport int64_t, uint8_t, uint16_t, uint32_t

from hw.beam cimport Beam
from hw.line_log cimport LineMark
from hw.memory cimport Memory
from hw.ports cimport PortBus
from hw.window cimport VideoWindow

cdef enum:
    # The 6845's registers.
    HORIZONTAL_TOTAL = 0
    HORIZONTAL_DISPLAYED = 1
    SYNC_WIDTH = 3
    VERTICAL_TOTAL = 4
    TOTAL_ADJUST = 5
    VERTICAL_DISPLAYED = 6
    VERTICAL_SYNC = 7
    MAXIMUM_SCAN_LINE = 9
    CURSOR_START = 10
    CURSOR_END = 11
    PEN_HIGH = 16
    PEN_LOW = 17
    REGISTERS = 18
    # Mode control register, 3D8h or 3B8h.
    FAST = 0x01  # 80 columns
    GRAPHICS = 0x02
    NO_BURST = 0x04
    VIDEO = 0x08
    DOTS_640 = 0x10
    BLINK = 0x20
    MAX_DOTS = 256 * 16 + 64
    # Monitors.
    RGB = 0
    COMPOSITE = 1
    COMPOSITE_AUTO = 2
    BURST = 6  # the colour whose wave is the burst


cdef struct Shown:
    # All registers that the picture depends on; an adapter uses those it has.
    uint8_t crtc[32]
    uint8_t mode
    uint8_t colour  # 3D9h
    uint8_t page  # 3DFh
    uint8_t gate[32]  # the video gate array's registers


cdef struct Line:
    Shown *shown  # the registers as they are at this line
    uint32_t address  # the 6845's memory address of its first character
    int row_line
    int columns
    bint cursor_on
    bint characters_on
    int cursor  # memory address
    const uint8_t *cells  # two bytes for each character


cdef class Adapter6845(Beam):
    cdef readonly str name
    cdef readonly VideoWindow memory
    cdef Shown shown
    cdef uint8_t index
    cdef uint16_t shown_start  # the start address that the frame is drawn with
    cdef bint light_pen  # the latch was triggered
    cdef Memory _memory
    cdef object _show_page
    cdef const uint8_t *font
    cdef bytes _font
    cdef int monitor
    cdef readonly str era
    cdef bint new_board  # whose composite signal has luminance of its own
    cdef readonly int hue  # degrees, of a composite monitor

    # What adapters differ in.
    cdef int64_t dot_clock(self) noexcept nogil
    cdef int char_dots(self, Shown *shown) noexcept nogil
    cdef int choose_monitor(self, composite, str era, int hue) except -1
    cdef bint shows_composite(self, Shown *shown) noexcept nogil
    cdef uint8_t mode_bits(self, Shown *shown) noexcept nogil
    cdef int burst_of(self, Shown *shown) noexcept nogil
    cdef bint shows_text(self, Shown *shown) noexcept nogil
    cdef int dots_a_pixel(self, Shown *shown) noexcept nogil
    cdef uint32_t colour_of(self, int number) noexcept nogil
    cdef uint8_t *video(self, Shown *shown) noexcept nogil
    cdef uint32_t text_mask(self) noexcept nogil
    cdef uint32_t addressing(self, Shown *shown, int row_line) noexcept nogil
    cdef int disturb(self, int64_t frame, int at, int line, int columns, uint8_t *cells) noexcept nogil
    cdef void draw_line(self, Line *line, uint8_t *out) noexcept nogil
    cdef uint8_t read_port(self, int port) noexcept nogil
    cdef void write_port(self, int port, uint8_t value) noexcept nogil

    cdef int read_cells_at(self, Shown *shown, uint32_t ways, uint32_t address, int columns, uint8_t *out) noexcept nogil
    cdef void use_ports(self, PortBus ports, object numbers)
    cdef void update_timing(self) noexcept nogil
    cdef bint in_line(self) noexcept nogil
    cdef void write_crtc(self, int index, uint8_t value) noexcept nogil
    cdef uint8_t read_crtc(self) noexcept nogil
    cdef void write_6845(self, int port, uint8_t value) noexcept nogil
    cdef uint8_t common_status(self) noexcept nogil
    cdef void set_mode(self, uint8_t value, int retimes) noexcept nogil
    cdef void trigger_pen(self) noexcept nogil
    cdef void text_dots(self, Line *line, uint8_t *out, bint blink, int repeat) noexcept nogil
