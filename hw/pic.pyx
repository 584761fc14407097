# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True
"""The pair of 8259A interrupt controllers of a PC AT (ports 20h/21h and A0h/A1h).

From Intel's 8259A data sheet (order 231468): initialisation words ICW1 to ICW4, operation words OCW1 to
OCW3, all forms of EOI, rotation, special mask, polling, edge and level triggering, and the IR7 that a
request which vanishes before it is acknowledged gives. The slave's output is the master's IR2.

>>> from hw.ports import PortBus
>>> bus = PortBus(); pic = Pic(bus)
>>> pic.raise_irq(0); pic.intr, hex(pic.accept()), pic.intr
(True, '0x8', False)
>>> bus.write(0x20, 0x0B); bus.read(0x20)  # OCW3: read the in-service register
1
>>> bus.write(0x20, 0x20)  # non-specific EOI
>>> bus.read(0x20)
0
"""

cimport cython

from hw.ports cimport PortBus

cdef enum:
    MASTER = 0
    SLAVE = 1
    CASCADE = 2  # the master's input the slave is on
    ICW1_IC4 = 0x01
    ICW1_SNGL = 0x02
    ICW1_LTIM = 0x08
    ICW4_AEOI = 0x02
    ICW4_SFNM = 0x10


cdef int wanted(Chip *chip, bint is_master) noexcept nogil:
    # The request that the chip would interrupt for now, or -1.
    cdef int i, irq
    cdef uint8_t bit
    if chip.expect:
        return -1
    for i in range(8):
        irq = (chip.lowest + 1 + i) & 7
        bit = <uint8_t>(1 << irq)
        if chip.isr & bit and not (chip.special_mask and chip.imr & bit):
            # In service: blocks itself and what is below. In special fully nested mode the slave may ask again.
            if is_master and irq == CASCADE and chip.icw4 & ICW4_SFNM and chip.irr & bit & ~chip.imr:
                return irq
            return -1
        if chip.irr & bit & ~chip.imr:
            return irq
    return -1


cdef void set_line(Chip *chip, int irq, bint level) noexcept nogil:
    cdef uint8_t bit = <uint8_t>(1 << irq)
    if level:
        if not chip.lines & bit or chip.icw1 & ICW1_LTIM:
            chip.irr |= bit
        chip.lines |= bit
    else:
        # The request must stay up until it is acknowledged ("IR Triggering", figure 9).
        chip.irr &= ~bit
        chip.lines &= ~bit


cdef int serve(Chip *chip, bint is_master) noexcept nogil:
    # INTA (or a poll): the request becomes "in service". -1 when there is none.
    cdef int irq = wanted(chip, is_master)
    cdef uint8_t bit
    if irq < 0:
        return -1
    bit = <uint8_t>(1 << irq)
    if not (chip.icw1 & ICW1_LTIM and chip.lines & bit):
        chip.irr &= ~bit
    if chip.icw4 & ICW4_AEOI:
        if chip.rotate_auto:
            chip.lowest = <uint8_t>irq
    else:
        chip.isr |= bit
    return irq


cdef int highest_in_service(Chip *chip) noexcept nogil:
    cdef int i, irq
    for i in range(8):
        irq = (chip.lowest + 1 + i) & 7
        if chip.isr & (1 << irq) and not (chip.special_mask and chip.imr & (1 << irq)):
            return irq
    return -1


