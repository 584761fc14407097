# cython: language_level=3, boundscheck=False, wraparound=False
"""Read, write, seek and character output on files of the host, without Python: the plain case of INT 21h/3Fh, 40h, 42h, 02h.

The rules are those of ``dispatch``, ``sft`` and ``host_file``. Whatever is not plain - a device, another kind of
drive, a locked region, an error of the host, a Ctrl-C to look for - is left to them: ``serve`` then has changed
nothing that they do not change in the same way.

What goes out by 02h reports no errors, so it is gathered until something else happens: another function, an
event, the end of the slice. The file table has it at once.
"""

from libc.stdint cimport int64_t, uint8_t, uint16_t, uint32_t
from libc.string cimport memcpy
from posix.stat cimport fstat, struct_stat
from posix.unistd cimport pread, pwrite

from hw.memory cimport Memory

from int21 import layout

cdef enum:
    FRAME = 24  # int21/frame.py
    HANDLE_COUNT = 0x32  # in a PSP
    HANDLE_TABLE = 0x34
    CALLER_STACK = 0x2E

cdef uint32_t LARGEST = 0xFFFFFFFF

assert layout.SFT_SIZE == ENTRY


cdef class NativeService:
    """Functions of INT 21h that are served without Python, when they are plain."""

    cdef bint serve(self, ServiceCall *call, int function) noexcept nogil:
        # As DirectFiles.serve, with DOS not busy and the gathered characters written.
        return False


cdef class Column:
    """Where the cursor of console output stands, for tabs."""

    def save(self):
        """The column."""
        return self.at

    def load(self, at):
        """Take back what save() gave."""
        self.at = at


