"""Our reader of CD images and pycdlib: opening an image, listing its root, reading one file. Needs genisoimage."""

from __future__ import annotations

import io
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pycdlib

from int21.cd.drive import CdDrive
from int21.cd.image import ImageDisc

FOLDERS, FILES, ROUNDS = 20, 100, 5


def make(folder: Path) -> Path:
    """An image with Joliet and Rock Ridge names."""
    for number in range(FOLDERS):
        inside = folder / "files" / f"FOLDER{number}"
        inside.mkdir(parents=True)
        for file in range(FILES):
            (inside / f"FILE{file}.DAT").write_bytes(b"%d" % file * 500)
    image = folder / "disc.iso"
    subprocess.run(["genisoimage", "-quiet", "-J", "-R", "-o", image, folder / "files"], check=True)
    return image


def ours(image: Path) -> None:
    drive = CdDrive(ImageDisc(image))
    drive.names(())
    drive.open((b"FOLDER7", b"FILE42.DAT"), writable=False).read(0, 1000)
    drive.close()


def theirs(image: Path) -> None:
    iso = pycdlib.PyCdlib()
    iso.open(str(image))
    list(iso.list_children(iso_path="/"))
    iso.get_file_from_iso_fp(io.BytesIO(), iso_path="/FOLDER7/FILE42.DAT;1")
    iso.close()


def best_ms(act: Callable[[Path], None], image: Path) -> float:
    """The shortest of some rounds."""
    times = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        act(image)
        times.append(time.perf_counter() - began)
    return min(times) * 1000


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        image = make(Path(folder))
        for name, act in (("dosemu", ours), ("pycdlib", theirs)):
            print(f"{name:8} {best_ms(act, image):8.1f} ms")


if __name__ == "__main__":
    main()
