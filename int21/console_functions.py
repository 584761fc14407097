"""Console functions, INT 21h/01h to 0Ch.

They work on handles 0, 1, 3 and 4, so redirection works. Which of them look for Ctrl-C, echo and wait is
in the MS-DOS Programmer's Reference under each function. While they wait, they call INT 28h if it is hooked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from int21.errors import DosError
from int21.layout import BREAK_FLAG
from int21.line_editor import LineEditor
from int21.registers import Registers
from int21.service import CallGuest, Polled, Wait
from int21.stdio import STDAUX, STDIN, STDPRN, is_console
from int21.table import int21
from int21.vectors import get as get_vector
from int21.view import linear

if TYPE_CHECKING:
    from int21.dos import Dos

_END_OF_FILE = 0x1A
_PATIENCE = 100  # reads at the end of redirected input before a program that goes on reading has to wait
_CR = 0x0D
_LF = 0x0A
_TAB = 0x09
_IDLE = 0x28
_INPUT_FUNCTIONS = frozenset({0x01, 0x06, 0x07, 0x08, 0x0A})
_LONGEST_STRING = 0x10000


def _wait(dos: Dos) -> None:
    """Wait for input; a hooked INT 28h runs first."""
    if get_vector(dos.memory, _IDLE) == dos.idle_vector:
        raise Wait

    def then(regs: Registers, left: dict[str, int]) -> None:
        raise Wait

    raise CallGuest(then, vector=_IDLE)


def _next_byte(dos: Dos, *, ctrl_c: bool) -> int:
    """The next byte of handle 0; ^Z at the end of a file. Raises Wait or CallGuest when there is none yet."""
    if not is_console(dos, STDIN):
        try:
            data = dos.files.read(STDIN, 1)
        except DosError:
            data = b""
        if data:
            dos.reads_at_end = 0
            return data[0]
        dos.reads_at_end += 1
        if dos.reads_at_end > _PATIENCE:
            _wait(dos)  # a program that asks for ever would never end, and take all of the host's time for it
        return _END_OF_FILE
    if ctrl_c:
        dos.break_key.check()
    key = dos.console.read()
    if key is None:
        _wait(dos)
    assert key is not None
    return key


def _input_ready(dos: Dos) -> bool:
    if is_console(dos, STDIN):
        return dos.console.peek() is not None
    try:
        return dos.files.input_ready(STDIN)
    except DosError:
        return False


@int21.service(0x01, name="read character with echo", gives="AL character")
def read_with_echo(dos: Dos, regs: Registers) -> None:
    key = _next_byte(dos, ctrl_c=True)
    regs.al = key
    dos.output.write(bytes((key,)))


@int21.service(0x02, name="write character", takes="DL character", gives="AL character")
def write_character(dos: Dos, regs: Registers) -> None:
    dos.break_key.check()
    dos.output.write(bytes((regs.dl,)))
    regs.al = 0x20 if regs.dl == _TAB else regs.dl  # the last character that went out
    dos.output.pass_characters()


@int21.service(0x03, name="read from auxiliary device", gives="AL character")
def read_auxiliary(dos: Dos, regs: Registers) -> None:
    dos.break_key.check()
    try:
        data = dos.files.read(STDAUX, 1)
    except DosError:
        data = b""
    regs.al = data[0] if data else _END_OF_FILE


@int21.service(0x04, name="write to auxiliary device", takes="DL character")
def write_auxiliary(dos: Dos, regs: Registers) -> None:
    _write_device(dos, STDAUX, regs.dl)


@int21.service(0x05, name="write to printer", takes="DL character")
def write_printer(dos: Dos, regs: Registers) -> None:
    _write_device(dos, STDPRN, regs.dl)


def _write_device(dos: Dos, handle: int, character: int) -> None:
    dos.break_key.check()
    try:
        dos.files.write(handle, bytes((character,)))
    except DosError:
        return  # these functions report no error


@int21.service(0x06, name="direct console I/O", takes="DL character, FFh: read", gives="ZF clear, AL character")
def direct_io(dos: Dos, regs: Registers) -> None:
    if regs.dl != 0xFF:
        dos.output.write_raw(bytes((regs.dl,)))
        regs.al = regs.dl
        return
    if not _input_ready(dos):
        regs.al = 0
        regs.zf = True
        return
    regs.al = _next_byte(dos, ctrl_c=False)
    regs.zf = False


@int21.service(0x07, name="read character, raw", gives="AL character")
def read_raw(dos: Dos, regs: Registers) -> None:
    regs.al = _next_byte(dos, ctrl_c=False)


@int21.service(0x08, name="read character", gives="AL character")
def read_character(dos: Dos, regs: Registers) -> None:
    regs.al = _next_byte(dos, ctrl_c=True)


@int21.service(0x09, name="write string", takes="DS:DX string ending in $", gives="AL 24h")
def write_string(dos: Dos, regs: Registers) -> None:
    dos.break_key.check()
    address = regs.address("ds", regs.dx)
    # The offset wraps in the segment; a string without end is one segment long.
    size = min(_LONGEST_STRING - regs.dx, max(len(dos.memory) - address, 0))
    text, end, _ = dos.memory.read(address, size).partition(b"$")
    if not end and regs.dx:
        text += dos.memory.read(address - regs.dx, regs.dx).partition(b"$")[0]
    dos.output.write(text)
    regs.al = 0x24


@int21.service(0x0A, name="read line", takes="DS:DX line buffer")
def read_line(dos: Dos, regs: Registers) -> None:
    address = regs.address("ds", regs.dx)
    limit = dos.memory.u8(address)
    if limit == 0:
        return
    editor = dos.line_inputs.get(address)
    if editor is None:
        editor = LineEditor(limit - 1, _template(dos, address, limit), dos.output.column)
        dos.line_inputs[address] = editor
    redirected = not is_console(dos, STDIN)
    while not editor.done:
        key = _next_byte(dos, ctrl_c=True)
        if redirected and key == _LF:
            continue  # of a file's CR LF
        if redirected and dos.reads_at_end and editor.line:
            key = _CR  # behind the end of the file comes ^Z for ever; DOS would wait for a CR as long
        echo = editor.feed(key)
        if echo:
            dos.output.write_raw(echo)
            dos.output.expanded(echo)
    del dos.line_inputs[address]
    line = bytes(editor.line)
    dos.memory.write(address + 1, bytes((len(line),)) + line + b"\r")


def _template(dos: Dos, address: int, limit: int) -> bytes:
    """The line that the buffer holds from the time before: DOS takes it when a CR ends it."""
    length = dos.memory.u8(address + 1)
    if length >= limit:
        return b""
    line = dos.memory.read(address + 2, length + 1)
    return bytes(line[:-1]) if line[-1] == _CR else b""


def _status_stays(dos: Dos, regs: Registers) -> Polled | None:
    """The answer of 0Bh holds until a key comes, Ctrl-Break is pressed or handle 0 becomes something else."""
    if dos.break_key.paused:
        return None
    handles = linear(*dos.processes.current.handle_table)
    return Polled((*dos.console.watches, BREAK_FLAG, handles), al=regs.al)


@int21.service(0x0B, name="get input status", gives="AL FFh: a character is there", polled=_status_stays)
def input_status(dos: Dos, regs: Registers) -> None:
    dos.break_key.check()
    regs.al = 0xFF if _input_ready(dos) else 0


@int21.service(0x0C, name="flush input and read", takes="AL function")
def flush_and_read(dos: Dos, regs: Registers) -> None:
    # A service that waits starts again from here: what came since the flush must stay then.
    flushed, dos.flushed = dos.flushed, False
    if not flushed and is_console(dos, STDIN):
        dos.console.flush()
    function = regs.al
    if function not in _INPUT_FUNCTIONS:
        regs.al = 0
        return
    service = int21.find(function << 8)
    assert service is not None
    try:
        service.handler(dos, regs)
    except Wait:
        dos.flushed = True
        raise
    except CallGuest as guest:
        dos.flushed = guest.vector == _IDLE
        raise
