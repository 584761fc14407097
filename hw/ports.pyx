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
from libc.string cimport memset


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


cdef uint32_t watched_read(void *device, uint16_t port, int size) noexcept with gil:
    cdef PortBus bus = <PortBus>device
    cdef PortEntry *entry = &bus._watched[port]
    cdef uint32_t value = 0xFFFFFFFF >> (32 - 8 * size)
    answer = bus._ask(port, size, None)
    if answer is not None:
        return <uint32_t>(answer & 0xFFFFFFFF)
    if entry.read != NULL:
        value = entry.read(entry.read_device, port, size) & (0xFFFFFFFF >> (32 - 8 * size))
    return <uint32_t>(bus._tell(port, size, value, False) & 0xFFFFFFFF)


cdef void watched_write(void *device, uint16_t port, int size, uint32_t value) noexcept with gil:
    cdef PortBus bus = <PortBus>device
    cdef PortEntry *entry = &bus._watched[port]
    answer = bus._ask(port, size, value & (0xFFFFFFFF >> (32 - 8 * size)))
    if answer is None or answer < 0:
        return
    if entry.write != NULL:
        entry.write(entry.write_device, port, size, <uint32_t>(answer & 0xFFFFFFFF))
    bus._tell(port, size, answer, True)


cdef class PortBus:
    """Dispatches port reads and writes. ``on_error(port, exception)`` hears of handlers that fail."""

    snapshot_kept = True

    def __cinit__(self):
        self.table = <PortEntry *>calloc(65536, sizeof(PortEntry))
        if self.table == NULL:
            raise MemoryError
        self._readers = {}
        self._writers = {}
        self._owners = []
        self._watchers = {}

    def __dealloc__(self):
        free(self.table)
        free(self._watched)

    def _failed(self, port, error):
        if self.on_error is not None:
            self.on_error(port, error)

    cdef void native_read(self, uint16_t port, port_read_fn fn, object owner):
        cdef PortEntry *entry = self._entry(port)
        self._owners.append(owner)
        entry.read = fn
        entry.read_device = <void *>owner

    cdef void native_write(self, uint16_t port, port_write_fn fn, object owner):
        cdef PortEntry *entry = self._entry(port)
        self._owners.append(owner)
        entry.write = fn
        entry.write_device = <void *>owner

    def on_read(self, ports, handler, bint wide=False):
        """``handler(port) -> int`` answers reads of these ports."""
        cdef PortEntry *entry
        for port in ports:
            self._readers[port] = handler
            entry = self._entry(port)
            entry.read = python_read
            entry.read_device = <void *>self
            entry.wide |= wide
            self.table[<uint16_t>port].wide = entry.wide

    def on_write(self, ports, handler, bint wide=False):
        """``handler(port, value)`` takes writes to these ports."""
        cdef PortEntry *entry
        for port in ports:
            self._writers[port] = handler
            entry = self._entry(port)
            entry.write = python_write
            entry.write_device = <void *>self
            entry.wide |= wide
            self.table[<uint16_t>port].wide = entry.wide

    cdef PortEntry *_entry(self, uint16_t port) noexcept:
        # Where a device of this port is entered: behind who watches it.
        return &self._watched[port] if port in self._watchers else &self.table[port]

    def watch(self, ports, before, after):
        """Put somebody in front of these ports, whatever answers there; the ports cost what they did when it is gone.

        ``before(port, size, value)`` is asked first, ``value`` being None for a read: it returns for a read None (the
        device is asked) or the value that the guest gets, for a write the value that the device gets, or -1 for none.
        ``after(port, size, value, write)`` is called when that is done; for a read it returns what the guest gets of the
        value. Neither may raise.

        >>> bus, seen = PortBus(), []
        >>> bus.on_read([0x60], lambda port: 0x1C)
        >>> bus.watch([0x60], lambda port, size, value: value, lambda port, size, value, write: value | 0x80)
        >>> hex(bus.read(0x60)); bus.unwatch([0x60]); hex(bus.read(0x60))
        '0x9c'
        '0x1c'
        """
        cdef uint16_t port
        cdef PortEntry *entry
        if self._watched == NULL:
            self._watched = <PortEntry *>calloc(65536, sizeof(PortEntry))
            if self._watched == NULL:
                raise MemoryError
        for number in ports:
            port = number
            entry = &self.table[port]
            if port not in self._watchers:
                self._watched[port] = entry[0]
                entry.read, entry.read_device = watched_read, <void *>self
                entry.write, entry.write_device = watched_write, <void *>self
            self._watchers[port] = (before, after)

    def unwatch(self, ports):
        """Leave the ports to their devices again."""
        for port in ports:
            if self._watchers.pop(port, None) is not None:
                self.table[<uint16_t>port] = self._watched[<uint16_t>port]
                memset(&self._watched[<uint16_t>port], 0, sizeof(PortEntry))

    def _ask(self, port, size, value):
        return self._watchers[port][0](port, size, value)

    def _tell(self, port, size, value, write):
        watcher = self._watchers.get(port)
        return value if watcher is None else watcher[1](port, size, value, write)

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
