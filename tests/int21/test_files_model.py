"""Random sequences of file functions against a plain model and the folder of the host."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, multiple, rule

from tests.int21.files_guest import (
    BUFFER,
    OTHER,
    close,
    error,
    find_all,
    read,
    seek,
    with_path,
    write,
)
from tests.int21.machine import Guest

FOLDERS = ("", "SUB", "SUB\\DEEP")
HANDLES = 15  # of a program's 20, five are the standard devices
NAMES = ("A.TXT", "B.DAT", "LONGNAME.C")


@dataclass(slots=True)
class Opened:
    """An open file of the model; handles made by 45h share it."""

    path: str
    content: bytearray
    position: int = 0
    users: int = 1


def join(folder: str, name: str) -> str:
    return f"{folder}\\{name}" if folder else name


paths = st.builds(join, st.sampled_from(FOLDERS), st.sampled_from(NAMES))
folders = st.sampled_from(FOLDERS[1:])


class FileFunctions(RuleBasedStateMachine):
    """What a program sees of files is what a table of their bytes would say."""

    handles = Bundle("handles")

    def __init__(self) -> None:
        super().__init__()
        self.root = Path(tempfile.mkdtemp())
        self.guest = Guest(self.root)
        self.files: dict[str, bytearray] = {"MAIN.COM": bytearray(b"\x90")}
        self.folders = {""}
        self.open: dict[int, Opened] = {}

    def teardown(self) -> None:
        self.guest.dos.close()
        shutil.rmtree(self.root)

    def parent(self, path: str) -> str:
        return path.rpartition("\\")[0]

    def in_use(self, path: str) -> bool:
        return any(opened.path == path for opened in self.open.values())

    def call(self, ax: int, path: str, **registers: int) -> int | None:
        return error(with_path(self.guest, ax, path.encode(), **registers))

    # Directories

    @rule(path=folders)
    def make_directory(self, path: str) -> None:
        code = self.call(0x3900, path)
        if path in self.folders:
            assert code == 5
        elif self.parent(path) not in self.folders:
            assert code == 3
        else:
            assert code is None
            self.folders.add(path)

    @rule(path=folders)
    def remove_directory(self, path: str) -> None:
        code = self.call(0x3A00, path)
        inside = [name for name in [*self.files, *self.folders] if name.startswith(path + "\\")]
        if path not in self.folders:
            assert code == 3
        elif inside:
            assert code == 5
        else:
            assert code is None
            self.folders.discard(path)

    # Files by name

    @rule(target=handles, path=paths)
    def create(self, path: str) -> object:
        code = self.call(0x3C00, path, cx=0)
        if code == 4:
            assert len(self.open) == HANDLES
            return multiple()
        if self.parent(path) not in self.folders:
            assert code == 3
            return multiple()
        assert code is None
        # The same bytes for all that have it open.
        content = self.files.setdefault(path, bytearray())
        content.clear()
        handle = self.guest.regs.ax
        self.open[handle] = Opened(path, content)
        return handle

    @rule(target=handles, path=paths)
    def open_file(self, path: str) -> object:
        code = self.call(0x3D02, path)
        if code == 4:
            assert len(self.open) == HANDLES
            return multiple()
        if self.parent(path) not in self.folders:
            assert code == 3
            return multiple()
        if path not in self.files:
            assert code == 2
            return multiple()
        handle = self.guest.regs.ax
        self.open[handle] = Opened(path, self.files[path])
        return handle

    @rule(path=paths)
    def delete(self, path: str) -> None:
        if self.in_use(path):
            return
        code = self.call(0x4100, path)
        if self.parent(path) not in self.folders:
            assert code == 3
        elif path not in self.files:
            assert code == 2
        else:
            assert code is None
            del self.files[path]

    @rule(old=paths, new=paths)
    def rename(self, old: str, new: str) -> None:
        if self.in_use(old) or old == new:
            return
        segment, offset = self.guest.put(new.encode() + b"\0", OTHER)
        code = self.call(0x5600, old, es=segment, di=offset)
        if not {self.parent(old), self.parent(new)} <= self.folders:
            assert code in (2, 3), "which of the two is looked at first is DOS's business"
        elif old not in self.files:
            assert code == 2
        elif new in self.files:
            assert code == 5
        else:
            assert code is None
            self.files[new] = self.files.pop(old)

    # Files by handle

    @rule(handle=handles, data=st.binary(max_size=300))
    def write(self, handle: int, data: bytes) -> None:
        opened = self.open[handle]
        assert write(self.guest, handle, data).ax == len(data)
        content, at = opened.content, opened.position
        if len(content) < at:
            content.extend(bytes(at - len(content)))
        if not data:
            del content[at:]
        content[at : at + len(data)] = data
        opened.position += len(data)

    @rule(handle=handles, count=st.integers(0, 500))
    def read(self, handle: int, count: int) -> None:
        opened = self.open[handle]
        expected = bytes(opened.content[opened.position : opened.position + count])
        assert read(self.guest, handle, count) == expected
        opened.position += len(expected)

    @rule(handle=handles, offset=st.integers(0, 2000), origin=st.sampled_from([0, 2]))
    def seek(self, handle: int, offset: int, origin: int) -> None:
        opened = self.open[handle]
        opened.position = offset + (len(opened.content) if origin else 0)
        assert seek(self.guest, handle, offset, origin) == opened.position

    @rule(target=handles, handle=handles)
    def duplicate(self, handle: int) -> object:
        regs = self.guest.call(0x4500, bx=handle)
        if regs.cf:
            assert (regs.ax, len(self.open)) == (4, HANDLES)
            return multiple()
        self.open[regs.ax] = self.open[handle]
        return int(regs.ax)

    @rule(handle=consumes(handles))
    def close(self, handle: int) -> None:
        assert error(close(self.guest, handle)) is None
        del self.open[handle]
        assert error(self.guest.call(0x3F00, bx=handle, cx=1, ds=self.guest.scratch >> 4, dx=BUFFER)) == 6

    # What is there

    @rule(folder=st.sampled_from(FOLDERS))
    def find(self, folder: str) -> None:
        if folder not in self.folders:
            return
        expected = {
            path.rpartition("\\")[2] for path in [*self.files, *self.folders] if path and self.parent(path) == folder
        }
        found = {name.decode() for name in find_all(self.guest, join(folder, "*.*").encode(), 0x10)}
        assert found - {".", ".."} == expected

    @invariant()
    def the_folder_of_the_host_is_the_same(self) -> None:
        there = {path.relative_to(self.root): path for path in self.root.rglob("*")}
        files = {str(name).replace("/", "\\"): path.read_bytes() for name, path in there.items() if path.is_file()}
        assert files == {name: bytes(content) for name, content in self.files.items()}
        folders = {str(name).replace("/", "\\") for name, path in there.items() if path.is_dir()}
        assert folders == self.folders - {""}


FileFunctions.TestCase.settings = settings(
    max_examples=50, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck)
)
TestFileFunctions = FileFunctions.TestCase
