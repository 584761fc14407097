# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True
"""The sound of an SN76496 (hw/psg.py): every edge at its tick, averaged over each sample.

TI's SN76489A data sheet: a tone's counter runs at a sixteenth of the clock and turns its output over when it runs
out; the noise's shift register moves each 32, 64 or 128 of those ticks or with tone 2; attenuation is 2 dB a step.
"""

from libc.math cimport pow as power
from libc.stdint cimport int64_t, uint32_t

from hw.clock cimport ticks_at
from hw.writes cimport WriteLog

cdef enum:
    HZ = 3579545
    DIVIDER = 16
    TONES = 3
    NOISE = 3
    SHIFT_REGISTER = 0x4000  # 15 bits, one of them set

cdef double[16] GAINS
cdef int _step
for _step in range(15):
    GAINS[_step] = power(10, -_step / 10.0)
GAINS[15] = 0

# From low to high, of full scale: all four voices together fill it.
cdef double LEVEL = 0.25


cdef class PsgRenderer:
    """Renders one chip; begins with the registers given."""

    cdef int registers[8]
    cdef int64_t left[4]  # clock ticks up to the next turn
    cdef int high[4]
    cdef uint32_t shifter
    cdef int64_t now  # clock ticks since power-on

    def __init__(self, registers, int64_t start_ps):
        cdef int i
        for i in range(8):
            self.registers[i] = registers[i]
        for i in range(4):
            self.left[i] = self.period(i)
            self.high[i] = 0
        self.shifter = SHIFT_REGISTER
        self.now = ticks_at(start_ps, HZ)

    snapshot_new = True

    def save(self):
        """Registers, and where each voice is."""
        return {
            "registers": [self.registers[i] for i in range(8)], "left": [self.left[i] for i in range(4)],
            "high": [self.high[i] for i in range(4)], "shifter": self.shifter, "now": self.now,
        }

    def load(self, state):
        """Take back what save() gave."""
        cdef int i
        for i in range(8):
            self.registers[i] = state["registers"][i] & 0x3FF
        for i in range(4):
            self.left[i] = max(state["left"][i], 1)
            self.high[i] = state["high"][i] & 1
        self.shifter, self.now = state["shifter"], state["now"]

    cdef int64_t period(self, int voice) noexcept nogil:
        cdef int count
        if voice == NOISE:
            if self.registers[6] & 3 == 3:
                return self.period(2)
            return <int64_t>(16 << (self.registers[6] & 3)) * DIVIDER
        count = self.registers[voice * 2]
        return <int64_t>(count if count else 0x400) * DIVIDER

    cdef void write(self, int register, int value) noexcept nogil:
        value |= register >> 3 << 8
        register &= 7
        self.registers[register] = value
        if register == 6:
            self.shifter = SHIFT_REGISTER
            self.left[NOISE] = self.period(NOISE)
            self.high[3] = 0

    cdef double run_to(self, int64_t goal) noexcept nogil:
        # The sum of level and ticks up to `goal`.
        cdef int64_t step
        cdef int i
        cdef double level, total = 0
        cdef uint32_t bit
        while self.now < goal:
            step = goal - self.now
            level = 0
            for i in range(4):
                if self.left[i] < step:
                    step = self.left[i]
                if (self.high[i] if i != NOISE else <int>(self.shifter & 1)):
                    level += GAINS[self.registers[i * 2 + 1] & 15]
            total += level * step
            self.now += step
            for i in range(4):
                self.left[i] -= step
                if self.left[i] <= 0:
                    self.left[i] = self.period(i)
                    self.high[i] = not self.high[i]
                    if i == NOISE and self.high[i]:
                        # White noise feeds back two bits, periodic noise one.
                        bit = self.shifter & 1
                        if self.registers[6] & 4:
                            bit ^= self.shifter >> 1 & 1
                        self.shifter = self.shifter >> 1 | bit << 14
        return total

    def render(self, WriteLog log not None, int64_t first, int rate, double[::1] out):
        """Fill ``out`` with the samples from number ``first`` on, and empty the log."""
        cdef int64_t i, edge, begin, at
        cdef int w = 0
        cdef double total
        with nogil:
            for i in range(out.shape[0]):
                edge = (first + i + 1) * HZ // rate
                begin = self.now
                total = 0
                while w < log.count:
                    at = ticks_at(log.entries[w].time_ps, HZ)
                    if at >= edge:
                        break
                    total += self.run_to(at)
                    self.write(log.entries[w].register, log.entries[w].value)
                    w += 1
                total += self.run_to(edge)
                out[i] = total * LEVEL / (self.now - begin) if self.now > begin else 0
            # What came in the very last tick.
            while w < log.count:
                self.write(log.entries[w].register, log.entries[w].value)
                w += 1
            log.count = 0

    @property
    def silent(self):
        """No voice can be heard."""
        return all(self.registers[i * 2 + 1] & 15 == 15 for i in range(4))
