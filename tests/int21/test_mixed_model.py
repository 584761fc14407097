"""FCBs, handles and long names over one folder, mixed at random, against a table of its files and the host's folder."""

from __future__ import annotations

import fnmatch
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from int21.settings import DosSettings
from tests.int21.files_guest import (
    BUFFER,
    DTA,
    FCB,
    OTHER,
    close,
    created,
    error,
    find_all,
    found,
    opened,
    put_fcb,
    read,
    use_dta,
    with_path,
    write,
)
from tests.int21.machine import Guest

FOUND = 0x2000
SHORT = ("A.TXT", "B.DAT", "LONGNAME.C", "B", "READ_ME.TXT")
LONG = ("Read me first.text", "a.b.c", "Long Name.txt", "long name two.txt", "ABC.TXT", "b.dat")
PATTERNS = ("*.*", "*.T*", "?.*", "L*.*", "*.C", "B", "*A*.?XT")
HIDDEN = 0x02
PROGRAM = "MAIN.COM"  # stays, so that there always is a file


@dataclass(slots=True)
class File:
    """A file of the model, by its name on the host."""

    name: str
    content: bytes
    hidden: bool = False


def padded(alias: str) -> bytes:
    """An 8.3 name or pattern as an FCB has it; a star is question marks."""
    base, _, kind = alias.partition(".")
    parts = []
    for part, size in ((base, 8), (kind, 3)):
        before, star, _ = part.partition("*")
        parts.append(before.ljust(size, "?" if star else " ")[:size])
    return "".join(parts).encode()


def matches(pattern: str, alias: str) -> bool:
    return all(p in (ord("?"), a) for p, a in zip(padded(pattern), padded(alias), strict=True))


contents = st.binary(max_size=200)
pick = st.integers(0, 1000)


