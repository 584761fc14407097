# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True
"""The pair of 8237A DMA controllers of a PC AT and their page registers.

From Intel's 8237A data sheet (order 231466) and the IBM PC AT Technical Reference ("DMA Controller").
Channels 0 to 3 move bytes (ports 00h to 0Fh), 5 to 7 words (ports C0h to DFh), pages are at 81h to 8Fh.
A device calls ``read`` (memory to device) or ``write`` (device to memory) when it asks for data; nothing
is moved for a masked channel or beyond the terminal count of one that does not initialise itself.

>>> from hw.memory import Memory
>>> from hw.ports import PortBus
>>> bus, memory = PortBus(), Memory(0x100000)
>>> dma = Dma(bus, memory)
>>> memory.write(0x12345, b"sample")
>>> for port, value in ((0x0A, 5), (0x0C, 0), (0x0B, 0x49), (0x02, 0x45), (0x02, 0x23), (0x83, 1)):
...     bus.write(port, value)
>>> for port, value in ((0x03, 5), (0x03, 0), (0x0A, 1)):
...     bus.write(port, value)
>>> dma.read(1, 100), dma.at_terminal_count(1), dma.read(1, 1)
(b'sample', True, b'')
"""

from hw.ports cimport PortBus

cdef enum:
    MODE_DECREMENT = 0x20
    MODE_AUTO_INIT = 0x10
    COMMAND_DISABLE = 0x04
    CASCADE_CHANNEL = 4

# Channel of each page register (80h to 8Fh); -1: a latch without a channel.
cdef int[16] PAGE_CHANNEL
PAGE_CHANNEL[:] = [-1, 2, 3, 1, -1, -1, -1, 0, -1, 6, 7, 5, -1, -1, -1, 4]


