"""Errors of INT 31h: carry and a code in AX (DPMI 1.0, appendix "Error codes")."""

from __future__ import annotations

from enum import IntEnum


class DpmiErrorCode(IntEnum):
    """AX of a function that failed."""

    UNSUPPORTED = 0x8001
    INVALID_STATE = 0x8002
    INTEGRITY = 0x8003
    RESOURCE = 0x8010
    NO_DESCRIPTOR = 0x8011
    NO_LINEAR_MEMORY = 0x8012
    NO_PHYSICAL_MEMORY = 0x8013
    NO_CALLBACK = 0x8015
    NO_HANDLE = 0x8016
    LOCK_COUNT = 0x8017
    OWNED_EXCLUSIVELY = 0x8018
    OWNED_SHARED = 0x8019
    INVALID_VALUE = 0x8021
    INVALID_SELECTOR = 0x8022
    INVALID_HANDLE = 0x8023
    INVALID_CALLBACK = 0x8024
    INVALID_ADDRESS = 0x8025


class DpmiError(Exception):
    """A function failed; ``code`` goes into AX."""

    def __init__(self, code: int) -> None:
        super().__init__(f"DPMI error {code:04X}h")
        self.code = int(code)
