"""COMP: compares files byte by byte (MS-DOS 5 help, "COMP")."""

from __future__ import annotations

import re
from collections.abc import Generator
from typing import TYPE_CHECKING

from dosemu.shell.arguments import parse
from dosemu.shell.calls import LOOK, Answer, Call
from dosemu.shell.copying import Source
from dosemu.shell.registry import CommandError, external
from dosemu.shell.search import Pattern, entries, is_directory, pattern_of, renamed
from int21.errors import DosError

if TYPE_CHECKING:
    from dosemu.shell.arguments import Arguments
    from dosemu.shell.shell import Shell

_USAGE = """\
COMP [data1] [data2] [/D] [/A] [/L] [/N=number] [/C]

  data1      Specifies location and name(s) of the first file(s).
  data2      Specifies location and name(s) of the second file(s).
  /D         Displays differences as decimal numbers, not hexadecimal ones.
  /A         Displays differences in ASCII characters.
  /L         Displays line numbers for differences.
  /N=number  Compares only the first specified number of lines in each file.
  /C         Disregards the case of ASCII letters."""
_MOST_DIFFERENCES = 10
_LARGEST = 32 << 20


@external("COMP", files=True, help="Compares the contents of two files or sets of files.", usage=_USAGE)
def comp(shell: Shell, arguments: bytes) -> Generator[Call, Answer, int]:
    count = re.search(rb"/N\s*[:=]?\s*(\d+)", arguments, re.IGNORECASE)
    options = parse(re.sub(rb"(?i)/N\s*[:=]?\s*\d*", b" ", arguments), "DALC", words=(0, 2))
    lines = int(count.group(1)) if count else 0
    words: list[bytes | None] = [*options.words]
    asked = len(words) < 2
    result = 0
    while True:
        for number, question in enumerate((b"Name of first file to compare: ", b"Name of second file to compare: ")):
            if len(words) <= number:
                shell.write(question)
                words.append((yield from shell.read_line()))
        first, second = words
        if not first or not second:
            return result
        result = max(result, (yield from _compare_all(shell, first.strip(), second.strip(), options, lines)))
        if not asked:
            return result
        answer = yield from shell.ask(b"\r\nCompare more files (Y/N) ? ", b"YN")
        if answer == b"N":
            return result
        words = []


def _compare_all(
    shell: Shell, first: bytes, second: bytes, options: Arguments, lines: int
) -> Generator[Call, Answer, int]:
    try:
        one, other = pattern_of(shell.dos, first), pattern_of(shell.dos, second)
        found = [entry.name for entry in entries(shell.dos, one)]
    except DosError:
        found = []
    if not found:
        raise CommandError(b"Can't find/open file: " + first, 2)
    result = 0
    for name in found:
        left, right = one.path(name), _partner(other, name)
        shell.say(b"Comparing " + left + b" and " + right + b"...")
        datas = []
        for path in (left, right):
            data = yield from _read(shell, path)
            if data is None:
                shell.say(b"Can't find/open file: " + path)
                break
            datas.append(data)
        same = len(datas) == 2 and _compare(shell, datas[0], datas[1], options, lines)
        result |= not same
        yield LOOK
    return result


def _partner(pattern: Pattern, name: bytes) -> bytes:
    return pattern.path(renamed(name, pattern.name))


def _read(shell: Shell, path: bytes) -> Generator[Call, Answer, bytes | None]:
    try:
        place = shell.dos.drives.resolve(path)
        if is_directory(place):
            return None
        source = Source(shell, path)
    except DosError:
        return None
    try:
        return (yield from source.whole(_LARGEST))
    finally:
        source.close()


def _compare(shell: Shell, one: bytes, other: bytes, options: Arguments, lines: int) -> bool:
    if lines:
        one, other = (b"".join(data.splitlines(keepends=True)[:lines]) for data in (one, other))
    elif len(one) != len(other):
        shell.say("Files are different sizes")
        return False
    fold = "C" in options
    left_data, right_data = (data.upper() if fold else data for data in (one, other))
    differences = 0
    line = 1
    for at, (left, right) in enumerate(zip(left_data, right_data, strict=False)):
        if left != right:
            differences += 1
            if differences > _MOST_DIFFERENCES:
                shell.say(b"%d mismatches - ending compare" % _MOST_DIFFERENCES)
                return False
            where = b"LINE %d" % line if "L" in options else b"OFFSET %X" % at
            shell.say(b"Compare error at " + where)
            for number, code in enumerate((one[at], other[at]), 1):
                shell.say(b"file%d = " % number + _shown(code, options))
        line += one[at] == 0x0A
    if len(left_data) != len(right_data):
        shell.say("Files are different sizes")
        return False
    if not differences:
        shell.say("Files compare OK")
    return not differences


def _shown(code: int, options: Arguments) -> bytes:
    if "A" in options:
        return bytes((code,))
    return b"%d" % code if "D" in options else b"%X" % code
