"""What can go wrong before or around a run, and the exit status each gives.

The statuses follow what ``timeout`` and ``env`` do, so that scripts can tell the emulator's troubles
from the guest's own errorlevel: 124 time limit, 125 the emulator or its use, 126 not runnable, 127 not found.

>>> raise ProgramNotFound("GAME.EXE: no such file")
Traceback (most recent call last):
dosemu.errors.ProgramNotFound: GAME.EXE: no such file
>>> ProgramNotFound.exit_status
127
"""

from __future__ import annotations

from typing import ClassVar


class DosemuError(Exception):
    """Something a user can act on: the message is one line, without a traceback."""

    exit_status: ClassVar[int] = 125


class NotDosProgram(DosemuError):
    """The file exists but is nothing DOS can run (a PE, ELF, text file, damaged header)."""

    exit_status: ClassVar[int] = 126


class ProgramNotFound(DosemuError):
    """No such program."""

    exit_status: ClassVar[int] = 127


class SettingsError(DosemuError, ValueError):
    """A setting that does not exist, or a value it cannot take."""


class MountError(DosemuError, ValueError):
    """A ``--mount`` that cannot be read, or a folder that cannot be mounted."""


class KeyNameError(DosemuError, ValueError):
    """A key that no PC keyboard has, or a ``--keys`` text that cannot be read."""


class SnapshotError(DosemuError, ValueError):
    """A snapshot that cannot be taken, read, or restored on this machine."""


class SnapshotBusy(SnapshotError):
    """Not at this moment: something is at work that cannot be in a snapshot, and will have ended later."""


class RecordingError(DosemuError, ValueError):
    """A recording that cannot be read, or that does not fit the program."""
