from libc.stdint cimport uint8_t, uint32_t

from hw.memory cimport Memory, window_read_fn, window_write_fn

ctypedef void (*pages_fn)(void *owner, uint32_t pages) noexcept nogil


cdef class VideoWindow:
    cdef uint8_t *window  # the guest RAM at A0000h, NULL when there is none
    cdef window_read_fn read_fn
    cdef window_write_fn write_fn
    cdef Memory _memory
    cdef pages_fn _on_pages
    cdef void *_owner
    cdef readonly uint32_t trapped  # bit n: accesses to page A0h + n come here

    cdef void set_trapped(self, uint32_t pages) noexcept nogil
    cdef void connect_pages(self, pages_fn fn, void *owner) noexcept
