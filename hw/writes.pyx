# cython: language_level=3, boundscheck=False, wraparound=False
"""Writes to a chip's registers with their emulated times, for whoever makes sound of them later.

>>> from hw.clock import US, Clock
>>> clock = Clock()
>>> log = WriteLog(clock)
>>> log.write(1, 0x80)  # nobody listens
>>> log.record(True); clock.skip_to(5 * US); log.write(2, 0x7F)
>>> log.take()
[(5000000, 2, 127)]
"""

from libc.stdlib cimport free, realloc

# Kept between two renderings; far more than a CPU can make in a fiftieth of a second.
MOST_WRITES = 1 << 17

cdef int FIRST_CAPACITY = 1 << 8
cdef int LAST_CAPACITY = MOST_WRITES


cdef class WriteLog:
    """``note(register, value)`` from native code; nothing is kept unless ``recording``."""

    def __cinit__(self, Clock clock not None):
        self._clock = clock
        self.entries = NULL

    def __dealloc__(self):
        free(self.entries)

    cdef void note_at(self, int64_t time_ps, uint16_t register, uint8_t value) noexcept nogil:
        cdef Write *larger
        cdef int wanted
        if not self.recording:
            return
        if self.count == self._capacity:
            wanted = self._capacity * 2 if self._capacity else FIRST_CAPACITY
            if wanted > LAST_CAPACITY:
                return
            larger = <Write *>realloc(self.entries, wanted * sizeof(Write))
            if larger == NULL:
                return
            self.entries = larger
            self._capacity = wanted
        self.entries[self.count].time_ps = time_ps
        self.entries[self.count].register = register
        self.entries[self.count].value = value
        self.count += 1

    cdef void note(self, uint16_t register, uint8_t value) noexcept nogil:
        if self.recording:
            self.note_at(self._clock.now(), register, value)

    def write(self, uint16_t register, uint8_t value):
        """Note a write, now."""
        self.note(register, value)

    def record(self, bint on):
        """Keep writes from now on, or no more."""
        self.recording = on
        self.count = 0

    def clear(self):
        """Forget what was noted."""
        self.count = 0

    def save(self):
        """What was noted and not taken yet."""
        writes = [(self.entries[i].time_ps, self.entries[i].register, self.entries[i].value) for i in range(self.count)]
        return {"recording": self.recording, "writes": writes}

    def load(self, state):
        """Take back what save() gave."""
        self.count = 0
        self.recording = True
        for time_ps, register, value in state["writes"]:
            self.note_at(time_ps, register, value)
        self.recording = state["recording"]

    def take(self):
        """(time in ps, register, value) of the writes since the last call, oldest first."""
        cdef int i
        writes = [(self.entries[i].time_ps, self.entries[i].register, self.entries[i].value) for i in range(self.count)]
        self.count = 0
        return writes
