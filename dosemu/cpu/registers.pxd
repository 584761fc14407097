from libc.stdint cimport uint32_t

from dosemu.cpu.glue cimport dosemu_registers, uc_struct


cdef class Registers:
    cdef uc_struct *uc
    cdef dosemu_registers r
    cdef object owner

    cdef uint32_t wide(self, int index) noexcept
    cdef uint32_t flat(self, int segment, uint32_t offset) noexcept
    cdef int load(self, int segment, str name, uint32_t selector) except -1
