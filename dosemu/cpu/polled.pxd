from libc.stdint cimport int64_t, uint16_t, uint32_t, uint64_t

from dosemu.cpu.glue cimport dosemu_registers
from dosemu.cpu.registers cimport Registers
from hw.memory cimport Memory

cdef enum:
    MAX_ANSWERS = 8
    MAX_WATCHES = 8

cdef struct Answer:
    int vector
    int ah
    int asked_al  # -1: whatever AL is
    int al  # -1: leave AX alone
    int zf  # -1: leave the zero flag alone
    int bx  # -1: leave BX alone
    int cx  # -1: leave CX alone
    int dx  # -1: leave DX alone
    int watches
    int64_t address[MAX_WATCHES]
    uint16_t value[MAX_WATCHES]


cdef class PolledAnswers:
    cdef Answer answers[MAX_ANSWERS]
    cdef int count
    cdef int oldest
    cdef Memory memory
    cdef Registers regs
    cdef dosemu_registers *r
    cdef readonly uint64_t hits

    cdef Answer *find(self, int vector) noexcept nogil
    cdef bint answer(self, int vector) noexcept nogil
    cdef bint answer_framed(self, int vector) noexcept nogil
    cdef void give(self, Answer *answer, uint32_t flags) noexcept nogil
