# cython: language_level=3, boundscheck=False, wraparound=False
"""The CPU's registers, live: what is assigned is what the guest sees.

>>> from dosemu.cpu.engine import Engine
>>> engine = Engine.bare()
>>> engine.regs.eax = 0x12345678
>>> engine.regs.ah, hex(engine.regs.ax)
(86, '0x5678')
"""

from libc.stdint cimport uint32_t, uint64_t

from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_FromStringAndSize

from dosemu.cpu.glue cimport (
    dosemu_cpl,
    dosemu_get_eflags,
    dosemu_load_segment,
    dosemu_load_state,
    dosemu_save_state,
    dosemu_segment,
    dosemu_set_a20,
    dosemu_set_eflags,
    dosemu_set_segment,
    dosemu_set_system_register,
    dosemu_set_table_register,
    dosemu_state,
    dosemu_system_register,
)

cdef dict SEGMENTS = {"es": 0, "cs": 1, "ss": 2, "ds": 3, "fs": 4, "gs": 5}
_NAMES = (
    "eax", "ebx", "ecx", "edx", "esi", "edi", "ebp", "esp", "eip", "eflags", "cs", "ds", "es", "ss", "fs", "gs",
)


class SegmentFault(Exception):
    """Loading a selector raised a fault in protected mode: ``vector`` is its number."""

    def __init__(self, str segment, int selector, int vector):
        super().__init__(f"loading {segment.upper()} with {selector:04X}h raises exception {vector}")
        self.vector = vector


