from libc.stdint cimport int64_t, uint8_t, uint16_t, uint32_t, uint64_t

ctypedef void (*invalidate_fn)(void *owner, uint64_t address, uint64_t size) noexcept nogil
# The video adapter's side of an access of 1 to 4 bytes; the address counts from A0000h.
ctypedef uint32_t (*window_read_fn)(void *owner, uint32_t address, int size) noexcept nogil
ctypedef void (*window_write_fn)(void *owner, uint32_t address, uint32_t value, int size) noexcept nogil


cdef class Memory:
    cdef uint8_t *ram
    cdef readonly int64_t size
    cdef invalidate_fn _invalidate
    cdef void *_owner
    cdef uint32_t *_pages  # which page each page shows; NULL: itself
    cdef uint16_t _first_shown  # pages outside first to last show themselves
    cdef uint16_t _last_shown
    cdef uint32_t window_pages  # bit n: page A0h + n is no RAM but answered by the video adapter
    cdef window_read_fn _window_read
    cdef window_write_fn _window_write
    cdef void *_window
    cdef object _window_owner
    cdef uint8_t *_far  # an adapter's memory above the RAM
    cdef int64_t _far_base
    cdef int64_t _far_size
    cdef object _far_owner

    cdef void on_write(self, invalidate_fn fn, void *owner) noexcept
    cdef void set_window(self, window_read_fn read, window_write_fn write, void *owner, object keep) noexcept
    cdef void attach_far(self, int64_t base, uint8_t *memory, int64_t size, object keep) noexcept
    cdef uint8_t *_at(self, int64_t where) noexcept
    cdef bint show(self, uint32_t page, uint32_t target) noexcept nogil
    cdef int _check(self, int64_t address, int64_t size) except -1
    cdef int _copy(self, int64_t address, uint8_t *to, const uint8_t *data, int64_t size) except -1
    cdef bint _elsewhere(self, int64_t address, int64_t size) noexcept nogil
    cdef bint plain(self, int64_t address, int64_t size) noexcept nogil
    cdef void changed(self, int64_t address, int64_t size) noexcept nogil
    cdef int _store(self, int64_t address, const uint8_t *data, int64_t size) except -1
    cdef uint32_t _load(self, int64_t address, int64_t size) except? 0xFFFFFFFF
