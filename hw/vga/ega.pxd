from libc.stdint cimport uint8_t

from hw.vga.vga cimport Vga


cdef class Ega(Vga):
    cdef uint8_t light_pen
    cdef int palette  # which colours leave it now
    cdef readonly int memory_kb
    cdef uint8_t colours[3][192]  # by kind of picture: 64 colours, three 6-bit bytes each
