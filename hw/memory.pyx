# cython: language_level=3, boundscheck=False, wraparound=False
"""Guest RAM, by physical address, with one door for writes from the host.

>>> memory = Memory(0x200000)
>>> memory.write(0x500, b"DOS\\0")
>>> memory.asciiz(0x500)
b'DOS'
>>> memory.set_u16(0x600, 0x1234); hex(memory.u16(0x600)), hex(memory.u8(0x601))
('0x1234', '0x12')
"""

from cpython.buffer cimport PyBuffer_FillInfo
from libc.string cimport memcpy, memset, memchr


cdef extern from "sys/mman.h" nogil:
    void *mmap(void *addr, size_t length, int prot, int flags, int fd, long offset)
    int munmap(void *addr, size_t length)
    int PROT_READ, PROT_WRITE, MAP_PRIVATE, MAP_ANONYMOUS
    void *MAP_FAILED


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

    cdef void on_write(self, invalidate_fn fn, void *owner) noexcept:
        self._invalidate = fn
        self._owner = owner

    cdef int _check(self, int64_t address, int64_t size) except -1:
        if address < 0 or size < 0 or address + size > self.size:
            raise IndexError(f"guest address {address:#x}, {size} bytes: outside {self.size:#x} bytes of RAM")
        return 0

    def __getbuffer__(self, Py_buffer *buffer, int flags):
        # Read-only: writing has one door.
        PyBuffer_FillInfo(buffer, self, self.ram, self.size, 1, flags)

    def __releasebuffer__(self, Py_buffer *buffer):
        pass

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
        self._check(address, size)
        return (<char *>self.ram)[address:address + size]

    def write(self, int64_t address, const unsigned char[::1] data):
        """Write bytes at ``address``; translations of code there are dropped."""
        cdef int64_t size = data.shape[0]
        self._check(address, size)
        if size == 0:
            return
        memcpy(self.ram + address, &data[0], <size_t>size)
        if self._invalidate != NULL:
            self._invalidate(self._owner, address, size)

    def fill(self, int64_t address, int64_t size, uint8_t value=0):
        """Set ``size`` bytes from ``address`` to ``value``."""
        self._check(address, size)
        memset(self.ram + address, value, <size_t>size)
        if self._invalidate != NULL and size:
            self._invalidate(self._owner, address, size)

    def u8(self, int64_t address):
        self._check(address, 1)
        return self.ram[address]

    def u16(self, int64_t address):
        self._check(address, 2)
        return self.ram[address] | (self.ram[address + 1] << 8)

    def u32(self, int64_t address):
        self._check(address, 4)
        return (self.ram[address] | (self.ram[address + 1] << 8) | (self.ram[address + 2] << 16)
                | (<uint64_t>self.ram[address + 3] << 24))

    def set_u8(self, int64_t address, uint64_t value):
        self._check(address, 1)
        self.ram[address] = value & 0xFF
        if self._invalidate != NULL:
            self._invalidate(self._owner, address, 1)

    def set_u16(self, int64_t address, uint64_t value):
        self._check(address, 2)
        self.ram[address] = value & 0xFF
        self.ram[address + 1] = (value >> 8) & 0xFF
        if self._invalidate != NULL:
            self._invalidate(self._owner, address, 2)

    def set_u32(self, int64_t address, uint64_t value):
        self._check(address, 4)
        self.ram[address] = value & 0xFF
        self.ram[address + 1] = (value >> 8) & 0xFF
        self.ram[address + 2] = (value >> 16) & 0xFF
        self.ram[address + 3] = (value >> 24) & 0xFF
        if self._invalidate != NULL:
            self._invalidate(self._owner, address, 4)

    def asciiz(self, int64_t address, int64_t limit=0x10000):
        """The zero-terminated string at ``address`` (at most ``limit`` bytes), without the zero."""
        self._check(address, 1)
        if address + limit > self.size:
            limit = self.size - address
        cdef char *start = <char *>self.ram + address
        cdef char *end = <char *>memchr(start, 0, <size_t>limit)
        if end == NULL:
            return start[:limit]
        return start[:end - start]
