# cython: language_level=3, boundscheck=False, wraparound=False
"""The DPMI host's crossings between real and protected mode, and its smallest functions, without Python.

What has called and not come back yet, the callbacks, and whose handlers are called stand here; ``crossings``,
``callbacks`` and ``raw_switch`` are what the rest of the host calls. ``answer`` is asked by the engine before Python:
False leaves everything as it was, and ``Host`` does the same by the same functions, or what is not plain, or reports
what is wrong. DPMI 0.9, functions 0300h to 0306h and chapter 2.4.
"""

from libc.stdint cimport int64_t, uint16_t, uint32_t, uint64_t
from libc.string cimport memcpy, memset

from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_FromStringAndSize

from dosemu.cpu.glue cimport DOSEMU_INT, DOSEMU_IRQ, dosemu_state
from dosemu.dpmi.calls cimport CallbackEntry, CrossModeCalls, Handler
from dosemu.dpmi.frames cimport CallFrame, NOTHING, RESULTS, TO_REGISTERS
from dosemu.dpmi.host_layout cimport (
    CALLBACKS, CARRY, EAX, EBX, ECX, EDI, EDX, ENTRY, ES, EXCEPTION_STUBS, FIRST_ALIAS, FIRST_LOCKED, FUNCTION_CYCLES,
    GDT, GDT_ENTRIES, IDT, INTERRUPT_FLAG, INTERRUPT_STUBS, LDT, LOCKED_LEVELS, LOCKED_SIZE, LOCKED_STACKS,
    MOST_CALLBACKS, MOST_WORDS, PE, PROTECTED_RETURN, RAW_TO_PROTECTED, RAW_TO_REAL, REAL_RETURN, REAL_STACK_SEGMENT,
    REAL_STACK_SIZE, STRUCTURE, SWITCH_CYCLES, TSS, V86,
)
from dosemu.dpmi.states cimport RealCall

from dosemu.dpmi import layout

assert (GDT, IDT, TSS, LDT, LOCKED_STACKS) == (layout.GDT, layout.IDT, layout.TSS, layout.LDT, layout.LOCKED_STACKS)
assert (LOCKED_LEVELS, LOCKED_SIZE, FIRST_LOCKED) == (layout.LOCKED_LEVELS, layout.LOCKED_SIZE, layout.FIRST_LOCKED)
assert (FIRST_ALIAS, GDT_ENTRIES) == (layout.FIRST_ALIAS, layout.GDT_ENTRIES)
assert (PROTECTED_RETURN, REAL_RETURN) == (layout.PROTECTED_RETURN, layout.REAL_RETURN)
assert (CALLBACKS, ENTRY, MOST_CALLBACKS) == (layout.CALLBACKS, layout.ENTRY, layout.CALLBACK_COUNT)
assert (SWITCH_CYCLES, FUNCTION_CYCLES) == (layout.SWITCH_CYCLES, layout.FUNCTION_CYCLES)
assert (REAL_STACK_SEGMENT, REAL_STACK_SIZE) == (layout.REAL_STACK_SEGMENT, layout.REAL_STACK_SIZE)

_TABLES = {0x10: 0, 0x15: 1, 0x21: 2, 0x33: 3, 0x13: 4}


