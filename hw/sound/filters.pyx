# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True
"""Filters on blocks of samples: a card's output capacitor, a speaker's cone, and one rate made from another."""

from libc.math cimport M_PI, fabs, floor, tan
from libc.stdint cimport int32_t

ctypedef fused sample_t:
    int32_t
    double

cdef double CUTOFF_HZ = 10
cdef double SILENCE = 1e-5  # a third of the smallest step of 16 bits


cdef class DcBlocker:
    """A high-pass of 10 Hz, the capacitor at a card's output: a level that stays becomes silence.

    >>> import numpy as np
    >>> blocker = DcBlocker(1000)
    >>> blocker.run(np.ones((10, 1)))[:2].round(3).tolist()
    [[1.0], [0.937]]
    """

    cdef double keep
    cdef double last_in[2]
    cdef double last_out[2]

    def __init__(self, int rate):
        self.keep = 1 - 2 * M_PI * CUTOFF_HZ / rate

    snapshot_new = True

    def save(self):
        """The charge."""
        return {
            "keep": self.keep, "in": [self.last_in[0], self.last_in[1]], "out": [self.last_out[0], self.last_out[1]],
        }

    def load(self, state):
        """Take back what save() gave."""
        self.keep = state["keep"]
        for side in range(2):
            self.last_in[side], self.last_out[side] = state["in"][side], state["out"][side]

    def run(self, double[:, ::1] samples not None):
        """Filter a block (samples, one or two channels) in place, and return it."""
        cdef Py_ssize_t i
        cdef int side
        cdef double value, out
        with nogil:
            for side in range(min(<int>samples.shape[1], 2)):
                out = self.last_out[side]
                for i in range(samples.shape[0]):
                    value = samples[i, side]
                    out = self.keep * out + (value - self.last_in[side])
                    self.last_in[side] = value
                    samples[i, side] = out
                self.last_out[side] = out
        return samples.base

    def rests_at(self, double left, double right):
        """What went in last was this, and nothing can be heard of what went through."""
        return self.quiet and fabs(left - self.last_in[0]) < 1e-9 and fabs(right - self.last_in[1]) < 1e-9

    @property
    def quiet(self):
        """Nothing can be heard of what went through."""
        return fabs(self.last_out[0]) < SILENCE and fabs(self.last_out[1]) < SILENCE


cdef class LowPass:
    """What a cone is too heavy for: a Butterworth low-pass of third order (18 dB an octave), for one channel.

    It does nothing where the sample rate is too low for it.

    >>> import numpy as np
    >>> tone = np.sin(np.arange(4000) * (2 * np.pi * 5000 / 48000))
    >>> LowPass(48000, 5000).run(tone[:, None])[2000:].max().round(2)  # half of the power is left
    np.float64(0.71)
    """

    cdef double one, b, a1, a2  # the coefficients of both sections, one of first and one of second order
    cdef double x1, y1
    cdef double u1, u2, v1, v2
    cdef bint works

    def __init__(self, int rate, double cutoff_hz):
        cdef double k
        self.works = cutoff_hz < 0.45 * rate
        if self.works:
            # By the bilinear transform; the second section has the poles at 120 degrees, whose quality is 1.
            k = tan(M_PI * cutoff_hz / rate)
            self.one = k / (k + 1)
            self.b = k * k / (1 + k + k * k)
            self.a1 = 2 * (k * k - 1) / (1 + k + k * k)
            self.a2 = (1 - k + k * k) / (1 + k + k * k)

    snapshot_new = True

    def save(self):
        """Coefficients and what is under way."""
        return {
            "works": self.works, "coefficients": [self.one, self.b, self.a1, self.a2],
            "samples": [self.x1, self.y1, self.u1, self.u2, self.v1, self.v2],
        }

    def load(self, state):
        """Take back what save() gave."""
        self.works = state["works"]
        self.one, self.b, self.a1, self.a2 = state["coefficients"]
        self.x1, self.y1, self.u1, self.u2, self.v1, self.v2 = state["samples"]

    def run(self, double[:, ::1] samples not None):
        """Filter a block (samples, 1) in place, and return it."""
        cdef Py_ssize_t i
        cdef double x, u, v
        if self.works:
            with nogil:
                for i in range(samples.shape[0]):
                    x = samples[i, 0]
                    u = self.one * (x + self.x1) + (1 - 2 * self.one) * self.y1
                    self.x1, self.y1 = x, u
                    v = self.b * (u + 2 * self.u1 + self.u2) - self.a1 * self.v1 - self.a2 * self.v2
                    self.u2, self.u1 = self.u1, u
                    self.v2, self.v1 = self.v1, v
                    samples[i, 0] = v
        return samples.base


def cubic(const sample_t[:, ::1] samples, double start, double step, double[:, ::1] out not None,
          int left=0, int right=1, double left_gain=1, double right_gain=1):
    """Fill ``out`` by Catmull-Rom interpolation at ``start`` and each ``step`` on, in samples.

    ``left`` and ``right`` are the columns to take.

    >>> import numpy as np
    >>> out = np.empty((3, 2))
    >>> cubic(np.arange(12.0).reshape(6, 2), 2, 0.5, out)
    >>> out.tolist()
    [[4.0, 5.0], [5.0, 6.0], [6.0, 7.0]]
    """
    cdef Py_ssize_t i, at, last = samples.shape[0] - 3
    cdef double t, where
    if last < 1 or not 0 <= left < samples.shape[1] or not 0 <= right < samples.shape[1]:
        raise ValueError("too few samples")
    with nogil:
        for i in range(out.shape[0]):
            where = start + i * step
            at = <Py_ssize_t>floor(where)
            at = 1 if at < 1 else last if at > last else at
            t = where - at
            out[i, 0] = left_gain * between(
                samples[at - 1, left], samples[at, left], samples[at + 1, left], samples[at + 2, left], t
            )
            out[i, 1] = right_gain * between(
                samples[at - 1, right], samples[at, right], samples[at + 1, right], samples[at + 2, right], t
            )


cdef inline double between(double a, double b, double c, double d, double t) noexcept nogil:
    return b + 0.5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)))


def constant(const int32_t[:, ::1] samples not None):
    """Whether all samples are alike."""
    cdef Py_ssize_t i, column
    for i in range(1, samples.shape[0]):
        for column in range(samples.shape[1]):
            if samples[i, column] != samples[0, column]:
                return False
    return True