@cython.final
cdef class Pic:
    """Both controllers, as the BIOS leaves them: IRQ 0 to 7 at vector 08h, IRQ 8 to 15 at 70h."""

    def __cinit__(self, PortBus ports):
        cdef int port
        self.reset()
        for port in (0x20, 0x21, 0xA0, 0xA1):
            ports.native_read(<uint16_t>port, pic_read, self)
            ports.native_write(<uint16_t>port, pic_write, self)

    def reset(self):
        """Program both chips as a PC AT BIOS does; open are timer, keyboard, the slave and the clock."""
        cdef int which, word
        for which in range(2):
            self.chips[which].lines = 0
            self.write_command(which, 0x11)
            for word in ((0x08, 0x04, 0x01), (0x70, 0x02, 0x01))[which]:
                self.write_data(which, <uint8_t>word)
        self.write_data(MASTER, 0xB8)
        self.write_data(SLAVE, 0x8E)

    cdef void set_output(self, output_fn fn, void *cpu) noexcept:
        self._output = fn
        self._cpu = cpu
        if fn != NULL:
            fn(cpu, self._level)

    cdef void update(self) noexcept nogil:
        # The slave's INT drives the master's IR2; the master's INT is the CPU's INTR.
        cdef bint slave = wanted(&self.chips[SLAVE], False) >= 0
        cdef bint level
        if slave != bool_line(&self.chips[MASTER]):
            set_line(&self.chips[MASTER], CASCADE, slave)
        level = wanted(&self.chips[MASTER], True) >= 0
        if level != self._level:
            self._level = level
            if self._output != NULL:
                self._output(self._cpu, level)

    cpdef void raise_irq(self, int irq) noexcept nogil:
        """Drive the line of IRQ 0 to 15 high: a request, unless it was high already."""
        if 0 <= irq < 16 and irq != CASCADE:
            set_line(&self.chips[irq >> 3], irq & 7, True)
            self.update()

    cpdef void lower_irq(self, int irq) noexcept nogil:
        """Drive the line low; a request that was not acknowledged yet is gone."""
        if 0 <= irq < 16 and irq != CASCADE:
            set_line(&self.chips[irq >> 3], irq & 7, False)
            self.update()

    cpdef void pulse_irq(self, int irq) noexcept nogil:
        """A new request whatever the line was: low, then high, and left high."""
        if 0 <= irq < 16 and irq != CASCADE:
            self.chips[irq >> 3].lines &= ~<uint8_t>(1 << (irq & 7))
            set_line(&self.chips[irq >> 3], irq & 7, True)
            self.update()

    cdef bint pending(self) noexcept nogil:
        return self._level

    cdef int acknowledge(self) noexcept nogil:
        cdef int irq = serve(&self.chips[MASTER], True)
        cdef int vector
        if irq < 0:
            irq = 7  # nothing asks any more: IR7, which is then not in service
        vector = self.chips[MASTER].base + irq
        if irq == CASCADE and not self.chips[MASTER].icw1 & ICW1_SNGL:
            irq = serve(&self.chips[SLAVE], False)
            if irq < 0:
                irq = 7
            vector = self.chips[SLAVE].base + irq
            # INTA takes the slave's output down; what it asks for next is a new edge.
            set_line(&self.chips[MASTER], CASCADE, False)
        self.update()
        return vector

    cdef void write_command(self, int which, uint8_t value) noexcept nogil:
        cdef Chip *chip = &self.chips[which]
        cdef int irq
        if value & 0x10:  # ICW1
            chip.icw1 = value
            chip.expect = 2
            chip.irr = chip.lines if value & ICW1_LTIM else 0
            chip.isr = chip.imr = 0
            chip.lowest = 7
            chip.icw3 = chip.icw4 = 0
            chip.read_isr = chip.poll = chip.special_mask = chip.rotate_auto = 0
        elif value & 0x08:  # OCW3
            if value & 0x40:
                chip.special_mask = value & 0x20
            if value & 0x04:
                chip.poll = 1
            if value & 0x02:
                chip.read_isr = value & 0x01
        else:  # OCW2: R, SL, EOI and a level
            irq = value & 7
            if value >> 5 in (1, 5):
                irq = highest_in_service(chip)
            if value & 0x20 and irq >= 0:
                chip.isr &= ~<uint8_t>(1 << irq)
            if value >> 5 in (5, 6, 7) and irq >= 0:
                chip.lowest = <uint8_t>irq
            elif value >> 5 in (0, 4):
                chip.rotate_auto = value & 0x80
        self.update()

    cdef void write_data(self, int which, uint8_t value) noexcept nogil:
        cdef Chip *chip = &self.chips[which]
        if chip.expect == 2:
            chip.base = value & 0xF8
            chip.expect = 4 if chip.icw1 & ICW1_SNGL else 3
        elif chip.expect == 3:
            chip.icw3 = value
            chip.expect = 4
        elif chip.expect == 4:
            chip.icw4 = value
            chip.expect = 0
        else:
            chip.imr = value  # OCW1
        if chip.expect == 4 and not chip.icw1 & ICW1_IC4:
            chip.expect = 0
        self.update()

    cdef uint8_t read_port(self, int which, int a0) noexcept nogil:
        cdef Chip *chip = &self.chips[which]
        cdef int irq
        if chip.poll:
            chip.poll = 0
            irq = serve(chip, which == MASTER)
            if which == SLAVE and irq >= 0:
                set_line(&self.chips[MASTER], CASCADE, False)
            self.update()
            return <uint8_t>(0x80 | irq) if irq >= 0 else 0
        if a0:
            return chip.imr
        return chip.isr if chip.read_isr else chip.irr

    def accept(self):
        """What the CPU's interrupt acknowledge gets: the vector (an IR7 when nothing asks)."""
        return self.acknowledge()

    @property
    def intr(self):
        """The level of the INTR line to the CPU."""
        return bool(self._level)

    def save(self):
        """The state of both chips, under the data sheet's names."""
        return {"master": self.chips[MASTER], "slave": self.chips[SLAVE]}

    def load(self, state):
        """Take back what save() gave."""
        self.chips[MASTER] = state["master"]
        self.chips[SLAVE] = state["slave"]
        self.update()


cdef bint bool_line(Chip *master) noexcept nogil:
    return (master.lines >> CASCADE) & 1


cdef uint32_t pic_read(void *device, uint16_t port, int size) noexcept nogil:
    return (<Pic>device).read_port(port >> 7 & 1, port & 1)


cdef void pic_write(void *device, uint16_t port, int size, uint32_t value) noexcept nogil:
    if port & 1:
        (<Pic>device).write_data(port >> 7 & 1, <uint8_t>value)
    else:
        (<Pic>device).write_command(port >> 7 & 1, <uint8_t>value)
