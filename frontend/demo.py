"""Where the bundled demo program is."""

from __future__ import annotations

from pathlib import Path

import dosemu

DEMO = Path(dosemu.__file__).resolve().parent / "data" / "demo.com"
