# cython: language_level=3, boundscheck=False, wraparound=False
"""A file of a host folder whose way is known: looked at again without Python.

What a path means depends on the drives and their current directories (one ``Epoch``), on the listings of the
folders it leads through (another), and on the host. The host is asked each time: every folder on the way must be the
one that was listed, with the same time of its last change, and the file the one that was seen, with the same time
of change (ctime), which every write, rename and change of attributes moves.
"""

import os

from libc.string cimport memcmp, memcpy
from posix.stat cimport S_ISREG, fstat, struct_stat
from posix.unistd cimport close

cdef extern from "<fcntl.h>" nogil:
    int openat(int folder, const char *name, int flags, ...)
    int AT_SYMLINK_NOFOLLOW, O_CLOEXEC, O_NOCTTY, O_NOFOLLOW, O_NONBLOCK, O_RDONLY

cdef extern from "<sys/stat.h>" nogil:
    int fstatat(int folder, const char *name, struct_stat *status, int flags)

cdef extern from *:
    """
    #include <sys/stat.h>
    #if defined(__APPLE__)
    #define dosemu_mtime_ns(s) ((int64_t)(s)->st_mtimespec.tv_sec * 1000000000 + (s)->st_mtimespec.tv_nsec)
    #define dosemu_ctime_ns(s) ((int64_t)(s)->st_ctimespec.tv_sec * 1000000000 + (s)->st_ctimespec.tv_nsec)
    #else
    #define dosemu_mtime_ns(s) ((int64_t)(s)->st_mtim.tv_sec * 1000000000 + (s)->st_mtim.tv_nsec)
    #define dosemu_ctime_ns(s) ((int64_t)(s)->st_ctim.tv_sec * 1000000000 + (s)->st_ctim.tv_nsec)
    #endif
    """
    int64_t dosemu_mtime_ns(struct_stat *status) nogil
    int64_t dosemu_ctime_ns(struct_stat *status) nogil


cdef class Epoch:
    """``number`` changes with what it stands for."""

    def save(self):
        """Nothing: what was known is forgotten when a snapshot is restored."""
        return None

    def load(self, state):
        self.number += 1


cdef class KnownFile:
    """The file that ``path`` (as a program writes it) means while both epochs last.

    ``drive`` is its drive, which is the current one when the path names none. ``folders`` are, from the root on,
    (descriptor of the folder it is in, its name, (device, inode, time of change in ns)); the first one is its own
    descriptor, without a name. The file is ``name`` in ``folder``; ``place`` is the Location of all this.
    """

    def __init__(self, bytes path not None, int drive, Epoch drives not None, Epoch tree not None, folders,
                 int folder, str name, bytes fcb_name not None, status, int attributes, stamp, place=None):
        cdef int number = 0
        cdef bytes encoded
        if len(folders) > DEEPEST + 1 or len(fcb_name) != 11:
            raise ValueError("too many folders")
        self.path, self.length, self.drive = path, len(path), drive
        self.text = path
        self.relative = path[1:2] != b":"
        self.drives, self.tree = drives, tree
        self.drives_number, self.tree_number = drives.number, tree.number
        self._kept = [place]
        self.place = <void *>place
        for parent, part, (device, inode, changed_ns) in folders:
            encoded = os.fsencode(part)
            self._kept.append(encoded)
            self.step[number].parent, self.step[number].name = parent, encoded
            self.step[number].device, self.step[number].inode = device, inode
            self.step[number].changed_ns = changed_ns
            number += 1
        self.steps = number
        encoded = os.fsencode(name)
        self._kept.append(encoded)
        self.folder, self.name = folder, encoded
        self.device, self.inode, self.changed_ns = status.st_dev, status.st_ino, status.st_ctime_ns
        self.size = min(status.st_size, 0xFFFFFFFF)
        self.attributes = attributes
        self.date, self.time = stamp
        memcpy(self.fcb_name, <char *>fcb_name, 11)

    @property
    def valid(self):
        """Whether all of it still holds."""
        return self.way_stays() and self.unchanged()

    cdef bint asked(self, const uint8_t *path, int length, int current_drive) noexcept nogil:
        # Whether this path is meant.
        return (length == self.length and memcmp(path, self.text, length) == 0
                and (not self.relative or current_drive == self.drive)
                and self.drives.number == self.drives_number and self.tree.number == self.tree_number)

    cdef bint way_stays(self) noexcept nogil:
        cdef struct_stat status
        cdef Step *step
        cdef int i
        if self.drives.number != self.drives_number or self.tree.number != self.tree_number:
            return False
        for i in range(self.steps):
            step = &self.step[i]
            if (fstat(step.parent, &status) if i == 0
                    else fstatat(step.parent, step.name, &status, AT_SYMLINK_NOFOLLOW)):
                return False
            if (<int64_t>status.st_dev != step.device or <int64_t>status.st_ino != step.inode
                    or dosemu_mtime_ns(&status) != step.changed_ns):
                return False
        return True

    cdef bint same(self, struct_stat *status) noexcept nogil:
        return (S_ISREG(status.st_mode) and <int64_t>status.st_ino == self.inode
                and <int64_t>status.st_dev == self.device and dosemu_ctime_ns(status) == self.changed_ns)

    cdef bint unchanged(self) noexcept nogil:
        cdef struct_stat status
        return fstatat(self.folder, self.name, &status, AT_SYMLINK_NOFOLLOW) == 0 and self.same(&status)

    cdef int open(self) noexcept nogil:
        # A descriptor of the file for reading; -1 when it is another one now, or cannot be opened.
        cdef struct_stat status
        cdef int fd
        if not self.way_stays():
            return -1
        fd = openat(self.folder, self.name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | O_NOCTTY)
        if fd < 0:
            return -1
        if fstat(fd, &status) or not self.same(&status):
            close(fd)
            return -1
        return fd
