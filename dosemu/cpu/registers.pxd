from libc.stdint cimport uint32_t

from dosemu.cpu.glue cimport dosemu_registers, dosemu_segment, dosemu_state, uc_struct


cdef class Registers:
    cdef uc_struct *uc
    cdef dosemu_registers r
    cdef object owner
    cdef bint a20_closed  # for code of real mode: states of protected mode find the gate open

    cdef uint32_t wide(self, int index) noexcept
    cdef uint32_t flat(self, int segment, uint32_t offset) noexcept
    cdef int load(self, int segment, str name, uint32_t selector) except -1
    cdef uint32_t get_eflags(self) noexcept nogil
    cdef void put_eflags(self, uint32_t flags) noexcept nogil
    cdef void save_state(self, dosemu_state *state) noexcept nogil
    cdef void load_state(self, const dosemu_state *state) noexcept nogil
    cdef void put_segment(self, int segment, const dosemu_segment *cache) noexcept nogil
    cdef void load_tables(self, uint32_t ldt, uint32_t ldt_base, uint32_t ldt_limit, uint32_t task, uint32_t task_base,
                          uint32_t task_limit) noexcept nogil
