"""File names: 8.3 in code page 437, wildcards, and the short names of host files.

DOS keeps a name as 11 bytes, padded with blanks (the "FCB form"); paths have it as ``NAME.EXT``. Host
names that are good DOS names in any case keep them; all others get an alias, ``LONGNA~1.TXT``, numbered
in the order of their names, so that the same folder gives the same aliases in every run
(MS-DOS Programmer's Reference, "File names").

>>> normalise(b"readme.text")
b'README.TEX'
>>> to_fcb(b"A.C")
b'A       C  '
>>> matches(normalise(b"*.t?t", wild=True), b"READ.TXT")
True
>>> assign_aliases(["readme.txt", "A long name.html"])
{b'ALONGN~1.HTM': 'A long name.html', b'README.TXT': 'readme.txt'}
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache

from int21.code_pages import CodePage, code_page

DEFAULT = code_page(437)

# What no name holds: separators and what COMMAND.COM and the FCB parser take for one.
_FORBIDDEN = frozenset(b'"*+,./:;<=>?[\\]|') | frozenset(range(0x20))

_ANY = b"?" * 11

# Devices have their names in every directory and with every extension, so no file can be called so.
RESERVED = frozenset(
    [b"CON", b"AUX", b"PRN", b"NUL", b"CLOCK$"]
    + [b"COM%d" % n for n in range(1, 5)]
    + [b"LPT%d" % n for n in range(1, 4)]
)


def upper(name: bytes, page: CodePage = DEFAULT) -> bytes:
    """Upper case by a code page; letters whose capital the page lacks stay.

    >>> upper("straße é".encode("cp437")).decode("cp437")
    'STRAßE É'
    """
    return name.translate(page.name_upper_case)


def normalise(name: bytes, *, wild: bool = False, page: CodePage = DEFAULT) -> bytes | None:
    """One component of a path as DOS takes it: cut to 8.3, in upper case; None when it is not a name.

    With ``wild``, ``?`` is allowed and ``*`` becomes question marks up to the end of its part.

    >>> normalise(b"longfilename.text"), normalise(b"a|b"), normalise(b".c")
    (b'LONGFILE.TEX', None, None)
    >>> normalise(b"*.c*", wild=True)
    b'????????.C??'
    """
    base, _, extension = upper(name, page).rstrip(b" ").partition(b".")
    parts = []
    for part, size in ((base, 8), (extension.partition(b".")[0], 3)):
        if wild and b"*" in part:
            part = part[: part.index(b"*")].ljust(size, b"?")
        part = part[:size].rstrip(b" ")
        checked = part.replace(b"?", b"") if wild else part
        if not _FORBIDDEN.isdisjoint(checked):
            return None
        parts.append(part)
    if not parts[0]:
        return None
    return b".".join(parts) if parts[1] else parts[0]


def to_fcb(name: bytes) -> bytes:
    """The 11-byte form of a normalised name, of ``.`` and of ``..``.

    >>> to_fcb(b".."), to_fcb(b"MAKEFILE")
    (b'..         ', b'MAKEFILE   ')
    """
    if name in (b".", b".."):
        return name.ljust(11)
    base, _, extension = name.partition(b".")
    return base[:8].ljust(8) + extension[:3].ljust(3)


def from_fcb(name: bytes) -> bytes:
    """The path form of an 11-byte name.

    >>> from_fcb(b"A       C  "), from_fcb(b"..         ")
    (b'A.C', b'..')
    """
    base, extension = name[:8].rstrip(b" "), name[8:11].rstrip(b" ")
    return base + b"." + extension if extension else base


def matches_fcb(pattern: bytes, name: bytes) -> bool:
    """Whether an 11-byte name fits an 11-byte pattern, ``?`` being any character or none.

    >>> matches_fcb(b"????????C  ", b"A       C  "), matches_fcb(b"A?      C  ", b"ABC     C  ")
    (True, False)
    """
    if pattern in (_ANY, name):
        return True
    return all(p in (0x3F, c) for p, c in zip(pattern, name, strict=True))


def matches(pattern: bytes | None, name: bytes) -> bool:
    """``matches_fcb`` for names in their path form."""
    return pattern is not None and matches_fcb(to_fcb(pattern), to_fcb(name))


def is_wild(name: bytes) -> bool:
    """Whether a name holds a wildcard."""
    return b"?" in name or b"*" in name


def host_name(name: bytes, page: CodePage = DEFAULT) -> str:
    """What a file the guest creates is called on the host: the DOS name, as Unicode.

    >>> host_name(b"GR\\x99SSE.TXT")
    'GRÖSSE.TXT'
    """
    return name.decode(page.codec)


@lru_cache(maxsize=1 << 15)
def exact_alias(host: str, page: CodePage = DEFAULT) -> bytes | None:
    """The DOS name of a host file whose name is a DOS name already, but for its case.

    >>> exact_alias("Makefile"), exact_alias("a.html"), exact_alias("aux.c")
    (b'MAKEFILE', None, None)
    """
    try:
        name = upper(unicodedata.normalize("NFC", host).encode(page.codec), page)
    except UnicodeEncodeError:
        return None
    if normalise(name, page=page) != name or b" " in name or name.partition(b".")[0] in RESERVED:
        return None
    return name


def _stem(host: str, page: CodePage) -> tuple[bytes, bytes]:
    """What an alias is made of: up to 8 characters of the name, up to 3 of its last extension."""
    text = unicodedata.normalize("NFC", host).lstrip(". ")
    base, dot, extension = text.rpartition(".")
    if not dot:
        base, extension = extension, ""

    def clean(part: str) -> bytes:
        encoded = upper(part.replace(".", "").replace(" ", "").encode(page.codec, "replace"), page)
        return bytes(0x5F if c in _FORBIDDEN else c for c in encoded)

    return clean(base)[:8] or b"_", clean(extension)[:3]


def alias_for(long: str, known: Mapping[str, bytes], page: CodePage = DEFAULT) -> bytes:
    """The DOS name that ``long`` will have beside the host names in ``known``, which keep theirs.

    >>> alias_for("A long story.txt", {"A long name.txt": b"ALONGN~1.TXT"})
    b'ALONGS~1.TXT'
    """
    found = assign_aliases([*known, long], known, page)
    return next(alias for alias, host in found.items() if host == long)


def assign_aliases(
    hosts: Iterable[str], known: Mapping[str, bytes] | None = None, page: CodePage = DEFAULT
) -> dict[bytes, str]:
    """The DOS name of each host name of one folder, sorted by DOS name.

    ``known`` holds the aliases given before: as long as the folder is in use a file keeps its own,
    whatever is made or deleted beside it. Of names that differ only in case the first in order
    (capitals first) has the plain name.

    >>> assign_aliases(["a.b.c", "Foo", "FOO", "naïve €.txt"])
    {b'AB~1.C': 'a.b.c', b'FOO': 'FOO', b'FOO~1': 'Foo', b'NA\\x8bVE_~1.TXT': 'naïve €.txt'}
    """
    taken: dict[bytes, str] = {}
    others: list[str] = []
    for host in sorted(hosts):
        name = exact_alias(host, page)
        if name is not None and name not in taken:
            taken[name] = host
        else:
            others.append(host)
    fresh = []
    for host in others:
        name = known.get(host) if known else None
        if name is not None and name not in taken:
            taken[name] = host
        else:
            fresh.append(host)
    next_number: dict[tuple[bytes, bytes], int] = {}
    for host in fresh:
        base, extension = _stem(host, page)
        number = next_number.get((base, extension), 1)
        while True:
            tail = b"~%d" % number
            name = base[: 8 - len(tail)] + tail + (b"." + extension if extension else b"")
            number += 1
            if name not in taken:
                break
        next_number[base, extension] = number
        taken[name] = host
    return dict(sorted(taken.items()))
