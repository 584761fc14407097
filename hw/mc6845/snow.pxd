cimport cython

from libc.stdint cimport int16_t, int64_t, uint8_t, uint16_t

cdef enum:
    MOST_FLAKES = 16384  # of a frame


cdef struct Flake:
    # A character of the screen whose two bytes were read while the CPU had the bus.
    int16_t line
    uint8_t column
    uint8_t value


@cython.final
cdef class SnowLog:
    cdef Flake *flakes[2]
    cdef int count[2]
    cdef int current
    cdef int64_t frame

    cdef void note(self, int64_t frame, int64_t line, int64_t column, uint8_t value) noexcept nogil
    cdef int half(self, int64_t frame) noexcept nogil
    cdef int fall(self, int64_t frame, int at, int line, int columns, uint8_t *cells) noexcept nogil
