# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True
"""The GF1's 32 voices and their megabyte of memory: wave tables, loops, volume ramps, panning.

From Gravis' "UltraSound Lowlevel ToolKit" 2.22, chapters 2 ("GF1 registers") and 3. A frame serves each active voice
once; card.py knows when frames are due.

>>> voices = Voices()
>>> voices.poke(0, 64); voices.poke(1, 64)
>>> voices.write(0, 0x1, 1 << 10)  # frequency 1
>>> voices.write(0, 0x4, 0); voices.write(0, 0x5, 1 << 9)  # ends at 1
>>> voices.write(0, 0x9, 0xFFF0); voices.write(0, 0xC, 7); voices.write(0, 0x0, 0x08)
>>> import struct
>>> left, right = struct.unpack("<hh", voices.run(1, True)); left == right > 5000
True
"""

from libc.math cimport M_PI, cos, exp2, sin
from libc.stdlib cimport calloc, free

MEMORY = 1 << 20
LEAST_VOICES = 14
SLOTS_PER_SECOND = 617_400  # a frame at 44,100 Hz serves 14 voices

cdef enum:
    STOPPED = 0x01
    STOP = 0x02
    BITS_16 = 0x04  # of the wave; of a ramp: roll over
    LOOP = 0x08
    BIDIRECTIONAL = 0x10
    IRQ = 0x20
    DOWN = 0x40
    PENDING = 0x80
    ADDRESS_MASK = 0x1FFFFFFF
    MEMORY_MASK = 0xFFFFF

cdef double LEVEL = 0.5

cdef float[4096] GAINS
cdef float[16] PAN_LEFT
cdef float[16] PAN_RIGHT
cdef int _i
cdef double _turn
for _i in range(4096):
    # Four bits of exponent, eight of mantissa.
    GAINS[_i] = <float>((256 + (_i & 255)) * exp2((_i >> 8) - 15) / 512 * LEVEL) if _i else 0
for _i in range(16):
    _turn = (_i / 14.0 if _i <= 7 else 0.5 + (_i - 7) / 16.0) * M_PI / 2
    PAN_LEFT[_i] = <float>cos(_turn)
    PAN_RIGHT[_i] = <float>sin(_turn)


