cimport cython
from libc.stdint cimport int64_t, uint8_t, uint16_t, uint32_t

from hw.memory cimport Memory

cdef struct Channel:
    uint16_t base_address
    uint16_t base_count
    uint16_t address
    uint16_t count
    uint8_t page
    uint8_t mode


cdef struct Controller:
    Channel channels[4]
    uint8_t command
    uint8_t mask
    uint8_t requests
    uint8_t terminal_counts
    uint8_t flip_flop
    uint8_t temporary


cdef class Dma:
    cdef Controller controllers[2]
    cdef uint8_t pages[16]
    cdef Memory _memory
    cdef list _listeners
    cdef list _lookers
    cdef bint looked_at

    cdef uint8_t read_register(self, int which, int register) noexcept nogil
    cdef void write_register(self, int which, int register, uint8_t value) noexcept nogil
    cdef void mask_changed(self) noexcept nogil
    cdef void look(self) noexcept nogil
    cdef int64_t step(self, int channel) noexcept nogil
