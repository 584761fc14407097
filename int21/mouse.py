"""The mouse driver's state: position, buttons, counters, handlers, and what a packet of the mouse changes.

Microsoft Mouse Programmer's Reference; RBIL, INT 33h. Positions are on the virtual screen, 640 pixels wide in the
usual modes, whatever the pixels of the mode. The services are in ``int21.mouse_functions``, the
cursor is in ``int21.mouse_cursor``.

>>> from hw.memory import Memory
>>> mouse = Mouse(Memory(0x200000), lambda irq: None)
>>> mouse.reset()
>>> mouse.receive(Packet(dx=16, dy=0, buttons=1)); mouse.take().events
3
>>> mouse.position, mouse.buttons
((336, 96), 1)
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from hw.memory import Memory
from int21.mouse_cursor import Cursor, Geometry, Pointer
from int21.mouse_profiles import LargePointer, Profiles

IRQ = 12
BUTTONS = 3
MOVED = 0x01
_QUEUE = 32

_KEYS = 0x417  # BIOS data: shift keys
_ALT, _CTRL, _SHIFT = 0x80, 0x40, 0x20  # of function 18h
_EVENTS = 0x7F
_ALTERNATE_EVENTS = 0x1F
_MOST_ALTERNATES = 3


@dataclass(frozen=True, slots=True)
class Packet:
    """What the mouse says: movement in mickeys, the buttons (1 left, 2 right, 4 middle), or a place to be at."""

    dx: int = 0
    dy: int = 0
    buttons: int = 0
    to: tuple[int, int] | None = None


@dataclass(slots=True)
class Counter:
    """How often a button was pressed or released since it was last asked, and where at last."""

    count: int = 0
    x: int = 0
    y: int = 0


@dataclass(frozen=True, slots=True)
class Handler:
    """A program's event handler: the events it wants, and its address."""

    mask: int
    address: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Event:
    """What a packet changed, for the handler to be called; None: nobody wants to know."""

    events: int
    handler: Handler | None


@dataclass(slots=True)
class Motion:
    """What functions 0Fh, 13h and 1Ah set. The threshold is only kept: acceleration is the profiles'."""

    DEFAULT_RATIO: ClassVar[tuple[int, int]] = (8, 16)

    ratio: tuple[int, int] = DEFAULT_RATIO  # mickeys for 8 pixels
    sensitivity: tuple[int, int] = (50, 50)  # 50: as it is
    double_speed: int = 64  # mickeys a second


@dataclass(slots=True)
class Area:
    """Where the pointer may be."""

    low_x: int = 0
    low_y: int = 0
    high_x: int = 639
    high_y: int = 199

    def clamp(self, x: float, y: float) -> tuple[float, float]:
        return min(max(x, self.low_x), self.high_x), min(max(y, self.low_y), self.high_y)


