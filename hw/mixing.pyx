# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True
"""The inner loops of hw/mixer.py: many blocks become one, and floating point becomes 16 bits."""

from libc.math cimport rint


def add(double[:, ::1] total not None, const double[:, ::1] part not None, double left, double right):
    """Add a block to another of the same length, by the factors of its sides.

    >>> import numpy as np
    >>> total = np.ones((2, 2)); add(total, np.ones((2, 2)), 0.5, 2); total.tolist()
    [[1.5, 3.0], [1.5, 3.0]]
    """
    cdef Py_ssize_t i
    if total.shape[0] != part.shape[0] or total.shape[1] != 2 or part.shape[1] != 2:
        raise ValueError("blocks of different lengths")
    with nogil:
        for i in range(total.shape[0]):
            total[i, 0] += part[i, 0] * left
            total[i, 1] += part[i, 1] * right


def to_16_bits(const double[:, ::1] total not None, short[:, ::1] out not None, double left, double right):
    """Fill ``out`` with a block whose full scale is -1 to 1, by the factors of its sides; what is louder is clipped."""
    cdef Py_ssize_t i
    if total.shape[0] != out.shape[0] or total.shape[1] != 2 or out.shape[1] != 2:
        raise ValueError("blocks of different lengths")
    with nogil:
        for i in range(total.shape[0]):
            out[i, 0] = clipped(total[i, 0] * (32767 * left))
            out[i, 1] = clipped(total[i, 1] * (32767 * right))


cdef inline short clipped(double value) noexcept nogil:
    value = rint(value)
    return <short>(32767 if value > 32767 else -32768 if value < -32768 else value)
