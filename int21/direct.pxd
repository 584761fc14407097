from libc.stdint cimport int64_t, uint8_t, uint16_t, uint32_t, uint64_t

from hw.memory cimport Memory

cdef enum:
    ENTRIES = 256  # more than a system file table has
    WATCHES = 8
    GATHERED = 4096


cdef struct ServiceCall:
    # The registers of a caller in real mode, and what a function leaves in them.
    uint16_t ax, bx, cx, dx, si, di, bp, sp
    uint16_t ds, es, ss, cs, ip, flags
    uint32_t ds_base, ss_base


cdef class Column:
    cdef public uint8_t at


cdef class DirectFiles:
    cdef public bint locked
    cdef readonly uint64_t served
    cdef Memory memory
    cdef int fds[ENTRIES]
    cdef int64_t first
    cdef int64_t end
    cdef int count
    cdef int64_t in_dos
    cdef int64_t break_checks
    cdef int64_t psp
    cdef Column column
    cdef int watches
    cdef int64_t address[WATCHES]
    cdef uint16_t value[WATCHES]
    cdef int gathered
    cdef int gathered_for
    cdef uint32_t gathered_at
    cdef uint8_t characters[GATHERED]

    cdef bint serve(self, ServiceCall *call) noexcept nogil
    cdef void flush(self) noexcept nogil
    cdef int64_t entry_of(self, int handle, int *index) noexcept nogil
    cdef bint keep_caller(self, ServiceCall *call) noexcept nogil
    cdef bint read(self, ServiceCall *call) noexcept nogil
    cdef bint write(self, ServiceCall *call) noexcept nogil
    cdef bint seek(self, ServiceCall *call) noexcept nogil
    cdef bint character(self, ServiceCall *call) noexcept nogil
