from libc.stdint cimport int64_t, uint16_t, uint32_t

from dosemu.cpu.glue cimport dosemu_state
from dosemu.dpmi.frames cimport CallFrames
from dosemu.dpmi.host_layout cimport MOST_CALLBACKS
from dosemu.dpmi.states cimport RealCall


cdef struct CallbackEntry:
    int owner  # 0: not in use
    int wide
    uint32_t selector, offset
    int structure  # selector; -1: the procedure is a far one
    int words  # of the caller's stack that a far procedure gets
    uint32_t structure_offset


cdef struct Handler:
    uint32_t used, selector, offset


cdef class CrossModeCalls(CallFrames):
    cdef CallbackEntry callbacks[MOST_CALLBACKS]
    cdef Handler handlers[256]
    cdef int client  # the current one; 0: none

    cdef int _enter_real(self, RealCall *real, uint16_t cs, uint16_t ip, bint flags, int words, int64_t parameters,
                         int ending) noexcept nogil
    cdef int _enter_client(self, int owner, bint wide, uint32_t cs, uint32_t eip, int ending, uint32_t ds, uint32_t es,
                           dosemu_state *general, bint flags, int words) noexcept nogil
    cdef int _reflect(self, int vector, int ending) noexcept nogil
    cdef int _simulate(self, int function) noexcept nogil
    cdef int64_t _real_returned(self, bint natively) noexcept nogil
    cdef int _protected_call(self) noexcept nogil
    cdef int _protected_returned(self) noexcept nogil
    cdef int _entered(self, int number) noexcept nogil
    cdef int _to_protected(self) noexcept nogil
    cdef void _to_real(self) noexcept nogil
    cdef bint _handle(self, int vector, int ending) noexcept nogil
    cdef bint _pop_interrupt_frame(self) noexcept nogil
