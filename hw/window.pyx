# cython: language_level=3, boundscheck=False, wraparound=False
"""The addresses A0000h to BFFFFh, where a video adapter answers: which pages are plain RAM, which are asked for.

A page that is not trapped is the guest's RAM there (or the page it shows), and the CPU reaches it without help.
All others go to the adapter; this class itself is the empty bus: reads as ones, takes no writes.
"""

from libc.string cimport memcpy

cdef uint32_t ALL_PAGES = <uint32_t>0xFFFFFFFF


cdef uint32_t bus_read(void *window, uint32_t address, int size) noexcept nogil:
    # A page of plain RAM that is only watched, or nothing.
    cdef uint8_t *ram = (<VideoWindow>window).window
    cdef uint32_t value = <uint32_t>0xFFFFFFFF
    if ram != NULL and not (<VideoWindow>window).closed >> (address >> 12) & 1:
        value = 0
        memcpy(&value, ram + address, size)
    return value


cdef void bus_written(void *window, uint32_t address, uint32_t value, int size) noexcept nogil:
    cdef uint8_t *ram = (<VideoWindow>window).window
    (<VideoWindow>window).before_store()
    if ram != NULL and not (<VideoWindow>window).closed >> (address >> 12) & 1:
        memcpy(ram + address, &value, size)
        (<VideoWindow>window)._memory.changed(0xA0000 + address, size)


cdef void repeat_each(void *window, uint8_t *to_ram, uint32_t to, const uint8_t *from_ram, uint32_t from_window,
                      int size, int64_t count, int step, int moves) noexcept nogil:
    # One element after the other, for adapters without a shorter way.
    cdef uint32_t value = 0
    cdef int64_t i
    for i in range(count):
        if from_ram == NULL:
            value = (<VideoWindow>window).read_fn(window, from_window, size)
            from_window += step
        else:
            memcpy(&value, from_ram, size)
            if moves:
                from_ram += step
        if to_ram == NULL:
            (<VideoWindow>window).write_fn(window, to, value, size)
            to += step
        else:
            memcpy(to_ram, &value, size)
            to_ram += step


cdef int64_t window_room(void *window) noexcept nogil:
    # Stores begin here: how many cycles of them the beam need not look at one by one.
    cdef int64_t left
    if not (<VideoWindow>window).synced:
        return 0x7FFFFFFFFFFFFFFF
    (<VideoWindow>window).before_store()
    left = (<VideoWindow>window).due - (<VideoWindow>window)._clock.cycles_now()
    return left if left > 0 else 1


cdef class VideoWindow:
    """What of A0000h to BFFFFh is the adapter's; adapters with logic behind their addresses derive from it."""

    def __cinit__(self):
        self.trapped = self.closed = ALL_PAGES
        self.read_fn, self.write_fn, self.repeat_fn = bus_read, bus_written, repeat_each

    def attach(self, Memory memory not None):
        """Lay the window over a machine's RAM: from now on accesses to trapped pages come here."""
        self._memory = memory
        self.window = memory.ram + 0xA0000
        memory.set_window(self.read_fn, self.write_fn, <void *>self, self)
        memory.window_pages = self.trapped
        if self.linear != NULL:
            memory.attach_far(self.linear_base, self.linear, self.linear_size, self)

    def open_pages(self, uint32_t pages):
        """Bit n of ``pages``: page A0h + n is plain RAM; all others are trapped."""
        self.open_ram(pages)

    cdef void open_ram(self, uint32_t pages) noexcept nogil:
        self.closed = ~pages
        self.set_trapped(ALL_PAGES if self.racing else self.closed)

    cdef void race(self, bint on) noexcept nogil:
        self.racing = on
        self.set_trapped(ALL_PAGES if on else self.closed)

    cdef void before_store(self) noexcept nogil:
        # Memory that shows is about to change.
        if self.synced and self._clock.cycles_now() >= self.due:
            self._catch_up(self._beam)

    cdef void set_trapped(self, uint32_t pages) noexcept nogil:
        if pages == self.trapped:
            return
        self.trapped = pages
        if self.window != NULL:
            self._memory.window_pages = pages
        if self._on_pages != NULL:
            self._on_pages(self._owner, pages)

    cdef void show(self, uint32_t page, uint32_t count, uint32_t target) noexcept nogil:
        # Pages of the window show others (of the linear memory: a bank), for the CPU and for the host.
        cdef uint32_t i
        if self.window == NULL:
            return
        for i in range(count):
            self._memory.show(page + i, target + i)
        if self._on_show != NULL:
            self._on_show(self._owner, page, count, target)

    cdef void connect_pages(self, pages_fn fn, show_fn show, void *owner) noexcept:
        # fn hears which pages are trapped, now and whenever that changes; show which ones show others.
        self._on_pages, self._on_show, self._owner = fn, show, owner
        if fn != NULL:
            fn(owner, self.trapped)
