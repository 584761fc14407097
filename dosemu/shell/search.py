"""Files as commands name them: wildcards, directories, whole trees."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from int21 import lfn, names
from int21.drive import Attribute, Entry, Path
from int21.drives import Location, drive_letter, join
from int21.errors import DosError, ErrorCode
from int21.lfn_find import fits

if TYPE_CHECKING:
    from int21.dos import Dos

HIDDEN = Attribute.HIDDEN | Attribute.SYSTEM
ALL = int(HIDDEN | Attribute.DIRECTORY)
ANYTHING = b"????????.???"


@dataclass(frozen=True, slots=True)
class Pattern:
    """A directory and what is looked for in it."""

    place: Location  # of the directory
    name: bytes  # may hold question marks
    long: str = ""  # a pattern for full names, where the 8.3 pattern says less

    @property
    def everything(self) -> bool:
        """Whether all names fit."""
        return self.name == ANYTHING and not self.long

    @property
    def folder(self) -> Path:
        return self.place.path

    @property
    def text(self) -> bytes:
        """The directory, as DIR shows it."""
        return self.place.text

    def inside(self, name: bytes) -> Pattern:
        """The same name looked for one directory deeper."""
        place = self.place
        return Pattern(Location(place.number, place.drive, (*place.path, name)), self.name, self.long)

    def path(self, name: bytes) -> bytes:
        """The full path of something in the directory."""
        return join(self.place.number, (*self.place.path, name))


def is_directory(location: Location) -> bool:
    """Whether there is a directory at a place."""
    if location.device is not None:
        return False
    try:
        return not location.path or location.drive.entry(location.path).is_directory
    except DosError:
        return False


def pattern_of(dos: Dos, text: bytes) -> Pattern:
    """What a word names: a directory stands for all that is in it. Raises DosError.

    ``C:`` is the current directory there, ``.txt`` all files of a type.
    """
    cut = max(text.rfind(b"\\"), text.rfind(b":"), text.rfind(b"/")) + 1
    folder, name = text[:cut], text[cut:]
    if name.strip(b".") and name.startswith(b".") and name != b"..":
        text, name = folder + b"*" + name, b"*" + name
    if not name:
        text = folder + b"." if folder[-1:] == b":" or not folder else folder
    location = dos.drives.resolve(text, wild=True)
    if location.device is not None:
        raise DosError(ErrorCode.FILE_NOT_FOUND)
    if not location.wild and is_directory(location):
        return Pattern(location, ANYTHING)
    if not location.path:
        return Pattern(location, ANYTHING)
    place = Location(location.number, location.drive, location.path[:-1])
    if not is_directory(place):
        raise DosError(ErrorCode.PATH_NOT_FOUND)
    return Pattern(place, *_patterns(dos, location.path[-1], name))


def _patterns(dos: Dos, short: bytes, given: bytes) -> tuple[bytes, str]:
    """The 8.3 pattern and that for full names: "*.html" is more than "*.htm"."""
    if not dos.settings.long_names or b"*" not in given or given in (b"*", b"*.*"):
        return short, ""
    return ANYTHING, given.decode(dos.drives.page.codec, "replace")


def entries(dos: Dos, pattern: Pattern, attributes: int = 0) -> Iterator[Entry]:
    """What fits, hidden files and directories (with their dots) if ``attributes`` ask for them."""
    location = Location(pattern.place.number, pattern.place.drive, (*pattern.folder, pattern.name))
    try:
        entry, search = dos.files.searches.first(location, attributes)
        full = lfn.long_names(pattern.place.drive, pattern.folder) if pattern.long else {}
        while True:
            if not pattern.long or any(
                fits(pattern.long, name)
                for name in (full.get(entry.name, ""), entry.name.decode(dos.drives.page.codec, "replace"))
            ):
                yield entry
            entry, search = dos.files.searches.next(search)
    except DosError as error:
        if error.code in (ErrorCode.NO_MORE_FILES, ErrorCode.FILE_NOT_FOUND):
            return
        raise


def folders(dos: Dos, pattern: Pattern, *, hidden: bool = False) -> list[bytes]:
    """The directories in the pattern's directory, by name."""
    everything = Pattern(pattern.place, ANYTHING)
    found = entries(dos, everything, int(Attribute.DIRECTORY | (HIDDEN if hidden else 0)))
    return sorted(e.name for e in found if e.is_directory and e.name not in (b".", b".."))


def renamed(name: bytes, pattern: bytes) -> bytes:
    """A name with the question marks of a pattern filled in from it.

    >>> renamed(b"README.TXT", b"????????.BAK"), renamed(b"A.C", b"B?.???")
    (b'README.BAK', b'B.C')
    """
    filled = bytes(
        n if p == 0x3F else p for n, p in zip(names.to_fcb(name), names.to_fcb(pattern), strict=True)
    )  # fmt: skip
    return names.from_fcb(filled)


def drive_text(number: int) -> bytes:
    """C for 2."""
    return drive_letter(number).encode()
