"""The guest program behind COMMAND.COM and the external commands: it asks what to do, and does it.

All of them are the same code with another name at ``NAME``. It keeps a small block of memory, and then
makes the INT 21h call that the machine puts into its registers, over and over: so what waits or runs other
programs is done by DOS itself, as every program does it, and other programs that hook INT 21h see it.
"""

from __future__ import annotations

import struct
from typing import Final

from int21.execute_command import BEGIN, CTRL_C, STEP

ANSWER: Final = 0x104  # AX after the last call
NAME: Final = 0x106
NAME_SIZE: Final = 10
START: Final = 0x110
PATH: Final = 0x190  # 128 bytes
TAIL: Final = 0x210  # 128 bytes
PARAMETERS: Final = 0x290  # of EXEC, 22 bytes
FCB1: Final = 0x2B0  # 16 bytes each
FCB2: Final = 0x2C0
BUFFER: Final = 0x2D0  # BUFFER_SIZE bytes, for reading from handles
BUFFER_SIZE: Final = 0x100
STACK: Final = 0x600
PARAGRAPHS: Final = STACK >> 4


def _code() -> tuple[bytes, int]:
    """The code from START, and the offset of the INT 23h handler."""
    head = bytes.fromhex("BC") + struct.pack("<H", STACK)  # mov sp,STACK
    head += bytes.fromhex("BB") + struct.pack("<H", PARAGRAPHS)  # mov bx,PARAGRAPHS
    head += bytes.fromhex("B44A CD21")  # mov ah,4Ah; int 21h
    head += bytes.fromhex("B8") + struct.pack("<H", BEGIN) + bytes.fromhex("CD2F")  # mov ax,BEGIN; int 2Fh
    call = START + len(head)
    loop = bytes.fromhex("CD21")  # call: int 21h
    back = call + len(loop)
    loop += bytes.fromhex("2EA3") + struct.pack("<H", ANSWER)  # back: mov cs:[ANSWER],ax
    loop += bytes.fromhex("B8") + struct.pack("<H", STEP) + bytes.fromhex("CD2F")  # mov ax,STEP; int 2Fh
    loop += bytes((0xEB, call - (call + len(loop) + 2) & 0xFF))  # jmp call
    ctrl_c = call + len(loop)
    tail = bytes.fromhex("50 B8") + struct.pack("<H", CTRL_C)  # push ax; mov ax,CTRL_C
    tail += bytes.fromhex("CD2F 58 7206")  # int 2Fh; pop ax; jc end
    tail += bytes.fromhex("FB BC") + struct.pack("<H", STACK)  # sti; mov sp,STACK
    tail += bytes((0xEB, back - (ctrl_c + len(tail) + 2) & 0xFF))  # jmp back
    tail += bytes.fromhex("CB")  # end: retf, with carry: DOS ends the program
    return head + loop + tail, ctrl_c


CODE, CTRL_C_HANDLER = _code()


def program(name: bytes) -> bytes:
    """The .COM file of a command.

    >>> program(b"XCOPY")[:11]
    b'\\xeb\\x0e\\x00\\x00\\x00\\x00XCOPY'
    """
    head = bytes((0xEB, START - 0x102, 0, 0, 0, 0)) + name[: NAME_SIZE - 1].ljust(NAME_SIZE, b"\0")
    return head + CODE
