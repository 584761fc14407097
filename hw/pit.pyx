# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True
"""The 8254 interval timer (ports 40h to 43h) and port 61h, which gates counter 2 and shows its output.

From Intel's 8254 data sheet (order 231164): six modes, binary and BCD counts, counter latch, read-back.
Nothing happens at a tick: counts and outputs are computed from emulated time when they are read, in
integers, and counter 0 schedules its next rising edge as one event (IRQ 0).

A count written in mode 2 takes over after the current period; in modes 0 and 3 counting starts anew.
Port 61h: bit 0 gate 2, bit 1 speaker, bit 4 toggles with each refresh (18 ticks), bit 5 OUT2 (IBM PC AT
Technical Reference, "System Board I/O ports").

>>> from hw.clock import Clock, MS
>>> from hw.pic import Pic
>>> from hw.ports import PortBus
>>> bus, clock = PortBus(), Clock()
>>> pit = Pit(bus, clock, Pic(bus))
>>> bus.write(0x43, 0x34); bus.write(0x40, 0x00); bus.write(0x40, 0x10)  # counter 0, mode 2, 4096
>>> clock.skip_to(1 * MS)
>>> bus.write(0x43, 0x00)  # latch
>>> bus.read(0x40) + 256 * bus.read(0x40)  # 1193 of the ticks are gone
2904
"""

cimport cython
from libc.stdint cimport INT64_MAX

from hw.clock cimport ticks_at, time_of_tick
from hw.ports cimport PortBus

PIT_HZ = 1193182

cdef int64_t HZ = 1193182
# Ticks of counter 1, which asks for a memory refresh.
cdef int64_t REFRESH = 18
# No program serves an IRQ 0 each 6 us; a count of 1 or 2 must not drown the host in events.
cdef int64_t NEAREST_EDGE = 8


cdef int64_t counted(Counter *c, int64_t now) noexcept nogil:
    # Ticks since the count was loaded.
    if c.paused >= 0:
        return c.paused
    return now - c.start if now > c.start else 0


cdef void settle(Counter *c, int64_t now) noexcept nogil:
    # A count that was waiting for the end of the period takes over.
    if c.next_count and c.switch >= 0 and now >= c.switch:
        c.start = c.switch
        c.count = c.next_count
        c.next_count = 0


cdef bint output(Counter *c, int64_t now) noexcept nogil:
    cdef int64_t passed
    settle(c, now)
    passed = counted(c, now)
    if not c.count:
        return c.mode != 0
    if c.mode == 0:
        return passed >= c.count
    if c.mode == 1:
        return not c.triggered or passed >= c.count
    if c.mode == 2:
        return not c.gate or passed % c.count != c.count - 1
    if c.mode == 3:
        return not c.gate or passed % c.count < (c.count + 1) // 2
    # Modes 4 and 5 strobe low for one tick.
    return not (c.triggered and passed == c.count)


cdef int64_t present_count(Counter *c, int64_t now) noexcept nogil:
    # The counting element, as a plain number; 0 stands for a full count.
    cdef int64_t passed, within, full = 10000 if c.bcd else 65536
    settle(c, now)
    passed = counted(c, now)
    if not c.count:
        return 0
    if c.mode == 2:
        return (c.count - passed % c.count) % full
    if c.mode == 3:
        # Counts down by two, once for each half of the square wave; an odd count loses its lowest bit.
        within = passed % c.count
        if within >= (c.count + 1) // 2:
            within -= (c.count + 1) // 2
        return ((c.count & ~<int64_t>1) - 2 * within) % full
    return ((c.count - passed) % full + full) % full


