# cython: language_level=3, boundscheck=False, wraparound=False
"""Calls of real-mode code from protected mode, and of clients' code from anywhere; raw mode switches.

DPMI 0.9, functions 0300h to 0306h and chapter 2.4.
"""

from libc.stdint cimport int64_t, uint8_t, uint16_t, uint32_t, uint64_t
from libc.string cimport memcpy

from dosemu.cpu.glue cimport dosemu_segment, dosemu_state
from dosemu.dpmi.frames cimport (
    BY_PYTHON, CallFrame, CallFrames, FAR_RETURN, FROM_STRUCTURE, PROTECTED, REAL, RESULTS, TO_REGISTERS, TO_STRUCTURE,
)
from dosemu.dpmi.host_layout cimport (
    BIOS, BUFFER_SEGMENT, CARRY, CS, EAX, EBX, ECX, EDI, EDX, ES, ESI, ESP, FIRST_ALIAS, FIRST_LOCKED, GDT,
    INTERRUPT_FLAG, INVALID_ADDRESS, INVALID_SELECTOR, INVALID_VALUE, IOPL3, KEPT_LEVELS, LOCKED_LEVELS, LOCKED_SIZE,
    LOCKED_STACKS, MOST_CALLBACKS, MOST_PARAMETERS, MOST_WORDS, NESTED_TASK, NO_LINEAR_MEMORY, PROTECTED_RETURN,
    REAL_RETURN, REAL_STACK_SEGMENT, RESOURCE, RESULT_FLAGS, SS, STRUCTURE, STUB_SELECTOR, SWITCH_CYCLES, TRAP_FLAG,
)
from dosemu.dpmi.states cimport RealCall


