# cython: language_level=3, boundscheck=False, wraparound=False
"""EXEC, the end of a program and its return code without Python: the plain case of INT 21h/4B00h, 4Ch, 00h and 4Dh.

The rules are those of ``exec_``, ``processes``, ``arena`` and ``psp``. A program is started here when its file is
one that was started before and has not changed (``known_file``), and memory is allocated first fit without upper
memory. It is ended here when it was started here and no service of Python has run since, so that nobody else holds
anything of it. Until ``execute`` is sure it changes nothing but what Python would change alike: free neighbours
are joined, and the caller's registers are on its stack.

What is written over the same bytes leaves their translations alone: a child that is started again is not
translated again.
"""

from libc.stdint cimport int64_t, uint8_t, uint16_t, uint32_t
from libc.stdlib cimport free, malloc
from libc.string cimport memchr, memcmp, memcpy, memset
from posix.unistd cimport close as close_fd

from int21.direct cimport (
    ENTRY, FLAGS, MODE, NO_HANDLE, OPENER, USE_COUNT, DirectFiles, NativeService, ServiceCall,
)
from int21.known_file cimport KnownFile

from int21 import layout
from int21 import psp as _psp

cdef enum:
    RUNNING_FLAGS = 0x0202
    FRAME = 24
    LONGEST_PATH = 128
    HANDLES = 20
    TAIL_LIMIT = 126
    INITIAL_BP = 0x091C
    INITIAL_CX = 0x00FF
    INT_20H = 0x20CD
    OWN = 0x10  # paragraphs of a PSP
    COM_LIMIT = 0x10000 - 0x100 - 2
    MORE = 0x4D
    LAST = 0x5A
    SYSTEM = 8
    # In the mode of a file.
    FCB_MODE = 0x8000
    NO_INHERIT = 0x1000

cdef int64_t DATA = layout.SWAPPABLE_DATA
cdef int64_t CURRENT_DRIVE = layout.SWAPPABLE_DATA + 0x16
cdef int64_t RETURN_CODE = layout.SWAPPABLE_DATA + 0x14
cdef int64_t TRANSFER_AREA = layout.SWAPPABLE_DATA + 0x0C
cdef uint16_t CPM_SEGMENT = _psp._CPM_SEGMENT
cdef uint16_t CPM_BYTES = _psp._CPM_BYTES


cdef inline uint16_t word(const uint8_t *at) noexcept nogil:
    return (<const uint16_t *>at)[0]


cdef inline void put(uint8_t *at, uint16_t value) noexcept nogil:
    (<uint16_t *>at)[0] = value


cdef class Allocation:
    """How memory is allocated: the bits of INT 21h/5801h, and whether upper memory is linked."""

    def save(self):
        """Both."""
        return [self.strategy, self.linked]

    def load(self, state):
        """Take back what save() gave."""
        self.strategy, self.linked = state


cdef class KnownProgram:
    """A program file and what was made of it."""

    def __init__(self, KnownFile file not None, bytes full_path not None, bytes image not None, relocations, *,
                 bint exe, bint high, int least, int most, start, stack, int version, int drives):
        cdef bytes name = full_path.rpartition(b"\\")[2].partition(b".")[0][:8]
        cdef int64_t place
        self.file, self.full_path, self.image = file, full_path, image
        self.path, self.path_length = full_path, len(full_path)
        self.data, self.size = <const uint8_t *><char *>image, len(image)
        self.exe, self.high, self.least, self.most = exe, high, least, most
        self.cs, self.ip = start
        self.ss, self.sp = stack
        self.version, self.drives = version, drives
        memset(self.name, 0, 8)
        memcpy(self.name, <char *>name, len(name))
        self.placed_at = -1
        if relocations:
            self.placed = bytearray(image)
            self.ready = <uint8_t *><char *>self.placed
            self.places = <uint32_t *>malloc(len(relocations) * sizeof(uint32_t))
            if self.places == NULL:
                raise MemoryError
            for segment, offset in relocations:
                place = ((segment & 0xFFFF) << 4) + (offset & 0xFFFF)
                if place <= self.size - 2:
                    self.places[self.place_count] = <uint32_t>place
                    self.place_count += 1

    def __dealloc__(self):
        free(self.places)

    cdef const uint8_t *relocated(self, int segment) noexcept nogil:
        cdef int i
        cdef uint8_t *at
        if self.ready == NULL:
            return self.data
        if self.placed_at != segment:
            memcpy(self.ready, self.data, self.size)
            for i in range(self.place_count):
                at = self.ready + self.places[i]
                put(at, <uint16_t>(word(at) + segment))
            self.placed_at = segment
        return self.ready


