"""``python -m dosemu``: hands over to the command line."""

from __future__ import annotations

import sys

from frontend.cli import main

if __name__ == "__main__":
    sys.exit(main())
