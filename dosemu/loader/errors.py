"""Why a file cannot be loaded: a DOS error that keeps its sentence."""

from __future__ import annotations

from int21.errors import DosError, ErrorCode


class LoadError(DosError):
    """A program that DOS would refuse; ``reason`` is one line for people, without the file's name."""

    def __init__(self, code: ErrorCode, reason: str) -> None:
        super().__init__(code, reason)
        self.reason = reason


def bad_format(reason: str) -> LoadError:
    """The error of EXEC for a broken program file: code 0Bh."""
    return LoadError(ErrorCode.INVALID_FORMAT, reason)


def too_big(reason: str) -> LoadError:
    """The error of EXEC for a program that cannot fit: code 08h."""
    return LoadError(ErrorCode.INSUFFICIENT_MEMORY, reason)