class Mouse:
    """The driver. ``raise_irq`` is called when a packet waits; the interrupt's service takes it."""

    def __init__(self, memory: Memory, raise_irq: Callable[[int], None]) -> None:
        self._memory = memory
        self._raise_irq = raise_irq
        self._queue: deque[Packet] = deque()
        self.cursor = Cursor(memory)
        self.enabled = True
        self.wanted = False  # the program has called the driver
        self.language = 0
        self.rate = 0
        self.profiles = Profiles()
        self.large_pointer = LargePointer()
        self.in_handler = False
        self._key = (-1, -1)  # what the geometry was made of
        self.buttons = 0
        self.reset()

    def reset(self) -> None:
        """Functions 00h and 21h: everything as at the start, but the buttons stay as they are."""
        self.geometry = Geometry.of(self._memory)
        self.area = Area(0, 0, self.geometry.width - 1, self.geometry.height - 1)
        self.motion = Motion()
        self._x: float = self.geometry.width // 2
        self._y: float = self.geometry.height // 2
        self.mickeys = [0.0, 0.0]
        self.pressed = [Counter() for _ in range(BUTTONS)]
        self.released = [Counter() for _ in range(BUTTONS)]
        self.handler: Handler | None = None
        self.alternates: dict[int, Handler] = {}  # by the shift keys they want
        self.in_handler = False
        self.cursor.reset()

    def follow_mode(self) -> None:
        """The video mode may have changed since: the pointer is hidden then, and may go everywhere.

        More lines or columns in the same text mode leave it shown.
        """
        # Programs ask for the position in tight loops: a look at what Geometry is made of comes first.
        key = self._memory.u32(Geometry.MODE), self._memory.u8(Geometry.ROWS)
        if key == self._key:
            return
        self._key = key
        geometry = Geometry.of(self._memory)
        if geometry == self.geometry:
            return
        if geometry.mode != self.geometry.mode:
            self.cursor.forget()
        self.geometry = geometry
        self.area = Area(0, 0, geometry.width - 1, geometry.height - 1)
        self.move_to(self._x, self._y)

    @property
    def pointer(self) -> Pointer | None:
        """What the machine is to draw over the picture; a change of the video mode takes it away."""
        return self.cursor.pointer if self._memory.u8(Geometry.MODE) & 0x7F == self.geometry.mode else None

    # Position

    @property
    def position(self) -> tuple[int, int]:
        """Where the pointer is, in the steps of the video mode."""
        return self.geometry.stepped(int(self._x), int(self._y))

    def move_to(self, x: float, y: float) -> None:
        """Put the pointer at a place of the virtual screen, or as near as it may be."""
        self._x, self._y = self.area.clamp(x, y)
        self.cursor.draw(self.geometry, *self.position)

    def limit(self, area: Area) -> None:
        """Functions 07h and 08h: where the pointer may be from now on."""
        self.area = area
        self.move_to(self._x, self._y)

    def take_mickeys(self) -> tuple[int, int]:
        """Function 0Bh: movement since the last call; fractions stay."""
        whole = int(self.mickeys[0]), int(self.mickeys[1])
        self.mickeys = [self.mickeys[0] - whole[0], self.mickeys[1] - whole[1]]
        return whole

    # What the mouse sends

    def receive(self, packet: Packet) -> None:
        """A packet came in; the interrupt is raised."""
        last = self._queue[-1] if self._queue else None
        if len(self._queue) >= _QUEUE and last is not None and packet.to is None and last.buttons == packet.buttons:
            # Nobody takes them: movements add up, presses are kept.
            self._queue[-1] = Packet(last.dx + packet.dx, last.dy + packet.dy, packet.buttons, last.to)
        elif len(self._queue) < 2 * _QUEUE:
            self._queue.append(packet)
        if not self.in_handler:
            self._raise_irq(IRQ)

    def take(self) -> Event | None:
        """The next packet takes effect; None when there is none, or the program's handler is running."""
        if self.in_handler or not self._queue:
            return None
        packet = self._queue.popleft()
        if not self.enabled:
            return Event(0, None)
        self.follow_mode()
        events = self._moved(packet) | self._buttons(packet.buttons)
        if events & MOVED:
            self.cursor.draw(self.geometry, *self.position)
        return Event(events, self._handler_for(events))

    def handler_is_back(self) -> None:
        """The program's handler returned: what came in meanwhile is next."""
        self.in_handler = False
        if self._queue:
            self._raise_irq(IRQ)

    def drop_handlers(self, start: int, end: int) -> None:
        """A program ended whose memory was from linear address ``start`` to ``end``: its handlers are gone."""

        def kept(handler: Handler) -> bool:
            segment, offset = handler.address
            return not start <= (segment << 4) + offset < end

        if self.handler is not None and not kept(self.handler):
            self.handler = None
            self.in_handler = False
        self.alternates = {keys: handler for keys, handler in self.alternates.items() if kept(handler)}

    def _moved(self, packet: Packet) -> int:
        x, y = self._x, self._y
        dx: float = packet.dx
        dy: float = packet.dy
        motion = self.motion
        if packet.to is not None:
            self._x, self._y = self.area.clamp(*packet.to)
            dx = (self._x - x) * motion.ratio[0] / 8
            dy = (self._y - y) * motion.ratio[1] / 8
        else:
            faster = self.profiles.speed_up(max(abs(packet.dx), abs(packet.dy)))
            across = dx * 8 / motion.ratio[0] * motion.sensitivity[0] / 50 * faster
            down = dy * 8 / motion.ratio[1] * motion.sensitivity[1] / 50 * faster
            self._x, self._y = self.area.clamp(x + across, y + down)
        # 16-bit counters, as programs read them.
        self.mickeys = [_wrapped(self.mickeys[0] + dx), _wrapped(self.mickeys[1] + dy)]
        return MOVED if dx or dy or packet.dx or packet.dy else 0

    def _buttons(self, buttons: int) -> int:
        events = 0
        x, y = self.position
        for button in range(BUTTONS):
            bit = 1 << button
            if (buttons ^ self.buttons) & bit:
                counter = (self.pressed if buttons & bit else self.released)[button]
                counter.count = min(counter.count + 1, 0xFFFF)
                counter.x, counter.y = x, y
                events |= (2 if buttons & bit else 4) << 2 * button
        self.buttons = buttons & (1 << BUTTONS) - 1
        return events

    def _handler_for(self, events: int) -> Handler | None:
        alternate = self.alternates.get(self._shift_keys())
        for handler in (alternate, self.handler):
            if handler is not None and handler.mask & events & _EVENTS:
                return handler
        return None

    def _shift_keys(self) -> int:
        keys = self._memory.u8(_KEYS)
        return (_ALT if keys & 8 else 0) | (_CTRL if keys & 4 else 0) | (_SHIFT if keys & 3 else 0)

    def set_alternate(self, mask: int, address: tuple[int, int]) -> bool:
        """Function 18h: a handler for events with Alt, Ctrl or Shift (bits 7 to 5); False when it cannot be.

        A mask without events takes the handler away.
        """
        keys = mask & (_ALT | _CTRL | _SHIFT)
        if not keys:
            return False
        if not mask & _ALTERNATE_EVENTS:
            self.alternates.pop(keys, None)
            return True
        if keys not in self.alternates and len(self.alternates) >= _MOST_ALTERNATES:
            return False
        self.alternates[keys] = Handler(mask & _ALTERNATE_EVENTS, address)
        return True


def _wrapped(value: float) -> float:
    return (value + 0x8000) % 0x10000 - 0x8000
