from libc.stdint cimport int64_t, uint16_t, int32_t

cdef inline int64_t ticks_at(int64_t time_ps, int64_t hz) noexcept nogil:
    # Whole ticks of a clock of ``hz`` since power-on.
    cdef int64_t second = 1000000000000
    return time_ps // second * hz + time_ps % second * hz // second


cdef inline int64_t time_of_tick(int64_t tick, int64_t hz) noexcept nogil:
    # The first picosecond at which so many ticks of it have passed.
    cdef int64_t second = 1000000000000
    return tick // hz * second + (tick % hz * second + hz - 1) // hz


ctypedef void (*event_fn)(void *arg) noexcept

cdef struct Budget:
    # Instructions that may still run in the current slice: low + extra.
    uint16_t low
    int64_t extra


cdef class Event:
    cdef readonly int64_t time_ps
    cdef readonly int64_t sequence
    cdef readonly object callback
    cdef readonly str name
    cdef readonly bint cancelled
    cdef event_fn fn
    cdef void *arg


cdef class Clock:
    cdef list _heap
    cdef int64_t _sequence
    cdef int64_t _anchor_cycles
    cdef int64_t _anchor_ps
    cdef int64_t _cycles_per_ms
    cdef int64_t _target_cycles
    cdef int64_t _waited
    cdef uint16_t *_low
    cdef int64_t *_extra
    cdef uint16_t _own_low
    cdef int64_t _own_extra

    cdef void attach(self, uint16_t *low, int64_t *extra) noexcept
    cdef int64_t remaining(self) noexcept nogil
    cdef int64_t cycles_now(self) noexcept nogil
    cdef int64_t now(self) noexcept nogil
    cdef int64_t executed(self) noexcept nogil
    cdef void spend(self, int64_t ps) noexcept nogil
    cdef void pass_cycles(self, int64_t cycles) noexcept nogil
    cdef int64_t to_ps(self, int64_t cycles) noexcept nogil
    cdef int64_t to_cycles(self, int64_t time_ps) noexcept nogil
    cdef int64_t next_event_ps(self) noexcept
    cdef int64_t begin_slice(self, int64_t limit_ps) noexcept
    cdef void end_slice(self) noexcept
    cdef void shorten_slice(self, int64_t budget, bint exactly) noexcept
    cdef Event at_native(self, int64_t time_ps, event_fn fn, void *arg, str name)
    cdef Event _push(self, Event event)
