# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True
"""Where the beam of a monitor is: what all video adapters have in common.

The position follows from emulated time and the programmed timing. Registers that show are changed through
``change``, which notes at which line that was.

From the moment that a program has looked where the beam is (it read the status port in mid-frame, or was interrupted by
the retrace) the beam is *synced*: before memory that shows is stored to, the lines that the beam has passed are read
into a ``LineLog``. Where the CPU reaches video memory without help, that is done when the program looks at the status
port, changes a register, is interrupted or calls a service; once frames were torn, each store is seen there too (*racing*).
Nothing of this depends on who looks at the picture.
"""

from libc.stdint cimport int64_t, uint8_t, uint16_t
from libc.string cimport memcmp

from hw.line_log cimport LINE_BYTES, MOST_LINES

cdef int64_t SECOND_PS = 1000000000000
cdef int RACING_FRAMES = 64  # without a torn one end the racing


cdef class Beam:
    """The beam; adapters derive from it, say what ``registers`` are, and call ``retime`` when the timing may be new."""

    def __cinit__(self, ports, Clock clock, **options):
        self._clock = clock
        self.raster = RasterLog()
        self.lines = LineLog()

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
            self.lines.reset(self.frame_at(0))
            self.latch_start(True)
            if self._window is not None:
                self._window.due = 0

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
        self._window.before_store()
        dot = self.now_dots()
        rest = dot % self.timing.frame_dots
        if rest < self.timing.display_end:
            line = self.passed_lines(rest)
        self.raster.note(self.frame_at(dot), <int>line, <int>(register - self.registers), register[0], value)
        register[0] = value
        self.generation += 1

    # What the beam has read.

    cdef void use_window(self, VideoWindow window) noexcept:
        # The memory that is shown, and says when it is stored to.
        self._window = window
        window._clock, window._catch_up, window._beam = self._clock, beam_catches_up, <void *>self

    cdef int passed_lines(self, int64_t rest) noexcept nogil:
        # Lines shown of this frame, ``rest`` dots from its top; one counts from its middle on.
        cdef int64_t line = rest // self.timing.line_dots
        if rest % self.timing.line_dots * 2 >= self.timing.display_dots:
            line += 1
        return <int>min(line, MOST_LINES)

    cdef void look(self) noexcept nogil:
        # The program learns where the beam is.
        if not self._window.synced:
            if not self.lines.reserve(self.line_bytes()):
                return
            self._window.synced, self._window.due = True, 0
        self._window.before_store()

    cdef void lose_sync(self) noexcept nogil:
        # Another mode.
        self.lines.reset(self.frame_at(self.now_dots()))
        self._window.synced = False
        self.lines.quiet = 0
        if self._window.racing:
            self.race(False)

    cdef void catch_up(self) noexcept nogil:
        cdef int64_t dot = self.now_dots(), frame = self.frame_at(dot), rest = dot - frame * self.timing.frame_dots
        cdef int64_t next_dot
        if not self.lines.reserve(self.line_bytes()):
            self._window.synced = False
            return
        cdef int line = self.passed_lines(rest) if rest >= 0 else 0
        cdef int shown = <int>min(self.timing.display_lines, MOST_LINES)
        if frame == self.lines.frame + 1:
            self.read_lines(shown)
            self.lines.finish(self.differs(self.lines.current))
            if self.lines.torn:
                self.generation += 1
            if not self._window.racing and self.lines.torn and self.lines.torn_before:
                self.race(True)
            elif self._window.racing and self.lines.quiet > RACING_FRAMES:
                self.race(False)
        elif frame != self.lines.frame:
            self.lines.reset(frame)
            self.lines.quiet = self.lines.quiet + 1
        self.read_lines(min(line, shown))
        next_dot = self.timing.display_end
        if line < shown:
            next_dot = min(next_dot, line * self.timing.line_dots + (self.timing.display_dots + 1) // 2)
        self._window.due = max(self._clock.to_cycles(self.time_of(frame * self.timing.frame_dots + next_dot)),
                               self._clock.cycles_now() + 1)

    cdef void read_lines(self, int until) noexcept nogil:
        # The lines that were not read yet, with the memory as it is now.
        cdef LineMark *mark
        if self.lines.count[self.lines.current] == 0 and until:
            self.top_of_frame()
        while self.lines.count[self.lines.current] < until:
            mark = self.lines.next_mark()
            mark.size = 0
            if self.next_line(mark):
                mark.size = <uint16_t>self.read_marked(mark, self.lines.next_data())
            self.lines.advance()

    cdef bint differs(self, int frame) noexcept nogil:
        # The memory is no more what the lines showed.
        cdef uint8_t *now = self.lines.spare
        cdef LineMark *mark
        cdef int line, size
        for line in range(self.lines.count[frame]):
            mark = self.lines.mark(frame, line)
            if mark == NULL:
                continue
            size = self.read_marked(mark, now)
            if size and (size != mark.size or memcmp(now, self.lines.line(frame, line), size)):
                return True
        return False

    cdef int torn_frame(self, int64_t now, bint *torn) noexcept nogil:
        # Which half of the log holds the last whole frame, -1: none; whether the picture is to be made of it.
        cdef int64_t frame = self.frame_at(now)
        if not self._window.synced:
            return -1
        if frame == self.lines.frame:
            torn[0] = self.lines.torn and self.lines.torn_before
            return self.lines.current ^ 1
        if frame == self.lines.frame + 1:
            # It has ended, but nothing happened since. Who looks changes nothing.
            torn[0] = self.lines.torn and self.differs(self.lines.current)
            return self.lines.current
        return -1

    cdef void top_of_frame(self) noexcept nogil:
        # The first line is the next one.
        pass

    cdef int line_bytes(self) noexcept nogil:
        # Room that a line needs, LINE_BYTES to MOST_BYTES.
        return LINE_BYTES

    cdef bint next_line(self, LineMark *mark) noexcept nogil:
        # Say what the next line is read from, and go on to the one after it; False: it is not read.
        return False

    cdef int read_marked(self, LineMark *mark, uint8_t *out) noexcept nogil:
        # Read such a line; returns how many bytes, 0: the registers are others now, or there is no room for so much.
        return 0

    cdef void race(self, bint on) noexcept nogil:
        # Stores to memory that the CPU reaches without help are seen, or no more.
        self._window.race(on)

    def save_lines(self):
        """What was read, for ``save``; None while the program does not know where the beam is."""
        if not self._window.synced:
            return None
        return self.lines.save() | {"due": self._window.due, "racing": bool(self._window.racing)}

    def load_lines(self, state):
        """Take back what save_lines() gave, after all else. Raises ValueError."""
        self.lose_sync()
        if state is not None:
            self.lines.load(state)
            if self.lines.line_bytes:
                self._window.synced, self._window.due = True, state["due"]
            if state["racing"]:
                self.race(True)

    def settle(self):
        """The machine stands still: the picture is what is in memory now."""
        self.lines.torn = self.lines.torn_before = False

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


cdef void beam_catches_up(void *beam) noexcept nogil:
    (<Beam>beam).catch_up()
