from libc.stdint cimport int64_t, uint8_t, uint16_t, uint32_t

from hw.clock cimport Clock
from hw.ports cimport PortBus
from hw.writes cimport WriteLog

cdef struct Timer:
    # Counts up from ``value`` every ``tick_ps``, overflows, and starts over.
    int64_t tick_ps
    uint8_t start_bit
    uint8_t mask_bit
    uint8_t flag  # in the status
    uint8_t value
    int64_t started_ps  # -1: stopped
    int64_t period_ps
    int64_t counted  # overflows that have been looked at
    bint masked


cdef class OplChip:
    cdef readonly object kind
    cdef bint _opl3
    cdef Clock _clock
    cdef readonly WriteLog log
    cdef uint8_t _registers[512]
    cdef uint16_t _index
    cdef uint8_t _flags
    cdef Timer _timers[2]

    cdef void select(self, uint16_t index) noexcept nogil
    cdef void write(self, uint8_t value) noexcept nogil
    cdef void put(self, uint16_t offset, uint8_t value) noexcept nogil
    cdef void settle(self) noexcept nogil
    cdef uint8_t status(self) noexcept nogil


cdef class OplPorts:
    cdef uint16_t _base
    cdef OplChip _first
    cdef OplChip _second

    cdef uint32_t read(self, uint16_t port) noexcept nogil
    cdef void write(self, uint16_t port, uint8_t value) noexcept nogil
