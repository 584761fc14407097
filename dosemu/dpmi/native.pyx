# cython: language_level=3, boundscheck=False, wraparound=False
"""The DPMI host's crossings between real and protected mode, and its smallest functions, without Python.

What has called and not come back yet, the callbacks, and whose handlers are called stand here; ``crossings``,
``callbacks`` and ``raw_switch`` are what the rest of the host calls. ``answer`` is asked by the engine before Python:
False leaves everything as it was, and ``Host`` does the same by the same functions, or what is not plain, or reports
what is wrong. DPMI 0.9, functions 0300h to 0306h and chapter 2.4.
"""

from libc.stdint cimport int64_t, uint8_t, uint16_t, uint32_t, uint64_t
from libc.string cimport memcpy, memmove, memset

from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_FromStringAndSize

from dosemu.cpu.glue cimport DOSEMU_INT, DOSEMU_IRQ, dosemu_segment, dosemu_state
from dosemu.cpu.registers cimport Registers
from hw.clock cimport Clock
from hw.memory cimport Memory

from dosemu.dpmi import layout

cdef enum:
    # As layout.py and descriptors.py have them.
    GDT = 0x0000
    IDT = 0x1000
    TSS = 0x1800
    LDT = 0x10000
    LDT_LIMIT = 0xFFFF
    LOCKED_STACKS = 0x20000
    LOCKED_LEVELS = 32
    LOCKED_SIZE = 0x2000
    KEPT_LEVELS = 4
    FIRST_LOCKED = 16
    FIRST_ALIAS = 80
    GDT_ENTRIES = 112
    STUB_SELECTOR = 0x0B
    LDT_SELECTOR = 0x18
    TSS_SELECTOR = 0x20
    BIOS = 0xF000
    INTERRUPT_STUBS = 0x2000
    EXCEPTION_STUBS = 0x2800
    CALLBACKS = 0x2900
    ENTRY = 0x2B00
    RAW_TO_PROTECTED = 0x2B08
    RAW_TO_REAL = 0x2B10
    PROTECTED_RETURN = 0x2B40
    REAL_RETURN = 0x2B48
    REAL_STACK_SEGMENT = 0xC800
    REAL_STACK_SIZE = 0x4000
    LEAST_STACK = 0x200  # bytes of real-mode stack that are always there
    STACK_STEP = 0x400  # what nested calls leave to the outer one
    BUFFER_SEGMENT = 0xCC00
    SWITCH_CYCLES = 60
    FUNCTION_CYCLES = 40
    # Registers: QEMU's order.
    EAX = 0
    ECX = 1
    EDX = 2
    EBX = 3
    ESP = 4
    EBP = 5
    ESI = 6
    EDI = 7
    ES = 0
    CS = 1
    SS = 2
    DS = 3
    # Flags.
    CARRY = 0x1
    TRAP_FLAG = 0x100
    INTERRUPT_FLAG = 0x200
    IOPL3 = 0x3000
    NESTED_TASK = 0x4000
    V86 = 0x20000
    RESULT_FLAGS = 0x0CD5
    PE = 1
    # Errors.
    RESOURCE = 0x8010
    NO_LINEAR_MEMORY = 0x8012
    INVALID_VALUE = 0x8021
    INVALID_SELECTOR = 0x8022
    INVALID_ADDRESS = 0x8025

cdef uint32_t PG = 0x80000000
cdef uint32_t REAL_DATA = 0x9300
cdef uint32_t REAL_CODE = 0x9B00

assert (GDT, IDT, TSS, LDT, LOCKED_STACKS) == (layout.GDT, layout.IDT, layout.TSS, layout.LDT, layout.LOCKED_STACKS)
assert (LOCKED_LEVELS, LOCKED_SIZE, FIRST_LOCKED) == (layout.LOCKED_LEVELS, layout.LOCKED_SIZE, layout.FIRST_LOCKED)
assert (FIRST_ALIAS, GDT_ENTRIES) == (layout.FIRST_ALIAS, layout.GDT_ENTRIES)
assert (PROTECTED_RETURN, REAL_RETURN) == (layout.PROTECTED_RETURN, layout.REAL_RETURN)
assert (CALLBACKS, ENTRY, MOST_CALLBACKS) == (layout.CALLBACKS, layout.ENTRY, layout.CALLBACK_COUNT)
assert (SWITCH_CYCLES, FUNCTION_CYCLES) == (layout.SWITCH_CYCLES, layout.FUNCTION_CYCLES)
assert (REAL_STACK_SEGMENT, REAL_STACK_SIZE) == (layout.REAL_STACK_SEGMENT, layout.REAL_STACK_SIZE)
assert sizeof(RealCall) == STRUCTURE

