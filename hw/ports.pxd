from libc.stdint cimport uint16_t, uint32_t

ctypedef uint32_t (*port_read_fn)(void *device, uint16_t port, int size) noexcept nogil
ctypedef void (*port_write_fn)(void *device, uint16_t port, int size, uint32_t value) noexcept nogil

cdef struct PortEntry:
    port_read_fn read
    void *read_device
    port_write_fn write
    void *write_device
    int wide


cdef class PortBus:
    cdef PortEntry *table
    cdef dict _readers
    cdef dict _writers
    cdef list _owners
    cdef PortEntry *_watched  # what answered before, by port; NULL: no port is watched
    cdef dict _watchers
    cdef public object on_error

    cdef void native_read(self, uint16_t port, port_read_fn fn, object owner)
    cdef void native_write(self, uint16_t port, port_write_fn fn, object owner)
    cdef PortEntry *_entry(self, uint16_t port) noexcept
    cdef uint32_t inp(self, uint16_t port, int size) noexcept nogil
    cdef void outp(self, uint16_t port, int size, uint32_t value) noexcept nogil
