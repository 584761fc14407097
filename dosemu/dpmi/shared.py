"""Memory blocks that clients share by name (DPMI 1.0, functions 0D00h to 0D03h).

Only one client runs at a time, and one that waits would wait for ever: what cannot be had at once is an error.

>>> from dosemu.dpmi.blocks import Pool
>>> blocks = SharedBlocks(Pool(0x110000, 0x200000), lambda address: None)
>>> one = blocks.allocate(b"NAME", 100, owner=1)
>>> blocks.allocate(b"NAME", 9999, owner=2) is one, one.block.size
(True, 4096)
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from dosemu.dpmi.blocks import Block, Pool
from dosemu.dpmi.errors import DpmiError, DpmiErrorCode

_NOBODY = 0  # owner of the blocks in the pool: no client's number
_MOST_LOCKS = 0xFFFF


@dataclass(slots=True)
class Shared:
    """A block, how often each client allocated it, and who serialized on it how often."""

    handle: int
    name: bytes
    block: Block
    users: dict[int, int] = field(default_factory=dict)
    exclusive: dict[int, int] = field(default_factory=dict)
    shared: dict[int, int] = field(default_factory=dict)


class SharedBlocks:
    """The shared blocks of one host; ``clear(address)`` zeroes the 16 bytes that a new one starts with."""

    def __init__(self, pool: Pool, clear: Callable[[int], None]) -> None:
        self.pool = pool
        self.clear = clear
        self._blocks: dict[int, Shared] = {}

    def allocate(self, name: bytes, size: int, owner: int) -> Shared:
        """The block of this name, made when there is none. Raises NO_PHYSICAL_MEMORY."""
        shared = next((one for one in self._blocks.values() if one.name == name), None)
        if shared is None:
            block = self.pool.allocate(max(size, 1), _NOBODY)
            self.clear(block.address)
            shared = self._blocks[block.handle] = Shared(block.handle, name, block)
        shared.users[owner] = shared.users.get(owner, 0) + 1
        return shared

    def get(self, handle: int, owner: int) -> Shared:
        """Raises INVALID_HANDLE, also for a block that this client did not allocate."""
        shared = self._blocks.get(handle)
        if shared is None or owner not in shared.users:
            raise DpmiError(DpmiErrorCode.INVALID_HANDLE)
        return shared

    def free(self, shared: Shared, owner: int) -> None:
        """Undo one allocation; the last one's frees the memory."""
        shared.users[owner] -= 1
        if shared.users[owner] <= 0:
            self._leave(shared, owner)

    def _leave(self, shared: Shared, owner: int) -> None:
        for counts in (shared.users, shared.exclusive, shared.shared):
            counts.pop(owner, None)
        if not shared.users:
            del self._blocks[shared.handle]
            self.pool.free(shared.block)

    def free_all(self, owner: int) -> None:
        """A client has ended."""
        for shared in [one for one in self._blocks.values() if owner in one.users]:
            self._leave(shared, owner)

    def serialize(self, shared: Shared, owner: int, *, shared_only: bool = False) -> None:
        """Own the block, alone or with others. Raises LOCK_COUNT, OWNED_EXCLUSIVELY, OWNED_SHARED."""
        if any(other != owner for other in shared.exclusive):
            raise DpmiError(DpmiErrorCode.OWNED_EXCLUSIVELY)
        if not shared_only and any(other != owner for other in shared.shared):
            raise DpmiError(DpmiErrorCode.OWNED_SHARED)
        counts = shared.shared if shared_only else shared.exclusive
        if counts.get(owner, 0) >= _MOST_LOCKS:
            raise DpmiError(DpmiErrorCode.LOCK_COUNT)
        counts[owner] = counts.get(owner, 0) + 1

    def release(self, shared: Shared, owner: int, *, shared_only: bool = False) -> None:
        """Undo one serialize(). Raises INVALID_STATE."""
        counts = shared.shared if shared_only else shared.exclusive
        if owner not in counts:
            raise DpmiError(DpmiErrorCode.INVALID_STATE)
        counts[owner] -= 1
        if not counts[owner]:
            del counts[owner]
