"""Ctrl-C, Ctrl-S and Ctrl-P: what DOS looks for in the keyboard while programs use the console.

Rules: MS-DOS Programmer's Reference, "Interrupt 23h"; RBIL, INT 23h and INT 21h/01h to 0Ch. INT 23h's
handler goes on with IRET (the function starts again) or with RETF, leaving the flags: carry set then ends the program,
clear starts the function again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from hw.state import resumable
from int21 import layout
from int21.errors import DosError
from int21.processes import ExitKind
from int21.registers import Registers
from int21.service import CallGuest, Restart, Wait

if TYPE_CHECKING:
    from int21.dos import Dos

CTRL_C = 0x03
CTRL_P = 0x10
CTRL_S = 0x13
_PRINTER = 4  # handle


class BreakKey:
    """Looks for the control keys at the keyboard, and starts INT 23h.

    ``paused`` is set between Ctrl-S and the next key; ``printing`` is toggled by Ctrl-P.
    """

    def __init__(self, dos: Dos) -> None:
        self._dos = dos
        self.paused = False
        self.printing = False

    def interrupt(self) -> NoReturn:
        """Show ^C and call INT 23h."""
        self._dos.output.write(b"^C\r\n")
        self.paused = False
        self._dos.line_inputs.clear()
        raise CallGuest(self._after_handler, vector=0x23)

    @resumable
    def _after_handler(self, regs: Registers, left: dict[str, int]) -> None:
        far_return = left["sp"] == (regs.sp - 2) & 0xFFFF
        if far_return and left["flags"] & 1:
            self._dos.processes.end(regs, 0, ExitKind.CTRL_C)
            return
        raise Restart

    def break_pressed(self) -> bool:
        """Whether Ctrl-Break was pressed since the last time; forgets it."""
        memory = self._dos.memory
        if not memory.u8(layout.BREAK_FLAG):
            return False
        memory.set_u8(layout.BREAK_FLAG, 0)
        return True

    def check_ctrl_c(self) -> None:
        """Call INT 23h when Ctrl-C is the next key, or Ctrl-Break was pressed."""
        console = self._dos.console
        if self.break_pressed():
            console.flush()
            self.interrupt()
        if console.peek() == CTRL_C:
            console.read()
            self.interrupt()

    def check(self) -> None:
        """The look at the keyboard before output and input: Ctrl-C, Ctrl-S (may raise Wait), Ctrl-P."""
        console = self._dos.console
        while True:
            self.check_ctrl_c()
            key = console.peek()
            if self.paused:
                if key is None:
                    raise Wait
                console.read()
                self.paused = False
            elif key == CTRL_S:
                console.read()
                self.paused = True
            elif key == CTRL_P:
                console.read()
                self.printing = not self.printing
            else:
                return

    def print_echo(self, data: bytes) -> None:
        """Send what the console shows to the printer too, while Ctrl-P is on."""
        if not self.printing:
            return
        try:
            self._dos.files.write(_PRINTER, data)
        except DosError:
            self.printing = False
