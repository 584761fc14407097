"""The mouse driver's services: INT 33h, and IRQ 12, which calls the program's event handler.

Microsoft Mouse Programmer's Reference (functions 0 to 52); RBIL, INT 33h. Functions that are not declared
leave all registers alone. Acceleration profiles are in ``int21.mouse_profile_functions``.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING

from int21 import layout
from int21.mouse import BUTTONS, Area, Counter, Event, Handler, Motion, Mouse
from int21.mouse_cursor import Exclusion, Geometry, Shape, TextShape
from int21.registers import Registers
from int21.service import CallGuest, Polled
from int21.table import int33, int74

if TYPE_CHECKING:
    from int21.dos import Dos

_INSTALLED = 0xFFFF
_FAILED = 0xFFFF
_VERSION = 0x0805
_TYPE_PS2 = 0x04
_GRAPHICS_CURSOR, _HARDWARE_CURSOR = 0x2000, 0x1000  # AX of 25h
_DEFAULT_DOUBLE_SPEED = 64
_HOT_SPOT_LIMIT = 16
_SENSITIVITY_LIMIT = 100
_BALLPOINT = 0x30
_ALTERNATE_KEYS = 0xE0
_VIDEO_MODES = (*range(0x01, 0x08), *range(0x0D, 0x14))
_EMPTY_TEXT = layout.far_pointer(layout.DOUBLE_BYTE_TABLE + 2)
_SETTINGS_SIZE = 0x10  # in front of the acceleration profiles

# Functions 15h to 17h: area, motion, position, shown, handler, exclusion, text and graphics cursor.
_STATE = struct.Struct("<4H 5H 2H 2H 3H ?4H ?2H 2h 64s")

Function = Callable[["Dos", Mouse, Registers], None]


def function(
    number: int,
    *,
    name: str,
    takes: str = "",
    gives: str = "",
    polled: Callable[[Dos, Registers], Polled | None] | None = None,
) -> Callable[[Function], Function]:
    """Declare a function; programs give its number in AX, of which AH is 0."""

    def declare(body: Function) -> Function:
        @int33.service(0x00, number, name=name, takes=takes, gives=gives, polled=polled)
        @wraps(body)
        def handler(dos: Dos, regs: Registers) -> None:
            dos.mouse.wanted = True
            dos.mouse.follow_mode()
            body(dos, dos.mouse, regs)

        return body

    return declare


def signed(value: int) -> int:
    """A 16-bit word as a signed number.

    >>> signed(0xFFFF)
    -1
    """
    return value - 0x10000 if value & 0x8000 else value


def signed_byte(value: int) -> int:
    """An 8-bit hot spot as a signed number, within what a cursor can have."""
    value = value - 0x100 if value & 0x80 else value
    return min(max(value, -_HOT_SPOT_LIMIT), _HOT_SPOT_LIMIT)


def _show(mouse: Mouse) -> None:
    mouse.cursor.draw(mouse.geometry, *mouse.position)


@function(0x00, name="reset driver", gives="AX FFFFh: installed, BX buttons")
@function(0x21, name="software reset", gives="AX FFFFh: installed, BX buttons")
def reset(dos: Dos, mouse: Mouse, regs: Registers) -> None:
    mouse.reset()
    regs.ax, regs.bx = _INSTALLED, BUTTONS


@function(0x01, name="show cursor")
def show(dos: Dos, mouse: Mouse, regs: Registers) -> None:
    mouse.cursor.hidden = max(mouse.cursor.hidden - 1, 0)
    mouse.cursor.exclusion = None
    _show(mouse)


@function(0x02, name="hide cursor")
def hide(dos: Dos, mouse: Mouse, regs: Registers) -> None:
    mouse.cursor.hidden += 1
    mouse.cursor.hide_hardware()
    _show(mouse)


def _position_stays(dos: Dos, regs: Registers) -> Polled:
    """The answer holds until the mode changes or another service runs; what the mouse sends comes by one (IRQ 12)."""
    return Polled((Geometry.MODE, Geometry.ROWS), bx=regs.bx, cx=regs.cx, dx=regs.dx)


@function(0x03, name="get position and buttons", gives="BX buttons, CX column, DX row", polled=_position_stays)
def get_position(dos: Dos, mouse: Mouse, regs: Registers) -> None:
    regs.bx = mouse.buttons
    regs.cx, regs.dx = mouse.position


@function(0x04, name="set position", takes="CX column, DX row")
def set_position(dos: Dos, mouse: Mouse, regs: Registers) -> None:
    mouse.move_to(signed(regs.cx), signed(regs.dx))


def _count(mouse: Mouse, regs: Registers, counters: list[Counter]) -> None:
    regs.ax = mouse.buttons
    if regs.bx >= BUTTONS:
        regs.bx = regs.cx = regs.dx = 0
        return
    counter = counters[regs.bx]
    regs.bx, regs.cx, regs.dx = counter.count, counter.x, counter.y
    counter.count = 0


@function(0x05, name="get presses", takes="BX button", gives="AX buttons, BX presses, CX column, DX row of the last")
def get_presses(dos: Dos, mouse: Mouse, regs: Registers) -> None:
    _count(mouse, regs, mouse.pressed)


@function(0x06, name="get releases", takes="BX button", gives="AX buttons, BX releases, CX column, DX row of the last")
def get_releases(dos: Dos, mouse: Mouse, regs: Registers) -> None:
    _count(mouse, regs, mouse.released)


@function(0x07, name="set columns", takes="CX lowest, DX highest")
def set_columns(dos: Dos, mouse: Mouse, regs: Registers) -> None:
    low, high = sorted((signed(regs.cx), signed(regs.dx)))
    mouse.limit(Area(low, mouse.area.low_y, high, mouse.area.high_y))


@function(0x08, name="set rows", takes="CX lowest, DX highest")
def set_rows(dos: Dos, mouse: Mouse, regs: Registers) -> None:
    low, high = sorted((signed(regs.cx), signed(regs.dx)))
    mouse.limit(Area(mouse.area.low_x, low, mouse.area.high_x, high))


@function(0x09, name="set graphics cursor", takes="BX, CX hot spot, ES:DX masks")
def set_graphics_cursor(dos: Dos, mouse: Mouse, regs: Registers) -> None:
    data = bytes(dos.memory.read(regs.address("es", regs.dx), Shape.SIZE))
    hot_x, hot_y = (min(max(signed(value), -_HOT_SPOT_LIMIT), _HOT_SPOT_LIMIT) for value in (regs.bx, regs.cx))
    mouse.cursor.shape = Shape.unpack(hot_x, hot_y, data)
    _show(mouse)


@function(0x0A, name="set text cursor", takes="BX 0: CX screen, DX cursor mask; 1: CX first, DX last line")
def set_text_cursor(dos: Dos, mouse: Mouse, regs: Registers) -> None:
    mouse.cursor.text_shape = TextShape(bool(regs.bx & 1), regs.cx, regs.dx)
    _show(mouse)


def _rests(dos: Dos, regs: Registers) -> Polled | None:
    """No movement stays none for as long as a position stays."""
    return None if regs.cx or regs.dx else Polled((Geometry.MODE, Geometry.ROWS), cx=0, dx=0)


@function(0x0B, name="get movement", gives="CX, DX mickeys since the last call", polled=_rests)
def get_movement(dos: Dos, mouse: Mouse, regs: Registers) -> None:
    across, down = mouse.take_mickeys()
    regs.cx, regs.dx = across & 0xFFFF, down & 0xFFFF


@function(0x0C, name="set event handler", takes="CX events, ES:DX handler")
def set_handler(dos: Dos, mouse: Mouse, regs: Registers) -> None:
    mouse.handler = Handler(regs.cx, (regs.es, regs.dx))
    mouse.in_handler = False


@function(0x0D, name="light pen emulation on")
@function(0x0E, name="light pen emulation off")
def light_pen(dos: Dos, mouse: Mouse, regs: Registers) -> None:
    """INT 10h/04h has no light pen, on or off."""


@function(0x0F, name="set ratio", takes="CX, DX mickeys for 8 pixels")
def set_ratio(dos: Dos, mouse: Mouse, regs: Registers) -> None:
    across, down = regs.cx & 0x7FFF, regs.dx & 0x7FFF
    if across and down:
        mouse.motion.ratio = across, down


@function(0x10, name="set exclusion area", takes="CX, DX top left, SI, DI bottom right")
def set_exclusion(dos: Dos, mouse: Mouse, regs: Registers) -> None:
    mouse.cursor.exclusion = Exclusion(signed(regs.cx), signed(regs.dx), signed(regs.si), signed(regs.di))
    _show(mouse)


@function(0x11, name="get number of buttons", gives="AX FFFFh: known, BX buttons")
def get_buttons(dos: Dos, mouse: Mouse, regs: Registers) -> None:
    regs.ax, regs.bx = _INSTALLED, BUTTONS


@function(0x12, name="set large graphics cursor", takes="BH words, CH rows, BL, CL hot spot, ES:DX masks", gives="AX")
def set_large_cursor(dos: Dos, mouse: Mouse, regs: Registers) -> None:
    if (regs.bh, regs.ch) != (1, 16):
        return  # other sizes were those of one driver; AX stays, which says so
    data = bytes(dos.memory.read(regs.address("es", regs.dx), Shape.SIZE))
    mouse.cursor.shape = Shape.unpack(signed_byte(regs.bl), signed_byte(regs.cl), data)
    _show(mouse)
    regs.ax = _INSTALLED


@function(0x13, name="set double speed threshold", takes="DX mickeys a second, 0: 64")
def set_double_speed(dos: Dos, mouse: Mouse, regs: Registers) -> None:
    mouse.motion.double_speed = regs.dx or _DEFAULT_DOUBLE_SPEED


@function(0x14, name="exchange event handlers", takes="CX events, ES:DX handler", gives="CX, ES:DX those before")
def exchange_handlers(dos: Dos, mouse: Mouse, regs: Registers) -> None:
    old = mouse.handler or Handler(0, (0, 0))
    set_handler(dos, mouse, regs)
    regs.cx = old.mask
    regs.es, regs.dx = old.address


@function(0x18, name="set alternate event handler", takes="CX events and shift keys, ES:DX handler", gives="AX")
def set_alternate(dos: Dos, mouse: Mouse, regs: Registers) -> None:
    if not mouse.set_alternate(regs.cx & 0xFF, (regs.es, regs.dx)):
        regs.ax = _FAILED


@function(0x19, name="get alternate event handler", takes="CX shift keys", gives="CX events, BX:DX handler")
def get_alternate(dos: Dos, mouse: Mouse, regs: Registers) -> None:
    keys = regs.cx & _ALTERNATE_KEYS
    found = mouse.alternates.get(keys)
    if found is None:
        regs.bx = regs.cx = regs.dx = 0
        return
    regs.cx = found.mask | keys
    regs.bx, regs.dx = found.address


@function(0x1A, name="set sensitivity", takes="BX, CX percent, DX double speed threshold")
def set_sensitivity(dos: Dos, mouse: Mouse, regs: Registers) -> None:
    mouse.motion.sensitivity = min(regs.bx, _SENSITIVITY_LIMIT), min(regs.cx, _SENSITIVITY_LIMIT)
    mouse.motion.double_speed = regs.dx


@function(0x1B, name="get sensitivity", gives="BX, CX percent, DX double speed threshold")
def get_sensitivity(dos: Dos, mouse: Mouse, regs: Registers) -> None:
    regs.bx, regs.cx = mouse.motion.sensitivity
    regs.dx = mouse.motion.double_speed


@function(0x1C, name="set interrupt rate", takes="BX rate")
def set_rate(dos: Dos, mouse: Mouse, regs: Registers) -> None:
    mouse.rate = regs.bx


@function(0x1D, name="set display page", takes="BX page")
def set_page(dos: Dos, mouse: Mouse, regs: Registers) -> None:
    mouse.cursor.page = regs.bx


@function(0x1E, name="get display page", gives="BX page")
def get_page(dos: Dos, mouse: Mouse, regs: Registers) -> None:
    regs.bx = mouse.cursor.page


@function(0x1F, name="disable driver", gives="AX 1Fh: done, ES:BX INT 33h before the driver")
def disable(dos: Dos, mouse: Mouse, regs: Registers) -> None:
    mouse.enabled = False
    mouse.cursor.hidden = max(mouse.cursor.hidden, 1)
    _show(mouse)
    regs.es = regs.bx = 0


@function(0x20, name="enable driver", gives="AX FFFFh: done")
def enable(dos: Dos, mouse: Mouse, regs: Registers) -> None:
    mouse.enabled = True
    regs.ax = _INSTALLED


@function(0x22, name="set language", takes="BX language")
def set_language(dos: Dos, mouse: Mouse, regs: Registers) -> None:
    """There are only English messages, as in the driver for that language: the number stays 0."""


@function(0x23, name="get language", gives="BX 0: English")
def get_language(dos: Dos, mouse: Mouse, regs: Registers) -> None:
    regs.bx = mouse.language


@function(0x24, name="get version", gives="BX version, CH type, CL interrupt")
def get_version(dos: Dos, mouse: Mouse, regs: Registers) -> None:
    regs.bx = _VERSION
    regs.cx = _TYPE_PS2 << 8  # a PS/2 mouse tells no interrupt


@function(0x25, name="get driver information", gives="AX flags, BX, CX, DX 0")
def get_information(dos: Dos, mouse: Mouse, regs: Registers) -> None:
    if mouse.geometry.text:
        regs.ax = _HARDWARE_CURSOR if mouse.cursor.text_shape.hardware else 0
    else:
        regs.ax = _GRAPHICS_CURSOR
    regs.bx = regs.cx = regs.dx = 0


@function(0x26, name="get virtual screen", gives="BX 0: enabled, CX last column, DX last row")
def get_virtual_screen(dos: Dos, mouse: Mouse, regs: Registers) -> None:
    regs.bx = 0 if mouse.enabled else 1
    regs.cx, regs.dx = mouse.geometry.width - 1, mouse.geometry.height - 1


@function(0x27, name="get masks and movement", gives="AX, BX text masks, CX, DX mickeys")
def get_masks(dos: Dos, mouse: Mouse, regs: Registers) -> None:
    regs.ax, regs.bx = mouse.cursor.text_shape.screen, mouse.cursor.text_shape.cursor
    get_movement(dos, mouse, regs)


@function(0x28, name="set video mode", takes="CX mode", gives="CX 0: done")
def set_video_mode(dos: Dos, mouse: Mouse, regs: Registers) -> None:
    mode = regs.cx
    if mode not in _VIDEO_MODES:
        return

    def setup(inner: Registers) -> None:
        inner.ax = mode

    def then(inner: Registers, left: dict[str, int]) -> None:
        inner.cx = 0
        mouse.follow_mode()

    raise CallGuest(then, vector=0x10, setup=setup)


@function(0x29, name="get next video mode", takes="CX mode, 0: the first", gives="CX mode, 0: no more, DS:DX text")
def next_video_mode(dos: Dos, mouse: Mouse, regs: Registers) -> None:
    regs.cx = next((mode for mode in _VIDEO_MODES if mode > regs.cx), 0)
    regs.ds, regs.dx = _EMPTY_TEXT


@function(0x2A, name="get cursor hot spot", gives="AX shown, BX, CX hot spot, DX mouse type")
def get_hot_spot(dos: Dos, mouse: Mouse, regs: Registers) -> None:
    regs.ax = -mouse.cursor.hidden & 0xFFFF
    regs.bx, regs.cx = mouse.cursor.shape.hot_x & 0xFFFF, mouse.cursor.shape.hot_y & 0xFFFF
    regs.dx = _TYPE_PS2


@function(0x2F, name="mouse hardware reset", gives="AX FFFFh: done")
def hardware_reset(dos: Dos, mouse: Mouse, regs: Registers) -> None:
    mouse.buttons = 0
    regs.ax = _INSTALLED


@function(_BALLPOINT, name="get or set ballpoint", gives="AX FFFFh: it is none")
def ballpoint(dos: Dos, mouse: Mouse, regs: Registers) -> None:
    regs.ax = _FAILED


@function(0x31, name="get ranges", gives="AX, BX lowest, CX, DX highest column and row")
def get_ranges(dos: Dos, mouse: Mouse, regs: Registers) -> None:
    area = mouse.area
    regs.ax, regs.bx = area.low_x & 0xFFFF, area.low_y & 0xFFFF
    regs.cx, regs.dx = area.high_x & 0xFFFF, area.high_y & 0xFFFF


@function(0x32, name="which functions are there?", gives="AX bit 15: 25h, down to bit 0: 34h")
def get_functions(dos: Dos, mouse: Mouse, regs: Registers) -> None:
    regs.ax = sum(1 << 0x34 - number for number in range(0x25, 0x35) if number != _BALLPOINT)
    regs.bx = regs.cx = regs.dx = 0


@function(0x33, name="get settings", takes="CX size, ES:DX buffer", gives="AX 0, CX bytes")
def get_settings(dos: Dos, mouse: Mouse, regs: Registers) -> None:
    motion = mouse.motion
    fields = (_TYPE_PS2, mouse.language, *motion.sensitivity, motion.double_speed, mouse.profiles.active, mouse.rate)
    settings = bytes(min(field, 0xFF) for field in fields)
    data = (settings.ljust(_SETTINGS_SIZE, b"\0") + mouse.profiles.pack())[: regs.cx]
    dos.memory.write(regs.address("es", regs.dx), data)
    regs.ax, regs.cx = 0, len(data)


@function(0x34, name="get name of MOUSE.INI", gives="AX 0, ES:DX text, empty")
def get_initialization_file(dos: Dos, mouse: Mouse, regs: Registers) -> None:
    regs.ax = 0
    regs.es, regs.dx = _EMPTY_TEXT


@function(0x4D, name="get copyright text", gives="ES:DI text")
def get_copyright(dos: Dos, mouse: Mouse, regs: Registers) -> None:
    regs.es, regs.di = dos.settings.mouse_text


@function(0x6D, name="get version text", gives="ES:DI version")
def get_version_text(dos: Dos, mouse: Mouse, regs: Registers) -> None:
    segment, offset = dos.settings.mouse_text
    regs.es, regs.di = segment, offset - 2  # the two bytes of the version are in front


# The state as a whole


@function(0x15, name="get size of state", gives="BX bytes")
def state_size(dos: Dos, mouse: Mouse, regs: Registers) -> None:
    regs.bx = _STATE.size


@function(0x16, name="save state", takes="ES:DX buffer")
def save_state(dos: Dos, mouse: Mouse, regs: Registers) -> None:
    area, motion, cursor = mouse.area, mouse.motion, mouse.cursor
    handler = mouse.handler or Handler(0, (0, 0))
    exclusion = cursor.exclusion or Exclusion(0, 0, 0, 0)
    text = cursor.text_shape
    corners = (area.low_x, area.low_y, area.high_x, area.high_y)
    hidden_area = (exclusion.left, exclusion.top, exclusion.right, exclusion.bottom)
    data = _STATE.pack(
        *(value & 0xFFFF for value in corners),
        *motion.ratio, *motion.sensitivity, motion.double_speed,
        *(value & 0xFFFF for value in mouse.position),
        min(cursor.hidden, 0xFFFF), cursor.page & 0xFFFF,
        handler.mask, *handler.address,
        cursor.exclusion is not None, *(value & 0xFFFF for value in hidden_area),
        text.hardware, text.screen, text.cursor,
        cursor.shape.hot_x, cursor.shape.hot_y, cursor.shape.pack(),
    )  # fmt: skip
    dos.memory.write(regs.address("es", regs.dx), data)


@function(0x17, name="restore state", takes="ES:DX buffer")
def restore_state(dos: Dos, mouse: Mouse, regs: Registers) -> None:
    fields = _STATE.unpack(dos.memory.read(regs.address("es", regs.dx), _STATE.size))
    corners, rest = fields[:4], fields[4:]
    low_x, low_y, high_x, high_y = map(signed, corners)
    if not (low_x <= high_x and low_y <= high_y and rest[0] and rest[1]):
        return  # nothing that save made
    mouse.area = Area(low_x, low_y, high_x, high_y)
    mouse.motion = Motion(rest[0:2], rest[2:4], rest[4])
    x, y, cursor = rest[5], rest[6], mouse.cursor
    cursor.hidden, cursor.page = rest[7:9]
    mouse.handler = Handler(rest[9], rest[10:12]) if rest[9] else None
    cursor.exclusion = Exclusion(*map(signed, rest[13:17])) if rest[12] else None
    cursor.text_shape = TextShape(*rest[17:20])
    cursor.shape = Shape.unpack(*rest[20:23])
    mouse.move_to(signed(x), signed(y))


# IRQ 12


@int74.service(name="mouse interrupt")
def mouse_interrupt(dos: Dos, regs: Registers) -> None:
    """Take what the mouse sent; call the program's handler for it, if it wants to know."""
    dos.board.pointing_interrupt()
    mouse = dos.mouse
    while (event := mouse.take()) is not None:
        if event.handler is not None:
            _call(mouse, event, event.handler)


def _call(mouse: Mouse, event: Event, handler: Handler) -> None:
    mouse.in_handler = True

    def setup(regs: Registers) -> None:
        regs.ax, regs.bx = event.events, mouse.buttons
        regs.cx, regs.dx = mouse.position
        across, down = mouse.mickeys
        regs.si, regs.di = int(across) & 0xFFFF, int(down) & 0xFFFF
        regs.interrupts = True

    def back(regs: Registers, left: dict[str, int]) -> None:
        mouse.handler_is_back()

    raise CallGuest(back, far=handler.address, setup=setup)
