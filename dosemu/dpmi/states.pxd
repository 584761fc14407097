from libc.stdint cimport int64_t, uint16_t, uint32_t

from dosemu.cpu.glue cimport dosemu_registers, dosemu_segment, dosemu_state
from dosemu.cpu.registers cimport Registers
from hw.clock cimport Clock
from hw.memory cimport Memory


cdef packed struct RealCall:
    # The structure of 0300h.
    uint32_t edi, esi, ebp, reserved, ebx, edx, ecx, eax
    uint16_t flags, es, ds, fs, gs, ip, cs, sp, ss


cdef class CrossingStates:
    cdef Memory memory
    cdef Registers regs
    cdef Clock clock
    cdef dosemu_registers *r
    cdef object linear
    cdef object load_paging
    cdef public bint paged
    cdef int64_t base

    cdef bint _fetch(self, int64_t at, void *to, int size) noexcept nogil
    cdef bint _put(self, int64_t at, const void *data, int size) noexcept nogil
    cdef bint _fetch_elsewhere(self, int64_t at, void *to, int size) noexcept with gil
    cdef bint _put_elsewhere(self, int64_t at, const void *data, int size) noexcept with gil
    cdef void _load_paging(self) noexcept with gil
    cdef bint _descriptor(self, uint32_t selector, uint32_t *low, uint32_t *high) noexcept nogil
    cdef bint _cache(self, uint32_t selector, bint code, bint stack, dosemu_segment *out) noexcept nogil
    cdef void _real_state(self, dosemu_state *state, RealCall *real, uint32_t cr0, uint16_t cs, uint16_t ip, uint16_t ss,
                          uint16_t sp, uint32_t flags) noexcept nogil
    cdef void _registers(self, RealCall *real) noexcept nogil
    cdef void _resume(self, dosemu_state *state) noexcept nogil
    cdef void _reload(self, dosemu_state *state) noexcept nogil
    cdef bint _protected_state(self, dosemu_state *state, uint32_t cs, uint32_t eip, uint32_t ss, uint32_t esp,
                               uint32_t ds, uint32_t es, uint32_t eflags, dosemu_state *general) noexcept nogil
