from libc.stdint cimport int64_t

from int21.direct cimport DirectFiles, NativeService, ServiceCall
from int21.known_file cimport KnownFile

cdef enum:
    KNOWN = 32  # files


cdef class DirectOpen(NativeService):
    cdef DirectFiles files
    cdef void *known[KNOWN]
    cdef list kept
    cdef int next

    cdef bint open(self, ServiceCall *call) noexcept nogil
    cdef bint close(self, ServiceCall *call) noexcept nogil
