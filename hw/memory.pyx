# cython: language_level=3, boundscheck=False, wraparound=False
"""Guest RAM, by physical address, with one door for writes from the host.

>>> memory = Memory(0x200000)
>>> memory.write(0x500, b"DOS\\0")
>>> memory.asciiz(0x500)
b'DOS'
>>> memory.set_u16(0x600, 0x1234); hex(memory.u16(0x600)), hex(memory.u8(0x601))
('0x1234', '0x12')

Pages below 1,088 KB can show other pages, as an expanded memory board's page frame does:

>>> memory.show_page(0xE0, 0x180)
>>> memory.write(0xE0010, b"page"); memory.read(0x180010, 4)
b'page'
"""

from cpython.buffer cimport PyBuffer_FillInfo
from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_FromStringAndSize
from libc.stdlib cimport free, malloc
from libc.string cimport memchr, memcmp, memcpy, memset


cdef extern from "sys/mman.h" nogil:
    void *mmap(void *addr, size_t length, int prot, int flags, int fd, long offset)
    int munmap(void *addr, size_t length)
    int PROT_READ, PROT_WRITE, MAP_PRIVATE, MAP_ANONYMOUS, MAP_FIXED
    void *MAP_FAILED

cdef enum:
    PAGE = 4096
    SHOWING_PAGES = 272  # the first megabyte and the 64 KB above it
    WINDOW = 0xA0000  # video memory
    WINDOW_END = 0xC0000