_TABLES = {0x10: 0, 0x15: 1, 0x21: 2, 0x33: 3, 0x13: 4}


cdef class NativeCrossings:
    """Calls across modes of the host whose tables are at ``base``.

    ``linear`` is memory by clients' addresses, ``load_paging`` lets the CPU use the host's page tables.
    """

    def __cinit__(self, Memory memory not None, Registers regs not None, Clock clock not None, int64_t base, linear,
                  load_paging):
        self.memory, self.regs, self.clock, self.base = memory, regs, clock, base
        self.linear, self.load_paging = linear, load_paging
        self.r = &regs.r

    # --- from Python -------------------------------------------------------------------------------

    @property
    def depth(self):
        """How many calls have not come back."""
        return self.count

    def set_client(self, int number, bint wide, handlers):
        """Who is the current client (0: none), and its interrupt handlers: vector to selector and offset."""
        self.client, self.wide = number, wide
        memset(self.handlers, 0, sizeof(self.handlers))
        for vector, (selector, offset) in handlers.items():
            self.handlers[<int>vector & 0xFF] = Handler(1, selector, offset)

    def leave_to_python(self, int vector, bits):
        """What AX asks of this interrupt that is more than going to real mode: a bit for each value of AX."""
        cdef bytes data = bytes(bits)
        if len(data) != 0x2000:
            raise ValueError("65,536 bits are needed")
        memcpy(self.needs[<int>_TABLES[vector]], PyBytes_AS_STRING(data), 0x2000)

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

    # --- memory and descriptors --------------------------------------------------------------------

    cdef bint _fetch(self, int64_t at, void *to, int size) noexcept nogil:
        if self.paged or not self.memory.plain(at, size):
            return self._fetch_elsewhere(at, to, size)
        memcpy(to, self.memory.ram + at, size)
        return True

    cdef bint _put(self, int64_t at, const void *data, int size) noexcept nogil:
        if self.paged or not self.memory.plain(at, size):
            return self._put_elsewhere(at, data, size)
        memcpy(self.memory.ram + at, data, size)
        self.memory.changed(at, size)
        return True

    cdef bint _fetch_elsewhere(self, int64_t at, void *to, int size) noexcept with gil:
        cdef bytes data
        try:
            data = self.linear.read(at, size)
        except IndexError:
            return False
        memcpy(to, PyBytes_AS_STRING(data), size)
        return True

    cdef bint _put_elsewhere(self, int64_t at, const void *data, int size) noexcept with gil:
        try:
            self.linear.write(at, PyBytes_FromStringAndSize(<const char *>data, size))
        except IndexError:
            return False
        return True

    cdef void _load_paging(self) noexcept with gil:
        self.load_paging()

    cdef bint _descriptor(self, uint32_t selector, uint32_t *low, uint32_t *high) noexcept nogil:
        # The two dwords of a descriptor; zeros and False when there is none.
        cdef int64_t at = self.base + (selector & 0xFFF8)
        cdef uint32_t *entry
        low[0] = high[0] = 0
        if selector & 4:
            at += LDT
        elif not 0 < selector >> 3 < GDT_ENTRIES:
            return False
        entry = <uint32_t *>(self.memory.ram + at)
        low[0], high[0] = entry[0], entry[1]
        return True

    cdef bint _cache(self, uint32_t selector, bint code, bint stack, dosemu_segment *out) noexcept nogil:
        # As Tables.cache: what a segment register of ring 3 holds, or zeros and False when loading it would fault.
        cdef uint32_t low, high, limit
        cdef bint is_code
        out.selector = out.base = out.limit = out.rights = 0
        if not self._descriptor(selector, &low, &high) or (high & 0x9000) != 0x9000:
            return False
        is_code = (high & 0x800) != 0
        if (high >> 13 & 3) != 3 and not (is_code and high & 0x400):
            return False
        if code != is_code and (code or stack or not high & 0x200):
            return False
        if stack and (not high & 0x200 or (selector & 3) != 3):
            return False
        limit = (low & 0xFFFF) | (high & 0xF0000)
        out.selector = selector
        out.base = low >> 16 | (high & 0xFF) << 16 | (high & <uint32_t>0xFF000000)
        out.limit = limit << 12 | 0xFFF if high & 0x00800000 else limit
        out.rights = high | 0x100
        return True

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

    # --- states ------------------------------------------------------------------------------------

    cdef void _real_state(self, dosemu_state *state, RealCall *real, uint32_t cr0, uint16_t cs, uint16_t ip, uint16_t ss,
                          uint16_t sp, uint32_t flags) noexcept nogil:
        cdef int i
        cdef uint32_t selector
        state.general[EAX], state.general[ECX], state.general[EDX] = real.eax, real.ecx, real.edx
        state.general[EBX], state.general[ESP], state.general[EBP] = real.ebx, sp, real.ebp
        state.general[ESI], state.general[EDI] = real.esi, real.edi
        state.eip, state.eflags, state.cr0 = ip, flags, cr0 & ~(PG | PE)
        state.gdt_base, state.gdt_limit, state.idt_base, state.idt_limit = 0, 0xFFFF, 0, 0x3FF
        for i in range(6):
            selector = real.es if i == 0 else cs if i == 1 else ss if i == 2 else real.ds if i == 3 else (
                real.fs if i == 4 else real.gs)
            state.segment[i] = dosemu_segment(selector, selector << 4, 0xFFFF, REAL_CODE if i == 1 else REAL_DATA)

    cdef void _registers(self, RealCall *real) noexcept nogil:
        # The CPU's registers, in real mode.
        cdef uint64_t *general = self.r.general
        real.eax, real.ecx, real.edx, real.ebx = general[EAX], general[ECX], general[EDX], general[EBX]
        real.ebp, real.esi, real.edi, real.reserved = general[EBP], general[ESI], general[EDI], 0
        real.flags = <uint16_t>self.regs.get_eflags()
        real.es, real.cs, real.ss = self.r.selector[0][0], self.r.selector[1][0], self.r.selector[2][0]
        real.ds, real.fs, real.gs = self.r.selector[3][0], self.r.selector[4][0], self.r.selector[5][0]
        real.ip, real.sp = self.r.eip[0], general[ESP]

    cdef void _resume(self, dosemu_state *state) noexcept nogil:
        # Go on there, with the host's own tables where it is protected mode.
        self.clock.pass_cycles(SWITCH_CYCLES)
        self.regs.load_state(state)
        if state.cr0 & PE:
            self.regs.load_tables(LDT_SELECTOR, <uint32_t>(self.base + LDT), LDT_LIMIT, TSS_SELECTOR,
                                  <uint32_t>(self.base + TSS), 0x67)
            if self.paged or self.r.cr[0] & PG:
                self._load_paging()

    cdef void _reload(self, dosemu_state *state) noexcept nogil:
        # Load the segments of whoever goes on anew: what was called may have moved them. Data that is gone becomes 0.
        cdef int i
        cdef dosemu_segment found
        if not state.cr0 & PE:
            return
        for i in range(6):
            if self._cache(state.segment[i].selector, i == CS, i == SS, &found) or i not in (CS, SS):
                state.segment[i] = found

    cdef bint _protected_state(self, dosemu_state *state, uint32_t cs, uint32_t eip, uint32_t ss, uint32_t esp,
                               uint32_t ds, uint32_t es, uint32_t eflags, dosemu_state *general) noexcept nogil:
        # Ring 3, with the CPU's general registers unless given; False when CS or SS cannot be loaded.
        cdef int i
        if not self._cache(cs, True, False, &state.segment[CS]) or not self._cache(ss, False, True, &state.segment[SS]):
            return False
        self._cache(es, False, False, &state.segment[ES])
        self._cache(ds, False, False, &state.segment[DS])
        state.segment[4] = state.segment[5] = dosemu_segment(0, 0, 0, 0)
        for i in range(8):
            state.general[i] = general.general[i] if general != NULL else <uint32_t>self.r.general[i]
        state.general[ESP] = esp
        state.eip, state.eflags = eip, eflags
        state.cr0 = <uint32_t>self.r.cr[0] | PE | (PG if self.paged else 0)
        state.gdt_base, state.gdt_limit = <uint32_t>(self.base + GDT), GDT_ENTRIES * 8 - 1
        state.idt_base, state.idt_limit = <uint32_t>(self.base + IDT), 0x7FF
        return True

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
