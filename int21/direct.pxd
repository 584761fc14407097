from libc.stdint cimport int64_t, uint8_t, uint16_t, uint32_t, uint64_t

from hw.memory cimport Memory

cdef enum:
    CARRY = 0x0001  # of the flags
    NO_HANDLE = 0xFF  # in a job file table
    # An entry of the system file table (int21/sft.py).
    ENTRY = 0x3B
    USE_COUNT = 0x00
    MODE = 0x02
    ATTRIBUTES = 0x04
    FLAGS = 0x05
    OWNER = 0x07
    TIME = 0x0D
    DATE = 0x0F
    SIZE = 0x11
    POSITION = 0x15
    NAME = 0x20
    OPENER = 0x31
    IS_DEVICE = 0x80  # FLAGS
    NOT_EOF = 0x0040
    NOT_WRITTEN_TO = 0x4040  # and KEEP_DATE

cdef enum:
    ENTRIES = 256  # more than a system file table has
    WATCHES = 8
    GATHERED = 4096


cdef struct ServiceCall:
    # The registers of a caller in real mode, and what a function leaves in them.
    uint16_t ax, bx, cx, dx, si, di, bp, sp
    uint16_t ds, es, ss, cs, ip, flags
    uint32_t ds_base, ss_base, es_base
    int switched  # another program goes on (1) or begins (2): all registers are to be loaded


cdef class NativeService:
    # More functions, each in a file of its own.
    cdef bint serve(self, ServiceCall *call, int function) noexcept nogil


cdef class Column:
    cdef public uint8_t at


cdef class DirectFiles:
    cdef public bint locked
    cdef public bint shared
    cdef readonly uint64_t served
    cdef readonly NativeService opening
    cdef readonly NativeService programs
    cdef readonly int fresh
    cdef bint others  # Python may have served calls since ``programs`` set it to False
    cdef Memory memory
    cdef int fds[ENTRIES]
    cdef void *places[ENTRIES]  # of files that are fresh: the Location, which the opener keeps alive
    cdef uint8_t written[ENTRIES]  # here, since Python asked
    cdef uint8_t held[ENTRIES]  # Python has something open behind the entry
    cdef int64_t first
    cdef int64_t end
    cdef int count
    cdef int64_t in_dos
    cdef int64_t break_checks
    cdef int64_t psp
    cdef Column column
    cdef int watches
    cdef int64_t address[WATCHES]
    cdef uint16_t value[WATCHES]
    cdef int gathered
    cdef int gathered_for
    cdef uint32_t gathered_at
    cdef uint8_t characters[GATHERED]

    cdef bint serve(self, ServiceCall *call) noexcept nogil
    cdef void flush(self) noexcept nogil
    cdef int64_t handles_of(self, int64_t psp, int *count) noexcept nogil
    cdef int64_t entry_of(self, int handle, int *index) noexcept nogil
    cdef bint keep_caller(self, ServiceCall *call) noexcept nogil
    cdef bint done(self, ServiceCall *call) noexcept nogil
    cdef void wrote(self, int index, int64_t entry, uint32_t count) noexcept nogil
    cdef bint read(self, ServiceCall *call) noexcept nogil
    cdef bint write(self, ServiceCall *call) noexcept nogil
    cdef bint seek(self, ServiceCall *call) noexcept nogil
    cdef bint character(self, uint8_t code, uint16_t *ax) noexcept nogil
