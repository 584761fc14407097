from libc.stdint cimport int64_t, uint8_t, uint32_t

from hw.clock cimport Clock
from hw.memory cimport Memory, window_read_fn, window_write_fn

# REP MOVS, or REP STOS of what is at from_ram: count elements of size bytes, step apart. A side without an address
# in RAM is the window at the offset beside it.
ctypedef void (*window_repeat_fn)(void *window, uint8_t *to_ram, uint32_t to, const uint8_t *from_ram, uint32_t from_window,
                           int size, int64_t count, int step, int moves) noexcept nogil
ctypedef void (*pages_fn)(void *owner, uint32_t pages) noexcept nogil
# Physical pages from ``page`` on show those from ``target`` on.
ctypedef void (*show_fn)(void *owner, uint32_t page, uint32_t count, uint32_t target) noexcept nogil
ctypedef void (*catch_up_fn)(void *beam) noexcept nogil
# An access of the CPU, so many cycles before now.
ctypedef void (*seen_fn)(void *beam, uint32_t value, int size, int64_t back) noexcept nogil


cdef class VideoWindow:
    cdef uint8_t *window  # the guest RAM at A0000h, NULL when there is none
    cdef window_read_fn read_fn
    cdef window_write_fn write_fn
    cdef window_read_fn host_read_fn  # for what the machine itself reads and writes in the CPU's place
    cdef window_write_fn host_write_fn
    cdef window_repeat_fn repeat_fn
    cdef Memory _memory
    cdef pages_fn _on_pages
    cdef show_fn _on_show
    cdef void *_owner
    cdef uint8_t *linear  # memory that also answers from linear_base on, NULL: none
    cdef readonly int64_t linear_base
    cdef readonly int64_t linear_size
    cdef readonly uint32_t trapped  # bit n: accesses to page A0h + n come here
    cdef uint32_t closed  # the same, were all that is plain RAM open
    cdef uint8_t *banks[2]  # what is watched from B8000h and BC000h on, where that is not the RAM there
    cdef seen_fn seen  # hears of the CPU's accesses to plain RAM, NULL: nobody does
    cdef int64_t back  # cycles by which the access that is made lies before now
    cdef readonly bint racing  # plain RAM is trapped too: stores are to be seen one by one
    # For the beam (hw/beam.pyx): before a store, from this cycle on, it reads the lines that it has passed.
    cdef bint synced
    cdef int64_t due
    cdef Clock _clock
    cdef catch_up_fn _catch_up
    cdef void *_beam

    cdef void set_trapped(self, uint32_t pages) noexcept nogil
    cdef void open_ram(self, uint32_t pages) noexcept nogil
    cdef void watch(self) noexcept nogil
    cdef void race(self, bint on) noexcept nogil
    cdef void see(self, seen_fn seen) noexcept nogil
    cdef uint8_t *behind(self, uint32_t address) noexcept nogil
    cdef void before_store(self) noexcept nogil
    cdef void show(self, uint32_t page, uint32_t count, uint32_t target) noexcept nogil
    cdef void connect_pages(self, pages_fn fn, show_fn show, void *owner) noexcept

cdef int64_t window_room(void *window) noexcept nogil
cdef void repeat_each(void *window, uint8_t *to_ram, uint32_t to, const uint8_t *from_ram, uint32_t from_window,
                      int size, int64_t count, int step, int moves) noexcept nogil
