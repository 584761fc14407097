"""Clients made on the spot: a .COM program that switches to protected mode and runs the given code there."""

from __future__ import annotations

import struct
from pathlib import Path

from dosemu import Machine

SWITCH = bytes.fromhex(
    "b8 87 16"  # mov ax, 1687h
    "cd 2f"  # int 2Fh
    "89 3e 80 00"  # mov [80h], di
    "8c 06 82 00"  # mov [82h], es
    "b8 00 00"  # mov ax, 0 or 1
    "ff 1e 80 00"  # call far [80h]
)
_BITS_AT = SWITCH.index(b"\xb8\x00\x00") + 1
CODE = 0x100 + len(SWITCH)  # where the client's own code begins
LEAVE = bytes.fromhex("b8 00 4c cd 21")  # mov ax, 4C00h; int 21h


def client(code: bytes, *, wide: bool = True) -> bytes:
    """A program that runs ``code`` (of 16 bits) in protected mode."""
    switch = bytearray(SWITCH)
    switch[_BITS_AT] = int(wide)
    return bytes(switch) + code


def start(folder: Path, code: bytes, *, wide: bool = True) -> Machine:
    """A machine with such a client, not run yet."""
    program = folder / "CLIENT.COM"
    program.write_bytes(client(code, wide=wide))
    return Machine(program, stdio=True)


def inside(folder: Path, *, wide: bool = True) -> Machine:
    """A machine whose client is in protected mode, at an endless loop; INT 31h can be called from outside."""
    machine = start(folder, b"\xeb\xfe", wide=wide)
    machine.run(seconds=0.001)
    assert machine.regs.protected
    return machine


def load(**registers: int) -> bytes:
    """MOV instructions of 32 bits for the named registers."""
    order = ("eax", "ecx", "edx", "ebx", "esp", "ebp", "esi", "edi")
    return b"".join(
        b"\x66" + bytes((0xB8 + order.index(name),)) + struct.pack("<I", value & 0xFFFFFFFF)
        for name, value in registers.items()
    )
