"""The CPU: Unicorn's library with dosemu's edits, and the engine that drives it in slices."""
