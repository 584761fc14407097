"""Compact discs: images and folders as CD-ROM drives, and MSCDEX."""
