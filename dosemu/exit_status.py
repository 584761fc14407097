"""Exit statuses of the ``dosemu`` command; any other status is the guest's own errorlevel.

124 to 127 are those of ``timeout`` and ``env``; a status above 128 is, as in a shell, 128 and a signal's number.
"""

from __future__ import annotations

from enum import IntEnum


class ExitStatus(IntEnum):
    """What the command ends with when it is not the guest's errorlevel."""

    OK = 0
    TIME_LIMIT = 124  # --seconds or --frames was reached
    FAILED = 125  # the emulator failed, or was asked for something it cannot do
    NOT_DOS_PROGRAM = 126
    NOT_FOUND = 127
    HANGUP = 129
    INTERRUPTED = 130  # Ctrl-C
    GUEST_FAULT = 134  # the program was ended by a CPU fault, as abort() ends a process
    BROKEN_PIPE = 141
    TERMINATED = 143
