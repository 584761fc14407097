from libc.stdint cimport int64_t, uint8_t, uint64_t

from dosemu.cpu.glue cimport dosemu_registers
from dosemu.cpu.registers cimport Registers
from hw.memory cimport Memory
from hw.vga.memory cimport VideoMemory
from hw.window cimport VideoWindow


cdef class Pixels:
    cdef Memory memory
    cdef Registers regs
    cdef dosemu_registers *r
    cdef VideoWindow window
    cdef VideoMemory planes
    cdef int kind  # 0: nothing is known
    cdef int bits  # of a pixel
    cdef int banks  # of 8 KB that the lines are in by turns, 0: one after the other
    cdef int stride  # bytes of a line
    cdef int width
    cdef int height
    cdef int64_t base
    cdef int mode  # what the BIOS data area said
    cdef int page_size
    cdef int page  # BH
    cdef readonly uint64_t hits

    cdef bint answer(self) noexcept nogil
    cdef void _give(self, int colour) noexcept nogil
    cdef bint _plane(self, bint put, int x, int y) noexcept nogil
    cdef bint _byte(self, bint put, int x, int y) noexcept nogil
    cdef int64_t _place(self, int64_t address, uint8_t *value) noexcept nogil
    cdef void _store(self, int64_t address, uint8_t value) noexcept nogil
    cdef bint _trapped(self, int64_t address) noexcept nogil