cdef class Memory:
    """``size`` bytes of RAM, zeroed, page aligned so that the CPU can map it directly.

    Every method takes physical addresses and raises IndexError outside the RAM. ``write`` and the
    ``set_`` methods tell the CPU engine which bytes changed, so that it drops stale translations.
    """

    def __cinit__(self, int64_t size):
        if size <= 0 or size % 4096:
            raise ValueError("memory size must be a positive multiple of 4096 bytes")
        cdef void *block = mmap(NULL, <size_t>size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        if block == MAP_FAILED:
            raise MemoryError(f"cannot reserve {size} bytes for the guest")
        self.ram = <uint8_t *>block
        self.size = size

    def __dealloc__(self):
        if self.ram != NULL:
            munmap(self.ram, <size_t>self.size)
        free(self._pages)

    cdef void on_write(self, invalidate_fn fn, void *owner) noexcept:
        self._invalidate = fn
        self._owner = owner

    cdef void set_window(self, window_read_fn read, window_write_fn write, void *owner, object keep) noexcept:
        # Who answers in the pages of window_pages.
        self._window_read, self._window_write, self._window, self._window_owner = read, write, owner, keep

    cdef int _check(self, int64_t address, int64_t size) except -1:
        if address < 0 or size < 0 or address + size > self.size and not (
                self._far_base <= address and address + size <= self._far_base + self._far_size):
            raise IndexError(f"guest address {address:#x}, {size} bytes: outside {self.size:#x} bytes of RAM")
        return 0

    cdef void attach_far(self, int64_t base, uint8_t *memory, int64_t size, object keep) noexcept:
        # Memory of an adapter at ``base``, above the RAM.
        self._far_base, self._far, self._far_size, self._far_owner = base, memory, size, keep

    cdef uint8_t *_at(self, int64_t where) noexcept:
        return self.ram + where if where < self.size else self._far + (where - self._far_base)

    def has_page(self, int64_t page):
        """Whether the 4 KB page ``page`` is RAM, or an adapter's memory above it."""
        return 0 <= page < self.size // PAGE or self._far_base <= page * PAGE < self._far_base + self._far_size

    def show_page(self, uint32_t page, uint32_t target):
        """The 4 KB page ``page`` (below 110h) shows page ``target`` from now on; ``page`` itself ends that.

        It holds for all methods, and so for DMA; the buffer is the RAM as it lies. Raises ValueError.
        """
        if page >= SHOWING_PAGES or not self.has_page(target):
            raise ValueError(f"page {page:#x} to {target:#x}: only pages below 110h can show pages of RAM")
        if not self.show(page, target):
            raise MemoryError("no room for the page table")

    def shown_page(self, uint32_t page):
        """The page that ``page`` shows: itself unless show_page() said otherwise."""
        return self._pages[page] if self._pages != NULL and page < SHOWING_PAGES else page

    cdef bint show(self, uint32_t page, uint32_t target) noexcept nogil:
        # show_page() for those who have looked at the numbers; False: out of memory.
        cdef int i
        if self._pages == NULL:
            self._pages = <uint32_t *>malloc(SHOWING_PAGES * sizeof(uint32_t))
            if self._pages == NULL:
                return False
            for i in range(SHOWING_PAGES):
                self._pages[i] = i
            self._first_shown = self._last_shown = <uint16_t>page
        self._first_shown = min(self._first_shown, <uint16_t>page)
        self._last_shown = max(self._last_shown, <uint16_t>page)
        self._pages[page] = target
        return True

    cdef bint plain(self, int64_t address, int64_t size) noexcept nogil:
        # These bytes are at ``ram + address`` and nowhere else, so that native code may use them there.
        return 0 <= address and 0 <= size and address + size <= self.size and not self._elsewhere(address, size)

    cdef void changed(self, int64_t address, int64_t size) noexcept nogil:
        # Native code has written to plain bytes.
        if self._invalidate != NULL and size:
            self._invalidate(self._owner, address, size)

    cdef bint _elsewhere(self, int64_t address, int64_t size) noexcept nogil:
        # Some of these bytes may lie in pages that show others, in video memory, or above the RAM.
        if address >= self.size:
            return True
        if self.window_pages and address < WINDOW_END and address + size > WINDOW:
            return True
        return (self._pages != NULL and address < (self._last_shown + 1) * PAGE
                and address + size > self._first_shown * PAGE)

    cdef int _copy(self, int64_t address, uint8_t *to, const uint8_t *data, int64_t size) except -1:
        # Page by page: out of the RAM to ``to``, or ``data`` into the RAM.
        cdef int64_t part, where, i
        while size:
            part = min(PAGE - address % PAGE, size)
            where = address
            if self._pages != NULL and address < SHOWING_PAGES * PAGE:
                where = <int64_t>self._pages[address // PAGE] * PAGE + address % PAGE
            if WINDOW <= where < WINDOW_END and self.window_pages >> (where - WINDOW) // PAGE & 1:
                for i in range(part):
                    if to != NULL:
                        to[i] = <uint8_t>self._window_read(self._window, <uint32_t>(where - WINDOW + i), 1)
                    else:
                        self._window_write(self._window, <uint32_t>(where - WINDOW + i), data[i], 1)
                if to != NULL:
                    to += part
                else:
                    data += part
            elif to != NULL:
                memcpy(to, self._at(where), <size_t>part)
                to += part
            else:
                memcpy(self._at(where), data, <size_t>part)
                data += part
                if self._invalidate != NULL:
                    self._invalidate(self._owner, where, part)
            address += part
            size -= part
        return 0

    # Snapshots.

    def pages(self, before=None):
        """The RAM as it lies, as a list of its 4 KB pages: bytes, or None for a page of zeros.

        A page that is as in the list ``before`` is that list's object, so that snapshots share what did not change.
        """
        cdef Py_ssize_t count = self.size // PAGE, i
        cdef list found = [None] * count, known = None
        cdef uint8_t *page
        cdef object old
        if before is not None and len(before) == count:
            known = before
        for i in range(count):
            page = self.ram + i * PAGE
            if known is not None:
                old = known[i]
                if old is not None and memcmp(page, PyBytes_AS_STRING(old), PAGE) == 0:
                    found[i] = old
                    continue
            if page[0] == 0 and memcmp(page, page + 1, PAGE - 1) == 0:
                continue
            found[i] = PyBytes_FromStringAndSize(<char *>page, PAGE)
        return found

    def put_pages(self, list saved not None):
        """Make the RAM what pages() gave; only pages that differ are written. Raises ValueError."""
        cdef Py_ssize_t count = self.size // PAGE, i
        cdef uint8_t *page
        if len(saved) != count or not all(part is None or (type(part) is bytes and len(part) == PAGE) for part in saved):
            raise ValueError("saved memory of another size")
        for i in range(count):
            page = self.ram + i * PAGE
            if saved[i] is None:
                if page[0] == 0 and memcmp(page, page + 1, PAGE - 1) == 0:
                    continue
                memset(page, 0, PAGE)
            else:
                if memcmp(page, PyBytes_AS_STRING(saved[i]), PAGE) == 0:
                    continue
                memcpy(page, PyBytes_AS_STRING(saved[i]), PAGE)
            if self._invalidate != NULL:
                self._invalidate(self._owner, i * PAGE, PAGE)

    def map_file(self, int fd):
        """Make the RAM a private copy of the file ``fd``, which is as long: pages are shared until they are written."""
        cdef void *block = mmap(self.ram, <size_t>self.size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_FIXED, fd, 0)
        if block == MAP_FAILED:
            raise MemoryError("cannot map the memory of a snapshot")
        if self._invalidate != NULL:
            self._invalidate(self._owner, 0, self.size)

    def save(self):
        """Which pages show others: a dict of page numbers."""
        if self._pages == NULL:
            return {}
        return {i: self._pages[i] for i in range(SHOWING_PAGES) if self._pages[i] != <uint32_t>i}

    def load(self, shown):
        """Take back what save() gave. Raises ValueError."""
        cdef int i
        if self._pages != NULL:
            for i in range(SHOWING_PAGES):
                self._pages[i] = i
        for page, target in shown.items():
            self.show_page(page, target)

    def __getbuffer__(self, Py_buffer *buffer, int flags):
        # Read-only: writing has one door.
        PyBuffer_FillInfo(buffer, self, self.ram, self.size, 1, flags)

    def __releasebuffer__(self, Py_buffer *buffer):
        pass

    def __bytes__(self):
        """All of it as the CPU sees it, in video memory and in pages that show others too; the buffer is the RAM as it lies."""
        return self.read(0, self.size)

    def __len__(self):
        return self.size

    def __getitem__(self, key):
        if isinstance(key, slice):
            start, stop, step = key.indices(self.size)
            if step != 1:
                raise ValueError("guest memory slices have step 1")
            return self.read(start, max(0, stop - start))
        return self.u8(key)

    def __setitem__(self, key, value):
        if isinstance(key, slice):
            start, stop, step = key.indices(self.size)
            if step != 1 or stop - start != len(value):
                raise ValueError("a guest memory slice takes as many bytes as it is long")
            self.write(start, value)
        else:
            self.set_u8(key, value)

    def read(self, int64_t address, int64_t size):
        """``size`` bytes from ``address``, as bytes."""
        cdef bytes data
        self._check(address, size)
        if self._elsewhere(address, size):
            data = bytes(size)
            self._copy(address, <uint8_t *><char *>data, NULL, size)
            return data
        return (<char *>self.ram)[address:address + size]

    def write(self, int64_t address, const unsigned char[::1] data):
        """Write bytes at ``address``; translations of code there are dropped."""
        cdef int64_t size = data.shape[0]
        self._check(address, size)
        if size == 0:
            return
        self._store(address, &data[0], size)

    cdef int _store(self, int64_t address, const uint8_t *data, int64_t size) except -1:
        if self._elsewhere(address, size):
            return self._copy(address, NULL, data, size)
        memcpy(self.ram + address, data, <size_t>size)
        if self._invalidate != NULL:
            self._invalidate(self._owner, address, size)
        return 0

    def fill(self, int64_t address, int64_t size, uint8_t value=0):
        """Set ``size`` bytes from ``address`` to ``value``."""
        self._check(address, size)
        if self._elsewhere(address, size):
            self.write(address, bytes((value,)) * size)
            return
        memset(self.ram + address, value, <size_t>size)
        if self._invalidate != NULL and size:
            self._invalidate(self._owner, address, size)

    cdef uint32_t _load(self, int64_t address, int64_t size) except? 0xFFFFFFFF:
        # Up to four bytes, the lowest first.
        cdef uint32_t value = 0
        self._check(address, size)
        if self._elsewhere(address, size):
            self._copy(address, <uint8_t *>&value, NULL, size)
        else:
            memcpy(&value, self.ram + address, <size_t>size)
        return value

    def u8(self, int64_t address):
        return self._load(address, 1)

    def u16(self, int64_t address):
        return self._load(address, 2)

    def u32(self, int64_t address):
        return self._load(address, 4)

    def set_u8(self, int64_t address, uint64_t value):
        self._check(address, 1)
        self._store(address, <uint8_t *>&value, 1)

    def set_u16(self, int64_t address, uint64_t value):
        self._check(address, 2)
        self._store(address, <uint8_t *>&value, 2)

    def set_u32(self, int64_t address, uint64_t value):
        self._check(address, 4)
        self._store(address, <uint8_t *>&value, 4)

    def asciiz(self, int64_t address, int64_t limit=0x10000):
        """The zero-terminated string at ``address`` (at most ``limit`` bytes), without the zero."""
        self._check(address, 1)
        limit = min(limit, (self.size if address < self.size else self._far_base + self._far_size) - address)
        if self._elsewhere(address, limit):
            return self.read(address, limit).partition(b"\0")[0]
        cdef char *start = <char *>self.ram + address
        cdef char *end = <char *>memchr(start, 0, <size_t>limit)
        if end == NULL:
            return start[:limit]
        return start[:end - start]
