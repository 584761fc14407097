"""INT 9, the keyboard interrupt: scan codes to shift flags and the keyboard buffer.

The guest code of the handler (dosemu.bios.rom) reads port 60h, asks INT 15h/4Fh and traps here with the
scan code in AL; AH tells it what to do after the end of interrupt. IBM PS/2 BIOS Interface Technical
Reference, "Interrupt 09h"; Ralf Brown's Interrupt List, MEMORY.LST 0040:0017, 0018, 0096, 0097.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from dosemu.bios import rom
from dosemu.bios.keymap import KEYPAD_DIGITS, key_code
from int21.registers import Registers

if TYPE_CHECKING:
    from dosemu.bios.bios import Bios
    from dosemu.bios.layouts import National

_RIGHT_SHIFT, _LEFT_SHIFT, _CTRL, _ALT = 0x01, 0x02, 0x04, 0x08
_SCROLL, _NUM, _CAPS, _INSERT = 0x10, 0x20, 0x40, 0x80
_LEFT_CTRL_DOWN, _LEFT_ALT_DOWN, _SYSRQ_DOWN, _PAUSED = 0x01, 0x02, 0x04, 0x08
_E1_LAST, _E0_LAST, _RIGHT_CTRL_DOWN, _RIGHT_ALT_DOWN = 0x01, 0x02, 0x04, 0x08

_KEY_CTRL, _KEY_LEFT_SHIFT, _KEY_RIGHT_SHIFT, _KEY_PRINT, _KEY_ALT = 0x1D, 0x2A, 0x36, 0x37, 0x38
_KEY_CAPS, _KEY_NUM, _KEY_SCROLL, _KEY_INSERT, _KEY_DELETE, _KEY_SYSRQ = 0x3A, 0x45, 0x46, 0x52, 0x53, 0x54
_KEY_F1, _KEY_F2 = 0x3B, 0x3C

_LOCKS: Final = {_KEY_CAPS: _CAPS, _KEY_NUM: _NUM, _KEY_SCROLL: _SCROLL}
# Acknowledge, resend, overrun, error: the keyboard's answers, no keys.
_ANSWERS: Final = (0x00, 0xFA, 0xFE, 0xFF)


def keyboard_interrupt(bios: Bios, regs: Registers) -> None:
    """The trap in the INT 9 handler: AL is the scan code, AH becomes what is left to do."""
    regs.ah = scan_code(bios, regs.al)


def scan_code(bios: Bios, scan: int) -> int:
    """Take one byte from the keyboard; returns one of the KEY_ actions of dosemu.bios.rom, or 0."""
    bda = bios.bda
    if scan in _ANSWERS:
        return 0
    if scan in (0xE0, 0xE1):
        bda.keyboard_flags_3 |= _E0_LAST if scan == 0xE0 else _E1_LAST
        return 0
    prefix = bda.keyboard_flags_3 & (_E0_LAST | _E1_LAST)
    key, down = scan & 0x7F, not scan & 0x80
    if prefix & _E1_LAST:
        # Pause: E1 1D 45 E1 9D C5; the prefix holds until the second byte.
        if key == _KEY_CTRL:
            return 0
        bda.keyboard_flags_3 &= ~_E1_LAST
        return _pause(bios) if down and key == _KEY_NUM else 0
    bda.keyboard_flags_3 &= ~_E0_LAST
    grey = bool(prefix)
    if key in (_KEY_LEFT_SHIFT, _KEY_RIGHT_SHIFT):
        if not grey:  # with a prefix it is the shift that surrounds grey keys
            _set_flag(bios, _LEFT_SHIFT if key == _KEY_LEFT_SHIFT else _RIGHT_SHIFT, down)
        return 0
    if key == _KEY_CTRL:
        _ctrl(bios, grey, down)
        return 0
    if key == _KEY_ALT:
        return _alt(bios, grey, down)
    if key == _KEY_SYSRQ:
        return _sysrq(bios, down)
    if key in _LOCKS and not (down and bda.shift_flags & _CTRL and key != _KEY_CAPS):
        _lock(bios, key, down)
        return 0
    if key == _KEY_INSERT and not down:
        bda.shift_flags_2 &= ~_INSERT
    if not down:
        return 0
    return _pressed(bios, key, grey)


def _set_flag(bios: Bios, bit: int, on: bool) -> None:
    flags = bios.bda.shift_flags
    bios.bda.shift_flags = flags | bit if on else flags & ~bit


def _ctrl(bios: Bios, right: bool, down: bool) -> None:
    bda = bios.bda
    if right:
        bda.keyboard_flags_3 = bda.keyboard_flags_3 & ~_RIGHT_CTRL_DOWN | (_RIGHT_CTRL_DOWN if down else 0)
    else:
        bda.shift_flags_2 = bda.shift_flags_2 & ~_LEFT_CTRL_DOWN | (_LEFT_CTRL_DOWN if down else 0)
    _set_flag(bios, _CTRL, bool(bda.keyboard_flags_3 & _RIGHT_CTRL_DOWN or bda.shift_flags_2 & _LEFT_CTRL_DOWN))


def _alt(bios: Bios, right: bool, down: bool) -> int:
    bda = bios.bda
    if right:
        bda.keyboard_flags_3 = bda.keyboard_flags_3 & ~_RIGHT_ALT_DOWN | (_RIGHT_ALT_DOWN if down else 0)
    else:
        bda.shift_flags_2 = bda.shift_flags_2 & ~_LEFT_ALT_DOWN | (_LEFT_ALT_DOWN if down else 0)
    _set_flag(bios, _ALT, bool(bda.keyboard_flags_3 & _RIGHT_ALT_DOWN or bda.shift_flags_2 & _LEFT_ALT_DOWN))
    number = bda.alt_keypad
    if not down and not bda.shift_flags & _ALT and number:
        bda.alt_keypad = 0
        return _store(bios, number)  # a character by its number: scan code 0
    return 0


def _sysrq(bios: Bios, down: bool) -> int:
    bda = bios.bda
    if bool(bda.shift_flags_2 & _SYSRQ_DOWN) == down:
        return 0
    bda.shift_flags_2 ^= _SYSRQ_DOWN
    return rom.KEY_SYSRQ_DOWN if down else rom.KEY_SYSRQ_UP


def _lock(bios: Bios, key: int, down: bool) -> None:
    bda, bit = bios.bda, _LOCKS[key]
    if down and not bda.shift_flags_2 & bit:
        bda.shift_flags ^= bit
        leds = bda.shift_flags >> 4 & 7
        bda.keyboard_flags_4 = bda.keyboard_flags_4 & ~7 | leds
        bios.keyboard.leds = leds
    bda.shift_flags_2 = bda.shift_flags_2 | bit if down else bda.shift_flags_2 & ~bit


def _pause(bios: Bios) -> int:
    if bios.bda.shift_flags_2 & _PAUSED:
        return 0
    bios.bda.shift_flags_2 |= _PAUSED
    return rom.KEY_PAUSE


def _break(bios: Bios) -> int:
    bda = bios.bda
    bda.keyboard_head = bda.keyboard_tail = bda.keyboard_start
    bda.break_flag = 0x80
    bios.keys.put(0)
    return rom.KEY_BREAK


def _pressed(bios: Bios, key: int, grey: bool) -> int:
    """A key that is no shift key went down."""
    bda = bios.bda
    flags = bda.shift_flags
    if bda.shift_flags_2 & _PAUSED:
        bda.shift_flags_2 &= ~_PAUSED  # any key ends the pause and is not seen
        return 0
    ctrl, alt = bool(flags & _CTRL), bool(flags & _ALT)
    if ctrl and key == _KEY_SCROLL:
        return _break(bios)
    if ctrl and key == _KEY_NUM:
        return _pause(bios)
    if ctrl and alt and key == _KEY_DELETE:
        bda.reset_flag = 0x1234
        bios.reboot()
        return 0
    if grey and key == _KEY_PRINT and not ctrl:
        return rom.KEY_PRINT_SCREEN
    if alt and not grey and key in KEYPAD_DIGITS:
        bda.alt_keypad = (bda.alt_keypad * 10 + KEYPAD_DIGITS[key]) & 0xFF
        return 0
    shift = bool(flags & (_LEFT_SHIFT | _RIGHT_SHIFT))
    num = bool(flags & _NUM)
    if key == _KEY_INSERT and not alt and not ctrl and (grey or shift == num):
        if not bda.shift_flags_2 & _INSERT:
            bda.shift_flags ^= _INSERT
        bda.shift_flags_2 |= _INSERT
    if bios.national is not None and not grey:
        stored = _national(bios, bios.national, key, shift=shift)
        if stored is not None:
            return stored
    code = key_code(key, grey=grey, shift=shift, ctrl=ctrl, alt=alt, caps=bool(flags & _CAPS), num=num)
    return 0 if code is None else _store(bios, code)


def _national(bios: Bios, national: National, key: int, *, shift: bool) -> int | None:
    """A key on the keyboard that KEYB set; None: it is as on that of the US."""
    bda = bios.bda
    ctrl, alt = bool(bda.shift_flags & _CTRL), bool(bda.shift_flags & _ALT)
    if ctrl and alt and key in (_KEY_F1, _KEY_F2):
        national.active = key == _KEY_F2
        return 0
    if not national.active:
        return None
    right_alt = bool(bda.keyboard_flags_3 & _RIGHT_ALT_DOWN) or (ctrl and alt)
    if ctrl and not right_alt:
        code = national.control(key) if not alt else None
        return None if code is None else _store(bios, key << 8 | code)
    if alt and not right_alt:
        return None
    data = national.keys(key, shift=shift, right_alt=right_alt, caps=bool(bda.shift_flags & _CAPS))
    if data is None:
        return None
    stored = 0
    for byte in data:
        stored = _store(bios, key << 8 | byte)
    return stored


def _store(bios: Bios, code: int) -> int:
    if bios.keys.put(code):
        return rom.KEY_STORED
    bios.bell()
    return 0
