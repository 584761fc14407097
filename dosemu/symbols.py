"""Names for addresses, from the MAP files of linkers: Microsoft LINK, Borland TLINK, Watcom WLINK.

LINK and TLINK list "Publics by Name" and "by Value" as segment:offset; WLINK lists its "Memory Map" with a mark
(``*`` unreferenced, ``+`` local) behind the address. Segments count from where the program is loaded.

>>> symbols = Symbols()
>>> symbols.add_map('''
...   Address         Publics by Name
...
...  0000:0010       _main
...  0002:0004       _counter
... ''', base=0x1000)
2
>>> hex(symbols["_counter"]), symbols.name(0x1012), symbols.name(0x500)
('0x1024', '_main+2', None)
"""

from __future__ import annotations

import os
import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from pathlib import Path

_PUBLICS = re.compile(r"^\s*Address\s+Publics by (?:Name|Value)", re.IGNORECASE)
_MEMORY_MAP = re.compile(r"^\s*Address\s+Symbol\s*$", re.IGNORECASE)
_OTHER = re.compile(
    r"^\s*(?:Line numbers for|Start\s+Stop|Detailed map|Origin\s+Group|Program entry)|\+-{5,}\+", re.IGNORECASE
)
_SYMBOL = re.compile(
    r"^\s*([0-9A-F]{4}):([0-9A-F]{4}|[0-9A-F]{8})([*+s]*)\s+(?:(Abs|Imp|idle|Res|Rel)\s+)?(\S.*?)\s*$", re.IGNORECASE
)
_PLACED = re.compile(r"(?:,[0-9]{1,5}=[0-9A-F]{1,8})+$", re.IGNORECASE)
_LONGEST_NAME = 512


def placed(text: str) -> tuple[str, dict[int, int]]:
    """A MAP file's name with the places of the objects of a 32-bit program behind it, in hexadecimal.

    A file that is called all of that is taken at its word.

    >>> placed("T.MAP,1=215000,2=21B000") == ("T.MAP", {1: 0x215000, 2: 0x21B000}), placed("A,B.MAP")
    (True, ('A,B.MAP', {}))
    """
    match = _PLACED.search(text)
    if match is None or Path(text).is_file():
        return text, {}
    pairs = (item.split("=") for item in match[0][1:].split(","))
    return text[: match.start()], {int(number): int(address, 16) for number, address in pairs}


class Symbols(Mapping[str, int]):
    """Names and their linear addresses.

    >>> import pathlib, tempfile
    >>> path = pathlib.Path(tempfile.mkdtemp(), "T.MAP")
    >>> text = "  Address         Publics by Name\\n\\n 0000:0010       _main\\n"
    >>> _ = path.write_text(text)
    >>> symbols = Symbols()
    >>> symbols.load(path, 0x1000), symbols.add_map(text, 0x1000); symbols.add("data", 0x2000)
    (1, 1)
    >>> hex(symbols.find("_main")), symbols.name(0x2004)
    ('0x1010', 'data+4')
    """

    def __init__(self) -> None:
        self.placed: tuple[int, int] | None = None
        self._addresses: dict[str, int] = {}
        self._sorted: list[tuple[int, str]] | None = None

    def load(self, path: str | os.PathLike[str], base: int, objects: Mapping[int, int] | None = None) -> int:
        """Read a MAP file; ``base`` is the linear address of its segment 0. Returns how many names it has.

        ``objects`` gives linear addresses of segment numbers that are no paragraphs (the objects of 32-bit programs);
        ``placed`` is then from the first to behind the last of the names in them.
        Raises OSError, and ValueError for a file without a list of symbols.
        """
        count = self.add_map(Path(path).read_text(encoding="latin-1"), base, objects)
        if not count:
            raise ValueError(f"{path}: no symbols of Microsoft LINK, Borland TLINK or Watcom WLINK")
        return count

    def add_map(self, text: str, base: int, objects: Mapping[int, int] | None = None) -> int:
        """The same with the text of a MAP file; what is no symbol is passed over."""
        found: dict[str, int] = {}
        in_objects: list[int] = []
        inside = False
        for line in text.splitlines():
            if _PUBLICS.match(line) or _MEMORY_MAP.match(line):
                inside = True
            elif _OTHER.search(line):
                inside = False
            elif inside and (symbol := _SYMBOL.match(line)):
                segment, offset, _, kind, name = symbol.groups()
                if (kind or "").lower() in ("abs", "imp") or len(name) > _LONGEST_NAME:
                    continue
                number = int(segment, 16)
                start = (objects or {}).get(number, base + number * 16)
                found[name] = (start + int(offset, 16)) & 0xFFFFFFFF
                if objects and number in objects:
                    in_objects += [start, found[name]]
        if in_objects:
            self.placed = min(in_objects), max(in_objects) + 1
        self._addresses.update(found)
        self._sorted = None
        return len(found)

    def add(self, name: str, address: int) -> None:
        """A name of one's own."""
        self._addresses[name] = address
        self._sorted = None

    def find(self, name: str) -> int:
        """The address of a name, also without the underscore that C compilers add. Raises KeyError."""
        for known in (name, f"_{name}", f"{name}_"):
            if known in self._addresses:
                return self._addresses[known]
        raise KeyError(name)

    def name(self, address: int, reach: int = 0x10000) -> str | None:
        """``name`` or ``name+offset`` for an address, by the next symbol below it; None when none is near."""
        if self._sorted is None:
            self._sorted = sorted((value, key) for key, value in self._addresses.items())
        index = bisect_right(self._sorted, (address, "\U0010ffff")) - 1
        if index < 0 or address - self._sorted[index][0] >= reach:
            return None
        start, name = self._sorted[index]
        return name if start == address else f"{name}+{address - start:X}"

    def __getitem__(self, name: str) -> int:
        return self._addresses[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._addresses)

    def __len__(self) -> int:
        return len(self._addresses)
