"""The loop of ``--display terminal``: run a frame, draw what changed, read keys until the next one is due."""

from __future__ import annotations

import io
import os
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from typing import TYPE_CHECKING, Literal

from blessed import Terminal

from dosemu.errors import DosemuError
from dosemu.exit_status import ExitStatus
from frontend.pacing import Pacer
from frontend.session import Plan, Session
from frontend.signals import Stopped, StopRequest, stop_signals
from frontend.terminal.keys import EXIT_KEY, EXIT_KEY_NAME, SWAP_KEY, strokes
from frontend.terminal.mouse import TerminalMouse
from frontend.terminal.painter import MOST_COLOURS, USUAL_CELL, Graphics, Painter

if TYPE_CHECKING:
    from dosemu.machine import Machine

ESCAPE_SECONDS = 0.03  # how long an escape character may be the begin of a sequence
HINT_SECONDS = 4.0  # emulated
PAINT_SECONDS = 1 / 36  # a terminal need not follow every frame
WRITE_SHARE = 4  # of the time that the terminal takes for a picture, between two of them
# Xterm Control Sequences, "Mouse Tracking": all motion (1003) as SGR reports (1006).
MOUSE_MODES = (1003, 1006)
LEAST_COLOURS = 16  # of a VT340, which does not tell
ASK_SECONDS = 0.3  # for the terminal to answer


def run(open_machine: Callable[[], Machine], plan: Plan) -> int:
    """Run in the terminal to the end of the program, of the plan, or until the exit key; returns the exit status."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise DosemuError("--display terminal needs a terminal (for files and pipes: --display none)")
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a terminal without UTF-8 gets question marks for line drawing
    term = Terminal()
    if not term.is_a_tty or not term.move_yx(0, 0):
        raise DosemuError(f"--display terminal: the terminal {os.environ.get('TERM', '')!r} cannot move its cursor")
    with stop_signals(interrupt=False) as request, open_machine() as machine:
        session = Session(machine, plan, paced=True)
        live = Live(session, term, request)
        try:
            status = live.run()
        except Stopped as stop:
            status = stop.status
        finally:
            _leave(live.painter.last_screen(machine))
        session.finish()
        return session.status(status)


class Live:
    """One session on one terminal; the terminal is restored however ``run`` ends."""

    def __init__(self, session: Session, term: Terminal, request: StopRequest) -> None:
        self.session = session
        self.term = term
        self.painter = Painter(term)
        self._graphics_known = False
        self._paint_seconds = PAINT_SECONDS
        self._mouse: TerminalMouse | None = None
        self._restore = ExitStack()
        self._request = request
        self._pacer = Pacer()
        self._painted = -1.0
        self._hint_until = HINT_SECONDS  # emulated
        self._exit = False

    def run(self) -> int | None:
        """Run to the end; returns the status of a signal or of the exit key, None for the program's own end."""
        machine = self.session.machine
        with self._restore as restore:
            restore.enter_context(self.term.fullscreen())
            restore.callback(self._write, self.term.normal + self.term.normal_cursor + "\x1b[0 q")
            restore.enter_context(self.term.raw())
            restore.enter_context(self.term.keypad())
            restore.enter_context(self.term.no_line_wrap())
            self.painter.hint = f"{machine.title}  {EXIT_KEY_NAME} ends"
            self._pacer.restart()
            while not (machine.exited or self.session.limit_reached or self._exit):
                self.session.run_frame()
                if self._request.status is not None:
                    return self._request.status
                self._paint()
                self._read_keys(self._pacer.advance(self.session.frame_seconds))
        return ExitStatus.INTERRUPTED if self._exit else None

    def _paint(self) -> None:
        now = self.session.machine.clock.seconds
        if now - self._painted < self._paint_seconds:
            return
        self._painted = now
        self._ask_terminal()
        if now > self._hint_until:
            self.painter.hint = None
        began = time.monotonic()
        self._write(self.painter.paint(self.session.machine))
        # A terminal that takes long to draw (sixels over a line) is written to less often: keys come in between.
        self._paint_seconds = max(PAINT_SECONDS, WRITE_SHARE * (time.monotonic() - began))

    def _ask_terminal(self) -> None:
        """Once a picture is shown or the mouse is wanted: what the terminal can do."""
        machine = self.session.machine
        if not machine.screen.is_text and not self._graphics_known:
            self._graphics_known = True
            self.painter.graphics, self.painter.cell = graphics_of(self.term, machine.settings.display.graphics)
            if self.painter.graphics == "sixel":
                colours = self.term.get_sixel_colors(timeout=ASK_SECONDS)
                self.painter.colours = min(max(colours, LEAST_COLOURS), MOST_COLOURS)
        if self._mouse is None and machine.mouse.wanted:
            self._mouse = TerminalMouse(machine.mouse, self.painter)
            # As blessed's mouse_enabled does it, but without asking before: tmux does not answer.
            self.term._dec_mode_set_enabled(*MOUSE_MODES)
            self._restore.callback(self.term._dec_mode_set_disabled, *MOUSE_MODES)

    def _write(self, text: str) -> None:
        if text:
            self.term.stream.write(text)
            self.term.stream.flush()

    def _read_keys(self, wait: float) -> None:
        """Read keys until the next frame is due; a late frame still reads what has come."""
        while True:
            try:
                key = self.term.inkey(timeout=wait, esc_delay=ESCAPE_SECONDS)
            except EOFError:  # the terminal has gone
                self._exit = True
                return
            if not key:
                return
            if str(key) == EXIT_KEY:
                self._exit = True
                return
            if str(key) == SWAP_KEY:
                self.painter.hint = self.session.swap_disks()
                self._hint_until = self.session.machine.clock.seconds + HINT_SECONDS
                wait = max(self._pacer.ahead_seconds, 0.0)
                continue
            if self._mouse is not None and self._mouse.handle(key):
                wait = max(self._pacer.ahead_seconds, 0.0)
                continue
            keyboard = self.session.machine.keyboard
            for codes in strokes(key, keyboard.layout(), keyboard.codec()):
                keyboard.send(codes)
            wait = max(self._pacer.ahead_seconds, 0.0)


def graphics_of(term: Terminal, wanted: Literal["auto", "sixel", "blocks", "none"]) -> tuple[Graphics, tuple[int, int]]:
    """How the terminal shows pictures, and the size of its characters in pixels."""
    if wanted == "auto":
        wanted = "sixel" if term.does_sixel(timeout=ASK_SECONDS) else "blocks"
    if wanted != "sixel":
        return wanted, USUAL_CELL
    height, width = term.get_cell_height_and_width(timeout=ASK_SECONDS)
    return "sixel", (width, height) if width > 0 and height > 0 else USUAL_CELL


def _leave(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()
