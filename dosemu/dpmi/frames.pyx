# cython: language_level=3, boundscheck=False, wraparound=False
"""The calls across modes that have not come back yet, and the stacks that they run on (DPMI 0.9, chapter 3)."""

from libc.stdint cimport int64_t, uint32_t
from libc.string cimport memmove

from cpython.bytes cimport PyBytes_FromStringAndSize

from dosemu.cpu.glue cimport dosemu_state
from dosemu.dpmi.host_layout cimport (
    ESP, FIRST_LOCKED, LEAST_STACK, LOCKED_LEVELS, MOST_FRAMES, PE, REAL_STACK_SEGMENT, REAL_STACK_SIZE, SS,
    STACK_STEP,
)
from dosemu.dpmi.states cimport CrossingStates


cdef class CallFrames(CrossingStates):
    """A frame for each call, with the state of its caller."""

    @property
    def depth(self):
        """How many calls have not come back."""
        return self.count

    def push(self, int kind, int client, int level=-1, int stack=-1):
        """Note a call that Python ends, from the state the CPU is in; returns its number."""
        return self._push(kind, client, level, stack, BY_PYTHON).serial

    def serials(self):
        """The numbers of the calls that have not come back."""
        cdef int i
        return {self.frames[i].serial for i in range(self.count)}

    def forget(self, clients):
        """Drop the calls of clients that ended."""
        cdef int i, kept = 0
        for i in range(self.count):
            if self.frames[i].client not in clients:
                if kept != i:
                    self.frames[kept] = self.frames[i]
                kept += 1
        self.count = kept

    def real_stack(self):
        """SP where the next call on the host's real-mode stack begins; -1 when it is used up."""
        return self._real_stack()

    def next_level(self):
        """The locked stack for the next handler; when handlers left without returning used them all, the first."""
        return self._next_level()

    def exception_returned(self, int level):
        """The innermost exception handler on this level's stack is back: the state it was called from, or None."""
        cdef int at = self._find(EXCEPTION, level)
        if at < 0:
            return None
        self.count = at
        return PyBytes_FromStringAndSize(<char *>&self.frames[at].saved, sizeof(dosemu_state))

    # --- frames ------------------------------------------------------------------------------------

    cdef CallFrame *_push(self, int kind, int client, int level, int stack, int ending) noexcept nogil:
        cdef CallFrame *frame
        if self.count >= MOST_FRAMES:  # left by the score without returning: the older half is dropped
            self.count = MOST_FRAMES // 2
            memmove(self.frames, self.frames + MOST_FRAMES // 2, self.count * sizeof(CallFrame))
        frame = &self.frames[self.count]
        self.count += 1
        self.serial += 1
        frame.kind, frame.client, frame.wide, frame.caller = kind, client, self.wide, 0
        frame.level, frame.stack, frame.ending, frame.serial = level, stack, ending, self.serial
        self.regs.save_state(&frame.saved)
        return frame

    cdef int _find(self, int kind, int level) noexcept nogil:
        # The innermost frame of a kind, on a level unless that is -1; -1 when there is none.
        cdef int i
        for i in range(self.count - 1, -1, -1):
            if self.frames[i].kind == kind and (level < 0 or self.frames[i].level == level):
                return i
        return -1

    cdef int _real_stack(self) noexcept nogil:
        cdef int i, top = REAL_STACK_SIZE
        cdef dosemu_state *saved
        for i in range(self.count - 1, -1, -1):
            saved = &self.frames[i].saved
            if self.frames[i].kind == REAL and self.frames[i].stack >= 0:
                top = self.frames[i].stack - STACK_STEP
                break
            if not saved.cr0 & PE and saved.segment[SS].selector == REAL_STACK_SEGMENT:
                top = <int>(saved.general[ESP] & 0xFFFC) - 16
                break
        return top if top >= LEAST_STACK else -1

    cdef int _next_level(self) noexcept nogil:
        cdef int i, turn, level
        for turn in range(3):
            level = 0
            for i in range(self.count):
                if self.frames[i].level >= level:
                    level = self.frames[i].level + 1
            if level < LOCKED_LEVELS:
                return level
            self._drop(turn == 0, turn > 0)
        return 0

    cdef void _drop(self, bint exceptions, bint levels) noexcept nogil:
        # Calls left without returning: those of exception handlers, or all that run on locked stacks.
        cdef int i, kept = 0
        for i in range(self.count):
            if (exceptions and self.frames[i].kind == EXCEPTION) or (levels and self.frames[i].level >= 0):
                continue
            if kept != i:
                self.frames[kept] = self.frames[i]
            kept += 1
        self.count = kept

    cdef int _level_of(self, uint32_t selector) noexcept nogil:
        # The level whose locked stack a selector is, or -1.
        cdef int index = <int>(selector >> 3) - FIRST_LOCKED
        if selector & 4 or not 0 <= index < 2 * LOCKED_LEVELS:
            return -1
        return index % LOCKED_LEVELS
