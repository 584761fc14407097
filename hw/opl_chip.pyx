# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True
"""One FM chip as programs see it (address latch, registers, timers, status), and its ports.

From Yamaha's YM3812 and YMF262 application manuals; hw/opl.py says which cards have which chips where.

>>> from hw.clock import Clock
>>> from hw.opl import OplType
>>> from hw.ports import PortBus
>>> bus, chip = PortBus(), OplChip(Clock(), OplType.OPL3)
>>> ports = OplPorts(bus, 0x388, [chip], 2)
>>> chip.record(True); bus.write(0x38A, 0x05); bus.write(0x38B, 0x01)
>>> chip.registers[0x105], [(hex(register), value) for _, register, value in chip.take()]
(1, [('0x105', 1)])
"""

from libc.string cimport memcpy

REGISTERS = 0x200  # two banks; OPL2 has one

cdef enum:
    TIMER_1 = 0x02
    TIMER_2 = 0x03
    CONTROL = 0x04
    RESET_FLAGS = 0x80
    OPL2_STATUS = 0x06  # what tells an OPL2 from an OPL3

cdef int64_t TICK_1_PS = 80_000_000
cdef int64_t TICK_2_PS = 320_000_000


cdef bint overflowed(Timer *timer, int64_t now) noexcept nogil:
    # Whether it did, unmasked, since it was last asked.
    cdef int64_t overflows
    cdef bint new
    if timer.started_ps < 0 or timer.period_ps <= 0 or now < timer.started_ps:
        return False
    overflows = (now - timer.started_ps) // timer.period_ps
    new = overflows > timer.counted
    timer.counted = overflows
    return new and not timer.masked


cdef void control(Timer *timer, uint8_t value, int64_t now) noexcept nogil:
    # A write of register 4.
    timer.masked = value & timer.mask_bit != 0
    if not value & timer.start_bit:
        timer.started_ps = -1
    elif timer.started_ps < 0:
        timer.started_ps = now
        timer.counted = 0
        timer.period_ps = (256 - timer.value) * timer.tick_ps


cdef class OplChip:
    """The registers and timers; writes are noted with their times while somebody listens."""

    def __init__(self, Clock clock not None, kind):
        self.kind = kind
        self._opl3 = kind.value == "opl3"
        self._clock = clock
        self.log = WriteLog(clock)
        self._timers[0] = Timer(TICK_1_PS, 0x01, 0x40, 0x40, 0, -1, 0, 0, False)
        self._timers[1] = Timer(TICK_2_PS, 0x02, 0x20, 0x20, 0, -1, 0, 0, False)

    cdef void select(self, uint16_t index) noexcept nogil:
        # An address port; bit 8 is the bank.
        self._index = index & 0x1FF

    cdef void write(self, uint8_t value) noexcept nogil:
        # A data port.
        cdef int64_t now = self._clock.now()
        if self._index == TIMER_1 or self._index == TIMER_2:
            self._timers[self._index - TIMER_1].value = value
        elif self._index == CONTROL:
            self.settle()
            if value & RESET_FLAGS:  # the other bits are then ignored
                self._flags = 0
                return
            control(&self._timers[0], value, now)
            control(&self._timers[1], value, now)
        self._registers[self._index] = value
        self.log.note_at(now, self._index, value)

    cdef void put(self, uint16_t offset, uint8_t value) noexcept nogil:
        # A write to one of the ports, from the first address port on.
        if offset & 1:
            self.write(value)
        else:
            self.select(value | offset >> 1 << 8)

    cdef void settle(self) noexcept nogil:
        cdef int64_t now = self._clock.now()
        cdef int number
        for number in range(2):
            if overflowed(&self._timers[number], now):
                self._flags |= self._timers[number].flag

    cdef uint8_t status(self) noexcept nogil:
        # Bit 7 an interrupt, 6 timer 1, 5 timer 2; bits 2 and 1 are set by an OPL2 only.
        self.settle()
        return self._flags | (0x80 if self._flags else 0) | (0 if self._opl3 else OPL2_STATUS)

    @property
    def registers(self):
        """All that was written; the second bank begins at 100h."""
        return bytes(self._registers[:512])

    def record(self, bint on):
        """Note writes from now on, or no more."""
        self.log.record(on)

    def take(self):
        """(time in ps, register, value) of the writes since the last call, oldest first."""
        return self.log.take()

    def save(self):
        """The registers, timers and flags."""
        cdef int i
        timers = [
            (self._timers[i].value, self._timers[i].started_ps, self._timers[i].period_ps, self._timers[i].counted,
             bool(self._timers[i].masked))
            for i in range(2)
        ]
        return {
            "registers": self.registers, "index": self._index, "flags": self._flags, "timers": timers,
        }

    def load(self, state):
        """Take back what save() gave; the clock must have been put back before. Raises ValueError."""
        cdef bytes registers = state["registers"]
        cdef int i
        if len(registers) != 512:
            raise ValueError(f"{len(registers)} registers")
        memcpy(self._registers, <const uint8_t *>registers, 512)
        self._index, self._flags = state["index"] & 0x1FF, state["flags"]
        for i in range(2):
            value, started, period, counted, masked = state["timers"][i]
            self._timers[i].value, self._timers[i].started_ps, self._timers[i].period_ps = value, started, period
            self._timers[i].counted, self._timers[i].masked = counted, masked


cdef class OplPorts:
    """Address and data port of each bank from ``base`` on; all chips (one or two) hear, the first answers."""

    def __init__(self, PortBus ports not None, uint16_t base, chips, int banks):
        cdef uint16_t port
        self._base = base
        self._first = chips[0]
        self._second = chips[1] if len(chips) > 1 else None
        for port in range(base, base + 2 * banks):
            ports.native_read(port, port_read, self)
            ports.native_write(port, port_write, self)

    cdef uint32_t read(self, uint16_t port) noexcept nogil:
        if not self._first._opl3 and (port - self._base) & 1:
            return 0xFF
        return self._first.status()

    cdef void write(self, uint16_t port, uint8_t value) noexcept nogil:
        self._first.put(port - self._base, value)
        if self._second is not None:
            self._second.put(port - self._base, value)


cdef uint32_t port_read(void *device, uint16_t port, int size) noexcept nogil:
    return (<OplPorts>device).read(port)


cdef void port_write(void *device, uint16_t port, int size, uint32_t value) noexcept nogil:
    (<OplPorts>device).write(port, <uint8_t>value)
