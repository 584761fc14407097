"""The 8042 keyboard controller (ports 60h and 64h), the AT keyboard behind it, and its port for a mouse.

From the IBM PC AT Technical Reference ("Keyboard Controller", "Keyboard") and the IBM PS/2 Hardware
Interface Technical Reference. The controller translates scan code set 2 to set 1, so the keyboard here
makes set 1 codes at once, and set 2 only for a program that switches the translation off. Set 3, which a program may
ask for, passes the translation as it would there. One byte at a time goes to the output buffer, a millisecond apart,
with IRQ 1 each.

>>> from hw.clock import Clock, MS
>>> from hw.pic import Pic
>>> from hw.ports import PortBus
>>> bus, clock = PortBus(), Clock()
>>> keyboard = Keyboard(bus, clock, Pic(bus))
>>> keyboard.press(0x1E)
>>> clock.skip_to(2 * MS)
>>> bus.read(0x64) & 1, hex(bus.read(0x60)), bus.read(0x64) & 1
(1, '0x1e', 0)
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from typing import Any

from hw.clock import MS, Clock, Event
from hw.pic import Pic
from hw.ports import PortBus
from hw.ps2_mouse import Ps2Mouse
from hw.scan_codes import set_2
from hw.scan_set_3 import ALL_KEYS, DEFAULT_TYPES, KEYS, SET_3, SOME_KEYS, KeyType, break_code, translated

BYTE_PS = 1 * MS  # a byte on the serial line, eleven bits at 10 to 16 kHz
RESET_PS = 20 * MS  # the keyboard's self test; 300 ms or more on the real one
QUEUE = 16  # bytes a keyboard holds

PAUSE = 0xE11D  # press() code of the Pause key
PRINT_SCREEN = 0xE037
CTRL_BREAK = 0xE046  # what Ctrl and Pause give

# What a program finds when it begins: somebody has typed its name and Enter. Intros run until a key goes down.
_ENTER_RELEASED = 0x9C
_ACK, _RESEND, _ECHO, _SELF_TEST_PASSED = 0xFA, 0xFE, 0xEE, 0xAA

# Command byte.
_IRQ_ENABLE, _SYSTEM_FLAG, _DISABLE_KEYBOARD, _TRANSLATE = 0x01, 0x04, 0x10, 0x40
_MOUSE_IRQ_ENABLE, _DISABLE_MOUSE = 0x02, 0x20
_FROM_MOUSE = 0x20  # status bit
_KEYBOARD_IRQ, _MOUSE_IRQ = 1, 12
# Output port.
_NOT_RESET, _A20, _OUTPUT_FULL = 0x01, 0x02, 0x10

_CTRL, _ALT, _SHIFTS = (0x1D, 0xE01D), (0x38, 0xE038), (0x2A, 0x36)


def typematic(byte: int) -> tuple[int, int]:
    """Delay and period in picoseconds of the F3h command's byte (PS/2 reference, "Set Typematic Rate").

    >>> delay, period = typematic(0x2B)  # power-on: 500 ms, 10.9 a second
    >>> delay // MS, round(10**12 / period, 1)
    (500, 10.9)
    """
    period = (8 + (byte & 7)) * (1 << (byte >> 3 & 3)) * 4_170_000_000  # (8 + A) * 2^B * 4.17 ms
    return ((byte >> 5 & 3) + 1) * 250 * MS, period


def make_codes(code: int) -> bytes:
    """The bytes that the make code is sent as."""
    return bytes((code >> 8, code & 0xFF)) if code > 0xFF else bytes((code,))


def break_codes(code: int) -> bytes:
    """The bytes that the break code is sent as."""
    make = make_codes(code)
    return make[:-1] + bytes((make[-1] | 0x80,))


class Keyboard:
    """Controller and keyboard. ``on_a20(bool)`` and ``on_reset()`` may be assigned."""

    def __init__(self, ports: PortBus, clock: Clock, pic: Pic) -> None:
        self._clock = clock
        self._pic = pic
        self.on_a20: Callable[[bool], None] | None = None
        self.on_reset: Callable[[], None] | None = None
        self.leds = 0  # bit 0 Scroll Lock, 1 Num Lock, 2 Caps Lock
        self.mouse = Ps2Mouse()
        self.mouse.on_byte = lambda: self._schedule(BYTE_PS)
        self._event: Event | None = None
        self._repeat: Event | None = None
        self.reset()
        ports.on_read([0x60], self._read_data)
        ports.on_read([0x64], self._read_status)
        ports.on_write([0x60], self._write_data)
        ports.on_write([0x64], self._write_command)

    def reset(self) -> None:
        """Controller and keyboard as the BIOS leaves them: enabled, translating, IRQ 1 on."""
        self.command_byte = _IRQ_ENABLE | _SYSTEM_FLAG | _TRANSLATE
        self.output_port = _NOT_RESET | _A20
        self._output = _ENTER_RELEASED
        self._full = False
        self._from_mouse = False
        self._last_was_command = False
        self._controller_wants: int | None = None  # the 64h command that waits for its byte
        self._responses: deque[int] = deque()  # from the controller itself
        self._reset_device()

    def _reset_device(self) -> None:
        """The keyboard as after power-on."""
        self.scan_set = 2
        self._set_default()

    def _set_default(self) -> None:
        self._delay_ps, self._period_ps = typematic(0x2B)
        self._key_types = bytearray(DEFAULT_TYPES)  # of set 3
        self.leds = 0
        self._clear()

    def _clear(self) -> None:
        self._queue: deque[int] = deque()
        self._scanning = True
        self._device_wants: int | None = None
        self._held: set[int] = set()
        self._last_sent = 0
        self._stop_repeat()

    # What a front end calls.

    @property
    def room(self) -> int:
        """Bytes that still fit into the keyboard's queue; a key needs up to six."""
        return max(0, QUEUE - len(self._queue))

    @property
    def idle(self) -> bool:
        """Nothing is on its way to the program."""
        return not self._queue and not self._responses and not (self._full and not self._from_mouse)

    def press(self, code: int) -> None:
        """A key goes down: its set 1 code, 01h to 7Fh, E001h to E07Fh, or E11Dh (Pause).

        Pressing a held key again does nothing: the keyboard repeats keys itself. When the keyboard's
        queue is full the key is lost, as on a real one.
        """
        if code in self._held or not self._valid(code):
            return
        sent = self._codes_down(code)
        if len(sent) > self.room or not self._scanning:
            return
        self._send_key(sent)
        if code == PAUSE and self.scan_set != 3:
            return  # has sent its break code
        self._held.add(code)
        self._stop_repeat()
        if self._repeats(code):
            self._repeat = self._clock.after(self._delay_ps, lambda: self._repeat_key(code), "key repeat")

    def release(self, code: int) -> None:
        """The key goes up."""
        if code not in self._held:
            return
        self._held.discard(code)
        self._stop_repeat()
        if self._scanning:
            self._send_key(self._codes_up(code))  # never lost, or the program would see the key stay down

    def release_all(self) -> None:
        """Every held key goes up (a window that lost the focus)."""
        for code in sorted(self._held):
            self.release(code)

    def key(self, codes: bytes) -> None:
        """Bytes as the keyboard would send them, whatever they are (dropped when they do not fit)."""
        if len(codes) <= self.room:
            self._send(codes)

    def set_typematic(self, byte: int) -> None:
        """Delay and rate of held keys, as the byte of the keyboard's F3h command."""
        self._delay_ps, self._period_ps = typematic(byte & 0x7F)

    @staticmethod
    def _valid(code: int) -> bool:
        return 0 < code < 0x80 or 0xE000 < code < 0xE080 or code == PAUSE

    def _type(self, code: int) -> KeyType:
        """What the key sends; in sets 1 and 2 all."""
        return KeyType(self._key_types[SET_3[code]]) if self.scan_set == 3 and code in SET_3 else KeyType.ALL

    def _repeats(self, code: int) -> bool:
        return bool(self._type(code) & KeyType.TYPEMATIC)

    def _codes_down(self, code: int) -> bytes:
        if self.scan_set == 3:
            return bytes((SET_3[code],)) if code in SET_3 else b""
        ctrl = any(key in self._held for key in _CTRL)
        alt = any(key in self._held for key in _ALT)
        if code == PAUSE:
            # Pause has no break code: it sends make and break at once.
            return bytes((0xE0, 0x46, 0xE0, 0xC6)) if ctrl else bytes((0xE1, 0x1D, 0x45, 0xE1, 0x9D, 0xC5))
        if code == PRINT_SCREEN:
            if alt:
                return b"\x54"  # SysRq
            if not ctrl and not any(key in self._held for key in _SHIFTS):
                return bytes((0xE0, 0x2A, 0xE0, 0x37))
        return make_codes(code)

    def _codes_up(self, code: int) -> bytes:
        if self.scan_set == 3:
            breaks = code in SET_3 and self._type(code) & KeyType.MAKE_BREAK
            return break_code(SET_3[code]) if breaks else b""
        if code == PAUSE:
            return b""  # was held when the program left set 3
        if code == PRINT_SCREEN:
            if any(key in self._held for key in _ALT):
                return b"\xd4"
            if not any(key in self._held for key in (*_CTRL, *_SHIFTS)):
                return bytes((0xE0, 0xB7, 0xE0, 0xAA))
        return break_codes(code)

    def _repeat_key(self, code: int) -> None:
        self._repeat = None
        if code in self._held:
            if not self._queue and not self._full and self._scanning:
                self._send_key(self._codes_down(code))
            self._repeat = self._clock.after(self._period_ps, lambda: self._repeat_key(code), "key repeat")

    def _stop_repeat(self) -> None:
        if self._repeat is not None:
            self._clock.cancel(self._repeat)
            self._repeat = None

    # From the keyboard to the output buffer.

    def _send_key(self, codes: bytes) -> None:
        translate = self.command_byte & _TRANSLATE
        if self.scan_set == 3 and translate:
            codes = translated(codes)
        elif self.scan_set == 2 and not translate:
            codes = set_2(codes)
        self._send(codes)  # set 1 comes through as it is: programs that ask for it forget the translation

    def _send(self, codes: Iterable[int]) -> None:
        self._queue.extend(codes)
        self._schedule(BYTE_PS)

    def _schedule(self, delay_ps: int) -> None:
        if self._event is None and not self._full and (self._queue or self.mouse.waiting):
            self._event = self._clock.after(delay_ps, self._deliver, "keyboard byte")

    def _deliver(self) -> None:
        self._event = None
        if self._full:
            return
        if self._queue and not self.command_byte & _DISABLE_KEYBOARD:
            self._last_sent = self._queue.popleft()
            self._put(self._last_sent)
        elif self.mouse.waiting and not self.command_byte & _DISABLE_MOUSE:
            self._put(self.mouse.take(), from_mouse=True)

    def _put(self, byte: int, *, from_mouse: bool = False) -> None:
        self._output = byte
        self._full = True
        self._from_mouse = from_mouse
        self._request()

    def _request(self) -> None:
        if self.command_byte & (_MOUSE_IRQ_ENABLE if self._from_mouse else _IRQ_ENABLE):
            self._pic.pulse_irq(_MOUSE_IRQ if self._from_mouse else _KEYBOARD_IRQ)

    def _respond(self, byte: int) -> None:
        """The controller's own answer; it waits for the output buffer, but not for the serial line."""
        if self._full:
            if len(self._responses) < QUEUE:
                self._responses.append(byte)
        else:
            self._put(byte)

    # Ports.

    def _read_status(self, port: int) -> int:
        # Bit 4: the keyboard lock is open. Bit 1 is never set: commands are done at once.
        mouse = _FROM_MOUSE if self._full and self._from_mouse else 0
        return 0x10 | self._full | mouse | (self.command_byte & _SYSTEM_FLAG) | (self._last_was_command << 3)

    def _read_data(self, port: int) -> int:
        # An empty buffer gives its last byte again: an INT 9 handler that chains relies on it.
        byte = self._output
        if self._full:
            self._full = False
            self._pic.lower_irq(_MOUSE_IRQ if self._from_mouse else _KEYBOARD_IRQ)
            if self._responses:
                self._put(self._responses.popleft())
            else:
                self._schedule(BYTE_PS)
        return byte

    def _write_command(self, port: int, value: int) -> None:
        self._last_was_command = True
        self._controller_wants = None
        if value in _CONTROLLER:
            _CONTROLLER[value](self)
        elif 0x20 <= value < 0x40:
            self._respond(self.command_byte if value == 0x20 else 0)
        elif 0x60 <= value < 0x80 or value in _WITH_BYTE:
            self._controller_wants = value
        elif value >= 0xF0 and not value & _NOT_RESET:
            self._reset_line()  # pulses output port bit 0

    def _write_data(self, port: int, value: int) -> None:
        self._last_was_command = False
        command, self._controller_wants = self._controller_wants, None
        if command is None:
            self._to_device(value)
        elif command == 0x60:
            self._set_command_byte(value)
        elif command == 0xD1:
            self._set_output_port(value)
        elif command == 0xD2:
            self._respond(value)
        elif command == 0xD3:
            self._put(value, from_mouse=True)
        elif command == 0xD4:
            self.command_byte &= ~_DISABLE_MOUSE  # a command enables the line
            self.mouse.command(value)

    def _set_command_byte(self, value: int) -> None:
        self.command_byte = value
        if self._full:
            self._request()
        self._schedule(BYTE_PS)

    def _switch_mouse(self, on: bool) -> None:
        self._set_command_byte(self.command_byte & ~_DISABLE_MOUSE | (0 if on else _DISABLE_MOUSE))

    def _set_output_port(self, value: int) -> None:
        self.output_port = value | _NOT_RESET
        if self.on_a20 is not None:
            self.on_a20(bool(value & _A20))
        if not value & _NOT_RESET:
            self._reset_line()

    def _reset_line(self) -> None:
        if self.on_reset is not None:
            self.on_reset()

    @property
    def a20(self) -> bool:
        """The output port's bit for address line 20."""
        return bool(self.output_port & _A20)

    def set_a20(self, enabled: bool) -> None:
        """Another way to A20 (port 92h) changed it; the output port shows it."""
        self.output_port = self.output_port & ~_A20 | (_A20 if enabled else 0)

    def _read_output_port(self) -> None:
        self._respond(self.output_port | (_OUTPUT_FULL if self._full else 0))

    # Commands to the keyboard.

    def _to_device(self, value: int) -> None:
        if self.command_byte & _DISABLE_KEYBOARD:
            self._set_command_byte(self.command_byte & ~_DISABLE_KEYBOARD)  # a command enables the line
        wanted, self._device_wants = self._device_wants, None
        if wanted in SOME_KEYS and value in KEYS:
            self._key_types[value] = SOME_KEYS[wanted]
            self._device_wants = wanted  # a list of keys, which the next command ends
            self._answer(_ACK)
        elif wanted in _DEVICE_WITH_BYTE and value < 0x80:
            self._answer(_ACK)
            if wanted == 0xED:
                self.leds = value & 7
            elif wanted == 0xF3:
                self.set_typematic(value)
            elif value == 0:
                self._answer(*self._through(bytes((self.scan_set,))))
            else:
                self.scan_set = min(value, 3)
        elif value in _DEVICE_WITH_BYTE or value in SOME_KEYS:
            if value not in (0xED, 0xF3):
                self._forget_keys()
            self._answer(_ACK)
            self._device_wants = value
        elif value == _ECHO:
            self._answer(_ECHO)
        elif value == 0xF2:
            self._answer(_ACK, *self._through(b"\xab\x83"))  # an MF II keyboard
        elif value == 0xF4:
            self._clear()
            self._answer(_ACK)
        elif value in (0xF5, 0xF6):
            scanning = self._scanning and value == 0xF6
            self._set_default()
            self._scanning = scanning
            self._answer(_ACK)
        elif value == 0xFE:
            self._answer(self._last_sent)
        elif value == 0xFF:
            self._reset_device()
            self._answer(_ACK)
            self._clock.after(RESET_PS, lambda: self._answer(_SELF_TEST_PASSED), "keyboard self test")
        elif value in ALL_KEYS:
            self._forget_keys()
            for code in KEYS:
                self._key_types[code] = ALL_KEYS[value]
            self._answer(_ACK)
        else:
            self._answer(_RESEND)

    def _forget_keys(self) -> None:
        """What was to be sent, and the key that repeats."""
        self._queue.clear()
        self._stop_repeat()

    def _through(self, answer: bytes) -> bytes:
        """An answer's data, which the controller translates as it does scan codes."""
        return translated(answer) if self.command_byte & _TRANSLATE else answer

    def _answer(self, *codes: int) -> None:
        if len(self._queue) < 2 * QUEUE:
            self._send(codes)

    def save(self) -> dict[str, Any]:
        """The state of controller and keyboard."""
        return {
            "command_byte": self.command_byte,
            "output_port": self.output_port,
            "output": self._output,
            "full": self._full,
            "queue": list(self._queue),
            "responses": list(self._responses),
            "leds": self.leds,
            "scan_set": self.scan_set,
            "scanning": self._scanning,
            "held": sorted(self._held),
            "key_types": bytes(self._key_types),
            "typematic": (self._delay_ps, self._period_ps),
            "wants": (self._controller_wants, self._device_wants),
            "from_mouse": self._from_mouse,
            "mouse": self.mouse.save(),
            "last": (self._last_was_command, self._last_sent),
        }

    def load(self, state: dict[str, Any]) -> None:
        """Take back what save() gave; keys that were held then do not repeat until pressed again."""
        self._reset_device()
        if self._event is not None:
            self._clock.cancel(self._event)
            self._event = None
        self.command_byte, self.output_port = state["command_byte"], state["output_port"]
        self._output, self._full = state["output"], state["full"]
        self._from_mouse = state["from_mouse"]
        self.mouse.load(state["mouse"])
        self._queue.extend(state["queue"])
        self._responses = deque(state["responses"])
        self.leds, self.scan_set, self._scanning = state["leds"], state["scan_set"], state["scanning"]
        self._key_types[:] = state["key_types"]
        self._held = set(state["held"])
        self._delay_ps, self._period_ps = state["typematic"]
        self._controller_wants, self._device_wants = state["wants"]
        self._last_was_command, self._last_sent = state["last"]
        self._schedule(BYTE_PS)


