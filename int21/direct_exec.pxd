from libc.stdint cimport int64_t, uint8_t, uint16_t, uint32_t, uint64_t

from int21.direct cimport DirectFiles, NativeService, ServiceCall
from int21.known_file cimport KnownFile

cdef enum:
    PROGRAMS = 16  # that are known
    LONGEST_BLOCK = 0x8000 + 0x100  # of an environment


cdef class Allocation:
    cdef public int strategy
    cdef public bint linked


cdef class KnownProgram:
    cdef readonly KnownFile file
    cdef bytes full_path, image
    cdef const uint8_t *data
    cdef int size
    cdef bint exe, high
    cdef int least, most  # paragraphs behind the image
    cdef uint16_t cs, ip, ss, sp, version
    cdef uint32_t drives  # bit 0: A:
    cdef uint8_t name[8]
    cdef const char *path
    cdef int path_length
    cdef bytearray placed  # the image with its relocations for ``placed_at``
    cdef uint8_t *ready
    cdef int placed_at
    cdef object relocations
    cdef uint32_t *places
    cdef int place_count

    cdef const uint8_t *relocated(self, int segment) noexcept nogil


cdef class DirectPrograms(NativeService):
    cdef DirectFiles files
    cdef Allocation allocation
    cdef void *known[PROGRAMS]
    cdef list kept
    cdef int next
    cdef int first, upper, shell
    cdef int pure  # the program that was started here, and since when no service of Python ran

    cdef bint execute(self, ServiceCall *call) noexcept nogil
    cdef bint end(self, ServiceCall *call, uint8_t code) noexcept nogil
    cdef bint return_code(self, ServiceCall *call) noexcept nogil
    cdef bint sound(self, int segment) noexcept nogil
    cdef void join(self, int segment) noexcept nogil
    cdef int fitting(self, int paragraphs) noexcept nogil
    cdef int largest(self) noexcept nogil
    cdef void take(self, int segment, int paragraphs, uint16_t owner, const uint8_t *name) noexcept nogil
    cdef void block(self, int segment, uint8_t kind, uint16_t owner, uint16_t size) noexcept nogil
