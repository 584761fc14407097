"""FC: compares files, by lines or by bytes (MS-DOS 6 help, "FC")."""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dosemu.shell.arguments import parse
from dosemu.shell.calls import LOOK, Answer, Call
from dosemu.shell.copying import Source
from dosemu.shell.registry import CommandError, external
from dosemu.shell.search import entries, pattern_of, renamed
from int21.errors import DosError

if TYPE_CHECKING:
    from dosemu.shell.shell import Shell

_USAGE = """\
FC [/A] [/C] [/L] [/LBn] [/N] [/T] [/W] [/number] [drive:][path]filename1
   [drive:][path]filename2
FC /B [drive:][path]filename1 [drive:][path]filename2

  /A       Displays only first and last lines for each set of differences.
  /B       Performs a binary comparison.
  /C       Disregards the case of letters.
  /L       Compares files as ASCII text.
  /LBn     Sets the maximum consecutive mismatches to the specified number of
           lines.
  /N       Displays the line numbers on an ASCII comparison.
  /T       Does not expand tabs to spaces.
  /W       Compresses white space (tabs and spaces) for comparison.
  /number  Specifies the number of consecutive lines that must match after a
           mismatch."""
_BINARY = (b".EXE", b".COM", b".SYS", b".OBJ", b".LIB", b".BIN")
_LARGEST = 32 << 20  # bytes of a file that are looked at
_ROWS_A_LOOK = 64


@dataclass(frozen=True, slots=True)
class _Way:
    """How lines are compared and shown."""

    short: bool
    numbers: bool
    buffer: int
    match: int
    normal: Callable[[bytes], bytes]


@external("FC", help="Compares two files or sets of files and displays the differences between them.", usage=_USAGE,
          files=True)  # fmt: skip
def fc(shell: Shell, arguments: bytes) -> Generator[Call, Answer, int]:
    buffer = re.search(rb"/LB\s*(\d{1,5})", arguments, re.IGNORECASE)
    text = re.sub(rb"(?i)/LB\s*\d*", b" ", arguments)
    match = re.search(rb"/(\d{1,5})", text)
    options = parse(re.sub(rb"/\d+", b" ", text), "ABCLNTW", words=(2, 2))
    way = _Way(
        "A" in options,
        "N" in options,
        min(int(buffer.group(1)), 1000) if buffer else 100,
        max(int(match.group(1)), 1) if match else 2,
        lambda line: _normal(line, fold="C" in options, tabs="T" not in options, blanks="W" in options),
    )
    first, second = options.words
    try:
        one, other = pattern_of(shell.dos, first), pattern_of(shell.dos, second)
        names = [entry.name for entry in entries(shell.dos, one)]
    except DosError:
        names = []
    if not names:
        raise CommandError(b"FC: cannot open " + first + b" - No such file or folder", 2)
    different = 0
    for name in names:
        left, right = one.path(name), other.path(renamed(name, other.name))
        binary = "B" in options or ("L" not in options and name[name.rfind(b".") :] in _BINARY)
        shell.say(b"Comparing files " + left + b" and " + right)
        one_data = yield from _read(shell, left)
        datas = (one_data, (yield from _read(shell, right)))
        compare = _bytes(shell, datas, (left, right)) if binary else _lines(shell, datas, (left, right), way)
        same = yield from compare
        if same:
            shell.say("FC: no differences encountered")
        shell.say()
        different |= not same
    return different


def _normal(line: bytes, *, fold: bool, tabs: bool, blanks: bool) -> bytes:
    if tabs:
        line = line.expandtabs(8)
    if blanks:
        line = b" ".join(line.split())
    return line.upper() if fold else line


def _read(shell: Shell, path: bytes) -> Generator[Call, Answer, bytes]:
    try:
        source = Source(shell, path)
    except DosError:
        raise CommandError(b"FC: cannot open " + path + b" - No such file or folder", 2) from None
    try:
        return (yield from source.whole(_LARGEST))
    finally:
        source.close()


def _bytes(shell: Shell, datas: Sequence[bytes], paths: Sequence[bytes]) -> Generator[Call, Answer, bool]:
    one, other = datas
    shown = 0
    for at, (left, right) in enumerate(zip(one, other, strict=False)):
        if left != right:
            shell.say(b"%08X: %02X %02X" % (at, left, right))
            shown += 1
            if shown % _ROWS_A_LOOK == 0:
                yield LOOK
    if len(one) != len(other):
        longer, shorter = paths if len(one) > len(other) else paths[::-1]
        shell.say(b"FC: " + longer + b" longer than " + shorter)
        return False
    return not shown


def _lines(shell: Shell, datas: Sequence[bytes], paths: Sequence[bytes], way: _Way) -> Generator[Call, Answer, bool]:
    texts = [data.partition(b"\x1a")[0].splitlines() for data in datas]
    one, other = ([way.normal(line) for line in text] for text in texts)
    at = [0, 0]
    same = True
    while at[0] < len(one) or at[1] < len(other):
        if at[0] < len(one) and at[1] < len(other) and one[at[0]] == other[at[1]]:
            at = [at[0] + 1, at[1] + 1]
            continue
        same = False
        skip = _resynchronise(one[at[0] : at[0] + way.buffer], other[at[1] : at[1] + way.buffer], way.match)
        if skip is None and len(one) - at[0] <= way.buffer and len(other) - at[1] <= way.buffer:
            skip = (len(one) - at[0], len(other) - at[1])
        if skip is None:
            shell.say("Resync failed.  Files are too different")
            skip = (min(len(one) - at[0], way.buffer), min(len(other) - at[1], way.buffer))
            _show(shell, texts, paths, at, skip, way)
            return False
        _show(shell, texts, paths, at, skip, way)
        at = [at[0] + skip[0], at[1] + skip[1]]
        yield LOOK
    return same


def _resynchronise(one: Sequence[bytes], other: Sequence[bytes], match: int) -> tuple[int, int] | None:
    """How many lines of each are different, before ``match`` of them are the same again."""
    for total in range(1, len(one) + len(other)):
        for left in range(max(0, total - len(other) + 1), min(total, len(one) - 1) + 1):
            right = total - left
            run = one[left : left + match]
            if run and run == other[right : right + match] and len(run) == match:
                return left, right
    return None


def _show(
    shell: Shell, texts: Sequence[Sequence[bytes]], paths: Sequence[bytes], at: Sequence[int], skip: Sequence[int],
    way: _Way,
) -> None:  # fmt: skip
    """A set of differences, with the line before and the line behind."""
    for text, path, start, count in zip(texts, paths, at, skip, strict=True):
        shell.say(b"***** " + path)
        first = max(start - 1, 0)
        rows = list(enumerate(text[first : start + count + 1], first + 1))
        if way.short and len(rows) > 2:
            rows = [rows[0], (0, b"..."), rows[-1]]
        for number, line in rows:
            shell.say((b"%5d:  " % number if way.numbers and number else b"") + line)
    shell.say("*****\r\n")
