# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True
"""Which addresses a scan line is made of: the registers' bits as numbers, the counters of the CRT controller.

IBM PS/2 Hardware Interface Technical Reference, "Video Subsystem"; FreeVGA ("CRT Controller Registers"). One way for
all modes: the memory counter runs from the start address (from 0 below the line compare) and is turned into an address
by byte, word or double-word mode; the four bytes there become characters or pixels.
"""

from libc.stdint cimport int64_t, uint8_t, uint32_t
from libc.string cimport memcpy

cdef enum:
    BLINK = 0x08  # attribute controller 10h
    COLOURS_256 = 0x40


# Bits a pixel by bits 4 to 7 of the S3's register 67h ("Extended Miscellaneous Control 2"): colour modes 0, 9, 10, 12, 13.
cdef int[16] PIXEL_BITS
PIXEL_BITS[:] = [8, 8, 15, 15, 16, 16, 24, 24, 8, 8, 8, 8, 8, 32, 8, 8]


cdef void measure(const Shown *s, VideoMemory memory, Geometry *g) noexcept nogil:
    cdef int overflow = s.crtc[0x07], scan = s.crtc[0x09]
    cdef int control = s.attribute[0x10], halves = s.crtc[0x17] >> 2 & 1
    g.off = s.sequencer[1] & 0x20 or not s.crtc[0x17] & 0x80  # the screen is off, or there are no retraces
    g.border_only = not s.attribute_index & 0x20
    g.chained = 4 if s.sequencer[1] & 0x10 else 2 if s.sequencer[1] & 0x04 else 1
    g.text = not control & 1
    g.shift_256 = s.graphics[5] & 0x40 != 0
    g.packed = s.graphics[5] & 0x20 != 0
    g.pixels_256 = control & COLOURS_256 != 0 and not g.text
    g.blink = control & BLINK != 0
    g.mode_control = control
    g.cell_width = 8 if s.sequencer[1] & 1 or not g.text else 9
    g.columns = (s.crtc[0x01] | (s.crtc[0x5D] & 2) << 7) + 1
    g.lines = (s.crtc[0x12] | (overflow & 2) << 7 | (overflow & 0x40) << 3 | (s.crtc[0x5E] & 2) << 9) + 1
    g.lines <<= halves
    g.row_lines = (scan & 0x1F) + 1
    g.doubled = 2 if scan & 0x80 else 1
    g.repeat = g.doubled
    if not g.text and s.crtc[0x17] & 3 == 3:
        g.repeat *= g.row_lines
    g.offset = (s.crtc[0x13] | (s.crtc[0x51] & 0x30) << 4) * 2
    g.line_compare = s.crtc[0x18] | (overflow & 0x10) << 4 | (scan & 0x40) << 3 | (s.crtc[0x5E] & 0x40) << 4
    if halves:
        g.line_compare = g.line_compare << 1 | 1
    # The lower eight bits of the line on which blanking ends; equal means 256 lines.
    g.blank_start = s.crtc[0x15] | (overflow & 8) << 5 | (scan & 0x20) << 4 | (s.crtc[0x5E] & 4) << 8
    g.blank_end = g.blank_start + 1 + (s.crtc[0x16] - g.blank_start - 1 & 0xFF) << halves
    g.blank_start <<= halves
    g.address_mask = memory.present
    if s.crtc[0x31] & 1:
        g.address_mask = <uint32_t>((memory.bytes >> 2) - 1)
    g.packed_bits = 0
    if s.crtc[0x31] & 8:
        g.packed_bits = PIXEL_BITS[s.crtc[0x67] >> 4]
    g.panning = s.attribute[0x13] & 0x0F
    g.line_bytes = (g.columns + 1) * 4
    if g.packed_bits:
        g.line_bytes = (g.columns * g.cell_width * ((g.packed_bits + 7) >> 3) + 5) & ~1
    # Without extended memory there is one font.
    cdef int fonts = s.sequencer[3] if s.sequencer[4] & 2 else 0
    g.font[0] = font_at(fonts & 3 | fonts >> 2 & 4)
    g.font[1] = font_at(fonts >> 2 & 3 | fonts >> 3 & 4)


cdef inline uint32_t font_at(int block) noexcept nogil:
    # Blocks 4 to 7 lie between blocks 0 to 3.
    return (block & 3) * 0x4000 + (block >> 2) * 0x2000


