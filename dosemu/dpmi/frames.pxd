from libc.stdint cimport int64_t, uint32_t

from dosemu.cpu.glue cimport dosemu_state
from dosemu.dpmi.host_layout cimport MOST_FRAMES
from dosemu.dpmi.states cimport CrossingStates

cdef enum FrameKind:
    REAL = 1
    PROTECTED = 2
    EXCEPTION = 3

cdef enum Ending:
    # What is to be done when called code is back.
    BY_PYTHON = 0
    TO_STRUCTURE = 1  # real-mode registers to the structure at ES:(E)DI
    TO_REGISTERS = 2  # real-mode registers and flags to the caller's
    NOTHING = 3  # the caller goes on as it was
    FROM_STRUCTURE = 4  # a callback: real mode goes on with the registers at ES:(E)DI
    FAR_RETURN = 5  # a callback that was called as a far procedure
    RESULTS = 6  # EAX, EBX, ECX, EDX and carry to the caller


cdef struct CallFrame:
    # A call that has not come back yet.
    int kind
    int client
    int wide
    int level  # the locked stack it runs on; -1: none
    int stack  # SP on the host's real-mode stack where it began; -1: elsewhere
    int ending
    int caller  # the client that goes on when this is another one's code; 0: the same
    int64_t serial
    dosemu_state saved


cdef class CallFrames(CrossingStates):
    cdef CallFrame frames[MOST_FRAMES]
    cdef int count
    cdef int64_t serial
    cdef int wide  # whether the current client is one of 32 bits

    cdef CallFrame *_push(self, int kind, int client, int level, int stack, int ending) noexcept nogil
    cdef int _find(self, int kind, int level) noexcept nogil
    cdef int _real_stack(self) noexcept nogil
    cdef int _next_level(self) noexcept nogil
    cdef void _drop(self, bint exceptions, bint levels) noexcept nogil
    cdef int _level_of(self, uint32_t selector) noexcept nogil
