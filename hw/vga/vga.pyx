# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True
"""The VGA's registers, ports 3B4h to 3DAh, and where its beam is.

IBM PS/2 Hardware Interface Technical Reference, "Video Subsystem"; FreeVGA. All register groups are
kept and read back; the beam's position follows from emulated time and the programmed timing, so that
status port 3DAh moves on whatever the CPU does. Reading it resets the attribute flip-flop.

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

from hw.ports cimport PortBus

cdef int64_t SECOND_PS = 1000000000000
FONT_MEMORY = 65536

cdef enum:
    # Indexes of CRTC registers (FreeVGA, "CRT Controller Registers").
    HORIZONTAL_TOTAL = 0x00
    END_HORIZONTAL_DISPLAY = 0x01
    VERTICAL_TOTAL = 0x06
    OVERFLOW = 0x07
    START_HIGH = 0x0C
    CURSOR_HIGH = 0x0E
    VERTICAL_RETRACE_START = 0x10
    VERTICAL_RETRACE_END = 0x11
    VERTICAL_DISPLAY_END = 0x12
    CRTC_PROTECT = 0x80
    CLOCKING_MODE = 0x01  # sequencer
    DAC_WRITING = 0
    DAC_READING = 3


cdef class Vga:
    """Registers and timing; ``fonts`` is plane 2, eight blocks of 256 glyphs of 32 bytes."""

    def __cinit__(self, PortBus ports, Clock clock):
        cdef int port
        self._clock = clock
        self.fonts = bytearray(FONT_MEMORY)
        self.misc = 0x67
        self.pixel_mask = 0xFF
        self.attribute_index = 0x20
        self.update_timing()
        for port in (0x3B4, 0x3B5, 0x3BA, 0x3C0, 0x3C1, 0x3C2, 0x3C4, 0x3C5, 0x3C6, 0x3C7, 0x3C8, 0x3C9, 0x3CA, 0x3CC,
                     0x3CE, 0x3CF, 0x3D4, 0x3D5, 0x3DA):
            ports.native_read(<uint16_t>port, vga_read, self)
            ports.native_write(<uint16_t>port, vga_write, self)

    # Timing.

    cdef int64_t dots(self, int64_t now_ps) noexcept nogil:
        cdef int64_t passed = now_ps - self.epoch_ps
        cdef int64_t hz = self.timing.clock_hz
        return passed // SECOND_PS * hz + passed % SECOND_PS // 1000 * hz // 1000000000

    cdef void update_timing(self) noexcept nogil:
        cdef uint8_t *r = self.crtc_registers
        cdef int64_t old_line = self.timing.line_dots, old_frame = self.timing.frame_dots, old_hz = self.timing.clock_hz
        cdef int dots = 8 if self.sequencer_registers[CLOCKING_MODE] & 1 else 9
        cdef int overflow = r[OVERFLOW]
        self.timing.clock_hz = 28322000 if self.misc >> 2 & 3 == 1 else 25175000
        if self.sequencer_registers[CLOCKING_MODE] & 8:
            self.timing.clock_hz //= 2
        self.timing.line_dots = (r[HORIZONTAL_TOTAL] + 5) * dots
        self.timing.display_dots = (r[END_HORIZONTAL_DISPLAY] + 1) * dots
        self.timing.frame_dots = self.timing.line_dots * (
            (r[VERTICAL_TOTAL] | (overflow & 1) << 8 | (overflow & 0x20) << 4) + 2)
        self.timing.display_lines = (r[VERTICAL_DISPLAY_END] | (overflow & 2) << 7 | (overflow & 0x40) << 3) + 1
        self.timing.retrace_start = r[VERTICAL_RETRACE_START] | (overflow & 4) << 6 | (overflow & 0x80) << 2
        # Bits 0 to 3 of the line on which it ends; equal means sixteen lines.
        self.timing.retrace_end = self.timing.retrace_start + 1 + (
            (r[VERTICAL_RETRACE_END] - self.timing.retrace_start - 1) & 15)
        if self.timing.line_dots != old_line or self.timing.frame_dots != old_frame or self.timing.clock_hz != old_hz:
            self.epoch_ps = self._clock.now()

    cdef uint8_t read_status(self) noexcept nogil:
        cdef int64_t dot = self.dots(self._clock.now()) % self.timing.frame_dots
        cdef int64_t line = dot // self.timing.line_dots
        cdef uint8_t status = 0x04  # always set, which some programs count on
        self.attribute_data = False
        if dot % self.timing.line_dots >= self.timing.display_dots or line >= self.timing.display_lines:
            status |= 0x01
        if self.timing.retrace_start <= line < self.timing.retrace_end:
            status |= 0x08
        return status

    # Ports.

    cdef uint8_t read_port(self, int port) noexcept nogil:
        cdef uint8_t value
        if port == 0x3BA or port == 0x3DA:
            return self.read_status() if self.answers(port) else 0xFF
        if port == 0x3B4 or port == 0x3D4:
            return self.crtc_index if self.answers(port) else 0xFF
        if port == 0x3B5 or port == 0x3D5:
            return self.crtc_registers[self.crtc_index] if self.answers(port) else 0xFF
        if port == 0x3C0:
            return self.attribute_index
        if port == 0x3C1:
            return self.attribute_registers[self.attribute_index & 31]
        if port == 0x3C2:
            return 0x10  # switch sense: a colour monitor
        if port == 0x3C4:
            return self.sequencer_index
        if port == 0x3C5:
            return self.sequencer_registers[self.sequencer_index]
        if port == 0x3C6:
            return self.pixel_mask
        if port == 0x3C7:
            return self.dac_state
        if port == 0x3C8:
            return <uint8_t>(self.dac_position // 3)
        if port == 0x3C9:
            value = self.dac_registers[self.dac_position]
            self.dac_position = (self.dac_position + 1) % 768
            return value
        if port == 0x3CA:
            return self.feature
        if port == 0x3CC:
            return self.misc
        if port == 0x3CE:
            return self.graphics_index
        if port == 0x3CF:
            return self.graphics_registers[self.graphics_index]
        return 0xFF

    cdef bint answers(self, int port) noexcept nogil:
        # Misc output bit 0 moves the CRTC and the status register between 3Bxh and 3Dxh.
        return (port >= 0x3D0) == (self.misc & 1)

    cdef void write_port(self, int port, uint8_t value) noexcept nogil:
        if port == 0x3C0:
            if self.attribute_data:
                self.attribute_registers[self.attribute_index & 31] = value
                self.generation += 1
            else:
                if (self.attribute_index ^ value) & 0x20:
                    self.generation += 1
                self.attribute_index = value & 0x3F
            self.attribute_data = not self.attribute_data
        elif port == 0x3C2:
            self.misc = value
            self.update_timing()
            self.generation += 1
        elif port == 0x3C4:
            self.sequencer_index = value & 7
        elif port == 0x3C5:
            self.sequencer_registers[self.sequencer_index] = value
            if self.sequencer_index != 2:  # the plane mask does not change the picture
                self.update_timing()
                self.generation += 1
        elif port == 0x3C6:
            self.pixel_mask = value
            self.generation += 1
        elif port == 0x3C7:
            self.dac_position = value * 3
            self.dac_state = DAC_READING
        elif port == 0x3C8:
            self.dac_position = value * 3
            self.dac_state = DAC_WRITING
        elif port == 0x3C9:
            self.write_dac(value & 0x3F)
        elif port == 0x3CE:
            self.graphics_index = value & 15
        elif port == 0x3CF:
            self.graphics_registers[self.graphics_index] = value
            if self.graphics_index == 5 or self.graphics_index == 6:
                self.generation += 1
        elif not self.answers(port):
            return
        elif port == 0x3B4 or port == 0x3D4:
            self.crtc_index = value & 0x3F
        elif port == 0x3B5 or port == 0x3D5:
            self.write_crtc(value)
        elif port == 0x3BA or port == 0x3DA:
            self.feature = value

    cdef void write_crtc(self, uint8_t value) noexcept nogil:
        cdef int index = self.crtc_index
        if index <= 7 and self.crtc_registers[VERTICAL_RETRACE_END] & CRTC_PROTECT:
            if index != OVERFLOW:
                return
            # Only the line compare bit of the overflow register escapes the protection.
            value = self.crtc_registers[OVERFLOW] & ~0x10 | value & 0x10
        if self.crtc_registers[index] == value:
            return
        self.crtc_registers[index] = value
        self.generation += 1
        if index <= VERTICAL_DISPLAY_END:
            self.update_timing()

    cdef void write_dac(self, uint8_t value) noexcept nogil:
        # A colour takes effect with its third byte.
        cdef int part = self.dac_position % 3
        if part < 2:
            self.dac_latch[part] = value
        else:
            self.dac_registers[self.dac_position - 2] = self.dac_latch[0]
            self.dac_registers[self.dac_position - 1] = self.dac_latch[1]
            self.dac_registers[self.dac_position] = value
            self.generation += 1
        self.dac_position = (self.dac_position + 1) % 768

    # What the BIOS and the renderers use.

    def crtc(self, uint8_t index):
        """CRTC register ``index`` (00h to 18h)."""
        return self.crtc_registers[index & 0x3F]

    def sequencer(self, uint8_t index):
        """Sequencer register ``index`` (0 to 4)."""
        return self.sequencer_registers[index & 7]

    def graphics(self, uint8_t index):
        """Graphics controller register ``index`` (0 to 8)."""
        return self.graphics_registers[index & 15]

    def attribute(self, uint8_t index):
        """Attribute controller register ``index``: 00h to 0Fh palette, 10h to 14h the others."""
        return self.attribute_registers[index & 31]

    def set_crtc(self, uint8_t index, uint8_t value):
        """Set a CRTC register, protected or not."""
        self.crtc_registers[index & 0x3F] = value
        self.update_timing()
        self.generation += 1

    def set_sequencer(self, uint8_t index, uint8_t value):
        """Set a sequencer register."""
        self.sequencer_registers[index & 7] = value
        self.update_timing()
        self.generation += 1

    def set_graphics(self, uint8_t index, uint8_t value):
        """Set a graphics controller register."""
        self.graphics_registers[index & 15] = value
        self.generation += 1

    def set_attribute(self, uint8_t index, uint8_t value):
        """Set an attribute controller register and leave the display on."""
        self.attribute_registers[index & 31] = value
        self.attribute_index = 0x20
        self.attribute_data = False
        self.generation += 1

    def set_dac(self, int first, const unsigned char[::1] colours):
        """Set colours from ``first`` on: 6-bit red, green, blue, three bytes a colour."""
        cdef int i
        for i in range(colours.shape[0]):
            self.dac_registers[((first & 255) * 3 + i) % 768] = colours[i] & 0x3F
        self.generation += 1

    def dac(self, int first=0, int count=256):
        """``count`` colours from ``first`` on, three 6-bit bytes each."""
        cdef int i
        return bytes([self.dac_registers[((first & 255) * 3 + i) % 768] for i in range(3 * count)])

    def program(self, uint8_t misc, sequencer, crtc, attribute, graphics):
        """Load all registers of a mode (as the mode tables hold them) and turn the display on."""
        cdef int i
        self.misc = misc
        for i, value in enumerate(sequencer):
            self.sequencer_registers[i & 7] = value
        for i, value in enumerate(crtc):
            self.crtc_registers[i & 0x3F] = value
        for i, value in enumerate(attribute):
            self.attribute_registers[i & 31] = value
        for i, value in enumerate(graphics):
            self.graphics_registers[i & 15] = value
        self.attribute_index = 0x20
        self.attribute_data = False
        self.update_timing()
        self.generation += 1

    def load_font(self, int block, bytes glyphs, int height, int first=0):
        """Put glyphs of ``height`` rows into font block 0 to 7, from character ``first`` on."""
        # Blocks 4 to 7 lie between blocks 0 to 3 (FreeVGA, "Character Map Select").
        cdef int base = (block & 3) * 16384 + (block >> 2 & 1) * 8192
        cdef int i
        if not 0 < height <= 32:
            return
        for i in range(min(len(glyphs) // height, 256 - (first & 255))):
            self.fonts[base + (first + i) * 32:base + (first + i) * 32 + height] = glyphs[i * height:(i + 1) * height]
        self.generation += 1

    def touch(self):
        """Say that something else that the picture is made of (a font) has changed."""
        self.generation += 1

    @property
    def misc_output(self):
        """The miscellaneous output register (3C2h, read at 3CCh)."""
        return self.misc

    @misc_output.setter
    def misc_output(self, uint8_t value):
        self.write_port(0x3C2, value)

    @property
    def pel_mask(self):
        """The DAC's pixel mask (3C6h)."""
        return self.pixel_mask

    @pel_mask.setter
    def pel_mask(self, uint8_t value):
        self.write_port(0x3C6, value)

    @property
    def display_enabled(self):
        """The palette is connected (3C0h bit 5) and the sequencer does not blank the screen."""
        return bool(self.attribute_index & 0x20) and not self.sequencer_registers[CLOCKING_MODE] & 0x20

    @property
    def revision(self):
        """A number that is another one after each change of registers, colours or fonts."""
        return self.generation

    @property
    def frame_number(self):
        """Frames since the timing was programmed; the blinking follows it."""
        return self.dots(self._clock.now()) // self.timing.frame_dots

    @property
    def frame_ps(self):
        """The duration of a frame in picoseconds, rounded up."""
        return -(-self.timing.frame_dots * SECOND_PS // self.timing.clock_hz)

    @property
    def refresh_hz(self):
        """Frames a second."""
        return self.timing.clock_hz / <double>self.timing.frame_dots

    def next_frame_ps(self, int64_t after_ps):
        """When the first frame after ``after_ps`` begins."""
        number = self.dots(after_ps) // self.timing.frame_dots + 1
        return self.epoch_ps + -(-number * self.timing.frame_dots * SECOND_PS // self.timing.clock_hz)

    @property
    def start_address(self):
        """The address of the first character or pixel shown (CRTC 0Ch, 0Dh)."""
        return self.crtc_registers[START_HIGH] << 8 | self.crtc_registers[START_HIGH + 1]

    @property
    def cursor_address(self):
        """The address of the character under the cursor (CRTC 0Eh, 0Fh)."""
        return self.crtc_registers[CURSOR_HIGH] << 8 | self.crtc_registers[CURSOR_HIGH + 1]

    def save(self):
        """All registers, colours and fonts."""
        return {
            "crtc": bytes(self.crtc_registers[:64]), "sequencer": bytes(self.sequencer_registers[:8]),
            "graphics": bytes(self.graphics_registers[:16]), "attribute": bytes(self.attribute_registers[:32]),
            "dac": self.dac(), "misc": self.misc, "feature": self.feature, "pel_mask": self.pixel_mask,
            "indexes": (self.crtc_index, self.sequencer_index, self.graphics_index, self.attribute_index),
            "flip_flop": self.attribute_data, "dac_position": (self.dac_position, self.dac_state),
            "epoch_ps": self.epoch_ps, "fonts": bytes(self.fonts),
        }

    def load(self, state):
        """Take back what save() gave."""
        self.program(state["misc"], state["sequencer"], state["crtc"], state["attribute"], state["graphics"])
        self.set_dac(0, state["dac"])
        self.feature, self.pixel_mask = state["feature"], state["pel_mask"]
        self.crtc_index, self.sequencer_index, self.graphics_index, self.attribute_index = state["indexes"]
        self.attribute_data = state["flip_flop"]
        self.dac_position, self.dac_state = state["dac_position"]
        self.epoch_ps = state["epoch_ps"]
        self.fonts[:] = state["fonts"]


cdef uint32_t vga_read(void *device, uint16_t port, int size) noexcept nogil:
    return (<Vga>device).read_port(port)


cdef void vga_write(void *device, uint16_t port, int size, uint32_t value) noexcept nogil:
    (<Vga>device).write_port(port, <uint8_t>value)
