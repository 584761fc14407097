"""Files that appear when they are whole: what stood there before stays until then, and when writing fails.

>>> import tempfile
>>> place = Path(tempfile.mkdtemp(), "state")
>>> write_whole(place, b"all of it"); place.read_bytes()
b'all of it'
"""

from __future__ import annotations

from pathlib import Path


def write_whole(path: Path, data: bytes) -> None:
    """Write a file by way of another name beside it. Raises OSError."""
    partly = path.with_name(path.name + ".part")
    try:
        partly.write_bytes(data)
        partly.replace(path)
    except OSError:
        partly.unlink(missing_ok=True)
        raise
