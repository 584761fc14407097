# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True
"""Emulated time and the event queue.

One cycle is one executed instruction or a wait of that length, and ``cycles_per_ms`` cycles make a millisecond of emulated
time. Time is an integer number of picoseconds (64 bits hold 106 days), so that the same run always
gives the same times. Nothing in the machine reads the host's clock.

>>> clock = Clock(cycles_per_ms=3000)
>>> seen = []
>>> _ = clock.after(MS, lambda: seen.append(clock.now_ps))
>>> clock.skip_to(2 * MS)
>>> seen == [MS]
True
"""

from heapq import heapify, heappop, heappush

PS = 1
US = 1_000_000
MS = 1_000_000_000
SECOND = 1_000_000_000_000

cdef int64_t PS_PER_MS = 1_000_000_000
cdef int64_t NEVER = 0x7FFFFFFFFFFFFFFF


cdef class Event:
    """Something due at ``time_ps``; events due at the same time run in the order they were made."""

    @property
    def native(self):
        """Its callback is native code."""
        return self.fn != NULL

    @staticmethod
    def restored(int64_t time_ps, int64_t sequence, callback, str name not None, bint cancelled):
        """An event of a snapshot."""
        if not callable(callback):
            raise ValueError("an event without a callback")
        cdef Event event = Event.__new__(Event)
        event.time_ps, event.sequence, event.callback, event.name = time_ps, sequence, callback, name
        event.cancelled = cancelled
        return event

    def __lt__(self, Event other):
        if self.time_ps != other.time_ps:
            return self.time_ps < other.time_ps
        return self.sequence < other.sequence

    def __repr__(self):
        return f"Event({self.name!r} at {self.time_ps} ps)"


