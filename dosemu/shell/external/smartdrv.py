"""SMARTDRV: the host keeps files in its memory: no cache is needed."""

from __future__ import annotations

from dosemu.shell.notices import declare_notice

declare_notice(
    "SMARTDRV",
    "The host keeps files in its memory: no cache is needed",
    help="Starts or configures SMARTDrive, which creates a disk cache.",
)
