"""``dosemu info FILE``: what is in a program file, without running it.

>>> info = inspect_bytes(bytes.fromhex("B8004CCD21"), "A.COM")
>>> info.kind, info.entry, info.load_size, info.memory_min_kb
('com', '0000:0100', 5, 64)
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from dosemu.errors import NotDosProgram, ProgramNotFound
from dosemu.loader import FileKind, LoadError, com, detect, foreign, mz, new_executable, why_not_dos
from dosemu.tools.signatures import EXTENDERS, PACKERS, RUNTIMES, first_match

_PSP_PARAGRAPHS = 16
_CONVENTIONAL_KB = 640

_MEANINGS = {
    FileKind.EMPTY: "an empty file",
    FileKind.COM: "COM: a memory image for one segment",
    FileKind.MZ: "MZ: a DOS EXE",
    FileKind.TEXT: "a text file",
}


@dataclass(frozen=True, slots=True)
class ProgramInfo:
    """What a program file says about itself. Sizes are bytes, memory is in KB with the PSP included.

    ``segments`` are those of the load module that its start values and relocations name. ``entry`` and
    ``stack`` are relative to the load module (EXE) or to the PSP's segment (COM). ``problem`` is why DOS
    would not run it.
    """

    name: str
    size: int
    kind: str
    description: str
    problem: str | None = None
    header: dict[str, int | str] = field(default_factory=dict)
    entry: str | None = None
    stack: str | None = None
    segments: tuple[str, ...] = ()
    relocations: int = 0
    load_size: int = 0
    extra_size: int = 0
    memory_min_kb: int | None = None
    memory_max_kb: int | None = None
    loads_high: bool = False
    packer: str | None = None
    extender: str | None = None
    new_executable: str | None = None
    runtime: str | None = None
    linker: str | None = None

    def to_json(self) -> str:
        """All fields as one JSON object."""
        return json.dumps(dataclasses.asdict(self), indent=2, ensure_ascii=False)

    def table(self) -> Table:
        """The fields that say something, for people."""
        table = Table(show_header=False, box=None, pad_edge=False)
        table.add_column(style="bold", no_wrap=True)
        table.add_column(overflow="fold")
        for label, text in self._rows():
            if text:
                table.add_row(label, text)
        return table

    def _rows(self) -> list[tuple[str, str | None]]:
        return [
            ("file", f"{self.name}, {self.size:,} bytes"),
            ("kind", self.description),
            ("problem", self.problem),
            ("new executable", self.new_executable),
            ("extender", self.extender),
            ("packed with", self.packer),
            ("made with", ", ".join(filter(None, (self.runtime, self.linker)))),
            ("entry", self.entry),
            ("stack", self.stack),
            (
                "loaded",
                f"{self.load_size:,} bytes{' (at the top of memory)' * self.loads_high}" if self.entry else None,
            ),
            ("relocations", f"{self.relocations}" if self.header else None),
            ("segments", " ".join(self.segments)),
            ("behind it", f"{self.extra_size:,} bytes (overlays or data)" if self.extra_size else None),
            ("needs", None if self.memory_min_kb is None else f"{self.memory_min_kb} KB"),
            ("takes", None if self.memory_max_kb is None else f"up to {self.memory_max_kb} KB"),
            ("header", "  ".join(f"{name}={_hex(value)}" for name, value in self.header.items())),
        ]


def _hex(value: int | str) -> str:
    return value if isinstance(value, str) else f"{value:04X}"


def inspect(path: Path | str) -> ProgramInfo:
    """What is in the file at ``path``; ProgramNotFound if it cannot be read."""
    path = Path(path)
    try:
        data = path.read_bytes()
    except (OSError, ValueError) as error:
        raise ProgramNotFound(f"{path}: {getattr(error, 'strerror', None) or error}") from None
    return inspect_bytes(data, path.name.encode("utf-8", "replace").decode())  # names need not be text on the host


def inspect_bytes(data: bytes, name: str = "") -> ProgramInfo:
    """What is in a file of these bytes; any bytes will do."""
    kind = detect(data)
    found = new_executable.find(data)
    magic = foreign.find(data)
    if kind is FileKind.TEXT and name.lower().endswith(".com"):
        kind = FileKind.COM
    values: dict[str, Any] = {
        "name": name,
        "size": len(data),
        "kind": kind.value,
        "description": magic.meaning if magic else _MEANINGS.get(kind, _MEANINGS[FileKind.MZ]),
        "problem": why_not_dos(data, name),
        "new_executable": None if found is None else f"{found.format.name}: {found.format.meaning}",
    }
    entry = extra = 0
    if kind.is_exe:
        try:
            header = mz.parse_header(data)
        except LoadError:
            return ProgramInfo(**values)
        entry = header.image_offset + ((header.e_cs * 16 + header.e_ip) & 0xFFFFF)
        extra = min(header.file_end, len(data)) if header.file_end > 0 else len(data)
        values |= _exe(data, header, extra)
    elif kind is FileKind.COM:
        values |= _com(data)
    if kind.is_exe or kind is FileKind.COM:
        values |= {
            "packer": first_match(PACKERS, data, entry, extra),
            "extender": first_match(EXTENDERS, data, entry, extra),
            "runtime": first_match(RUNTIMES, data, entry, extra),
        }
    return ProgramInfo(**values)


def _com(data: bytes) -> dict[str, Any]:
    return {
        "entry": f"0000:{com.ORIGIN:04X}",
        "stack": "0000:FFFE",
        "load_size": len(data),
        # A COM program gets all free memory; it runs with less than a segment, but few check.
        "memory_min_kb": 64,
        "memory_max_kb": _CONVENTIONAL_KB,
    }


def _exe(data: bytes, header: mz.MzHeader, extra: int) -> dict[str, Any]:
    fields = {item.name: getattr(header, item.name) for item in dataclasses.fields(header)}
    values: dict[str, Any] = {
        "header": fields | {"e_magic": header.e_magic.decode("ascii")},
        "entry": f"{header.e_cs:04X}:{header.e_ip:04X}",
        "stack": f"{header.e_ss:04X}:{header.e_sp:04X}",
        "relocations": header.e_crlc,
        "loads_high": header.e_maxalloc == 0,
        "load_size": max(0, extra - header.image_offset),
        "extra_size": len(data) - extra,
        "segments": tuple(f"{segment:04X}" for segment in sorted(_segments(data, header))),
        "linker": _linker(data),
    }
    if header.paragraphs > 0:
        base = header.paragraphs + _PSP_PARAGRAPHS
        values["memory_min_kb"] = _kb(base + header.e_minalloc)
        values["memory_max_kb"] = min(_CONVENTIONAL_KB, _kb(base + max(header.e_minalloc, header.e_maxalloc)))
        if header.e_maxalloc == 0:
            values["memory_max_kb"] = _CONVENTIONAL_KB
    return values


def _kb(paragraphs: int) -> int:
    return -(-paragraphs * 16 // 1024)


def _segments(data: bytes, header: mz.MzHeader) -> set[int]:
    """CS, SS and the segments that relocated words name."""
    segments = {header.e_cs, header.e_ss}
    try:
        places = mz.relocations(data, header)
    except LoadError:
        return segments
    for segment, offset in places:
        place = header.image_offset + ((segment * 16 + offset) & 0xFFFFF)
        if place + 2 <= len(data):
            segments.add(int.from_bytes(data[place : place + 2], "little"))
    return segments


def _linker(data: bytes) -> str | None:
    if len(data) > 0x1F and data[0x1E] == 0xFB:
        return f"Borland TLINK {data[0x1F] >> 4}.{data[0x1F] & 15}"
    return None


def main(argv: list[str]) -> int:
    """The ``info`` command: 0, or 126 for what is no DOS program and 127 for no such file."""
    parser = argparse.ArgumentParser(prog="dosemu info", description="Show what is in a DOS program file.")
    parser.add_argument("files", nargs="+", metavar="FILE")
    parser.add_argument("--json", action="store_true", help="one JSON object for each file")
    options = parser.parse_args(argv)
    status = 0
    console = Console(highlight=False, markup=False, emoji=False)
    for name in options.files:
        try:
            info = inspect(name)
        except ProgramNotFound as error:
            print(f"dosemu info: {error}", file=sys.stderr)
            status = error.exit_status
            continue
        if options.json:
            print(info.to_json())
        else:
            console.print(info.table())
        if info.problem is not None:
            print(f"dosemu info: {name}: not a DOS program: {info.problem}", file=sys.stderr)
            status = status or NotDosProgram.exit_status
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
