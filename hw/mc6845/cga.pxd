from libc.stdint cimport uint8_t, uint32_t

from hw.mc6845.adapter cimport Adapter6845, Line

cdef uint32_t[16] RGBI
cdef int four_colour(uint8_t colour, uint8_t mode, int pixel) noexcept nogil


cdef class Cga(Adapter6845):
    pass
