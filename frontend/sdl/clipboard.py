"""Text to and from the host's clipboard, and other strings that SDL hands out."""

from __future__ import annotations

import ctypes
from typing import TYPE_CHECKING

import sdl2

from dosemu.errors import DosemuError

if TYPE_CHECKING:
    from dosemu.keystrokes import KeyboardInput

MOST_CHARACTERS = 100_000  # an hour of typing


def put(text: str) -> None:
    """Hand text to the host. Raises DosemuError."""
    if sdl2.SDL_SetClipboardText(text.encode("utf-8", "replace")) != 0:
        raise DosemuError(f"nothing copied: {(sdl2.SDL_GetError() or b'').decode(errors='replace')}")


def text() -> str:
    """What the clipboard holds, as lines that end with a line feed."""
    found = sdl2.SDL_GetClipboardText() or b""
    return found.decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")


def paste(keyboard: KeyboardInput) -> int:
    """Have the text in the clipboard typed; returns how many characters that are."""
    wanted = text()[:MOST_CHARACTERS]
    keyboard.paste(wanted)
    return len(wanted)


def feed(keyboard: KeyboardInput) -> None:
    """Once a frame: go on with what is being typed."""
    keyboard.feed()


def taken(address: int | bytes | None) -> str:
    """A string that SDL gave away, which is freed."""
    if not address:
        return ""
    if isinstance(address, bytes):
        return address.decode("utf-8", "surrogateescape")
    found = ctypes.cast(address, ctypes.c_char_p).value or b""
    sdl2.SDL_free(address)
    return found.decode("utf-8", "surrogateescape")
