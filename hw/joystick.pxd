from libc.stdint cimport int64_t, uint8_t, uint16_t, uint32_t

from hw.clock cimport Clock


cdef class GamePort:
    cdef Clock _clock
    cdef int64_t _until_ps[4]
    cdef uint32_t _ohms[4]
    cdef uint8_t _connected
    cdef uint8_t _pressed

    cdef uint8_t status(self) noexcept nogil
    cdef void trigger(self) noexcept nogil
