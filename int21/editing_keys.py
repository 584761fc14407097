"""Which key does what while a line is edited, for the editor of INT 21h/0Ah and that of the prompt.

MS-DOS 5 User's Guide, "Editing the command line" (the template) and "Using Doskey". The actions are the names of the
editors' methods, with an underscore before them; each does of them what it knows.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

_CONTROL_KEYS = {
    0x08: "backspace",
    0x09: "tab",
    0x0A: "new_line",
    0x0D: "enter",
    0x18: "cancel",  # Ctrl-X
    0x1B: "cancel",  # Esc
    0x7F: "ctrl_backspace",
}
_EXTENDED_KEYS = {
    0x3B: "copy_one",  # F1
    0x3C: "copy_up_to",  # F2
    0x3D: "copy_rest",  # F3
    0x3E: "skip_up_to",  # F4
    0x3F: "keep_as_template",  # F5
    0x40: "end_of_file",  # F6
    0x41: "f7",
    0x42: "search",  # F8
    0x43: "by_number",  # F9
    0x47: "home",
    0x48: "earlier",  # Up
    0x49: "oldest",  # Page Up
    0x4B: "left",
    0x4D: "right",
    0x4F: "end",
    0x50: "later",  # Down
    0x51: "newest",  # Page Down
    0x52: "toggle_insert",
    0x53: "delete",
    0x6E: "forget_history",  # Alt-F7
    0x71: "forget_macros",  # Alt-F10
    0x73: "word_left",  # Ctrl-Left
    0x74: "word_right",  # Ctrl-Right
    0x75: "delete_to_end",  # Ctrl-End
    0x77: "delete_to_start",  # Ctrl-Home
}


def action(editor: object, key: int, *, extended: bool) -> Callable[[], Any] | None:
    """What an editor does for a character, or for an extended key's scan code; None: nothing of its own."""
    name = (_EXTENDED_KEYS if extended else _CONTROL_KEYS).get(key)
    found: Callable[[], Any] | None = getattr(editor, f"_{name}", None) if name is not None else None
    return found
