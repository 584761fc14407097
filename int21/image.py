"""A program file as EXEC wants it: what to put into memory and how to start it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal


@dataclass(slots=True)
class Image:
    """The load module of a .COM or .EXE file.

    ``data`` is what goes into memory (for "exe" without the header). ``relocations`` are
    (segment, offset) pairs within it. ``cs`` and ``ss`` are relative to the start of the load
    module; ``min_paragraphs`` and ``max_paragraphs`` are wanted beyond it, and ``load_high`` is set when
    both are zero; ``padding`` zeros at the end of ``data`` are not in the file (MS-DOS Programmer's Reference,
    "EXE file header").

    >>> Image("com", b"\\xc3").min_paragraphs
    0
    """

    kind: Literal["com", "exe"]
    data: bytes
    relocations: list[tuple[int, int]] = field(default_factory=list)
    cs: int = 0
    ip: int = 0
    ss: int = 0
    sp: int = 0
    min_paragraphs: int = 0
    max_paragraphs: int = 0xFFFF
    load_high: bool = False
    padding: int = 0
