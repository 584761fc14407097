"""INT 24h: who is asked, what the handler sees, and what its answers do."""

from __future__ import annotations

import pytest

from int21 import frame, layout, vectors
from int21.devices.device import Device
from int21.drives import Drives
from int21.errors import DosError, ErrorCode
from int21.host_folder import HostFolder
from int21.service import CallGuest
from tests.covers import covers
from tests.fakes import FakeRegisters
from tests.int21.files_guest import created, error, opened, put_fcb, real_error, with_path, write
from tests.int21.machine import Guest

HANDLER = (0x2345, 0x10)
IGNORE, RETRY, ABORT, FAIL = range(4)


@pytest.fixture
def hooked(guest: Guest) -> Guest:
    """A program with a critical error handler of its own."""
    vectors.put(guest.memory, 0x24, HANDLER)
    guest.regs.ss, guest.regs.sp = guest.scratch >> 4, 0x3000
    return guest


def protect(guest: Guest) -> None:
    drive = guest.dos.drives.get("C")
    assert isinstance(drive, HostFolder)
    drive.read_only = True


def asked(guest: Guest, ax: int, path: bytes) -> tuple[CallGuest, FakeRegisters]:
    """A call that ends in INT 24h, and the registers with which the handler begins."""
    with pytest.raises(CallGuest) as raised:
        with_path(guest, ax, path, cx=0)
    call = raised.value
    assert call.vector == 0x24
    assert call.setup is not None
    at = FakeRegisters(ss=guest.regs.ss, sp=guest.regs.sp)
    call.setup(at)
    return call, at


def answer(guest: Guest, call: CallGuest, al: int) -> FakeRegisters:
    call.then(guest.regs, {"ax": al, "sp": guest.regs.sp, "flags": 0})
    return guest.regs


def test_the_handler_sees_the_drive_and_the_error(hooked: Guest) -> None:
    protect(hooked)
    _, at = asked(hooked, 0x3900, b"C:\\NEW")
    assert at.al == 2
    assert at.ah & 0x3F == 0x1D, "writing, directory, fail and retry are allowed"
    assert at.di == 0, "write protected"
    assert (at.bp, at.si) == layout.far_pointer(layout.device_header(b""))
    assert hooked.dos.data.critical_error == 1
    assert hooked.dos.data.in_dos == 0


def test_the_callers_registers_are_below_the_handlers_frame(hooked: Guest) -> None:
    protect(hooked)
    hooked.regs.bp = 0xBEEF
    _, at = asked(hooked, 0x3900, b"NEW")
    kept = frame.read(hooked.memory, (at.ss, at.sp))
    assert (kept["ax"], kept["bp"]) == (0x3900, 0xBEEF)


@covers("21h/59h")
def test_fail_ends_the_function(hooked: Guest) -> None:
    protect(hooked)
    call, _ = asked(hooked, 0x3900, b"NEW")
    assert real_error(hooked, answer(hooked, call, FAIL)) == (0x05, 0x53)
    assert hooked.dos.data.critical_error == 0


def test_retry_runs_the_function_again(hooked: Guest) -> None:
    protect(hooked)
    call, _ = asked(hooked, 0x3900, b"NEW")
    drive = hooked.dos.drives.get("C")
    assert isinstance(drive, HostFolder)
    drive.read_only = False
    assert error(answer(hooked, call, RETRY)) is None
    assert (hooked.folder / "NEW").is_dir()


def test_retry_asks_again_when_it_failed_again(hooked: Guest) -> None:
    protect(hooked)
    call, _ = asked(hooked, 0x3900, b"NEW")
    with pytest.raises(CallGuest):
        answer(hooked, call, RETRY)


def test_ignoring_is_not_allowed_for_directories(hooked: Guest) -> None:
    protect(hooked)
    call, _ = asked(hooked, 0x3900, b"NEW")
    assert real_error(hooked, answer(hooked, call, IGNORE)) == (0x05, 0x53)


