# cython: language_level=3, boundscheck=False, wraparound=False
"""The CPU engine: runs the guest in slices of instructions between events.

A slice lasts until the next event of the clock, an interrupt whose vector still points at its service
stub, a trap of the BIOS's own code, HLT, or a stop. Everything in between (the guest's handlers, ports,
paging, gates) happens without Python.

>>> engine = Engine.bare(cycles_per_ms=1000)
>>> engine.memory.write(0x7C00, bytes.fromhex("b80500 01c0 f4"))      # mov ax,5; add ax,ax; hlt
>>> engine.regs.ip = 0x7C00
>>> engine.run_until(engine.clock.now_ps + 1_000_000_000)
'halted for ever'
>>> engine.regs.ax, engine.clock.cycles
(10, 3)
"""

import json
from pathlib import Path

from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_FromStringAndSize
from cpython.exc cimport PyErr_CheckSignals
from libc.stdint cimport int64_t, uint8_t, uint16_t, uint32_t, uint64_t
from libc.string cimport memcmp, memcpy

from dosemu.cpu.glue cimport *
from dosemu.cpu.pixels cimport Pixels
from dosemu.cpu.polled cimport PolledAnswers
from dosemu.cpu.registers cimport Registers
from dosemu.dpmi.native cimport NativeCrossings
from hw.clock cimport Clock
from int21.direct cimport DirectFiles, ServiceCall
from hw.memory cimport Memory
from hw.pic cimport Pic
from hw.ports cimport PortBus
from hw.window cimport VideoWindow, window_room

from hw.clock import Clock as _Clock
from hw.memory import Memory as _Memory
from hw.pic import Pic as _Pic
from hw.ports import PortBus as _PortBus


cdef extern from *:
    """
    struct uc_struct;
    typedef uint64_t (*dosemu_mmio_read)(struct uc_struct *, uint64_t, unsigned, void *);
    typedef void (*dosemu_mmio_write)(struct uc_struct *, uint64_t, unsigned, uint64_t, void *);
    int uc_open(int arch, int mode, struct uc_struct **uc);
    int uc_close(struct uc_struct *uc);
    int uc_ctl(struct uc_struct *uc, int control, ...);
    int uc_mem_map_ptr(struct uc_struct *uc, uint64_t address, uint64_t size, uint32_t perms, void *ptr);
    int uc_mmio_map(struct uc_struct *uc, uint64_t address, uint64_t size, dosemu_mmio_read r, void *ru,
                    dosemu_mmio_write w, void *wu);
    const char *uc_strerror(int code);
    """
    ctypedef uint64_t (*dosemu_mmio_read)(uc_struct *, uint64_t, unsigned, void *) noexcept nogil
    ctypedef void (*dosemu_mmio_write)(uc_struct *, uint64_t, unsigned, uint64_t, void *) noexcept nogil
    int uc_open(int arch, int mode, uc_struct **uc)
    int uc_close(uc_struct *uc)
    int uc_ctl(uc_struct *uc, int control, ...)
    int uc_mem_map_ptr(uc_struct *uc, uint64_t address, uint64_t size, uint32_t perms, void *ptr)
    int uc_mmio_map(uc_struct *uc, uint64_t address, uint64_t size, dosemu_mmio_read r, void *ru,
                    dosemu_mmio_write w, void *wu)
    const char *uc_strerror(int code)

cdef enum:
    UC_ARCH_X86 = 4
    UC_MODE_32 = 4
    UC_PROT_READ = 1
    UC_PROT_EXEC = 4
    UC_PROT_ALL = 7
    # uc_ctl controls: type | argument count << 26 | write << 30
    CTL_CPU_MODEL = 7 | 1 << 26 | 1 << 30
    CTL_TCG_BUFFER_SIZE = 13 | 1 << 26 | 1 << 30
    CPU_486 = 7
    CPU_PENTIUM = 8

# Translated code is kept in this much memory; a full buffer is emptied.
cdef uint32_t CODE_BUFFER = 32 << 20

MODELS = {"8086": 0, "80186": 1, "286": 2, "386": 3, "486": 4, "pentium": 5}
_BIOS, _BIOS_SIZE = 0xF0000, 0x10000
cdef int _STUBS_END = 0x800  # offset in the BIOS segment behind the stubs of 256 vectors, 8 bytes each

# What an access to a port takes on the ISA bus at any speed of the CPU: delays made of port reads, and
# polled loops such as the detection of an AdLib card, come out right.
cdef int64_t _READ_PS = 1_000_000
cdef int64_t _WRITE_PS = 750_000

KIND_NAMES = ("fault", "int", "irq")


class EngineError(RuntimeError):
    """The CPU library refused something; the message holds its reason."""


cdef uint32_t _CS32 = 0x10  # in the flags that a block is translated for: code of 32 bits

cdef enum:
    MAX_WATCHES = 64
    LONGEST_BLOCK = 1024  # instructions; a translated block has fewer
    ROM = 0xF0000
    ROM_END = 0x100000


