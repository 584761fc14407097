# cython: language_level=3, boundscheck=False, wraparound=False
"""States of the CPU in both modes as the DPMI host makes them: memory by clients' addresses, descriptors, segments.

As ``Tables``, ``RealRegisters`` and ``Host.protected_state`` do it in Python.
"""

from libc.stdint cimport int64_t, uint16_t, uint32_t, uint64_t
from libc.string cimport memcpy

from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_FromStringAndSize

from dosemu.cpu.glue cimport dosemu_segment, dosemu_state
from dosemu.cpu.registers cimport Registers
from dosemu.dpmi.host_layout cimport (
    CS, DS, EAX, EBP, EBX, ECX, EDI, EDX, ES, ESI, ESP, GDT, GDT_ENTRIES, IDT, LDT, LDT_LIMIT, LDT_SELECTOR, PE, SS,
    STRUCTURE, SWITCH_CYCLES, TSS, TSS_SELECTOR,
)
from hw.clock cimport Clock
from hw.memory cimport Memory

cdef uint32_t PG = 0x80000000
cdef uint32_t REAL_DATA = 0x9300
cdef uint32_t REAL_CODE = 0x9B00

assert sizeof(RealCall) == STRUCTURE


cdef class CrossingStates:
    """Registers and memory of the host whose tables are at ``base``.

    ``linear`` is memory by clients' addresses, ``load_paging`` lets the CPU use the host's page tables.
    """

    def __cinit__(self, Memory memory not None, Registers regs not None, Clock clock not None, int64_t base, linear,
                  load_paging):
        self.memory, self.regs, self.clock, self.base = memory, regs, clock, base
        self.linear, self.load_paging = linear, load_paging
        self.r = &regs.r

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