@covers("21h/39h")
def test_abort_ends_the_program(hooked: Guest) -> None:
    protect(hooked)
    call, _ = asked(hooked, 0x3900, b"NEW")
    answer(hooked, call, ABORT)
    assert hooked.dos.terminated
    assert hooked.dos.data.return_code == 0x0200


def test_without_a_handler_the_function_fails(guest: Guest) -> None:
    protect(guest)
    assert real_error(guest, with_path(guest, 0x3900, b"NEW")) == (0x05, 0x13)


def test_no_error_is_asked_about_inside_the_handler(hooked: Guest) -> None:
    protect(hooked)
    asked(hooked, 0x3900, b"NEW")
    assert error(with_path(hooked, 0x3900, b"NEW")) == 0x05


@covers("21h/3Dh")
def test_a_failing_device_has_bit_7_and_its_own_header(hooked: Guest, monkeypatch: pytest.MonkeyPatch) -> None:
    def jam(device: Device, data: bytes, raw: bool) -> int:
        raise DosError(ErrorCode.OUT_OF_PAPER)

    monkeypatch.setattr("int21.devices.printer.Printer.write", jam)
    handle = opened(hooked, b"LPT1")
    with pytest.raises(CallGuest) as raised:
        write(hooked, handle, b"text")
    at = FakeRegisters()
    assert raised.value.setup is not None
    raised.value.setup(at)
    assert at.ah & 0x81 == 0x81
    assert at.di == 0x09
    assert (at.bp, at.si) == layout.far_pointer(layout.device_header(b"LPT1"))
    assert answer(hooked, raised.value, IGNORE).ax == 4, "as if it were printed"
    assert not hooked.regs.cf


def test_sharing_violations_are_asked_about_in_compatibility_mode_only(hooked: Guest) -> None:
    (hooked.folder / "F").write_bytes(b"x")
    opened(hooked, b"F", 0x12)
    assert real_error(hooked, with_path(hooked, 0x3D42, b"F")) == (0x05, 0x20)
    _, at = asked(hooked, 0x3D02, b"F")
    assert at.di == 0x0D


@covers("21h/16h")
def test_fcb_functions_give_ff(hooked: Guest) -> None:
    protect(hooked)
    with pytest.raises(CallGuest) as raised:
        hooked.call(0x1600, **put_fcb(hooked, b"NEW     TXT"))
    assert answer(hooked, raised.value, FAIL).al == 0xFF
    assert hooked.call(0x5900, bx=0).ax == 0x53


@covers("21h/36h", "21h/32h")
def test_a_drive_that_is_not_ready(hooked: Guest, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(drives: Drives, number: int) -> HostFolder:
        raise DosError(ErrorCode.DRIVE_NOT_READY)

    monkeypatch.setattr(Drives, "at", missing)
    for ax, register, failed in ((0x3600, "ax", 0xFFFF), (0x3200, "al", 0xFF), (0x1C00, "al", 0xFF)):
        with pytest.raises(CallGuest) as raised:
            hooked.call(ax, dx=1)
        assert raised.value.setup is not None
        at = FakeRegisters()
        raised.value.setup(at)
        assert (at.al, at.di) == (0, 2)
        assert getattr(answer(hooked, raised.value, FAIL), register) == failed


def test_handles_of_files_tell_their_drive(hooked: Guest, monkeypatch: pytest.MonkeyPatch) -> None:
    handle = created(hooked, b"C:F")
    hooked.dos.drives.touched = 0

    def broken(table: object, index: int, data: bytes) -> int:
        raise DosError(ErrorCode.WRITE_FAULT)

    monkeypatch.setattr("int21.sft.SystemFileTable.write", broken)
    with pytest.raises(CallGuest) as raised:
        write(hooked, handle, b"x")
    at = FakeRegisters()
    assert raised.value.setup is not None
    raised.value.setup(at)
    assert (at.ah, at.al, at.di) == (0x3F, 2, 0x0A)
