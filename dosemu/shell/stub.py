"""The guest program behind COMMAND.COM and the external commands: it asks what to do, and does it.

All of them are the same code with another name at ``NAME``. It keeps a small block of memory, and then
makes the INT 21h call (with carry, the INT 2Fh call) that the machine puts into its registers, over and over: so what
waits or runs other programs is done by DOS itself, as every program does it, and other programs that hook INT 21h see
it. Handlers of INT 23h and INT 24h belong to it.
"""

from __future__ import annotations

import struct
from typing import Final

from int21.execute_command import BEGIN, CRITICAL, CRITICAL_KEY, CTRL_C, STEP

ANSWER: Final = 0x104  # AX after the last call
NAME: Final = 0x106
NAME_SIZE: Final = 10
START: Final = 0x110  # up to PATH
PATH: Final = 0x1A0  # 128 bytes
TAIL: Final = 0x220  # 128 bytes
PARAMETERS: Final = 0x2A0  # of EXEC, 22 bytes
FCB1: Final = 0x2C0  # 16 bytes each
FCB2: Final = 0x2D0
BUFFER: Final = 0x2E0  # BUFFER_SIZE bytes, for reading from handles
BUFFER_SIZE: Final = 0x100
CRITICAL_TEXT: Final = BUFFER + BUFFER_SIZE  # what is shown of a critical error, ended by a dollar sign
CRITICAL_TEXT_SIZE: Final = 0x80
STACK: Final = 0x700
PARAGRAPHS: Final = STACK >> 4


def _word(value: int) -> bytes:
    return struct.pack("<H", value & 0xFFFF)


def _code() -> tuple[bytes, int, int]:
    """The code from START, and the offsets of the INT 23h and INT 24h handlers."""
    head = b"\xbc" + _word(STACK)  # mov sp,STACK
    head += b"\xbb" + _word(PARAGRAPHS) + bytes.fromhex("B44A CD21")  # mov bx,PARAGRAPHS; mov ah,4Ah; int 21h
    head += b"\xb8" + _word(BEGIN) + bytes.fromhex("CD2F")  # mov ax,BEGIN; int 2Fh
    call = START + len(head)
    loop = bytes.fromhex("7204 CD21 EB02 CD2F")  # call: jc other; int 21h; jmp back; other: int 2Fh
    back = call + len(loop)
    loop += bytes.fromhex("2EA3") + _word(ANSWER)  # back: mov cs:[ANSWER],ax
    loop += b"\xb8" + _word(STEP) + bytes.fromhex("CD2F")  # mov ax,STEP; int 2Fh
    loop += bytes((0xEB, call - (call + len(loop) + 2) & 0xFF))  # jmp call
    ctrl_c = call + len(loop)
    broken = b"\x50\xb8" + _word(CTRL_C)  # push ax; mov ax,CTRL_C
    broken += bytes.fromhex("CD2F 58 7206")  # int 2Fh; pop ax; jc end
    broken += b"\xfb\xbc" + _word(STACK)  # sti; mov sp,STACK
    broken += bytes((0xEB, back - (ctrl_c + len(broken) + 2) & 0xFF))  # jmp back
    broken += bytes.fromhex("CB")  # end: retf, with carry: DOS ends the program
    critical = ctrl_c + len(broken)
    failed = bytes.fromhex("53 51 52 1E 89C3 89F9 0E 1F")  # push bx,cx,dx,ds; mov bx,ax; mov cx,di; push cs; pop ds
    failed += b"\xb8" + _word(CRITICAL) + bytes.fromhex("CD2F")  # mov ax,CRITICAL; int 2Fh
    ask = len(failed)
    failed += bytes.fromhex("7214 BA") + _word(CRITICAL_TEXT)  # ask: jc done; mov dx,CRITICAL_TEXT
    failed += bytes.fromhex("B409 CD21 B408 CD21 88C2")  # mov ah,9; int 21h; mov ah,8; int 21h; mov dl,al
    failed += b"\xb8" + _word(CRITICAL_KEY) + bytes.fromhex("CD2F")  # mov ax,CRITICAL_KEY; int 2Fh
    failed += bytes((0xEB, ask - (len(failed) + 2) & 0xFF))  # jmp ask
    failed += bytes.fromhex("1F 5A 59 5B CF")  # done: pop ds,dx,cx,bx; iret
    code = head + loop + broken + failed
    assert START + len(code) <= PATH
    return code, ctrl_c, critical


CODE, CTRL_C_HANDLER, CRITICAL_HANDLER = _code()


def program(name: bytes) -> bytes:
    """The .COM file of a command.

    >>> program(b"XCOPY")[:11]
    b'\\xeb\\x0e\\x00\\x00\\x00\\x00XCOPY'
    """
    head = bytes((0xEB, START - 0x102, 0, 0, 0, 0)) + name[: NAME_SIZE - 1].ljust(NAME_SIZE, b"\0")
    return head + CODE
