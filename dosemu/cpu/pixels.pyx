# cython: language_level=3, boundscheck=False, wraparound=False
"""INT 10h/0Ch and 0Dh, write and read pixel, repeated without Python.

Many programs draw whole pictures with them. The BIOS service says with its first pixel how the mode and page hold
their picture; the engine then serves the calls of real mode for the same page itself, until the words of
the BIOS data area that it depends on change or another service runs.
"""

from libc.stdint cimport int64_t, uint8_t, uint32_t, uint64_t

from dosemu.cpu.glue cimport dosemu_registers
from dosemu.cpu.registers cimport Registers
from hw.memory cimport Memory
from hw.vga.memory cimport VideoMemory
from hw.window cimport VideoWindow

cdef enum:
    PACKED = 1  # the pixels of a byte side by side
    PLANES = 2  # eight pixels at an address of four planes
    BDA_MODE = 0x449
    BDA_PAGE_SIZE = 0x44C
    BANK = 0x2000
    EXCLUSIVE = 0x80
    WINDOW = 0xA0000
    WINDOW_END = 0xC0000


cdef class Pixels:
    """What is known of the picture now; ``hits`` counts the calls served."""

    snapshot_kept = True

    def __cinit__(self, Memory memory not None, Registers regs not None, VideoWindow window):
        self.memory, self.regs, self.window = memory, regs, window
        self.r = &regs.r
        if isinstance(window, VideoMemory):
            self.planes = window

    def learn_packed(self, int page, int width, int height, int64_t base, int bits, int stride, int banks=0):
        """Pixels of ``bits`` side by side in the bytes of lines; BH is ``page``, -1: any. With 8 bits there is no XOR."""
        if bits not in (1, 2, 4, 8) or base < WINDOW or banks < 0 or stride <= 0:
            raise ValueError("no such picture")
        self._learn(PACKED, page, width, height, base)
        self.bits, self.stride, self.banks = bits, stride, banks

    def learn_planes(self, int page, int width, int height, int64_t base):
        """Eight pixels at an address of four planes, from address ``base`` on; BH is ``page``, -1: any."""
        if self.planes is not None:
            self._learn(PLANES, page, width, height, base)
            self.stride = width // 8

    def _learn(self, int kind, int page, int width, int height, int64_t base):
        self.kind, self.page, self.width, self.height, self.base = kind, page, width, height, base
        self.mode = self.memory.ram[BDA_MODE]
        self.page_size = self.memory.ram[BDA_PAGE_SIZE] | self.memory.ram[BDA_PAGE_SIZE + 1] << 8

    def forget(self):
        """Nothing is known any more: something else has run."""
        self.kind = 0

    cdef bint answer(self) noexcept nogil:
        # INT 10h of real mode: serve it if that can be done here; the caller goes on behind its INT.
        cdef uint8_t *ram = self.memory.ram
        cdef int function = self.r.general[0] >> 8 & 0xFF
        cdef bint put = function == 0x0C
        cdef int x = self.r.general[1] & 0xFFFF
        cdef int y = self.r.general[2] & 0xFFFF
        if not self.kind or not (put or function == 0x0D) or (
                self.page >= 0 and <int>(self.r.general[3] >> 8 & 0xFF) != self.page):
            return False
        if ram[BDA_MODE] != self.mode or (ram[BDA_PAGE_SIZE] | ram[BDA_PAGE_SIZE + 1] << 8) != self.page_size:
            return False
        if x >= self.width or y >= self.height:
            if not put:
                self._give(0)
        elif not (self._plane(put, x, y) if self.kind == PLANES else self._byte(put, x, y)):
            return False
        self.hits += 1
        return True

    cdef void _give(self, int colour) noexcept nogil:
        self.r.general[0] = (self.r.general[0] & ~<uint64_t>0xFF) | <uint64_t>colour

    cdef bint _plane(self, bint put, int x, int y) noexcept nogil:
        cdef uint32_t *cell = &self.planes.cells[self.base + y * self.stride + (x >> 3) & 0xFFFF]
        cdef uint32_t dot = <uint32_t>0x01010101 << (7 - (x & 7))  # in each of the planes
        cdef uint32_t data = 0
        cdef int colour = self.r.general[0] & 0xFF
        cdef int plane
        if not put:
            data = cell[0] >> (7 - (x & 7))
            self._give(data & 1 | data >> 7 & 2 | data >> 14 & 4 | data >> 21 & 8)
            return True
        for plane in range(4):
            if colour >> plane & 1:
                data |= dot & <uint32_t>0xFF << 8 * plane
        self.planes.before_store()
        cell[0] = cell[0] ^ data if colour & EXCLUSIVE else cell[0] & ~dot | data
        return True

    cdef bint _byte(self, bint put, int x, int y) noexcept nogil:
        cdef uint8_t colour = self.r.general[0] & 0xFF
        cdef int mask = (1 << self.bits) - 1
        cdef int bit = x * self.bits
        cdef int shift = 8 - self.bits - (bit & 7)
        cdef int64_t address = self.base + (bit >> 3)
        cdef uint8_t old = 0
        if self.banks:
            address += y % self.banks * BANK + y // self.banks * self.stride
        else:
            address += y * self.stride
        address = self._place(address, &old if not put or self.bits < 8 else NULL)
        if address < 0:
            return False
        if not put:
            self._give(old >> shift & mask)
            return True
        if self.bits < 8:
            if colour & EXCLUSIVE:
                colour = old ^ (colour & mask) << shift
            else:
                colour = old & ~(mask << shift) | (colour & mask) << shift
        self._store(address, colour)
        return True

    cdef int64_t _place(self, int64_t address, uint8_t *value) noexcept nogil:
        # Where a byte of video memory lies, and what it holds (NULL: not asked for); -1: where other memory is shown.
        if address >= WINDOW_END:
            return -1
        if self.memory._pages != NULL:
            address = <int64_t>self.memory._pages[address >> 12] << 12 | address & 0xFFF
        if self._trapped(address):
            if value != NULL:
                value[0] = <uint8_t>self.memory._window_read(self.memory._window, <uint32_t>(address - WINDOW), 1)
        elif address >= self.memory.size:
            return -1
        elif value != NULL:
            value[0] = self.memory.ram[address]
        return address

    cdef void _store(self, int64_t address, uint8_t value) noexcept nogil:
        # To a place that _place() found.
        if self.window is not None:
            self.window.before_store()
        if self._trapped(address):
            self.memory._window_write(self.memory._window, <uint32_t>(address - WINDOW), value, 1)
        else:
            self.memory.ram[address] = value
            self.memory.changed(address, 1)

    cdef bint _trapped(self, int64_t address) noexcept nogil:
        # The video adapter answers there.
        return WINDOW <= address < WINDOW_END and self.memory.window_pages >> (address - WINDOW >> 12) & 1
