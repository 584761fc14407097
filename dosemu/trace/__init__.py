"""What a program asks of DOS, the BIOS and the hardware: an strace for DOS."""

from __future__ import annotations

from dosemu.trace.filters import TraceFilter
from dosemu.trace.trace import Trace

__all__ = ["Trace", "TraceFilter"]