class MixedFunctions(RuleBasedStateMachine):
    """Whichever family of functions is used, all of them see the same files."""

    def __init__(self) -> None:
        super().__init__()
        self.root = Path(tempfile.mkdtemp())
        self.guest = Guest(self.root, settings=DosSettings(version=(7, 10), long_names=True))
        self.files: dict[str, File] = {}  # by 8.3 name
        self.files[PROGRAM] = File(PROGRAM, b"\x90")

    def teardown(self) -> None:
        self.guest.dos.close()
        shutil.rmtree(self.root)

    # What helps

    def named(self, name: str) -> str | None:
        """The 8.3 name of the file that has this name, long or short, in any case."""
        folded = name.casefold()
        return next((a for a, f in self.files.items() if folded in (a.casefold(), f.name.casefold())), None)

    def some(self, number: int) -> str:
        """An 8.3 name of a file that is there."""
        return sorted(self.files)[number % len(self.files)]

    def record_function(self, ax: int, registers: dict[str, int], count: int) -> int:
        """A block function on records of one byte, from the beginning; AL."""
        at = (registers["ds"] << 4) + registers["dx"]
        self.guest.memory.set_u16(at + 0x0E, 1)
        self.guest.memory.set_u32(at + 0x21, 0)
        use_dta(self.guest, BUFFER)
        return int(self.guest.call(ax, cx=count, **registers).al)

    def long_call(self, ax: int, path: str, **registers: int) -> int | None:
        return error(with_path(self.guest, ax, path.encode(), **registers))

    def second_path(self, path: str) -> dict[str, int]:
        segment, offset = self.guest.put(path.encode() + b"\0", OTHER)
        return {"es": segment, "di": offset}

    def added(self, alias: str, name: str, content: bytes) -> None:
        file = self.files.get(alias)
        if file is None:
            self.files[alias] = File(name, content)
        else:
            file.content, file.hidden = content, False

    # Making files

    @rule(name=st.sampled_from(SHORT), content=contents)
    def create_by_handle(self, name: str, content: bytes) -> None:
        handle = created(self.guest, name.encode())
        assert write(self.guest, handle, content).ax == len(content)
        close(self.guest, handle)
        alias = self.named(name) or name
        self.added(alias, name, content)

    @rule(name=st.sampled_from(SHORT), content=contents)
    def create_by_fcb(self, name: str, content: bytes) -> None:
        registers = put_fcb(self.guest, padded(name))
        assert self.guest.call(0x1600, **registers).al == 0
        self.guest.put(content, BUFFER)
        assert self.record_function(0x2800, registers, len(content)) == 0
        assert self.guest.call(0x1000, **registers).al == 0
        alias = self.named(name) or name
        self.added(alias, name, content)

    @rule(name=st.sampled_from(LONG), content=contents)
    def create_by_long_name(self, name: str, content: bytes) -> None:
        segment, offset = self.guest.put(name.encode() + b"\0")
        regs = self.guest.call(0x716C, bx=2, cx=0, dx=0x12, ds=segment, si=offset)
        alias = self.named(name)
        assert (error(regs), regs.cx) == (None, 3 if alias else 2)
        handle = int(regs.ax)
        assert write(self.guest, handle, content).ax == len(content)
        close(self.guest, handle)
        if alias is None:
            segment, offset = self.guest.put(name.encode() + b"\0")
            assert not self.guest.call(0x7160, cx=1, ds=segment, si=offset, es=segment, di=OTHER).cf
            alias = self.guest.memory.asciiz(self.guest.scratch + OTHER).decode().rpartition("\\")[2]
            assert alias not in self.files
        self.added(alias, name, content)

    # Reading, by a family that need not be the one that wrote

    @rule(number=pick)
    def read_by_handle(self, number: int) -> None:
        alias = self.some(number)
        handle = opened(self.guest, alias.encode(), 0)
        assert read(self.guest, handle, 300) == self.files[alias].content
        close(self.guest, handle)

    @rule(number=pick)
    def read_by_fcb(self, number: int) -> None:
        alias = self.some(number)
        registers = put_fcb(self.guest, padded(alias))
        assert self.guest.call(0x0F00, **registers).al == 0
        expected = self.files[alias].content
        assert self.guest.memory.u32((registers["ds"] << 4) + registers["dx"] + 0x10) == len(expected)
        assert self.record_function(0x2700, registers, 300) == 1
        assert self.guest.regs.cx == len(expected)
        assert self.guest.memory.read(self.guest.scratch + BUFFER, len(expected)) == expected
        assert self.guest.call(0x1000, **registers).al == 0

    @rule(number=pick)
    def read_by_long_name(self, number: int) -> None:
        file = self.files[self.some(number)]
        segment, offset = self.guest.put(file.name.swapcase().encode() + b"\0")
        regs = self.guest.call(0x716C, bx=0, cx=0, dx=1, ds=segment, si=offset)
        assert (error(regs), regs.cx) == (None, 1)
        handle = int(regs.ax)
        assert read(self.guest, handle, 300) == file.content
        close(self.guest, handle)

    # Deleting

    @rule(name=st.sampled_from(SHORT))
    def delete_by_path(self, name: str) -> None:
        alias = self.named(name)
        code = self.long_call(0x4100, name)
        # A long name that is spelt like this is no 8.3 name; its file has another.
        assert code == (None if name in self.files else 2), alias
        self.files.pop(name, None)

    @rule(pattern=st.sampled_from(("A.TXT", "B.*", "L*.*", "?.DAT")))
    def delete_by_fcb(self, pattern: str) -> None:
        doomed = [alias for alias, file in self.files.items() if matches(pattern, alias) and not file.hidden]
        assert self.guest.call(0x1300, **put_fcb(self.guest, padded(pattern))).al == (0 if doomed else 0xFF)
        for alias in doomed:
            del self.files[alias]

    @rule(name=st.sampled_from(LONG + SHORT))
    def delete_by_long_name(self, name: str) -> None:
        alias = self.named(name)
        assert self.long_call(0x7141, name, si=0) == (None if alias else 2)
        if alias:
            del self.files[alias]

    # Renaming

    @rule(number=pick, new=st.sampled_from(SHORT))
    def rename_by_path(self, number: int, new: str) -> None:
        old = self.some(number)
        if old in (new, PROGRAM):
            return
        code = self.long_call(0x5600, old, **self.second_path(new))
        assert code == (5 if new in self.files else None)
        if code is None:
            file = self.files.pop(old)
            file.name = new
            self.files[new] = file

    @rule(number=pick, new=st.sampled_from(SHORT))
    def rename_by_fcb(self, number: int, new: str) -> None:
        old = self.some(number)
        if old in (new, PROGRAM) or self.files[old].hidden:
            return
        registers = put_fcb(self.guest, padded(old))
        self.guest.memory.write(self.guest.scratch + FCB + 0x11, padded(new))
        assert self.guest.call(0x1700, **registers).al == (0xFF if new in self.files else 0)
        if new not in self.files:
            file = self.files.pop(old)
            file.name = new
            self.files[new] = file

    @rule(number=pick, new=st.sampled_from(LONG))
    def rename_by_long_name(self, number: int, new: str) -> None:
        old = self.some(number)
        there = self.named(new)
        if old in (there, PROGRAM):
            return
        code = self.long_call(0x7156, self.files[old].name, **self.second_path(new))
        assert code == (5 if there else None)
        if code is None:
            file = self.files.pop(old)
            file.name = new
            segment, offset = self.guest.put(new.encode() + b"\0")
            assert not self.guest.call(0x7160, cx=1, ds=segment, si=offset, es=segment, di=OTHER).cf
            self.files[self.guest.memory.asciiz(self.guest.scratch + OTHER).decode().rpartition("\\")[2]] = file

    @rule(number=pick, hidden=st.booleans(), long=st.booleans())
    def hide(self, number: int, hidden: bool, long: bool) -> None:
        alias = self.some(number)
        wanted = 0x20 | (HIDDEN if hidden else 0)
        if long:
            assert self.long_call(0x7143, self.files[alias].name, bx=1, cx=wanted) is None
        else:
            assert self.long_call(0x4301, alias, cx=wanted) is None
        self.files[alias].hidden = hidden

    # Searching

    def expected(self, pattern: str, attributes: int) -> list[str]:
        return sorted(
            alias
            for alias, file in self.files.items()
            if matches(pattern, alias) and (attributes & HIDDEN or not file.hidden)
        )

    def by_fcb(self, pattern: str, attributes: int) -> list[str]:
        use_dta(self.guest)
        registers = put_fcb(self.guest, padded(pattern), attributes=attributes)
        names = []
        status = self.guest.call(0x1100, **registers).al
        while status == 0:
            entry = bytes(self.guest.memory.read(self.guest.scratch + DTA + 8, 11))
            names.append(b".".join(part for part in (entry[:8].rstrip(), entry[8:].rstrip()) if part).decode())
            status = self.guest.call(0x1200, **registers).al
        return names

    @rule(pattern=st.sampled_from(PATTERNS), attributes=st.sampled_from((0, HIDDEN)))
    def both_old_searches_agree(self, pattern: str, attributes: int) -> None:
        by_handle = [name.decode() for name in find_all(self.guest, pattern.encode(), attributes)]
        assert by_handle == self.by_fcb(pattern, attributes)
        assert sorted(by_handle) == self.expected(pattern, attributes)

    @rule(pattern=st.sampled_from(("*", "*.t*", "l*", "*name*", "?*.d*")), attributes=st.sampled_from((0, HIDDEN)))
    def search_by_long_name(self, pattern: str, attributes: int) -> None:
        scratch, names = self.guest.scratch, {}
        place = {"es": scratch >> 4, "di": FOUND, "si": 1}
        regs = with_path(self.guest, 0x714E, pattern.encode(), cx=attributes, **place)
        handle, going_on = int(regs.ax), not regs.cf
        while going_on:
            long = self.guest.memory.asciiz(scratch + FOUND + 0x2C).decode()
            short = self.guest.memory.asciiz(scratch + FOUND + 0x130).decode()
            size = self.guest.memory.u32(scratch + FOUND + 0x20)
            assert long not in names
            names[long] = (short or long, size)
            going_on = not self.guest.call(0x714F, bx=handle, **place).cf
        fits: Callable[[str], bool] = lambda name: fnmatch.fnmatchcase(name.lower(), pattern)  # noqa: E731
        expected = {
            file.name: (alias, len(file.content))
            for alias, file in self.files.items()
            if (fits(file.name) or fits(alias)) and (attributes & HIDDEN or not file.hidden)
        }
        assert names == expected
        if names:
            assert self.guest.regs.ax == 0x12
            assert not self.guest.call(0x71A1, bx=handle).cf
        else:
            assert regs.ax == 2

    @precondition(lambda self: len(self.files) > 2)
    @rule(number=pick)
    def deleting_by_fcb_while_searching_by_handle(self, number: int) -> None:
        visible = {alias for alias, file in self.files.items() if not file.hidden}
        use_dta(self.guest)
        seen = []
        regs = with_path(self.guest, 0x4E00, b"*.*", cx=0)
        while not regs.cf:
            name = found(self.guest)[0].decode()
            seen.append(name)
            if len(seen) == 1 + number % 3 and name != PROGRAM:
                assert self.guest.call(0x1300, **put_fcb(self.guest, padded(name))).al == 0
                del self.files[name]
            regs = self.guest.call(0x4F00)
        assert sorted(seen) == sorted(visible)

    @invariant()
    def the_folder_of_the_host_is_the_same(self) -> None:
        there = {path.name: path.read_bytes() for path in self.root.iterdir()}
        assert there == {file.name: file.content for file in self.files.values()}


MixedFunctions.TestCase.settings = settings(
    max_examples=40, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck)
)
TestMixedFunctions = MixedFunctions.TestCase
