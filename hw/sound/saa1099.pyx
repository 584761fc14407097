# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True
"""The sound of a Philips SAA1099 (hw/cms.py): every edge at its tick, averaged over each sample.

From Philips' SAA1099 data sheet (1989): six tones in eight octaves, two noise generators, two envelope generators
(of voices 2 and 5), sixteen steps of amplitude on each side. The Game Blaster's crystal gives 7.159090 MHz.
"""

from libc.stdint cimport int64_t, uint32_t

from hw.clock cimport ticks_at
from hw.writes cimport WriteLog

cdef enum:
    HZ = 7159090
    VOICES = 6
    NOISE_STATES = 0x3FFFF
    STEPS = 16
    EXTERNAL_CLOCK = 0x100

# From low to high of a voice at its loudest, of full scale.
cdef double LEVEL = 0.125


cdef class Saa1099Renderer:
    """Renders one chip; begins with the registers given."""

    cdef int registers[32]
    cdef int64_t left[8]  # clock ticks up to the next turn of voices 0 to 5 and noise generators 6 and 7
    cdef int high[6]
    cdef uint32_t noise[2]
    cdef int envelope_step[2]  # 0 to 63
    cdef int envelope_buffer[2]  # control of the envelope, taken over when its course is done
    cdef double amplitude[6][2]  # of each voice left and right, with envelopes
    cdef int64_t now

    def __init__(self, const unsigned char[::1] registers, int64_t start_ps):
        cdef int i
        for i in range(32):
            self.registers[i] = registers[i]
        for i in range(8):
            self.left[i] = self.period(i)
        for i in range(6):
            self.high[i] = 0
        for i in range(2):
            self.noise[i] = NOISE_STATES
            self.envelope_step[i] = 0
            self.envelope_buffer[i] = self.registers[0x18 + i]
        self.now = ticks_at(start_ps, HZ)
        self.set_amplitudes()

    snapshot_new = True

    def save(self):
        """Registers, and where each voice, noise and envelope is."""
        return {
            "registers": [self.registers[i] for i in range(32)], "left": [self.left[i] for i in range(8)],
            "high": [self.high[i] for i in range(6)], "noise": [self.noise[0], self.noise[1]], "now": self.now,
            "step": [self.envelope_step[0], self.envelope_step[1]],
            "buffer": [self.envelope_buffer[0], self.envelope_buffer[1]],
        }

    def load(self, state):
        """Take back what save() gave."""
        cdef int i
        for i in range(32):
            self.registers[i] = state["registers"][i] & 0x1FF
        for i in range(8):
            self.left[i] = max(state["left"][i], 1)
        for i in range(6):
            self.high[i] = state["high"][i] & 1
        for i in range(2):
            self.noise[i] = state["noise"][i]
            self.envelope_step[i] = state["step"][i] & 63
            self.envelope_buffer[i] = state["buffer"][i] & 0xFF
        self.now = state["now"]
        self.set_amplitudes()

    cdef int64_t period(self, int which) noexcept nogil:
        cdef int octave, mode
        if which < VOICES:
            octave = self.registers[0x10 + (which >> 1)] >> (4 if which & 1 else 0) & 7
            return <int64_t>(511 - self.registers[8 + which]) << (8 - octave)
        mode = self.registers[0x16] >> (4 if which == 7 else 0) & 3
        if mode == 3:
            return 2 * self.period(3 if which == 7 else 0)
        return 256 << mode

    cdef int envelope(self, int generator, bint right) noexcept nogil:
        # 0 to 15 (data sheet, figure 7).
        cdef int control = self.envelope_buffer[generator]
        cdef int shape = control >> 1 & 7
        cdef int step = self.envelope_step[generator] & 31
        cdef bint over = self.envelope_step[generator] >= (32 if shape in (4, 5) else 16)
        cdef int level
        if shape == 0:
            level = 0
        elif shape == 1:
            level = 15
        elif over and not shape & 1:
            level = 0
        elif shape in (2, 3):
            level = 15 - (step & 15)
        elif shape in (4, 5):
            level = step if step < 16 else 31 - step
        else:
            level = step & 15
        if right and control & 1:
            level = 15 - level
        if control & 0x10:
            level &= ~1
        return level

    cdef void clock_envelope(self, int generator) noexcept nogil:
        cdef int control = self.envelope_buffer[generator]
        cdef int shape = control >> 1 & 7
        cdef int length = 32 if shape in (4, 5) else 16
        cdef int step = self.envelope_step[generator] + (2 if control & 0x10 else 1)
        if not self.registers[0x18 + generator] & 0x80:
            return
        if step >= length:
            if self.envelope_buffer[generator] != self.registers[0x18 + generator]:
                self.envelope_buffer[generator] = self.registers[0x18 + generator]
                step = 0
            else:
                step = step - length if shape & 1 else length
        self.envelope_step[generator] = step
        self.set_amplitudes()

    cdef void set_amplitudes(self) noexcept nogil:
        cdef int voice, side, steps, generator
        for voice in range(VOICES):
            for side in range(2):
                steps = self.registers[voice] >> (4 * side) & 15
                if voice == 2 or voice == 5:
                    generator = voice // 3
                    if self.registers[0x18 + generator] & 0x80:
                        steps = (steps & 14) * (self.envelope(generator, side) + 1) // 16
                self.amplitude[voice][side] = steps / 15.0 * LEVEL

    cdef void write(self, int register, int value) noexcept nogil:
        cdef int generator = register & 1
        cdef int i
        if register & EXTERNAL_CLOCK:
            if self.envelope_buffer[generator] & 0x20:
                self.clock_envelope(generator)
            return
        self.registers[register] = value
        if register in (0x18, 0x19):
            # Shape and clock wait for the end of the course; switching on begins one.
            if not self.envelope_buffer[generator] & 0x80 or not value & 0x80:
                self.envelope_step[generator] = 0
                self.envelope_buffer[generator] = value
            else:
                self.envelope_buffer[generator] = self.envelope_buffer[generator] & 0x0E | value & 0xF1
        elif register == 0x1C and value & 2:  # all generators are held
            for i in range(VOICES):
                self.high[i] = 0
                self.left[i] = self.period(i)
        self.set_amplitudes()

    cdef void run_to(self, int64_t goal, double *left, double *right) noexcept nogil:
        # Adds level times ticks up to `goal`.
        cdef int64_t step
        cdef int i, tones = self.registers[0x14], noises = self.registers[0x15]
        cdef bint on = self.registers[0x1C] & 3 == 1
        cdef double factor
        cdef uint32_t bit
        while self.now < goal:
            step = goal - self.now
            for i in range(8):
                if self.left[i] < step:
                    step = self.left[i]
            if on:
                for i in range(VOICES):
                    factor = 0
                    if tones >> i & 1 and self.high[i]:
                        factor = 1
                    if noises >> i & 1 and self.noise[i // 3] & 1:
                        # Beside a tone the noise takes half of the level away.
                        factor = 0.5 if factor else (0 if tones >> i & 1 else 1)
                    left[0] += self.amplitude[i][0] * factor * step
                    right[0] += self.amplitude[i][1] * factor * step
            self.now += step
            for i in range(8):
                self.left[i] -= step
                if self.left[i] > 0:
                    continue
                self.left[i] = self.period(i)
                if i < VOICES:
                    self.high[i] = not self.high[i]
                    # Voices 1 and 4 are the clocks of the envelopes.
                    if (i == 1 or i == 4) and not self.envelope_buffer[i // 3] & 0x20:
                        self.clock_envelope(i // 3)
                else:
                    bit = (self.noise[i - 6] >> 17 ^ self.noise[i - 6] >> 10) & 1
                    self.noise[i - 6] = (self.noise[i - 6] << 1 | bit) & NOISE_STATES

    def render(self, WriteLog log not None, int64_t first, int rate, double[:, ::1] out):
        """Fill ``out`` (samples, 2) from sample number ``first`` on, and empty the log."""
        cdef int64_t i, edge, begin, at
        cdef int w = 0
        cdef double left, right, ticks
        with nogil:
            for i in range(out.shape[0]):
                edge = (first + i + 1) * HZ // rate
                begin = self.now
                left = right = 0
                while w < log.count:
                    at = ticks_at(log.entries[w].time_ps, HZ)
                    if at >= edge:
                        break
                    self.run_to(at, &left, &right)
                    self.write(log.entries[w].register, log.entries[w].value)
                    w += 1
                self.run_to(edge, &left, &right)
                ticks = <double>(self.now - begin) if self.now > begin else 1
                out[i, 0] = left / ticks
                out[i, 1] = right / ticks
            while w < log.count:
                self.write(log.entries[w].register, log.entries[w].value)
                w += 1
            log.count = 0

    @property
    def silent(self):
        """The chip is switched off, or no voice is."""
        if self.registers[0x1C] & 3 != 1:
            return True
        return not (self.registers[0x14] | self.registers[0x15]) & 0x3F
