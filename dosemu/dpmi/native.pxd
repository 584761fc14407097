from libc.stdint cimport int64_t, uint8_t, uint16_t, uint32_t

from dosemu.cpu.glue cimport dosemu_registers, dosemu_segment, dosemu_state
from dosemu.cpu.registers cimport Registers
from hw.clock cimport Clock
from hw.memory cimport Memory

cdef enum:
    MOST_FRAMES = 256
    MOST_CALLBACKS = 64
    STRUCTURE = 0x32  # bytes of the real-mode registers of 0300h
    MOST_PARAMETERS = 0x800  # bytes
    MOST_WORDS = 4  # of a far callback

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


cdef packed struct RealCall:
    # The structure of 0300h.
    uint32_t edi, esi, ebp, reserved, ebx, edx, ecx, eax
    uint16_t flags, es, ds, fs, gs, ip, cs, sp, ss


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


cdef struct CallbackEntry:
    int owner  # 0: not in use
    int wide
    uint32_t selector, offset
    int structure  # selector; -1: the procedure is a far one
    int words  # of the caller's stack that a far procedure gets
    uint32_t structure_offset


cdef struct Handler:
    uint32_t used, selector, offset


cdef class NativeCrossings:
    cdef Memory memory
    cdef Registers regs
    cdef Clock clock
    cdef dosemu_registers *r
    cdef object linear
    cdef object load_paging
    cdef public bint paged
    cdef int64_t base
    cdef CallFrame frames[MOST_FRAMES]
    cdef int count
    cdef int64_t serial
    cdef CallbackEntry callbacks[MOST_CALLBACKS]
    cdef Handler handlers[256]
    cdef int client
    cdef int wide
    cdef uint8_t needs[5][0x2000]
    cdef readonly int64_t answered

    cdef bint answer(self, bint trap, int vector, int kind) noexcept nogil
    cdef bint _trap(self, int offset, bint protected) noexcept nogil
    cdef bint _service(self, int vector, int kind, bint protected) noexcept nogil
    cdef bint _takes(self, int vector) noexcept nogil
    cdef bint _interrupt(self, int vector) noexcept nogil
    cdef bint _function(self) noexcept nogil
    cdef bint _is_exec(self) noexcept nogil
    cdef bint _fetch(self, int64_t at, void *to, int size) noexcept nogil
    cdef bint _put(self, int64_t at, const void *data, int size) noexcept nogil
    cdef bint _fetch_elsewhere(self, int64_t at, void *to, int size) noexcept with gil
    cdef bint _put_elsewhere(self, int64_t at, const void *data, int size) noexcept with gil
    cdef void _load_paging(self) noexcept with gil
    cdef bint _descriptor(self, uint32_t selector, uint32_t *low, uint32_t *high) noexcept nogil
    cdef bint _cache(self, uint32_t selector, bint code, bint stack, dosemu_segment *out) noexcept nogil
    cdef CallFrame *_push(self, int kind, int client, int level, int stack, int ending) noexcept nogil
    cdef int _find(self, int kind, int level) noexcept nogil
    cdef int _real_stack(self) noexcept nogil
    cdef int _next_level(self) noexcept nogil
    cdef void _drop(self, bint exceptions, bint levels) noexcept nogil
    cdef int _level_of(self, uint32_t selector) noexcept nogil
    cdef void _real_state(self, dosemu_state *state, RealCall *real, uint32_t cr0, uint16_t cs, uint16_t ip, uint16_t ss,
                          uint16_t sp, uint32_t flags) noexcept nogil
    cdef void _registers(self, RealCall *real) noexcept nogil
    cdef void _resume(self, dosemu_state *state) noexcept nogil
    cdef void _reload(self, dosemu_state *state) noexcept nogil
    cdef bint _protected_state(self, dosemu_state *state, uint32_t cs, uint32_t eip, uint32_t ss, uint32_t esp,
                               uint32_t ds, uint32_t es, uint32_t eflags, dosemu_state *general) noexcept nogil
    cdef int _enter_real(self, RealCall *real, uint16_t cs, uint16_t ip, bint flags, int words, int64_t parameters,
                         int ending) noexcept nogil
    cdef int _enter_client(self, int owner, bint wide, uint32_t cs, uint32_t eip, int ending, uint32_t ds, uint32_t es,
                           dosemu_state *general, bint flags, int words) noexcept nogil
    cdef int _reflect(self, int vector, int ending) noexcept nogil
    cdef int _simulate(self, int function) noexcept nogil
    cdef int64_t _real_returned(self, bint natively) noexcept nogil
    cdef bint _is_own(self, int number) noexcept nogil
    cdef int _protected_call(self) noexcept nogil
    cdef int _protected_returned(self) noexcept nogil
    cdef int _entered(self, int number) noexcept nogil
    cdef int _to_protected(self) noexcept nogil
    cdef void _to_real(self) noexcept nogil
    cdef bint _handle(self, int vector, int ending) noexcept nogil
    cdef bint _pop_interrupt_frame(self) noexcept nogil
