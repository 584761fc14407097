"""DIR: lists a directory."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from dosemu.shell.arguments import Arguments, parse
from dosemu.shell.builtin.vol import volume_lines
from dosemu.shell.formats import number, stamp_text
from dosemu.shell.pager import Paged
from dosemu.shell.registry import CommandError, command
from dosemu.shell.search import ALL, Pattern, entries, folders, is_directory, pattern_of
from int21 import lfn, names
from int21.drive import Attribute, Entry
from int21.errors import DosError, ErrorCode

if TYPE_CHECKING:
    from dosemu.shell.shell import Shell

_USAGE = """\
DIR [drive:][path][filename] [/P] [/W] [/A[[:]attributes]] [/O[[:]sortorder]]
    [/S] [/B] [/L] [/C[H]]

  [drive:][path][filename]  Specifies drive, directory, or files to list.
  /P          Pauses after each screenful of information.
  /W          Uses wide list format.
  /A          Displays files with specified attributes.
  attributes   D  Directories   R  Read-only files   H  Hidden files
               S  System files  A  Files to archive  -  Prefix meaning "not"
  /O          List by files in sorted order.
  sortorder    N  By name (alphabetic)       S  By size (smallest first)
               E  By extension (alphabetic)  D  By date & time (earliest first)
               G  Group directories first    -  Prefix to reverse order
  /S          Displays files in specified directory and all subdirectories.
  /B          Uses bare format (no heading information or summary).
  /L          Uses lowercase.
  /C[H]       Is accepted: there are no compressed drives.

