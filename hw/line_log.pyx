# cython: language_level=3, boundscheck=False, wraparound=False
"""What the beam read of the video memory, line by line: of the frame it is in, and of the one before.

The picture is drawn when somebody looks, from the memory as it is then. That is wrong for programs that write
behind the beam, or a line ahead of it: for these the bytes that each line was made of are kept (hw/beam.pyx says when).
A frame is *torn* when memory was no more what its lines had shown by the time it ended. Two in a row are a program
that works so; a single one is a screen that was just changed, and the picture shows it as it is now.
"""

cimport cython

from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_FromStringAndSize
from libc.stdlib cimport free, malloc
from libc.string cimport memcpy


@cython.final
cdef class LineLog:
    """Two frames of lines; memory for them is taken with the first."""

    def __dealloc__(self):
        cdef int i
        for i in range(2):
            free(self.data[i])
            free(self.marks[i])
        free(self.spare)

    cdef bint reserve(self, int line_bytes) noexcept nogil:
        # Lines may have so many bytes; what was read is lost if that is more than before. False: there is no room.
        cdef int i
        if line_bytes <= self.line_bytes:
            return True
        self.line_bytes = self.count[0] = self.count[1] = 0
        free(self.spare)
        self.spare = <uint8_t *>malloc(line_bytes)
        for i in range(2):
            free(self.data[i])
            self.data[i] = <uint8_t *>malloc(<size_t>MOST_LINES * line_bytes)
            if self.marks[i] == NULL:
                self.marks[i] = <LineMark *>malloc(MOST_LINES * sizeof(LineMark))
        if not (self.spare and self.data[0] and self.data[1] and self.marks[0] and self.marks[1]):
            return False
        self.line_bytes = line_bytes
        return True

    cdef void reset(self, int64_t frame) noexcept nogil:
        # A frame begins, and nothing is known of the one before.
        self.count[0] = self.count[1] = 0
        self.torn = self.torn_before = False
        self.frame = frame

    cdef void finish(self, bint torn) noexcept nogil:
        # All lines of the frame are there; the next one begins.
        self.torn_before, self.torn = self.torn, torn
        self.quiet = 0 if torn else self.quiet + 1
        self.current ^= 1
        self.count[self.current] = 0
        self.frame += 1

    cdef void advance(self) noexcept nogil:
        self.count[self.current] += 1

    cdef LineMark *next_mark(self) noexcept nogil:
        return &self.marks[self.current][self.count[self.current]]

    cdef uint8_t *next_data(self) noexcept nogil:
        return self.data[self.current] + <size_t>self.count[self.current] * self.line_bytes

    cdef LineMark *mark(self, int frame, int line) noexcept nogil:
        # NULL: that line was not read.
        if line >= self.count[frame] or not self.marks[frame][line].size:
            return NULL
        return &self.marks[frame][line]

    cdef uint8_t *line(self, int frame, int line) noexcept nogil:
        return self.data[frame] + <size_t>line * self.line_bytes

    def save(self):
        """The lines of both frames."""
        cdef int frame, line
        frames = []
        for frame in range(2):
            lines = b"".join([
                (<char *>self.line(frame, line))[:self.marks[frame][line].size] for line in range(self.count[frame])
            ])
            marks = (PyBytes_FromStringAndSize(<char *>self.marks[frame], self.count[frame] * sizeof(LineMark))
                     if self.count[frame] else b"")
            frames.append((marks, lines))
        walk = self.walk
        return {
            "frame": self.frame, "current": self.current, "frames": frames, "line_bytes": self.line_bytes,
            "walk": (walk.row, walk.row_line, walk.sub, walk.line, bool(walk.below)),
            "torn": (bool(self.torn), bool(self.torn_before), self.quiet),
        }

    def load(self, state):
        """Take back what save() gave. Raises ValueError."""
        cdef int frame, line, count
        cdef bytes marks, lines
        cdef Py_ssize_t at
        if not LINE_BYTES <= state["line_bytes"] <= MOST_BYTES:
            raise ValueError("lines that are too long")
        if not self.reserve(state["line_bytes"]):
            raise MemoryError("no room for the lines of a frame")
        self.reset(state["frame"])
        for frame in range(2):
            marks, lines = state["frames"][frame]
            count = <int>(len(marks) // sizeof(LineMark))
            if len(marks) % sizeof(LineMark) or count > MOST_LINES:
                raise ValueError("lines of a frame that cannot be")
            if count:
                memcpy(self.marks[frame], PyBytes_AS_STRING(marks), len(marks))
            at = 0
            for line in range(count):
                if (self.marks[frame][line].size > self.line_bytes or self.marks[frame][line].size % 2
                        or at + self.marks[frame][line].size > len(lines)):
                    raise ValueError("a line that cannot be")
                memcpy(self.line(frame, line), PyBytes_AS_STRING(lines) + at, self.marks[frame][line].size)
                at += self.marks[frame][line].size
            self.count[frame] = count
        self.current = state["current"] & 1
        row, row_line, sub, number, below = state["walk"]
        if not 0 <= row_line < 0x8000:
            raise ValueError("a line of a row that cannot be")
        self.walk.row, self.walk.row_line, self.walk.sub, self.walk.line, self.walk.below = (
            row, row_line, sub, number, below)
        self.torn, self.torn_before, self.quiet = state["torn"]
