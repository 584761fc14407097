from __future__ import annotations

import io
import struct

import pytest

from int21.ansi import AnsiConsole
from int21.host_stream import HostStream
from tests.covers import covers
from tests.int21.files_guest import BUFFER, close, created, error, opened, read, with_path, write
from tests.int21.machine import Guest
from tests.int21.test_ansi import FakeScreen


@pytest.mark.parametrize(
    ("path", "information"),
    [(b"con", 0x80D3), (b"nul", 0x80C4), (b"prn", 0xA0C0), (b"aux", 0x80C0), (b"clock$", 0x80C8)],
)
def test_information_about_devices(guest: Guest, path: bytes, information: int) -> None:
    assert guest.call(0x4400, bx=opened(guest, path)).dx == information


def test_information_about_files(guest: Guest) -> None:
    handle = created(guest, b"f")
    assert guest.call(0x4400, bx=handle).dx == 0x42
    write(guest, handle, b"x")
    assert guest.call(0x4400, bx=handle).dx == 0x02
    assert error(guest.call(0x4401, bx=handle, dx=0)) == 0x01
    assert error(guest.call(0x4400, bx=99)) == 0x06


def test_raw_mode_is_set_and_told(guest: Guest) -> None:
    assert error(guest.call(0x4401, bx=0, dx=0xF3)) is None
    assert guest.call(0x4400, bx=0).dl == 0xF3
    assert guest.call(0x4400, bx=1).dl == 0xF3  # handles 0, 1 and 2 are one opening
    assert error(guest.call(0x4401, bx=0, dx=0x1F3)) == 0x0D


def test_redirected_handles_look_like_files(guest: Guest) -> None:
    for handle in range(5):
        close(guest, handle)
    guest.dos.files.open_stdio(HostStream(io.BytesIO(b"input")), HostStream(sink=io.BytesIO()))
    assert guest.call(0x4400, bx=0).dl & 0x80 == 0
    assert guest.call(0x4400, bx=1).dl & 0x80 == 0
    assert guest.call(0x4400, bx=2).dl & 0x80 == 0x80
    assert read(guest, 0, 100) == b"input"


@covers("21h/4406h", "21h/4407h")
def test_input_status(guest: Guest) -> None:
    (guest.folder / "f").write_bytes(b"x")
    handle = opened(guest, b"f", 0)
    assert guest.call(0x4406, bx=handle).al == 0xFF
    read(guest, handle, 1)
    assert guest.call(0x4406, bx=handle).al == 0
    assert guest.call(0x4406, bx=0).al == 0
    guest.console.type(b"k")
    assert guest.call(0x4406, bx=0).al == 0xFF
    assert guest.call(0x4407, bx=1).al == 0xFF
    assert guest.call(0x4407, bx=handle).al == 0xFF


@covers("21h/4408h", "21h/4409h", "21h/440Ah", "21h/440Bh", "21h/440Eh", "21h/440Fh")
def test_drives(guest: Guest) -> None:
    assert guest.call(0x4408, bl=0).ax == 1
    assert guest.call(0x4409, bl=3).dx & 0x1000 == 0
    assert guest.call(0x440E, bl=3).al == 0
    assert guest.call(0x440F, bl=3).al == 0
    for function in (0x4408, 0x4409, 0x440D, 0x440E, 0x440F):
        assert error(guest.call(function, bl=9)) == 0x0F
    assert guest.call(0x440A, bx=1).dx & 0x8000 == 0
    assert error(guest.call(0x440B, cx=1, dx=3)) is None
    assert error(guest.call(0x440B, cx=1, dx=0)) == 0x01


@covers("21h/440Dh")
def test_drive_parameters_and_media_id(guest: Guest) -> None:
    block = {"ds": guest.scratch >> 4, "dx": BUFFER}
    assert error(guest.call(0x440D, bl=3, cx=0x0860, **block)) is None
    at = guest.scratch + BUFFER
    assert guest.memory.u8(at + 1) == 5
    assert guest.memory.u16(at + 7) == 512
    assert error(guest.call(0x440D, bl=3, cx=0x0866, **block)) is None
    assert guest.memory.read(at + 17, 8) == b"FAT16   "
    assert error(guest.call(0x440D, bl=3, cx=0x0861, **block)) == 0x01
    assert error(guest.call(0x440D, bl=3, cx=0x0160, **block)) == 0x01


