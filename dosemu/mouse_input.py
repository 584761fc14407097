"""The mouse as a person uses it: moved and clicked in emulated time, one packet after the other.

A PS/2 mouse sends up to 100 packets a second: movements in between add up, each press and release is a
packet of its own.

>>> from hw.clock import Clock, SECOND
>>> from hw.memory import Memory
>>> from int21.mouse import Mouse
>>> driver, clock = Mouse(Memory(0x200000), lambda irq: None), Clock()
>>> mouse = MouseInput(driver, clock)
>>> mouse.move(8, 0); mouse.move(8, 0); mouse.press(0)
>>> clock.skip_to(SECOND); driver.take().events, driver.take().events, driver.position
(1, 2, (336, 96))
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from typing import Protocol

from dosemu.input_tap import Tap, tapped
from hw.clock import MS, Clock
from hw.state import resumable
from int21.mouse import BUTTONS, Mouse, Packet

PACKET_PS = 10 * MS
LEFT, RIGHT, MIDDLE = range(BUTTONS)


class Device(Protocol):
    """A mouse on a port of its own; ``reporting`` tells that a driver has switched it on."""

    @property
    def reporting(self) -> bool: ...

    def move(self, dx: int, dy: int, buttons: int) -> None: ...


class MouseInput:
    """Moves and clicks the machine's mouse. Buttons are LEFT (0), RIGHT (1) and MIDDLE (2).

    >>> from dosemu import Machine
    >>> code = bytes.fromhex("33c0 cd33 b80300 cd33 ebf9")  # INT 33h/00h, then 03h again and again
    >>> with Machine.from_files({"T.COM": code}) as m:
    ...     m.run(seconds=0.1); m.mouse.wanted, m.mouse.virtual_height
    ...     m.mouse.move_to(80, 40); m.mouse.press(0); m.run(seconds=0.2)
    ...     (m.regs.cx, m.regs.dx, m.regs.bx), m.mouse.buttons, m.mouse.pending
    ...     m.mouse.release(0); m.mouse.move(16, 0); m.mouse.click(1); m.mouse.release_all(); m.run(seconds=0.5)
    ...     (m.regs.cx, m.regs.dx, m.regs.bx)
    (True, 200)
    ((80, 40, 1), 1, 0)
    (96, 40, 0)
    """

    snapshot_skips = ("input_tap",)
    input_tap: Tap | None = None

    def __init__(self, driver: Mouse, clock: Clock, devices: Sequence[Device] = ()) -> None:
        self._driver = driver
        self._devices = devices
        self._clock = clock
        self._waiting: deque[Packet] = deque()
        self._held = 0
        self._free_ps = 0

    @property
    def buttons(self) -> int:
        """The buttons that are held, bit 0 the left one."""
        return self._held

    @property
    def virtual_height(self) -> int:
        """Lines of the driver's virtual screen, which is 640 wide in most modes."""
        return self._driver.geometry.height

    @property
    def wanted(self) -> bool:
        """The program has asked for the mouse."""
        return self._driver.wanted or self._device is not None

    @property
    def _device(self) -> Device | None:
        """The mouse that a driver of the program's own listens to: it gets the packets."""
        return next((device for device in self._devices if device.reporting), None)

    @property
    def pending(self) -> int:
        """Packets that are still to come."""
        return len(self._waiting)

    @tapped("mouse.move")
    def move(self, dx: int, dy: int) -> None:
        """Move by so many mickeys, to the right and down; 8 of them are a pixel, or 16 downwards two lines."""
        if not dx and not dy:
            return
        last = self._waiting[-1] if self._waiting else None
        if last is not None and last.to is None and last.buttons == self._held:
            self._waiting[-1] = Packet(last.dx + dx, last.dy + dy, last.buttons)
            return
        self._send(Packet(dx, dy, self._held))

    @tapped("mouse.move_to")
    def move_to(self, x: int, y: int) -> None:
        """Put the pointer at a place of the driver's virtual screen (640 by 200 in most modes).

        A mouse driver of the program's own knows no places: for it the mouse stays where it is.
        """
        last = self._waiting[-1] if self._waiting else None
        if last is not None and last.to is not None and last.buttons == self._held:
            self._waiting[-1] = Packet(buttons=self._held, to=(x, y))
            return
        self._send(Packet(buttons=self._held, to=(x, y)))

    @tapped("mouse.press")
    def press(self, button: int) -> None:
        """Push a button down. Raises ValueError for what is no button."""
        self._change(button, True)

    @tapped("mouse.release")
    def release(self, button: int) -> None:
        """Let a button go. Raises ValueError for what is no button."""
        self._change(button, False)

    def release_all(self) -> None:
        """Let all buttons go (the window lost the focus)."""
        for button in range(BUTTONS):
            if self._held >> button & 1:
                self.release(button)

    def click(self, button: int = LEFT) -> None:
        """Press and release a button."""
        self.press(button)
        self.release(button)

    def _change(self, button: int, down: bool) -> None:
        if not 0 <= button < BUTTONS:
            raise ValueError(f"mouse button {button}: 0 left, 1 right, 2 middle")
        held = self._held | 1 << button if down else self._held & ~(1 << button)
        if held != self._held:
            self._held = held
            self._send(Packet(buttons=held))

    def _send(self, packet: Packet) -> None:
        self._waiting.append(packet)
        self._free_ps = max(self._clock.now_ps, self._free_ps)
        self._clock.at(self._free_ps, self._deliver, "mouse packet")
        self._free_ps += PACKET_PS

    @resumable
    def _deliver(self) -> None:
        if not self._waiting:
            return
        packet = self._waiting.popleft()
        device = self._device
        if device is not None:
            device.move(packet.dx, packet.dy, packet.buttons)
        else:
            self._driver.receive(packet)
