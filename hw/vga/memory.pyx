# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True
"""The VGA's 256 KB of memory: four planes behind latches, and the window A0000h to BFFFFh onto them.

IBM PS/2 Hardware Interface Technical Reference ("Video Memory Read/Write Operations"); FreeVGA ("Accessing
the Display Memory", "Sequencer Registers", "Graphics Registers"). The planes are kept side by side, a 32-bit
cell for each address, so that an access moves all four as the hardware does.

Where the registers make the window plain memory (text, the 320x200 modes 4, 5 and 13h), the guest's RAM
there is the video memory and the CPU reaches it without help: a *linear* layout. ``sync`` copies it into the
planes when somebody looks at these. In all other states accesses are trapped and come here.

>>> memory = VideoMemory()
>>> memory.set_registers(sequencer=bytes((3, 1, 5, 0, 6)), graphics=bytes((0, 0, 0, 0, 2, 0, 5, 15, 255)))
>>> memory.write(0, 0x81)                                       # planes 0 and 2
>>> [memory.plane(plane)[0] for plane in range(4)], memory.read(0)
([129, 0, 129, 0], 129)
"""

cimport cython

from cpython.buffer cimport PyBuffer_FillInfo
from libc.stdint cimport int64_t, uint8_t, uint16_t, uint32_t, uint64_t
from libc.string cimport memcpy, memmove, memset

from hw.window cimport repeat_each


cdef extern from "sys/mman.h" nogil:
    void *mmap(void *addr, size_t length, int prot, int flags, int fd, long offset)
    int munmap(void *addr, size_t length)
    int PROT_READ, PROT_WRITE, MAP_PRIVATE, MAP_ANONYMOUS
    void *MAP_FAILED

cdef enum:
    # Sequencer and graphics controller registers.
    MAP_MASK = 2
    MEMORY_MODE = 4
    SET_RESET = 0
    ENABLE_SET_RESET = 1
    COLOUR_COMPARE = 2
    DATA_ROTATE = 3
    READ_MAP_SELECT = 4
    GRAPHICS_MODE = 5
    MISCELLANEOUS = 6
    COLOUR_DONT_CARE = 7
    BIT_MASK = 8
    # How the RAM of the window holds the planes.
    TRAPPED = 0  # not at all
    CHAINED = 1  # chain 4: plane and address from the low bits, 64 KB at A0000h
    ODD_EVEN = 2  # planes 0 and 1 by turns, 32 KB at B0000h or B8000h
    LINEAR = 3  # a bank of 64 KB of the cells themselves at A0000h
    WATCHED = 4  # the same, but each access is trapped
    BANK_SIZE = 0x10000
    PAGE = 4096
    BANK_PAGES = 16

# Where more memory than the planes' lies in one piece; no machine has so much RAM.
cdef int64_t LINEAR_BASE = 0xE0000000

cdef uint32_t ALL_PAGES = <uint32_t>0xFFFFFFFF

# A bit of each plane number as a byte of ones.
cdef uint32_t EXPAND[16]
for _i in range(16):
    EXPAND[_i] = sum(0xFF << 8 * plane for plane in range(4) if _i >> plane & 1)

# Where the window is, by memory map select: base from A0000h, size.
cdef uint32_t[8] WINDOWS
WINDOWS[:] = [0, 0x20000, 0, 0x10000, 0x10000, 0x8000, 0x18000, 0x8000]


