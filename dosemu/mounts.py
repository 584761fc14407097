"""What ``--mount`` and the settings' ``[mounts]`` say: a drive letter and what is behind it.

>>> parse_mount("C=games:ro")
MountSpec(letter='C', path=PosixPath('games'), kind='folder', read_only=True, overlay=None, label='', spares=())
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from dosemu.errors import MountError

__all__ = ["MountError", "MountSpec", "is_image_name", "parse_mount", "stacked"]

_IMAGES = frozenset({".img", ".ima", ".iso", ".cue", ".vhd", ".zip"})
_USAGE = "write LETTER=FOLDER[:ro|:overlay=FOLDER|:cdrom][:label=NAME] or LETTER=IMAGE[,IMAGE...][:ro]"
_LONGEST_LABEL = 11


@dataclass(frozen=True, slots=True)
class MountSpec:
    """A drive as asked for; nothing of it has been looked at on the host yet.

    ``overlay`` is the folder that takes what is written while ``path`` stays as it is; ``label`` a folder's volume
    label, and ``spares`` are the disks that are put into the drive later, in their order.
    """

    letter: str
    path: Path
    kind: Literal["folder", "cdrom", "image"] = "folder"
    read_only: bool = False
    overlay: Path | None = None
    label: str = ""
    spares: tuple[MountSpec, ...] = ()

    @property
    def disks(self) -> tuple[MountSpec, ...]:
        """This disk and its spares, each by itself."""
        return (dataclasses.replace(self, spares=()), *self.spares)

    def relative_to(self, folder: Path) -> MountSpec:
        """The same with relative paths starting at ``folder``, as in a settings file that lies there."""
        return dataclasses.replace(
            self,
            path=folder / self.path.expanduser(),
            overlay=None if self.overlay is None else folder / self.overlay.expanduser(),
            spares=tuple(spare.relative_to(folder) for spare in self.spares),
        )


def is_image_name(path: Path) -> bool:
    """Whether a file's name is that of a disk image, CD image or archive.

    >>> is_image_name(Path("GAME.ISO")), is_image_name(Path("GAME.EXE"))
    (True, False)
    """
    return path.suffix.lower() in _IMAGES


def parse_mount(text: str) -> MountSpec:
    """``LETTER=FOLDER`` with ``:ro``, ``:overlay=FOLDER``, ``:cdrom`` or ``:label=NAME`` behind it, or images with
    commas between them; MountError with one line.

    >>> parse_mount("d:=~/cd:cdrom:label=GAME").label
    'GAME'
    >>> [disk.path.name for disk in parse_mount("a=one.img,two.img").disks]
    ['one.img', 'two.img']
    """
    letter, equals, rest = text.partition("=")
    letter = letter.strip().removesuffix(":").upper()
    if not equals or len(letter) != 1 or not "A" <= letter <= "Z":
        raise MountError(f"{text!r}: {_USAGE}")
    read_only = cdrom = False
    overlay: Path | None = None
    label = ""
    while True:
        head, colon, option = rest.rpartition(":")
        if not colon:
            break
        if option == "ro":
            read_only = True
        elif option == "cdrom":
            cdrom = read_only = True
        elif option.startswith("overlay=") and len(option) > len("overlay="):
            overlay = Path(option.removeprefix("overlay=")).expanduser()
        elif option.startswith("label=") and 0 < len(option) - len("label=") <= _LONGEST_LABEL:
            label = option.removeprefix("label=")
        else:
            break  # a colon of the folder's own name
        rest = head
    if not rest or "\0" in rest:
        raise MountError(f"{text!r}: no folder given; {_USAGE}")
    if overlay is not None and read_only:
        raise MountError(f"{text!r}: an overlay is for writing, it cannot be :ro or :cdrom")
    names = rest.split(",")
    if not all(is_image_name(Path(name)) for name in names):
        names = [rest]  # commas of the name itself
    disks = []
    for name in names:
        path = Path(name).expanduser()
        kind: Literal["folder", "cdrom", "image"] = "cdrom" if cdrom else "image" if is_image_name(path) else "folder"
        disks.append(MountSpec(letter, path, kind, read_only, overlay, label))
    return dataclasses.replace(disks[0], spares=tuple(disks[1:]))


def stacked(mounts: Iterable[MountSpec]) -> dict[str, MountSpec]:
    """Mounts by their letters: disks and discs for the same letter are put in later, another folder takes its place.

    >>> [disk.path.name for disk in stacked([parse_mount("a=1.img"), parse_mount("a=2.img")])["A"].disks]
    ['1.img', '2.img']
    """
    found: dict[str, MountSpec] = {}
    for mount in mounts:
        before = found.get(mount.letter)
        if before is not None and "folder" not in (before.kind, mount.kind):
            mount = dataclasses.replace(before, spares=(*before.spares, *mount.disks))
        found[mount.letter] = mount
    return found
