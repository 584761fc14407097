cimport cython
from libc.stdint cimport int64_t, uint8_t, uint16_t, uint32_t

from hw.clock cimport Clock, Event
from hw.pic cimport Pic

cdef struct Counter:
    int64_t start  # PIT tick at which `count` was loaded
    int64_t count  # ticks of a period (1 to 65536), 0 before one was written
    int64_t next_count  # mode 2, 1, 5: takes over at `switch` or at the next trigger; 0: none
    int64_t switch  # PIT tick, -1: at the next trigger
    int64_t paused  # ticks already counted when the gate went low, -1: counting
    int mode
    int access  # RW1, RW0 of the control word: 1 low byte, 2 high byte, 3 both
    int bcd
    int gate
    int triggered
    int low_byte
    int write_high
    int read_high
    int latched  # bytes of the latch still to be read
    int latch
    int status  # latched status, -1: none


@cython.final
cdef class Pit:
    cdef Counter counters[3]
    cdef uint8_t port_b
    cdef Clock _clock
    cdef Pic _pic
    cdef Event _event
    cdef int64_t _edge
    cdef list _listeners

    cdef int64_t tick(self) noexcept nogil
    cdef uint8_t read_counter(self, int n) noexcept nogil
    cdef void write_counter(self, int n, uint8_t value) noexcept nogil
    cdef void write_control(self, uint8_t value) noexcept nogil
    cdef void set_gate(self, int n, bint level) noexcept nogil
    cdef void load_count(self, int n, int64_t count, int64_t now) noexcept nogil
    cdef void latch_count(self, int n, int64_t now) noexcept nogil
    cdef void latch_status(self, int n, int64_t now) noexcept nogil
    cdef uint8_t read_61(self) noexcept nogil
    cdef void write_61(self, uint8_t value) noexcept nogil
    cdef void changed(self, int n) noexcept nogil
    cdef void schedule(self, int64_t after)
