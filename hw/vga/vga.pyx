# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True
"""The VGA's registers and ports 3B4h to 3DAh.

IBM PS/2 Hardware Interface Technical Reference, "Video Subsystem"; FreeVGA. All register groups are
kept and read back; status port 3DAh tells where the beam is (hw/beam.pyx), so it moves on whatever the CPU
does. Reading it resets the attribute flip-flop.

>>> from hw.clock import Clock, MS
>>> from hw.ports import PortBus
>>> from hw.vga.modes import MODES
>>> bus, clock = PortBus(), Clock()
>>> vga = Vga(bus, clock)
>>> MODES[3].program(vga)
>>> round(vga.refresh_hz, 3)
70.087
>>> bus.write(0x3D4, 0x0E); bus.write(0x3D5, 0x12); bus.read(0x3D5)
18
"""

from libc.stdint cimport int16_t, int64_t, uint8_t, uint16_t, uint32_t

from hw.beam cimport CURSOR_HIGH, CURSOR_LOW, START_HIGH, START_LOW, Beam, Timing
from hw.clock cimport Clock
from hw.line_log cimport LINE_BYTES, MOST_BYTES, LineMark
from hw.memory cimport Memory
from hw.ports cimport PortBus
from hw.vga.geometry cimport measure, read_line, walk_begin, walk_step, ways_of

cdef int RETRACE_IRQ = 9

cdef enum:
    # Indexes of CRTC registers (FreeVGA, "CRT Controller Registers").
    HORIZONTAL_TOTAL = 0x00
    END_HORIZONTAL_DISPLAY = 0x01
    VERTICAL_TOTAL = 0x06
    OVERFLOW = 0x07
    CURSOR_START = 0x0A
    VERTICAL_RETRACE_START = 0x10
    VERTICAL_RETRACE_END = 0x11
    VERTICAL_DISPLAY_END = 0x12
    MODE_CONTROL = 0x17
    EXTENDED_HORIZONTAL = 0x5D
    EXTENDED_VERTICAL = 0x5E
    CRTC_PROTECT = 0x80
    NO_RETRACE_INTERRUPT = 0x20
    KEEP_RETRACE_INTERRUPT = 0x10  # clear: take it back
    CLOCKING_MODE = 0x01  # sequencer
    MAP_MASK = 0x02
    GRAPHICS_MODE = 0x05  # graphics controller
    MISCELLANEOUS = 0x06
    BIT_MASK = 0x08
    DAC_WRITING = 0
    DAC_READING = 3


