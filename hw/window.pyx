# cython: language_level=3, boundscheck=False, wraparound=False
"""The addresses A0000h to BFFFFh, where a video adapter answers: which pages are plain RAM, which are asked for.

A page that is not trapped is the guest's RAM there (or the page it shows), and the CPU reaches it without help.
All others go to the adapter; this class itself is the empty bus: reads as ones, takes no writes.
"""

from libc.string cimport memcpy

cdef uint32_t ALL_PAGES = <uint32_t>0xFFFFFFFF
cdef uint32_t BANKS = 0x18000  # B8000h


cdef uint32_t bus_read(void *window, uint32_t address, int size) noexcept nogil:
    # A page of plain RAM that is only watched, or nothing.
    cdef uint8_t *ram = (<VideoWindow>window).behind(address)
    cdef uint32_t value = <uint32_t>0xFFFFFFFF
    if ram != NULL:
        value = 0
        memcpy(&value, ram, size)
    return value


cdef void bus_written(void *window, uint32_t address, uint32_t value, int size) noexcept nogil:
    cdef uint8_t *ram = (<VideoWindow>window).behind(address)
    (<VideoWindow>window).before_store()
    if ram != NULL:
        memcpy(ram, &value, size)
        (<VideoWindow>window)._memory.changed(ram - (<VideoWindow>window)._memory.ram, size)


cdef uint32_t cpu_reads(void *window, uint32_t address, int size) noexcept nogil:
    cdef uint32_t value = bus_read(window, address, size)
    if (<VideoWindow>window).seen != NULL:
        (<VideoWindow>window).seen((<VideoWindow>window)._beam, value, size, (<VideoWindow>window).back)
    return value


cdef void cpu_writes(void *window, uint32_t address, uint32_t value, int size) noexcept nogil:
    bus_written(window, address, value, size)
    if (<VideoWindow>window).seen != NULL:
        (<VideoWindow>window).seen((<VideoWindow>window)._beam, value, size, (<VideoWindow>window).back)


cdef void repeat_each(void *window, uint8_t *to_ram, uint32_t to, const uint8_t *from_ram, uint32_t from_window,
                      int size, int64_t count, int step, int moves) noexcept nogil:
    # One element after the other, for adapters without a shorter way.
    cdef uint32_t value = 0
    cdef int64_t i
    for i in range(count):
        (<VideoWindow>window).back = count - 1 - i
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
        self.read_fn, self.write_fn, self.repeat_fn = cpu_reads, cpu_writes, repeat_each
        self.host_read_fn, self.host_write_fn = bus_read, bus_written

    def attach(self, Memory memory not None):
        """Lay the window over a machine's RAM: from now on accesses to trapped pages come here."""
        self._memory = memory
        self.window = memory.ram + 0xA0000
        memory.set_window(self.host_read_fn, self.host_write_fn, <void *>self, self)
        memory.window_pages = self.trapped
        if self.linear != NULL:
            memory.attach_far(self.linear_base, self.linear, self.linear_size, self)

    def open_pages(self, uint32_t pages):
        """Bit n of ``pages``: page A0h + n is plain RAM; all others are trapped."""
        self.open_ram(pages)

    cdef void open_ram(self, uint32_t pages) noexcept nogil:
        self.closed = ~pages
        self.watch()

    cdef void watch(self) noexcept nogil:
        self.set_trapped(ALL_PAGES if self.racing or self.seen != NULL else self.closed)

    cdef void race(self, bint on) noexcept nogil:
        self.racing = on
        self.watch()

    cdef void see(self, seen_fn seen) noexcept nogil:
        # Hear of each access of the CPU to plain RAM; NULL: no more.
        if seen != self.seen:
            self.seen = seen
            self.watch()

    cdef uint8_t *behind(self, uint32_t address) noexcept nogil:
        # The RAM at an address of a page that is only watched; NULL: there is none.
        if self.window == NULL or self.closed >> (address >> 12) & 1:
            return NULL
        if self.banks[0] != NULL and address >= BANKS:
            return self.banks[address >> 14 & 1] + (address & 0x3FFF)
        return self.window + address

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
