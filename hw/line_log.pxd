cimport cython

from libc.stdint cimport int16_t, int64_t, uint8_t, uint16_t, uint32_t

cdef enum:
    MOST_LINES = 2048
    LINE_BYTES = 1056  # of a line: 257 characters and one more, four bytes each; packed pixels need more
    MOST_CELLS = 0x1280  # of four bytes: 512 characters of nine pixels
    MOST_BYTES = 0x4A00


cdef struct LineMark:
    # What a scan line was read from.
    uint32_t row  # the address of its first character
    uint32_t ways  # what else its addresses follow from, in the adapter's own terms
    int16_t row_line
    uint16_t size  # bytes that were read; 0: none


cdef struct Walk:
    # Where the counters of the CRT controller are at the beginning of a scan line.
    uint32_t row
    int row_line
    int sub  # of the scan lines that double-scanning makes of one
    int line
    bint below  # the line compare


@cython.final
cdef class LineLog:
    cdef uint8_t *data[2]
    cdef uint8_t *spare  # a line
    cdef int line_bytes  # room for a line
    cdef LineMark *marks[2]
    cdef int count[2]  # lines that were read
    cdef int current
    cdef int64_t frame  # that the beam was in
    cdef Walk walk  # at the next line of that frame
    cdef bint torn  # of the frame before: memory changed behind the beam
    cdef bint torn_before  # the same of the one before that
    cdef int quiet  # frames since one was torn

    cdef bint reserve(self, int line_bytes) noexcept nogil
    cdef void reset(self, int64_t frame) noexcept nogil
    cdef void finish(self, bint torn) noexcept nogil
    cdef void advance(self) noexcept nogil
    cdef LineMark *next_mark(self) noexcept nogil
    cdef uint8_t *next_data(self) noexcept nogil
    cdef LineMark *mark(self, int frame, int line) noexcept nogil
    cdef uint8_t *line(self, int frame, int line) noexcept nogil