cdef class Voices:
    """``write``/``read`` are the voice registers; ``run`` lets frames pass; bits of ``wave_irqs``, ``ramp_irqs`` wait."""

    def __cinit__(self):
        self.dram = <uint8_t *>calloc(MEMORY, 1)
        if self.dram == NULL:
            raise MemoryError
        self.reset()

    def __dealloc__(self):
        free(self.dram)

    def reset(self):
        """All voices stop; the memory stays."""
        cdef int i
        for i in range(VOICES):
            self.voices[i] = Voice(STOPPED | STOP, STOPPED | STOP, 0, 0, 0, 7, 0, 0, 0, 0, 0)
        self.wave_irqs = self.ramp_irqs = 0
        self.active = LEAST_VOICES
        self.frame = 0

    def attach(self, PortBus ports, int port):
        """Give the port of the memory (3X7h) to native code; the address is set by ``set_address``."""
        ports.native_read(<uint16_t>port, dram_read, self)
        ports.native_write(<uint16_t>port, dram_write, self)

    def set_address(self, uint32_t address):
        """The address of the next access through the port."""
        self.poke_address = address & MEMORY_MASK

    def poke(self, uint32_t address, uint8_t value):
        """Write a byte of the memory."""
        self.dram[address & MEMORY_MASK] = value

    def upload(self, uint32_t address, const unsigned char[::1] data, bint invert, int step):
        """Put data into the memory; ``invert`` turns the highest bit of each ``step`` bytes over."""
        cdef Py_ssize_t i
        for i in range(data.shape[0]):
            self.dram[(address + i) & MEMORY_MASK] = data[i] ^ (0x80 if invert and i % step == step - 1 else 0)

    def download(self, uint32_t address, Py_ssize_t count, bint invert, int step):
        """Bytes of the memory."""
        return bytes([
            self.dram[(address + i) & MEMORY_MASK] ^ (0x80 if invert and i % step == step - 1 else 0)
            for i in range(count)
        ])

    # --- registers --------------------------------------------------------------------------------

    def write(self, int voice, int register, int value):
        """Write register 0h to Dh of a voice: 16 bits, those of 8 bits in the upper half except for the ramp's."""
        cdef Voice *v = &self.voices[voice & 31]
        cdef uint32_t bit = <uint32_t>1 << (voice & 31)
        if register == 0x0:
            v.control = <uint8_t>(value & 0x7F)
            if value & PENDING and value & IRQ:
                self.wave_irqs |= bit
            else:
                self.wave_irqs &= ~bit
            if value & STOP:
                v.control |= STOPPED
        elif register == 0x1:
            v.frequency = <uint16_t>value
        elif register == 0x2:
            v.start = (value & 0x1FFF) << 16 | v.start & 0xFFFF
        elif register == 0x3:
            v.start = v.start & 0x1FFF0000 | value & 0xFFE0
        elif register == 0x4:
            v.end = (value & 0x1FFF) << 16 | v.end & 0xFFFF
        elif register == 0x5:
            v.end = v.end & 0x1FFF0000 | value & 0xFFE0
        elif register == 0x6:
            v.ramp_rate = <uint8_t>value
        elif register == 0x7:
            v.ramp_start = <uint8_t>value
        elif register == 0x8:
            v.ramp_end = <uint8_t>value
        elif register == 0x9:
            v.volume = value & 0xFFF0
        elif register == 0xA:
            v.current = (value & 0x1FFF) << 16 | v.current & 0xFFFF
        elif register == 0xB:
            v.current = v.current & 0x1FFF0000 | value & 0xFFFF
        elif register == 0xC:
            v.pan = <uint8_t>(value & 15)
        elif register == 0xD:
            v.volume_control = <uint8_t>(value & 0x7F)
            if value & PENDING and value & IRQ:
                self.ramp_irqs |= bit
            else:
                self.ramp_irqs &= ~bit
            if value & STOP:
                v.volume_control |= STOPPED

    def read(self, int voice, int register):
        """Read register 0h to Dh of a voice as it was written."""
        cdef Voice *v = &self.voices[voice & 31]
        cdef uint32_t bit = <uint32_t>1 << (voice & 31)
        if register == 0x0:
            return v.control | (PENDING if self.wave_irqs & bit else 0)
        if register == 0xD:
            return v.volume_control | (PENDING if self.ramp_irqs & bit else 0)
        return (
            0, v.frequency, v.start >> 16, v.start & 0xFFFF, v.end >> 16, v.end & 0xFFFF, v.ramp_rate, v.ramp_start,
            v.ramp_end, v.volume, v.current >> 16, v.current & 0xFFFF, v.pan,
        )[register] if register < 0xD else 0

    def set_active(self, int count):
        """How many voices are served: 14 to 32."""
        self.active = min(max(count, LEAST_VOICES), VOICES)

    def irq_source(self):
        """Register 8Fh: the next voice that waits, whose bits are cleared; bits 7 and 6 are low for wave and ramp."""
        cdef int i
        cdef int value
        for i in range(VOICES):
            if (self.wave_irqs | self.ramp_irqs) >> i & 1:
                value = 0x20 | i
                value |= 0 if self.wave_irqs >> i & 1 else 0x80
                value |= 0 if self.ramp_irqs >> i & 1 else 0x40
                self.wave_irqs &= ~(<uint32_t>1 << i)
                self.ramp_irqs &= ~(<uint32_t>1 << i)
                return value
        return 0xE0

    # --- frames -----------------------------------------------------------------------------------

    cdef int sample(self, Voice *v) noexcept nogil:
        # The wave at the present address, on a line between two neighbours: 16 bits.
        cdef uint32_t at = <uint32_t>(v.current >> 9) & MEMORY_MASK
        cdef uint32_t after = (at + 1) & MEMORY_MASK
        cdef int fraction = v.current & 511
        cdef int a, b
        if v.control & BITS_16:
            # Addresses count words within a bank of 256 KB.
            at = at & 0xC0000 | (at & 0x1FFFF) << 1
            after = after & 0xC0000 | (after & 0x1FFFF) << 1
            a = <signed char>self.dram[(at + 1) & MEMORY_MASK] * 256 + self.dram[at]
            b = <signed char>self.dram[(after + 1) & MEMORY_MASK] * 256 + self.dram[after]
        else:
            a = <signed char>self.dram[at] * 256
            b = <signed char>self.dram[after] * 256
        return a + (b - a) * fraction // 512

    cdef bint advance(self, Voice *v, uint32_t bit) noexcept nogil:
        cdef int32_t over
        if v.control & DOWN:
            v.current -= v.frequency >> 1
            over = v.start - v.current
        else:
            v.current += v.frequency >> 1
            over = v.current - v.end
        if over < 0:
            return False
        if v.control & IRQ:
            self.wave_irqs |= bit
        if v.volume_control & BITS_16 and not v.control & LOOP:  # roll over: an interrupt, and on it goes
            v.current &= ADDRESS_MASK
            return True
        if not v.control & LOOP:
            v.control |= STOPPED
            v.current = v.start if v.control & DOWN else v.end
            return True
        if v.end <= v.start:
            v.current = v.start
            return True
        over %= v.end - v.start
        if v.control & BIDIRECTIONAL:
            v.control ^= DOWN
        if v.control & DOWN:
            v.current = v.end - over
        else:
            v.current = v.start + over
        return True

    cdef void ramp(self, Voice *v, uint32_t bit) noexcept nogil:
        cdef int32_t low = v.ramp_start << 8
        cdef int32_t high = v.ramp_end << 8
        cdef int32_t over
        if self.frame & ((1 << (3 * (v.ramp_rate >> 6))) - 1):
            return
        if v.volume_control & DOWN:
            v.volume -= (v.ramp_rate & 63) << 4
            over = low - v.volume
        else:
            v.volume += (v.ramp_rate & 63) << 4
            over = v.volume - high
        if over < 0:
            return
        if v.volume_control & IRQ:
            self.ramp_irqs |= bit
        if v.volume_control & LOOP and high > low:
            over %= high - low
            if v.volume_control & BIDIRECTIONAL:
                v.volume_control ^= DOWN
            v.volume = high - over if v.volume_control & DOWN else low + over
        else:
            v.volume_control |= STOPPED
            v.volume = low if v.volume_control & DOWN else high

    def run(self, int64_t frames, bint audible):
        """Let frames pass; with ``audible`` their sound as 16-bit stereo, else nothing is made."""
        cdef int64_t f
        cdef int i, count = self.active
        cdef Voice *v
        cdef float left, right, level
        cdef bytearray out = bytearray(4 * frames if audible else 0)
        cdef unsigned char *data = out
        cdef short *target = <short *>data
        with nogil:
            for f in range(frames):
                left = right = 0
                for i in range(count):
                    v = &self.voices[i]
                    if not v.volume_control & (STOPPED | STOP):
                        self.ramp(v, <uint32_t>1 << i)
                    if audible and (v.volume >> 4):
                        level = self.sample(v) * GAINS[v.volume >> 4 & 0xFFF]
                        left += level * PAN_LEFT[v.pan]
                        right += level * PAN_RIGHT[v.pan]
                    if not v.control & (STOPPED | STOP):
                        self.advance(v, <uint32_t>1 << i)
                self.frame += 1
                if audible:
                    target[2 * f] = <short>(32767 if left > 32767 else -32768 if left < -32768 else left)
                    target[2 * f + 1] = <short>(32767 if right > 32767 else -32768 if right < -32768 else right)
        return bytes(out)

    def frames_to_irq(self):
        """A number of frames within which no interrupt comes but at their end; 0 when none is to come."""
        cdef int i
        cdef int64_t nearest = 0, frames, way
        cdef Voice *v
        for i in range(self.active):
            v = &self.voices[i]
            # One that waits already has nothing new to say.
            if v.control & IRQ and not (self.wave_irqs >> i & 1 or v.control & (STOPPED | STOP)) and v.frequency > 1:
                way = v.current - v.start if v.control & DOWN else v.end - v.current
                frames = max((way + (v.frequency >> 1) - 1) // (v.frequency >> 1), 1)
                nearest = min(nearest, frames) if nearest else frames
            if not v.volume_control & IRQ or self.ramp_irqs >> i & 1:
                continue
            if not v.volume_control & (STOPPED | STOP) and v.ramp_rate & 63:
                way = v.volume - (v.ramp_start << 8) if v.volume_control & DOWN else (v.ramp_end << 8) - v.volume
                frames = (way + ((v.ramp_rate & 63) << 4) - 1) // ((v.ramp_rate & 63) << 4)
                # Up to the next update, and then one for each step.
                frames = max(frames - 1, 0) << (3 * (v.ramp_rate >> 6))
                frames += (1 << (3 * (v.ramp_rate >> 6))) - (self.frame & ((1 << (3 * (v.ramp_rate >> 6))) - 1))
                nearest = min(nearest, frames) if nearest else frames
        return nearest

    @property
    def silent(self):
        """Nothing moves that could be heard."""
        cdef int i
        for i in range(self.active):
            if not self.voices[i].control & (STOPPED | STOP) or not self.voices[i].volume_control & (STOPPED | STOP):
                return False
        return True

    def save(self):
        """Voices and memory."""
        voices = [self.voices[i] for i in range(VOICES)]
        return {
            "voices": voices, "dram": self.dram[:MEMORY], "address": self.poke_address, "wave_irqs": self.wave_irqs,
            "ramp_irqs": self.ramp_irqs, "active": self.active, "frame": self.frame,
        }

    def load(self, state):
        """Take back what save() gave."""
        cdef int i
        cdef const unsigned char[::1] dram = state["dram"]
        for i in range(VOICES):
            self.voices[i] = state["voices"][i]
        for i in range(min(<int>dram.shape[0], <int>MEMORY)):
            self.dram[i] = dram[i]
        self.poke_address = state["address"] & MEMORY_MASK
        self.wave_irqs, self.ramp_irqs = state["wave_irqs"], state["ramp_irqs"]
        self.frame = state["frame"]
        self.set_active(state["active"])


cdef uint32_t dram_read(void *device, uint16_t port, int size) noexcept nogil:
    return (<Voices>device).dram[(<Voices>device).poke_address]


cdef void dram_write(void *device, uint16_t port, int size, uint32_t value) noexcept nogil:
    (<Voices>device).dram[(<Voices>device).poke_address] = <uint8_t>value
