"""Where the structures of DOS lie in guest memory.

DOS proper has segment 0060h; the list of lists, the NUL header and the swappable data area keep the
offsets of DOS 5 (26h, 48h, 320h), which some programs take for granted. The device headers are in
segment 0070h, as in IO.SYS. What grows with the settings is in the system block "SD" at the
start of the arena, in sub-blocks as DOS 4 and later have them (RBIL, INT 21h/52h, tables 01628 and 01632).
"""

from __future__ import annotations

DOS_SEGMENT = 0x0060
DOS = DOS_SEGMENT << 4

LIST_OF_LISTS = DOS + 0x26
NUL_HEADER = LIST_OF_LISTS + 0x22
HANDLERS = 0x690  # guest code up to 6FFh: CALL 5 first
CTRL_C_CODE = 0x6B0  # INT 23h of the shell
CRITICAL_ERROR_CODE = 0x6B4  # INT 24h of the shell
BREAK_CODE = 0x6B8  # INT 1Bh: notes Ctrl-Break
CASE_MAP_CODE = 0x6C0
NUL_CODE = 0x6D4  # request pointer, strategy and interrupt routine of NUL
BREAK_FLAG = 0x6FF  # 3 when Ctrl-Break was pressed

DEVICES_SEGMENT = 0x0070
DEVICE_HEADERS = DEVICES_SEGMENT << 4  # 12 headers of 18 bytes
DEVICE_CODE = DEVICE_HEADERS + 0xD8  # strategy and interrupt routines; up to 7FFh

DEVICES_END = 0x800
SWAPPABLE_DATA = DOS + 0x320
CURRENT_PSP = SWAPPABLE_DATA + 0x10
SWAPPABLE_DATA_SIZE = 0x77C  # swap while in DOS
SWAPPABLE_DATA_ALWAYS = 0x1A  # swap always

UPPER_CASE_TABLE = 0x10A0  # word length, 128 bytes
FILE_NAME_UPPER_CASE_TABLE = 0x1130
FILE_NAME_CHARACTERS_TABLE = 0x11C0  # 24 bytes
COLLATING_TABLE = 0x11E0  # word length, 256 bytes
DOUBLE_BYTE_TABLE = 0x12F0  # word length 0, terminator

LOWER_CASE_TABLE = 0x1660  # word length, 256 bytes; behind the DPBs

DPB_ARRAY = 0x1300
DPB_SIZE = 0x21
MAX_DRIVES = 26  # DPB_ARRAY and CDS_ARRAY have room for A: to Z:

FIRST_MCB = 0x0180  # segment
# Above the video BIOS, as memory managers that move DOS's tables up have it: programs load lower by as much, and the
# oldest ones count on the first 64 KB.
CDS_ARRAY = 0xC7700
CDS_SIZE = 0x58
SFT_TABLE = FIRST_MCB + 2 << 4  # in sub-block "F" of the system block: 6 bytes of header, then the entries
SFT_HEADER_SIZE = 6
SFT_SIZE = 0x3B
FCB_ENTRIES = 4  # of the FCB table, sub-block "X", behind the SFT

# Character and block devices in the order of the chain that follows NUL: name, attribute word.
DEVICES = (
    (b"CON", 0x8013),
    (b"AUX", 0x8000),
    (b"PRN", 0xA0C0),
    (b"CLOCK$", 0x8008),
    (b"COM1", 0x8000),
    (b"LPT1", 0xA0C0),
    (b"LPT2", 0xA0C0),
    (b"LPT3", 0xA0C0),
    (b"COM2", 0x8000),
    (b"COM3", 0x8000),
    (b"COM4", 0x8000),
    (b"", 0x08C2),  # the block devices: A: and on
)
DEVICE_HEADER_SIZE = 0x12
# Drivers of their own, each in its sub-block "D", with its attribute word.
EMS_DEVICE, XMS_DEVICE = b"EMMXXXX0", b"XMSXXXX0"
DRIVERS = {EMS_DEVICE: 0xC000, XMS_DEVICE: 0xA000}


def far_pointer(address: int) -> tuple[int, int]:
    """(segment, offset) of a linear address in DOS's own data: segment 0060h for what is in it.

    >>> far_pointer(LIST_OF_LISTS)
    (96, 38)
    >>> far_pointer(CDS_ARRAY)
    (51056, 0)
    """
    if DEVICE_HEADERS <= address < DEVICES_END:
        return DEVICES_SEGMENT, address - DEVICE_HEADERS
    if address < FIRST_MCB << 4:
        return DOS_SEGMENT, address - DOS
    return address >> 4, address & 15


def device_header(name: bytes) -> int:
    """Linear address of the header of a device: b"NUL", b"CON" and so on.

    >>> hex(device_header(b"CON"))
    '0x700'
    """
    if name == b"NUL":
        return NUL_HEADER
    index = next(i for i, (known, _) in enumerate(DEVICES) if known == name)
    return DEVICE_HEADERS + index * DEVICE_HEADER_SIZE
