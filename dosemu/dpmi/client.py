"""One protected-mode program: what it set up and what it owns."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dosemu.dpmi.resident import Provider

Far = tuple[int, int]  # selector, offset
EXCEPTIONS = 0x20


@dataclass(slots=True)
class Watchpoint:
    """A debug watchpoint (0B00h) in debug register ``register``."""

    register: int
    hit: bool = False


@dataclass(frozen=True, slots=True)
class EventHandler:
    """A client's procedure that a driver calls, and the offset of the callback that the driver has for it."""

    callback: int
    procedure: Far


@dataclass(frozen=True, slots=True)
class DosBlock:
    """A block of DOS memory (0100h) and the descriptors for it, one after another."""

    segment: int
    paragraphs: int

    @property
    def descriptors(self) -> int:
        """One for each 64 KB."""
        return max((self.paragraphs + 0xFFF) >> 12, 1)


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
    dos_blocks: dict[int, DosBlock] = field(default_factory=dict)  # 0100h: by first selector
    mappings: list[int] = field(default_factory=list)  # 0800h: linear addresses
    watchpoints: dict[int, Watchpoint] = field(default_factory=dict)
    transfer_area: Far | None = None  # the DTA that INT 21h/1Ah set, selector:offset
    event_handlers: dict[int, EventHandler] = field(default_factory=dict)  # of the mouse and the BIOS
    resident: bool = False
    provider: Provider | None = None  # 0C00h
    provided: list[tuple[int, int, int]] = field(default_factory=list)  # for this client: code, offset, data

    def forget_segment(self, selector: int) -> None:
        """A selector that 0002h may have given is freed."""
        for segment in [segment for segment, known in self.segments.items() if known == selector]:
            del self.segments[segment]

    @property
    def offset_mask(self) -> int:
        """What of a register is an offset for this client."""
        return 0xFFFFFFFF if self.wide else 0xFFFF