cdef class DirectFiles:
    """The host's descriptors behind the entries of the ``count`` entries of a system file table at ``first``.

    ``locked``: some region of some file is locked, so that every access must be looked at; ``shared``: some file is
    open under a sharing mode; ``served`` counts the calls. ``fresh`` is the number of files that were opened here
    and are not known to the file table yet.
    """

    def __cinit__(self, Memory memory not None, int64_t first, int count):
        cdef int index
        self.memory, self.first, self.end = memory, first, first + count * ENTRY
        self.psp = layout.CURRENT_PSP
        self.in_dos = layout.SWAPPABLE_DATA + 0x01
        self.break_checks = layout.SWAPPABLE_DATA + 0x17
        self.count = count
        for index in range(ENTRIES):
            self.fds[index] = -1

    def free(self):
        """The number of the first entry that is not in use; -1 when all are."""
        cdef int index
        for index in range(self.count):
            if (<uint16_t *>(self.memory.ram + self.first + index * ENTRY + USE_COUNT))[0] == 0:
                return index
        return -1

    def put(self, int index, int fd):
        """Entry ``index`` is a file of the host with this descriptor."""
        if not 0 <= index < ENTRIES:
            raise IndexError(index)
        self.fds[index] = fd
        self.held[index] = True
        self.written[index] = False

    def take_written(self, int index):
        """Whether the file was written here since the last time."""
        if not 0 <= index < ENTRIES:
            raise IndexError(index)
        written, self.written[index] = self.written[index], False
        return bool(written)

    def hold(self, int index):
        """Entry ``index`` is in use, by something that is not served here."""
        if not 0 <= index < ENTRIES:
            raise IndexError(index)
        self.held[index] = True

    def drop(self, int index):
        """The entry is closed."""
        if not 0 <= index < ENTRIES:
            raise IndexError(index)
        self.fds[index] = -1
        self.held[index] = False

    def take_fresh(self):
        """The files opened here since the last time, as (entry, descriptor, place); they are the caller's from now on."""
        cdef int index
        taken = []
        for index in range(self.count):
            if self.fds[index] >= 0 and not self.held[index]:
                self.held[index] = True
                taken.append((index, self.fds[index], <object>self.places[index]))
        self.fresh = 0
        return taken

    def add_services(self, NativeService opening not None, NativeService programs not None):
        """Who opens and closes files, and starts and ends programs."""
        self.opening, self.programs = opening, programs

    def holds(self, int index):
        """Whether the entry is a file that is served here."""
        return 0 <= index < ENTRIES and self.fds[index] >= 0

    def pass_characters(self, Column column not None, watches):
        """Until one of the words at ``watches`` changes, 02h need not look at the keyboard. It moves ``column``."""
        if len(watches) > WATCHES:
            raise ValueError(f"at most {WATCHES} words can be watched")
        self.watches = 0
        self.column = column
        for number, address in enumerate(watches):
            self.address[number] = address
            self.value[number] = self.memory.u16(address)
        self.watches = len(watches)

    def stop_characters(self):
        """What ``pass_characters`` said holds no more; the host gets what was gathered. Python serves a call."""
        self.others = True
        self.flush()
        self.watches = 0

    # --- native ------------------------------------------------------------------------------

    cdef bint serve(self, ServiceCall *call) noexcept nogil:
        # Do what INT 21h is asked for; False: it is not for us.
        cdef int function = call.ax >> 8
        cdef uint8_t *ram = self.memory.ram
        if function == 0x02:
            return self.character(<uint8_t>call.dx, &call.ax)
        if not (0x3D <= function <= 0x4D or function == 0) or ram[self.break_checks] or ram[self.in_dos]:
            return False
        if function >= 0x4B or function == 0:
            if self.programs is None:
                return False
            self.flush()
            return self.programs.serve(call, function)
        if self.locked or function == 0x41 or function > 0x42:
            return False
        self.flush()
        if function == 0x3F:
            return self.read(call)
        if function == 0x40:
            return self.write(call)
        if function == 0x42:
            return self.seek(call)
        return self.opening is not None and self.opening.serve(call, function)

    cdef int64_t handles_of(self, int64_t psp, int *count) noexcept nogil:
        # The handles of the program at linear address ``psp``; -1 when they are nowhere.
        cdef uint8_t *ram = self.memory.ram
        cdef int64_t table
        if not self.memory.plain(psp, 0x100):
            return -1
        count[0] = (<uint16_t *>(ram + psp + HANDLE_COUNT))[0]
        table = (<int64_t>(<uint16_t *>(ram + psp + HANDLE_TABLE + 2))[0] << 4) + (
            <uint16_t *>(ram + psp + HANDLE_TABLE))[0]
        return table if self.memory.plain(table, count[0]) else -1

    cdef int64_t entry_of(self, int handle, int *index) noexcept nogil:
        # The entry behind a handle of the current program, when it is a file that is served here; else -1.
        cdef uint8_t *ram = self.memory.ram
        cdef int count = 0
        cdef int64_t entry
        cdef int64_t table = self.handles_of(<int64_t>(<uint16_t *>(ram + self.psp))[0] << 4, &count)
        if table < 0 or handle >= count:
            return -1
        index[0] = ram[table + handle]
        if index[0] == NO_HANDLE or self.fds[index[0]] < 0:
            return -1
        entry = self.first + index[0] * ENTRY
        if (<uint16_t *>(ram + entry + USE_COUNT))[0] == 0 or (<uint16_t *>(ram + entry + FLAGS))[0] & IS_DEVICE:
            return -1
        return entry

    cdef bint keep_caller(self, ServiceCall *call) noexcept nogil:
        # The caller's registers to its stack, SS:SP to its PSP, as ``Processes.save_caller`` does.
        cdef uint16_t sp = <uint16_t>(call.sp - FRAME)
        cdef int64_t at = <int64_t>call.ss_base + sp
        cdef int64_t psp = <int64_t>(<uint16_t *>(self.memory.ram + self.psp))[0] << 4
        cdef uint16_t words[12]
        cdef uint16_t *kept = <uint16_t *>(self.memory.ram + psp + CALLER_STACK)
        if not self.memory.plain(at, FRAME):
            return False
        words[0], words[1], words[2], words[3] = call.ax, call.bx, call.cx, call.dx
        words[4], words[5], words[6], words[7] = call.si, call.di, call.bp, call.ds
        words[8], words[9], words[10], words[11] = call.es, call.ip, call.cs, call.flags
        memcpy(self.memory.ram + at, words, FRAME)
        self.memory.changed(at, FRAME)
        if kept[0] != sp or kept[1] != call.ss:
            kept[0], kept[1] = sp, call.ss
            self.memory.changed(psp + CALLER_STACK, 4)
        return True

    cdef bint done(self, ServiceCall *call) noexcept nogil:
        # The call has succeeded.
        call.flags &= ~CARRY
        self.served += 1
        return True

    cdef void wrote(self, int index, int64_t entry, uint32_t count) noexcept nogil:
        # So many bytes went out at the file's position.
        cdef uint8_t *at = self.memory.ram + entry
        cdef uint32_t *position = <uint32_t *>(at + POSITION)
        cdef uint32_t *size = <uint32_t *>(at + SIZE)
        self.written[index] = True
        (<uint16_t *>(at + FLAGS))[0] &= ~NOT_WRITTEN_TO
        position[0] += count
        if size[0] < position[0]:
            size[0] = position[0]

    cdef bint read(self, ServiceCall *call) noexcept nogil:
        cdef uint8_t *ram = self.memory.ram
        cdef int64_t buffer = <int64_t>call.ds_base + call.dx
        cdef int64_t done = 0, part
        cdef int index = 0
        cdef int64_t entry = self.entry_of(call.bx, &index)
        if entry < 0 or (<uint16_t *>(ram + entry + MODE))[0] & 7 == 1 or not self.memory.plain(buffer, call.cx):
            return False
        if buffer < self.end and buffer + call.cx > self.first:
            return False  # into the file table itself
        cdef uint32_t *position = <uint32_t *>(ram + entry + POSITION)
        if not self.keep_caller(call):
            return False
        while done < call.cx:
            part = pread(self.fds[index], ram + buffer + done, <size_t>(call.cx - done), position[0] + done)
            if part < 0:
                return False
            if part == 0:
                break
            done += part
        self.memory.changed(buffer, done)
        position[0] += <uint32_t>done
        call.ax = <uint16_t>done
        return self.done(call)

    cdef bint write(self, ServiceCall *call) noexcept nogil:
        cdef uint8_t *ram = self.memory.ram
        cdef int64_t buffer = <int64_t>call.ds_base + call.dx
        cdef int64_t done = 0, part
        cdef int index = 0
        cdef int64_t entry = self.entry_of(call.bx, &index)
        if call.cx == 0 or entry < 0 or (<uint16_t *>(ram + entry + MODE))[0] & 7 == 0:
            return False
        cdef uint32_t *position = <uint32_t *>(ram + entry + POSITION)
        cdef uint32_t *size = <uint32_t *>(ram + entry + SIZE)
        if position[0] > LARGEST - call.cx or not self.memory.plain(buffer, call.cx) or not self.keep_caller(call):
            return False
        while done < call.cx:
            part = pwrite(self.fds[index], ram + buffer + done, <size_t>(call.cx - done), position[0] + done)
            if part <= 0:
                return False
            done += part
        self.wrote(index, entry, <uint32_t>done)
        call.ax = <uint16_t>done
        return self.done(call)

    cdef bint seek(self, ServiceCall *call) noexcept nogil:
        cdef uint8_t *ram = self.memory.ram
        cdef uint32_t offset = (<uint32_t>call.cx << 16) | call.dx
        cdef int origin = call.ax & 0xFF
        cdef int index = 0
        cdef int64_t entry = self.entry_of(call.bx, &index)
        cdef struct_stat status
        if entry < 0 or origin > 2:
            return False
        cdef uint32_t *position = <uint32_t *>(ram + entry + POSITION)
        cdef uint32_t *size = <uint32_t *>(ram + entry + SIZE)
        if origin == 2:
            if fstat(self.fds[index], &status):
                return False
            if not self.keep_caller(call):
                return False
            size[0] = LARGEST if status.st_size > LARGEST else <uint32_t>status.st_size
            offset += size[0]
        else:
            if not self.keep_caller(call):
                return False
            if origin == 1:
                offset += position[0]
        position[0] = offset
        call.dx = <uint16_t>(offset >> 16)
        call.ax = <uint16_t>offset
        return self.done(call)

    # --- characters --------------------------------------------------------------------------

    cdef bint character(self, uint8_t code, uint16_t *ax) noexcept nogil:
        # 02h. It needs no more of the caller than this: its frame is not kept (``dispatch``).
        cdef uint8_t *ram = self.memory.ram
        cdef int index = 0, i
        cdef int64_t entry
        if self.watches == 0 or ram[self.in_dos]:
            return False
        for i in range(self.watches):
            if (<uint16_t *>(ram + self.address[i]))[0] != self.value[i]:
                return False
        if code < 0x20 and code != 0x0D and code != 0x0A:
            return False  # tabs and what moves the cursor otherwise
        entry = self.entry_of(1, &index)
        if entry < 0 or (<uint16_t *>(ram + entry + MODE))[0] & 7 == 0 or self.locked:
            return False
        cdef uint32_t *position = <uint32_t *>(ram + entry + POSITION)
        if position[0] == LARGEST:
            return False
        if self.gathered and (self.gathered == GATHERED or self.gathered_for != index
                              or position[0] != self.gathered_at + <uint32_t>self.gathered):
            self.flush()
        if self.gathered == 0:
            self.gathered_for, self.gathered_at = index, position[0]
        self.characters[self.gathered] = code
        self.gathered += 1
        self.wrote(index, entry, 1)
        if code == 0x0D:
            self.column.at = 0
        elif code >= 0x20:
            self.column.at += 1
        ax[0] = (ax[0] & 0xFF00) | code
        self.served += 1
        return True

    cdef void flush(self) noexcept nogil:
        # Bring what was gathered to the host. What finds no room is lost, and the position steps back by it.
        cdef int count = self.gathered
        cdef int64_t done = 0, part
        if count == 0:
            return
        self.gathered = 0
        cdef int64_t entry = self.first + self.gathered_for * ENTRY
        cdef uint32_t *position = <uint32_t *>(self.memory.ram + entry + POSITION)
        cdef uint32_t *size = <uint32_t *>(self.memory.ram + entry + SIZE)
        while done < count:
            part = pwrite(self.fds[self.gathered_for], self.characters + done, <size_t>(count - done),
                          self.gathered_at + done)
            if part <= 0:
                break
            done += part
        if done < count and position[0] == self.gathered_at + <uint32_t>count:
            if size[0] == position[0]:
                size[0] = self.gathered_at + <uint32_t>done
            position[0] = self.gathered_at + <uint32_t>done
