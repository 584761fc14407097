# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True
"""The picture: scan line by scan line from registers and planes, as CRTC, attribute controller and DAC make it.

IBM PS/2 Hardware Interface Technical Reference, "Video Subsystem"; FreeVGA ("CRT Controller Registers",
"Attribute Controller Registers", "Display Generation"). One path for all modes: the cells of a line
(hw/vga/geometry.pyx) become characters, planar, packed or 256-colour pixels.

A frame is drawn whole when it is asked for. Registers that changed and changed back during the last frame
(RasterLog) take the values they had at each line; all others are as they are now. So does the memory, where the
frame and the one before were torn (LineLog).
"""

from libc.stdint cimport int16_t, int64_t, uint8_t, uint16_t, uint32_t
from libc.string cimport memset

import numpy as np

from hw.line_log cimport MOST_CELLS, LineMark, Walk
from hw.vga.geometry cimport Geometry, Shown, measure, read_line, walk_begin, walk_step, ways_of
from hw.vga.raster cimport Change
from hw.vga.vga cimport Vga

cdef enum:
    REGISTERS = 1024  # bytes of Shown, and some
    MAX_WIDTH = 2304  # 256 characters of nine dots
    MAX_HEIGHT = 2048
    LINE_GRAPHICS = 0x04  # attribute controller 10h
    KEEP_PANNING = 0x20
    PALETTE_54 = 0x80
    # Frames of one phase: a character blinks at 1/32, the cursor at 1/16 of the frame rate.
    CHARACTER_BLINK = 16
    CURSOR_BLINK = 8


