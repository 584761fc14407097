# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True
"""Samples at any times, joined by straight lines: what hw/sound/dac.py plays."""

from libc.math cimport fabs
from libc.stdint cimport int64_t
from libc.stdlib cimport free, realloc
from libc.string cimport memmove

cdef int64_t HOLD_PS = 300000000  # a sample stays that long at most before the line to a later one begins
cdef double SECOND_PS = 1e12

cdef struct Point:
    double time  # ps after the base
    double left
    double right


cdef class Lines:
    """The points still needed; the first ones stand before the next block.

    >>> import numpy as np
    >>> lines, out = Lines(), np.empty((4, 2))
    >>> lines.begin(0)
    >>> lines.add(0, 1e9, bytes((128, 192, 64)), 8, False, 1)
    >>> lines.render(2000, out)
    >>> out[:, 0].tolist()
    [0.0, 0.25, 0.5, 0.0]
    """

    cdef Point *points
    cdef Py_ssize_t count, capacity
    cdef int64_t base_ps
    # The transfer that the last piece was of: when its first sample stands, and where its next is expected.
    cdef bint placed
    cdef double period, begin_time, end_ps
    cdef Py_ssize_t run_count
    cdef int bits, channels
    cdef bint is_signed

    def __cinit__(self):
        self.push(0, 0, 0)

    def __dealloc__(self):
        free(self.points)

    snapshot_new = True

    def save(self):
        """The points, and the time they are counted from."""
        points = [[self.points[i].time, self.points[i].left, self.points[i].right] for i in range(self.count)]
        return {"base_ps": self.base_ps, "points": points}

    def load(self, state):
        """Take back what save() gave."""
        self.base_ps, self.count = state["base_ps"], 0
        for time, left, right in state["points"]:
            self.push(time, left, right)
        if not self.count:
            self.push(0, 0, 0)

    cdef int push(self, double time, double left, double right) except -1:
        cdef Point *larger
        cdef Py_ssize_t wanted
        if self.count == self.capacity:
            wanted = self.capacity * 2 if self.capacity else 256
            larger = <Point *>realloc(self.points, wanted * sizeof(Point))
            if larger == NULL:
                raise MemoryError
            self.points, self.capacity = larger, wanted
        self.points[self.count] = Point(time, left, right)
        self.count += 1
        return 0

    def begin(self, int64_t base_ps):
        """Count from another time on; pieces follow."""
        cdef Py_ssize_t i
        cdef double moved = <double>(base_ps - self.base_ps)
        for i in range(self.count):
            self.points[i].time -= moved
        self.base_ps = base_ps
        self.bits = 0

    def add(self, int64_t time_ps, double period_ps, const unsigned char[::1] data not None, int bits, bint is_signed,
            int channels):
        """Samples that were played: frame i (from 0) at ``time_ps`` plus i times ``period_ps``.

        Pieces of one transfer that follow each other without a gap are spaced as if they were one.
        """
        cdef int size = bits // 8
        cdef Py_ssize_t i, frames = data.shape[0] // (size * channels)
        cdef bint follows = (
            bits == self.bits and channels == self.channels and is_signed == self.is_signed
            and period_ps == self.period and period_ps != 0
            and fabs(<double>time_ps - self.end_ps) <= 2 and frames * size * channels == data.shape[0]
        )
        cdef double last_time, left, right
        cdef Point last
        if not follows:
            self.bits, self.channels, self.is_signed, self.period = bits, channels, is_signed, period_ps
            self.end_ps, self.placed = <double>time_ps, False
        if not frames:
            return
        self.end_ps += frames * period_ps
        if not self.placed:
            last = self.points[self.count - 1]
            self.begin_time = max(<double>(time_ps - self.base_ps), last.time)
            self.placed, self.run_count = True, 0
            if self.begin_time - last.time > period_ps + HOLD_PS:
                self.push(self.begin_time - min(period_ps, <double>HOLD_PS), last.left, last.right)
        for i in range(frames):
            left = level(&data[i * size * channels], bits, is_signed)
            right = left if channels == 1 else level(&data[(2 * i + 1) * size], bits, is_signed)
            self.push(self.begin_time + self.run_count * period_ps, left, right)
            self.run_count += 1

    @property
    def resting(self):
        """(left, right) when there is one point only, else None."""
        return (self.points[0].left, self.points[0].right) if self.count == 1 else None

    def render(self, int rate, double[:, ::1] out not None):
        """Fill ``out`` with the levels from the base on, and forget what is not needed again."""
        cdef Py_ssize_t i, j = -1
        cdef double wanted, step = SECOND_PS / rate
        cdef double passed
        cdef Point *here
        cdef Point *following
        with nogil:
            for i in range(out.shape[0]):
                wanted = i * step
                while j + 1 < self.count and self.points[j + 1].time <= wanted:
                    j += 1
                here = &self.points[j if j >= 0 else 0]
                if j < 0 or j == self.count - 1 or here.time == wanted:
                    out[i, 0], out[i, 1] = here.left, here.right
                    continue
                following = here + 1
                passed = wanted - here.time
                out[i, 0] = (following.left - here.left) / (following.time - here.time) * passed + here.left
                out[i, 1] = (following.right - here.right) / (following.time - here.time) * passed + here.right
            # The point before the next block's begin, and all after it, are needed again.
            wanted = out.shape[0] * step
            while j + 1 < self.count and self.points[j + 1].time <= wanted:
                j += 1
            if j > 0:
                self.count -= j
                memmove(self.points, self.points + j, self.count * sizeof(Point))


cdef inline double level(const unsigned char *data, int bits, bint is_signed) noexcept nogil:
    # -1 to 1.
    if bits == 16:
        if is_signed:
            return <short>(data[0] | data[1] << 8) / 32768.0
        return ((data[0] | data[1] << 8) - 32768) / 32768.0
    return (<signed char>data[0] if is_signed else <int>data[0] - 128) / 128.0
