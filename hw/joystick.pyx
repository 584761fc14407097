# cython: language_level=3, boundscheck=False, wraparound=False
"""The game control adapter at port 201h: four one-shots timed by the sticks' resistors, and four buttons.

IBM Technical Reference, Options and Adapters, "Game Control Adapter": a write starts the one-shots; bits 0 to 3
read as ones for 24.2 us + 0.011 us for each ohm of X and Y of stick A and of stick B; bits 4 to 7 are the
buttons, zero while pressed. The one-shot of an axis where nothing is plugged in never ends.

>>> from hw.clock import Clock, US
>>> from hw.ports import PortBus
>>> bus, clock = PortBus(), Clock()
>>> game = GamePort(bus, clock)
>>> game.plug(0b0011)
>>> game.set_axis(0, 0); game.set_axis(1, 100_000); game.set_button(0, True)
>>> bus.write(0x201, 0); clock.skip_to(100 * US)
>>> f"{bus.read(0x201):08b}"
'11101110'
"""

from hw.clock cimport Clock
from hw.ports cimport PortBus

AXES = BUTTONS = 4
MAX_OHMS = 100_000  # of an IBM stick; the middle is half of it
cdef int64_t FIXED_PS = 24_200_000
cdef int64_t PS_PER_OHM = 11_000
_PORTS = range(0x200, 0x208)  # the card looks at no more than the upper address lines


cdef class GamePort:
    """What is plugged into the adapter: axes as resistances in ohms, buttons."""

    def __init__(self, PortBus ports not None, Clock clock not None):
        self._clock = clock
        for axis in range(AXES):
            self._ohms[axis] = MAX_OHMS // 2
        for port in _PORTS:
            ports.native_read(port, port_read, self)
            ports.native_write(port, port_write, self)

    cdef uint8_t status(self) noexcept nogil:
        cdef int64_t now = self._clock.now()
        cdef uint8_t value = (~self._pressed & 0x0F) << 4
        cdef int axis
        for axis in range(4):
            if not self._connected & 1 << axis or now < self._until_ps[axis]:
                value |= 1 << axis
        return value

    cdef void trigger(self) noexcept nogil:
        cdef int64_t now = self._clock.now()
        cdef int axis
        for axis in range(4):
            if now >= self._until_ps[axis]:  # a running one-shot is not started again
                self._until_ps[axis] = now + FIXED_PS + self._ohms[axis] * PS_PER_OHM

    @property
    def connected(self):
        """The axes that are plugged in, bit 0 the X axis of stick A."""
        return self._connected

    def plug(self, int axes):
        """Plug in these axes (bits 0 to 3) and no others; buttons are let go."""
        self._connected = axes & 0x0F
        self._pressed = 0

    def set_axis(self, int axis, int ohms):
        """Turn an axis (0 to 3) to so many ohms, 0 to MAX_OHMS. Raises ValueError."""
        if not (0 <= axis < AXES and 0 <= ohms <= MAX_OHMS):
            raise ValueError(f"axis {axis} to {ohms} ohms: there are {AXES} axes of up to {MAX_OHMS} ohms")
        self._ohms[axis] = ohms

    def axis(self, int axis):
        """The resistance of an axis in ohms; None when it is not plugged in."""
        return self._ohms[axis & 3] if self._connected & 1 << (axis & 3) else None

    def set_button(self, int button, bint pressed):
        """Press or release a button (0 to 3). Raises ValueError."""
        if not 0 <= button < BUTTONS:
            raise ValueError(f"button {button}: there are {BUTTONS}")
        self._pressed = self._pressed & ~(1 << button) | pressed << button

    @property
    def pressed(self):
        """The buttons that are pressed, bit 0 the first of stick A."""
        return self._pressed

    def save(self):
        """The state of the adapter and of what is plugged in."""
        return {
            "until_ps": [self._until_ps[axis] for axis in range(AXES)],
            "ohms": [self._ohms[axis] for axis in range(AXES)],
            "connected": self._connected,
            "pressed": self._pressed,
        }

    def load(self, state):
        """Take back what save() gave."""
        self.plug(state["connected"])
        for axis in range(AXES):
            self.set_axis(axis, state["ohms"][axis])
            self._until_ps[axis] = state["until_ps"][axis]
            self.set_button(axis, bool(state["pressed"] >> axis & 1))


cdef uint32_t port_read(void *device, uint16_t port, int size) noexcept nogil:
    return (<GamePort>device).status()


cdef void port_write(void *device, uint16_t port, int size, uint32_t value) noexcept nogil:
    (<GamePort>device).trigger()