cdef class Registers:
    """General registers in 32, 16 and 8 bits, segments, flags, control and table registers.

    Assigning a segment in real or V86 mode sets its base to 16 times the selector; in protected mode the
    descriptor is loaded with all checks (SegmentFault when one fails).
    """

    snapshot_kept = True

    cdef uint32_t wide(self, int index) noexcept:
        return <uint32_t>self.r.general[index]

    cdef uint32_t flat(self, int segment, uint32_t offset) noexcept:
        return <uint32_t>(self.r.base[segment][0] + offset)

    cdef int load(self, int segment, str name, uint32_t selector) except -1:
        cdef int fault = dosemu_load_segment(self.uc, segment, selector)
        if fault >= 0:
            raise SegmentFault(name, selector, fault)
        return 0

    # What extensions that are not linked with the library need of it.

    cdef uint32_t get_eflags(self) noexcept nogil:
        return dosemu_get_eflags(self.uc)

    cdef void put_eflags(self, uint32_t flags) noexcept nogil:
        dosemu_set_eflags(self.uc, flags)

    cdef void save_state(self, dosemu_state *state) noexcept nogil:
        dosemu_save_state(self.uc, state)

    cdef void load_state(self, const dosemu_state *state) noexcept nogil:
        if self.a20_closed:
            dosemu_set_a20(self.uc, state.cr0 & 1)
        dosemu_load_state(self.uc, state)

    cdef void put_segment(self, int segment, const dosemu_segment *cache) noexcept nogil:
        dosemu_set_segment(self.uc, segment, cache.selector, cache.base, cache.limit, cache.rights)

    cdef void load_tables(self, uint32_t ldt, uint32_t ldt_base, uint32_t ldt_limit, uint32_t task, uint32_t task_base,
                          uint32_t task_limit) noexcept nogil:
        dosemu_set_table_register(self.uc, False, ldt, ldt_base, ldt_limit, True)
        dosemu_set_table_register(self.uc, True, task, task_base, task_limit, True)

    def address(self, str segment, uint32_t offset):
        """Linear address of ``segment:offset``, by the segment's base; 16-bit offsets in real mode."""
        return self.flat(SEGMENTS[segment], offset)

    def base(self, str segment):
        """Linear base address of a segment register."""
        return self.r.base[<int>SEGMENTS[segment]][0]

    def limit(self, str segment):
        """Segment limit in bytes, from the descriptor cache."""
        return self.r.limit[<int>SEGMENTS[segment]][0]

    def rights(self, str segment):
        """Access rights as in the descriptor's second dword, from the descriptor cache."""
        return self.r.rights[<int>SEGMENTS[segment]][0]

    def system(self, str name):
        """CR0, CR2, CR3, CR4, GDTR, IDTR, LDTR, TR, DR0 to DR7 by name: ``regs.system("cr0")``."""
        return dosemu_system_register(self.uc, SYSTEM[name])

    def set_system(self, str name, uint64_t value):
        """Assign CR0, CR2, CR3, CR4, DR0 to DR3, DR6, DR7 or a table base or limit by name."""
        dosemu_set_system_register(self.uc, SYSTEM[name], value)

    def save(self):
        """Every register as a dict of names; ``restore`` takes it back."""
        return {name: getattr(self, name) for name in _NAMES}

    def restore(self, saved):
        """Assign the registers of ``saved``; those it does not name stay."""
        for name, value in saved.items():
            setattr(self, name, value)

    def set_cache(self, str segment, uint32_t selector, uint32_t base, uint32_t limit, uint32_t rights):
        """Load a segment's descriptor cache as given, looking at no table; ``rights`` as ``rights()`` gives them."""
        dosemu_set_segment(self.uc, SEGMENTS[segment], selector, base, limit, rights)

    def set_table(self, str name, uint32_t selector, uint32_t base, uint32_t limit, bint wide=True):
        """Load LDTR ("ldtr") or TR ("tr", a TSS of 32 bits if it is ``wide``) with its cache."""
        dosemu_set_table_register(self.uc, name == "tr", selector, base, limit, wide)

    def freeze(self):
        """Mode (CR0), GDTR, IDTR, general registers, flags, EIP and the segments with their caches, for ``thaw``."""
        cdef dosemu_state state
        dosemu_save_state(self.uc, &state)
        return PyBytes_FromStringAndSize(<char *>&state, sizeof(state))

    def thaw(self, bytes frozen not None):
        """Take back what ``freeze`` gave: the CPU goes on there, in the mode it had."""
        if len(frozen) != sizeof(dosemu_state):
            raise ValueError("not a frozen state")
        self.load_state(<dosemu_state *>PyBytes_AS_STRING(frozen))

    @property
    def protected(self):
        """CR0.PE: the CPU is in protected mode (or V86)."""
        return bool(self.r.cr[0] & 1)

    @property
    def cpl(self):
        """Current privilege level, 0 to 3."""
        return dosemu_cpl(self.uc)

    @property
    def eflags(self):
        return dosemu_get_eflags(self.uc)

    @eflags.setter
    def eflags(self, uint32_t value):
        dosemu_set_eflags(self.uc, value)

    @property
    def flags(self):
        return dosemu_get_eflags(self.uc) & 0xFFFF

    @flags.setter
    def flags(self, uint32_t value):
        dosemu_set_eflags(self.uc, (dosemu_get_eflags(self.uc) & 0xFFFF0000) | (value & 0xFFFF))

    @property
    def eip(self):
        return <uint32_t>self.r.eip[0]

    @eip.setter
    def eip(self, uint32_t value):
        self.r.eip[0] = value

    @property
    def ip(self):
        return <uint32_t>self.r.eip[0] & 0xFFFF

    @ip.setter
    def ip(self, uint32_t value):
        self.r.eip[0] = value & 0xFFFF

    @property
    def cf(self):
        return bool(dosemu_get_eflags(self.uc) & 0x1)

    @cf.setter
    def cf(self, bint value):
        cdef uint32_t flags = dosemu_get_eflags(self.uc)
        dosemu_set_eflags(self.uc, flags | 0x1 if value else flags & ~<uint32_t>0x1)

    @property
    def zf(self):
        return bool(dosemu_get_eflags(self.uc) & 0x40)

    @zf.setter
    def zf(self, bint value):
        cdef uint32_t flags = dosemu_get_eflags(self.uc)
        dosemu_set_eflags(self.uc, flags | 0x40 if value else flags & ~<uint32_t>0x40)

    @property
    def interrupts(self):
        return bool(dosemu_get_eflags(self.uc) & 0x200)

    @interrupts.setter
    def interrupts(self, bint value):
        cdef uint32_t flags = dosemu_get_eflags(self.uc)
        dosemu_set_eflags(self.uc, flags | 0x200 if value else flags & ~<uint32_t>0x200)

    @property
    def df(self):
        return bool(dosemu_get_eflags(self.uc) & 0x400)

    @df.setter
    def df(self, bint value):
        cdef uint32_t flags = dosemu_get_eflags(self.uc)
        dosemu_set_eflags(self.uc, flags | 0x400 if value else flags & ~<uint32_t>0x400)

    @property
    def trap(self):
        return bool(dosemu_get_eflags(self.uc) & 0x100)

    @trap.setter
    def trap(self, bint value):
        cdef uint32_t flags = dosemu_get_eflags(self.uc)
        dosemu_set_eflags(self.uc, flags | 0x100 if value else flags & ~<uint32_t>0x100)

    @property
    def eax(self):
        return <uint32_t>self.r.general[0]

    @eax.setter
    def eax(self, value):
        self.r.general[0] = <uint32_t>(value & 0xFFFFFFFF)

    @property
    def ax(self):
        return <uint32_t>self.r.general[0] & 0xFFFF

    @ax.setter
    def ax(self, value):
        self.r.general[0] = (self.r.general[0] & 0xFFFF0000) | <uint32_t>(value & 0xFFFF)

    @property
    def al(self):
        return (<uint32_t>self.r.general[0] >> 0) & 0xFF

    @al.setter
    def al(self, value):
        self.r.general[0] = (self.r.general[0] & 0xffffff00) | (<uint32_t>(value & 0xFF) << 0)

    @property
    def ah(self):
        return (<uint32_t>self.r.general[0] >> 8) & 0xFF

    @ah.setter
    def ah(self, value):
        self.r.general[0] = (self.r.general[0] & 0xffff00ff) | (<uint32_t>(value & 0xFF) << 8)

    @property
    def ecx(self):
        return <uint32_t>self.r.general[1]

    @ecx.setter
    def ecx(self, value):
        self.r.general[1] = <uint32_t>(value & 0xFFFFFFFF)

    @property
    def cx(self):
        return <uint32_t>self.r.general[1] & 0xFFFF

    @cx.setter
    def cx(self, value):
        self.r.general[1] = (self.r.general[1] & 0xFFFF0000) | <uint32_t>(value & 0xFFFF)

    @property
    def cl(self):
        return (<uint32_t>self.r.general[1] >> 0) & 0xFF

    @cl.setter
    def cl(self, value):
        self.r.general[1] = (self.r.general[1] & 0xffffff00) | (<uint32_t>(value & 0xFF) << 0)

    @property
    def ch(self):
        return (<uint32_t>self.r.general[1] >> 8) & 0xFF

    @ch.setter
    def ch(self, value):
        self.r.general[1] = (self.r.general[1] & 0xffff00ff) | (<uint32_t>(value & 0xFF) << 8)

    @property
    def edx(self):
        return <uint32_t>self.r.general[2]

    @edx.setter
    def edx(self, value):
        self.r.general[2] = <uint32_t>(value & 0xFFFFFFFF)

    @property
    def dx(self):
        return <uint32_t>self.r.general[2] & 0xFFFF

    @dx.setter
    def dx(self, value):
        self.r.general[2] = (self.r.general[2] & 0xFFFF0000) | <uint32_t>(value & 0xFFFF)

    @property
    def dl(self):
        return (<uint32_t>self.r.general[2] >> 0) & 0xFF

    @dl.setter
    def dl(self, value):
        self.r.general[2] = (self.r.general[2] & 0xffffff00) | (<uint32_t>(value & 0xFF) << 0)

    @property
    def dh(self):
        return (<uint32_t>self.r.general[2] >> 8) & 0xFF

    @dh.setter
    def dh(self, value):
        self.r.general[2] = (self.r.general[2] & 0xffff00ff) | (<uint32_t>(value & 0xFF) << 8)

    @property
    def ebx(self):
        return <uint32_t>self.r.general[3]

    @ebx.setter
    def ebx(self, value):
        self.r.general[3] = <uint32_t>(value & 0xFFFFFFFF)

    @property
    def bx(self):
        return <uint32_t>self.r.general[3] & 0xFFFF

    @bx.setter
    def bx(self, value):
        self.r.general[3] = (self.r.general[3] & 0xFFFF0000) | <uint32_t>(value & 0xFFFF)

    @property
    def bl(self):
        return (<uint32_t>self.r.general[3] >> 0) & 0xFF

    @bl.setter
    def bl(self, value):
        self.r.general[3] = (self.r.general[3] & 0xffffff00) | (<uint32_t>(value & 0xFF) << 0)

    @property
    def bh(self):
        return (<uint32_t>self.r.general[3] >> 8) & 0xFF

    @bh.setter
    def bh(self, value):
        self.r.general[3] = (self.r.general[3] & 0xffff00ff) | (<uint32_t>(value & 0xFF) << 8)

    @property
    def esp(self):
        return <uint32_t>self.r.general[4]

    @esp.setter
    def esp(self, value):
        self.r.general[4] = <uint32_t>(value & 0xFFFFFFFF)

    @property
    def sp(self):
        return <uint32_t>self.r.general[4] & 0xFFFF

    @sp.setter
    def sp(self, value):
        self.r.general[4] = (self.r.general[4] & 0xFFFF0000) | <uint32_t>(value & 0xFFFF)

    @property
    def ebp(self):
        return <uint32_t>self.r.general[5]

    @ebp.setter
    def ebp(self, value):
        self.r.general[5] = <uint32_t>(value & 0xFFFFFFFF)

    @property
    def bp(self):
        return <uint32_t>self.r.general[5] & 0xFFFF

    @bp.setter
    def bp(self, value):
        self.r.general[5] = (self.r.general[5] & 0xFFFF0000) | <uint32_t>(value & 0xFFFF)

    @property
    def esi(self):
        return <uint32_t>self.r.general[6]

    @esi.setter
    def esi(self, value):
        self.r.general[6] = <uint32_t>(value & 0xFFFFFFFF)

    @property
    def si(self):
        return <uint32_t>self.r.general[6] & 0xFFFF

    @si.setter
    def si(self, value):
        self.r.general[6] = (self.r.general[6] & 0xFFFF0000) | <uint32_t>(value & 0xFFFF)

    @property
    def edi(self):
        return <uint32_t>self.r.general[7]

    @edi.setter
    def edi(self, value):
        self.r.general[7] = <uint32_t>(value & 0xFFFFFFFF)

    @property
    def di(self):
        return <uint32_t>self.r.general[7] & 0xFFFF

    @di.setter
    def di(self, value):
        self.r.general[7] = (self.r.general[7] & 0xFFFF0000) | <uint32_t>(value & 0xFFFF)

    @property
    def es(self):
        return self.r.selector[0][0]

    @es.setter
    def es(self, value):
        self.load(0, "es", <uint32_t>(value & 0xFFFF))

    @property
    def cs(self):
        return self.r.selector[1][0]

    @cs.setter
    def cs(self, value):
        self.load(1, "cs", <uint32_t>(value & 0xFFFF))

    @property
    def ss(self):
        return self.r.selector[2][0]

    @ss.setter
    def ss(self, value):
        self.load(2, "ss", <uint32_t>(value & 0xFFFF))

    @property
    def ds(self):
        return self.r.selector[3][0]

    @ds.setter
    def ds(self, value):
        self.load(3, "ds", <uint32_t>(value & 0xFFFF))

    @property
    def fs(self):
        return self.r.selector[4][0]

    @fs.setter
    def fs(self, value):
        self.load(4, "fs", <uint32_t>(value & 0xFFFF))

    @property
    def gs(self):
        return self.r.selector[5][0]

    @gs.setter
    def gs(self, value):
        self.load(5, "gs", <uint32_t>(value & 0xFFFF))


cdef dict SYSTEM = {
    "cr0": 0, "cr2": 2, "cr3": 3, "cr4": 4,
    "gdt_base": 8, "gdt_limit": 9, "idt_base": 10, "idt_limit": 11, "ldtr": 12, "tr": 13,
    **{f"dr{i}": 16 + i for i in range(8)},
}
