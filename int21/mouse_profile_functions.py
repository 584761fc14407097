"""INT 33h/2Bh to 2Eh, acceleration profiles, and 35h, the large pointer (``int21.mouse_profiles``)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from int21.mouse import Mouse
from int21.mouse_functions import function
from int21.mouse_profiles import CURVES, DEFAULT_CURVES, NAME_SIZE, Curve, LargePointer, Profiles
from int21.registers import Registers

if TYPE_CHECKING:
    from int21.dos import Dos

_DONE = 0x0000
_NO_SUCH_CURVE = 0xFFFE
_FAILED = 0xFFFF
_CURRENT = _DEFAULTS = 0xFFFF  # in BX
_NAMES_AT = Profiles.DATA.size - CURVES * NAME_SIZE


def _show(dos: Dos, mouse: Mouse) -> None:
    """Write the profiles to where functions 2Ch and 2Dh point."""
    segment, offset = dos.settings.mouse_profiles
    dos.memory.write((segment << 4) + offset, mouse.profiles.pack())


@function(0x2B, name="load acceleration profiles", takes="BX active (1-4, FFFFh: all as at the start), ES:SI profiles",
          gives="AX 0: done, FFFFh")  # fmt: skip
def load_profiles(dos: Dos, mouse: Mouse, regs: Registers) -> None:
    if regs.bx == _DEFAULTS:
        mouse.profiles = Profiles()
        regs.ax = _DONE
        return
    if not 1 <= regs.bx <= CURVES:
        regs.ax = _FAILED
        return
    try:
        mouse.profiles.unpack(bytes(dos.memory.read(regs.address("es", regs.si), Profiles.DATA.size)))
    except ValueError:
        regs.ax = _FAILED
        return
    mouse.profiles.active = regs.bx
    regs.ax = _DONE


@function(0x2C, name="get acceleration profiles", gives="AX 0, BX active, ES:SI profiles")
def get_profiles(dos: Dos, mouse: Mouse, regs: Registers) -> None:
    _show(dos, mouse)
    regs.ax, regs.bx = _DONE, mouse.profiles.active
    regs.es, regs.si = dos.settings.mouse_profiles


@function(0x2D, name="select acceleration profile", takes="BX 1-4, FFFFh: tell only",
          gives="AX 0: done, FFFEh, BX active, ES:SI its name")  # fmt: skip
def select_profile(dos: Dos, mouse: Mouse, regs: Registers) -> None:
    profiles = mouse.profiles
    regs.ax = _DONE
    if 1 <= regs.bx <= CURVES:
        profiles.active = regs.bx
    elif regs.bx != _CURRENT:
        regs.ax = _NO_SUCH_CURVE
    _show(dos, mouse)
    regs.bx = profiles.active
    regs.es, offset = dos.settings.mouse_profiles
    regs.si = offset + _NAMES_AT + (profiles.active - 1) * NAME_SIZE


@function(0x2E, name="set names of profiles", takes="BL 0: ES:SI 4 names of 16 bytes; else get those of the start",
          gives="AX 0")  # fmt: skip
def name_profiles(dos: Dos, mouse: Mouse, regs: Registers) -> None:
    at = regs.address("es", regs.si)
    curves = mouse.profiles.curves
    if regs.bl:
        dos.memory.write(at, b"".join(curve.name for curve in DEFAULT_CURVES))
    else:
        names = bytes(dos.memory.read(at, CURVES * NAME_SIZE))
        mouse.profiles.curves = [
            Curve(curve.thresholds, curve.factors, names[number * NAME_SIZE : (number + 1) * NAME_SIZE])
            for number, curve in enumerate(curves)
        ]
    regs.ax = _DONE


@function(0x35, name="large pointer", takes="BH style, BL size, CH threshold, CL active, DX delay; BX FFFFh: tell",
          gives="AX 0, BX, CX, DX")  # fmt: skip
def large_pointer(dos: Dos, mouse: Mouse, regs: Registers) -> None:
    pointer = mouse.large_pointer
    if regs.bx == _CURRENT:
        regs.bx = pointer.style << 8 | pointer.size
        regs.cx = pointer.threshold << 8 | pointer.active
        regs.dx = pointer.delay
    elif regs.bh < pointer.STYLES and regs.bl < pointer.SIZES and regs.ch <= pointer.MOST and regs.cl <= 1:
        mouse.large_pointer = LargePointer(regs.bh, regs.bl, regs.ch, regs.cl, regs.dx)
    else:
        regs.ax = _FAILED
        return
    regs.ax = _DONE
