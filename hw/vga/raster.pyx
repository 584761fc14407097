# cython: language_level=3, boundscheck=False, wraparound=False
"""Which registers changed at which line of the last frame: what split screens and colour bars are made of.

The picture is drawn when somebody looks, not while the beam runs. Changes of registers that show are noted
with their line; the renderer goes through those of the last whole frame again. A machine nobody looks at
pays for the note only.
"""

cimport cython

from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_FromStringAndSize
from libc.stdlib cimport free, malloc
from libc.string cimport memcpy


@cython.final
cdef class RasterLog:
    """The changes of the frame that the beam is in, and those of the one before."""

    def __cinit__(self):
        cdef int i
        for i in range(2):
            self.changes[i] = <Change *>malloc(CAPACITY * sizeof(Change))
            if self.changes[i] == NULL:
                raise MemoryError("no room for the notes of a frame")

    def __dealloc__(self):
        free(self.changes[0])
        free(self.changes[1])

    cdef void turn(self, int64_t frame) noexcept nogil:
        # The beam is in this frame now.
        if frame == self.frame:
            return
        self.current ^= 1
        self.count[self.current] = 0
        if frame != self.frame + 1:
            self.count[self.current ^ 1] = 0
        self.frame = frame

    cdef void reset(self, int64_t frame) noexcept nogil:
        # Another timing: what was noted has no meaning any more.
        self.count[0] = self.count[1] = 0
        self.frame = frame

    cdef void note(self, int64_t frame, int line, int offset, uint8_t old, uint8_t new) noexcept nogil:
        cdef int count
        cdef Change *change
        self.turn(frame)
        count = self.count[self.current]
        if count >= CAPACITY:
            return
        change = &self.changes[self.current][count]
        change.line, change.offset, change.old, change.new = <int16_t>line, <int16_t>offset, old, new
        self.count[self.current] = count + 1

    cdef int last(self, Change **changes) noexcept nogil:
        # The changes of the frame before, in order; returns how many.
        changes[0] = self.changes[self.current ^ 1]
        cdef int count = self.count[self.current ^ 1]
        return count if count < CAPACITY else 0

    def save(self):
        """What was noted of this frame and of the one before."""
        return {
            "frame": self.frame, "current": self.current,
            "changes": [
                PyBytes_FromStringAndSize(<char *>self.changes[i], self.count[i] * sizeof(Change)) for i in range(2)
            ],
        }

    def load(self, state, int registers):
        """Take back what save() gave, of a chip with so many bytes of registers. Raises ValueError."""
        cdef int i, n
        cdef bytes changes
        cdef Change *change
        self.count[0] = self.count[1] = 0
        for i in range(2):
            changes = state["changes"][i]
            if len(changes) > CAPACITY * sizeof(Change) or len(changes) % sizeof(Change):
                raise ValueError("notes of a frame that cannot be")
            memcpy(self.changes[i], PyBytes_AS_STRING(changes), len(changes))
            for n in range(<int>(len(changes) // sizeof(Change))):
                change = &self.changes[i][n]
                if not 0 <= change.offset < registers:
                    raise ValueError("a note of a register that is not there")
            self.count[i] = <int>(len(changes) // sizeof(Change))
        self.current = state["current"] & 1
        self.frame = state["frame"]
