"""``--display terminal``: the live screen in a text terminal."""

import os

# blessed asks the terminal what it can do and, by default, waits ten seconds for one that never answers.
os.environ.setdefault("BLESSED_QUERY_TIMEOUT_SECONDS", "0.3")

from frontend.terminal.live import run  # blessed reads the variable when it is imported

__all__ = ["run"]
