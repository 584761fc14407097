from libc.stdint cimport int64_t, uint8_t, uint16_t, uint32_t

from hw.clock cimport Clock

cdef struct Timing:
    int64_t clock_hz  # dots a second
    int64_t line_dots
    int64_t frame_dots
    int64_t display_dots  # of a line; then blanking
    int64_t display_lines
    int64_t retrace_start  # lines
    int64_t retrace_end


cdef class Vga:
    cdef uint8_t crtc_registers[256]
    cdef uint8_t sequencer_registers[256]
    cdef uint8_t graphics_registers[256]
    cdef uint8_t attribute_registers[32]
    cdef uint8_t dac_registers[768]
    cdef uint8_t crtc_index
    cdef uint8_t sequencer_index
    cdef uint8_t graphics_index
    cdef uint8_t attribute_index
    cdef bint attribute_data  # the flip-flop of port 3C0h: the next write is data
    cdef uint8_t misc
    cdef uint8_t feature
    cdef uint8_t pixel_mask
    cdef uint8_t dac_state
    cdef int dac_position
    cdef uint8_t dac_latch[2]
    cdef uint32_t generation  # counts changes of registers that change the picture
    cdef Timing timing
    cdef int64_t epoch_ps
    cdef Clock _clock
    cdef readonly object fonts

    cdef int64_t dots(self, int64_t now_ps) noexcept nogil
    cdef void update_timing(self) noexcept nogil
    cdef uint8_t read_status(self) noexcept nogil
    cdef bint answers(self, int port) noexcept nogil
    cdef uint8_t read_port(self, int port) noexcept nogil
    cdef void write_port(self, int port, uint8_t value) noexcept nogil
    cdef void write_crtc(self, uint8_t value) noexcept nogil
    cdef void write_dac(self, uint8_t value) noexcept nogil