cdef void walk_begin(Walk *walk, const Shown *s, const Geometry *g, uint32_t start) noexcept nogil:
    # The top of a frame; register 8 holds a byte panning and the first line of the first row.
    walk.row = start + (s.crtc[8] >> 5 & 3)
    walk.row_line = s.crtc[8] & 0x1F
    if walk.row_line >= g.row_lines:
        walk.row_line = 0
    walk.sub, walk.line, walk.below = 0, 0, False


cdef void walk_step(Walk *walk, const Geometry *g) noexcept nogil:
    # To the next scan line.
    if walk.line == g.line_compare:
        walk.row, walk.row_line, walk.sub, walk.below = 0, 0, 0, True
    else:
        walk.sub += 1
        if walk.sub >= g.doubled:
            walk.sub = 0
            walk.row_line += 1
            if walk.row_line >= g.row_lines:
                walk.row_line = 0
                walk.row += g.offset
    walk.line += 1


cdef uint32_t ways_of(const Shown *s) noexcept nogil:
    # The registers that the addresses of a line follow from, those of the fonts too.
    cdef uint32_t ways = s.crtc[0x17] & 0x6B | (s.crtc[0x14] & 0x60) << 8 | (s.crtc[0x31] & 9) << 16
    if s.crtc[0x31] & 8:
        return ways | <uint32_t>(s.crtc[0x67] >> 4) << 20
    if not s.attribute[0x10] & 1:
        ways |= <uint32_t>(s.sequencer[3] & 0x3F) << 24 | <uint32_t>(s.sequencer[4] & 2) << 29
    return ways


cdef inline uint32_t address_of(const Shown *s, const Geometry *g, uint32_t counter, int row_line) noexcept nogil:
    # The memory address of a count (FreeVGA, "CRTC Mode Control").
    cdef uint8_t control = s.crtc[0x17]
    cdef uint32_t address
    if s.crtc[0x14] & 0x40:
        address = counter << 2 | counter >> 14 & 3
    elif not control & 0x40:
        address = counter << 1 | (counter >> (15 if control & 0x20 else 13) & 1)
    else:
        address = counter
    if not control & 1:
        address = address & ~<uint32_t>0x2000 | (row_line & 1) << 13
    if not control & 2:
        address = address & ~<uint32_t>0x4000 | (row_line >> 1 & 1) << 14
    return address & g.address_mask


cdef int read_line(const Shown *s, const Geometry *g, VideoMemory memory, uint32_t row, int row_line,
                   uint32_t *out) noexcept nogil:
    # What a line is made of, and one character more for panning: packed pixels, or cells, in text with the bits of the
    # character's line in the place of plane 2. Returns how many bytes these are.
    if g.packed_bits:
        read_packed(g, memory, row, <uint8_t *>out)
        return g.line_bytes
    read_cells(s, g, memory, row, row_line, out)
    cdef int i
    if g.text:
        for i in range(g.columns + 1):
            out[i] = out[i] & <uint32_t>0xFF00FFFF | memory.cells[
                (g.font[out[i] >> 11 & 1] + (out[i] & 0xFF) * 32 + row_line) & 0xFFFF] & <uint32_t>0x00FF0000
    return g.line_bytes


cdef void read_packed(const Geometry *g, VideoMemory memory, uint32_t row, uint8_t *out) noexcept nogil:
    # It may go around the end of the memory.
    cdef int64_t size = memory.bytes, start = <int64_t>row * 4 & size - 1
    cdef int64_t first = min(<int64_t>g.line_bytes, size - start)
    memcpy(out, <uint8_t *>memory.cells + start, first)
    memcpy(out + first, memory.cells, g.line_bytes - first)


cdef void read_cells(const Shown *s, const Geometry *g, VideoMemory memory, uint32_t row, int row_line,
                     uint32_t *out) noexcept nogil:
    cdef int count = g.columns + 1, i
    # Count by two or by four: the counter moves on every second or fourth character.
    cdef int every = 3 if s.crtc[0x14] & 0x20 else 1 if s.crtc[0x17] & 8 else 0
    cdef uint32_t counter = row, first, step
    if not every:
        first = address_of(s, g, row & 0xFFFF if g.text else row, row_line)
        step = 4 if s.crtc[0x14] & 0x40 else 1 if s.crtc[0x17] & 0x40 else 2
        if address_of(s, g, row + count - 1 & (0xFFFF if g.text else <uint32_t>0xFFFFFFFF), row_line) == (
                first + step * (count - 1)):
            # Without a wrap on the way.
            memory.read_cells(first, step, count, out)
            return
    for i in range(count):
        out[i] = memory.cell(address_of(s, g, counter & 0xFFFF if g.text else counter, row_line))
        if not i + 1 & every:
            counter = (counter + 1) & g.address_mask if not g.text else counter + 1
