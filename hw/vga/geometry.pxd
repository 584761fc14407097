from libc.stdint cimport uint8_t, uint32_t

from hw.line_log cimport Walk
from hw.vga.memory cimport VideoMemory

cdef struct Shown:
    # All registers that the picture depends on.
    uint8_t crtc[128]
    uint8_t sequencer[32]
    uint8_t graphics[16]
    uint8_t attribute[32]
    uint8_t dac[768]
    uint8_t misc
    uint8_t pel_mask
    uint8_t attribute_index
    uint8_t dac_shift  # colours have six bits (2) or eight (0)


cdef struct Geometry:
    # What a line is drawn from; follows from the registers.
    bint off  # black
    bint border_only  # the palette is not connected: all is the border's colour
    bint text
    bint pixels_256  # two groups of four bits make a pixel
    bint shift_256  # bytes as two groups of four bits each, not bits of planes
    bint packed  # CGA: two bits a pixel, two planes after each other
    bint blink
    int cell_width
    int columns
    int lines  # of a frame
    int row_lines  # lines of a character row
    int chained  # planes whose bits follow each other: 1, 2, or 4 (EGA)
    int repeat  # scan lines that show the same, drawn once
    int doubled
    int offset  # of the next row, in counts of the memory counter
    int line_compare
    int blank_start  # scan lines that are black whatever is in them: from here
    int blank_end  # to before here
    int panning
    int mode_control
    uint32_t address_mask  # of cells; an SVGA reaches more than 64 K of them
    int packed_bits  # SVGA: bits a pixel of packed pixels, 0: as a VGA has them
    int line_bytes  # that a line is made of
    uint32_t font[2]  # where the fonts are in plane 2, by bit 3 of the attribute


cdef void measure(const Shown *s, VideoMemory memory, Geometry *g) noexcept nogil
cdef void walk_begin(Walk *walk, const Shown *s, const Geometry *g, uint32_t start) noexcept nogil
cdef void walk_step(Walk *walk, const Geometry *g) noexcept nogil
cdef uint32_t ways_of(const Shown *s) noexcept nogil
cdef int read_line(const Shown *s, const Geometry *g, VideoMemory memory, uint32_t row, int row_line,
                   uint32_t *out) noexcept nogil
cdef void read_packed(const Geometry *g, VideoMemory memory, uint32_t row, uint8_t *out) noexcept nogil
cdef void read_cells(const Shown *s, const Geometry *g, VideoMemory memory, uint32_t row, int row_line,
                     uint32_t *out) noexcept nogil
