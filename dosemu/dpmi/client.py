"""One protected-mode program: what it set up and what it owns."""

from __future__ import annotations

from dataclasses import dataclass, field

Far = tuple[int, int]  # selector, offset
EXCEPTIONS = 0x20


@dataclass(slots=True)
class Watchpoint:
    """A debug watchpoint (0B00h) in debug register ``register``."""

    register: int
    hit: bool = False


@dataclass(slots=True)
class Client:
    """A client of the host, from its mode switch to its end. ``number`` marks what it owns."""

    number: int
    wide: bool  # a 32-bit client
    psp: int
    environment: int  # the paragraph that PSP:2Ch held before the mode switch
    interrupts: dict[int, Far] = field(default_factory=dict)  # 0205h
    exceptions: dict[int, Far] = field(default_factory=dict)  # 0203h, 0212h
    real_exceptions: dict[int, Far] = field(default_factory=dict)  # 0213h
    segments: dict[int, int] = field(default_factory=dict)  # 0002h: paragraph to selector
    dos_blocks: dict[int, int] = field(default_factory=dict)  # 0100h: first selector to paragraphs
    watchpoints: dict[int, Watchpoint] = field(default_factory=dict)
    transfer_area: Far | None = None  # the DTA that INT 21h/1Ah set, selector:offset
    mouse_callback: int | None = None
    resident: bool = False

    @property
    def offset_mask(self) -> int:
        """What of a register is an offset for this client."""
        return 0xFFFFFFFF if self.wide else 0xFFFF