cdef int digits(Counter *c, int64_t count) noexcept nogil:
    if not c.bcd:
        return <int>(count & 0xFFFF)
    return <int>(count % 10 | count // 10 % 10 << 4 | count // 100 % 10 << 8 | count // 1000 % 10 << 12)


cdef int64_t from_digits(Counter *c, int value) noexcept nogil:
    cdef int64_t count
    if not c.bcd:
        return value if value else 65536
    count = (value >> 12) * 1000 + (value >> 8 & 15) * 100 + (value >> 4 & 15) * 10 + (value & 15)
    return count if 0 < count < 10000 else 10000


cdef int64_t rising_edge(Counter *counter, int64_t after) noexcept nogil:
    # The first tick after `after` at which the output goes high; INT64_MAX: never. `after` may lie in
    # the future, so a copy is looked at.
    cdef int64_t first, periods
    cdef Counter state = counter[0]
    cdef Counter *c = &state
    settle(c, after)
    if not c.count or c.paused >= 0:
        return INT64_MAX
    if c.mode == 2 or c.mode == 3:
        if c.next_count and c.switch > after:
            # The pending count starts with an edge of the old one.
            periods = (after - c.start) // c.count + 1 if after >= c.start else 1
            first = c.start + periods * c.count
            return first if first < c.switch else c.switch
        periods = (after - c.start) // c.count + 1 if after >= c.start else 1
        return c.start + periods * c.count
    if c.mode == 0 or (c.mode == 1 and c.triggered):
        first = c.start + c.count
    elif c.mode >= 4 and c.triggered:
        first = c.start + c.count + 1
    else:
        return INT64_MAX
    return first if first > after else INT64_MAX


@cython.final
cdef class Pit:
    """Counter 0 raises IRQ 0, counter 1 stands for the refresh timer, counter 2 drives the speaker."""

    def __cinit__(self, PortBus ports, Clock clock, Pic pic):
        cdef int port
        self._clock = clock
        self._pic = pic
        self._listeners = []
        for port in range(0x40, 0x43):
            ports.native_read(<uint16_t>port, pit_read, self)
        for port in range(0x40, 0x44):
            ports.native_write(<uint16_t>port, pit_write, self)
        ports.native_read(0x61, port_61_read, self)
        ports.native_write(0x61, port_61_write, self)
        self.reset()

    def reset(self):
        """As the BIOS leaves it: counter 0 at 18.2 Hz, counter 1 refresh, counter 2 quiet."""
        cdef int n
        for n in range(3):
            self.counters[n].gate = n != 2
            self.counters[n].status = self.counters[n].paused = -1
        self.write_control(0x36)
        self.write_counter(0, 0)
        self.write_counter(0, 0)
        self.write_control(0x54)
        self.write_counter(1, 18)
        self.write_control(0xB6)
        self.write_counter(2, 0x33)
        self.write_counter(2, 0x05)
        self.port_b = 0
        # The BIOS has served what programming the counter raised: the first tick is a whole period away.
        self._pic.lower_irq(0)

    cdef int64_t tick(self) noexcept nogil:
        return ticks_at(self._clock.now(), HZ)

    cdef uint8_t read_counter(self, int n) noexcept nogil:
        cdef Counter *c = &self.counters[n]
        cdef int value
        if c.status >= 0:
            value = c.status
            c.status = -1
            return <uint8_t>value
        value = c.latch if c.latched else digits(c, present_count(c, self.tick()))
        if c.latched:
            c.latched -= 1
        if c.access == 2 or (c.access == 3 and c.read_high):
            value >>= 8
        c.read_high ^= c.access == 3
        return <uint8_t>value

    cdef void write_counter(self, int n, uint8_t value) noexcept nogil:
        cdef Counter *c = &self.counters[n]
        cdef int64_t now = self.tick()
        cdef int count
        settle(c, now)
        if c.access == 3 and not c.write_high:
            c.low_byte = value
            c.write_high = 1
            if c.mode == 0:
                c.count = 0  # the first byte stops the count, and OUT stays low
                self.changed(n)
            return
        count = value
        if c.access == 2:
            count = value << 8
        elif c.access == 3:
            count = value << 8 | c.low_byte
            c.write_high = 0
        self.load_count(n, from_digits(c, count), now)
        self.changed(n)

    cdef void load_count(self, int n, int64_t count, int64_t now) noexcept nogil:
        cdef Counter *c = &self.counters[n]
        if c.mode == 1 or c.mode == 5:
            c.next_count = count
            c.switch = -1
        elif c.mode == 2 and c.count and c.paused < 0:
            c.next_count = count
            c.switch = c.start + c.count * ((now - c.start) // c.count + 1) if now >= c.start else c.start
        else:
            c.count = count
            c.start = now + 1  # the next clock loads it
            c.next_count = 0
            c.triggered = 1
            c.paused = -1 if c.gate else 0

    cdef void write_control(self, uint8_t value) noexcept nogil:
        cdef Counter *c
        cdef int n = value >> 6
        cdef int64_t now = self.tick()
        cdef bint was_high
        if n == 3:
            for n in range(3):
                if value & (2 << n):
                    if not value & 0x10:
                        self.latch_status(n, now)
                    if not value & 0x20:
                        self.latch_count(n, now)
            return
        c = &self.counters[n]
        if not value & 0x30:
            self.latch_count(n, now)
            return
        was_high = output(c, now)
        c.access = value >> 4 & 3
        c.mode = value >> 1 & 7
        if c.mode > 5:
            c.mode &= 3  # bit 2 is "don't care" in modes 2 and 3
        c.bcd = value & 1
        c.count = c.next_count = 0
        c.paused = -1
        c.triggered = c.write_high = c.read_high = c.latched = 0
        c.status = -1
        if n == 0:
            if c.mode == 0:
                self._pic.lower_irq(0)
            elif not was_high:
                self._pic.pulse_irq(0)  # OUT goes high with the control word
        self.changed(n)

    cdef void latch_count(self, int n, int64_t now) noexcept nogil:
        cdef Counter *c = &self.counters[n]
        if not c.latched:  # a second latch command before the reading is ignored
            c.latch = digits(c, present_count(c, now))
            c.latched = 2 if c.access == 3 else 1

    cdef void latch_status(self, int n, int64_t now) noexcept nogil:
        cdef Counter *c = &self.counters[n]
        cdef bint null_count
        if c.status < 0:
            null_count = not c.count or c.next_count or now < c.start
            c.status = output(c, now) << 7 | null_count << 6 | c.access << 4 | c.mode << 1 | c.bcd

    cdef void set_gate(self, int n, bint level) noexcept nogil:
        cdef Counter *c = &self.counters[n]
        cdef int64_t now = self.tick()
        settle(c, now)
        if level == c.gate:
            return
        c.gate = level
        if c.mode == 1 or c.mode == 5:
            if level:
                if c.next_count:
                    c.count = c.next_count
                    c.next_count = 0
                c.start = now + 1
                c.triggered = c.count != 0
        elif not level:
            c.paused = counted(c, now)
        elif c.mode == 2 or c.mode == 3:
            if c.next_count:
                c.count = c.next_count
                c.next_count = 0
            c.paused = -1
            c.start = now + 1
        else:
            c.start = now - c.paused if c.paused > 0 else now
            c.paused = -1

    cdef uint8_t read_61(self) noexcept nogil:
        cdef int64_t now = self.tick()
        return <uint8_t>(self.port_b | (now // REFRESH & 1) << 4 | output(&self.counters[2], now) << 5)

    cdef void write_61(self, uint8_t value) noexcept nogil:
        cdef uint8_t changed = self.port_b ^ value
        self.port_b = value & 0x0F
        if changed & 3:
            self.set_gate(2, value & 1)
            self.changed(2)

    cdef void changed(self, int n) noexcept nogil:
        # Counter 0 has a new next edge; the speaker wants to hear of counter 2 and of port 61h.
        if n == 0:
            with gil:
                self.schedule(self.tick())
        elif n == 2:
            with gil:
                for listener in self._listeners:
                    listener()

    cdef void schedule(self, int64_t after):
        cdef Counter *c = &self.counters[0]
        cdef int64_t edge = rising_edge(c, after)
        if self._event is not None:
            self._clock.cancel(self._event)
            self._event = None
        if edge == INT64_MAX:
            return
        if edge < after + NEAREST_EDGE and (c.mode == 2 or c.mode == 3):
            edge = rising_edge(c, after + NEAREST_EDGE)
        self._edge = edge
        self._event = self._clock.at_native(time_of_tick(edge, HZ), pit_event, <void *>self, "IRQ 0")
        self._event.callback = self  # keeps this object alive as long as the event

    def out(self, int counter):
        """The level of OUT of counter 0, 1 or 2."""
        return bool(output(&self.counters[counter % 3], self.tick()))

    def count(self, int counter):
        """The present count (0 to 65535), as a plain number."""
        return present_count(&self.counters[counter % 3], self.tick())

    def period(self, int counter):
        """Ticks of 1/1193182 s in a full count (1 to 65536), 0 when none was written."""
        settle(&self.counters[counter % 3], self.tick())
        return self.counters[counter % 3].count

    def mode(self, int counter):
        """The mode of the counter, 0 to 5."""
        return self.counters[counter % 3].mode

    def add_listener(self, listener):
        """Call ``listener()`` whenever counter 2 or port 61h was written."""
        self._listeners.append(listener)

    @property
    def port_61(self):
        """Port 61h as a program reads it."""
        return self.read_61()

    def save(self):
        """The state of the three counters and port 61h, and the tick of the next interrupt request."""
        return {
            "counters": [self.counters[0], self.counters[1], self.counters[2]],
            "port_61": self.port_b,
            "edge": self._edge,
        }

    def load(self, state):
        """Take back what save() gave; the clock must have been put back before."""
        cdef int n
        for n in range(3):
            self.counters[n] = state["counters"][n]
        self.port_b = state["port_61"]
        self.schedule(self.tick())
        if 0 <= state["edge"] < self._edge:
            self._edge = state["edge"]  # of those that follow closely, which are not all there


cdef void pit_event(void *arg) noexcept:
    cdef Pit pit = <Pit>arg
    pit._event = None
    pit._pic.pulse_irq(0)
    pit.schedule(pit._edge)


cdef uint32_t pit_read(void *device, uint16_t port, int size) noexcept nogil:
    return (<Pit>device).read_counter(port & 3)


cdef void pit_write(void *device, uint16_t port, int size, uint32_t value) noexcept nogil:
    if port == 0x43:
        (<Pit>device).write_control(<uint8_t>value)
    else:
        (<Pit>device).write_counter(port & 3, <uint8_t>value)


cdef uint32_t port_61_read(void *device, uint16_t port, int size) noexcept nogil:
    return (<Pit>device).read_61()


cdef void port_61_write(void *device, uint16_t port, int size, uint32_t value) noexcept nogil:
    (<Pit>device).write_61(<uint8_t>value)
