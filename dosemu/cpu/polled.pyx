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


cdef inline uint16_t word(Memory memory, int64_t address) noexcept:
    return memory.ram[address] | (memory.ram[address + 1] << 8)


cdef class PolledAnswers:
    """The answers that hold now; ``hits`` counts the calls answered."""

    def __cinit__(self, Memory memory not None, Registers regs not None):
        self.memory, self.regs = memory, regs

    def learn(self, int vector, int ah, watches, al=None, zf=None):
        """Repeat this answer to ``vector`` with this AH while the words at ``watches`` stay as they are."""
        cdef Answer *answer
        cdef int i
        if len(watches) > MAX_WATCHES:
            raise ValueError(f"at most {MAX_WATCHES} words can be watched")
        for i in range(self.count):
            if self.answers[i].vector == vector and self.answers[i].ah == ah:
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
        answer.al = -1 if al is None else al
        answer.zf = -1 if zf is None else bool(zf)
        answer.watches = 0
        for address in watches:
            self.memory._check(address, 2)
            answer.address[answer.watches] = address
            answer.value[answer.watches] = word(self.memory, address)
            answer.watches += 1

    def forget(self):
        """No answer holds any more: something else has run."""
        self.count = 0

    cdef bint answer(self, int vector) noexcept:
        # Give the answer for this call if there is one; the caller goes on behind its INT.
        cdef Registers regs = self.regs
        cdef int ah = (regs.r.general[0] >> 8) & 0xFF
        cdef Answer *answer
        cdef uint32_t flags
        cdef int i, w
        for i in range(self.count):
            answer = &self.answers[i]
            if answer.vector != vector or answer.ah != ah:
                continue
            for w in range(answer.watches):
                if word(self.memory, answer.address[w]) != answer.value[w]:
                    return False
            if answer.al >= 0:
                regs.r.general[0] = (regs.r.general[0] & 0xFFFFFF00) | <uint32_t>answer.al
            if answer.zf >= 0:
                flags = dosemu_get_eflags(regs.uc)
                dosemu_set_eflags(regs.uc, flags | 0x40 if answer.zf else flags & ~<uint32_t>0x40)
            self.hits += 1
            return True
        return False
