# cython: language_level=3, boundscheck=False, wraparound=False
"""Snow: what a CGA shows of 80 columns while the CPU has the bus of its memory.

IBM Options and Adapters Technical Reference, "Color/Graphics Monitor Adapter": with 80 columns the 6845 fetches a
character and its attribute in each cycle of the memory, and the CPU's accesses come between. What the latches take then is
the byte that is on the bus: the CPU's. The picture of a frame has the flakes of that frame alone.
"""

cimport cython

from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_FromStringAndSize
from libc.stdlib cimport free, malloc
from libc.string cimport memcpy


@cython.final
cdef class SnowLog:
    """The flakes of the frame that the beam is in, and of the one before."""

    def __cinit__(self):
        cdef int i
        for i in range(2):
            self.flakes[i] = <Flake *>malloc(MOST_FLAKES * sizeof(Flake))
            if self.flakes[i] == NULL:
                raise MemoryError("no room for the snow of a frame")

    def __dealloc__(self):
        free(self.flakes[0])
        free(self.flakes[1])

    cdef void note(self, int64_t frame, int64_t line, int64_t column, uint8_t value) noexcept nogil:
        cdef Flake *flake
        cdef int i
        if frame != self.frame:
            self.current ^= 1
            self.count[self.current] = 0
            if frame != self.frame + 1:
                self.count[self.current ^ 1] = 0
            self.frame = frame
        # A fast CPU makes several accesses in the time of a character, and the last one counts.
        for i in range(max(self.count[self.current] - 4, 0), self.count[self.current]):
            flake = &self.flakes[self.current][i]
            if flake.line == line and flake.column == column:
                flake.value = value
                return
        if self.count[self.current] == MOST_FLAKES or line > 0x7FFF or column > 0xFF:
            return
        flake = &self.flakes[self.current][self.count[self.current]]
        flake.line, flake.column, flake.value = <int16_t>line, <uint8_t>column, value
        self.count[self.current] += 1

    cdef int half(self, int64_t frame) noexcept nogil:
        # Where the flakes of the last whole frame are, when ``frame`` is the one the beam is in; -1: there are none.
        cdef int half
        if frame == self.frame:
            half = self.current ^ 1
        elif frame == self.frame + 1:
            half = self.current
        else:
            return -1
        return half if self.count[half] else -1

    cdef int fall(self, int64_t frame, int at, int line, int columns, uint8_t *cells) noexcept nogil:
        # Put the flakes of a line onto its cells; ``at`` is what the call for the line above returned, first 0.
        cdef int half = self.half(frame)
        cdef Flake *flake
        while half >= 0 and at < self.count[half] and self.flakes[half][at].line <= line:
            flake = &self.flakes[half][at]
            if flake.line == line and flake.column < columns:
                cells[2 * flake.column] = cells[2 * flake.column + 1] = flake.value
            at += 1
        return at

    def save(self):
        """The flakes of both frames."""
        return {
            "frame": self.frame, "current": self.current,
            "flakes": [
                PyBytes_FromStringAndSize(<char *>self.flakes[i], self.count[i] * sizeof(Flake)) for i in range(2)
            ],
        }

    def load(self, state):
        """Take back what save() gave. Raises ValueError."""
        cdef int i
        cdef bytes flakes
        for i in range(2):
            flakes = state["flakes"][i]
            if len(flakes) > MOST_FLAKES * sizeof(Flake) or len(flakes) % sizeof(Flake):
                raise ValueError("snow that cannot be")
            memcpy(self.flakes[i], PyBytes_AS_STRING(flakes), len(flakes))
            self.count[i] = <int>(len(flakes) // sizeof(Flake))
        self.current = state["current"] & 1
        self.frame = state["frame"]
