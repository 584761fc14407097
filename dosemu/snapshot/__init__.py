"""Snapshots of the whole machine: take, restore, keep in a file, fork (docs/snapshots.md)."""

from dosemu.errors import SnapshotBusy, SnapshotError
from dosemu.snapshot.snapshot import Snapshot

__all__ = ["Snapshot", "SnapshotBusy", "SnapshotError"]
