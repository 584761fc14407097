from libc.stdint cimport int64_t, uint8_t

from dosemu.dpmi.calls cimport CrossModeCalls


cdef class NativeCrossings(CrossModeCalls):
    cdef uint8_t needs[5][0x2000]
    cdef readonly int64_t answered

    cdef bint answer(self, bint trap, int vector, int kind) noexcept nogil
    cdef bint _trap(self, int offset, bint protected) noexcept nogil
    cdef bint _service(self, int vector, int kind, bint protected) noexcept nogil
    cdef bint _takes(self, int vector) noexcept nogil
    cdef bint _interrupt(self, int vector) noexcept nogil
    cdef bint _function(self) noexcept nogil
    cdef bint _is_exec(self) noexcept nogil
    cdef bint _is_own(self, int number) noexcept nogil
