from libc.stdint cimport int64_t, uint8_t, uint32_t

from hw.clock cimport Clock
from hw.line_log cimport LineLog, LineMark
from hw.vga.raster cimport RasterLog
from hw.window cimport VideoWindow

cdef enum:
    # Registers that all CRT controllers have alike.
    START_HIGH = 12
    START_LOW = 13
    CURSOR_HIGH = 14
    CURSOR_LOW = 15


cdef struct Timing:
    int64_t clock_hz  # dots a second
    int64_t line_dots
    int64_t frame_dots
    int64_t display_dots  # of a line; then blanking
    int64_t display_lines
    int64_t display_end  # dots from the first line to the end of the last one shown
    int64_t retrace_start  # lines
    int64_t retrace_end


cdef class Beam:
    cdef Clock _clock
    cdef Timing timing
    cdef int64_t epoch_ps
    cdef int64_t latch_frame
    cdef uint32_t generation  # counts changes of registers that change the picture
    cdef RasterLog raster
    cdef LineLog lines
    cdef VideoWindow _window
    cdef uint8_t *registers  # all that the picture depends on; those of the CRT controller come first

    cdef int64_t dots(self, int64_t now_ps) noexcept nogil
    cdef int64_t now_dots(self) noexcept nogil
    cdef int64_t time_of(self, int64_t dot) noexcept nogil
    cdef int64_t frame_at(self, int64_t dot) noexcept nogil
    cdef int64_t retrace_after(self, int64_t dot) noexcept nogil
    cdef void retime(self, Timing *timing) noexcept nogil
    cdef void latch_start(self, bint now) noexcept nogil
    cdef bint in_display(self) noexcept nogil
    cdef bint in_retrace(self) noexcept nogil
    cdef void use_window(self, VideoWindow window) noexcept
    cdef void look(self) noexcept nogil
    cdef int passed_lines(self, int64_t rest) noexcept nogil
    cdef void catch_up(self) noexcept nogil
    cdef void read_lines(self, int until) noexcept nogil
    cdef bint differs(self, int frame) noexcept nogil
    cdef int torn_frame(self, int64_t now, bint *torn) noexcept nogil
    cdef void lose_sync(self) noexcept nogil
    cdef void top_of_frame(self) noexcept nogil
    cdef int line_bytes(self) noexcept nogil
    cdef bint next_line(self, LineMark *mark) noexcept nogil
    cdef int read_marked(self, LineMark *mark, uint8_t *out) noexcept nogil
    cdef void race(self, bint on) noexcept nogil
    cdef void change(self, void *place, uint8_t value) noexcept nogil