Switches may be preset in the variable DIRCMD; /-W overrides a preset /W."""
_WITHOUT = re.compile(rb"/-([A-Z])(?![A-Z])", re.IGNORECASE)

_ATTRIBUTES = {
    "D": Attribute.DIRECTORY,
    "R": Attribute.READ_ONLY,
    "H": Attribute.HIDDEN,
    "S": Attribute.SYSTEM,
    "A": Attribute.ARCHIVE,
}
_KEYS: dict[str, Callable[[Entry], Any]] = {
    "N": lambda entry: names.to_fcb(entry.name),
    "E": lambda entry: names.to_fcb(entry.name)[8:],
    "S": lambda entry: entry.size,
    "D": lambda entry: entry.stamp,
    "G": lambda entry: not entry.is_directory,
}
_WIDE = 16


@dataclass(slots=True)
class Totals:
    """What a listing has found."""

    files: int = 0
    size: int = 0


def _signed(value: bytes, letters: Iterable[str], switch: str) -> list[tuple[str, bool]]:
    """The letters of /A and /O, each with whether a minus is before it."""
    found, minus = [], False
    for letter in value.decode("cp437"):
        if letter == "-":
            minus = True
        elif letter in letters:
            found.append((letter, minus))
            minus = False
        else:
            raise CommandError(f"Parameter format not correct - /{switch}{value.decode('cp437')}")
    return found


def chosen(found: Iterable[Entry], switches: Arguments) -> list[Entry]:
    """The entries that /A leaves, in the order of /O."""
    kept = list(found)
    if "A" not in switches:
        kept = [e for e in kept if not e.attributes & (Attribute.HIDDEN | Attribute.SYSTEM)]
    for letter, minus in _signed(switches.switches.get("A", b""), _ATTRIBUTES, "A"):
        kept = [e for e in kept if bool(e.attributes & _ATTRIBUTES[letter]) is not minus]
    if "O" in switches:
        order = _signed(switches.switches["O"], _KEYS, "O") or [("G", False), ("N", False)]
        for letter, minus in reversed(order):
            kept.sort(key=_KEYS[letter], reverse=minus)
    return kept


def _line(shell: Shell, entry: Entry, full: bytes) -> bytes:
    fcb = names.to_fcb(entry.name)
    size = b" <DIR>".ljust(14) if entry.is_directory else number(shell.dos, entry.size).rjust(14)
    return fcb[:8] + b" " + fcb[8:] + size + b" " + stamp_text(shell.dos, entry.stamp) + (b" " + full if full else b"")


def _full_names(shell: Shell, pattern: Pattern) -> dict[bytes, bytes]:
    """The long names of a directory, where DOS has them."""
    if not shell.dos.settings.long_names:
        return {}
    found = lfn.long_names(pattern.place.drive, pattern.folder)
    return {alias: lfn.encoded(shell.dos, name) for alias, name in found.items()}


def _wide(found: list[Entry], columns: int) -> list[bytes]:
    cells = [(b"[" + e.name + b"]" if e.is_directory else e.name).ljust(_WIDE) for e in found]
    width = max(columns // _WIDE, 1)
    return [b"".join(cells[i : i + width]).rstrip() for i in range(0, len(cells), width)]


def _lines(shell: Shell, pattern: Pattern, found: list[Entry], switches: Arguments) -> list[bytes]:
    full = _full_names(shell, pattern)
    if "B" in switches:
        if "S" in switches:
            return [_full_path(shell, pattern, full.get(e.name, e.name)) for e in found]
        return [full.get(e.name, e.name) for e in found]
    if "W" in switches:
        return _wide(found, shell.columns)
    return [_line(shell, entry, full.get(entry.name, b"")) for entry in found]


def _full_path(shell: Shell, pattern: Pattern, name: bytes) -> bytes:
    if not shell.dos.settings.long_names:
        return pattern.path(name)
    folder = lfn.long_path(shell.dos, pattern.place.drive, pattern.folder)
    return lfn.with_drive(pattern.place.number, folder + b"\\" * bool(folder) + name)


@dataclass(slots=True, eq=False)
class Listing(Paged):
    """One directory after the other. Those that are still to come are in ``pending``, the next one last."""

    switches: Arguments = field(default_factory=Arguments)
    pattern: Pattern | None = None  # None: there is no such directory
    pending: list[Pattern] = field(default_factory=list)
    totals: Totals = field(default_factory=Totals)
    summed: bool = False

    def more(self) -> bool:
        if self.pattern is None:
            raise CommandError("Path not found")
        if self.pending:
            self._list(self.pending.pop())
        elif not self.summed:
            self.summed = True
            self._sum(self.pattern)
        else:
            return False
        return True

    def _list(self, pattern: Pattern) -> None:
        """A directory; with /S those below it come next."""
        shell, switches = self.shell, self.switches
        bare = "B" in switches
        found = chosen(entries(shell.dos, pattern, ALL), switches)
        if bare:
            found = [entry for entry in found if entry.name not in (b".", b"..")]
        if found or "S" not in switches:
            self.heading = pattern.text
            lines = [] if bare else [b"Directory of " + pattern.text, b""] if "S" in switches else []
            lines += _lines(shell, pattern, found, switches)
            files = len(found)
            size = sum(entry.size for entry in found)
            if not bare and found:
                lines.append(b"%9d file(s)" % files + number(shell.dos, size).rjust(15) + b" bytes")
                if "S" in switches:
                    lines.append(b"")
            self.totals.files += files
            self.totals.size += size
            lower = "L" in switches
            self.lines += [line.lower() if lower and not line.startswith(b"Dir") else line for line in lines]
        if "S" in switches:
            below = folders(shell.dos, pattern, hidden="A" in switches)
            self.pending += [pattern.inside(name) for name in reversed(list(below))]

    def _sum(self, pattern: Pattern) -> None:
        dos, switches, totals = self.shell.dos, self.switches, self.totals
        if not totals.files:
            if not pattern.everything or "A" in switches or "B" in switches or "S" in switches:
                raise CommandError("File not found")
            self.lines.append(b"File not found")
        if "B" in switches:
            return
        if "S" in switches:
            self.lines.append(b"Total files listed:")
            self.lines.append(b"%9d file(s)" % totals.files + number(dos, totals.size).rjust(15) + b" bytes")
        space = pattern.place.drive.space()
        free = space.free * space.sectors_per_cluster * space.bytes_per_sector
        self.lines.append(number(dos, free).rjust(32) + b" bytes free")


def _with_any_type(shell: Shell, word: bytes) -> bytes:
    """A name without a dot means all types: DIR README is DIR README.*, unless it is a directory."""
    last = word[max(word.rfind(b"\\"), word.rfind(b":"), word.rfind(b"/")) + 1 :]
    if not last or b"." in last:
        return word
    try:
        location = shell.dos.drives.resolve(word, wild=True)
    except DosError:
        return word
    return word if is_directory(location) else word + b".*"


@command("DIR", help="Displays a list of files and subdirectories in a directory.", usage=_USAGE, files=True)
def dir_(shell: Shell, arguments: bytes) -> Listing:
    without = {letter.upper().decode() for letter in _WITHOUT.findall(arguments)}
    defaults = parse(shell.variables.get(b"DIRCMD") or b"", "PWSBL", "AOC")
    switches = parse(_WITHOUT.sub(b" ", arguments), "PWSBL", "AOC")
    switches.switches = {
        letter: value
        for letter, value in (defaults.switches | switches.switches).items()
        if letter not in without or letter in switches
    }
    words = switches.words or defaults.words or [b""]
    if words[0][1:2] == b":" and (words[0][0] & 0x1F) - 1 not in shell.dos.drives.numbers():
        raise CommandError("Invalid drive specification")
    pattern = None
    try:
        pattern = pattern_of(shell.dos, _with_any_type(shell, words[0]))
    except DosError as error:
        if error.code is not ErrorCode.PATH_NOT_FOUND:
            raise
    lines: list[bytes] = []
    if "B" not in switches:
        lines += [b"", *volume_lines(shell, pattern.place.number if pattern is not None else shell.dos.drives.current)]
        if pattern is not None and "S" not in switches:
            lines.append(b" Directory of " + pattern.text)
        lines.append(b"")
    listing = Listing(shell, deque(lines), "P" in switches, switches=switches, pattern=pattern)
    if pattern is not None:
        listing.pending.append(pattern)
    return listing
