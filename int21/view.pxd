from libc.stdint cimport int64_t

from hw.memory cimport Memory


cdef class View:
    cdef readonly Memory memory
    cdef readonly int64_t base


cdef class Field:
    cdef readonly int offset
    cdef int kind
    cdef int size
    cdef bytes pad