@covers("21h/4402h", "21h/4403h")
@pytest.mark.parametrize("function", [0x02, 0x03, 0x04, 0x05, 0x0C, 0x10, 0x11, 0x55])
def test_what_is_not_there_fails(guest: Guest, function: int) -> None:
    assert error(guest.call(0x4400 | function, bx=0, cx=0)) == 0x01


def test_devices_are_found_in_any_directory_and_with_any_extension(guest: Guest) -> None:
    for path in (b"NUL", b"nul.txt", b"c:\\nul", b"\\dev\\nul", b"prn:", b"c:nul.x"):
        handle = opened(guest, path)
        assert guest.call(0x4400, bx=handle).dl & 0x80
        close(guest, handle)
    assert error(with_path(guest, 0x3D00, b"nowhere\\nul")) == 0x03
    assert [path.name for path in guest.folder.iterdir()] == ["MAIN.COM"]


@covers("21h/4404h", "21h/4405h")
def test_drives_take_no_control_data(guest: Guest) -> None:
    for ax in (0x4404, 0x4405):
        assert error(guest.call(ax, bx=3)) == 0x01
        assert error(guest.call(ax, bx=20)) == 0x0F


@covers("21h/6601h")
@covers("21h/440Ch")
def test_code_pages_of_the_console(guest: Guest) -> None:
    at = {"bx": 1, "ds": guest.scratch >> 4, "dx": 0}
    assert error(guest.call(0x440C, cx=0x036A, **at)) is None
    assert guest.memory.u32(guest.scratch) == 437 << 16 | 2
    guest.put(struct.pack("<2H", 2, 850))
    assert error(guest.call(0x440C, cx=0x034A, **at)) is None
    assert guest.call(0x6601).bx == 850
    guest.put(struct.pack("<2H", 2, 1234))
    assert error(guest.call(0x440C, cx=0x034A, **at)) == 0x02
    assert error(guest.call(0x440C, cx=0x036B, **at)) is None
    assert guest.memory.u16(guest.scratch + 4) == 437
    assert error(guest.call(0x440C, cx=0x056A, **at)) == 0x01, "the console is no printer"
    assert error(guest.call(0x440C, cx=0x037F, **at)) == 0x01, "without ANSI.SYS"


def test_the_display_as_ansi_sys_tells_it(guest: Guest) -> None:
    guest.dos.console = AnsiConsole(FakeScreen())
    assert error(guest.call(0x440C, bx=1, cx=0x037F, ds=guest.scratch >> 4, dx=0)) is None
    fields = struct.unpack("<BBHHBBHHHHH", guest.memory.read(guest.scratch, 18))
    assert (fields[2], fields[4], fields[-2:]) == (14, 1, (20, 5))


def test_retries_of_a_printer(guest: Guest) -> None:
    guest.put(b"\x07\x00")
    assert error(guest.call(0x440C, bx=4, cx=0x0545, ds=guest.scratch >> 4, dx=0)) is None
    assert error(guest.call(0x440C, bx=4, cx=0x0565, ds=guest.scratch >> 4, dx=0x10)) is None
    assert guest.memory.u16(guest.scratch + 0x10) == 7


@covers("21h/4410h", "21h/4411h")
def test_what_control_functions_there_are(guest: Guest) -> None:
    assert error(guest.call(0x4410, bx=1, cx=0x036A)) is None
    assert error(guest.call(0x4410, bx=1, cx=0x0399)) == 0x01
    assert error(guest.call(0x4411, bx=3, cx=0x0860)) is None
    assert error(guest.call(0x4411, bx=3, cx=0x0841)) == 0x01
    assert error(guest.call(0x4411, bx=20, cx=0x0860)) == 0x0F
