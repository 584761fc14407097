from libc.stdint cimport int32_t, int64_t, uint8_t, uint16_t, uint32_t

from hw.ports cimport PortBus

cdef enum:
    VOICES = 32

cdef struct Voice:
    uint8_t control
    uint8_t volume_control
    uint8_t ramp_rate
    uint8_t ramp_start
    uint8_t ramp_end
    uint8_t pan
    uint16_t frequency
    int32_t start  # addresses: 20 bits and 9 of fraction
    int32_t end
    int32_t current
    int32_t volume  # 16 bits, of which the upper 12 count


cdef class Voices:
    cdef Voice voices[VOICES]
    cdef uint8_t *dram
    cdef uint32_t poke_address
    cdef readonly uint32_t wave_irqs
    cdef readonly uint32_t ramp_irqs
    cdef readonly int active
    cdef int64_t frame

    cdef bint advance(self, Voice *v, uint32_t bit) noexcept nogil
    cdef void ramp(self, Voice *v, uint32_t bit) noexcept nogil
    cdef int sample(self, Voice *v) noexcept nogil
