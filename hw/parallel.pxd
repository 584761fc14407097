from libc.stdint cimport int64_t, uint8_t, uint16_t, uint32_t

from hw.clock cimport Clock
from hw.pic cimport Pic
from hw.writes cimport WriteLog


cdef class ParallelPort:
    cdef readonly uint8_t data
    cdef readonly uint8_t control
    cdef Clock _clock
    cdef Pic _pic
    cdef public WriteLog levels
    cdef public bint sound_source
    cdef public object on_byte
    cdef uint8_t fifo[16]
    cdef int fifo_first
    cdef int fifo_count
    cdef int64_t fifo_tick
    cdef int64_t clocked_ps

    cdef void settle(self) noexcept nogil
    cdef void write_data(self, uint8_t value) noexcept nogil
    cdef void write_control(self, uint8_t value) noexcept nogil
    cdef uint8_t read_status(self) noexcept nogil
