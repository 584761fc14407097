from libc.stdint cimport int64_t, uint8_t, uint16_t, uint32_t, uint64_t
from posix.stat cimport struct_stat

cdef enum:
    DEEPEST = 8  # folders


cdef class Epoch:
    cdef public uint64_t number


cdef struct Step:
    # A folder on the way: where it is found, and what it was when the way was learnt.
    int parent
    const char *name
    int64_t device, inode, changed_ns


cdef class KnownFile:
    cdef readonly bytes path
    cdef readonly int drive
    cdef readonly uint32_t size
    cdef const char *text
    cdef int length
    cdef bint relative
    cdef Epoch drives, tree
    cdef uint64_t drives_number, tree_number
    cdef int steps
    cdef Step step[DEEPEST + 1]
    cdef int folder
    cdef const char *name
    cdef int64_t device, inode, changed_ns
    cdef uint8_t attributes
    cdef uint16_t date, time
    cdef uint8_t fcb_name[11]
    cdef void *place
    cdef list _kept

    cdef bint asked(self, const uint8_t *path, int length, int current_drive) noexcept nogil
    cdef bint way_stays(self) noexcept nogil
    cdef bint same(self, struct_stat *status) noexcept nogil
    cdef int open(self) noexcept nogil
    cdef bint unchanged(self) noexcept nogil
