"""The shell's INT 24h: "Abort, Retry, Ignore, Fail?" (MS-DOS User's Guide, "Disk and device errors").

A program whose input is no device fails at once: nobody could answer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosemu.shell import stub
from int21.errors import DosError
from int21.registers import Registers
from int21.stdio import STDIN

if TYPE_CHECKING:
    from int21.dos import Dos

_WRITING, _MAY_FAIL, _MAY_RETRY, _MAY_IGNORE, _NO_DISK = 0x01, 0x08, 0x10, 0x20, 0x80
_IGNORE, _RETRY, _ABORT, _FAIL = range(4)
_MESSAGES = (
    b"Write protect error", b"Invalid unit", b"Not ready", b"Invalid device request", b"Data error",
    b"Invalid device request parameters", b"Seek error", b"Invalid media type", b"Sector not found",
    b"Printer out of paper error", b"Write fault error", b"Read fault error", b"General failure",
    b"Sharing violation", b"Lock violation", b"Invalid disk change", b"FCB unavailable",
    b"System resource exhausted", b"Code page mismatch", b"Out of input", b"Insufficient disk space",
)  # fmt: skip
_DEVICE_NAME = 0x0A  # in the header of a driver
_IS_DEVICE = 0x80


def critical(dos: Dos, segment: int, regs: Registers, key: int | None) -> int | None:
    """What the handler answers, or None when it is to show its text and read a key; BX is INT 24h's AX, CX its DI."""
    flags = regs.bh
    choices = {b"A"[0]: _ABORT}
    if flags & _MAY_RETRY:
        choices[b"R"[0]] = _RETRY
    if flags & _MAY_IGNORE:
        choices[b"I"[0]] = _IGNORE
    if flags & _MAY_FAIL:
        choices[b"F"[0]] = _FAIL
    if key is None:
        if not _answers(dos):
            return _FAIL
        _show(dos, segment, b"\r\n" + _message(dos, regs) + b"\r\n" + _question(choices))
        return None
    chosen = choices.get(key & 0xDF)
    if chosen is None:
        _show(dos, segment, b"\r\n" + _question(choices))
        return None
    dos.output.show(bytes((key & 0xDF,)) + b"\r\n")
    return chosen


def _message(dos: Dos, regs: Registers) -> bytes:
    number = regs.cl
    what = _MESSAGES[number] if number < len(_MESSAGES) else b"Extended error %d" % (number + 19)
    act = b"writing" if regs.bh & _WRITING else b"reading"
    if regs.bh & _NO_DISK:
        header = (regs.bp << 4) + regs.si + _DEVICE_NAME
        name = bytes(dos.memory.read(header, 8)).rstrip(b" ").replace(b"$", b"")
        return what + b" " + act + b" device " + name
    return what + b" " + act + b" drive " + bytes((0x41 + regs.bl % 26,))


def _question(choices: dict[int, int]) -> bytes:
    words = {_ABORT: b"Abort", _RETRY: b"Retry", _IGNORE: b"Ignore", _FAIL: b"Fail"}
    return b", ".join(words[answer] for answer in choices.values()) + b"?"


def _show(dos: Dos, segment: int, text: bytes) -> None:
    text = text[: stub.CRITICAL_TEXT_SIZE - 1]
    dos.memory.write((segment << 4) + stub.CRITICAL_TEXT, text + b"$")


def _answers(dos: Dos) -> bool:
    """Whether handle 0 of the program is a device, where somebody may press a key."""
    try:
        channel = dos.files.table.channel(dos.files.index(STDIN))
        return channel is not None and bool(channel.information & _IS_DEVICE)
    except DosError:
        return False
