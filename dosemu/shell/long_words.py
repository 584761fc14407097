"""Long file names on a command line, where DOS has them (``dos.lfn``): as Windows 95's COMMAND.COM takes them.

Commands work with 8.3 names. Words with quotes, or that are no 8.3 names, are replaced by the 8.3 names of what they
mean before a command sees them; for what is not there yet a name is planned with the drive, so that what the command
makes gets the full name (``int21.drive.LongNames.named``).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from dosemu.shell.parser import SEPARATORS
from int21 import lfn, names
from int21.drive import LongNames
from int21.drives import Location
from int21.errors import DosError

if TYPE_CHECKING:
    from int21.dos import Dos

_ENDS = SEPARATORS + b"/+"


def shorten(dos: Dos, text: bytes, planned: ExitStack, *, beside: bool = False) -> bytes:
    """The arguments of a command with 8.3 names. ``planned`` holds what is planned until the command ends; with
    ``beside`` the words behind the first are names in its directory, as REN has them."""
    result, word = bytearray(), bytearray()
    quoted, folder = False, b""
    for code in text + b" ":
        if code == 0x22:
            quoted = not quoted
            word.append(code)
        elif quoted or code not in _ENDS or (code == 0x2B and not word):
            word.append(code)
        else:
            if word:
                switch = result.endswith(b"/")
                short = bytes(word) if switch else shorten_word(dos, bytes(word), planned, folder)
                if beside and not folder and not switch:
                    folder = short[: max(short.rfind(b"\\"), short.rfind(b":")) + 1] or b".\\"
                result += short
                word.clear()
            result.append(code)
    return bytes(result[:-1]) if not quoted else text


def shorten_word(dos: Dos, word: bytes, planned: ExitStack, folder: bytes = b"") -> bytes:
    """One path with 8.3 names; what cannot be read as one stays as it is."""
    plain = word.replace(b'"', b"")
    if plain.endswith(b"\\") and plain.strip(b"\\")[-1:] not in (b"", b":"):
        return shorten_word(dos, plain.rstrip(b"\\"), planned, folder) + b"\\"
    cut = max(plain.rfind(b"\\"), plain.rfind(b":")) + 1
    if names.is_wild(plain[cut:]):
        head = shorten_word(dos, plain[:cut], planned) if cut else b""
        return head + plain[cut:].replace(b" ", b"?")  # so that it stays one word
    try:
        found = lfn.resolve(dos, folder + plain)
    except (DosError, UnicodeDecodeError):
        return plain
    place = found.place
    if place.device is not None or not place.path or plain[cut:].strip(b".") == b"":
        return plain if _is_short(plain) else place.text
    if found.exists:
        name = place.path[-1] if folder else place.text
        return plain if _is_short(plain) else name
    drive = place.drive
    if isinstance(drive, LongNames) and plain[cut:] != names.upper(plain[cut:]):
        try:
            alias = drive.alias_for(place.path[:-1], found.name)
        except DosError:
            return plain
        path = (*place.path[:-1], alias)
        planned.enter_context(drive.named(path, found.name))
        return alias if folder else replace(place, path=path).text
    return plain


def _is_short(path: bytes) -> bool:
    """Whether all names of a path are 8.3 names as they are."""
    rest = path[2:] if path[1:2] == b":" else path
    return all(
        part.strip(b".") == b"" or names.normalise(part) == names.upper(part) for part in rest.split(b"\\") if part
    )


def full_name(dos: Dos, place: Location) -> str:
    """The full name of an entry; empty without long names."""
    if not dos.settings.long_names or not place.path or place.device is not None:
        return ""
    try:
        return lfn.long_names(place.drive, place.path[:-1]).get(place.path[-1], "")
    except DosError:
        return ""


@contextmanager
def carried(dos: Dos, source: Location, target: Location) -> Iterator[Location]:
    """The target of a copy or move under the same name: it gets the source's full name, and an 8.3 name of its own."""
    name = full_name(dos, source)
    drive = target.drive
    same = bool(target.path) and target.path[-1:] == source.path[-1:] and target.device is None
    if not name or not same or not isinstance(drive, LongNames) or drive.identity(target.path) is not None:
        yield target
        return
    folder = target.path[:-1]
    try:
        alias = lfn.lookup(drive, folder, name) or drive.alias_for(folder, name)
    except DosError:
        yield target
        return
    path = (*folder, alias)
    with drive.named(path, name):
        yield replace(target, path=path)