cdef class CrossModeCalls(CallFrames):
    """The calls, the callbacks, and the interrupt handlers of the current client."""

    # --- to real mode ------------------------------------------------------------------------------

    cdef int _enter_real(self, RealCall *real, uint16_t cs, uint16_t ip, bint flags, int words, int64_t parameters,
                         int ending) noexcept nogil:
        # Run real-mode code, which ends by IRET (``flags``) or RETF, with so many words of the caller's stack on its
        # own. 0, or a DPMI error with nothing done.
        cdef bint own = not (real.ss or real.sp)
        cdef int top = self._real_stack() if own else real.sp
        cdef uint16_t ss = REAL_STACK_SEGMENT if own else real.ss
        cdef uint16_t sp = <uint16_t>top
        cdef uint16_t frame[3]
        cdef uint8_t copied[MOST_PARAMETERS]
        cdef uint32_t image
        cdef dosemu_state state
        if top < 0:
            return RESOURCE
        image = (real.flags & ~<uint32_t>(TRAP_FLAG | NESTED_TASK | INTERRUPT_FLAG)) | 2
        image = (image | (self.regs.get_eflags() & INTERRUPT_FLAG)) & 0xFFFF
        if words:
            sp -= 2 * words
            if not self._fetch(parameters, copied, 2 * words) or not self._put((<int64_t>ss << 4) + sp, copied, 2 * words):
                return INVALID_ADDRESS
        frame[0], frame[1], frame[2] = REAL_RETURN, BIOS, image
        sp -= 6 if flags else 4
        if not self._put((<int64_t>ss << 4) + sp, frame, 6 if flags else 4):
            return INVALID_ADDRESS
        self._push(REAL, self.client, -1, top if own else -1, ending)
        self.clock.pass_cycles(SWITCH_CYCLES)
        self._real_state(&state, real, <uint32_t>self.r.cr[0], cs, ip, ss, sp,
                         image & ~<uint32_t>INTERRUPT_FLAG if flags else image)
        self.regs.load_state(&state)
        return 0

    cdef int _reflect(self, int vector, int ending) noexcept nogil:
        cdef RealCall real
        cdef uint32_t target = (<uint32_t *>(self.memory.ram + (vector & 0xFF) * 4))[0]
        self._registers(&real)
        real.es = real.ds = BUFFER_SEGMENT
        real.fs = real.gs = real.ss = real.sp = 0
        real.flags &= 0x8FFF
        return self._enter_real(&real, target >> 16, <uint16_t>target, True, 0, 0, ending)

    cdef int _simulate(self, int function) noexcept nogil:
        cdef uint32_t offsets = <uint32_t>0xFFFFFFFF if self.wide else 0xFFFF
        cdef uint32_t at = <uint32_t>(self.r.base[ES][0] + (self.r.general[EDI] & offsets))
        cdef uint32_t stack = <uint32_t>(self.r.base[SS][0] + (self.r.general[ESP] & offsets))
        cdef int words = self.r.general[ECX] & 0xFFFF
        cdef RealCall real
        cdef uint32_t target
        cdef uint32_t flags = self.regs.get_eflags()
        cdef int error
        if words * 2 > MOST_PARAMETERS:
            return INVALID_VALUE
        # Code that runs deep in calls of calls: the last stacks are for interrupts and exceptions.
        if self._level_of(self.r.selector[SS][0]) >= LOCKED_LEVELS - KEPT_LEVELS:
            return NO_LINEAR_MEMORY
        if not self.r.selector[ES][0] & 0xFFFC:
            return INVALID_SELECTOR
        if not self._fetch(at, &real, STRUCTURE):
            return INVALID_ADDRESS
        if function == 0:
            target = (<uint32_t *>(self.memory.ram + (self.r.general[EBX] & 0xFF) * 4))[0]
            real.cs, real.ip = target >> 16, <uint16_t>target
        self.regs.put_eflags(flags & ~<uint32_t>CARRY)
        error = self._enter_real(&real, real.cs, real.ip, function != 1, words, stack, TO_STRUCTURE)
        if error:
            self.regs.put_eflags(flags)
        return NO_LINEAR_MEMORY if error == RESOURCE else error

    cdef int64_t _real_returned(self, bint natively) noexcept nogil:
        # 0: ended here; -1: no such call; else the number of a call that Python ends, whose caller goes on - unless
        # it is to be ``natively``: then nothing is done.
        cdef int at = self._find(REAL, -1)
        cdef CallFrame frame
        cdef RealCall left
        cdef int64_t structure
        cdef int i
        if at < 0 or (natively and self.frames[at].ending == BY_PYTHON):
            return -1
        frame = self.frames[at]
        self.count = at
        self._registers(&left)
        self._reload(&frame.saved)
        if frame.ending == TO_STRUCTURE:
            # SS:SP, CS:IP and the reserved dword stay.
            structure = frame.saved.general[EDI] if frame.wide else frame.saved.general[EDI] & 0xFFFF
            structure = <uint32_t>(frame.saved.segment[ES].base + structure)
            self._put(structure, &left, 12)
            self._put(structure + 0x10, &left.ebx, 0x1A)
        elif frame.ending == TO_REGISTERS:
            for i in range(8):
                if i != ESP:
                    frame.saved.general[i] = <uint32_t>self.r.general[i]
            frame.saved.eflags = (frame.saved.eflags & ~<uint32_t>RESULT_FLAGS) | (left.flags & RESULT_FLAGS)
        self._resume(&frame.saved)
        return frame.serial if frame.ending == BY_PYTHON else 0

    # --- to protected mode -------------------------------------------------------------------------

    cdef int _enter_client(self, int owner, bint wide, uint32_t cs, uint32_t eip, int ending, uint32_t ds, uint32_t es,
                           dosemu_state *general, bint flags, int words) noexcept nogil:
        # Run a client's code on a locked stack, interrupts off; it ends by IRET (``flags``) or RETF, behind which are
        # so many words of real mode's stack. 0, or a DPMI error with nothing done.
        cdef int level = self._next_level()
        cdef uint32_t stack = ((FIRST_LOCKED + level + (LOCKED_LEVELS if wide else 0)) << 3) | 3
        cdef uint32_t values[3 + MOST_WORDS]
        cdef uint16_t narrow[3 + MOST_WORDS]
        cdef uint16_t parameters[MOST_WORDS]
        cdef int i, count = 3 if flags else 2
        cdef int size = (count + words) * (4 if wide else 2)
        cdef uint32_t esp = LOCKED_SIZE - 16 - size
        cdef dosemu_state state
        cdef CallFrame *frame
        if words and not self._fetch(<int64_t>self.r.base[SS][0] + ((self.r.general[ESP] + 4) & 0xFFFF), parameters,
                                     2 * words):
            return INVALID_ADDRESS
        if not self._protected_state(&state, cs, eip, stack, esp, ds, es, IOPL3 | 2, general):
            return INVALID_SELECTOR
        values[0], values[1] = PROTECTED_RETURN, STUB_SELECTOR
        values[2] = (self.regs.get_eflags() & 0xCFF & ~<uint32_t>(INTERRUPT_FLAG | TRAP_FLAG)) | IOPL3 | 2
        for i in range(words):
            values[count + i] = parameters[i]
        for i in range(count + words):
            narrow[i] = <uint16_t>values[i]
        memcpy(self.memory.ram + self.base + LOCKED_STACKS + level * LOCKED_SIZE + esp,
               <void *>values if wide else <void *>narrow, size)
        frame = self._push(PROTECTED, owner, level, -1, ending)
        frame.wide = wide
        self._resume(&state)
        return 0

    cdef int _protected_call(self) noexcept nogil:
        # The innermost call of protected-mode code from this stack, or from any; -1: there is none.
        cdef int at = self._find(PROTECTED, self._level_of(self.r.selector[SS][0]))
        return at if at >= 0 else self._find(PROTECTED, -1)

    cdef int _protected_returned(self) noexcept nogil:
        cdef int at = self._protected_call()
        cdef CallFrame *frame
        cdef RealCall real
        cdef dosemu_state state
        cdef uint16_t far[2]
        cdef uint32_t offset = <uint32_t>self.r.general[EDI]
        cdef uint32_t flags
        cdef int i
        if at < 0:
            return -1
        frame = &self.frames[at]
        if frame.ending == FROM_STRUCTURE:
            if not frame.wide:
                offset &= 0xFFFF
            if not self._fetch(<uint32_t>(self.r.base[ES][0] + offset), &real, STRUCTURE):
                return INVALID_ADDRESS
            self._real_state(&state, &real, frame.saved.cr0, real.cs, real.ip, real.ss, real.sp, real.flags | 2)
        else:
            state = frame.saved
        if frame.ending == FAR_RETURN:
            if not self._fetch(<int64_t>state.segment[SS].base + (state.general[ESP] & 0xFFFF), far, 4):
                return INVALID_ADDRESS
            state.general[ESP] = (state.general[ESP] & <uint32_t>0xFFFF0000) | ((state.general[ESP] + 4) & 0xFFFF)
            state.eip = far[0]
            state.segment[CS].selector = far[1]
            state.segment[CS].base = <uint32_t>far[1] << 4
        elif frame.ending == RESULTS:
            flags = self.regs.get_eflags()
            for i in range(4):
                state.general[i] = <uint32_t>self.r.general[i]
            state.eflags = (state.eflags & ~<uint32_t>CARRY) | (flags & CARRY)
        self.count = at
        self._reload(&state)
        self._resume(&state)
        return 0

    cdef bint _handle(self, int vector, int ending) noexcept nogil:
        cdef Handler *handler = &self.handlers[vector & 0xFF]
        return self._enter_client(self.client, self.wide, handler.selector, handler.offset, ending, 0, 0, NULL, True,
                                  0) == 0

    cdef int _entered(self, int number) noexcept nogil:
        cdef CallbackEntry *callback = &self.callbacks[number & (MOST_CALLBACKS - 1)]
        cdef RealCall real
        cdef dosemu_state general
        cdef uint32_t low, high, alias
        cdef uint32_t *entry
        cdef uint32_t base
        if callback.owner == 0:
            return -1
        if callback.structure < 0:
            return self._enter_client(callback.owner, callback.wide, callback.selector, callback.offset, FAR_RETURN, 0, 0,
                                      NULL, False, callback.words)
        self._registers(&real)
        real.ip -= 2  # the callback's own address
        self._descriptor(callback.structure, &low, &high)
        base = low >> 16 | (high & 0xFF) << 16 | (high & <uint32_t>0xFF000000)
        if not self._put(<uint32_t>(base + callback.structure_offset), &real, STRUCTURE):
            return INVALID_ADDRESS
        # DS is real mode's stack: a descriptor of the level that comes next.
        alias = FIRST_ALIAS + self._next_level()
        entry = <uint32_t *>(self.memory.ram + self.base + GDT + alias * 8)
        entry[0] = 0xFFFF | (<uint32_t>real.ss << 4 & 0xFFFF) << 16
        entry[1] = <uint32_t>real.ss >> 12 | 0xF300
        self.regs.save_state(&general)
        general.general[ESI], general.general[EDI] = real.sp, callback.structure_offset
        return self._enter_client(callback.owner, callback.wide, callback.selector, callback.offset, FROM_STRUCTURE,
                                  alias << 3 | 3, callback.structure, &general, True, 0)

    # --- raw switches and stacks -------------------------------------------------------------------

    cdef int _to_protected(self) noexcept nogil:
        # AX DS, CX ES, DX SS, (E)BX (E)SP, SI CS, (E)DI (E)IP; FS and GS 0.
        cdef uint32_t offsets = <uint32_t>0xFFFFFFFF if self.wide else 0xFFFF
        cdef uint64_t *general = self.r.general
        cdef dosemu_state state
        if not self._protected_state(
                &state, general[ESI] & 0xFFFF, <uint32_t>general[EDI] & offsets, general[EDX] & 0xFFFF,
                <uint32_t>general[EBX] & offsets, general[EAX] & 0xFFFF, general[ECX] & 0xFFFF,
                (self.regs.get_eflags() & 0xCFF) | IOPL3 | 2, NULL):
            return INVALID_SELECTOR
        self._resume(&state)
        return 0

    cdef void _to_real(self) noexcept nogil:
        # AX DS, CX ES, DX SS, BX SP, SI CS, DI IP; FS and GS 0.
        cdef uint64_t *general = self.r.general
        cdef RealCall real
        cdef dosemu_state state
        self._registers(&real)
        real.es, real.ds, real.fs, real.gs = general[ECX], general[EAX], 0, 0
        self._real_state(&state, &real, <uint32_t>self.r.cr[0], general[ESI], general[EDI], general[EDX], general[EBX],
                         (self.regs.get_eflags() & (0xCD7 | INTERRUPT_FLAG)) | 2)
        self._resume(&state)

    cdef bint _pop_interrupt_frame(self) noexcept nogil:
        # IRET, for a client that jumped or fell into a default handler. False: nothing was done.
        cdef bint big = self.r.rights[SS][0] & 0x400000
        cdef uint32_t esp = <uint32_t>self.r.general[ESP] if big else <uint32_t>self.r.general[ESP] & 0xFFFF
        cdef uint32_t values[3]
        cdef uint16_t words[3]
        cdef dosemu_segment code
        cdef int i, size = 12 if self.wide else 6
        if not self._fetch(<uint32_t>(self.r.base[SS][0] + esp), <void *>values if self.wide else <void *>words, size):
            return False
        if not self.wide:
            for i in range(3):
                values[i] = words[i]
        if not self._cache(values[1] & 0xFFFF, True, False, &code):
            return False
        esp += size
        self.r.general[ESP] = esp if big else (self.r.general[ESP] & <uint64_t>0xFFFF0000) | (esp & 0xFFFF)
        self.regs.put_segment(CS, &code)
        self.r.eip[0] = values[0]
        self.regs.put_eflags((self.regs.get_eflags() & ~<uint32_t>0xFFF) | (values[2] & 0xFD7) | IOPL3 | 2)
        return True
