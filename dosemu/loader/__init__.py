"""Program files: what they are, by content and not by name, and how they are loaded.

>>> image = load_image(bytes.fromhex("B8004CCD21"))
>>> image.kind, len(image.data)
('com', 5)
>>> why_not_dos(b"\\x7fELF" + bytes(60), "ls")
'an ELF program (Linux and other Unix systems)'
"""

from __future__ import annotations

from enum import Enum
from pathlib import PurePath

from dosemu.loader import com, foreign, new_executable
from dosemu.loader.errors import LoadError
from dosemu.loader.signature import is_mz
from int21.image import Image

__all__ = ["FileKind", "LoadError", "detect", "load_image", "why_not_dos"]


class FileKind(Enum):
    """What a file is."""

    EMPTY = "empty"
    COM = "com"
    MZ = "mz"
    NE = "ne"
    LE = "le"
    LX = "lx"
    PE = "pe"
    W3 = "w3"
    W4 = "w4"
    TEXT = "text"
    FOREIGN = "foreign"

    @property
    def is_exe(self) -> bool:
        """Whether it has an MZ header, which DOS loads as an .EXE."""
        return self in _EXES


_EXES = frozenset(
    {FileKind.MZ, FileKind.NE, FileKind.LE, FileKind.LX, FileKind.PE, FileKind.W3, FileKind.W4},
)


def detect(data: bytes) -> FileKind:
    """What the file is by its content. COM is what nothing else is, as in DOS.

    >>> detect(b"MZ" + bytes(62)), detect(b"Hello"), detect(b"")
    (<FileKind.MZ: 'mz'>, <FileKind.TEXT: 'text'>, <FileKind.EMPTY: 'empty'>)
    """
    if not data:
        return FileKind.EMPTY
    if is_mz(data):
        # "MZ, this is a letter." is text, and DOS would still load it as an EXE and refuse it.
        found = new_executable.find(data)
        return FileKind(found.format.name.lower()) if found else FileKind.MZ
    if foreign.find(data):
        return FileKind.FOREIGN
    return FileKind.TEXT if foreign.is_text(data) else FileKind.COM


def load_image(data: bytes, name: str = "") -> Image:
    """The program in a file, as EXEC loads it: an .EXE if it starts with MZ or ZM, else a .COM.

    ``name`` is for messages only. Raises LoadError (a DosError) with code INVALID_FORMAT for a broken file
    and INSUFFICIENT_MEMORY for one that can never fit.
    """
    try:
        if not is_mz(data):
            return com.load(data)
        from dosemu.loader import mz

        return mz.load(data)
    except LoadError as error:
        if not name:
            raise
        raise LoadError(error.code, f"{name}: {error.reason}") from None


def why_not_dos(data: bytes, name: str = "") -> str | None:
    """One line saying why a file is no DOS program, or None if it may be one.

    Text is refused unless ``name`` ends in .COM (programs of printable bytes exist) or .BAT.
    """
    magic = foreign.find(data)
    if magic is not None:
        return magic.meaning
    suffix = PurePath(name).suffix.lower()
    if suffix not in (".com", ".bat") and not is_mz(data) and foreign.is_text(data):
        return "a text file"
    if suffix == ".bat" and not is_mz(data):
        return None
    try:
        load_image(data)
    except LoadError as error:
        found = new_executable.find(data)
        if windows := new_executable.windows_program(data):
            return f"{windows}, without a DOS program in it ({error.reason})"
        if found is not None:
            return f"{found.format.name}, {found.format.meaning}, without a DOS program in it ({error.reason})"
        return error.reason
    return None
