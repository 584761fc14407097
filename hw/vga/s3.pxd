from libc.stdint cimport uint8_t

from hw.vga.vga cimport Vga


cdef class S3(Vga):
    cdef bint unlocked(self, int index) noexcept nogil
    cdef void write_extension(self, int index, uint8_t value) noexcept nogil
    cdef void update_layout(self) noexcept nogil
    cdef void set_bank(self, int bank) noexcept nogil
    cdef void set_start(self, int bits, int mask) noexcept nogil
