"""The debugger's commands, one file a subject; each registers itself with ``@command``."""
