"""Sharing modes and locked regions, as SHARE.EXE enforces them, between the open files of one machine.

The rules for a second open are those of the MS-DOS Programmer's Reference, "Open File with Handle", and
of RBIL table 01403. Compatibility mode goes with itself only, or with readers when the file is read-only.

>>> table = Sharing()
>>> table.add("file", 1, Access.READ, Share.DENY_WRITE)
>>> table.allows("file", Access.READ, Share.DENY_NONE), table.allows("file", Access.WRITE, Share.DENY_NONE)
(True, False)
>>> table.lock("file", 1, 100, 50); table.locked("file", 2, 149, 1), table.locked("file", 1, 149, 1)
(True, False)
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from enum import IntEnum

from int21.errors import DosError, ErrorCode

_MOST_LOCKS = 1024  # of one file; SHARE /L has its limit too


class Access(IntEnum):
    """Bits 0 to 2 of an open mode."""

    READ = 0
    WRITE = 1
    BOTH = 2


class Share(IntEnum):
    """Bits 4 to 6 of an open mode."""

    COMPATIBLE = 0
    DENY_ALL = 1
    DENY_WRITE = 2
    DENY_READ = 3
    DENY_NONE = 4


ACCESSES, SHARES = tuple(Access), tuple(Share)  # by number

_PERMITS = {
    Share.DENY_ALL: frozenset[Access](),
    Share.DENY_WRITE: frozenset({Access.READ}),
    Share.DENY_READ: frozenset({Access.WRITE}),
    Share.DENY_NONE: frozenset(Access),
}


@dataclass(frozen=True, slots=True)
class _Opening:
    owner: int
    access: Access
    share: Share


@dataclass(frozen=True, slots=True)
class _Lock:
    owner: int
    start: int
    end: int


@dataclass(slots=True)
class _Shared:
    openings: list[_Opening] = field(default_factory=list)
    locks: list[_Lock] = field(default_factory=list)


class Sharing:
    """Which files are open how. Owners are numbers of system file table entries."""

    def __init__(self) -> None:
        self._files: dict[Hashable, _Shared] = {}

    def __bool__(self) -> bool:
        return bool(self._files)

    @property
    def locks(self) -> bool:
        """Whether any region of any file is locked."""
        return any(shared.locks for shared in self._files.values())

    @property
    def strict(self) -> bool:
        """Whether any file is open under a sharing mode."""
        return any(o.share is not Share.COMPATIBLE for shared in self._files.values() for o in shared.openings)

    def allows(self, identity: Hashable, access: Access, share: Share, *, read_only: bool = False) -> bool:
        """Whether the file may be opened once more like this."""
        shared = self._files.get(identity)
        if shared is None:
            return True
        return all(_go_together(o, access, share, read_only) for o in shared.openings)

    def may_change(self, identity: Hashable) -> bool:
        """Whether the file may be deleted, renamed or emptied by name: not while a sharing mode protects it."""
        shared = self._files.get(identity)
        return shared is None or all(o.share is Share.COMPATIBLE for o in shared.openings)

    def add(self, identity: Hashable, owner: int, access: Access, share: Share) -> None:
        """The file is open."""
        self._files.setdefault(identity, _Shared()).openings.append(_Opening(owner, access, share))

    def remove(self, identity: Hashable, owner: int) -> None:
        """The file is closed; the owner's locks end."""
        shared = self._files.get(identity)
        if shared is None:
            return
        shared.openings = [o for o in shared.openings if o.owner != owner]
        shared.locks = [lock for lock in shared.locks if lock.owner != owner]
        if not shared.openings:
            del self._files[identity]

    def lock(self, identity: Hashable, owner: int, start: int, size: int) -> None:
        """Lock a region. Raises LOCK_VIOLATION when any part is locked, SHARING_BUFFER_OVERFLOW."""
        shared = self._files.setdefault(identity, _Shared())
        end = start + size
        if size == 0 or any(lock.start < end and start < lock.end for lock in shared.locks):
            raise DosError(ErrorCode.LOCK_VIOLATION)
        if len(shared.locks) >= _MOST_LOCKS:
            raise DosError(ErrorCode.SHARING_BUFFER_OVERFLOW)
        shared.locks.append(_Lock(owner, start, end))

    def unlock(self, identity: Hashable, owner: int, start: int, size: int) -> None:
        """Unlock exactly what was locked. Raises LOCK_VIOLATION."""
        shared = self._files.get(identity)
        lock = _Lock(owner, start, start + size)
        if shared is None or lock not in shared.locks:
            raise DosError(ErrorCode.LOCK_VIOLATION)
        shared.locks.remove(lock)

    def rename(self, owners: list[tuple[int, Hashable, Hashable]]) -> None:
        """Files were opened again: owner, the identity that its file had, and the one it has now."""
        new = {old: now for _, old, now in owners}
        self._files = {new.get(identity, identity): shared for identity, shared in self._files.items()}

    def locked(self, identity: Hashable, owner: int, start: int, size: int) -> bool:
        """Whether another owner has locked a part of the region."""
        shared = self._files.get(identity)
        if shared is None or not shared.locks:
            return False
        end = start + size
        return any(lock.owner != owner and lock.start < end and start < lock.end for lock in shared.locks)


def _go_together(first: _Opening, access: Access, share: Share, read_only: bool) -> bool:
    modes = {first.share, share}
    if modes == {Share.COMPATIBLE}:
        return True
    if Share.COMPATIBLE in modes:
        harmless = modes <= {Share.COMPATIBLE, Share.DENY_WRITE, Share.DENY_NONE}
        return read_only and harmless and first.access is access is Access.READ
    return access in _PERMITS[first.share] and first.access in _PERMITS[share]
