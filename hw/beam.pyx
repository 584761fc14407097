# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True
"""Where the beam of a monitor is: what all video adapters have in common.

The position follows from emulated time and the programmed timing. Registers that show are changed through
``change``, which notes at which line that was.
"""

cdef int64_t SECOND_PS = 1000000000000


cdef class Beam:
    """The beam; adapters derive from it, say what ``registers`` are, and call ``retime`` when the timing may be new."""

    def __cinit__(self, ports, Clock clock, **options):
        self._clock = clock
        self.raster = RasterLog()

    cdef int64_t dots(self, int64_t now_ps) noexcept nogil:
        # Dots since the timing was programmed.
        cdef int64_t passed = now_ps - self.epoch_ps
        cdef int64_t hz = self.timing.clock_hz
        return passed // SECOND_PS * hz + passed % SECOND_PS // 1000 * hz // 1000000000

    cdef int64_t now_dots(self) noexcept nogil:
        return self.dots(self._clock.now())

    cdef int64_t time_of(self, int64_t dot) noexcept nogil:
        # The first whole nanosecond at which dots() has reached ``dot``.
        cdef int64_t hz = self.timing.clock_hz
        return self.epoch_ps + dot // hz * SECOND_PS + (dot % hz * 1000000000 + hz - 1) // hz * 1000

    cdef int64_t frame_at(self, int64_t dot) noexcept nogil:
        # Frames are counted from the end of the last line shown: what a program sets in the retrace is for the next.
        return (dot + self.timing.frame_dots - self.timing.display_end) // self.timing.frame_dots

    cdef int64_t retrace_after(self, int64_t dot) noexcept nogil:
        # The first dot of the next vertical retrace.
        cdef int64_t frame = self.timing.frame_dots, start = self.timing.retrace_start * self.timing.line_dots % frame
        return dot + (start - dot % frame + frame - 1) % frame + 1

    cdef void retime(self, Timing *timing) noexcept nogil:
        # Another length of line or frame, or another dot clock, begins a new picture.
        cdef bint same = (timing.line_dots == self.timing.line_dots and timing.frame_dots == self.timing.frame_dots
                          and timing.clock_hz == self.timing.clock_hz)
        self.timing = timing[0]
        if not same:
            self.epoch_ps = self._clock.now()
            self.raster.reset(self.frame_at(0))
            self.latch_start(True)

    cdef void latch_start(self, bint now) noexcept nogil:
        # Take the start address over if the time for it has come, or ``now``.
        pass

    cdef bint in_display(self) noexcept nogil:
        cdef int64_t dot = self.now_dots() % self.timing.frame_dots
        return (dot % self.timing.line_dots < self.timing.display_dots
                and dot // self.timing.line_dots < self.timing.display_lines)

    cdef bint in_retrace(self) noexcept nogil:
        cdef int64_t line = self.now_dots() % self.timing.frame_dots // self.timing.line_dots
        return self.timing.retrace_start <= line < self.timing.retrace_end

    cdef void change(self, void *place, uint8_t value) noexcept nogil:
        # Set a register that shows, and note at which line that was.
        cdef uint8_t *register = <uint8_t *>place
        cdef int64_t dot, rest, line = -1
        if register[0] == value:
            return
        dot = self.now_dots()
        rest = dot % self.timing.frame_dots
        if rest < self.timing.display_end:
            line = rest // self.timing.line_dots
            if rest % self.timing.line_dots * 2 >= self.timing.display_dots:
                line += 1
        self.raster.note(self.frame_at(dot), <int>line, <int>(register - self.registers), register[0], value)
        register[0] = value
        self.generation += 1

    # What a machine and a screen ask (hw/adapter.py).

    @property
    def revision(self):
        """A number that is another one after each change of registers, colours or fonts."""
        return self.generation

    @property
    def frame_number(self):
        """Whole frames shown since the timing was programmed; the blinking follows it."""
        return self.frame_at(self.now_dots())

    @property
    def frame_ps(self):
        """The duration of a frame in picoseconds, rounded up."""
        return -(-self.timing.frame_dots * SECOND_PS // self.timing.clock_hz)

    @property
    def refresh_hz(self):
        """Frames a second."""
        return self.timing.clock_hz / <double>self.timing.frame_dots

    def next_frame_ps(self, int64_t after_ps):
        """When the beam has drawn the next whole frame after ``after_ps``: the end of its last line."""
        cdef int64_t frame = self.frame_at(self.dots(after_ps))
        return self.time_of(frame * self.timing.frame_dots + self.timing.display_end)

    @property
    def start_address(self):
        """The address of the first character or pixel (registers 0Ch, 0Dh), as programmed."""
        return self.registers[START_HIGH] << 8 | self.registers[START_LOW]

    @property
    def cursor_address(self):
        """The address of the character under the cursor (registers 0Eh, 0Fh)."""
        return self.registers[CURSOR_HIGH] << 8 | self.registers[CURSOR_LOW]
