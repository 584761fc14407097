"""Looking into a running program: a debugger, a stub for GDB, code coverage, profiles.

>>> from dosemu import Machine
>>> from dosemu.debug import Debugger
>>> code = bytes.fromhex("b402 b241 cd21 cd20")  # mov ah, 2; mov dl, 'A'; int 21h; int 20h
>>> with Machine.from_files({"T.COM": code}) as m:
...     debugger = Debugger(m)
...     point = debugger.break_interrupt(0x21, 0x02)
...     print(debugger.run().text, hex(m.regs.ip))
...     print(debugger.run().text)
breakpoint 1: INT 21h AH=02h 0x104
the program ended: terminated, errorlevel 0
"""

from __future__ import annotations

from dosemu.debug.debugger import Debugger
from dosemu.debug.points import Point, PointKind
from dosemu.debug.stops import Stop, StopKind

__all__ = ["Debugger", "Point", "PointKind", "Stop", "StopKind"]
