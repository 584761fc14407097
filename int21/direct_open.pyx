# cython: language_level=3, boundscheck=False, wraparound=False
"""Open and close files of the host that were opened before, without Python: the plain case of INT 21h/3Dh and 3Eh.

The rules are those of ``files`` and ``sft``. A file is opened here when its way is known (``known_file``), it is
opened for reading in compatibility mode (the dates of what is written are kept by ``host_times``), and no file is open under another mode. The file table hears of it when it is next
looked at; many a file is closed before.
"""

from libc.stdint cimport int64_t, uint8_t, uint16_t, uint32_t
from libc.string cimport memchr, memcpy, memset
from posix.unistd cimport close as close_fd

from int21.direct cimport (
    ATTRIBUTES, DATE, ENTRY, FLAGS, MODE, NAME, NO_HANDLE, NOT_EOF, OPENER, OWNER, SIZE, TIME, USE_COUNT,
    DirectFiles, NativeService, ServiceCall,
)
from int21.known_file cimport KnownFile

from int21 import layout

cdef enum:
    LONGEST_PATH = 128

cdef int64_t CURRENT_DRIVE = layout.SWAPPABLE_DATA + 0x16
cdef uint16_t DOS_SEGMENT = layout.DOS_SEGMENT
cdef uint16_t DPBS = layout.DPB_ARRAY - layout.DOS
cdef uint16_t DPB_SIZE = layout.DPB_SIZE


cdef void number_drive(uint8_t *entry, int drive) noexcept nogil:
    # The drive in the flags of a file, and its DPB.
    (<uint16_t *>(entry + FLAGS))[0] = <uint16_t>(NOT_EOF | drive)
    (<uint16_t *>(entry + OWNER))[0] = <uint16_t>(DPBS + drive * DPB_SIZE)
    (<uint16_t *>(entry + OWNER + 2))[0] = DOS_SEGMENT


cdef class DirectOpen(NativeService):
    """Opens what ``learn`` has told."""

    def __cinit__(self, DirectFiles files not None):
        self.files = files
        self.kept = [None] * KNOWN

    def learn(self, KnownFile known not None):
        """Open this file without Python from now on, while it stays what it is.

        Files that were opened here must have been taken over before.
        """
        cdef int index
        for index in range(KNOWN):
            if self.kept[index] is not None and self.kept[index].path == known.path:
                break
        else:
            index = self.next
            self.next = (self.next + 1) % KNOWN
        self.kept[index] = known
        self.known[index] = <void *>known

    cdef bint serve(self, ServiceCall *call, int function) noexcept nogil:
        if function == 0x3D:
            return self.open(call)
        return function == 0x3E and self.close(call)

    cdef bint open(self, ServiceCall *call) noexcept nogil:
        cdef uint8_t *ram = self.files.memory.ram
        cdef int mode = call.ax & 0xFF
        cdef int64_t path = <int64_t>call.ds_base + call.dx
        cdef int64_t table, entry
        cdef uint8_t *end
        cdef uint8_t *handle
        cdef int length, count = 0, number, index, fd
        cdef uint16_t psp
        if mode != 0 or self.files.shared or not self.files.memory.plain(path, LONGEST_PATH):
            return False
        psp = (<uint16_t *>(ram + self.files.psp))[0]
        end = <uint8_t *>memchr(ram + path, 0, LONGEST_PATH)
        if end == NULL:
            return False
        length = <int>(end - (ram + path))
        for number in range(KNOWN):
            if self.known[number] != NULL and (<KnownFile>self.known[number]).asked(
                    ram + path, length, ram[CURRENT_DRIVE]):
                break
        else:
            return False
        table = self.files.handles_of(<int64_t>psp << 4, &count)
        if table < 0 or count == 0:
            return False
        handle = <uint8_t *>memchr(ram + table, NO_HANDLE, count)
        for index in range(self.files.count):
            if (<uint16_t *>(ram + self.files.first + index * ENTRY + USE_COUNT))[0] == 0:
                break
        else:
            return False
        # An entry that a program took away by hand may still be open behind its back.
        if handle == NULL or self.files.held[index] or self.files.fds[index] >= 0 or not self.files.keep_caller(call):
            return False
        fd = (<KnownFile>self.known[number]).open()
        if fd < 0:
            return False
        entry = self.files.first + index * ENTRY
        memset(ram + entry, 0, ENTRY)
        (<uint16_t *>(ram + entry + USE_COUNT))[0] = 1
        ram[entry + ATTRIBUTES] = (<KnownFile>self.known[number]).attributes
        number_drive(ram + entry, (<KnownFile>self.known[number]).drive)
        (<uint16_t *>(ram + entry + TIME))[0] = (<KnownFile>self.known[number]).time
        (<uint16_t *>(ram + entry + DATE))[0] = (<KnownFile>self.known[number]).date
        (<uint32_t *>(ram + entry + SIZE))[0] = (<KnownFile>self.known[number]).size
        memcpy(ram + entry + NAME, (<KnownFile>self.known[number]).fcb_name, 11)
        (<uint16_t *>(ram + entry + OPENER))[0] = psp
        self.files.memory.changed(entry, ENTRY)
        call.ax = <uint16_t>(handle - (ram + table))
        handle[0] = <uint8_t>index
        self.files.memory.changed(table + call.ax, 1)
        self.files.fds[index] = fd
        self.files.places[index] = (<KnownFile>self.known[number]).place
        self.files.fresh += 1
        return self.files.done(call)

    cdef bint close(self, ServiceCall *call) noexcept nogil:
        cdef uint8_t *ram = self.files.memory.ram
        cdef int index = 0, count = 0
        cdef int64_t entry = self.files.entry_of(call.bx, &index)
        cdef int64_t table
        cdef uint16_t *users
        if entry < 0:
            return False
        users = <uint16_t *>(ram + entry + USE_COUNT)
        if (users[0] == 1 and self.files.held[index]) or not self.files.keep_caller(call):
            return False
        users[0] -= 1
        if users[0] == 0:
            close_fd(self.files.fds[index])
            self.files.fds[index] = -1
            self.files.fresh -= 1
        table = self.files.handles_of(<int64_t>(<uint16_t *>(ram + self.files.psp))[0] << 4, &count)
        ram[table + call.bx] = NO_HANDLE
        self.files.memory.changed(table + call.bx, 1)
        return self.files.done(call)

