"""``--display terminal``: the live screen in a text terminal."""

from frontend.terminal.live import run

__all__ = ["run"]
