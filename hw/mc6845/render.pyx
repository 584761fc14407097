# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True
"""The picture of an adapter with a 6845: scan line by scan line, on an RGB or a composite monitor.

Registers that changed and changed back during the last frame (RasterLog) take the values they had at each line;
all others are as they are now. So does the memory, where the frame and the one before were torn (LineLog). The composite picture is computed from the signal (hw/mc6845/composite.py).
"""

from libc.stdint cimport int16_t, int64_t, uint8_t, uint16_t, uint32_t
from libc.math cimport M_PI, cos, sin
from libc.string cimport memcpy, memset

import numpy as np

from hw.beam cimport CURSOR_HIGH, CURSOR_LOW
from hw.mc6845.adapter cimport (
    BURST, CURSOR_START, HORIZONTAL_DISPLAYED, MAX_DOTS, MAXIMUM_SCAN_LINE, Adapter6845, Line, Shown,
)
from hw.line_log cimport LINE_BYTES, LineMark
from hw.vga.raster cimport Change

from hw.mc6845.composite import COSINE, GAINS, HUES, LEVELS, SINE

cdef enum:
    MAX_HEIGHT = 1024
    SHOWN = 128  # bytes of Shown, and some
    # Frames of one phase: a character blinks at 1/32, the cursor at 1/16 of the frame rate.
    CHARACTER_BLINK = 16
    CURSOR_BLINK = 8

cdef float LEVEL[2][16][4]  # of the signal, by board, colour and quarter of the subcarrier
cdef float[2] GAIN  # of colours, by board
cdef int[8] HUE  # of the waves, in degrees
cdef float[4] SIN
cdef float[4] COS
for _i in range(4):
    SIN[_i], COS[_i] = SINE[_i], COSINE[_i]
    for _j in range(16):
        for _k in range(2):
            LEVEL[_k][_j][_i] = LEVELS[("old", "new")[_k]][_j][_i]
for _k in range(2):
    GAIN[_k] = GAINS[("old", "new")[_k]]
for _i in range(8):
    HUE[_i] = HUES.get(_i, 0)


