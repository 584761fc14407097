# cython: language_level=3, boundscheck=False, wraparound=False
"""The I/O port bus: 65,536 ports, each with a native or a Python handler, or none.

Hot ports are C functions (``native_read``/``native_write`` from Cython). Cold ones are Python:

>>> bus = PortBus()
>>> bus.on_read([0x3F7], lambda port: 0x80)
>>> hex(bus.read(0x3F7)), hex(bus.read(0x3F6))
('0x80', '0xff')

A port nobody answers reads as all ones. Word and dword accesses are split into bytes on rising
ports, as on the ISA bus, unless the handler is declared ``wide``.
"""

from libc.stdlib cimport calloc, free


cdef uint32_t python_read(void *device, uint16_t port, int size) noexcept with gil:
    cdef PortBus bus = <PortBus>device
    try:
        return <uint32_t>(<object>bus._readers[port](port)) & 0xFFFFFFFF
    except Exception as error:
        bus._failed(port, error)
        return 0xFFFFFFFF


cdef void python_write(void *device, uint16_t port, int size, uint32_t value) noexcept with gil:
    cdef PortBus bus = <PortBus>device
    try:
        bus._writers[port](port, value)
    except Exception as error:
        bus._failed(port, error)


cdef class PortBus:
    """Dispatches port reads and writes. ``on_error(port, exception)`` hears of handlers that fail."""

    def __cinit__(self):
        self.table = <PortEntry *>calloc(65536, sizeof(PortEntry))
        if self.table == NULL:
            raise MemoryError
        self._readers = {}
        self._writers = {}
        self._owners = []

    def __dealloc__(self):
        free(self.table)

    def _failed(self, port, error):
        if self.on_error is not None:
            self.on_error(port, error)

    cdef void native_read(self, uint16_t port, port_read_fn fn, object owner):
        self._owners.append(owner)
        self.table[port].read = fn
        self.table[port].read_device = <void *>owner

    cdef void native_write(self, uint16_t port, port_write_fn fn, object owner):
        self._owners.append(owner)
        self.table[port].write = fn
        self.table[port].write_device = <void *>owner

    def on_read(self, ports, handler, bint wide=False):
        """``handler(port) -> int`` answers reads of these ports."""
        for port in ports:
            self._readers[port] = handler
            self.table[<uint16_t>port].read = python_read
            self.table[<uint16_t>port].read_device = <void *>self
            self.table[<uint16_t>port].wide |= wide

    def on_write(self, ports, handler, bint wide=False):
        """``handler(port, value)`` takes writes to these ports."""
        for port in ports:
            self._writers[port] = handler
            self.table[<uint16_t>port].write = python_write
            self.table[<uint16_t>port].write_device = <void *>self
            self.table[<uint16_t>port].wide |= wide

    cdef uint32_t inp(self, uint16_t port, int size) noexcept nogil:
        cdef PortEntry *entry = &self.table[port]
        cdef uint32_t value = 0
        cdef int i
        if size == 1 or entry.wide:
            if entry.read == NULL:
                return 0xFFFFFFFF
            return entry.read(entry.read_device, port, size)
        for i in range(size):
            value |= (self.inp(<uint16_t>(port + i), 1) & 0xFF) << (8 * i)
        return value

    cdef void outp(self, uint16_t port, int size, uint32_t value) noexcept nogil:
        cdef PortEntry *entry = &self.table[port]
        cdef int i
        if size == 1 or entry.wide:
            if entry.write != NULL:
                entry.write(entry.write_device, port, size, value)
            return
        for i in range(size):
            self.outp(<uint16_t>(port + i), 1, (value >> (8 * i)) & 0xFF)

    def read(self, uint16_t port, int size=1):
        """What ``IN`` would read: ``size`` is 1, 2 or 4 bytes."""
        return self.inp(port, size) & (0xFFFFFFFF >> (32 - 8 * size))

    def write(self, uint16_t port, uint32_t value, int size=1):
        """What ``OUT`` would do: ``size`` is 1, 2 or 4 bytes."""
        self.outp(port, size, value & (0xFFFFFFFF >> (32 - 8 * size)))
