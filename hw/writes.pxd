from libc.stdint cimport int64_t, uint8_t, uint16_t

from hw.clock cimport Clock

cdef struct Write:
    int64_t time_ps
    uint16_t register
    uint8_t value


cdef class WriteLog:
    cdef Clock _clock
    cdef Write *entries
    cdef readonly int count
    cdef int _capacity
    cdef readonly bint recording

    cdef void note(self, uint16_t register, uint8_t value) noexcept nogil
    cdef void note_at(self, int64_t time_ps, uint16_t register, uint8_t value) noexcept nogil
