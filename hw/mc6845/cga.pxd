from libc.stdint cimport int64_t, uint8_t, uint32_t

from hw.mc6845.adapter cimport Adapter6845, Line
from hw.mc6845.snow cimport SnowLog

cdef uint32_t[16] RGBI
cdef int four_colour(uint8_t colour, uint8_t mode, int pixel) noexcept nogil


cdef class Cga(Adapter6845):
    cdef SnowLog snow  # None: there is none

    cdef void flakes(self, uint32_t value, int size, int64_t back) noexcept nogil
