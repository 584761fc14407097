# cython: language_level=3, boundscheck=False, wraparound=False
"""Answers to questions that programs ask in tight loops, repeated without Python.

A service may say that its answer stays right while some words of guest memory do not change ("no key"
while the keyboard buffer's pointers stay). The engine then gives the same answer to the same call, until
a watched word changes or another service runs.
"""

from libc.stdint cimport uint16_t, uint32_t

from dosemu.cpu.glue cimport dosemu_get_eflags, dosemu_set_eflags
from dosemu.cpu.registers cimport Registers
from hw.memory cimport Memory


cdef inline uint16_t word(Memory memory, int64_t address) noexcept nogil:
    return memory.ram[address] | (memory.ram[address + 1] << 8)


cdef class PolledAnswers:
    """The answers that hold now; ``hits`` counts the calls answered."""

    snapshot_kept = True

    def __cinit__(self, Memory memory not None, Registers regs not None):
        self.memory, self.regs = memory, regs
        self.r = &regs.r

    def learn(self, int vector, int ah, watches, al=None, zf=None, bx=None, cx=None, dx=None,
              asked_al=None):
        """Repeat this answer to ``vector`` with this AH while the words at ``watches`` stay as they are.

        ``asked_al``: for calls with this AL only.
        """
        cdef Answer *answer
        cdef int i
        if len(watches) > MAX_WATCHES:
            raise ValueError(f"at most {MAX_WATCHES} words can be watched")
        for i in range(self.count):
            if (self.answers[i].vector == vector and self.answers[i].ah == ah
                    and self.answers[i].asked_al == (-1 if asked_al is None else <int>asked_al)):
                answer = &self.answers[i]
                break
        else:
            if self.count < MAX_ANSWERS:
                answer = &self.answers[self.count]
                self.count += 1
            else:
                answer = &self.answers[self.oldest]
                self.oldest = (self.oldest + 1) % MAX_ANSWERS
        answer.vector, answer.ah = vector, ah
        answer.asked_al = -1 if asked_al is None else asked_al
        answer.al = -1 if al is None else al
        answer.zf = -1 if zf is None else bool(zf)
        answer.bx = -1 if bx is None else bx & 0xFFFF
        answer.cx = -1 if cx is None else cx & 0xFFFF
        answer.dx = -1 if dx is None else dx & 0xFFFF
        answer.watches = 0
        for address in watches:
            self.memory._check(address, 2)
            answer.address[answer.watches] = address
            answer.value[answer.watches] = word(self.memory, address)
            answer.watches += 1

    def forget(self):
        """No answer holds any more: something else has run."""
        self.count = 0

    cdef Answer *find(self, int vector) noexcept nogil:
        # The answer that holds for a call of ``vector`` with the AH there is now, or NULL.
        cdef int ah = (self.r.general[0] >> 8) & 0xFF
        cdef Answer *answer
        cdef int i, w
        for i in range(self.count):
            answer = &self.answers[i]
            if answer.vector != vector or answer.ah != ah:
                continue
            if answer.asked_al >= 0 and answer.asked_al != <int>(self.r.general[0] & 0xFF):
                continue
            for w in range(answer.watches):
                if word(self.memory, answer.address[w]) != answer.value[w]:
                    return NULL
            return answer
        return NULL

    cdef bint answer(self, int vector) noexcept nogil:
        # Give the answer for this call if there is one; the caller goes on behind its INT.
        cdef Answer *answer = self.find(vector)
        if answer == NULL:
            return False
        self.give(answer, dosemu_get_eflags(self.regs.uc))
        return True

    cdef bint answer_framed(self, int vector) noexcept nogil:
        # The same where a handler of the guest passed the call on to the stub: its frame is on the stack, and
        # the answer returns through it as the stub's IRET would. Real mode only.
        cdef Answer *answer = self.find(vector)
        cdef uint32_t sp = self.r.general[4] & 0xFFFF
        cdef int64_t frame = <int64_t>self.r.base[2][0] + sp
        if answer == NULL or self.r.cr[0] & 1 or sp > 0xFFFA or frame + 6 > self.memory.size:
            return False
        cdef uint32_t cs = word(self.memory, frame + 2)
        self.r.eip[0] = word(self.memory, frame)
        self.r.selector[1][0] = cs
        self.r.base[1][0] = cs << 4
        self.r.general[4] = (self.r.general[4] & ~<uint64_t>0xFFFF) | (sp + 6)
        self.give(answer, (dosemu_get_eflags(self.regs.uc) & ~<uint32_t>0xFFFF) | word(self.memory, frame + 4))
        return True

    cdef void give(self, Answer *answer, uint32_t flags) noexcept nogil:
        if answer.al >= 0:
            self.r.general[0] = (self.r.general[0] & ~<uint64_t>0xFF) | <uint32_t>answer.al
        if answer.bx >= 0:
            self.r.general[3] = (self.r.general[3] & ~<uint64_t>0xFFFF) | <uint32_t>answer.bx
        if answer.cx >= 0:
            self.r.general[1] = (self.r.general[1] & ~<uint64_t>0xFFFF) | <uint32_t>answer.cx
        if answer.dx >= 0:
            self.r.general[2] = (self.r.general[2] & ~<uint64_t>0xFFFF) | <uint32_t>answer.dx
        if answer.zf >= 0:
            flags = flags | 0x40 if answer.zf else flags & ~<uint32_t>0x40
        dosemu_set_eflags(self.regs.uc, flags)
        self.hits += 1