cdef struct Watch:
    # Memory from first to last (linear addresses) whose accesses somebody wants to see; id 0: unused.
    uint32_t first
    uint32_t last
    int id
    bint load
    bint store


cdef struct Links:
    # What the callbacks of translated code reach without Python.
    void *uc
    void *ports
    void *pic
    void *clock
    void *engine
    void *video  # or NULL
    Watch watches[MAX_WATCHES]
    int watch_count
    uint64_t port_reads
    uint64_t port_writes


cdef uint32_t _port_read(void *owner, uint16_t port, int size) noexcept nogil:
    cdef uint32_t value
    (<Links *>owner).port_reads += 1
    value = (<PortBus>(<Links *>owner).ports).inp(port, size)
    (<Clock>(<Links *>owner).clock).spend(_READ_PS)
    return value


cdef void _port_write(void *owner, uint16_t port, int size, uint32_t value) noexcept nogil:
    cdef Links *links = <Links *>owner
    cdef bint before = (<Pic>links.pic).pending()
    links.port_writes += 1
    (<PortBus>links.ports).outp(port, size, value)
    (<Clock>links.clock).spend(_WRITE_PS)
    if not before and (<Pic>links.pic).pending():
        # A request made by an OUT reaches the CPU when the next instruction has begun.
        dosemu_set_shadow(<uc_struct *>links.uc)


cdef int _acknowledge(void *owner) noexcept nogil:
    if (<Links *>owner).video != NULL:
        (<VideoWindow>(<Links *>owner).video).before_store()  # the handler may be one that draws
    return (<Pic>(<Links *>owner).pic).acknowledge()


cdef uint64_t _timestamp(void *owner) noexcept nogil:
    return <uint64_t>(<Clock>(<Links *>owner).clock).cycles_now()


cdef void _fpu_error(void *owner) noexcept nogil:
    (<Pic>(<Links *>owner).pic).pulse_irq(13)


cdef int _watched(void *owner, uint32_t address, int size, int store, uint64_t *value) noexcept nogil:
    cdef Links *links = <Links *>owner
    cdef Watch *watch
    cdef int i, replaced = 0
    for i in range(links.watch_count):
        watch = &links.watches[i]
        if (address <= watch.last and <uint64_t>address + size > watch.first
                and (watch.store if store else watch.load)):
            replaced |= _tell_watcher(links.engine, watch.id, address, size, store, value)
    return replaced


cdef int _tell_watcher(void *engine, int id, uint32_t address, int size, int store, uint64_t *value) noexcept with gil:
    return (<Engine>engine)._watch_hit(id, address, size, store, value)


cdef void _mode_changed(void *owner, int protected_mode) noexcept nogil:
    _tell_mode((<Links *>owner).engine, protected_mode)


cdef void _tell_mode(void *engine, int protected_mode) noexcept with gil:
    (<Engine>engine)._mode_is(protected_mode)


cdef void _intr(void *uc, bint level) noexcept nogil:
    dosemu_set_intr(<uc_struct *>uc, level)


cdef void _invalidate(void *uc, uint64_t address, uint64_t size) noexcept nogil:
    dosemu_invalidate(<uc_struct *>uc, address, size)


cdef void _video_pages(void *uc, uint32_t pages) noexcept nogil:
    dosemu_set_video_pages(<uc_struct *>uc, pages)


cdef void _video_show(void *uc, uint32_t page, uint32_t count, uint32_t target) noexcept nogil:
    dosemu_set_remap(<uc_struct *>uc, page, count, target)


cdef uint64_t _open_bus_read(uc_struct *uc, uint64_t offset, unsigned size, void *user) noexcept nogil:
    return 0xFFFFFFFFFFFFFFFF


cdef void _open_bus_write(uc_struct *uc, uint64_t offset, unsigned size, uint64_t value, void *user) noexcept nogil:
    pass


cdef void _mark(uint8_t *bits, int vector, bint on) noexcept:
    cdef uint8_t bit = <uint8_t>(1 << (vector & 7))
    if on:
        bits[vector >> 3 & 31] |= bit
    else:
        bits[vector >> 3 & 31] &= ~bit


def build_info():
    """What the engine was built from: version, hash, edits, compiler, as a dict."""
    path = Path(__file__).parent / "unicorn" / "BUILD.json"
    return json.loads(path.read_text())


