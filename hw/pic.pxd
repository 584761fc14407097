cimport cython

from libc.stdint cimport uint8_t, uint16_t, uint32_t

ctypedef void (*output_fn)(void *cpu, bint level) noexcept nogil

cdef struct Chip:
    # One 8259A, under the datasheet's names.
    uint8_t irr
    uint8_t isr
    uint8_t imr
    uint8_t lines  # levels on IR0 to IR7
    uint8_t base  # ICW2: vector of IR0
    uint8_t icw1
    uint8_t icw3
    uint8_t icw4
    uint8_t expect  # the ICW that the next write to port 1 is, 0 when initialised
    uint8_t lowest  # the IR with the lowest priority
    uint8_t read_isr  # OCW3 RIS
    uint8_t poll
    uint8_t special_mask
    uint8_t rotate_auto


@cython.final
cdef class Pic:
    cdef Chip chips[2]
    cdef bint _level
    cdef output_fn _output
    cdef void *_cpu

    cpdef void raise_irq(self, int irq) noexcept nogil
    cpdef void lower_irq(self, int irq) noexcept nogil
    cpdef void pulse_irq(self, int irq) noexcept nogil
    cdef bint pending(self) noexcept nogil
    cdef int acknowledge(self) noexcept nogil
    cdef void set_output(self, output_fn fn, void *cpu) noexcept
    cdef void update(self) noexcept nogil
    cdef void write_command(self, int which, uint8_t value) noexcept nogil
    cdef void write_data(self, int which, uint8_t value) noexcept nogil
    cdef uint8_t read_port(self, int which, int a0) noexcept nogil
