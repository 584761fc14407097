# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True
"""An S3 Trio64: a VGA with more memory, packed pixels of 8 to 32 bits, banks, and its memory in one piece above the RAM.

S3 Trio32/Trio64 Integrated Graphics Accelerators data book (section 15 "S3 VGA registers", 16 "System control
registers", 17 "System extension registers", and the sequencer's PLL registers). Registers that programs use to find
it, to change banks and to move the picture are there; the drawing engine and the hardware cursor are not.

>>> from hw.clock import Clock
>>> from hw.ports import PortBus
>>> bus = PortBus()
>>> s3 = S3(bus, Clock(), "svga", 4096)
>>> bus.write(0x3D4, 0x35); bus.write(0x3D5, 0x05); bus.read(0x3D5)     # locked
0
>>> bus.write(0x3D4, 0x38); bus.write(0x3D5, 0x48)
>>> bus.write(0x3D4, 0x35); bus.write(0x3D5, 0x05); bus.read(0x3D5)
5
"""

from libc.stdint cimport int64_t, uint8_t, uint32_t

from hw.vga.vga cimport Vga

cdef enum:
    # CRTC registers, by the data book's names.
    CHIP_ID_HIGH = 0x2D
    CHIP_ID_LOW = 0x2E
    REVISION = 0x2F
    CHIP_ID = 0x30
    MEMORY_CONFIGURATION = 0x31
    CRT_REGISTER_LOCK = 0x35
    CONFIGURATION_1 = 0x36
    CONFIGURATION_2 = 0x37
    LOCK_1 = 0x38
    LOCK_2 = 0x39
    EXTENDED_MODE = 0x43
    EXTENDED_SYSTEM_2 = 0x51
    LINEAR_CONTROL = 0x58
    LINEAR_HIGH = 0x59
    LINEAR_LOW = 0x5A
    EXTENDED_HORIZONTAL = 0x5D
    EXTENDED_VERTICAL = 0x5E
    MISCELLANEOUS_2 = 0x67
    SYSTEM_CONTROL_3 = 0x69
    SYSTEM_CONTROL_4 = 0x6A
    BANKS = 0x01  # of 31h: the bank registers count
    PACKED = 0x08  # of 31h: memory as enhanced modes see it
    # Sequencer.
    UNLOCK = 0x08
    DCLK_LOW = 0x12
    DCLK_HIGH = 0x13
    REFERENCE_HZ = 14318180