@cython.final
cdef class VideoMemory:
    """Planes, latches and the logic between them and the CPU.

    Addresses of ``read`` and ``write`` count from A0000h; those of planes from 0 to FFFFh.
    """

    def __cinit__(self, int64_t size=4 * PLANE_SIZE):
        if size < 4 * PLANE_SIZE or size & (size - 1):
            raise ValueError("video memory is a power of two, 256 KB or more")
        cdef void *block = mmap(NULL, <size_t>size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        if block == MAP_FAILED:
            raise MemoryError(f"cannot reserve {size} bytes of video memory")
        self.present = PLANE_SIZE - 1
        self.cells = self.here = <uint32_t *>block
        self.bytes = size
        if size > 4 * PLANE_SIZE:
            self.linear, self.linear_base, self.linear_size = <uint8_t *>block, LINEAR_BASE, size
        self.read_fn, self.write_fn, self.repeat_fn = video_read, video_write, video_repeat
        self.host_read_fn, self.host_write_fn = video_peek, video_write

    def __dealloc__(self):
        if self.cells != NULL:
            munmap(self.cells, <size_t>self.bytes)

    def __getbuffer__(self, Py_buffer *buffer, int flags):
        """The planes as bytes, four for each address; call sync() before."""
        PyBuffer_FillInfo(buffer, self, self.cells, self.bytes, 1, flags)

    # --- what the registers say ----------------------------------------------------------------

    cdef void set_plane_mask(self, uint8_t value) noexcept nogil:
        self.plane_mask4 = EXPAND[value & 15]

    cdef void configure(self, uint8_t *sequencer, uint8_t *graphics, uint8_t misc) noexcept nogil:
        cdef int which = graphics[MISCELLANEOUS] >> 2 & 3
        cdef int layout = TRAPPED
        cdef bint neutral
        self.base, self.size = WINDOWS[2 * which], WINDOWS[2 * which + 1]
        if not misc & 2:
            self.size = 0  # the CPU does not reach the memory
        self.address_mask = self.present & (0xFFFF if sequencer[MEMORY_MODE] & 2 else 0x3FFF)
        self.chain4 = sequencer[MEMORY_MODE] & 8 != 0
        self.odd_even_write = not sequencer[MEMORY_MODE] & 4
        self.odd_even_read = graphics[GRAPHICS_MODE] & 0x10 != 0
        self.replace_a0 = graphics[MISCELLANEOUS] & 2 != 0
        self.a0_from = 14 if self.present == 0x3FFF and which == 1 else 16
        self.write_mode = graphics[GRAPHICS_MODE] & 3
        self.compare_read = graphics[GRAPHICS_MODE] & 8 != 0
        self.read_plane = graphics[READ_MAP_SELECT] & 3
        self.rotate = graphics[DATA_ROTATE] & 7
        self.function = graphics[DATA_ROTATE] >> 3 & 3
        self.bit_mask = graphics[BIT_MASK]
        self.bit_mask4 = self.bit_mask * <uint32_t>0x01010101
        self.plane_mask4 = EXPAND[sequencer[MAP_MASK] & 15]
        self.set_reset4 = EXPAND[graphics[SET_RESET] & 15]
        self.enable4 = EXPAND[graphics[ENABLE_SET_RESET] & 15]
        self.compare4 = EXPAND[graphics[COLOUR_COMPARE] & 15]
        self.dont_care4 = EXPAND[graphics[COLOUR_DONT_CARE] & 15]
        self.direct = (which == 1 and self.size and not self.chain4 and not self.odd_even_write
                       and not self.odd_even_read and not self.replace_a0 and self.address_mask == 0xFFFF)
        neutral = self.function == 0 and self.bit_mask == 0xFF
        self.plain_write = self.write_mode == 0 and neutral and self.rotate == 0 and self.enable4 == 0
        if self.plain_write and not self.compare_read and self.address_mask == 0xFFFF and self.size:
            if self.chain4:
                if which == 1 and self.plane_mask4 == <uint32_t>0xFFFFFFFF:
                    layout = CHAINED
            elif (which >= 2 and self.odd_even_write and self.odd_even_read and self.replace_a0
                    and self.plane_mask4 & 0xFFFF == 0xFFFF and not self.read_plane & 2):
                # Writes of a mask with planes 2 and 3 would go there too.
                if self.plane_mask4 == 0xFFFF:
                    layout = ODD_EVEN
        if self.racing:
            layout = TRAPPED
        if self.packed and which <= 1 and self.size:
            layout = WATCHED if self.racing else LINEAR
        self.set_layout(layout, self.base)

    cdef void set_bank(self, uint32_t bank) noexcept nogil:
        # Which 64 KB of addresses the window reaches: of bytes in a linear layout, of cells else.
        self.bank = bank
        self.here = self.cells + (<int64_t>bank << 16 & (self.bytes >> 2) - 1)
        if self.layout == LINEAR:
            self.show_bank()

    cdef uint8_t *in_bank(self, uint32_t address) noexcept nogil:
        # A byte of the bank that the window shows, of a linear layout.
        return <uint8_t *>self.cells + (<int64_t>self.bank << 16 & self.bytes - 1) + (address & BANK_SIZE - 1)

    cdef void show_bank(self) noexcept nogil:
        cdef int64_t byte = <int64_t>self.bank << 16 & self.bytes - 1
        self.show(0xA0, BANK_PAGES, <uint32_t>((self.linear_base + byte) >> 12))

    cdef void set_layout(self, int layout, uint32_t base) noexcept nogil:
        cdef uint32_t trapped = ALL_PAGES
        if self.window == NULL:
            layout = TRAPPED
        if layout == self.layout and (layout != CHAINED and layout != ODD_EVEN or base == self.window_base):
            return
        self.spill()
        if self.layout == LINEAR:
            self.show(0xA0, BANK_PAGES, 0xA0)
        self.layout, self.window_base = layout, base
        if layout == LINEAR:
            self.show_bank()
            trapped &= ~<uint32_t>0xFFFF
        elif layout == CHAINED or layout == ODD_EVEN:
            self.fill_window()
            # 64 KB are 16 pages, 32 KB are 8.
            trapped &= ~(<uint32_t>(0xFFFF if layout == CHAINED else 0xFF) << (base >> 12))
        self.set_trapped(trapped)

    cdef void spill(self) noexcept nogil:
        # The RAM of a linear layout into the planes.
        cdef uint32_t i
        cdef uint32_t *wide
        cdef uint16_t *pairs
        if self.layout == CHAINED:
            wide = <uint32_t *>(self.window + self.window_base)
            for i in range(0, PLANE_SIZE, 4):
                self.cells[i] = wide[i >> 2]
        elif self.layout == ODD_EVEN:
            pairs = <uint16_t *>(self.window + self.window_base)
            for i in range(0, 0x8000, 2):
                self.cells[i] = self.cells[i] & <uint32_t>0xFFFF0000 | pairs[i >> 1]

    cdef void fill_window(self) noexcept nogil:
        # The planes into the RAM of a linear layout.
        cdef uint32_t i
        cdef uint32_t *wide
        cdef uint16_t *pairs
        if self.layout == CHAINED:
            wide = <uint32_t *>(self.window + self.window_base)
            for i in range(0, PLANE_SIZE, 4):
                wide[i >> 2] = self.cells[i]
        elif self.layout == ODD_EVEN:
            pairs = <uint16_t *>(self.window + self.window_base)
            for i in range(0, 0x8000, 2):
                pairs[i >> 1] = <uint16_t>self.cells[i]

    cdef uint32_t cell(self, uint32_t address) noexcept nogil:
        # The four planes at an address, wherever they are now.
        if self.layout == CHAINED and not address & 3 and address < PLANE_SIZE:
            return (<uint32_t *>(self.window + self.window_base + address))[0]
        if self.layout == ODD_EVEN and not address & 1 and address < 0x8000:
            return self.cells[address] & <uint32_t>0xFFFF0000 | (<uint16_t *>(
                self.window + self.window_base + address))[0]
        return self.cells[address]

    cdef void read_cells(self, uint32_t first, uint32_t step, int count, uint32_t *out) noexcept nogil:
        # So many of them, ``step`` addresses apart.
        cdef uint32_t last = first + step * (count - 1)
        cdef uint16_t *pairs
        cdef int i
        if step == 1 and self.layout != CHAINED and self.layout != ODD_EVEN:
            memcpy(out, &self.cells[first], 4 * count)
        elif step == 4 and self.layout == CHAINED and not first & 3 and last < PLANE_SIZE:
            memcpy(out, self.window + self.window_base + first, 4 * count)
        elif step == 2 and self.layout == ODD_EVEN and not first & 1 and last < 0x8000:
            pairs = <uint16_t *>(self.window + self.window_base + first)
            for i in range(count):
                out[i] = self.cells[first + 2 * i] & <uint32_t>0xFFFF0000 | pairs[i]
        else:
            for i in range(count):
                out[i] = self.cell(first + step * i)

    cdef void race(self, bint on) noexcept nogil:
        # The layout follows with the next configure().
        self.racing = on

    # --- the CPU's side ------------------------------------------------------------------------

    cdef inline uint32_t offset_of(self, uint32_t address) noexcept nogil:
        # The address in the planes for one in the window.
        if self.chain4:
            return address & 0xFFFC & self.address_mask
        if self.replace_a0:
            # The address bit that chose the plane is replaced by bit 16 (128 KB window), else by 0; by bit 14 with 64 KB.
            address = address & 0xFFFE | (address >> self.a0_from & 1)
        return address & self.address_mask

    cdef inline void write8(self, uint32_t address, uint8_t value) noexcept nogil:
        cdef uint32_t planes = self.plane_mask4
        cdef uint32_t *cell
        if self.direct:
            if address >= PLANE_SIZE:
                return
            cell = &self.here[address]
            if self.plain_write:
                cell[0] = cell[0] & ~planes | value * <uint32_t>0x01010101 & planes
                return
            cell[0] = cell[0] & ~planes | self.written(value) & planes
            return
        else:
            address -= self.base
            if address >= self.size:
                return
            cell = &self.here[self.offset_of(address)]
        if self.chain4:
            planes &= <uint32_t>0xFF << 8 * (address & 3)
        elif self.odd_even_write:
            planes &= <uint32_t>0xFF00FF00 if address & 1 else <uint32_t>0x00FF00FF
        if self.plain_write:
            cell[0] = cell[0] & ~planes | value * <uint32_t>0x01010101 & planes
            return
        cell[0] = cell[0] & ~planes | self.written(value) & planes

    cdef inline uint32_t written(self, uint8_t value) noexcept nogil:
        # What a store of a byte brings to the planes that are written.
        cdef uint32_t data, mask = self.bit_mask4, latch = self.latch
        if self.write_mode == 1:
            return latch
        if self.write_mode == 2:
            data = EXPAND[value & 15]
        else:
            value = <uint8_t>(value >> self.rotate | value << (8 - self.rotate))
            if self.write_mode == 0:
                data = value * <uint32_t>0x01010101
                data = data & ~self.enable4 | self.set_reset4 & self.enable4
            else:
                mask &= value * <uint32_t>0x01010101
                data = self.set_reset4
        if self.function == 1:
            data &= latch
        elif self.function == 2:
            data |= latch
        elif self.function == 3:
            data ^= latch
        return data & mask | latch & ~mask

    cdef void store_run(self, uint32_t to, const uint8_t *data, int size, int64_t count, bint moves) noexcept nogil:
        # Stores of RAM to ascending addresses in the direct state; the latches stay as they are meanwhile.
        cdef uint32_t planes = self.plane_mask4, keep = ~planes
        cdef uint32_t *cell = &self.here[to]
        cdef uint32_t part[4]
        cdef int64_t i
        if moves and self.plain_write:
            for i in range(count * size):
                cell[i] = cell[i] & keep | data[i] * <uint32_t>0x01010101 & planes
        elif moves:
            for i in range(count * size):
                cell[i] = cell[i] & keep | self.written(data[i]) & planes
        else:
            for i in range(4):
                part[i] = self.written(data[i & (size - 1)]) & planes
            for i in range(count * size):
                cell[i] = cell[i] & keep | part[i & 3]

    cdef inline uint8_t read8(self, uint32_t address) noexcept nogil:
        cdef uint32_t plane = self.read_plane, other
        if self.direct and not self.compare_read:
            if address >= PLANE_SIZE:
                return 0xFF
            self.latch = self.here[address]
            return <uint8_t>(self.latch >> 8 * plane)
        address -= self.base
        if address >= self.size:
            return 0xFF
        self.latch = self.here[self.offset_of(address)]
        if self.compare_read:
            other = (self.latch ^ self.compare4) & self.dont_care4
            other |= other >> 16
            return <uint8_t>~(other | other >> 8)
        if self.chain4:
            plane = address & 3
        elif self.odd_even_read:
            plane = plane & 2 | address & 1
        return <uint8_t>(self.latch >> 8 * plane)

    cdef void repeat(self, uint8_t *to_ram, uint32_t to, const uint8_t *from_ram, uint32_t from_video, int size,
                     int64_t count, int step, bint moves) noexcept nogil:
        # REP MOVS or REP STOS between RAM and trapped pages: what has no host address is video memory.
        cdef uint32_t *cells = self.here
        cdef uint32_t planes = self.plane_mask4
        cdef int64_t i, last = count * size - 1
        if self.direct and self.layout != WATCHED and step > 0 and (to_ram != NULL or to + last < PLANE_SIZE) and (
                from_ram != NULL or from_video + last < PLANE_SIZE and not self.compare_read):
            if from_ram != NULL:
                self.store_run(to, from_ram, size, count, moves)
                return
            if to_ram != NULL:
                for i in range(last + 1):
                    to_ram[i] = <uint8_t>(cells[from_video + i] >> 8 * self.read_plane)
                self.latch = cells[from_video + last]
                return
            if self.write_mode == 1 and size == 1:
                self.latch = cells[from_video + last]  # unless the copy itself changes it
                if to > from_video and to <= from_video + last:
                    for i in range(count):
                        self.latch = cells[from_video + i]
                        cells[to + i] = cells[to + i] & ~planes | self.latch & planes
                elif planes == <uint32_t>0xFFFFFFFF:
                    memmove(&cells[to], &cells[from_video], <size_t>count * 4)
                else:
                    for i in range(count):
                        cells[to + i] = cells[to + i] & ~planes | cells[from_video + i] & planes
                return
        repeat_each(<void *>self, to_ram, to, from_ram, from_video, size, count, step, moves)

    cdef void store(self, uint32_t address, uint32_t value, int size) noexcept nogil:
        cdef int i
        for i in range(size):
            self.write8(address + i, <uint8_t>(value >> 8 * i))

    cdef uint32_t fetch(self, uint32_t address, int size) noexcept nogil:
        cdef uint32_t value = 0
        cdef int i
        for i in range(size):
            value |= <uint32_t>self.read8(address + i) << 8 * i
        return value

    # --- Python's side -------------------------------------------------------------------------

    def set_registers(self, const unsigned char[::1] sequencer, const unsigned char[::1] graphics, uint8_t misc=2):
        """Take the values of sequencer registers 0 to 4 and graphics controller registers 0 to 8."""
        if sequencer.shape[0] < 5 or graphics.shape[0] < 9:
            raise ValueError("five sequencer and nine graphics controller registers")
        self.configure(<uint8_t *>&sequencer[0], <uint8_t *>&graphics[0], misc)

    def write(self, uint32_t address, uint8_t value):
        """What the CPU's store of a byte at A0000h + address does."""
        if self.trapped >> (address >> 12 & 31) & 1:
            self.write8(address % WINDOW_SIZE, value)
        else:
            self.window[address % WINDOW_SIZE] = value

    def read(self, uint32_t address):
        """What the CPU's load of a byte from A0000h + address gives."""
        if self.trapped >> (address >> 12 & 31) & 1:
            return self.read8(address % WINDOW_SIZE)
        return self.window[address % WINDOW_SIZE]

    def sync(self):
        """Bring the planes up to date with the RAM of the window."""
        self.spill()

    def plane(self, int plane):
        """A copy of plane 0 to 3, 65,536 bytes."""
        self.spill()
        return bytes(memoryview(self)[plane & 3:4 * PLANE_SIZE:4])

    def clear(self):
        """Set the planes' 256 KB to zero."""
        self.before_store()
        memset(self.cells, 0, 4 * PLANE_SIZE)
        self.fill_window()

    def clear_all(self):
        """Set all there is to zero."""
        self.before_store()
        memset(self.cells, 0, <size_t>self.bytes)
        self.fill_window()

    def part(self, int64_t start, int64_t size):
        """``size`` bytes from ``start``, as they lie in the memory; less at its end."""
        self.spill()
        start = min(max(start, 0), self.bytes)
        return (<char *>self.cells)[start:min(start + max(size, 0), self.bytes)]

    def set_plane(self, int plane, uint32_t offset, const unsigned char[::1] data):
        """Put bytes into one plane, wrapping around at its end."""
        cdef Py_ssize_t i
        cdef uint8_t *cells = <uint8_t *>self.cells
        self.before_store()
        self.spill()
        for i in range(data.shape[0]):
            cells[4 * ((offset + i) & 0xFFFF) + (plane & 3)] = data[i]
        self.fill_window()

    def pixel(self, uint32_t offset, int bit):
        """The colour of a pixel of a planar mode: ``bit`` 7 is the leftmost of the eight at an address."""
        cdef uint32_t cell = self.cells[offset & 0xFFFF] >> (bit & 7)
        return cell & 1 | cell >> 7 & 2 | cell >> 14 & 4 | cell >> 21 & 8

    def put(self, uint32_t offset, uint8_t bits, uint8_t colour, bint exclusive):
        """Set the pixels of a mask to a colour, or XOR it onto them."""
        cdef uint32_t *cell = &self.cells[offset & 0xFFFF]
        cdef uint32_t mask = bits * <uint32_t>0x01010101
        cdef uint32_t data = EXPAND[colour & 15]
        self.before_store()
        if exclusive:
            cell[0] ^= data & mask
        else:
            cell[0] = cell[0] & ~mask | data & mask

    def draw(self, uint32_t offset, uint32_t stride, const unsigned char[::1] glyph, uint8_t colour, bint exclusive):
        """Draw a character of a planar mode: on black, or by XOR."""
        cdef Py_ssize_t i
        cdef uint32_t data = EXPAND[colour & 15]
        cdef uint32_t *cell
        self.before_store()
        for i in range(glyph.shape[0]):
            cell = &self.cells[(offset + i * stride) & 0xFFFF]
            if exclusive:
                cell[0] ^= glyph[i] * <uint32_t>0x01010101 & data
            else:
                cell[0] = glyph[i] * <uint32_t>0x01010101 & data

    def move(self, uint32_t target, uint32_t source, uint32_t count):
        """Copy ``count`` addresses of all planes; the ranges may overlap."""
        cdef uint32_t i
        self.before_store()
        for i in range(count):
            if target <= source:
                self.cells[(target + i) & 0xFFFF] = self.cells[(source + i) & 0xFFFF]
            else:
                self.cells[(target + count - 1 - i) & 0xFFFF] = self.cells[(source + count - 1 - i) & 0xFFFF]

    def fill(self, uint32_t offset, uint32_t count, uint8_t colour):
        """Set ``count`` addresses (of eight pixels each) to a colour."""
        cdef uint32_t i
        self.before_store()
        for i in range(count):
            self.cells[(offset + i) & 0xFFFF] = EXPAND[colour & 15]

    def save(self):
        """Planes and latches."""
        self.spill()
        return {"planes": bytes(self), "latch": self.latch}

    def load(self, state):
        """Take back what save() gave; the registers come from elsewhere."""
        cdef const unsigned char[::1] planes = state["planes"]
        if planes.shape[0] != self.bytes:
            raise ValueError("saved video memory of another size")
        memcpy(self.cells, &planes[0], <size_t>self.bytes)
        self.latch = state["latch"]
        self.fill_window()


cdef void video_write(void *memory, uint32_t address, uint32_t value, int size) noexcept nogil:
    # A trapped store of 1, 2 or 4 bytes; address from A0000h.
    if (<VideoMemory>memory).synced:
        (<VideoMemory>memory).before_store()
        if not (<VideoMemory>memory).trapped >> (address >> 12) & 1:
            # What the beam saw has opened the page.
            if (<VideoMemory>memory).layout == LINEAR:
                memcpy((<VideoMemory>memory).in_bank(address), &value, size)
            else:
                memcpy((<VideoMemory>memory).window + address, &value, size)
            return
    if (<VideoMemory>memory).layout == WATCHED and address + size <= BANK_SIZE:
        memcpy((<VideoMemory>memory).in_bank(address), &value, size)
    elif size == 1:
        (<VideoMemory>memory).write8(address, <uint8_t>value)
    else:
        (<VideoMemory>memory).store(address, value, size)


cdef uint32_t video_read(void *memory, uint32_t address, int size) noexcept nogil:
    cdef uint32_t value = 0
    if (<VideoMemory>memory).layout == WATCHED and address + size <= BANK_SIZE:
        memcpy(&value, (<VideoMemory>memory).in_bank(address), size)
        return value
    if size == 1:
        return (<VideoMemory>memory).read8(address)
    return (<VideoMemory>memory).fetch(address, size)


cdef uint32_t video_peek(void *memory, uint32_t address, int size) noexcept nogil:
    # For the machine itself: the latches stay.
    cdef uint32_t latch = (<VideoMemory>memory).latch, value = video_read(memory, address, size)
    (<VideoMemory>memory).latch = latch
    return value


cdef void video_repeat(void *memory, uint8_t *to_ram, uint32_t to, const uint8_t *from_ram, uint32_t from_video,
                       int size, int64_t count, int step, int moves) noexcept nogil:
    (<VideoMemory>memory).repeat(to_ram, to, from_ram, from_video, size, count, step, moves != 0)