cdef class Vga(Beam):
    """Registers and timing; ``memory`` holds the planes."""

    def __cinit__(self, PortBus ports, Clock clock, str name="vga", int memory_kb=0, **options):
        cdef int port
        self.name = name
        self.registers = <uint8_t *>&self.shown
        self.memory = VideoMemory(((memory_kb or 4096) if name == "svga" else 256) << 10)
        self.use_window(self.memory)
        self.measured = self.generation - 1
        self.crtc_mask, self.sequencer_mask = 0x3F, 7
        self.shown.misc = 0x67
        self.shown.pel_mask = 0xFF
        self.shown.attribute_index = 0x20
        self.shown.dac_shift = 2
        self.update_timing()
        for port in (0x3B4, 0x3B5, 0x3BA, 0x3C0, 0x3C1, 0x3C2, 0x3C4, 0x3C5, 0x3C6, 0x3C7, 0x3C8, 0x3C9, 0x3CA, 0x3CC,
                     0x3CE, 0x3CF, 0x3D4, 0x3D5, 0x3DA):
            ports.native_read(<uint16_t>port, vga_read, self)
            ports.native_write(<uint16_t>port, vga_write, self)
        for port in (0x3B4, 0x3C4, 0x3CE, 0x3D4):
            ports.table[port].wide = 1  # index and data in one

    def attach(self, Memory memory not None, show_page=None):
        """Lay the window onto the planes over a machine's RAM."""
        self.memory.attach(memory)

    def connect(self, Pic pic):
        """Hand in the interrupt controller for the vertical retrace interrupt (IRQ 2, which is 9)."""
        self._pic = pic

    # Timing.

    cdef void reset_extensions(self) noexcept:
        # What an adapter with more registers than a VGA sets back when a standard mode is set.
        pass

    cdef int64_t dot_clock(self) noexcept nogil:
        return 28322000 if self.shown.misc >> 2 & 3 == 1 else 25175000

    cdef void update_timing(self) noexcept nogil:
        cdef uint8_t *r = self.shown.crtc
        cdef Timing timing
        cdef int dots = 8 if self.shown.sequencer[CLOCKING_MODE] & 1 else 9
        cdef int overflow = r[OVERFLOW], halves
        timing.clock_hz = self.dot_clock()
        if self.shown.sequencer[CLOCKING_MODE] & 8:
            timing.clock_hz //= 2
        # 5Dh and 5Eh hold further bits in an S3; a VGA does not have them.
        timing.line_dots = ((r[HORIZONTAL_TOTAL] | (r[EXTENDED_HORIZONTAL] & 1) << 8) + 5) * dots
        timing.display_dots = ((r[END_HORIZONTAL_DISPLAY] | (r[EXTENDED_HORIZONTAL] & 2) << 7) + 1) * dots
        halves = r[MODE_CONTROL] >> 2 & 1  # the vertical counter counts every second line
        timing.frame_dots = (timing.line_dots << halves) * (
            (r[VERTICAL_TOTAL] | (overflow & 1) << 8 | (overflow & 0x20) << 4 | (r[EXTENDED_VERTICAL] & 1) << 10) + 2)
        timing.display_lines = (r[VERTICAL_DISPLAY_END] | (overflow & 2) << 7 | (overflow & 0x40) << 3
                                     | (r[EXTENDED_VERTICAL] & 2) << 9) + 1 << halves
        timing.display_end = min(timing.display_lines * timing.line_dots, timing.frame_dots)
        timing.retrace_start = r[VERTICAL_RETRACE_START] | (overflow & 4) << 6 | (overflow & 0x80) << 2 | (
            (r[EXTENDED_VERTICAL] & 0x10) << 6)
        # Bits 0 to 3 of the line on which it ends; equal means sixteen lines.
        timing.retrace_end = timing.retrace_start + 1 + (
            (r[VERTICAL_RETRACE_END] - timing.retrace_start - 1) & 15) << halves
        timing.retrace_start <<= halves
        self.retime(&timing)

    cdef void latch_start(self, bint now) noexcept nogil:
        # The CRTC takes the start address over when the vertical retrace begins.
        cdef int64_t before = self.timing.frame_dots - self.timing.retrace_start * self.timing.line_dots
        cdef int64_t frame = (self.now_dots() + (before if before > 0 else 0)) // self.timing.frame_dots
        if now or frame != self.latch_frame:
            self.latch_frame = frame
            self.shown_start = self.start_high << 16 | self.shown.crtc[START_HIGH] << 8 | self.shown.crtc[START_LOW]

    cdef uint8_t read_status(self) noexcept nogil:
        cdef int64_t dot = self.now_dots() % self.timing.frame_dots
        cdef int64_t line = dot // self.timing.line_dots
        cdef uint8_t status = 0x04  # always set, which some programs count on
        self.attribute_data = False
        if dot % self.timing.line_dots >= self.timing.display_dots or line >= self.timing.display_lines:
            status |= 0x01
        if self.timing.retrace_start <= line < self.timing.retrace_end:
            status |= 0x08
        if line < self.timing.display_lines:
            self.look()
        else:
            self._window.before_store()
        return status

    # What the beam reads (hw/beam.pyx).

    cdef void update_geometry(self) noexcept nogil:
        if self.measured != self.generation:
            self.measured = self.generation
            measure(&self.shown, self.memory, &self.geometry)

    cdef void top_of_frame(self) noexcept nogil:
        self.latch_start(False)
        self.update_geometry()
        walk_begin(&self.lines.walk, &self.shown, &self.geometry, self.shown_start)

    cdef int line_bytes(self) noexcept nogil:
        self.update_geometry()
        return min(max(self.geometry.line_bytes, <int>LINE_BYTES), <int>MOST_BYTES)

    cdef bint next_line(self, LineMark *mark) noexcept nogil:
        # Lines that double-scanning repeats are drawn once.
        cdef bint read
        self.update_geometry()
        read = not self.lines.walk.line % self.geometry.repeat
        mark.row, mark.row_line, mark.ways = self.lines.walk.row, <int16_t>self.lines.walk.row_line, ways_of(&self.shown)
        walk_step(&self.lines.walk, &self.geometry)
        return read

    cdef int read_marked(self, LineMark *mark, uint8_t *out) noexcept nogil:
        self.update_geometry()
        if mark.ways != ways_of(&self.shown) or self.geometry.line_bytes > self.lines.line_bytes:
            return 0
        return read_line(&self.shown, &self.geometry, self.memory, mark.row, mark.row_line, <uint32_t *>out)

    cdef void race(self, bint on) noexcept nogil:
        self.memory.race(on)
        self.update_memory()

    # The vertical retrace interrupt.

    cdef void update_interrupt(self) noexcept nogil:
        cdef uint8_t control = self.shown.crtc[VERTICAL_RETRACE_END]
        if not control & KEEP_RETRACE_INTERRUPT and self.retrace_interrupt:
            self.retrace_interrupt = False
            self._pic.lower_irq(RETRACE_IRQ)
        if self._pic is not None and control & (NO_RETRACE_INTERRUPT | KEEP_RETRACE_INTERRUPT) == KEEP_RETRACE_INTERRUPT:
            with gil:
                if self.retrace_event is None:
                    self.schedule_interrupt()

    cdef void schedule_interrupt(self) noexcept:
        self.retrace_event = self._clock.at_native(
            self.time_of(self.retrace_after(self.now_dots())), retrace_began, <void *>self, "vertical retrace")

    # Ports.

    cdef void update_memory(self) noexcept nogil:
        self.memory.configure(self.shown.sequencer, self.shown.graphics, self.shown.misc)

    cdef uint8_t read_port(self, int port) noexcept nogil:
        cdef uint8_t value
        if port == 0x3BA or port == 0x3DA:
            return self.read_status() if self.answers(port) else 0xFF
        if port == 0x3B4 or port == 0x3D4:
            return self.crtc_index if self.answers(port) else 0xFF
        if port == 0x3B5 or port == 0x3D5:
            return self.shown.crtc[self.crtc_index] if self.answers(port) else 0xFF
        if port == 0x3C0:
            return self.shown.attribute_index
        if port == 0x3C1:
            return self.shown.attribute[self.shown.attribute_index & 31]
        if port == 0x3C2:
            return 0x10 | (0x80 if self.retrace_interrupt else 0)  # switch sense: a colour monitor
        if port == 0x3C4:
            return self.sequencer_index
        if port == 0x3C5:
            return self.shown.sequencer[self.sequencer_index]
        if port == 0x3C6:
            return self.shown.pel_mask
        if port == 0x3C7:
            return self.dac_state
        if port == 0x3C8:
            return <uint8_t>(self.dac_position // 3)
        if port == 0x3C9:
            value = self.shown.dac[self.dac_position]
            self.dac_position = (self.dac_position + 1) % 768
            return value
        if port == 0x3CA:
            return self.feature
        if port == 0x3CC:
            return self.shown.misc
        if port == 0x3CE:
            return self.graphics_index
        if port == 0x3CF:
            return self.shown.graphics[self.graphics_index]
        return 0xFF

    cdef bint answers(self, int port) noexcept nogil:
        # Misc output bit 0 moves the CRTC and the status register between 3Bxh and 3Dxh.
        return (port >= 0x3D0) == (self.shown.misc & 1)

    cdef void write_port(self, int port, uint8_t value) noexcept nogil:
        if port == 0x3C5:
            self.write_sequencer(value)
        elif port == 0x3C4:
            self.sequencer_index = value & self.sequencer_mask
        elif port == 0x3CF:
            if self.shown.graphics[self.graphics_index] != value:
                self.write_graphics(value)
        elif port == 0x3CE:
            self.graphics_index = value & 15
        elif port == 0x3C9:
            self.write_dac(value & (0xFF >> self.shown.dac_shift))
        elif port == 0x3C0:
            if self.attribute_data:
                self.change(&self.shown.attribute[self.shown.attribute_index & 31], value)
            else:
                self.change(&self.shown.attribute_index, value & 0x3F)
            self.attribute_data = not self.attribute_data
        elif port == 0x3C2:
            self.change(&self.shown.misc, value)
            self.update_timing()
            self.update_memory()
        elif port == 0x3C6:
            self.change(&self.shown.pel_mask, value)
        elif port == 0x3C7:
            self.dac_position = value * 3
            self.dac_state = DAC_READING
        elif port == 0x3C8:
            self.dac_position = value * 3
            self.dac_state = DAC_WRITING
        elif not self.answers(port):
            return
        elif port == 0x3B4 or port == 0x3D4:
            self.crtc_index = value & self.crtc_mask
        elif port == 0x3B5 or port == 0x3D5:
            self.write_crtc(value)
        elif port == 0x3BA or port == 0x3DA:
            self.feature = value

    cdef void write_sequencer(self, uint8_t value) noexcept nogil:
        cdef int index = self.sequencer_index
        if self.shown.sequencer[index] == value:
            return
        if index == MAP_MASK:
            # Does not change the picture; in Mode X programs it is written before each pixel.
            self.shown.sequencer[MAP_MASK] = value
            if self.memory.chain4 or self.memory.odd_even_write:
                self.update_memory()
            else:
                self.memory.set_plane_mask(value)
            return
        self.change(&self.shown.sequencer[index], value)
        self.update_timing()
        self.update_memory()

    cdef void write_graphics(self, uint8_t value) noexcept nogil:
        cdef int index = self.graphics_index
        # Most of these registers, and most bits of these two, do not change the picture.
        cdef int shown = 0x60 if index == GRAPHICS_MODE else 0x01 if index == MISCELLANEOUS else 0
        if (self.shown.graphics[index] ^ value) & shown:
            self.change(&self.shown.graphics[index], value)
        else:
            self.shown.graphics[index] = value
        if index == BIT_MASK and self.memory.direct:
            # Written before each pixel; all that follows from it in planar modes.
            self.memory.bit_mask = value
            self.memory.bit_mask4 = value * <uint32_t>0x01010101
            self.memory.plain_write = (value == 0xFF and self.memory.write_mode == 0 and self.memory.function == 0
                                       and self.memory.rotate == 0 and self.memory.enable4 == 0)
            return
        self.update_memory()

    cdef void write_crtc(self, uint8_t value) noexcept nogil:
        cdef int index = self.crtc_index
        if index <= 7 and self.shown.crtc[VERTICAL_RETRACE_END] & CRTC_PROTECT:
            if index != OVERFLOW:
                return
            # Only the line compare bit of the overflow register escapes the protection.
            value = self.shown.crtc[OVERFLOW] & ~0x10 | value & 0x10
        if index == START_HIGH or index == START_LOW:
            self.latch_start(False)
        if self.shown.crtc[index] == value:
            return
        if CURSOR_START <= index <= CURSOR_LOW:
            # The start address counts by frames, the cursor is no raster effect.
            self.shown.crtc[index] = value
            self.generation += 1
        else:
            self.change(&self.shown.crtc[index], value)
        if index <= VERTICAL_DISPLAY_END or index == MODE_CONTROL:
            self.update_timing()
        if index == VERTICAL_RETRACE_END:
            self.update_interrupt()

    cdef void write_dac(self, uint8_t value) noexcept nogil:
        # A colour takes effect with its third byte.
        cdef int part = self.dac_position % 3
        if part < 2:
            self.dac_latch[part] = value
        else:
            self.change(&self.shown.dac[self.dac_position - 2], self.dac_latch[0])
            self.change(&self.shown.dac[self.dac_position - 1], self.dac_latch[1])
            self.change(&self.shown.dac[self.dac_position], value)
        self.dac_position = (self.dac_position + 1) % 768

    # What the BIOS and the renderers use.

    def crtc(self, uint8_t index):
        """CRTC register ``index`` (00h to 18h)."""
        return self.shown.crtc[index & self.crtc_mask]

    def sequencer(self, uint8_t index):
        """Sequencer register ``index`` (0 to 4)."""
        return self.shown.sequencer[index & self.sequencer_mask]

    def graphics(self, uint8_t index):
        """Graphics controller register ``index`` (0 to 8)."""
        return self.shown.graphics[index & 15]

    def attribute(self, uint8_t index):
        """Attribute controller register ``index``: 00h to 0Fh palette, 10h to 14h the others."""
        return self.shown.attribute[index & 31]

    def set_crtc(self, uint8_t index, uint8_t value):
        """Set a CRTC register, protected or not; a start address shows at once."""
        if CURSOR_START <= index & self.crtc_mask <= CURSOR_LOW:
            self.shown.crtc[index & self.crtc_mask] = value
            self.generation += 1
            self.latch_start(True)
            return
        self.change(&self.shown.crtc[index & self.crtc_mask], value)
        self.update_timing()

    def set_sequencer(self, uint8_t index, uint8_t value):
        """Set a sequencer register."""
        self.change(&self.shown.sequencer[index & self.sequencer_mask], value)
        self.update_timing()
        self.update_memory()

    def set_graphics(self, uint8_t index, uint8_t value):
        """Set a graphics controller register."""
        self.change(&self.shown.graphics[index & 15], value)
        self.update_memory()

    def set_attribute(self, uint8_t index, uint8_t value):
        """Set an attribute controller register and leave the display on."""
        self.change(&self.shown.attribute[index & 31], value)
        self.change(&self.shown.attribute_index, 0x20)
        self.attribute_data = False

    def set_dac(self, int first, const unsigned char[::1] colours):
        """Set colours from ``first`` on: 6-bit red, green, blue, three bytes a colour."""
        cdef int i
        for i in range(colours.shape[0]):
            self.change(&self.shown.dac[((first & 255) * 3 + i) % 768], colours[i] & (0xFF >> self.shown.dac_shift))

    def dac(self, int first=0, int count=256):
        """``count`` colours from ``first`` on, three 6-bit bytes each."""
        cdef int i
        return bytes([self.shown.dac[((first & 255) * 3 + i) % 768] for i in range(3 * count)])

    def program(self, uint8_t misc, sequencer, crtc, attribute, graphics):
        """Load all registers of a mode (as the mode tables hold them) and turn the display on."""
        cdef int i
        self.reset_extensions()
        self.shown.misc = misc
        for i, value in enumerate(sequencer[:self.sequencer_mask + 1]):
            self.shown.sequencer[i & 31] = value
        for i, value in enumerate(crtc[:self.crtc_mask + 1]):
            self.shown.crtc[i & 127] = value
        for i, value in enumerate(attribute):
            self.shown.attribute[i & 31] = value
        for i, value in enumerate(graphics):
            self.shown.graphics[i & 15] = value
        self.shown.attribute_index = 0x20
        self.attribute_data = False
        self.update_timing()
        self.update_memory()
        self.update_interrupt()
        self.raster.reset(self.frame_at(self.now_dots()))
        self.lose_sync()
        self.latch_start(True)
        self.generation += 1

    def load_font(self, int block, bytes glyphs, int height, int first=0):
        """Put glyphs of ``height`` rows into font block 0 to 7, from character ``first`` on."""
        # Blocks 4 to 7 lie between blocks 0 to 3 (FreeVGA, "Character Map Select").
        cdef int base = (block & 3) * 16384 + (block >> 2 & 1) * 8192
        cdef int i
        if not 0 < height <= 32:
            return
        for i in range(min(len(glyphs) // height, 256 - (first & 255))):
            self.memory.set_plane(2, base + ((first & 255) + i) * 32, glyphs[i * height:(i + 1) * height])
        self.generation += 1

    def touch(self):
        """Say that something else that the picture is made of has changed."""
        self.generation += 1

    # What a screen and a BIOS ask of any adapter (hw/adapter.py).

    @property
    def modes(self):
        """The modes of its BIOS."""
        from hw.vga.modes import MODES
        return MODES

    def clear_memory(self):
        """Set all planes to zero."""
        self.memory.clear()

    @property
    def is_text(self):
        """The attribute controller makes characters."""
        return not self.shown.attribute[0x10] & 1

    def text_layout(self):
        """The text screen as the registers describe it."""
        from hw.vga.text import layout_of
        return layout_of(self)

    def read_cells(self, layout):
        """The (rows, columns, 2) characters and attributes shown; a copy."""
        from hw.vga.text import read_cells
        return read_cells(self, layout)

    def renderer(self):
        """What draws the picture; loads numpy."""
        from hw.vga.render import Renderer
        return Renderer(self)

    def content(self):
        """A copy of the planes."""
        self.memory.spill()
        return self.memory.part(0, 0x40000)

    @property
    def misc_output(self):
        """The miscellaneous output register (3C2h, read at 3CCh)."""
        return self.shown.misc

    @misc_output.setter
    def misc_output(self, uint8_t value):
        self.write_port(0x3C2, value)

    @property
    def pel_mask(self):
        """The DAC's pixel mask (3C6h)."""
        return self.shown.pel_mask

    @pel_mask.setter
    def pel_mask(self, uint8_t value):
        self.write_port(0x3C6, value)

    @property
    def display_enabled(self):
        """The palette is connected (3C0h bit 5) and the sequencer does not blank the screen."""
        return bool(self.shown.attribute_index & 0x20) and not self.shown.sequencer[CLOCKING_MODE] & 0x20

    def save(self):
        """All registers, colours and the video memory."""
        return {
            "crtc": bytes(self.shown.crtc[:128]), "sequencer": bytes(self.shown.sequencer[:32]),
            "graphics": bytes(self.shown.graphics[:16]), "attribute": bytes(self.shown.attribute[:32]),
            "dac": self.dac(), "misc": self.shown.misc, "feature": self.feature, "pel_mask": self.shown.pel_mask,
            "indexes": (self.crtc_index, self.sequencer_index, self.graphics_index, self.shown.attribute_index),
            "flip_flop": self.attribute_data, "dac_position": (self.dac_position, self.dac_state),
            "dac_latch": (self.dac_latch[0], self.dac_latch[1]),
            "epoch_ps": self.epoch_ps, "shown_start": self.shown_start, "memory": self.memory.save(),
            "retrace_interrupt": self.retrace_interrupt, "raster": self.raster.save(),
            "lines": self.save_lines(),
        }

    def load(self, state):
        """Take back what save() gave."""
        self._clock.cancel(self.retrace_event)
        self.retrace_event = None
        self.retrace_interrupt = False
        self.program(state["misc"], state["sequencer"], state["crtc"], state["attribute"], state["graphics"])
        self.set_dac(0, state["dac"])
        self.feature, self.shown.pel_mask = state["feature"], state["pel_mask"]
        self.crtc_index, self.sequencer_index, self.graphics_index, self.shown.attribute_index = state["indexes"]
        self.attribute_data = state["flip_flop"]
        self.dac_position, self.dac_state = state["dac_position"]
        self.dac_latch[0], self.dac_latch[1] = state["dac_latch"]
        self.epoch_ps = state["epoch_ps"]
        self.latch_start(True)
        self.shown_start = state["shown_start"]
        self.memory.load(state["memory"])
        self.load_lines(state["lines"])
        self.retrace_interrupt = state["retrace_interrupt"]
        self.raster.load(state["raster"], sizeof(self.shown))


cdef void retrace_began(void *arg) noexcept:
    cdef Vga vga = <Vga>arg
    cdef uint8_t control = vga.shown.crtc[VERTICAL_RETRACE_END]
    vga.retrace_event = None
    if control & (NO_RETRACE_INTERRUPT | KEEP_RETRACE_INTERRUPT) != KEEP_RETRACE_INTERRUPT:
        return
    vga.retrace_interrupt = True
    vga.look()
    vga._pic.raise_irq(RETRACE_IRQ)
    vga.schedule_interrupt()


cdef uint32_t vga_read(void *device, uint16_t port, int size) noexcept nogil:
    cdef uint32_t value = (<Vga>device).read_port(port)
    cdef int i
    for i in range(1, size):
        value |= <uint32_t>(<Vga>device).read_port(port + i) << 8 * i
    return value


cdef void vga_write(void *device, uint16_t port, int size, uint32_t value) noexcept nogil:
    cdef int i
    (<Vga>device).write_port(port, <uint8_t>value)
    for i in range(1, size):
        (<Vga>device).write_port(port + i, <uint8_t>(value >> 8 * i))
