"""Deterministic record and replay: all that came into a machine from outside, in one file (docs/replay.md)."""

from dosemu.errors import RecordingError
from dosemu.replay.files import same_files
from dosemu.replay.player import Replayed, open_replay, replay
from dosemu.replay.recording import Check, Happening, Recording

__all__ = ["Check", "Happening", "Recording", "RecordingError", "Replayed", "open_replay", "replay", "same_files"]
