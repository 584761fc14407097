from libc.stdint cimport uint8_t, uint64_t, int64_t

ctypedef void (*invalidate_fn)(void *owner, uint64_t address, uint64_t size) noexcept


cdef class Memory:
    cdef uint8_t *ram
    cdef readonly int64_t size
    cdef invalidate_fn _invalidate
    cdef void *_owner
    cdef Py_ssize_t _shape[1]
    cdef int _exports

    cdef void on_write(self, invalidate_fn fn, void *owner) noexcept
    cdef int _check(self, int64_t address, int64_t size) except -1
