"""APPEND: directories in which data files are looked for too; INT 2Fh/B700h to B711h (MS-DOS 6 help; RBIL).

>>> append = Append(folders=(b"C:\\\\DATA", b"D:"), installed=True, enabled=True)
>>> list(append.candidates(b"LETTER.TXT"))
[b'C:\\\\DATA\\\\LETTER.TXT', b'D:LETTER.TXT']
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from int21.errors import DosError, ErrorCode
from int21.registers import Registers
from int21.table import int2f

if TYPE_CHECKING:
    from int21.dos import Dos

_INSTALLED = 0xFF
_VERSION = 0xFDFD  # of DOS 4 and later
_ENABLED, _PATH_ON, _ENVIRONMENT, _SEARCH = 0x0001, 0x2000, 0x4000, 0x8000
_LONGEST = 127
_MISSING = (ErrorCode.FILE_NOT_FOUND, ErrorCode.PATH_NOT_FOUND)
T = TypeVar("T")


@dataclass(slots=True)
class Append:
    """What APPEND was told. ``path_on``: files named with a directory are looked for too; ``search`` (/X:ON): find
    first and EXEC look there as well as open; ``environment`` (/E): the directories are a variable."""

    folders: tuple[bytes, ...] = ()
    installed: bool = False
    enabled: bool = False
    path_on: bool = True
    search: bool = False
    environment: bool = False

    def candidates(self, path: bytes) -> Iterator[bytes]:
        """Where else a file may be."""
        if not self.enabled:
            return
        cut = max(path.rfind(sign) for sign in (b"\\", b"/", b":")) + 1
        if cut and not self.path_on:
            return
        for folder in self.folders:
            yield (folder if folder[-1:] in (b"\\", b"/", b":") else folder + b"\\") + path[cut:]

    def tried(self, path: bytes, act: Callable[[bytes], T], *, searching: bool = False) -> T:
        """``act(path)``, and where it misses a file, ``act`` with the other places. Raises what the first raised."""
        try:
            return act(path)
        except DosError as error:
            if error.code not in _MISSING or (searching and not self.search):
                raise
            for other in self.candidates(path):
                try:
                    return act(other)
                except DosError as again:
                    if again.code not in _MISSING:
                        raise
            raise


@int2f.service(0xB7, 0x00, name="APPEND installed?", gives="AL FFh: yes, 0: no")
def append_installed(dos: Dos, regs: Registers) -> None:
    regs.al = _INSTALLED if dos.append.installed else 0


@int2f.service(0xB7, 0x02, name="APPEND: get version", gives="AX FDFDh")
def append_version(dos: Dos, regs: Registers) -> None:
    if dos.append.installed:
        regs.ax = _VERSION


@int2f.service(0xB7, 0x04, name="APPEND: get directories", gives="ES:DI text, with semicolons")
def append_path(dos: Dos, regs: Registers) -> None:
    if dos.append.installed:
        regs.es, regs.di = dos.settings.append_path
        text = b";".join(dos.append.folders)[:_LONGEST]
        dos.memory.write((regs.es << 4) + regs.di, text + b"\0")


@int2f.service(0xB7, 0x06, name="APPEND: get state", gives="BX bits: 0 on, 13 /PATH, 14 /E, 15 /X")
def append_state(dos: Dos, regs: Registers) -> None:
    append = dos.append
    if append.installed:
        bits = ((append.enabled, _ENABLED), (append.path_on, _PATH_ON), (append.environment, _ENVIRONMENT),
                (append.search, _SEARCH))  # fmt: skip
        regs.bx = sum(bit for on, bit in bits if on)


@int2f.service(0xB7, 0x07, name="APPEND: set state", takes="BX as B706h")
def set_append_state(dos: Dos, regs: Registers) -> None:
    append, bits = dos.append, regs.bx
    if append.installed:
        append.enabled, append.path_on = bool(bits & _ENABLED), bool(bits & _PATH_ON)
        append.search = bool(bits & _SEARCH)


@int2f.service(0xB7, 0x10, name="APPEND: get version of DOS", gives="AX state, DL major, DH minor")
def append_dos_version(dos: Dos, regs: Registers) -> None:
    if dos.append.installed:
        append_state(dos, regs)
        regs.ax, regs.bx, regs.cx = regs.bx, 0, 0
        regs.dl, regs.dh = dos.settings.version
