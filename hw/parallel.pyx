# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True
"""The parallel port LPT1 (378h data, 379h status, 37Ah control), and the sound converters people plugged into it.

IBM PC Technical Reference, "Parallel Printer Adapter". A Covox Speech Thing is a resistor ladder on the data lines:
each byte is a sample at once. Disney's Sound Source (its "Sound Source Programmer's Guide") is a queue of 16 bytes
that plays 7,000 a second; an edge of the control register's bit 3 (Select) puts the data into it, and status bit 6
(Acknowledge) says that it is full. A program that clocks no byte in is taken to play a Covox. A printer takes each byte
at once, and its acknowledge is IRQ 7 while bit 4 of the control register is set.

>>> from hw.clock import MS, Clock
>>> from hw.ports import PortBus
>>> bus, clock = PortBus(), Clock(20000)
>>> port = ParallelPort(bus, clock)
>>> port.sound_source = True
>>> def feed():
...     bus.write(0x378, 0xA0); bus.write(0x37A, 0x04); bus.write(0x37A, 0x0C)
>>> for _ in range(16): feed()
>>> full = bus.read(0x379) & 0x40; clock.skip_to(1 * MS); full, bus.read(0x379) & 0x40
(64, 0)
"""

from hw.clock cimport ticks_at, time_of_tick
from hw.ports cimport PortBus

DISNEY_HZ = 7000

cdef enum:
    COVOX = 0  # registers in the log
    DISNEY = 1
    STROBE = 0x01
    SELECT = 0x08
    IRQ_ENABLE = 0x10
    CONTROL_BITS = 0x1F
    IRQ = 7
    FIFO_SIZE = 16
    # What a port shows with nothing on its cable, and with a printer that is ready.
    NOTHING = 0x7F
    READY = 0xDF
    FIFO_FULL = 0x40

cdef int64_t HZ = 7000
# A program that clocks bytes into the Sound Source, or strobes them into a printer, plays no Covox for a while.
cdef int64_t CLOCKED_PS = 100000000000


cdef class ParallelPort:
    """``levels`` notes what the converters play; ``on_byte(value)`` hears what a printer is sent by the ports.

    ``sound_source`` plugs in the converters.
    """

    def __init__(self, PortBus ports, Clock clock, int port=0x378, Pic pic=None):
        self._clock = clock
        self._pic = pic
        self.levels = WriteLog(clock)
        self.on_byte = None
        self.clocked_ps = -CLOCKED_PS
        self.control = 0x0C
        ports.native_read(<uint16_t>port, data_read, self)
        ports.native_write(<uint16_t>port, data_write, self)
        ports.native_read(<uint16_t>(port + 1), status_read, self)
        ports.native_read(<uint16_t>(port + 2), control_read, self)
        ports.native_write(<uint16_t>(port + 2), control_write, self)

    cdef void settle(self) noexcept nogil:
        # What left the queue up to now.
        cdef int64_t now = self._clock.now()
        while self.fifo_count and time_of_tick(self.fifo_tick, HZ) <= now:
            self.levels.note_at(time_of_tick(self.fifo_tick, HZ), DISNEY, self.fifo[self.fifo_first])
            self.fifo_first = (self.fifo_first + 1) % FIFO_SIZE
            self.fifo_count -= 1
            self.fifo_tick += 1

    cdef void write_data(self, uint8_t value) noexcept nogil:
        self.data = value
        if self.sound_source and self._clock.now() - self.clocked_ps >= CLOCKED_PS:
            self.levels.note(COVOX, value)

    cdef void write_control(self, uint8_t value) noexcept nogil:
        cdef uint8_t rising = value & ~self.control
        cdef int64_t now
        cdef uint8_t falling = self.control & ~value
        self.control = value & CONTROL_BITS
        if falling & IRQ_ENABLE and self._pic is not None:
            self._pic.lower_irq(IRQ)
        if rising & (STROBE | SELECT):
            now = self._clock.now()
            self.clocked_ps = now
            if rising & SELECT and self.sound_source:
                self.settle()
                if not self.fifo_count:  # the next tick of its clock takes the first
                    self.fifo_tick = ticks_at(now, HZ) + 1
                if self.fifo_count < FIFO_SIZE:
                    self.fifo[(self.fifo_first + self.fifo_count) % FIFO_SIZE] = self.data
                    self.fifo_count += 1
            if rising & STROBE and self.on_byte is not None:
                with gil:
                    self.print_byte()
                if value & IRQ_ENABLE and self._pic is not None:
                    self._pic.pulse_irq(IRQ)  # the acknowledge

    def print_byte(self):
        """The strobe: the printer takes the data."""
        self.on_byte(self.data)

    cdef uint8_t read_status(self) noexcept nogil:
        if self.on_byte is not None:
            return READY
        if not self.sound_source:
            return NOTHING
        self.settle()
        return NOTHING if self.fifo_count == FIFO_SIZE else NOTHING & ~FIFO_FULL

    def due(self):
        """Note what the queue has played up to now."""
        self.settle()

    def save(self):
        """Registers and queue."""
        waiting = bytes([self.fifo[(self.fifo_first + i) % FIFO_SIZE] for i in range(self.fifo_count)])
        return {
            "data": self.data, "control": self.control, "fifo": waiting, "tick": self.fifo_tick,
            "clocked_ps": self.clocked_ps,
        }

    def load(self, state):
        """Take back what save() gave; the clock must have been put back before."""
        cdef int i
        self.data, self.control = state["data"], state["control"]
        self.fifo_first, self.fifo_count = 0, min(len(state["fifo"]), FIFO_SIZE)
        for i in range(self.fifo_count):
            self.fifo[i] = state["fifo"][i]
        self.fifo_tick, self.clocked_ps = state["tick"], state["clocked_ps"]


cdef uint32_t data_read(void *device, uint16_t port, int size) noexcept nogil:
    return (<ParallelPort>device).data


cdef void data_write(void *device, uint16_t port, int size, uint32_t value) noexcept nogil:
    (<ParallelPort>device).write_data(<uint8_t>value)


cdef uint32_t status_read(void *device, uint16_t port, int size) noexcept nogil:
    return (<ParallelPort>device).read_status()


cdef uint32_t control_read(void *device, uint16_t port, int size) noexcept nogil:
    return 0xE0 | (<ParallelPort>device).control


cdef void control_write(void *device, uint16_t port, int size, uint32_t value) noexcept nogil:
    (<ParallelPort>device).write_control(<uint8_t>value)
