"""What programs see on a disk is the same on a folder of the host and on an image.

The cases are those that dosemu2 looks at in both of its kinds of drives (its test list: FCB find, rename and delete,
find first, seek, attributes, sharing and locks), as MS-DOS 6.22 answers them.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from int21.drive import Drive
from int21.fat.drive import open_image
from int21.host_folder import HostFolder
from int21.service import CallGuest
from tests.covers import covers
from tests.int21.fat import images
from tests.int21.files_guest import (
    DTA,
    OTHER,
    close,
    created,
    error,
    find_all,
    found,
    opened,
    put_fcb,
    read,
    real_error,
    seek,
    use_dta,
    with_path,
    write,
)  # fmt: skip
from tests.int21.machine import Guest

OLD, NEW = b"FOO34567OLD", b"BAR12345NEW"
OLD_PATH, NEW_PATH = b"foo34567.old", b"bar12345.new"


@pytest.fixture(params=["folder", "image"])
def guest(tmp_path: Path, request: pytest.FixtureRequest) -> Guest:
    """A program whose current drive is D:, a folder or an image."""
    (tmp_path / "c").mkdir()
    guest = Guest(tmp_path / "c")
    drive: Drive
    if request.param == "folder":
        (tmp_path / "d").mkdir()
        drive = HostFolder(tmp_path / "d")
    else:
        drive = open_image(str(images.make(tmp_path / "d.img", 1440)))[0]
    guest.dos.drives.mount("D", drive)
    guest.call(0x0E00, dl=3)
    return guest


def make(guest: Guest, *names: bytes) -> None:
    for name in names:
        close(guest, created(guest, name))


def there(guest: Guest) -> set[bytes]:
    return set(find_all(guest, b"*.*"))


def by_fcb(guest: Guest, ax: int, name: bytes, new: bytes = b"") -> int:
    """AL of a function that takes an FCB."""
    registers = put_fcb(guest, name)
    if new:
        guest.memory.write((registers["ds"] << 4) + registers["dx"] + 0x11, new)
    return int(guest.call(ax, **registers).al)


# Searching


@covers("21h/4Eh")
@pytest.mark.parametrize(
    ("pattern", "attributes", "expected"),
    [
        (b"\\fileexst.ext", 0, b"FILEEXST.EXT"),
        (b"\\fileexst.ext\\somefile.ext", 0, 0x03),
        (b"\\fileexst.ext\\*.*", 0, 0x03),
        (b"\\fileexst.ext\\", 0, 0x03),
        (b"\\notfname.ext", 0, 0x12),
        (b"\\????????.??x", 0, 0x12),
        (b"\\notdir\\????????.???", 0, 0x03),
        (b"\\notdir\\plainfil.txt", 0, 0x03),
        (b"\\direxist", 0, 0x12),
        (b"\\direxis2", 0, 0x12),
        (b"\\direxis2\\fileexst.ext", 0x10, b"FILEEXST.EXT"),
        (b"\\direxis2", 0x10, b"DIREXIS2"),
        (b"\\direxis2\\", 0x10, 0x03),
        (b"\\d?rexis?", 0x10, b"DIREXIST"),
        (b"\\dirnotex", 0x10, 0x12),
        (b"\\dirnotex\\wi??card.???", 0x10, 0x03),
        (b"\\", 0x10, 0x12),
        (b".", 0x10, b"SUB"),
        (b"..", 0x10, b"DIREXIS2"),
        (b"..\\..", 0x10, 0x12),
        (b"..\\..\\..", 0x10, 0x03),
        (b"\\direxis2\\.", 0x10, b"DIREXIS2"),
        (b".", 0x00, 0x12),
        (b"*.", 0x10, b"."),
        (b"", 0x10, 0x03),
    ],
)
def test_find_first(guest: Guest, pattern: bytes, attributes: int, expected: bytes | int) -> None:
    make(guest, b"fileexst.ext")
    for folder in (b"direxist", b"direxis2", b"direxis2\\sub"):
        assert error(with_path(guest, 0x3900, folder)) is None
    make(guest, b"direxis2\\fileexst.ext")
    with_path(guest, 0x3B00, b"\\direxis2\\sub")
    use_dta(guest)
    regs = with_path(guest, 0x4E00, pattern, cx=attributes)
    if isinstance(expected, int):
        assert real_error(guest, regs) == (expected, expected)
    else:
        assert not regs.cf
        name = found(guest)[0]
        assert name == expected or (pattern == b"\\d?rexis?" and name == b"DIREXIS2"), "in the order of the disk"


@covers("21h/4Fh", "21h/1Ah", "21h/2Fh")
def test_a_search_goes_on_after_one_for_a_plain_name_elsewhere(guest: Guest) -> None:
    make(guest, b"abc001.txt", b"abc002.txt", b"xbc007.txt")
    use_dta(guest)
    assert not with_path(guest, 0x4E00, b"a*.txt", cx=0).cf
    first = found(guest)[0]
    use_dta(guest, OTHER)
    assert not with_path(guest, 0x4E00, b"xbc007.txt", cx=0).cf
    use_dta(guest)
    assert not guest.call(0x4F00).cf
    assert {first, found(guest)[0]} == {b"ABC001.TXT", b"ABC002.TXT"}
    assert guest.call(0x4F00).ax == 0x12


@covers("21h/11h", "21h/12h")
@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        (b"ONE     IN ", [b"ONE     IN "]),
        (b"MISSING IN ", []),
        (b"????????IN ", [b"ONE     IN ", b"THREE   IN ", b"TWO     IN "]),
        (b"T???????IN ", [b"THREE   IN ", b"TWO     IN "]),
        (b"????????C??", [b"NONE    CTL"]),
    ],
)
def test_searches_by_fcb(guest: Guest, pattern: bytes, expected: list[bytes]) -> None:
    make(guest, b"one.in", b"two.in", b"three.in", b"none.ctl")
    use_dta(guest)
    names = []
    registers = put_fcb(guest, pattern)
    status = guest.call(0x1100, **registers).al
    while status == 0:
        names.append(bytes(guest.memory.read(guest.scratch + DTA + 1, 11)))
        status = guest.call(0x1200, **registers).al
    assert status == 0xFF
    assert guest.call(0x5900, bx=0).ax == 0x12
    assert sorted(names) == expected


# Renaming and deleting by FCB


@covers("21h/17h")
@pytest.mark.parametrize(
    ("files", "old", "new", "expected"),
    [
        (["testa.bat"], b"TESTA   BAT", b"TESTB   BAL", {b"TESTB.BAL"}),
        ([], b"TESTA   BAT", b"TESTB   BAL", None),
        (["testa.bat", "testb.bal"], b"TESTA   BAT", b"TESTB   BAL", None),
        (["one.in", "three.in", "none.ctl"], b"????????IN ", b"????????OUT", {b"ONE.OUT", b"THREE.OUT", b"NONE.CTL"}),
        (["aone.in", "atwo.in", "xnone.ctl"], b"A??????????", b"B???????OUT", {b"BONE.OUT", b"BTWO.OUT", b"XNONE.CTL"}),
        (["abc001.txt", "abc010.txt", "xbc007.txt"], b"ABC0??  ???", b"???6???????",
         {b"ABC601.TXT", b"ABC610.TXT", b"XBC007.TXT"}),
        (["abc001.htm", "abc002.htm", "xbc007.htm"], b"ABC?????HTM", b"?????????? ",
         {b"ABC001.HT", b"ABC002.HT", b"XBC007.HTM"}),
    ],
)  # fmt: skip
def test_renaming_by_fcb(guest: Guest, files: list[str], old: bytes, new: bytes, expected: set[bytes] | None) -> None:
    make(guest, *(name.encode() for name in files))
    before = there(guest)
    assert by_fcb(guest, 0x1700, old, new) == (0xFF if expected is None else 0)
    assert there(guest) == (before if expected is None else expected)


@covers("21h/13h")
@pytest.mark.parametrize(
    ("pattern", "left"),
    [
        (b"ONE     IN ", {b"TWO.IN", b"THREE.IN", b"NONE.CTL"}),
        (b"FOUR    IN ", None),
        (b"????????IN ", {b"NONE.CTL"}),
        (b"T??????????", {b"ONE.IN", b"NONE.CTL"}),
        (b"???     IN ", {b"THREE.IN", b"NONE.CTL"}),
        (b"???????????", set()),
    ],
)
def test_deleting_by_fcb(guest: Guest, pattern: bytes, left: set[bytes] | None) -> None:
    make(guest, b"one.in", b"two.in", b"three.in", b"none.ctl")
    before = there(guest)
    assert by_fcb(guest, 0x1300, pattern) == (0xFF if left is None else 0)
    assert there(guest) == (before if left is None else left)


# Handles


@covers("21h/42h")
@pytest.mark.parametrize(
    ("origin", "offset", "expected"),
    [
        (0, 0x1234, 0x1234), (1, 16, 26), (1, -10, 0), (2, 0, 100), (2, -10, 90), (2, 0x10000, 0x10064),
        (2, -0x20000, 0xFFFE0064), (1, -11, 0xFFFFFFFF), (0, 0x80000000, 0x80000000),
    ],
)  # fmt: skip
def test_seeking_wraps_at_32_bits(guest: Guest, origin: int, offset: int, expected: int) -> None:
    handle = created(guest, b"f")
    write(guest, handle, bytes(100))
    seek(guest, handle, 10)
    assert seek(guest, handle, offset, origin) == expected
    assert seek(guest, handle, 0, 1) == expected
    assert read(guest, handle, 10) == bytes(10 if 0 <= expected <= 90 else 0)


@covers("21h/4301h")
@pytest.mark.parametrize("attribute", [0x01, 0x02, 0x04, 0x20])
def test_each_attribute_can_be_set(guest: Guest, attribute: int) -> None:
    close(guest, created(guest, b"foo.dat"))
    before = with_path(guest, 0x4300, b"foo.dat").cx
    assert before == 0x20
    assert not with_path(guest, 0x4301, b"foo.dat", cx=before | attribute).cf
    assert with_path(guest, 0x4300, b"foo.dat").cx == before | attribute


@covers("21h/13h", "21h/16h", "21h/10h", "21h/69h")
def test_a_label_is_made_changed_and_removed_by_extended_fcbs(guest: Guest) -> None:
    make(guest, b"sentinel")
    assert error(with_path(guest, 0x3900, b"postdir")) is None

    def labels(ax: int, name: bytes) -> int:
        return int(guest.call(ax, **put_fcb(guest, name, attributes=0x08)).al)

    def label() -> bytes:
        at = guest.scratch + OTHER
        assert not guest.call(0x6900, bx=0, ds=guest.scratch >> 4, dx=OTHER).cf
        return bytes(guest.memory.read(at + 6, 11))

    labels(0x1300, b"???????????")
    assert label() == b"NO NAME    "
    assert labels(0x1600, b"SENTINEL   ") == 0
    assert labels(0x1000, b"SENTINEL   ") == 0
    assert label() == b"SENTINEL   "
    assert labels(0x1600, b"SECOND     ") == 0xFF, "there is one already"
    use_dta(guest)
    assert not with_path(guest, 0x4E00, b"\\*.*", cx=0x08).cf
    assert found(guest)[:2] == (b"SENTINEL", 0x08)
    assert there(guest) == {b"SENTINEL"}
    assert labels(0x1300, b"SENTINEL   ") == 0
    assert label() == b"NO NAME    "
    assert there(guest) == {b"SENTINEL"}


# Sharing


@covers("21h/41h", "21h/56h", "21h/4301h", "21h/13h", "21h/17h")
@pytest.mark.parametrize("act", ["delete", "delete by FCB", "rename", "rename by FCB", "attributes"])
@pytest.mark.parametrize("access", [0, 1, 2])
@pytest.mark.parametrize("share", [0, 1, 2, 3, 4])
def test_a_file_open_under_a_sharing_mode_cannot_be_changed_by_name(
    guest: Guest, act: str, access: int, share: int
) -> None:
    make(guest, OLD_PATH)
    opened(guest, OLD_PATH, share << 4 | access)
    segment, offset = guest.put(NEW_PATH + b"\0", OTHER)
    match act:
        case "delete":
            failed = with_path(guest, 0x4100, OLD_PATH).cf
        case "delete by FCB":
            failed = by_fcb(guest, 0x1300, OLD) == 0xFF
        case "rename":
            failed = with_path(guest, 0x5600, OLD_PATH, es=segment, di=offset).cf
        case "rename by FCB":
            failed = by_fcb(guest, 0x1700, OLD, NEW) == 0xFF
        case _:
            failed = with_path(guest, 0x4301, OLD_PATH, cx=0x22).cf
    assert failed == (share != 0)
    if failed:
        assert guest.call(0x5900, bx=0).ax == 0x20
        assert there(guest) == {OLD_PATH.upper()}


@covers("21h/5Ch")
def test_two_handles_and_their_locks(guest: Guest) -> None:
    def lock(handle: int, start: int, size: int, function: int = 0x5C00) -> int | None:
        return error(guest.call(function, bx=handle, cx=0, dx=start, si=0, di=size))

    handle = created(guest, b"foo.dat")
    write(guest, handle, b"0123456789abcdefghij")
    close(guest, handle)
    one, two = opened(guest, b"foo.dat", 0x40), opened(guest, b"foo.dat", 0x40)
    assert lock(one, 5, 3) is None
    assert lock(one, 5, 3) == 0x21, "not twice by one handle either"
    assert lock(two, 5, 3) == 0x21
    assert (lock(two, 8, 3), lock(two, 14, 3)) == (None, None), "beside it, and elsewhere"

    def readable(handle: int, start: int, size: int) -> bytes | None:
        seek(guest, handle, start)
        regs = guest.call(0x3F00, bx=handle, cx=size, ds=guest.scratch >> 4, dx=0x1000)
        if regs.cf:
            assert real_error(guest, regs) == (0x05, 0x21)
            return None
        return bytes(guest.memory.read(guest.scratch + 0x1000, regs.ax))

    assert [readable(two, *region) for region in ((5, 3), (6, 1), (0, 20), (4, 2))] == [None] * 4
    assert (readable(two, 0, 5), readable(two, 8, 12)) == (b"01234", b"89abcdefghij"), "its own locks do not matter"
    assert (readable(one, 5, 3), readable(one, 8, 1)) == (b"567", None)
    assert lock(one, 5, 2, 0x5C01) == 0x21, "as it was locked, or not at all"
    assert lock(one, 5, 3, 0x5C01) is None
    assert readable(two, 0, 20) == b"0123456789abcdefghij"


@covers("21h/5Ch")
def test_locked_regions_are_not_written(guest: Guest) -> None:
    handle = created(guest, b"foo.dat")
    write(guest, handle, b"0123456789abc")
    close(guest, handle)
    one, two = opened(guest, b"foo.dat", 0x40), opened(guest, b"foo.dat", 0x42)
    assert not guest.call(0x5C00, bx=one, cx=0, dx=5, si=0, di=3).cf
    assert write(guest, two, b"Hello").ax == 5
    assert real_error(guest, write(guest, two, b"(-)")) == (0x05, 0x21)
    seek(guest, two, 8)
    assert write(guest, two, b"There").ax == 5
    guest.call(0x5C01, bx=one, cx=0, dx=5, si=0, di=3)
    assert read(guest, one, 80) == b"Hello567There"


@covers("21h/5Ch")
def test_a_lock_in_compatibility_mode_asks_int_24h(guest: Guest) -> None:
    handle = created(guest, b"foo.dat")
    write(guest, handle, b"0123456789abc")
    other = guest.call(0x3D02, **dict(zip(("ds", "dx"), guest.put(b"foo.dat\0"), strict=True))).ax
    assert not guest.call(0x5C00, bx=handle, cx=0, dx=5, si=0, di=3).cf
    guest.memory.set_u32(0x24 * 4, 0x12345678)
    with pytest.raises(CallGuest):
        guest.call(0x3F00, bx=other, cx=20, ds=guest.scratch >> 4, dx=0x1000)
