cimport cython

from libc.stdint cimport int16_t, int64_t, uint8_t

cdef enum:
    CAPACITY = 16384  # changes a frame; a frame with more has no effects on its lines


cdef struct Change:
    int16_t line  # the first that shows it; -1: before the frame
    int16_t offset  # in the registers
    uint8_t old
    uint8_t new


@cython.final
cdef class RasterLog:
    cdef Change *changes[2]
    cdef int count[2]
    cdef int current
    cdef int64_t frame

    cdef void turn(self, int64_t frame) noexcept nogil
    cdef void reset(self, int64_t frame) noexcept nogil
    cdef void note(self, int64_t frame, int line, int offset, uint8_t old, uint8_t new) noexcept nogil
    cdef int last(self, Change **changes) noexcept nogil