cdef class NativeCrossings(CrossModeCalls):
    """What the rest of the host calls, and what the engine asks before it asks Python."""

    # --- from Python -------------------------------------------------------------------------------

    def set_client(self, int number, bint wide, handlers):
        """Who is the current client (0: none), and its interrupt handlers: vector to selector and offset."""
        self.client, self.wide = number, wide
        memset(self.handlers, 0, sizeof(self.handlers))
        for vector, (selector, offset) in handlers.items():
            self.handlers[<int>vector & 0xFF] = Handler(1, selector, offset)

    def set_handler(self, int vector, handler):
        """The current client's handler for one interrupt: selector and offset, or None."""
        if handler is None:
            self.handlers[vector & 0xFF] = Handler(0, 0, 0)
        else:
            self.handlers[vector & 0xFF] = Handler(1, handler[0], handler[1])

    def leave_to_python(self, int vector, bits):
        """What AX asks of this interrupt that is more than going to real mode: a bit for each value of AX."""
        cdef bytes data = bytes(bits)
        if len(data) != 0x2000:
            raise ValueError("65,536 bits are needed")
        memcpy(self.needs[<int>_TABLES[vector]], PyBytes_AS_STRING(data), 0x2000)

    def real_returned(self):
        """Code of real mode is back, and its caller goes on: the number of the call when Python is to end it.

        0: it is ended; -1: there was none.
        """
        return self._real_returned(False)

    @property
    def caller(self):
        """The client that goes on when the code that comes back now is another one's; 0: it is no other."""
        cdef int at = self._protected_call()
        return self.frames[at].caller if at >= 0 else 0

    def protected_returned(self):
        """A client's code is back, and whoever it was called for goes on. 0, a DPMI error, or -1: nobody called it."""
        return self._protected_returned()

    def simulate(self, int function):
        """INT 31h/0300h, 0301h, 0302h: 0, or a DPMI error."""
        return self._simulate(function)

    def call_procedure(self, int owner, bint wide, uint32_t selector, uint32_t offset, uint32_t data, uint16_t ax):
        """Run a client's far procedure with AX and DS, and then what would be next. 0, or a DPMI error."""
        cdef dosemu_state general
        self.regs.save_state(&general)
        general.general[EAX] = (general.general[EAX] & <uint32_t>0xFFFF0000) | ax
        return self._enter_client(owner, wide, selector, offset, NOTHING, data, 0, &general, False, 0)

    def reflect(self, int vector, bint give_back):
        """Run the real-mode interrupt with the client's general registers. 0, or a DPMI error."""
        return self._reflect(vector, TO_REGISTERS if give_back else NOTHING)

    def handle(self, int vector, bint give_back):
        """Call the client's interrupt handler, on a locked stack; False when it is at a bad selector."""
        return self._handle(vector, RESULTS if give_back else NOTHING)

    def entered(self, int number, int caller=0):
        """Code of real mode came to a callback: 0, a DPMI error, or -1 when it is free.

        ``caller`` is the client that was current, when the callback is another one's.
        """
        cdef int error = self._entered(number)
        if not error:
            self.frames[self.count - 1].caller = caller
        return error

    def to_protected(self):
        """The raw switch: False when CS or SS cannot be loaded."""
        return not self._to_protected()

    def to_real(self):
        """The raw switch."""
        self._to_real()

    def set_callback(self, int number, int owner, bint wide, procedure, structure, int words=0):
        """Callback ``number`` runs this procedure of the client ``owner``; owner 0 frees it."""
        if not 0 <= number < MOST_CALLBACKS or not 0 <= words <= MOST_WORDS:
            raise IndexError(number)
        self.callbacks[number] = CallbackEntry(
            owner, wide, procedure[0], procedure[1], -1 if structure is None else structure[0], words,
            0 if structure is None else structure[1],
        )

    def callback_owner(self, int number):
        """The client that has this callback; 0: none."""
        return self.callbacks[number].owner if 0 <= number < MOST_CALLBACKS else 0

    def save(self):
        """Frames, callbacks and handlers as plain values."""
        return {
            "frames": PyBytes_FromStringAndSize(<char *>self.frames, self.count * sizeof(CallFrame)),
            "callbacks": PyBytes_FromStringAndSize(<char *>self.callbacks, sizeof(self.callbacks)),
            "handlers": PyBytes_FromStringAndSize(<char *>self.handlers, sizeof(self.handlers)),
            "client": (self.client, self.wide), "serial": self.serial, "paged": self.paged,
        }

    def load(self, state):
        """Take back what save() gave. Raises ValueError."""
        cdef bytes frames = state["frames"], callbacks = state["callbacks"], handlers = state["handlers"]
        cdef int i
        if (len(frames) % sizeof(CallFrame) or len(frames) > sizeof(self.frames)
                or len(callbacks) != sizeof(self.callbacks) or len(handlers) != sizeof(self.handlers)):
            raise ValueError("crossings of another build")
        memcpy(self.frames, PyBytes_AS_STRING(frames), len(frames))
        self.count = len(frames) // sizeof(CallFrame)
        for i in range(self.count):
            if not -1 <= self.frames[i].level < LOCKED_LEVELS or not -1 <= self.frames[i].stack <= REAL_STACK_SIZE:
                self.count = 0
                raise ValueError("a call that cannot be")
        memcpy(self.callbacks, PyBytes_AS_STRING(callbacks), sizeof(self.callbacks))
        memcpy(self.handlers, PyBytes_AS_STRING(handlers), sizeof(self.handlers))
        self.client, self.wide = state["client"]
        self.serial, self.paged = state["serial"], state["paged"]

    # --- from the engine ---------------------------------------------------------------------------

    cdef bint answer(self, bint trap, int vector, int kind) noexcept nogil:
        # A trap at offset ``vector`` of the BIOS segment, or an interrupt. False: nothing was done.
        cdef bint protected = self.r.cr[0] & PE
        cdef bint done
        if self.client == 0 or (protected and self.regs.get_eflags() & V86):
            return False
        done = self._trap(vector, protected) if trap else self._service(vector, kind, protected)
        self.answered += done
        return done

    cdef bint _is_own(self, int number) noexcept nogil:
        # Whether a callback is the current client's.
        return self.callbacks[number & (MOST_CALLBACKS - 1)].owner == self.client

    cdef bint _trap(self, int offset, bint protected) noexcept nogil:
        cdef int at
        if not protected:
            if CALLBACKS <= offset < ENTRY:
                return self._is_own((offset - CALLBACKS) >> 3) and self._entered((offset - CALLBACKS) >> 3) == 0
            if offset == REAL_RETURN:
                return self._real_returned(True) == 0
            return offset == RAW_TO_PROTECTED and self._to_protected() == 0
        if offset == PROTECTED_RETURN:
            at = self._protected_call()
            return at >= 0 and not self.frames[at].caller and self._protected_returned() == 0
        if offset == RAW_TO_REAL:
            self._to_real()
            return True
        if INTERRUPT_STUBS <= offset < EXCEPTION_STUBS and self._takes((offset - INTERRUPT_STUBS) >> 3):
            # The client's handler went on to the default one. What is left of it is Python's when it fails.
            return self._pop_interrupt_frame() and self._interrupt((offset - INTERRUPT_STUBS) >> 3)
        return False

    cdef bint _service(self, int vector, int kind, bint protected) noexcept nogil:
        if not protected:
            if not self.handlers[vector & 0xFF].used:
                return False
            if kind == DOSEMU_IRQ and (0x08 <= vector < 0x10 or 0x70 <= vector < 0x78):
                return self._handle(vector, NOTHING)
            return kind == DOSEMU_INT and vector in (0x1C, 0x23, 0x24) and self._handle(vector, RESULTS)
        if kind == DOSEMU_INT:
            return self._takes(vector) and self._interrupt(vector)
        if kind != DOSEMU_IRQ:
            return False
        if self.handlers[vector & 0xFF].used:
            return self._handle(vector, NOTHING)
        if (<uint32_t *>(self.memory.ram + vector * 4))[0] == (<uint32_t>0xF0000000 | <uint32_t>(vector * 8)):
            return True  # nobody wants it
        return self._reflect(vector, NOTHING) == 0

    cdef bint _takes(self, int vector) noexcept nogil:
        # Whether INT ``vector`` of the client is one that is served here.
        cdef uint32_t ax = self.r.general[EAX] & 0xFFFF
        cdef int table
        if vector == 0x31:
            return ax in (0x0006, 0x0300, 0x0301, 0x0302, 0x0900, 0x0901, 0x0902)
        if vector in (0x20, 0x25, 0x26, 0x2F, 0x1D, 0x1E, 0x1F, 0x41, 0x43, 0x46):  # the last are tables in real mode
            return False
        if vector == 0x21:
            table = 2
        elif vector == 0x10:
            table = 0
        elif vector == 0x33:
            table = 3
        elif vector == 0x15:
            table = 1
        elif vector == 0x13:
            table = 4
        else:
            return True
        return not (self.needs[table][ax >> 3] >> (ax & 7)) & 1

    cdef bint _interrupt(self, int vector) noexcept nogil:
        if vector == 0x31:
            return self._function()
        return self._reflect(vector, TO_REGISTERS) == 0

    cdef bint _function(self) noexcept nogil:
        # INT 31h, one of _takes(): what fails is Python's to say.
        cdef uint32_t ax = self.r.general[EAX] & 0xFFFF
        cdef uint32_t flags = self.regs.get_eflags()
        cdef uint32_t low, high, address
        if ax >> 8 == 0x03:
            if self._is_exec() or self._simulate(ax & 0xFF):
                return False
            self.clock.pass_cycles(FUNCTION_CYCLES)
            return True
        if ax == 0x0006:
            self._descriptor(self.r.general[EBX] & 0xFFFF, &low, &high)
            if high == 0:
                return False
            address = low >> 16 | (high & 0xFF) << 16 | (high & <uint32_t>0xFF000000)
            self.r.general[ECX] = (self.r.general[ECX] & <uint64_t>0xFFFF0000) | address >> 16
            self.r.general[EDX] = (self.r.general[EDX] & <uint64_t>0xFFFF0000) | (address & 0xFFFF)
        else:
            self.r.general[EAX] = (self.r.general[EAX] & <uint64_t>0xFFFFFF00) | (flags >> 9 & 1)
            if ax == 0x0900:
                flags &= ~<uint32_t>INTERRUPT_FLAG
            elif ax == 0x0901:
                flags |= INTERRUPT_FLAG
        self.regs.put_eflags(flags & ~<uint32_t>CARRY)
        self.clock.pass_cycles(FUNCTION_CYCLES)
        return True

    cdef bint _is_exec(self) noexcept nogil:
        # 0300h for INT 21h/4Bh, before which Python changes the PSP.
        cdef uint32_t offset = <uint32_t>self.r.general[EDI] if self.wide else <uint32_t>self.r.general[EDI] & 0xFFFF
        cdef RealCall real
        return (self.r.general[EAX] & 0xFF) == 0 and (self.r.general[EBX] & 0xFF) == 0x21 and (
            not self._fetch(<uint32_t>(self.r.base[ES][0] + offset), &real, STRUCTURE) or (real.eax >> 8 & 0xFF) == 0x4B)
