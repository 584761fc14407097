from libc.stdint cimport int64_t, uint8_t, uint16_t, uint32_t

from hw.beam cimport Beam
from hw.clock cimport Event
from hw.pic cimport Pic
from hw.vga.geometry cimport Geometry, Shown
from hw.vga.memory cimport VideoMemory

cdef class Vga(Beam):
    cdef readonly str name
    cdef Shown shown
    cdef uint8_t crtc_index
    cdef uint8_t sequencer_index
    cdef uint8_t graphics_index
    cdef bint attribute_data  # the flip-flop of port 3C0h: the next write is data
    cdef uint8_t feature
    cdef uint8_t dac_state
    cdef int dac_position
    cdef uint8_t dac_latch[2]
    cdef uint8_t crtc_mask  # of the index registers: how many there are
    cdef uint8_t sequencer_mask
    cdef uint32_t start_high  # bits of the start address that an SVGA adds
    cdef uint32_t shown_start  # the start address that the frame is drawn with
    cdef bint retrace_interrupt  # has come and was not taken back
    cdef Event retrace_event
    cdef Pic _pic
    cdef readonly VideoMemory memory
    cdef Geometry geometry  # as of the registers' state ``measured``
    cdef uint32_t measured

    cdef void reset_extensions(self) noexcept
    cdef int64_t dot_clock(self) noexcept nogil
    cdef void update_timing(self) noexcept nogil
    cdef void update_memory(self) noexcept nogil
    cdef void update_geometry(self) noexcept nogil
    cdef uint8_t read_status(self) noexcept nogil
    cdef bint answers(self, int port) noexcept nogil
    cdef uint8_t read_port(self, int port) noexcept nogil
    cdef void write_port(self, int port, uint8_t value) noexcept nogil
    cdef void write_sequencer(self, uint8_t value) noexcept nogil
    cdef void write_graphics(self, uint8_t value) noexcept nogil
    cdef void write_crtc(self, uint8_t value) noexcept nogil
    cdef void write_dac(self, uint8_t value) noexcept nogil
    cdef void update_interrupt(self) noexcept nogil
    cdef void schedule_interrupt(self) noexcept

cdef uint32_t vga_read(void *device, uint16_t port, int size) noexcept nogil
cdef void vga_write(void *device, uint16_t port, int size, uint32_t value) noexcept nogil
