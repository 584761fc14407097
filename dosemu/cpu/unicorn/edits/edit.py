"""One edit: a replacement in a file of the source release, found by an anchor that occurs exactly once."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Edit:
    """``find`` is replaced by ``replace``; with ``upto`` everything from ``find`` through the first ``upto`` after it.

    An anchor that matches never or more than once stops the build: the source is not the one the edits are for.
    """

    file: str
    why: str
    find: str
    replace: str
    upto: str = ""