cdef class Clock:
    """Emulated time in picoseconds, driven by executed instructions.

    ``now_ps`` is exact between slices and inside port callbacks (the engine ends a block after each
    port instruction); inside a memory callback it is the end of the running block.
    """

    def __cinit__(self, int64_t cycles_per_ms=3000):
        if cycles_per_ms < 1:
            raise ValueError("cycles_per_ms must be at least 1")
        self._heap = []
        self._cycles_per_ms = cycles_per_ms
        self._low = &self._own_low
        self._extra = &self._own_extra

    cdef void attach(self, uint16_t *low, int64_t *extra) noexcept:
        # The engine's counters, which translated code decrements, replace the clock's own.
        self._low = low
        self._extra = extra

    cdef int64_t remaining(self) noexcept nogil:
        return <int64_t>self._low[0] + self._extra[0]

    cdef int64_t cycles_now(self) noexcept nogil:
        return self._target_cycles - self.remaining()

    cdef int64_t to_ps(self, int64_t cycles) noexcept nogil:
        cdef int64_t d = cycles - self._anchor_cycles
        cdef int64_t n = self._cycles_per_ms
        return self._anchor_ps + (d // n) * PS_PER_MS + ((d % n) * PS_PER_MS) // n

    cdef int64_t to_cycles(self, int64_t time_ps) noexcept nogil:
        # The first cycle at which to_ps() has reached time_ps.
        cdef int64_t d = time_ps - self._anchor_ps
        cdef int64_t n = self._cycles_per_ms
        if d <= 0:
            return self._anchor_cycles
        return self._anchor_cycles + (d // PS_PER_MS) * n + ((d % PS_PER_MS) * n + PS_PER_MS - 1) // PS_PER_MS

    cdef int64_t executed(self) noexcept nogil:
        return self.cycles_now() - self._waited

    cdef int64_t now(self) noexcept nogil:
        return self.to_ps(self.cycles_now())

    cdef void spend(self, int64_t ps) noexcept nogil:
        # The CPU waits for the bus: whole cycles of the running slice pass without an instruction.
        cdef int64_t cycles = ps * self._cycles_per_ms // PS_PER_MS
        cdef int64_t left
        self._waited += cycles
        if self._extra[0] >= cycles:
            self._extra[0] -= cycles
        else:
            left = self.remaining() - cycles
            self._low[0] = <uint16_t>left if left > 0 else 0
            self._extra[0] = 0 if left > 0 else left

    cdef void pass_cycles(self, int64_t cycles) noexcept nogil:
        # What charge() does, also while a slice runs, which then has so many instructions fewer.
        cdef int64_t left = self.remaining()
        self._waited += cycles
        if self._extra[0] > cycles:
            self._extra[0] -= cycles
        elif left > cycles:
            self._low[0] = <uint16_t>(left - cycles)
            self._extra[0] = 0
        else:
            if left > 0:
                self._low[0] = 0
                self._extra[0] = 0
                cycles -= left
            self._target_cycles += cycles

    cdef int64_t next_event_ps(self) noexcept:
        cdef Event first
        while self._heap:
            first = <Event>self._heap[0]
            if not first.cancelled:
                return first.time_ps
            heappop(self._heap)
        return NEVER

    cdef int64_t begin_slice(self, int64_t limit_ps) noexcept:
        """Set the budget up to the next event or limit_ps; returns it (0: something is due now)."""
        cdef int64_t due = self.next_event_ps()
        cdef int64_t here = self.cycles_now()
        cdef int64_t budget
        if limit_ps < due:
            due = limit_ps
        budget = self.to_cycles(due) - here
        if budget <= 0:
            budget = 0
        elif budget > 0x3FFFFFFF:
            budget = 0x3FFFFFFF
        self._target_cycles = here + budget
        self._low[0] = 0
        self._extra[0] = budget
        return budget

    cdef void shorten_slice(self, int64_t budget, bint exactly) noexcept:
        # The slice that was begun ends after this many instructions; ``exactly``: in the counter of the blocks, so
        # that not even one more can be run.
        self._target_cycles -= self.remaining() - budget
        self._low[0] = <uint16_t>budget if exactly else 0
        self._extra[0] = 0 if exactly else budget

    cdef void end_slice(self) noexcept:
        # What is left of the budget was not executed (or, when negative, was overrun).
        self._target_cycles = self.cycles_now()
        self._low[0] = 0
        self._extra[0] = 0
        # Keep the distance to the anchor small, so that to_ps() cannot overflow. The anchor moves by
        # whole milliseconds only: a conversion made from the new one gives the same picoseconds.
        cdef int64_t ms = (self._target_cycles - self._anchor_cycles) // self._cycles_per_ms
        self._anchor_cycles += ms * self._cycles_per_ms
        self._anchor_ps += ms * PS_PER_MS

    cdef Event _push(self, Event event):
        cdef int64_t left, wanted
        event.sequence = self._sequence
        self._sequence += 1
        heappush(self._heap, event)
        # An event nearer than the end of the running slice shortens the slice.
        left = self.remaining()
        if left > 0:
            wanted = self.to_cycles(event.time_ps) - self.cycles_now()
            if wanted < 0:
                wanted = 0
            if wanted < left:
                self._target_cycles -= left - wanted
                self._low[0] = 0
                self._extra[0] = wanted
        return event

    cdef Event at_native(self, int64_t time_ps, event_fn fn, void *arg, str name):
        cdef Event event = Event.__new__(Event)
        event.time_ps = time_ps
        event.fn = fn
        event.arg = arg
        event.name = name
        return self._push(event)

    def at(self, int64_t time_ps, callback, str name="event"):
        """Call ``callback()`` when emulated time reaches ``time_ps``; returns the Event."""
        cdef Event event = Event.__new__(Event)
        event.time_ps = time_ps
        event.callback = callback
        event.name = name
        return self._push(event)

    def after(self, int64_t delay_ps, callback, str name="event"):
        """Call ``callback()`` ``delay_ps`` picoseconds from now; returns the Event."""
        return self.at(self.now() + delay_ps, callback, name)

    def cancel(self, Event event):
        """Drop an event; dropping one that has run already does nothing."""
        if event is not None:
            event.cancelled = True

    def run_due(self):
        """Run every event whose time has come, in order."""
        cdef Event event
        cdef int64_t now
        while True:
            now = self.now()
            if self.next_event_ps() > now:
                return
            event = <Event>heappop(self._heap)
            event.cancelled = True
            if event.fn != NULL:
                event.fn(event.arg)
            else:
                event.callback()

    def skip_to(self, int64_t time_ps):
        """Let time pass without executing anything (the CPU is halted), running events on the way."""
        cdef int64_t due
        while True:
            due = self.next_event_ps()
            if due > time_ps:
                break
            self._advance(due)
            self.run_due()
        self._advance(time_ps)

    def skip_to_next_event(self, int64_t limit_ps):
        """Halted CPU: pass time up to the next event (run it) or limit_ps, whichever is first."""
        cdef int64_t due = self.next_event_ps()
        if due > limit_ps:
            self._advance(limit_ps)
        else:
            self._advance(due)
            self.run_due()

    def _advance(self, int64_t time_ps):
        cdef int64_t cycles = self.to_cycles(time_ps)
        if cycles > self._target_cycles:
            self._target_cycles = cycles
            self.end_slice()

    def charge(self, int64_t cycles):
        """What the machine does in the CPU's place took this many instructions; between slices only.

        >>> clock = Clock(1000)
        >>> clock.charge(2); clock.now_ps // US
        2
        """
        self._target_cycles += cycles
        self._waited += cycles

    def rest(self, int64_t longest_ps):
        """The CPU has nothing to do: time passes up to the next event, at most so long; between slices only.

        What is due then is run before the next instruction.

        >>> clock = Clock(1000)
        >>> _ = clock.at(3 * US, lambda: None)
        >>> clock.rest(MS); clock.now_ps // US
        3
        >>> clock.rest(MS); clock.now_ps // US
        3
        """
        cdef int64_t due = min(self.next_event_ps(), self.now() + longest_ps)
        cdef int64_t cycles = self.to_cycles(due)
        if cycles > self._target_cycles:
            self._waited += cycles - self._target_cycles
            self._target_cycles = cycles

    # Snapshots. Events of native code are not there: the chips make them again, and take_natives() puts them right.

    def save(self):
        """Time, speed and the events still due: those with a Python callback as they are, native ones by name."""
        events = sorted(event for event in self._heap if not event.cancelled)
        return {
            "time": (self._anchor_cycles, self._anchor_ps, self._cycles_per_ms, self.cycles_now(), self._waited),
            "sequence": self._sequence,
            "events": [event for event in events if not event.native],
            "natives": [(event.name, event.time_ps, event.sequence) for event in events if event.native],
        }

    def load(self, state):
        """Take back what save() gave. Raises ValueError while the CPU runs, or for times that cannot be."""
        anchor_cycles, anchor_ps, cycles_per_ms, now, waited = state["time"]
        if self.remaining():
            raise ValueError("a slice is running")
        if not (cycles_per_ms > 0 and 0 <= anchor_cycles <= now <= anchor_cycles + 1000 * cycles_per_ms
                and 0 <= anchor_ps <= NEVER >> 1 and 0 <= waited <= now):
            raise ValueError("times that cannot be")
        events = list(state["events"])
        if not all(isinstance(event, Event) for event in events):
            raise ValueError("not an event")
        for event in self._heap:
            (<Event>event).cancelled = True
        self._anchor_cycles, self._anchor_ps, self._cycles_per_ms = anchor_cycles, anchor_ps, cycles_per_ms
        self._target_cycles, self._waited = now, waited
        self._sequence = state["sequence"]
        heapify(events)
        self._heap = events

    def take_natives(self, state):
        """After the chips' load(): give their events the times and the order they had. Raises ValueError."""
        cdef Event event
        natives = {event.name: event for event in self._heap if event.native and not event.cancelled}
        for name, time_ps, sequence in state["natives"]:
            if name not in natives:
                raise ValueError(f"no chip waits for {name!r}")
            event = natives.pop(name)
            event.time_ps, event.sequence = time_ps, sequence
        for event in natives.values():
            event.cancelled = True
        self._sequence = state["sequence"]
        heapify(self._heap)

    @property
    def now_ps(self):
        """Emulated time since power-on, in picoseconds."""
        return self.now()

    @property
    def seconds(self):
        """Emulated time since power-on, in seconds."""
        return self.now() / SECOND

    @property
    def cycles(self):
        """Cycles since power-on: an instruction is one, waits for the bus and while halted are more."""
        return self.cycles_now()

    @property
    def instructions(self):
        """Instructions executed since power-on, and cycles passed while halted; waits for the bus do not count."""
        return self.executed()

    @property
    def cycles_per_ms(self):
        """Instructions for each millisecond of emulated time; may be changed while running."""
        return self._cycles_per_ms

    @cycles_per_ms.setter
    def cycles_per_ms(self, int64_t value):
        if value < 1:
            raise ValueError("cycles_per_ms must be at least 1")
        if value == self._cycles_per_ms:
            return  # a new anchor would lose fractions of a picosecond
        cdef int64_t left = self.remaining()
        self._anchor_ps = self.now()
        self._anchor_cycles = self.cycles_now()
        self._cycles_per_ms = value
        if left > 0:
            # The running slice was cut for the old speed: end it, the next one is cut anew.
            self._target_cycles = self._anchor_cycles
            self._low[0] = 0
            self._extra[0] = 0

    @property
    def pending(self):
        """The names and times of the events still due, soonest first."""
        return [(e.time_ps, e.name) for e in sorted(self._heap) if not e.cancelled]