cdef class S3(Vga):
    """Registers of a Trio64 with ``memory_kb`` (1024 to 8192, a power of two) of video memory."""

    def __init__(self, ports, clock, str name="svga", int memory_kb=4096, **options):
        cdef uint8_t *crtc = self.shown.crtc
        self.crtc_mask, self.sequencer_mask = 0x7F, 0x1F
        crtc[CHIP_ID_HIGH], crtc[CHIP_ID_LOW], crtc[CHIP_ID] = 0x88, 0x11, 0xE1
        # PCI bus, fast page mode; the memory's size in bits 5 to 7.
        crtc[CONFIGURATION_1] = 0x12 | {1024: 0xC0, 2048: 0x80, 4096: 0x00}.get(memory_kb, 0x00)
        crtc[CONFIGURATION_2] = 0x9B
        crtc[LINEAR_HIGH] = <uint8_t>(self.memory.linear_base >> 24)
        crtc[LINEAR_LOW] = <uint8_t>(self.memory.linear_base >> 16)

    cdef void reset_extensions(self) noexcept:
        cdef int index
        for index in (MEMORY_CONFIGURATION, CRT_REGISTER_LOCK, 0x3A, EXTENDED_MODE, 0x50, EXTENDED_SYSTEM_2,
                      LINEAR_CONTROL, EXTENDED_HORIZONTAL, EXTENDED_VERTICAL, MISCELLANEOUS_2, SYSTEM_CONTROL_3,
                      SYSTEM_CONTROL_4):
            self.shown.crtc[index] = 0
        self.start_high = 0
        self.shown.dac_shift = 2
        self.memory.set_bank(0)
        self.update_layout()

    cdef int64_t dot_clock(self) noexcept nogil:
        # Clock select 3: the programmed one (SR12: N and R, SR13: M).
        cdef uint8_t *s = self.shown.sequencer
        if self.shown.misc >> 2 & 3 == 3 and s[DCLK_HIGH]:
            return max(<int64_t>REFERENCE_HZ * ((s[DCLK_HIGH] & 0x7F) + 2)
                       // (((s[DCLK_LOW] & 0x1F) + 2) << (s[DCLK_LOW] >> 5 & 3)), 1000000)
        return Vga.dot_clock(self)

    cdef bint unlocked(self, int index) noexcept nogil:
        if index < LOCK_1:
            return self.shown.crtc[LOCK_1] == 0x48
        if index <= LOCK_2:
            return True
        return self.shown.crtc[LOCK_2] & 0xF0 == 0xA0

    cdef void write_crtc(self, uint8_t value) noexcept nogil:
        if self.crtc_index < 0x19:
            Vga.write_crtc(self, value)
        elif CHIP_ID_HIGH <= self.crtc_index <= CHIP_ID or not self.unlocked(self.crtc_index):
            return
        else:
            self.write_extension(self.crtc_index, value)

    cdef void write_extension(self, int index, uint8_t value) noexcept nogil:
        cdef uint8_t *register = &self.shown.crtc[index]
        if index == CONFIGURATION_1 or index == LINEAR_HIGH or index == LINEAR_LOW:
            return  # straps, and where the memory lies: the board says so
        if index == SYSTEM_CONTROL_4:
            register[0] = value
            self.set_bank(value & 0x7F)
            return
        if index == SYSTEM_CONTROL_3 or index == MEMORY_CONFIGURATION or index == EXTENDED_SYSTEM_2:
            self.latch_start(False)
        self.change(register, value)
        if index == CRT_REGISTER_LOCK:
            self.set_bank(self.memory.bank & ~15 | value & 15)
        elif index == MEMORY_CONFIGURATION:
            self.set_start(value >> 4 & 3, 3)
            self.update_layout()
        elif index == EXTENDED_SYSTEM_2:
            self.set_start((value & 3) << 2, 12)
            self.set_bank(self.memory.bank & 15 | (value & 12) << 2)
        elif index == SYSTEM_CONTROL_3:
            self.set_start(value & 0x1F, 0x1F)
        elif index == EXTENDED_HORIZONTAL or index == EXTENDED_VERTICAL:
            self.update_timing()

    cdef void write_sequencer(self, uint8_t value) noexcept nogil:
        cdef int index = self.sequencer_index
        if index < 5:
            Vga.write_sequencer(self, value)
        elif index <= UNLOCK or self.shown.sequencer[UNLOCK] & 15 == 6:
            self.shown.sequencer[index] = value
            if index == DCLK_LOW or index == DCLK_HIGH:
                self.update_timing()

    cdef void set_start(self, int bits, int mask) noexcept nogil:
        # Bits 16 up of the start address.
        self.start_high = self.start_high & ~mask | bits

    cdef void set_bank(self, int bank) noexcept nogil:
        if not self.shown.crtc[MEMORY_CONFIGURATION] & BANKS:
            bank = 0
        self.memory.set_bank(bank)

    cdef void update_layout(self) noexcept nogil:
        self.memory.packed = self.shown.crtc[MEMORY_CONFIGURATION] & PACKED != 0
        if not self.shown.crtc[MEMORY_CONFIGURATION] & BANKS:
            self.memory.set_bank(0)
        self.update_memory()

    @property
    def modes(self):
        """The modes of INT 10h/00h; those of VBE are in hw/vga/svga_modes.py."""
        from hw.vga.modes import MODES
        return MODES

    def set_dac_width(self, int bits):
        """Colours of six or eight bits a part."""
        self.shown.dac_shift = 0 if bits >= 8 else 2
        self.generation += 1

    @property
    def dac_width(self):
        """Bits of a part of a colour, 6 or 8."""
        return 8 - self.shown.dac_shift

    def next_retrace_ps(self, int64_t after_ps):
        """When the next vertical retrace after ``after_ps`` begins."""
        return self.time_of(self.retrace_after(self.dots(after_ps)))

    def content(self):
        """A copy of the memory that is shown."""
        cdef int64_t lines = self.timing.display_lines
        if not self.shown.crtc[MEMORY_CONFIGURATION] & (PACKED | BANKS):
            return self.memory.part(0, 0x40000)
        return self.memory.part(<int64_t>self.shown_start * 4, lines * self.stride())

    def stride(self):
        """Bytes from one line to the next, in the modes with packed pixels."""
        return 8 * (self.shown.crtc[0x13] | (self.shown.crtc[EXTENDED_SYSTEM_2] & 0x30) << 4)

    def load(self, state):
        """Take back what save() gave."""
        Vga.load(self, state)
        self.shown.dac_shift = state["dac_shift"]
        self.set_dac(0, state["dac"])
        self.start_high = state["start_high"]
        self.update_layout()
        self.memory.set_bank(state["bank"])
        self.shown_start = state["shown_start"]

    def save(self):
        """All registers, colours and the video memory."""
        return Vga.save(self) | {
            "dac_shift": self.shown.dac_shift, "start_high": self.start_high, "bank": self.memory.bank}