cdef class DirectPrograms(NativeService):
    """Starts what ``learn`` has told. ``first`` and ``upper`` are the first memory control blocks, ``shell`` the PSP
    of the resident shell."""

    def __cinit__(self, DirectFiles files not None, Allocation allocation not None, int first, upper, int shell):
        self.files, self.allocation = files, allocation
        self.first, self.upper, self.shell = first, -1 if upper is None else upper, shell
        self.kept = [None] * PROGRAMS
        self.pure = -1

    def learn(self, KnownProgram known not None):
        """Start this program without Python from now on, while its file stays what it is."""
        cdef int index
        for index in range(PROGRAMS):
            if self.kept[index] is not None and self.kept[index].file.path == known.file.path:
                break
        else:
            index = self.next
            self.next = (self.next + 1) % PROGRAMS
        self.kept[index] = known
        self.known[index] = <void *>known

    cdef bint serve(self, ServiceCall *call, int function) noexcept nogil:
        if self.files.others:
            self.files.others = False
            self.pure = -1
        if call.ax == 0x4B00:
            return self.execute(call)
        if function == 0x4C:
            return self.end(call, <uint8_t>call.ax)
        if function == 0x4D:
            return self.return_code(call)
        return function == 0 and call.cs == word(self.files.memory.ram + self.files.psp) and self.end(call, 0)

    cdef bint return_code(self, ServiceCall *call) noexcept nogil:
        if not self.files.keep_caller(call):
            return False
        call.ax = word(self.files.memory.ram + RETURN_CODE)
        put(self.files.memory.ram + RETURN_CODE, 0)
        return self.files.done(call)

    # --- memory ------------------------------------------------------------------------------

    cdef bint sound(self, int segment) noexcept nogil:
        # Whether the chain from this block on is whole.
        cdef uint8_t *at
        cdef int behind
        while True:
            at = self.files.memory.ram + (<int64_t>segment << 4)
            behind = segment + 1 + word(at + 3)
            if at[0] == LAST:
                return behind <= 0x10000
            if at[0] != MORE or behind >= 0xFFFF:
                return False
            segment = behind

    cdef void join(self, int segment) noexcept nogil:
        cdef uint8_t *ram = self.files.memory.ram
        cdef uint8_t *at
        cdef uint8_t *behind
        while True:
            at = ram + (<int64_t>segment << 4)
            if at[0] == LAST:
                return
            behind = at + ((1 + <int64_t>word(at + 3)) << 4)
            if word(at + 1) == 0 and word(behind + 1) == 0:
                self.block(segment, behind[0], 0, <uint16_t>(word(at + 3) + 1 + word(behind + 3)))
            else:
                segment += 1 + word(at + 3)

    cdef int fitting(self, int paragraphs) noexcept nogil:
        # The MCB of the first free block of at least this size; -1: there is none.
        cdef int segment = self.first
        cdef uint8_t *at
        while True:
            at = self.files.memory.ram + (<int64_t>segment << 4)
            if word(at + 1) == 0 and word(at + 3) >= paragraphs:
                return segment
            if at[0] == LAST:
                return -1
            segment += 1 + word(at + 3)

    cdef int largest(self) noexcept nogil:
        cdef int segment = self.first, found = 0
        cdef uint8_t *at
        while True:
            at = self.files.memory.ram + (<int64_t>segment << 4)
            if word(at + 1) == 0 and word(at + 3) > found:
                found = word(at + 3)
            if at[0] == LAST:
                return found
            segment += 1 + word(at + 3)

    cdef void block(self, int segment, uint8_t kind, uint16_t owner, uint16_t size) noexcept nogil:
        cdef int64_t at = <int64_t>segment << 4
        self.files.memory.ram[at] = kind
        put(self.files.memory.ram + at + 1, owner)
        put(self.files.memory.ram + at + 3, size)
        self.files.memory.changed(at, 5)

    cdef void take(self, int segment, int paragraphs, uint16_t owner, const uint8_t *name) noexcept nogil:
        # Give the free block of this MCB an owner; what is left behind it stays free.
        cdef uint8_t *at = self.files.memory.ram + (<int64_t>segment << 4)
        cdef uint8_t kind = at[0]
        cdef int rest = word(at + 3) - paragraphs
        if rest > 0:
            self.block(segment + 1 + paragraphs, kind, 0, <uint16_t>(rest - 1))
            kind = MORE
        self.block(segment, kind, owner, <uint16_t>paragraphs)
        if name == NULL:
            memset(at + 8, 0, 8)
        else:
            memcpy(at + 8, name, 8)
        self.files.memory.changed((<int64_t>segment << 4) + 8, 8)

    # --- EXEC --------------------------------------------------------------------------------

    cdef bint execute(self, ServiceCall *call) noexcept nogil:
        cdef uint8_t *ram = self.files.memory.ram
        cdef int64_t path = <int64_t>call.ds_base + call.dx
        cdef int64_t parameters = <int64_t>call.es_base + call.bx
        cdef int64_t tail, fcb1, fcb2, strings, table, at
        cdef int64_t parent = <int64_t>word(ram + self.files.psp) << 4
        cdef uint8_t *end
        cdef uint8_t *psp
        cdef const uint8_t *data
        cdef uint8_t heads[24]  # of the FCBs
        cdef uint8_t line[TAIL_LIMIT + 1]
        cdef uint8_t environment[LONGEST_BLOCK]
        cdef int length, number, count = 0, size, least, most, room, variables, segment, start, own, i, entry, sp
        if self.allocation.linked or self.allocation.strategy & 3:
            return False
        if not self.files.memory.plain(path, LONGEST_PATH) or not self.files.memory.plain(parameters, 22):
            return False
        end = <uint8_t *>memchr(ram + path, 0, LONGEST_PATH)
        if end == NULL:
            return False
        length = <int>(end - (ram + path))
        for number in range(PROGRAMS):
            if self.known[number] != NULL and (<KnownProgram>self.known[number]).file.asked(
                    ram + path, length, ram[CURRENT_DRIVE]):
                break
        else:
            return False

        # What the parameter block leads to.
        tail = (<int64_t>word(ram + parameters + 4) << 4) + word(ram + parameters + 2)
        fcb1 = (<int64_t>word(ram + parameters + 8) << 4) + word(ram + parameters + 6)
        fcb2 = (<int64_t>word(ram + parameters + 12) << 4) + word(ram + parameters + 10)
        if not (self.files.memory.plain(tail, TAIL_LIMIT + 1) and self.files.memory.plain(fcb1, 12)
                and self.files.memory.plain(fcb2, 12)) or ram[tail] > TAIL_LIMIT:
            return False
        memcpy(heads, ram + fcb1, 12)
        memcpy(heads + 12, ram + fcb2, 12)
        memcpy(line, ram + tail, 1 + ram[tail])
        table = self.files.handles_of(parent, &count)
        strings = word(ram + parameters) or word(ram + parent + 0x2C)
        strings <<= 4
        if table < 0 or not self.files.memory.plain(strings, 0x8000):
            return False
        size = 0
        if strings and ram[strings]:
            while ram[strings + size] or ram[strings + size + 1]:
                size += 1
                if size == 0x7FFF:
                    return False
            memcpy(environment, ram + strings, size)
        environment[size] = 0
        memcpy(environment + size + 1, b"\0\1\0", 3)
        size += 4
        memcpy(environment + size, (<KnownProgram>self.known[number]).path,
               (<KnownProgram>self.known[number]).path_length + 1)
        size += (<KnownProgram>self.known[number]).path_length + 1
        if not (<KnownProgram>self.known[number]).file.way_stays() or not (
                <KnownProgram>self.known[number]).file.unchanged():
            return False

        # Where all of it goes.
        if not self.sound(self.first) or (self.upper >= 0 and not self.sound(self.upper)):
            return False
        if not self.files.keep_caller(call):
            return False
        self.join(self.first)
        if self.upper >= 0:
            self.join(self.upper)
        own = OWN + ((<KnownProgram>self.known[number]).size + 15 >> 4)
        least = own + (<KnownProgram>self.known[number]).least
        most = (size + 15) >> 4
        variables = self.fitting(most)
        if variables < 0:
            return False
        self.take(variables, most, SYSTEM, NULL)
        room = self.largest()
        if (<KnownProgram>self.known[number]).exe and not (<KnownProgram>self.known[number]).high:
            most = own + (<KnownProgram>self.known[number]).most
            if most < least:
                most = least
        else:
            most = room
        if most > room:
            most = room
        segment = -1 if least > room else self.fitting(most)
        at = (<int64_t>segment + 1) << 4
        if segment < 0 or not self.files.memory.plain(at, <int64_t>most << 4):
            self.block(variables, ram[<int64_t>variables << 4], 0, word(ram + (<int64_t>variables << 4) + 3))
            return False
        self.take(segment, most, <uint16_t>(segment + 1), (<KnownProgram>self.known[number]).name)
        segment += 1
        self.block(variables, ram[<int64_t>variables << 4], <uint16_t>segment,
                   word(ram + (<int64_t>variables << 4) + 3))
        variables += 1
        memcpy(ram + (<int64_t>variables << 4), environment, size)
        self.files.memory.changed(<int64_t>variables << 4, size)

        # The PSP.
        put(ram + 0x88, call.ip)
        put(ram + 0x8A, call.cs)
        psp = ram + at
        memset(psp, 0, 0x100)
        put(psp, INT_20H)
        put(psp + 0x02, <uint16_t>(segment + most))
        psp[0x05] = 0x9A
        put(psp + 0x06, CPM_BYTES)
        put(psp + 0x08, CPM_SEGMENT)
        memcpy(psp + 0x0A, ram + 0x88, 12)
        put(psp + 0x16, <uint16_t>(parent >> 4))
        memset(psp + 0x18, NO_HANDLE, HANDLES)
        for i in range(count if count < HANDLES else HANDLES):
            entry = ram[table + i]
            if entry >= self.files.count or not (self.files.held[entry] or self.files.fds[entry] >= 0):
                continue
            end = ram + self.files.first + entry * ENTRY
            if word(end + USE_COUNT) and not word(end + FLAGS) & NO_INHERIT:
                put(end + USE_COUNT, <uint16_t>(word(end + USE_COUNT) + 1))
                psp[0x18 + i] = <uint8_t>entry
        put(psp + 0x2C, <uint16_t>variables)
        put(psp + 0x32, HANDLES)
        put(psp + 0x34, 0x18)
        put(psp + 0x36, <uint16_t>segment)
        memset(psp + 0x38, 0xFF, 4)
        put(psp + 0x40, (<KnownProgram>self.known[number]).version)
        memcpy(psp + 0x50, b"\xcd\x21\xcb", 3)
        memcpy(psp + 0x5C, heads, 12)
        memcpy(psp + 0x6C, heads + 12, 12)
        memcpy(psp + 0x80, line, 1 + line[0])
        psp[0x81 + line[0]] = 0x0D
        self.files.memory.changed(at, 0x100)

        # The image.
        start = segment + OWN
        if (<KnownProgram>self.known[number]).high:
            start = segment + most - (own - OWN)
        data = (<KnownProgram>self.known[number]).relocated(start)
        at = <int64_t>start << 4
        if memcmp(ram + at, data, (<KnownProgram>self.known[number]).size):
            memcpy(ram + at, data, (<KnownProgram>self.known[number]).size)
            self.files.memory.changed(at, (<KnownProgram>self.known[number]).size)

        call.switched = 2
        call.ax = 0
        for i in range(2):
            if heads[12 * i] and (heads[12 * i] > 32 or not (<KnownProgram>self.known[number]).drives
                                  >> (heads[12 * i] - 1) & 1):
                call.ax |= 0xFF << (8 * i)
        call.bx, call.cx, call.dx, call.bp = call.ax, INITIAL_CX, <uint16_t>segment, INITIAL_BP
        call.ds = call.es = <uint16_t>segment
        if (<KnownProgram>self.known[number]).exe:
            call.cs = <uint16_t>(start + (<KnownProgram>self.known[number]).cs)
            call.ip = (<KnownProgram>self.known[number]).ip
            call.ss = <uint16_t>(start + (<KnownProgram>self.known[number]).ss)
            call.sp = (<KnownProgram>self.known[number]).sp
        else:
            sp = (most << 4 if most < 0x1000 else 0x10000) - 2
            put(ram + (<int64_t>segment << 4) + sp, 0)
            self.files.memory.changed((<int64_t>segment << 4) + sp, 2)
            call.cs, call.ip, call.ss, call.sp = <uint16_t>segment, 0x100, <uint16_t>segment, <uint16_t>sp
        call.si, call.di, call.flags = call.ip, call.sp, RUNNING_FLAGS
        put(ram + self.files.psp, <uint16_t>segment)
        put(ram + TRANSFER_AREA, 0x80)
        put(ram + TRANSFER_AREA + 2, <uint16_t>segment)
        self.files.served += 1
        self.pure = segment
        return True

    # --- the end -----------------------------------------------------------------------------

    cdef bint end(self, ServiceCall *call, uint8_t code) noexcept nogil:
        cdef uint8_t *ram = self.files.memory.ram
        cdef int segment = word(ram + self.files.psp), above, i, index, count = 0
        cdef int64_t at = <int64_t>segment << 4, table, stack, chain
        cdef uint8_t *psp = ram + at
        cdef uint8_t *entry
        cdef uint16_t users[256]
        cdef const uint8_t *kept
        if segment != self.pure:
            return False
        above = word(psp + 0x16)
        table = self.files.handles_of(at, &count)
        if above == segment or above == self.shell or table < 0 or not self.files.memory.plain(<int64_t>above << 4, 0x100):
            return False
        if word(ram + (<int64_t>above << 4)) != INT_20H:
            return False
        stack = (<int64_t>word(ram + (<int64_t>above << 4) + 0x30) << 4) + word(ram + (<int64_t>above << 4) + 0x2E)
        if not self.files.memory.plain(stack, FRAME) or not self.sound(self.first) or (
                self.upper >= 0 and not self.sound(self.upper)):
            return False
        # Handles that it shares with others are simply taken back, and files opened without Python closed.
        memset(users, 0, sizeof(users))
        for i in range(count):
            index = ram[table + i]
            if index == NO_HANDLE:
                continue
            entry = ram + self.files.first + index * ENTRY
            if index >= self.files.count or not (self.files.held[index] or self.files.fds[index] >= 0):
                return False
            users[index] += 1
            if word(entry + USE_COUNT) < users[index] + self.files.held[index]:
                return False
        for index in range(self.files.count):
            entry = ram + self.files.first + index * ENTRY
            if word(entry + USE_COUNT) and word(entry + MODE) & FCB_MODE and word(entry + OPENER) == segment:
                return False
        if not self.files.keep_caller(call):
            return False
        for index in range(self.files.count):
            if users[index]:
                entry = ram + self.files.first + index * ENTRY
                put(entry + USE_COUNT, <uint16_t>(word(entry + USE_COUNT) - users[index]))
                if word(entry + USE_COUNT) == 0:
                    close_fd(self.files.fds[index])
                    self.files.fds[index] = -1
                    self.files.fresh -= 1
        memset(ram + table, NO_HANDLE, count)
        self.files.memory.changed(table, count)
        memcpy(ram + 0x88, psp + 0x0A, 12)
        for i in range(2):
            chain = self.first if i == 0 else self.upper
            while chain >= 0:
                entry = ram + (chain << 4)
                if word(entry + 1) == segment:
                    self.block(<int>chain, entry[0], 0, word(entry + 3))
                chain = -1 if entry[0] == LAST else chain + 1 + word(entry + 3)
        put(ram + RETURN_CODE, code)
        ram[DATA] = 0
        put(ram + self.files.psp, <uint16_t>above)
        put(ram + TRANSFER_AREA, 0x80)
        put(ram + TRANSFER_AREA + 2, <uint16_t>above)
        kept = ram + stack
        call.ax, call.bx, call.cx, call.dx = word(kept), word(kept + 2), word(kept + 4), word(kept + 6)
        call.si, call.di, call.bp, call.ds = word(kept + 8), word(kept + 10), word(kept + 12), word(kept + 14)
        call.es = word(kept + 16)
        call.ip, call.cs = word(psp + 0x0A), word(psp + 0x0C)
        call.flags = RUNNING_FLAGS
        call.ss = word(ram + (<int64_t>above << 4) + 0x30)
        call.sp = <uint16_t>(word(ram + (<int64_t>above << 4) + 0x2E) + FRAME)
        call.switched = 1
        self.pure = -1
        self.files.served += 1
        return True