cdef class Renderer:
    """Draws one adapter's picture; ``draw`` gives (height, width, 3) uint8."""

    cdef Vga vga
    cdef Shown shown  # the registers as they are at the line being drawn
    cdef Geometry g
    cdef uint32_t colours[256]  # what leaves the attribute controller, as R, G, B in bits 0 to 23
    cdef uint8_t nibbles[MAX_WIDTH * 2 + 64]
    cdef object _frame
    cdef bint characters_on
    cdef bint cursor_on
    cdef uint32_t line[MOST_CELLS]  # what is read for it now
    cdef const uint32_t *cells  # of the line being drawn

    def __cinit__(self, Vga vga not None):
        self.vga = vga
        self._frame = np.zeros((0, 0, 3), np.uint8)

    @property
    def size(self):
        """Width and height in pixels."""
        self.shown = self.vga.shown
        self.measure()
        return self.width(), self.height()

    cdef int width(self) noexcept nogil:
        cdef int width = min(self.g.columns * self.g.cell_width, MAX_WIDTH)
        if self.g.packed_bits:
            return width
        return width // 2 if self.g.pixels_256 else width

    cdef int height(self) noexcept nogil:
        return min((self.g.lines + self.g.repeat - 1) // self.g.repeat, MAX_HEIGHT)

    cdef void measure(self) noexcept nogil:
        # The registers' bits as numbers.
        measure(&self.shown, self.vga.memory, &self.g)

    cdef void load_colours(self) noexcept nogil:
        # Everything behind the pixels: palette registers, colour select, pixel mask, DAC.
        cdef int i, colour, enabled = self.shown.attribute[0x12] & 15
        cdef uint8_t *a = self.shown.attribute
        for i in range(256):
            colour = i
            if not self.g.pixels_256:
                colour = a[i & enabled] & 0x3F
                if a[0x10] & PALETTE_54:
                    colour = colour & 0x0F | (a[0x14] & 3) << 4
                colour |= (a[0x14] & 0x0C) << 4
            self.colours[i] = self.colour_at(colour)

    cdef uint32_t colour_at(self, int number) noexcept nogil:
        # What the DAC makes of a colour number, as R, G, B in bits 0 to 23.
        cdef uint8_t *dac = &self.shown.dac[3 * (number & self.shown.pel_mask)]
        if self.shown.dac_shift:
            return ((dac[0] << 2 | dac[0] >> 4) | (dac[1] << 2 | dac[1] >> 4) << 8
                    | (dac[2] << 2 | dac[2] >> 4) << 16)
        return dac[0] | dac[1] << 8 | dac[2] << 16

    def draw(self):
        """The frame as (height, width, 3) uint8; valid until the next call, not to be changed."""
        cdef Vga vga = self.vga
        cdef int width, height, number
        cdef unsigned char[:, :, ::1] out
        cdef int64_t now = vga.now_dots()
        vga.raster.turn(vga.frame_at(now))
        vga.latch_start(False)
        self.shown = vga.shown
        self.measure()
        width, height = self.width(), self.height()
        if self._frame.shape[0] != height or self._frame.shape[1] != width:
            self._frame = np.zeros((height, width, 3), np.uint8)
        number = <int>(vga.frame_at(now) & 0xFFFF)
        self.characters_on = not number // CHARACTER_BLINK & 1
        self.cursor_on = not number // CURSOR_BLINK & 1
        out = self._frame
        with nogil:
            self.draw_lines(&out[0, 0, 0], width, height, now)
        return self._frame

    cdef void draw_lines(self, uint8_t *out, int width, int height, int64_t now) noexcept nogil:
        cdef Change *changes
        cdef Change *change
        cdef uint8_t *registers = <uint8_t *>&self.shown
        cdef uint8_t effect[REGISTERS]
        cdef int count = self.vga.raster.last(&changes), next_change = 0, i
        cdef int y = 0, repeat = self.g.repeat
        cdef Walk walk
        cdef bint torn = False
        cdef int frame = self.vga.torn_frame(now, &torn)
        if count:
            count = self.effects(changes, count, effect)
        if count:
            # As it was at the top of the last frame.
            for i in range(count - 1, -1, -1):
                if effect[changes[i].offset]:
                    registers[changes[i].offset] = changes[i].old
            self.measure()
        self.load_colours()
        walk_begin(&walk, &self.shown, &self.g, self.vga.shown_start)
        while y < height:
            if next_change < count and changes[next_change].line <= walk.line:
                while next_change < count and changes[next_change].line <= walk.line:
                    change = &changes[next_change]
                    if effect[change.offset]:
                        registers[change.offset] = change.new
                    next_change += 1
                self.measure()
                self.load_colours()
            if walk.line == y * repeat:
                self.draw_line(out + y * width * 3, width, &walk, frame if torn else -1)
                y += 1
            walk_step(&walk, &self.g)

    cdef int effects(self, Change *changes, int count, uint8_t *effect) noexcept nogil:
        # Registers that changed at several lines, one of them shown, are effects; others only have new values.
        cdef int16_t lines[REGISTERS]
        cdef uint8_t times[REGISTERS]
        cdef uint8_t shown[REGISTERS]
        cdef int i, place, found = 0
        memset(times, 0, REGISTERS)
        memset(shown, 0, REGISTERS)
        for i in range(count):
            place = self.group(changes[i].offset)
            if times[place] == 0 or lines[place] != changes[i].line:
                times[place] = min(times[place] + 1, 2)
            lines[place] = changes[i].line
            if changes[i].line >= 0:
                shown[place] = 1
        for i in range(<int>sizeof(Shown)):
            place = self.group(i)
            effect[i] = times[place] > 1 and shown[place]
            found += effect[i]
        return count if found else 0

    cdef int group(self, int offset) noexcept nogil:
        # The three parts of a colour change together.
        cdef int first = <int>(&self.shown.dac[0] - <uint8_t *>&self.shown)
        if first <= offset < first + 768:
            return offset - (offset - first) % 3
        return offset

    cdef const uint32_t *cells_of(self, Walk *walk, int frame) noexcept nogil:
        # What the beam read for this line, if it is known and the line has stayed where it was; else what is there now.
        cdef LineMark *mark = NULL
        if frame >= 0:
            mark = self.vga.lines.mark(frame, walk.line)
        if (mark != NULL and mark.row == walk.row and mark.row_line == walk.row_line
                and mark.ways == ways_of(&self.shown) and mark.size == self.g.line_bytes):
            return <const uint32_t *>self.vga.lines.line(frame, walk.line)
        read_line(&self.shown, &self.g, self.vga.memory, walk.row, walk.row_line, self.line)
        return self.line

    cdef void draw_line(self, uint8_t *out, int width, Walk *walk, int frame) noexcept nogil:
        cdef int panning = self.g.panning, i, skip
        cdef int total = width
        cdef uint8_t *nibbles = self.nibbles
        cdef uint32_t colour
        if self.g.off or self.g.blank_start <= walk.line < self.g.blank_end:
            memset(out, 0, width * 3)
            return
        if self.g.border_only:
            colour = self.colour_at(self.shown.attribute[0x11])
            for i in range(width):
                out[3 * i], out[3 * i + 1], out[3 * i + 2] = colour & 0xFF, colour >> 8 & 0xFF, colour >> 16 & 0xFF
            return
        if walk.below and self.g.mode_control & KEEP_PANNING:
            panning = 0
        self.cells = self.cells_of(walk, frame)
        if self.g.packed_bits:
            self.packed_line(out, width, <const uint8_t *>self.cells + (panning >> 1 & 3))
            return
        if self.g.text:
            # Nine dots: 8 is no shift, 0 to 7 are one to eight dots.
            if self.g.cell_width == 9:
                skip = 0 if panning >= 8 else panning + 1
            else:
                skip = panning & 7
            total = min(width, self.g.columns * self.g.cell_width)
            self.text_line(walk.row, walk.row_line)
        elif self.g.pixels_256:
            skip = panning >> 1 & 3
            total = min(width, self.g.columns * 4)
            self.pixel_line()
        else:
            skip = panning & 7
            total = min(width, self.g.columns * 8)
            self.pixel_line()
        nibbles += skip
        for i in range(total):
            colour = self.colours[nibbles[i]]
            out[0] = <uint8_t>colour
            out[1] = <uint8_t>(colour >> 8)
            out[2] = <uint8_t>(colour >> 16)
            out += 3
        if total < width:
            memset(out, 0, (width - total) * 3)

    cdef void packed_line(self, uint8_t *out, int width, const uint8_t *pixel) noexcept nogil:
        # An SVGA's pixels of 8 to 32 bits.
        cdef int bits = self.g.packed_bits, i
        cdef uint32_t value
        if bits == 8:
            for i in range(width):
                value = self.colours[pixel[i]]
                out[3 * i], out[3 * i + 1], out[3 * i + 2] = value & 0xFF, value >> 8 & 0xFF, value >> 16 & 0xFF
        elif bits == 15:
            for i in range(width):
                value = pixel[2 * i] | pixel[2 * i + 1] << 8
                out[3 * i] = (value >> 7 & 0xF8) | (value >> 12 & 7)
                out[3 * i + 1] = (value >> 2 & 0xF8) | (value >> 7 & 7)
                out[3 * i + 2] = (value << 3 & 0xF8) | (value >> 2 & 7)
        elif bits == 16:
            for i in range(width):
                value = pixel[2 * i] | pixel[2 * i + 1] << 8
                out[3 * i] = (value >> 8 & 0xF8) | (value >> 13 & 7)
                out[3 * i + 1] = (value >> 3 & 0xFC) | (value >> 9 & 3)
                out[3 * i + 2] = (value << 3 & 0xF8) | (value >> 2 & 7)
        else:
            bits >>= 3
            for i in range(width):
                out[3 * i], out[3 * i + 1], out[3 * i + 2] = pixel[2], pixel[1], pixel[0]
                pixel += bits

    cdef void text_line(self, uint32_t row, int row_line) noexcept nogil:
        # Dots of a line of characters, one more than fits, as colour numbers.
        cdef uint8_t *dots = self.nibbles
        cdef uint8_t *crtc = self.shown.crtc
        # The cursor may come later by as many characters as its skew says.
        cdef uint32_t counter, cursor = ((crtc[0x0E] << 8 | crtc[0x0F]) + (crtc[0x0B] >> 5 & 3)) & 0xFFFF
        cdef uint32_t cell, bits
        cdef int column, ink, paper, attribute, character, dot
        cdef bint underline = row_line == crtc[0x14] & 0x1F
        cdef bint cursor_line = (self.cursor_on and not crtc[0x0A] & 0x20
                                 and crtc[0x0A] & 0x1F <= row_line <= crtc[0x0B] & 0x1F)
        cdef uint8_t colours[2]
        cdef int by = 2 if crtc[0x14] & 0x20 else 1 if crtc[0x17] & 8 else 0  # characters a count, as a power of two
        for column in range(self.g.columns + 1):
            counter = (row + (column >> by)) & 0xFFFF
            cell = self.cells[column]
            character, attribute = cell & 0xFF, cell >> 8 & 0xFF
            ink, paper = attribute & 15, attribute >> 4
            bits = cell >> 16 & 0xFF
            bits <<= 1
            if character & 0xE0 == 0xC0 and self.g.mode_control & LINE_GRAPHICS:
                bits |= bits >> 1 & 1  # the ninth dot repeats the eighth
            if self.g.blink:
                paper &= 7
                if attribute & 0x80 and not self.characters_on:
                    bits = 0
            if underline and attribute & 0x77 == 0x01:
                bits = 0x1FF
            if cursor_line and counter == cursor:
                bits = 0x1FF
            colours[0], colours[1] = <uint8_t>paper, <uint8_t>ink
            for dot in range(self.g.cell_width):
                dots[0] = colours[bits >> (8 - dot) & 1]
                dots += 1

    cdef uint32_t serialized(self, uint32_t cell, int column) noexcept nogil:
        # Serializers that are loaded every second or fourth character shift into each other: plane 1 into 0, 3 into 2.
        if self.g.chained == 4:
            return cell >> 8 * (column & 3)
        return cell >> 8 & <uint32_t>0x00FF00FF if column & 1 else cell

    cdef void pixel_line(self) noexcept nogil:
        # Pixels of a line of graphics, one group of eight (or four) more than fits, as colour numbers.
        cdef uint8_t *out = self.nibbles
        cdef uint32_t cell
        cdef int column, i
        cdef int flip = 8 if self.g.blink and not self.characters_on and not self.g.pixels_256 else 0
        for column in range(self.g.columns + 1):
            cell = self.cells[column]
            if self.g.chained > 1:
                cell = self.serialized(cell, column)
            if self.g.shift_256:
                if self.g.pixels_256:
                    out[0], out[1] = <uint8_t>cell, <uint8_t>(cell >> 8)
                    out[2], out[3] = <uint8_t>(cell >> 16), <uint8_t>(cell >> 24)
                    out += 4
                    continue
                for i in range(4):
                    out[2 * i] = cell >> (8 * i + 4) & 15
                    out[2 * i + 1] = cell >> (8 * i) & 15
            elif self.g.packed:
                for i in range(4):
                    out[i] = cell >> (6 - 2 * i) & 3 | (cell >> (22 - 2 * i) & 3) << 2
                    out[4 + i] = cell >> (14 - 2 * i) & 3 | (cell >> (30 - 2 * i) & 3) << 2
            else:
                for i in range(8):
                    out[i] = (cell >> (7 - i) & 1 | (cell >> (15 - i) & 1) << 1
                              | (cell >> (23 - i) & 1) << 2 | (cell >> (31 - i) & 1) << 3)
            if self.g.pixels_256:
                for i in range(4):
                    out[i] = out[2 * i] << 4 | out[2 * i + 1]
                out += 4
                continue
            if flip:
                for i in range(8):
                    out[i] ^= flip
            out += 8
