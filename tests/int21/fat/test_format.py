"""Making the file system of an image empty: each kind of it, and damaged ones."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from int21.errors import DosError
from int21.fat.drive import open_image
from int21.fat.format import format_volume
from tests.int21.fat import images

SERIAL = 0xCAFE1234


@pytest.mark.parametrize(
    ("kb", "bits", "options"),
    [(160, 12, []), (1440, 12, []), (2880, 12, []), (20_000, 16, ["-s", "2"]), (40_000, 32, ["-s", "1"])],
)
def test_a_formatted_volume_is_empty_and_sound(tmp_path: Path, kb: int, bits: int, options: list[str]) -> None:
    image = images.make(tmp_path / "x.img", kb, bits, "OLD", *options)
    images.put(image, "OLD.TXT", b"what was there" * 999)
    (drive,) = open_image(str(image))
    assert list(format_volume(drive, SERIAL, erase=True))[-1] == 100
    assert (list(drive.names(())), drive.label, drive.serial) == ([], b"", SERIAL)
    assert drive.volume.free == drive.volume.clusters - (bits == 32)
    drive.close()
    images.check(image)
    assert b"what was there" not in image.read_bytes()
    images.put(image, "NEW.TXT", b"new")
    assert images.get(image, "NEW.TXT") == b"new"


def test_of_a_partition_only_its_own_sectors_change(tmp_path: Path) -> None:
    parts = [images.make(tmp_path / f"{n}.img", 8000, 12, f"P{n}", "-s", "8", "-h", "63") for n in range(2)]
    disk = images.partitioned(tmp_path / "disk.img", parts)
    before = disk.read_bytes()
    first, second = open_image(str(disk))
    list(format_volume(first, SERIAL, erase=False))
    start, count = first.sectors.start * 512, first.sectors.count * 512
    second.close()
    first.close()
    after = disk.read_bytes()
    assert after[:start] + after[start + count :] == before[:start] + before[start + count :]


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(3, 63), st.integers(0, 255)), max_size=6))
def test_damaged_boot_sectors_give_dos_errors_at_most(tmp_path: Path, changes: list[tuple[int, int]]) -> None:
    image = tmp_path / "bad.img"
    pristine = tmp_path / "good.img"
    if not pristine.exists():
        images.make(pristine, 360)
    data = bytearray(pristine.read_bytes())
    for at, value in changes:
        data[at] = value
    image.write_bytes(data)
    try:
        drives = open_image(str(image))
    except ValueError:
        return
    with contextlib.suppress(DosError):
        list(format_volume(drives[0], SERIAL, erase=True))
    for drive in drives:
        drive.close()
    assert image.stat().st_size == len(data)