cdef class Renderer6845:
    """Draws one adapter's picture; ``draw`` gives (height, width, 3) uint8."""

    cdef Adapter6845 adapter
    cdef Shown shown  # the registers as they are at the line being drawn
    cdef object _frame
    cdef uint8_t dots[MAX_DOTS]
    cdef uint8_t cells[LINE_BYTES]  # of the line being drawn
    cdef float signal[MAX_DOTS]
    cdef float sine[4]  # of the quarters of the subcarrier, with the monitor's hue
    cdef float cosine[4]
    cdef int burst  # the colour that these were made for
    cdef int turned  # and the hue

    def __cinit__(self, Adapter6845 adapter not None):
        self.adapter = adapter
        self._frame = np.zeros((0, 0, 3), np.uint8)

    @property
    def size(self):
        """Width and height in pixels."""
        cdef Adapter6845 adapter = self.adapter
        cdef int columns = max(adapter.shown.crtc[HORIZONTAL_DISPLAYED], 1)
        width = columns * adapter.char_dots(&adapter.shown) // adapter.dots_a_pixel(&adapter.shown)
        return width, min(max(adapter.timing.display_lines, 1), MAX_HEIGHT)

    def draw(self):
        """The frame as (height, width, 3) uint8; valid until the next call, not to be changed."""
        cdef Adapter6845 adapter = self.adapter
        cdef unsigned char[:, :, ::1] out
        cdef int64_t now = adapter.now_dots(), number
        cdef Line line
        adapter.raster.turn(adapter.frame_at(now))
        adapter.latch_start(False)
        self.shown = adapter.shown
        width, height = self.size
        if self._frame.shape != (height, width, 3):
            self._frame = np.zeros((height, width, 3), np.uint8)
        number = adapter.frame_at(now)
        line.shown = &self.shown
        line.characters_on = not number // CHARACTER_BLINK & 1
        line.cursor_on = self.shown.crtc[CURSOR_START] & 0x60 != 0x20 and not number // CURSOR_BLINK & 1
        out = self._frame
        self.draw_lines(&out[0, 0, 0], width, height, &line, now)
        return self._frame

    cdef void draw_lines(self, uint8_t *out, int width, int height, Line *line, int64_t now) noexcept nogil:
        cdef Change *changes
        cdef uint8_t *registers = <uint8_t *>&self.shown
        cdef uint8_t effect[SHOWN]
        cdef int count = self.adapter.raster.last(&changes), change = 0, i, y
        cdef int step = self.adapter.dots_a_pixel(&self.shown)
        cdef int dots
        cdef bint torn = False
        cdef int64_t number = self.adapter.frame_at(now)
        cdef int flake = 0
        cdef int frame = self.adapter.torn_frame(now, &torn)
        cdef bint composite = self.adapter.shows_composite(&self.shown)
        if count and not self.effects(changes, count, effect):
            count = 0
        # As it was at the top of the last frame.
        for i in range(count - 1, -1, -1):
            if effect[changes[i].offset]:
                registers[changes[i].offset] = changes[i].old
        line.address = self.adapter.shown_start
        line.row_line = 0
        line.cursor = (self.shown.crtc[CURSOR_HIGH] << 8 | self.shown.crtc[CURSOR_LOW]) & 0x3FFF
        for y in range(height):
            while change < count and changes[change].line <= y:
                if effect[changes[change].offset]:
                    registers[changes[change].offset] = changes[change].new
                change += 1
            line.columns = self.shown.crtc[HORIZONTAL_DISPLAYED]
            dots = line.columns * self.adapter.char_dots(&self.shown)
            if self.adapter.video(&self.shown) == NULL or not line.columns:
                memset(out, 0, width * 3)
            else:
                self.load_cells(line, y, frame if torn else -1)
                flake = self.adapter.disturb(number, flake, y, line.columns, self.cells)
                self.adapter.draw_line(line, self.dots)
                memset(self.dots + dots, 0, 64)
                if composite:
                    self.put_composite(out, width, dots)
                else:
                    self.put(out, width, dots, step)
            out += width * 3
            line.row_line += 1
            if line.row_line > self.shown.crtc[MAXIMUM_SCAN_LINE]:
                line.row_line = 0
                line.address += line.columns

    cdef void load_cells(self, Line *line, int y, int frame) noexcept nogil:
        # What the beam read for this line, if it is known and the line has stayed where it was; else what is there now.
        cdef uint32_t ways = self.adapter.addressing(line.shown, line.row_line)
        cdef LineMark *mark = NULL
        if frame >= 0:
            mark = self.adapter.lines.mark(frame, y)
        if (mark != NULL and mark.row == line.address and mark.row_line == line.row_line and mark.ways == ways
                and mark.size == 2 * line.columns):
            memcpy(self.cells, self.adapter.lines.line(frame, y), mark.size)
        else:
            self.adapter.read_cells_at(line.shown, ways, line.address, line.columns, self.cells)
        line.cells = self.cells

    cdef void put(self, uint8_t *out, int width, int dots, int step) noexcept nogil:
        cdef int x
        cdef uint32_t colour
        for x in range(width):
            colour = self.adapter.colour_of(self.dots[x * step]) if x * step < dots else 0
            out[0] = <uint8_t>colour
            out[1] = <uint8_t>(colour >> 8)
            out[2] = <uint8_t>(colour >> 16)
            out += 3

    cdef void turn_colours(self, int burst) noexcept nogil:
        # What the burst and the monitor's hue say that the phases are.
        cdef float angle = (self.adapter.hue + HUE[BURST] - HUE[burst]) * M_PI / 180
        cdef float part_sin = sin(angle), part_cos = cos(angle)
        cdef int i
        self.burst, self.turned = burst, self.adapter.hue
        for i in range(4):
            self.sine[i] = SIN[i] * part_cos + COS[i] * part_sin
            self.cosine[i] = COS[i] * part_cos - SIN[i] * part_sin

    cdef void put_composite(self, uint8_t *out, int width, int dots) noexcept nogil:
        # Luminance is the mean of a period of the subcarrier, colour is its amplitude and phase.
        cdef int x, i
        cdef float y, u, v, level
        cdef float *signal = self.signal + 8
        cdef int board = self.adapter.new_board, burst = self.adapter.burst_of(&self.shown)
        cdef float gain = GAIN[board] / 4
        if burst and (burst != self.burst or self.adapter.hue != self.turned):
            self.turn_colours(burst)
        for x in range(-8, width + 8):
            signal[x] = LEVEL[board][self.dots[x] & 15][x & 3] if 0 <= x < dots else 0
        for x in range(width):
            y = (signal[x - 2] + signal[x + 2]) / 2 + signal[x - 1] + signal[x] + signal[x + 1]
            y /= 4
            u = v = 0
            if burst:
                for i in range(-4, 5):
                    level = signal[x + i] / 2 if i == -4 or i == 4 else signal[x + i]
                    u += level * self.cosine[(x + i) & 3]
                    v += level * self.sine[(x + i) & 3]
                u *= gain
                v *= gain
            out[0] = clamp(y + 1.14 * v)
            out[1] = clamp(y - 0.395 * u - 0.581 * v)
            out[2] = clamp(y + 2.032 * u)
            out += 3

    cdef bint effects(self, Change *changes, int count, uint8_t *effect) noexcept nogil:
        # Registers that changed at several lines, one of them shown, are effects; others only have new values.
        cdef int16_t lines[SHOWN]
        cdef uint8_t times[SHOWN]
        cdef uint8_t shown[SHOWN]
        cdef int i, place
        cdef bint found = False
        memset(times, 0, SHOWN)
        memset(shown, 0, SHOWN)
        for i in range(count):
            place = changes[i].offset
            if times[place] == 0 or lines[place] != changes[i].line:
                times[place] = min(times[place] + 1, 2)
            lines[place] = changes[i].line
            if changes[i].line >= 0:
                shown[place] = 1
        for i in range(<int>sizeof(Shown)):
            effect[i] = times[i] > 1 and shown[i]
            found |= effect[i]
        return found


cdef inline uint8_t clamp(float level) noexcept nogil:
    cdef float value = level * 255 + 0.5
    return 0 if value < 0 else 255 if value > 255 else <uint8_t>value
