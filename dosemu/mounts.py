"""What ``--mount`` and the settings' ``[mounts]`` say: a drive letter and what is behind it.

>>> parse_mount("C=games:ro")
MountSpec(letter='C', path=PosixPath('games'), kind='folder', read_only=True, overlay=None)
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from dosemu.errors import MountError

__all__ = ["MountError", "MountSpec", "parse_mount"]

_IMAGES = frozenset({".img", ".ima", ".iso", ".cue", ".vhd", ".zip"})
_USAGE = "write LETTER=FOLDER[:ro|:overlay=FOLDER|:cdrom] or LETTER=IMAGE[:ro]"


@dataclass(frozen=True, slots=True)
class MountSpec:
    """A drive as asked for; nothing of it has been looked at on the host yet.

    ``overlay`` is the folder that takes what is written while ``path`` stays as it is.
    """

    letter: str
    path: Path
    kind: Literal["folder", "cdrom", "image"] = "folder"
    read_only: bool = False
    overlay: Path | None = None

    def relative_to(self, folder: Path) -> MountSpec:
        """The same with relative paths starting at ``folder``, as in a settings file that lies there."""
        return dataclasses.replace(
            self,
            path=folder / self.path.expanduser(),
            overlay=None if self.overlay is None else folder / self.overlay.expanduser(),
        )


def parse_mount(text: str) -> MountSpec:
    """``LETTER=FOLDER`` with ``:ro``, ``:overlay=FOLDER`` or ``:cdrom`` behind it; MountError with one line.

    >>> parse_mount("d:=~/cd:cdrom").kind
    'cdrom'
    """
    letter, equals, rest = text.partition("=")
    letter = letter.strip().removesuffix(":").upper()
    if not equals or len(letter) != 1 or not "A" <= letter <= "Z":
        raise MountError(f"{text!r}: {_USAGE}")
    read_only = cdrom = False
    overlay: Path | None = None
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
        else:
            break  # a colon of the folder's own name
        rest = head
    if not rest or "\0" in rest:
        raise MountError(f"{text!r}: no folder given; {_USAGE}")
    if overlay is not None and read_only:
        raise MountError(f"{text!r}: an overlay is for writing, it cannot be :ro or :cdrom")
    path = Path(rest).expanduser()
    kind: Literal["folder", "cdrom", "image"] = "folder"
    if cdrom:
        kind = "cdrom"
    elif path.suffix.lower() in _IMAGES:
        kind = "image"
    return MountSpec(letter, path, kind, read_only, overlay)
