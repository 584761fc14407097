"""MSCDEX 2.23: INT 2Fh/1500h to 1510h, the CD-ROM drives of the machine.

Microsoft, "MS-DOS CD-ROM Extensions Function Requests" and "CD-ROM Device Driver Specification" 2.21;
RBIL INT 2Fh/15xx. What plays music is in int21/cd/audio.py.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from int21 import layout
from int21.cd import audio
from int21.cd.disc import SECTOR, Disc, to_msf
from int21.cd.drive import CdDrive
from int21.cd.folder import folder_record
from int21.drives import drive_letter
from int21.errors import DosError, ErrorCode
from int21.registers import Registers
from int21.table import int2f

if TYPE_CHECKING:
    from int21.dos import Dos

_VERSION = 0x0217
_IS_MINE = 0xADAD
_PREFERENCES = 0x0100  # the primary volume descriptor
_INVALID_FUNCTION, _INVALID_DRIVE, _NOT_READY = 1, 15, 21
_STANDARD, _TERMINATOR = 1, 0xFF
_DESCRIPTOR = 16
_NAME_SIZE = 37
_NAMES_AT = {2: 702, 3: 739, 4: 776}  # copyright, abstract, bibliography
_LONGEST_PATH = 128
_MOST_SECTORS = 32  # a buffer is in one segment

# The request header: length, unit, command, status; the rest is the command's.
_DONE, _ERROR = 0x0100, 0x8100
_UNKNOWN_COMMAND, _SECTOR_NOT_FOUND = 0x03, 0x08
_IOCTL_INPUT, _IOCTL_OUTPUT, _READ_LONG, _PREFETCH, _SEEK = 3, 12, 128, 130, 131
_TAKEN = frozenset({7, 11, 13, 14, _PREFETCH})
_AUDIO = frozenset({audio.PLAY, audio.STOP, audio.RESUME})
# IOCTL output: eject, lock, reset, close the tray.
_CONTROLS = frozenset({0, 1, 2, 5})
_SET_CHANNELS = 3
# Door closed and not locked, cooked reading, no writing, plays audio with channel control, red book addressing.
_DEVICE_STATUS = 0x0310
_NOT_CHANGED, _WAS_CHANGED = 0x01, 0xFF
_DATA_TRACK, _AUDIO_TRACK = 0x41, 0x01


@runtime_checkable
class _HasDisc(Protocol):
    @property
    def disc(self) -> Disc: ...


def _numbers(dos: Dos) -> list[int]:
    return [number for number in dos.drives.numbers() if isinstance(dos.drives.at(number), _HasDisc)]


def _disc(dos: Dos, regs: Registers) -> Disc | None:
    """The disc in drive CX; None, and the error in the registers, when that is no CD-ROM drive."""
    if regs.cx in _numbers(dos):
        drive = dos.drives.at(regs.cx)
        if isinstance(drive, _HasDisc):
            return drive.disc
    regs.ax, regs.cf = _INVALID_DRIVE, True
    return None


@int2f.service(0x15, 0x00, name="MSCDEX installed?", gives="BX number of CD-ROM drives, CX the first (0 is A:)")
def installed(dos: Dos, regs: Registers) -> None:
    numbers = _numbers(dos)
    regs.bx = len(numbers)
    if numbers:
        regs.cx = numbers[0]


@int2f.service(0x15, 0x01, name="MSCDEX device list", takes="ES:BX buffer", gives="unit and driver of each drive")
def device_list(dos: Dos, regs: Registers) -> None:
    segment, offset = layout.far_pointer(layout.device_header(b""))
    data = b"".join(struct.pack("<BHH", unit, offset, segment) for unit in range(len(_numbers(dos))))
    dos.memory.write(regs.address("es", regs.bx), data)


@int2f.service(0x15, 0x02, name="MSCDEX copyright file name", takes="CX drive, ES:BX buffer of 38 bytes")
@int2f.service(0x15, 0x03, name="MSCDEX abstract file name", takes="CX drive, ES:BX buffer of 38 bytes")
@int2f.service(0x15, 0x04, name="MSCDEX bibliography file name", takes="CX drive, ES:BX buffer of 38 bytes")
def file_name(dos: Dos, regs: Registers) -> None:
    disc = _disc(dos, regs)
    if disc is None:
        return
    at = _NAMES_AT[regs.al]
    try:
        name = disc.read(_DESCRIPTOR)[at : at + _NAME_SIZE].rstrip(b" \0")
    except DosError:
        regs.ax, regs.cf = _NOT_READY, True
        return
    dos.memory.write(regs.address("es", regs.bx), name.ljust(_NAME_SIZE + 1, b"\0"))
    regs.cf = False


@int2f.service(0x15, 0x05, name="MSCDEX read VTOC", takes="CX drive, DX number, ES:BX buffer", gives="AX kind")
def read_descriptor(dos: Dos, regs: Registers) -> None:
    disc = _disc(dos, regs)
    if disc is None:
        return
    try:
        data = disc.read(_DESCRIPTOR + regs.dx)
    except DosError:
        regs.ax, regs.cf = _NOT_READY, True
        return
    dos.memory.write(regs.address("es", regs.bx), data)
    regs.ax = data[0] if data[0] in (_STANDARD, _TERMINATOR) else 0
    regs.cf = False


@int2f.service(0x15, 0x06, name="MSCDEX debugging on")
@int2f.service(0x15, 0x07, name="MSCDEX debugging off")
def debugging(dos: Dos, regs: Registers) -> None:
    return


@int2f.service(0x15, 0x08, name="MSCDEX absolute read", takes="CX drive, SI:DI sector, DX sectors, ES:BX buffer")
def absolute_read(dos: Dos, regs: Registers) -> None:
    disc = _disc(dos, regs)
    if disc is None:
        return
    try:
        _read(dos, disc, regs.si << 16 | regs.di, regs.dx, regs.address("es", regs.bx))
    except DosError:
        regs.ax, regs.cf = _NOT_READY, True
        return
    regs.cf = False


@int2f.service(0x15, 0x09, name="MSCDEX absolute write", gives="CF: not possible")
@int2f.service(0x15, name="MSCDEX, unknown function", gives="CF")
def not_possible(dos: Dos, regs: Registers) -> None:
    regs.ax, regs.cf = _INVALID_FUNCTION, True


@int2f.service(0x15, 0x0B, name="MSCDEX is this a CD-ROM drive?", takes="CX drive", gives="BX ADADh, AX not 0: yes")
def drive_check(dos: Dos, regs: Registers) -> None:
    numbers = _numbers(dos)
    if numbers:
        regs.bx = _IS_MINE
        regs.ax = 0xFFFF if regs.cx in numbers else 0


@int2f.service(0x15, 0x0C, name="MSCDEX version", gives="BH major, BL minor")
def version(dos: Dos, regs: Registers) -> None:
    if _numbers(dos):
        regs.bx = _VERSION


@int2f.service(0x15, 0x0D, name="MSCDEX drive letters", takes="ES:BX buffer", gives="a byte for each drive (0 is A:)")
def drive_letters(dos: Dos, regs: Registers) -> None:
    dos.memory.write(regs.address("es", regs.bx), bytes(_numbers(dos)))


@int2f.service(0x15, 0x0E, name="MSCDEX preferences", takes="BX 0 get, 1 set, CX drive, DX", gives="DX preference")
def preferences(dos: Dos, regs: Registers) -> None:
    if _disc(dos, regs) is None:
        return
    if regs.bx == 0:
        regs.dx = _PREFERENCES
    elif regs.bx != 1 or regs.dx != _PREFERENCES:
        regs.ax, regs.cf = _INVALID_FUNCTION, True
        return
    regs.cf = False


@int2f.service(
    0x15,
    0x0F,
    name="MSCDEX directory entry",
    takes="CL drive, CH bit 0 canonical form, ES:BX path, SI:DI buffer",
    gives="AX 0 High Sierra, 1 ISO 9660",
)
def directory_entry(dos: Dos, regs: Registers) -> None:
    number = regs.cl
    if number not in _numbers(dos):
        regs.ax, regs.cf = _INVALID_DRIVE, True
        return
    drive = dos.drives.at(number)
    try:
        path = bytes(dos.memory.read(regs.address("es", regs.bx), _LONGEST_PATH)).partition(b"\0")[0]
        place = dos.drives.resolve(drive_letter(number).encode() + b":\\" + path.partition(b";")[0].lstrip(b"\\/"))
        raw = drive.record(place.path).raw if isinstance(drive, CdDrive) else folder_record(drive.entry(place.path))
    except DosError as error:
        regs.ax, regs.cf = error.code, True
        return
    high_sierra = (
        isinstance(drive, CdDrive) and drive.file_system is not None and drive.file_system.kind.value == "CDROM"
    )
    dos.memory.write((regs.si << 4) + regs.di, _canonical(raw, high_sierra) if regs.ch & 1 else raw)
    regs.ax, regs.cf = 0 if high_sierra else 1, False


def _canonical(raw: bytes, high_sierra: bool) -> bytes:
    """A directory record in the form that is the same for both file systems (RBIL, table 02776)."""
    attributes, sector, size = struct.unpack_from("<BI4xI", raw, 1)
    when = raw[18:24] + (b"\0" if high_sierra else raw[24:25])
    flags = raw[24] if high_sierra else raw[25]
    unit, skip, volume, length = struct.unpack_from("<BBH2xB", raw, 26)
    name = raw[33 : 33 + length]
    version = int(name.rpartition(b";")[2]) if name.rpartition(b";")[2].isdigit() and b";" in name else 1
    used = raw[33 + length + (length + 1) % 2 :]
    head = struct.pack("<BIHI7sBBBHB38sH", attributes, sector, SECTOR, size, when, flags, unit, skip, volume,
                       min(length, 38), name[:38], version & 0xFFFF)  # fmt: skip
    return head + struct.pack("<B220s", len(used), used[:220])


@int2f.service(0x15, 0x10, name="MSCDEX send device request", takes="CX drive, ES:BX request", gives="its status")
def send_request(dos: Dos, regs: Registers) -> None:
    disc = _disc(dos, regs)
    if disc is None:
        return
    memory = dos.memory
    request = regs.address("es", regs.bx)
    command = memory.u8(request + 2)
    status = _DONE
    player = dos.cd.player(regs.cx, disc)
    try:
        offset, segment, count = struct.unpack("<HHH", memory.read(request + 0x0E, 6))
        address = (segment << 4) + offset
        if command == _IOCTL_INPUT:
            _control(dos, disc, regs.cx, address)
        elif command == _IOCTL_OUTPUT:
            _output(dos, player, address)
        elif command in _AUDIO:
            audio.request(player, memory, request, command)
        elif command == _SEEK:
            first = memory.u16(request + 0x14) | memory.u16(request + 0x16) << 16
            player.seek(audio.red_book(first) if memory.u8(request + 0x0D) else first)
        elif command == _READ_LONG:
            first = memory.u16(request + 0x14) | memory.u16(request + 0x16) << 16
            if memory.u8(request + 0x0D):  # red book: frame, second, minute
                first = ((first >> 16 & 0xFF) * 60 + (first >> 8 & 0xFF)) * 75 + (first & 0xFF) - 150
            _read(dos, disc, first, count, address)
        elif command not in _TAKEN:
            status = _ERROR | _UNKNOWN_COMMAND
    except DosError as error:
        status = _ERROR | (_UNKNOWN_COMMAND if error.code is ErrorCode.INVALID_FUNCTION else _SECTOR_NOT_FOUND)
    memory.set_u16(request + 3, status | (audio.BUSY if player.playing else 0))
    regs.cf = False


def _read(dos: Dos, disc: Disc, first: int, count: int, address: int) -> None:
    if count > _MOST_SECTORS:
        raise DosError(ErrorCode.SECTOR_NOT_FOUND)
    dos.memory.write(address, b"".join(disc.read(first + number) for number in range(count)))


def _output(dos: Dos, player: audio.CdPlayer, address: int) -> None:
    """IOCTL output. Raises INVALID_FUNCTION."""
    code = dos.memory.u8(address)
    if code == _SET_CHANNELS:
        player.route(bytes(dos.memory.read(address + 1, 8)))
    elif code not in _CONTROLS:
        raise DosError(ErrorCode.INVALID_FUNCTION)


def _control(dos: Dos, disc: Disc, number: int, address: int) -> None:
    """IOCTL input: what a control block asks for. Raises INVALID_FUNCTION."""
    memory = dos.memory
    player = dos.cd.player(number, disc)
    match memory.u8(address):
        case 0:
            segment, offset = layout.far_pointer(layout.device_header(b""))
            answer = struct.pack("<HH", offset, segment)
        case 1:
            mode = memory.u8(address + 1)
            place = _red_book(player.position) if mode else struct.pack("<I", player.position)
            answer = bytes([mode]) + place
        case 4:
            answer = player.routing
        case 6:
            answer = struct.pack("<I", _DEVICE_STATUS)
        case 7:
            answer = bytes([memory.u8(address + 1)]) + struct.pack("<H", 2352 if memory.u8(address + 1) else SECTOR)
        case 8:
            answer = struct.pack("<I", disc.end)
        case 9:
            answer = bytes([_WAS_CHANGED if number in dos.drives.changed else _NOT_CHANGED])
            dos.drives.changed.discard(number)
        case 10:
            answer = bytes((disc.tracks[0].number, disc.tracks[-1].number)) + _red_book(disc.end)
        case 11:
            number = memory.u8(address + 1)
            track = next((track for track in disc.tracks if track.number == number), None)
            if track is None:
                raise DosError(ErrorCode.SECTOR_NOT_FOUND)
            answer = bytes([number]) + _red_book(track.start)
            answer += bytes([_AUDIO_TRACK & ~1 if track.audio else _DATA_TRACK & ~1])
        case 12:
            answer = audio.q_channel(player, disc)
        case 14:
            digits = disc.upc.rjust(13, b"0") if disc.upc.isdigit() else b"0" * 13
            packed = bytes.fromhex(digits.decode() + "0")
            answer = bytes([2]) + packed + bytes(2)
        case 15:
            answer = audio.status(player)
        case _:
            raise DosError(ErrorCode.INVALID_FUNCTION)
    memory.write(address + 1, answer)


def _red_book(sector: int) -> bytes:
    minute, second, frame = to_msf(sector)
    return bytes((frame, second, min(minute, 255), 0))
