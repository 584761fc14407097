cimport cython

from libc.stdint cimport int64_t, uint8_t, uint32_t

from hw.window cimport VideoWindow

cdef enum:
    PLANE_SIZE = 0x10000  # bytes in each of the four planes
    WINDOW_SIZE = 0x20000  # A0000h to BFFFFh


@cython.final
cdef class VideoMemory(VideoWindow):
    cdef uint32_t *cells  # one for each address: plane 0 in bits 0 to 7, plane 3 in bits 24 to 31
    cdef readonly int64_t bytes  # of all cells
    cdef uint32_t *here  # the cells that the window reaches: those of the bank
    cdef readonly uint32_t bank
    cdef bint packed  # an SVGA's packed pixels: the window is plain memory
    cdef readonly uint32_t latch
    cdef readonly int layout  # how the RAM of the window holds the planes now (enum of memory.pyx)
    cdef uint32_t window_base  # of that RAM, from A0000h
    # What the registers say.
    cdef uint32_t base  # of the window, from A0000h
    cdef uint32_t size
    cdef uint32_t address_mask
    cdef uint32_t present  # addresses that there are, less 1
    cdef bint chain4
    cdef bint direct  # 64 KB at A0000h, each address one in all planes
    cdef bint odd_even_write
    cdef bint odd_even_read
    cdef bint replace_a0
    cdef int a0_from  # the address bit that comes in its place
    cdef bint plain_write  # write mode 0 that needs no latch
    cdef int write_mode
    cdef bint compare_read
    cdef int read_plane
    cdef int rotate
    cdef int function
    cdef uint8_t bit_mask
    cdef uint32_t bit_mask4
    cdef uint32_t plane_mask4
    cdef uint32_t set_reset4
    cdef uint32_t enable4
    cdef uint32_t compare4
    cdef uint32_t dont_care4

    cdef void configure(self, uint8_t *sequencer, uint8_t *graphics, uint8_t misc) noexcept nogil
    cdef void set_layout(self, int layout, uint32_t base) noexcept nogil
    cdef void set_bank(self, uint32_t bank) noexcept nogil
    cdef uint8_t *in_bank(self, uint32_t address) noexcept nogil
    cdef void show_bank(self) noexcept nogil
    cdef void set_plane_mask(self, uint8_t value) noexcept nogil
    cdef void spill(self) noexcept nogil
    cdef void fill_window(self) noexcept nogil
    cdef uint32_t cell(self, uint32_t address) noexcept nogil
    cdef void read_cells(self, uint32_t first, uint32_t step, int count, uint32_t *out) noexcept nogil
    cdef uint32_t offset_of(self, uint32_t address) noexcept nogil
    cdef void write8(self, uint32_t address, uint8_t value) noexcept nogil
    cdef uint32_t written(self, uint8_t value) noexcept nogil
    cdef void store_run(self, uint32_t to, const uint8_t *data, int size, int64_t count, bint moves) noexcept nogil
    cdef void repeat(self, uint8_t *to_ram, uint32_t to, const uint8_t *from_ram, uint32_t from_video, int size,
                     int64_t count, int step, bint moves) noexcept nogil
    cdef void store(self, uint32_t address, uint32_t value, int size) noexcept nogil
    cdef uint32_t fetch(self, uint32_t address, int size) noexcept nogil
    cdef uint8_t read8(self, uint32_t address) noexcept nogil

cdef void video_write(void *memory, uint32_t address, uint32_t value, int size) noexcept nogil
cdef uint32_t video_peek(void *memory, uint32_t address, int size) noexcept nogil
cdef uint32_t video_read(void *memory, uint32_t address, int size) noexcept nogil
cdef void video_repeat(void *memory, uint8_t *to_ram, uint32_t to, const uint8_t *from_ram, uint32_t from_video,
                       int size, int64_t count, int step, int moves) noexcept nogil
