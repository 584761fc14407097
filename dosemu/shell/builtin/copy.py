"""COPY: copies and joins files, to and from devices too."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dosemu.shell import stub
from dosemu.shell.calls import LOOK, Answer, Call
from dosemu.shell.copying import PIECE, Source, Target, copy_pieces, remove_quietly, same_file
from dosemu.shell.registry import CommandError, command
from dosemu.shell.search import Pattern, entries, is_directory, pattern_of, renamed
from int21 import names
from int21.drives import join
from int21.errors import DosError, ErrorCode

if TYPE_CHECKING:
    from dosemu.shell.shell import Shell

_USAGE = """\
COPY [/A | /B] source [/A | /B] [+ source [/A | /B] [+ ...]] [destination
  [/A | /B]] [/V] [/Y | /-Y]

  source       Specifies the file or files to be copied.
  /A           Indicates an ASCII text file.
  /B           Indicates a binary file.
  destination  Specifies the directory and/or filename for the new file(s).
  /V           Verifies that new files are written correctly.
  /Y           Suppresses prompting to confirm you want to overwrite an
               existing destination file.
  /-Y          Causes prompting to confirm you want to overwrite an
               existing destination file.

To append files, specify a single file for destination, but multiple files
for source (using wildcards or file1+file2+file3 format)."""
_ON_ITSELF = "File cannot be copied onto itself"


@dataclass(slots=True)
class Operand:
    """A file of the command line; ``text`` None: neither /A nor /B."""

    path: bytes
    text: bool | None = None


@dataclass(slots=True)
class Request:
    """What COPY was asked for."""

    sources: list[Operand] = field(default_factory=list)
    target: Operand | None = None
    joined: bool = False
    confirm: bool = True


def read_request(arguments: bytes, *, confirm: bool) -> Request:
    """Read the command line of COPY. Raises CommandError.

    >>> request = read_request(b" a.c+b.c/b all.c /y", confirm=True)
    >>> [s.path for s in request.sources], request.target.path, request.sources[1].text, request.confirm
    ([b'a.c', b'b.c'], b'all.c', False, False)
    """
    request = Request(confirm=confirm)
    groups: list[list[Operand]] = []
    text: bool | None = None
    plus = False
    for token in _tokens(arguments):
        upper = token.upper()
        if token == b"+":
            if not groups:
                raise CommandError("Required parameter missing")
            plus = request.joined = True
        elif upper in (b"/A", b"/B"):
            text = upper == b"/A"
            if groups:
                groups[-1][-1].text = text
        elif upper in (b"/Y", b"/-Y"):
            request.confirm = upper == b"/-Y"
        elif upper == b"/V":
            continue
        elif token.startswith(b"/"):
            raise CommandError(b"Invalid switch - " + token)
        elif plus:
            groups[-1].append(Operand(token, text))
            plus = False
        else:
            groups.append([Operand(token, text)])
    if not groups:
        raise CommandError("Required parameter missing")
    if len(groups) > 2 or (len(groups) == 2 and len(groups[1]) > 1):
        raise CommandError("Too many parameters")
    request.sources = groups[0]
    request.target = groups[1][0] if len(groups) == 2 else None
    return request


def _tokens(text: bytes) -> list[bytes]:
    tokens, current = [], b""
    for code in text:
        sign = bytes((code,))
        if sign in b" \t,;=" or sign == b"+" or sign == b"/":
            if current:
                tokens.append(current)
            current = b"/" if sign == b"/" else b""
            if sign == b"+":
                tokens.append(b"+")
        else:
            current += sign
    return [*tokens, current] if current else tokens


def _confirming(shell: Shell) -> bool:
    """COPYCMD, and whether this is a batch file: those overwrite without a question."""
    variable = (shell.variables.get(b"COPYCMD") or b"").upper()
    if b"/-Y" in variable:
        return True
    return b"/Y" not in variable and shell.batch is None and not shell.shells.quiet


def is_device(shell: Shell, path: bytes) -> bool:
    try:
        return shell.dos.drives.resolve(path, wild=True).device is not None
    except DosError:
        return False


def _target(shell: Shell, operand: Operand | None) -> tuple[bytes, bytes]:
    """Directory (with its separator) and name, perhaps wild, of what is written; a device has no directory."""
    if operand is None:
        return join(shell.dos.drives.current, shell.dos.drives.directory(shell.dos.drives.current)).rstrip(
            b"\\"
        ) + b"\\", b"????????.???"
    if is_device(shell, operand.path):
        return b"", operand.path
    try:
        if operand.path[-1:] == b"\\" and not is_directory(shell.dos.drives.resolve(operand.path)):
            raise CommandError("Path not found")
        pattern = pattern_of(shell.dos, operand.path)
    except DosError as error:
        raise CommandError("Path not found" if error.code is ErrorCode.PATH_NOT_FOUND else "Access denied") from None
    return pattern.text.rstrip(b"\\") + b"\\", pattern.name


def read_device(shell: Shell, path: bytes) -> Generator[Call, Answer, bytes]:
    """All that a device gives up to ^Z, by calls of the guest, since it may have to wait."""
    base = shell.segment << 4
    shell.dos.memory.write(base + stub.PATH, path[:126] + b"\0")
    answer = yield Call(0x3D00, dx=stub.PATH)
    if answer.carry:
        raise DosError(ErrorCode.ACCESS_DENIED)
    handle, data = answer.ax, b""
    while len(data) < 1 << 20:
        answer = yield Call(0x3F00, bx=handle, cx=stub.BUFFER_SIZE, dx=stub.BUFFER)
        if answer.carry or not answer.ax:
            break
        piece, mark, _ = bytes(shell.dos.memory.read(base + stub.BUFFER, min(answer.ax, stub.BUFFER_SIZE))).partition(
            b"\x1a"
        )
        data += piece
        if mark:
            break
    yield Call(0x3E00, bx=handle)
    return data


def _copy(
    shell: Shell, sources: list[Operand], path: bytes, target: Operand | None, *, joined: bool
) -> Generator[Call, Answer, None]:
    """Copy one source, or several after each other, to ``path``."""
    texts = [s.text if s.text is not None else joined for s in sources]
    in_place = joined and same_file(shell, sources[0].path, path)
    stamp = None
    out = Target(shell, path, append=in_place, source=None if joined else sources[0].path)
    done = False
    try:
        for index, (source, text) in enumerate(zip(sources, texts, strict=True)):
            if in_place and index == 0:
                continue
            if is_device(shell, source.path):
                data = yield from read_device(shell, source.path)
                for start in range(0, len(data), PIECE):
                    out.write(data[start : start + PIECE])
                continue
            if joined and same_file(shell, source.path, path):
                shell.say(b"Content of destination lost before copy")
                continue
            opened = Source(shell, source.path, text=text and not out.is_device)
            try:
                yield from copy_pieces(opened, out)
                stamp = None if joined else opened.stamp
            finally:
                opened.close()
        ends_text = joined and all(texts) if target is None or target.text is None else target.text
        if ends_text and not out.is_device and not in_place:
            out.write(b"\x1a")
        done = True
    finally:
        out.close(stamp)
        if not done and not in_place:
            remove_quietly(shell, path)


@command("COPY", help="Copies one or more files to another location.", usage=_USAGE, files=True)
def copy(shell: Shell, arguments: bytes) -> Generator[Call, Answer, None]:
    request = read_request(arguments, confirm=_confirming(shell))
    folder, name = _target(shell, request.target)
    wild_target = names.is_wild(name)
    found = list(_expand(shell, request.sources))
    joined = request.joined or (
        len(found) > 1 and not wild_target and bool(folder) and names.is_wild(request.sources[0].path)
    )
    copied = 0
    everything: bool | None = not request.confirm
    if joined:
        path = folder + (renamed(found[0][1], name) if wild_target else name)
        operands = [operand for operand, _ in found]
        if len(operands) > 1 or request.joined:
            if not everything and not same_file(shell, operands[0].path, path):
                everything = yield from _may_write(shell, path)
                if everything is None:
                    operands = []
            if operands:
                for operand in operands:
                    shell.say(_shown(request, operand))
                yield from _copy(shell, operands, path, request.target, joined=True)
                copied = 1
    else:
        for operand, file_name in found:
            path = folder + renamed(file_name, name) if folder and wild_target else folder + name
            if len(found) > 1 or names.is_wild(request.sources[0].path):
                shell.say(_shown(request, operand))
            if same_file(shell, operand.path, path):
                shell.say(_ON_ITSELF)
                continue
            if not everything:
                answer = yield from _may_write(shell, path)
                if answer is None:
                    continue
                everything = answer
            yield LOOK
            yield from _copy(shell, [operand], path, request.target, joined=False)
            copied += 1
    shell.say(b"%9d file(s) copied" % copied)


def _may_write(shell: Shell, path: bytes) -> Generator[Call, Answer, bool | None]:
    """Ask before a file is overwritten: None no, True yes and all that follow."""
    try:
        place = shell.dos.drives.resolve(path)
        if place.device is not None or place.drive.identity(place.path) is None:
            return False
    except DosError:
        return False
    answer = yield from shell.ask(b"Overwrite " + path + b" (Yes/No/All)?", b"YNA")
    return None if answer == b"N" else answer == b"A"


def _shown(request: Request, operand: Operand) -> bytes:
    """The name of a source as it is shown: with the path as it was typed."""
    typed = request.sources[0].path
    cut = max(typed.rfind(b"\\"), typed.rfind(b":"), typed.rfind(b"/")) + 1
    last = operand.path.rpartition(b"\\")[2]
    return typed[:cut].upper() + last


def _expand(shell: Shell, sources: list[Operand]) -> list[tuple[Operand, bytes]]:
    """All source files, each with its name. Raises CommandError when the first one is not there."""
    found: list[tuple[Operand, bytes]] = []
    for index, source in enumerate(sources):
        if is_device(shell, source.path):
            found.append((Operand(source.path, True if source.text is None else source.text), source.path.rstrip(b":")))
            continue
        try:
            pattern: Pattern = pattern_of(shell.dos, source.path)
            files = [e.name for e in entries(shell.dos, pattern)]
        except DosError as error:
            if error.code is ErrorCode.PATH_NOT_FOUND:
                raise CommandError(b"Path not found - " + source.path) from None
            files = []
        if not files and index == 0:
            raise CommandError(b"File not found - " + source.path + b"\r\n        0 file(s) copied")
        found += [(Operand(pattern.path(name), source.text), name) for name in files]
    return found