cdef class Engine:
    """One CPU with its memory, ports, interrupt controller and clock.

    ``on_service(vector, kind)`` is called for an interrupt whose vector points at its stub, with the
    registers as the caller had them (``kind`` is "int", "irq" or "fault"; ``error_code`` tells more of a
    fault), and ``on_trap(offset)`` for a trap instruction at F000:offset, with IP past it. ``on_break(address)``
    is called before the instruction under a breakpoint, ``on_mode_change(protected)`` when CR0.PE is about to change.
    """

    cdef uc_struct *uc
    cdef dosemu *glue
    cdef Links links
    cdef readonly Memory memory
    cdef readonly Clock clock
    cdef readonly PortBus ports
    cdef readonly Pic pic
    cdef readonly Registers regs
    cdef readonly PolledAnswers polled
    cdef readonly Pixels pixels
    cdef public DirectFiles direct_files
    cdef public NativeCrossings crossings
    cdef public bint native_services
    cdef readonly str model
    cdef public object on_service
    cdef public object on_trap
    cdef public object on_break
    cdef object _on_mode_change
    cdef public bint halted
    cdef readonly bint stopped_before
    cdef readonly frozenset breakpoints
    cdef frozenset _set_breakpoints
    cdef dict _watchers
    cdef int _last_watch
    cdef object _error
    cdef bint _look_again
    cdef bint _stop
    cdef bint _stop_before
    cdef int _rest
    cdef uint32_t _rest_at
    cdef uint64_t _slices
    cdef uint64_t _answers
    cdef bint _running
    cdef object _binding
    cdef VideoWindow _video

    def __cinit__(self, Memory memory not None, Clock clock not None, PortBus ports not None, Pic pic not None,
                  str model="486", bint rom=True, VideoWindow video=None):
        if model not in MODELS:
            raise ValueError(f"CPU {model!r}: one of {', '.join(MODELS)}")
        if memory.size < 0x110000:
            raise ValueError("the machine needs at least 1,088 KB of memory")
        self.memory, self.clock, self.ports, self.pic, self.model = memory, clock, ports, pic, model
        self._check(uc_open(UC_ARCH_X86, UC_MODE_32, &self.uc), "open")
        self._check(uc_ctl(self.uc, CTL_CPU_MODEL, <int>(CPU_PENTIUM if model == "pentium" else CPU_486)), "choose a CPU")
        self._check(uc_ctl(self.uc, CTL_TCG_BUFFER_SIZE, CODE_BUFFER), "reserve the code buffer")
        if rom:
            self._map(0, _BIOS, UC_PROT_ALL)
            self._map(_BIOS, _BIOS_SIZE, UC_PROT_READ | UC_PROT_EXEC)
            self._map(_BIOS + _BIOS_SIZE, memory.size - _BIOS - _BIOS_SIZE, UC_PROT_ALL)
        else:
            self._map(0, memory.size, UC_PROT_ALL)
        # Around video memory, since the library takes 50 ms to cut a hole into what is mapped.
        cdef uint64_t above = memory.size
        if video is not None and video.linear != NULL:
            self._map_nothing(above, video.linear_base)
            self._check(uc_mem_map_ptr(self.uc, video.linear_base, video.linear_size, UC_PROT_ALL, video.linear),
                        "map video memory")
            above = video.linear_base + video.linear_size
        self._map_nothing(above, <uint64_t>1 << 32)
        self.glue = dosemu_attach(self.uc)
        self.links.uc = self.uc
        self.links.ports, self.links.pic, self.links.clock = <void *>ports, <void *>pic, <void *>clock
        self.links.engine = <void *>self
        self.breakpoints = self._set_breakpoints = frozenset()
        self._watchers = {}
        self.glue.owner = &self.links
        self.glue.ram = memory.ram
        self.glue.port_read = _port_read
        self.glue.port_write = _port_write
        self.glue.acknowledge = _acknowledge
        self.glue.timestamp = _timestamp
        self.glue.fpu_error = _fpu_error
        self.glue.watch = _watched
        self.glue.filter = 1
        dosemu_reset(self.uc)
        dosemu_set_model(self.uc, MODELS[model])
        cdef Registers regs = Registers.__new__(Registers)
        regs.uc = self.uc
        regs.owner = self
        dosemu_get_registers(self.uc, &regs.r)
        self.regs = regs
        self.polled = PolledAnswers(memory, regs)
        self.pixels = Pixels(memory, regs, video)
        self.native_services = True
        clock.attach(regs.r.budget_low, regs.r.budget_extra)
        memory.on_write(_invalidate, self.uc)
        pic.set_output(_intr, self.uc)
        if video is not None:
            self._video = video
            self.glue.video = <void *>video
            self.glue.video_read = video.read_fn
            self.glue.video_write = video.write_fn
            self.glue.video_repeat = video.repeat_fn
            self.glue.video_room = window_room
            self.links.video = <void *>video
            video.connect_pages(_video_pages, _video_show, self.uc)

    @classmethod
    def bare(cls, *, size=0x200000, cycles_per_ms=3000, model="486", rom=True):
        """An engine with empty memory and no chips but an interrupt controller, for tests and experiments.

        With ``rom=False`` guest stores to F0000h to FFFFFh change the memory there.
        """
        ports = _PortBus()
        return cls(_Memory(size), _Clock(cycles_per_ms), ports, _Pic(ports), model, rom)

    cdef int _check(self, int code, str what) except -1:
        if code:
            raise EngineError(f"cannot {what}: {uc_strerror(code).decode()}")
        return 0

    cdef int _map(self, uint64_t address, uint64_t size, uint32_t rights) except -1:
        return self._check(uc_mem_map_ptr(self.uc, address, size, rights, self.memory.ram + address), "map memory")

    cdef int _map_nothing(self, uint64_t start, uint64_t end) except -1:
        # Nothing answers there: reads give ones, writes go nowhere.
        return self._check(uc_mmio_map(self.uc, start, end - start, _open_bus_read, NULL, _open_bus_write, NULL),
                           "map the empty address space")

    def close(self):
        """Free the CPU; the engine cannot run any more."""
        if self.uc != NULL:
            self.clock.attach(&self.clock._own_low, &self.clock._own_extra)
            self.memory.on_write(NULL, NULL)
            self.pic.set_output(NULL, NULL)
            if self._video is not None:
                self._video.connect_pages(NULL, NULL, NULL)
            dosemu_detach(self.uc)
            uc_close(self.uc)
            self.uc = NULL

    def __dealloc__(self):
        if self.uc != NULL:
            dosemu_detach(self.uc)
            uc_close(self.uc)

    # --- running -----------------------------------------------------------------------------

    def stop(self):
        """End run_until() at the next block; safe from callbacks and signal handlers."""
        self._stop = True
        if self.uc != NULL:
            dosemu_stop(self.uc)

    def run_until(self, int64_t limit_ps, int64_t goal=-1):
        """Run until emulated time reaches ``limit_ps``, stop() is called, or the CPU can go no further.

        With ``goal`` it also ends when ``clock.instructions`` is exactly that, also in the middle of a block, which the
        next run then ends before it looks at events: where a run is cut changes nothing. Returns "time", "cycles", "stopped",
        "halted for ever" (HLT with interrupts off) or "shutdown" (triple fault). What a callback raised is raised.
        """
        cdef Clock clock = self.clock
        cdef int reason
        cdef int64_t left
        cdef uint64_t happened
        cdef bint one, asked = False
        if self.uc == NULL:
            raise EngineError("the engine is closed")
        if self._running:
            raise EngineError("the engine is running already")
        self._running = True
        self._stop = False
        self.stopped_before = False
        self.glue.stop = 0
        try:
            while True:
                # In the middle of a block (the last run had a goal) nothing else happens before its end.
                if self._rest and self.code_address != self._rest_at:
                    self._rest = 0
                if not self._rest:
                    clock.run_due()
                if self._stop:
                    return "stopped"
                if clock.now() >= limit_ps and not self._rest:
                    return "time"
                if goal >= 0 and clock.executed() >= goal:
                    return "cycles"
                if self.breakpoints is not self._set_breakpoints:
                    self._set_points()
                if self.halted:
                    if not dosemu_get_eflags(self.uc) & 0x200:
                        return "halted for ever"
                    if self.pic.pending():
                        self.halted = False
                    else:
                        clock.skip_to_next_event(limit_ps if goal < 0 else min(limit_ps, clock.to_ps(goal + clock._waited)))
                        PyErr_CheckSignals()
                        continue
                left = clock.begin_slice(limit_ps)
                if left == 0 and not self._rest:
                    continue
                if goal >= 0 and not self._rest:
                    left = min(left, goal - clock.executed() - LONGEST_BLOCK)
                    if left <= 0:
                        left = self._towards(goal, &asked)
                    clock.shorten_slice(left, False)
                one = self._rest > 0
                happened = self.glue.deliveries + self._answers
                if one:
                    clock.shorten_slice(1, True)
                    if self._at_breakpoint():
                        clock.shorten_slice(0, False)
                        clock.end_slice()
                        self._break()
                        continue
                    with nogil:
                        reason = dosemu_run_one(self.uc)
                        if self._answered(reason):
                            self._answers += 1
                            reason = DOSEMU_BUDGET
                else:
                    with nogil:
                        reason = dosemu_run(self.uc)
                        while self._answered(reason):
                            self._answers += 1
                            reason = dosemu_run(self.uc)
                if self.direct_files is not None:
                    self.direct_files.flush()
                    if reason != DOSEMU_BUDGET:
                        self.direct_files.others = True
                if reason != DOSEMU_BUDGET or happened != self.glue.deliveries + self._answers:
                    asked = False
                    self._rest = 0  # whatever it was, it ends a block
                elif one:
                    self._rest -= 1
                    self._rest_at = self.code_address
                clock.end_slice()
                self._slices += 1
                if self._video is not None and (reason == DOSEMU_SERVICE or reason == DOSEMU_TRAP):
                    self._video.before_store()
                if reason == DOSEMU_SERVICE:
                    self.on_service(self.glue.vector, KIND_NAMES[self.glue.kind])
                elif reason == DOSEMU_TRAP:
                    self.on_trap(self.glue.vector)
                elif reason == DOSEMU_HALT:
                    self.halted = True
                elif reason == DOSEMU_SHUTDOWN:
                    return "shutdown"
                elif reason == DOSEMU_BREAK:
                    self._break()
                elif reason == DOSEMU_WATCH:
                    self._stop = self.stopped_before = True
                elif reason == DOSEMU_STOP:
                    if self._look_again:
                        self._look_again = False
                    else:
                        self._stop = True  # also by emu_stop() in a hook of Unicorn's binding
                elif reason == DOSEMU_ERROR:
                    raise EngineError(f"the CPU stopped: {uc_strerror(self.glue.error_code).decode()}")
                if self._error is not None:
                    self._raise()  # not before: the slice may have ended with a HLT or a service
                PyErr_CheckSignals()
        finally:
            self._running = False

    cdef int64_t _towards(self, int64_t goal, bint *asked):
        # Near a goal: the budget for one block, or for what is requested to be delivered. The block with the goal in it
        # is run one by one (``_rest``), so that what happens between blocks happens in the same places as ever.
        cdef int length
        if not asked[0] and self.pic.pending() and dosemu_get_eflags(self.uc) & 0x200:
            asked[0] = True
            return 0
        asked[0] = False
        length = dosemu_block_length(self.uc)
        if length > goal - self.clock.executed():
            self._rest, self._rest_at = length, self.code_address
        return 1

    cdef bint _answered(self, int reason) noexcept nogil:
        # A poll whose answer is known, a plain use of a file, or a crossing of the DPMI host's: the run goes on, on the
        # same budget.
        cdef int vector = self.glue.vector
        cdef bint real = not self.regs.r.cr[0] & 1
        if real and reason == DOSEMU_SERVICE and self.glue.kind == DOSEMU_INT and not self.glue.unclaimed:
            self._leave_frame()
        if not self.native_services or (reason != DOSEMU_TRAP and (reason != DOSEMU_SERVICE or self.glue.unclaimed)):
            return False
        if reason == DOSEMU_SERVICE:
            if real and self.glue.kind == DOSEMU_INT:
                if vector == 0x21 and self.regs.r.general[0] >> 8 & 0xFF == 0x02 and self._direct(False):
                    return True
                if vector == 0x10 and self.pixels.answer():
                    return True
                if self.polled.answer(vector) or (vector == 0x21 and self._direct(False)):
                    return True
        elif real and vector < _STUBS_END:
            return self.polled.answer_framed(vector >> 3) or (vector >> 3 == 0x21 and self._direct(True))
        return self.crossings is not None and self.crossings.answer(reason == DOSEMU_TRAP, vector, self.glue.kind)

    cdef void _leave_frame(self) noexcept nogil:
        # What an IRET leaves behind: flags, CS and IP below the stack. Programs look there for where they are.
        cdef dosemu_registers *r = &self.regs.r
        cdef uint16_t frame[3]
        cdef uint32_t sp = r.general[4] & 0xFFFF
        cdef int64_t at = <int64_t>r.base[2][0] + sp - 6
        if sp < 6 or ROM - 6 < at < ROM_END or not self.memory.plain(at, 6):
            return
        frame[0], frame[1], frame[2] = r.eip[0], r.selector[1][0], <uint16_t>dosemu_get_eflags(self.uc)
        if memcmp(self.memory.ram + at, frame, 6):
            memcpy(self.memory.ram + at, frame, 6)
            self.memory.changed(at, 6)

    cdef void _load(self, ServiceCall *call) noexcept nogil:
        # Another program goes on, or begins, in real mode.
        cdef dosemu_registers *r = &self.regs.r
        cdef uint32_t flags
        cdef int i
        r.general[0], r.general[1], r.general[2], r.general[3] = call.ax, call.cx, call.dx, call.bx
        r.general[4], r.general[5], r.general[6], r.general[7] = call.sp, call.bp, call.si, call.di
        r.selector[0][0], r.selector[1][0], r.selector[2][0], r.selector[3][0] = call.es, call.cs, call.ss, call.ds
        for i in range(4):
            r.base[i][0] = r.selector[i][0] << 4
        r.eip[0] = call.ip
        flags = dosemu_get_eflags(self.uc) & ~<uint32_t>0xFFFF if call.switched == 1 else 0
        dosemu_set_eflags(self.uc, flags | call.flags)

    cdef bint _direct(self, bint framed) noexcept nogil:
        # INT 21h of real mode, when DirectFiles serves it. Framed: a handler of the guest passed it on to the stub.
        cdef dosemu_registers *r = &self.regs.r
        cdef ServiceCall call
        cdef uint16_t *frame
        cdef int64_t at
        cdef uint32_t flags
        cdef int function
        if self.direct_files is None or r.cr[0] & 1:
            return False
        if not framed and r.general[0] >> 8 & 0xFF == 0x02:
            call.ax = r.general[0]
            if not self.direct_files.character(r.general[2], &call.ax):
                return False
            r.general[0] = (r.general[0] & ~<uint64_t>0xFFFF) | call.ax
            return True
        call.ax, call.cx, call.dx, call.bx = r.general[0], r.general[1], r.general[2], r.general[3]
        call.sp, call.bp, call.si, call.di = r.general[4], r.general[5], r.general[6], r.general[7]
        call.es, call.cs, call.ss, call.ds = r.selector[0][0], r.selector[1][0], r.selector[2][0], r.selector[3][0]
        call.ds_base, call.ss_base, call.es_base = r.base[3][0], r.base[2][0], r.base[0][0]
        call.switched = 0
        call.ip = r.eip[0]
        flags = dosemu_get_eflags(self.uc)
        call.flags = flags
        if framed:
            at = <int64_t>call.ss_base + call.sp
            if call.sp > 0xFFFA or not self.memory.plain(at, 6):
                return False
            frame = <uint16_t *>(self.memory.ram + at)
            call.ip, call.cs, call.flags = frame[0], frame[1], frame[2]
            call.sp += 6
        function = call.ax >> 8
        if not self.direct_files.serve(&call):
            return False
        if function != 0x02:
            self.polled.count = 0  # whether a file that stands for the keyboard has ended
        if call.switched:
            self._load(&call)
            return True
        r.general[0] = (r.general[0] & ~<uint64_t>0xFFFF) | call.ax
        r.general[2] = (r.general[2] & ~<uint64_t>0xFFFF) | call.dx
        if framed:
            r.eip[0] = call.ip
            r.selector[1][0] = call.cs
            r.base[1][0] = <uint32_t>call.cs << 4
            r.general[4] = (r.general[4] & ~<uint64_t>0xFFFF) | call.sp
        if framed or call.flags != <uint16_t>flags:
            dosemu_set_eflags(self.uc, (flags & ~<uint32_t>0xFFFF) | call.flags)
        return True

    def step(self, int64_t instructions=1):
        """Run at least ``instructions`` instructions (to the end of their block), events not included.

        Returns the reason the CPU came back for: "budget", "service", "trap", "halt", "stop", "shutdown".
        """
        return self._run_for(instructions, False)

    def step_one(self):
        """Run exactly one instruction: one iteration of a repeated string instruction, or one fault's delivery.

        Returns the same reasons as step().
        """
        return self._run_for(1, True)

    cdef str _run_for(self, int64_t instructions, bint one):
        cdef Clock clock = self.clock
        cdef int reason
        if self.uc == NULL:
            raise EngineError("the engine is closed")
        if self._running:
            raise EngineError("the engine is running already")
        clock._target_cycles = clock.cycles_now() + instructions
        # One instruction is put into the counter that blocks look at: a refill would lose the one-instruction block.
        clock._low[0] = 1 if one else 0
        clock._extra[0] = 0 if one else instructions
        self._running = True
        self.glue.stop = 0
        try:
            with nogil:
                reason = dosemu_run_one(self.uc) if one else dosemu_run(self.uc)
        finally:
            self._running = False
        clock.end_slice()
        if reason == DOSEMU_HALT:
            self.halted = True
        if reason == DOSEMU_ERROR:
            raise EngineError(f"the CPU stopped: {uc_strerror(self.glue.error_code).decode()}")
        return ("budget", "service", "trap", "halt", "stop", "shutdown", "error", "break", "watch")[reason]

    # --- breakpoints and watched memory -----------------------------------------------------------

    @property
    def code_address(self):
        """Linear address of the next instruction."""
        return <uint32_t>(self.regs.r.base[1][0] + self.regs.r.eip[0])

    def add_breakpoint(self, uint32_t address):
        """Call ``on_break(address)`` before the instruction at this linear address, each time it is to be executed."""
        self.breakpoints |= {address}
        self._look()

    def remove_breakpoint(self, uint32_t address):
        """Forget a breakpoint, if it is there."""
        if address in self.breakpoints:
            self.breakpoints -= {address}
            self._look()

    cdef void _look(self) noexcept:
        # In the middle of a slice: end it, so that the change holds from the next block on.
        if self._running and self.uc != NULL and self.clock.remaining() > 0 and not self.glue.stop:
            self._look_again = True
            dosemu_stop(self.uc)

    cdef int _set_points(self) except -1:
        for address in self._set_breakpoints - self.breakpoints:
            dosemu_set_breakpoint(self.uc, <uint32_t>address, False)
        for address in self.breakpoints - self._set_breakpoints:
            dosemu_set_breakpoint(self.uc, <uint32_t>address, True)
        self._set_breakpoints = self.breakpoints
        return 0

    cdef bint _at_breakpoint(self):
        # For single instructions, which run past breakpoints.
        cdef uint32_t here = self.code_address
        if here not in self._set_breakpoints or (self.pic.pending() and dosemu_get_eflags(self.uc) & 0x200):
            return False
        if self.glue.passing and self.glue.pass_at == here:
            self.glue.passing = 0
            return False
        self.glue.passing, self.glue.pass_at = 1, here
        return True

    cdef int _break(self) except -1:
        if self.on_break is not None:
            self.on_break(self.glue.pass_at)
        if self.code_address != self.glue.pass_at:
            dosemu_forget_pass(self.uc)
        return 0

    def watch(self, uint32_t first, uint32_t last, handler, bint load=True, bint store=True):
        """Call ``handler(address, size, store, value)`` for what the CPU loads from or stores to this memory.

        ``first`` and ``last`` are linear addresses; a load's ``value`` is 0. The handler is called before the access
        and returns None (it happens), a number that is loaded or stored instead, or for a store -1: it does not
        happen. It may not change registers. Returns a number for ``unwatch``. Raises ValueError. What the services
        write is not seen.
        """
        if last < first:
            raise ValueError("the range is empty")
        if self.links.watch_count == MAX_WATCHES:
            raise ValueError(f"at most {MAX_WATCHES} ranges can be watched")
        self._last_watch += 1
        self.links.watches[self.links.watch_count] = Watch(first, last, self._last_watch, load, store)
        self.links.watch_count += 1
        self._watchers[self._last_watch] = handler
        dosemu_set_watch(self.uc, first >> 12, last >> 12, True)
        return self._last_watch

    def unwatch(self, int number):
        """End a watch, if it is there."""
        cdef int i
        cdef Watch gone = Watch(0, 0, 0, False, False)
        if self._watchers.pop(number, None) is None or self.uc == NULL:
            return
        for i in range(self.links.watch_count):
            if self.links.watches[i].id == number:
                gone = self.links.watches[i]
                self.links.watch_count -= 1
                self.links.watches[i] = self.links.watches[self.links.watch_count]
                break
        dosemu_set_watch(self.uc, gone.first >> 12, gone.last >> 12, False)
        for i in range(self.links.watch_count):
            dosemu_set_watch(self.uc, self.links.watches[i].first >> 12, self.links.watches[i].last >> 12, True)

    cdef int _watch_hit(self, int number, uint32_t address, int size, int store, uint64_t *value) noexcept:
        handler = self._watchers.get(number)
        if handler is None or self._error is not None:
            return 0
        try:
            answer = handler(address, size, bool(store), value[0])
            if self._stop_before:
                self._stop_before = False
                return 2
            if answer is None:
                return 0
            if answer == -1:
                return store
            value[0] = <uint64_t>(answer & ((1 << 8 * size) - 1))
            return not store
        except BaseException as error:
            self.fail(error)
            return 0

    def stop_before(self):
        """For a handler of ``watch``: end run_until() with the instruction that makes the access still to be executed."""
        self._stop_before = True

    @property
    def on_mode_change(self):
        return self._on_mode_change

    @on_mode_change.setter
    def on_mode_change(self, told):
        self._on_mode_change = told
        if told is None:
            self.glue.mode_changed = NULL
        else:
            self.glue.mode_changed = _mode_changed

    cdef void _mode_is(self, int protected_mode) noexcept:
        if self._on_mode_change is not None:
            try:
                self._on_mode_change(bool(protected_mode))
            except BaseException as error:
                self.fail(error)

    def fail(self, error):
        """End run_until() as soon as possible with this exception; for callbacks of translated code."""
        if self._error is None:
            self._error = error
        self.stop()

    cdef int _raise(self) except -1:
        error, self._error = self._error, None
        raise error

    @property
    def unclaimed(self):
        """The last interrupt came to ``on_service`` by ``see()`` alone: the guest's own handler is to be entered."""
        return bool(self.glue.unclaimed)

    def see(self, int vector, bint on):
        """Let every interrupt, request or fault ``vector`` come to ``on_service``, whoever handles it."""
        _mark(self.glue.hooked, vector, on)

    # --- counting ---------------------------------------------------------------------------------

    def count_blocks(self, bint on=True):
        """Count from zero how often each translated block runs (off: no more). Costs a few percent. Not inside a run."""
        if self._running:
            raise EngineError("the engine is running")
        dosemu_count_blocks(self.uc, on)
        if on:
            self.links.port_reads = self.links.port_writes = self._slices = self._answers = 0

    def blocks(self):
        """What ``count_blocks`` counted: (linear address, bytes, instructions, runs, code of 32 bits) of each block that ran.

        A block that was translated again is there again. It is straight code; one that a fault left in its middle counts whole.
        """
        cdef uint32_t index
        cdef const dosemu_block *block
        found = []
        for index in range(self.glue.block_count):
            block = dosemu_block_at(self.uc, index)
            if block.runs and block.size:
                found.append((block.address, block.size, block.instructions, block.runs, bool(block.hflags & _CS32)))
        return found

    def statistics(self):
        """What the engine did since it was made, or since ``count_blocks``: a dict of counts by name.

        ``executed`` is the number of blocks run, 0 when they are not counted; ``chained`` of them were reached from
        another one directly, ``looked_up`` from a jump to a computed address, ``dispatched`` through the engine's loop.
        """
        cdef uint32_t index
        cdef uint64_t executed = self.glue.spare.runs
        cdef dosemu_statistics *s = &self.glue.statistics
        for index in range(self.glue.block_count):
            executed += dosemu_block_at(self.uc, index).runs
        return {
            "translated": s.translated, "executed": executed,
            "chained": max(<int64_t>executed - <int64_t>s.dispatched - <int64_t>s.found, 0),
            "looked_up": s.found, "dispatched": s.dispatched, "links": s.links, "tlb_fills": s.tlb_fills,
            "port_reads": self.links.port_reads, "port_writes": self.links.port_writes,
            "slices": self._slices, "native_answers": self._answers, "deliveries": self.glue.deliveries,
        }

    # --- what Unicorn's API cannot do -----------------------------------------------------------

    @property
    def vector(self):
        """Vector of the last service, or offset of the last trap."""
        return self.glue.vector

    @property
    def kind(self):
        """Kind of the last interrupt the filter saw: "fault", "int" or "irq"."""
        return KIND_NAMES[self.glue.kind]

    @property
    def error_code(self):
        """Error code of the last fault."""
        return self.glue.error_code

    @property
    def deliveries(self):
        """Interrupts delivered to guest handlers so far."""
        return self.glue.deliveries

    @property
    def interrupt_shadow(self):
        """The next instruction may not be interrupted (after STI, MOV SS, POP SS)."""
        return bool(dosemu_shadow(self.uc))

    @property
    def old_exception(self):
        """The contributory fault being delivered, -1 for none."""
        return dosemu_old_exception(self.uc)

    def interrupt(self, int vector, str kind="int", uint32_t error_code=0):
        """Enter the guest's handler for ``vector`` by the CPU's own rules.

        Returns -1, or the number of the fault that delivery raised (nothing is changed then but CR2).
        """
        self.halted = False
        return dosemu_interrupt(self.uc, vector, KIND_NAMES.index(kind), error_code)

    def filter_services(self, bint on):
        """Whether vectors that point at their stubs are services (on), or delivered like all others."""
        self.glue.filter = on

    def host_protected_mode(self, uint32_t idt):
        """While IDTR holds this base, what happens in protected mode goes to ``on_service`` (0: to the guest's gates).

        ``on_service`` gets every fault, IRQ and INT n with the registers as they are, without any frame; INT n
        marked by ``set_native`` enter their gates all the same.
        """
        self.glue.host_idt = idt

    def set_native(self, int vector, bint on):
        """INT ``vector`` in protected mode enters its gate even under a host."""
        _mark(self.glue.native, vector, on)

    def catch(self, int vector, bint on, str kind="int"):
        """INT n, requests ("irq") or faults of real mode for ``vector`` are services wherever the vector points."""
        if kind == "irq":
            _mark(self.glue.caught_irq, vector, on)
        elif kind == "fault":
            _mark(self.glue.caught_fault, vector, on)
        else:
            _mark(self.glue.caught_int, vector, on)

    def set_a20(self, bint on):
        """Open or close the A20 gate; under a host, protected mode finds it open whatever real mode did."""
        cdef bint hosted = self.glue.host_idt and self.regs.protected and self.regs.system("idt_base") == self.glue.host_idt
        self.regs.a20_closed = not on
        dosemu_set_a20(self.uc, on or hosted)

    def ignore_fpu_error(self):
        """Port F0h was written: coprocessor errors raise no interrupt until the program clears them."""
        dosemu_ignore_fpu_error(self.uc)

    def remap_page(self, uint32_t page, uint32_t target):
        """Physical 4 KB page ``page`` (below 1,088 KB) shows page ``target`` from now on."""
        if page >= 272 or not self.memory.has_page(target):
            raise ValueError(f"page {page:#x} to {target:#x}: only pages below 110h can show pages of RAM")
        dosemu_set_remap(self.uc, page, 1, target)

    @property
    def running(self):
        """Inside run_until() or a step."""
        return self._running

    def save(self):
        """The CPU between two runs: all registers, and what was asked of the engine (page maps, catching)."""
        cdef dosemu_cpu cpu
        if self.uc == NULL:
            raise EngineError("the engine is closed")
        dosemu_save_cpu(self.uc, &cpu)
        self.polled.forget()
        self.pixels.forget()
        return {"cpu": PyBytes_FromStringAndSize(<char *>&cpu, sizeof(cpu)), "a20_closed": self.regs.a20_closed,
                "halted": self.halted, "rest": self._rest}

    def load(self, state):
        """Take back what save() gave; the memory must have been put back before. Raises ValueError."""
        cdef bytes cpu = state["cpu"]
        if not 0 <= state["rest"] <= LONGEST_BLOCK:
            raise ValueError("a block that is too long")
        if self.uc == NULL:
            raise EngineError("the engine is closed")
        if self._running:
            raise EngineError("the engine is running")
        if len(cpu) != sizeof(dosemu_cpu):
            raise ValueError("a CPU's state of another build")
        self.regs.a20_closed = state["a20_closed"]
        dosemu_load_cpu(self.uc, <dosemu_cpu *>PyBytes_AS_STRING(cpu), <uint32_t>(self.memory.size >> 12))
        self.halted = state["halted"]
        self._rest, self._rest_at = state["rest"], self.code_address
        self.polled.forget()
        self.pixels.forget()

    def has_code(self, uint64_t address):
        """Whether the 4 KB page at this physical address holds translated code."""
        return bool(dosemu_page_has_code(self.uc, address))

    def flush(self):
        """Drop all translations and cached address mappings."""
        dosemu_flush(self.uc)

    @property
    def binding(self):
        """This CPU as a ``unicorn.Uc`` of Unicorn's own Python binding, for people who know it."""
        if self._binding is None:
            from dosemu.cpu.binding import wrap
            self._binding = wrap(<size_t>self.uc)
        return self._binding