cdef class Dma:
    """Both controllers. ``channel`` is 0 to 7; channel 4 is the cascade and moves nothing."""

    def __cinit__(self, PortBus ports, Memory memory):
        cdef int port
        self._memory = memory
        self._listeners = []
        self._lookers = []
        for port in range(0x10):
            ports.native_read(<uint16_t>port, dma1_read, self)
            ports.native_write(<uint16_t>port, dma1_write, self)
        for port in range(0xC0, 0xE0):
            ports.native_read(<uint16_t>port, dma2_read, self)
            ports.native_write(<uint16_t>port, dma2_write, self)
        for port in range(0x81, 0x90):
            ports.native_read(<uint16_t>port, page_read, self)
            ports.native_write(<uint16_t>port, page_write, self)
        self.reset()

    def reset(self):
        """Master clear of both; the cascade channel is open, all others are masked."""
        cdef int which
        for which in range(2):
            self.write_register(which, 13, 0)
        self.write_register(1, 11, 0xC0)
        self.write_register(1, 10, 0x00)

    cdef uint8_t read_register(self, int which, int register) noexcept nogil:
        cdef Controller *c = &self.controllers[which]
        cdef uint16_t value
        if register < 8:
            value = c.channels[register >> 1].count if register & 1 else c.channels[register >> 1].address
            c.flip_flop ^= 1
            return <uint8_t>(value & 0xFF if c.flip_flop else value >> 8)
        if register == 8:  # status; reading clears the terminal counts
            value = c.terminal_counts | c.requests << 4
            c.terminal_counts = 0
            return <uint8_t>value
        if register == 13:
            return c.temporary
        if register == 15:
            return 0xF0 | c.mask  # all masks, as later chips have it
        return 0xFF

    cdef void write_register(self, int which, int register, uint8_t value) noexcept nogil:
        cdef Controller *c = &self.controllers[which]
        cdef Channel *channel
        cdef uint8_t bit = <uint8_t>(1 << (value & 3))
        if register < 8:
            channel = &c.channels[register >> 1]
            c.flip_flop ^= 1
            if register & 1:
                channel.base_count = merge(channel.base_count, value, c.flip_flop)
                channel.count = channel.base_count
                c.terminal_counts &= ~<uint8_t>(1 << (register >> 1))
            else:
                channel.base_address = merge(channel.base_address, value, c.flip_flop)
                channel.address = channel.base_address
        elif register == 8:
            c.command = value
        elif register == 9:
            c.requests = c.requests | bit if value & 4 else c.requests & ~bit
        elif register == 10:
            c.mask = c.mask | bit if value & 4 else c.mask & ~bit
            self.mask_changed()
        elif register == 11:
            c.channels[value & 3].mode = value
            # A new mode makes a channel that stood at its terminal count usable again.
            c.terminal_counts &= ~bit
        elif register == 12:
            c.flip_flop = 0
        elif register == 13:  # master clear
            c.command = c.requests = c.terminal_counts = c.flip_flop = c.temporary = 0
            c.mask = 0x0F
            self.mask_changed()
        elif register == 14:
            c.mask = 0
            self.mask_changed()
        elif register == 15:
            c.mask = value & 0x0F
            self.mask_changed()

    cdef void mask_changed(self) noexcept nogil:
        with gil:
            for listener in self._listeners:
                listener()

    cdef int64_t step(self, int channel) noexcept nogil:
        # The address of the next transfer, which is then done; -1 when there is none.
        cdef Controller *c = &self.controllers[channel >> 2]
        cdef Channel *state = &c.channels[channel & 3]
        cdef uint8_t bit = <uint8_t>(1 << (channel & 3))
        cdef int64_t address
        if channel == CASCADE_CHANNEL or c.mask & bit or c.command & COMMAND_DISABLE:
            return -1
        if channel < 4:
            address = state.page << 16 | state.address
        else:
            address = (state.page & 0xFE) << 16 | state.address << 1
        if state.mode & MODE_DECREMENT:
            state.address -= 1
        else:
            state.address += 1
        state.count -= 1
        if state.count == 0xFFFF:
            c.terminal_counts |= bit
            c.requests &= ~bit
            if state.mode & MODE_AUTO_INIT:
                state.address = state.base_address
                state.count = state.base_count
            else:
                c.mask |= bit
        return address

    def read(self, int channel, int64_t n):
        """Memory to device: up to ``n`` transfers (bytes, or words of two bytes on channels 5 to 7)."""
        cdef int64_t address, b, done = 0
        cdef int unit = 1 if channel & 7 < 4 else 2
        cdef bytearray data = bytearray(unit * n if n > 0 else 0)
        cdef unsigned char *target = data
        while done < unit * n:
            address = self.step(channel & 7)
            if address < 0:
                break
            for b in range(unit):
                target[done + b] = self._memory._load(address + b, 1) if address + b < self._memory.size else 0xFF
            done += unit
        return bytes(data[:done])

    def write(self, int channel, const unsigned char[::1] data):
        """Device to memory; returns how many bytes were taken."""
        cdef int64_t address, done = 0, b
        cdef int unit = 1 if channel & 7 < 4 else 2
        while done + unit <= data.shape[0]:
            address = self.step(channel & 7)
            if address < 0:
                break
            for b in range(unit):
                if address + b < self._memory.size:
                    self._memory.set_u8(address + b, data[done + b])
            done += unit
        return done

    def enabled(self, int channel):
        """The channel is not masked and its controller is on."""
        cdef Controller *c = &self.controllers[channel >> 2 & 1]
        return not (c.mask >> (channel & 3) & 1 or c.command & COMMAND_DISABLE)

    def remaining(self, int channel):
        """Transfers up to the terminal count (1 to 65536)."""
        return <int>self.controllers[channel >> 2 & 1].channels[channel & 3].count + 1

    def auto_init(self, int channel):
        """The channel starts over by itself at its terminal count."""
        return bool(self.controllers[channel >> 2 & 1].channels[channel & 3].mode & MODE_AUTO_INIT)

    def address(self, int channel):
        """Physical address of the next transfer."""
        cdef Channel *state = &self.controllers[channel >> 2 & 1].channels[channel & 3]
        if channel & 7 < 4:
            return state.page << 16 | state.address
        return (state.page & 0xFE) << 16 | state.address << 1

    def at_terminal_count(self, int channel):
        """The count ran out since the status was last read."""
        return bool(self.controllers[channel >> 2 & 1].terminal_counts >> (channel & 3) & 1)

    def add_looker(self, looker):
        """``looker()`` is called before a program reads or writes a register: time to move what is due."""
        self._lookers.append(looker)
        self.looked_at = True

    cdef void look(self) noexcept nogil:
        if self.looked_at:
            with gil:
                self.tell_lookers()

    def tell_lookers(self):
        """A program is about to look."""
        for looker in self._lookers:
            looker()

    def add_listener(self, listener):
        """Call ``listener()`` when a channel was masked or opened."""
        self._listeners.append(listener)

    def save(self):
        """All registers of both controllers."""
        return {"controllers": [self.controllers[0], self.controllers[1]], "pages": bytes(self.pages[:16])}

    def load(self, state):
        """Take back what save() gave."""
        cdef int i
        for i in range(2):
            self.controllers[i] = state["controllers"][i]
        for i in range(16):
            self.pages[i] = state["pages"][i]


cdef uint16_t merge(uint16_t old, uint8_t value, bint low) noexcept nogil:
    return <uint16_t>(old & 0xFF00 | value if low else old & 0x00FF | value << 8)


cdef uint32_t dma1_read(void *device, uint16_t port, int size) noexcept nogil:
    (<Dma>device).look()
    return (<Dma>device).read_register(0, port & 15)


cdef void dma1_write(void *device, uint16_t port, int size, uint32_t value) noexcept nogil:
    (<Dma>device).look()
    (<Dma>device).write_register(0, port & 15, <uint8_t>value)


cdef uint32_t dma2_read(void *device, uint16_t port, int size) noexcept nogil:
    (<Dma>device).look()
    return (<Dma>device).read_register(1, port >> 1 & 15)


cdef void dma2_write(void *device, uint16_t port, int size, uint32_t value) noexcept nogil:
    (<Dma>device).look()
    (<Dma>device).write_register(1, port >> 1 & 15, <uint8_t>value)


cdef uint32_t page_read(void *device, uint16_t port, int size) noexcept nogil:
    return (<Dma>device).pages[port & 15]


cdef void page_write(void *device, uint16_t port, int size, uint32_t value) noexcept nogil:
    cdef int channel = PAGE_CHANNEL[port & 15]
    (<Dma>device).pages[port & 15] = <uint8_t>value
    if channel >= 0:
        (<Dma>device).controllers[channel >> 2].channels[channel & 3].page = <uint8_t>value
