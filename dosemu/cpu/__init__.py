"""The CPU: Unicorn's library with dosemu's edits, and the engine that drives it in slices."""

import sys

if "unicorn" in sys.modules and not hasattr(
    getattr(sys.modules.get("unicorn.unicorn_py3.unicorn"), "uclib", None), "dosemu_run"
):
    # Two libraries of one name cannot be in a process: the engine would get the other one's code.
    raise ImportError("the unicorn package was imported before dosemu and loaded its own library: import dosemu first")