def _self_test(keyboard: Keyboard) -> None:
    keyboard.command_byte |= _SYSTEM_FLAG
    keyboard._respond(0x55)


def _enable(keyboard: Keyboard) -> None:
    keyboard._set_command_byte(keyboard.command_byte & ~_DISABLE_KEYBOARD)


def _disable(keyboard: Keyboard) -> None:
    keyboard.command_byte |= _DISABLE_KEYBOARD


# Commands to port 64h that need no byte.
_CONTROLLER: dict[int, Callable[[Keyboard], None]] = {
    0xAA: _self_test,
    0xAB: lambda keyboard: keyboard._respond(0),  # interface test: no fault
    0xA7: lambda keyboard: keyboard._switch_mouse(False),
    0xA8: lambda keyboard: keyboard._switch_mouse(True),
    0xA9: lambda keyboard: keyboard._respond(0),  # auxiliary interface test: no fault
    0xAD: _disable,
    0xAE: _enable,
    0xC0: lambda keyboard: keyboard._respond(0xA0),  # input port: lock open, no manufacturing jumper
    0xD0: Keyboard._read_output_port,
    0xDD: lambda keyboard: keyboard._set_output_port(keyboard.output_port & ~_A20),
    0xDF: lambda keyboard: keyboard._set_output_port(keyboard.output_port | _A20),
    0xE0: lambda keyboard: keyboard._respond(0),  # test inputs
}
_WITH_BYTE = (0xD1, 0xD2, 0xD3, 0xD4)
# Commands to the keyboard, at port 60h, with a byte behind them: LEDs, scan code set, typematic.
_DEVICE_WITH_BYTE = (0xED, 0xF0, 0xF3)
