"""CHKDSK: disks are not checked here: use fsck.fat on an image that is not mounted."""

from __future__ import annotations

from dosemu.shell.notices import declare_notice

declare_notice(
    "CHKDSK",
    "Disks are not checked here: use fsck.fat on an image that is not mounted",
    help="Checks a disk and displays a status report.",
    code=1,
)
