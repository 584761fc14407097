"""A machine without a CPU: a small script stands for the program, the clock is the real one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace, TracebackType
from typing import Self

import numpy as np
from PIL import Image

from dosemu.joystick_input import JoystickInput
from dosemu.keystrokes import KeyboardInput
from dosemu.pace import Pace
from dosemu.screen import CP437
from dosemu.settings import Settings
from frontend.terminal.painter import PALETTE
from hw.clock import Clock
from hw.joystick import GamePort
from hw.mixer import Mixer
from hw.ports import PortBus

PS_PER_SECOND = 1_000_000_000_000
COLOURS = np.array(PALETTE, np.uint8)


class FakeScreen:
    """80 by 25 characters; in the picture a cell is a block of its colour, or, in mode 13h, what a test put there."""

    def __init__(self) -> None:
        self.cells = np.zeros((25, 80, 2), np.uint8)
        self.cells[:, :, 0] = 32
        self.cells[:, :, 1] = 7
        self.cursor = (0, 0, True, (13, 14))
        self.mode = 3
        self.picture = np.zeros((200, 320, 3), np.uint8)
        self.characters = CP437

    @property
    def is_text(self) -> bool:
        return self.mode == 3

    def write(self, row: int, column: int, text: str, attribute: int = 7) -> None:
        data = [CP437.index(char, 1) for char in text]
        self.cells[row, column : column + len(data), 0] = data
        self.cells[row, column : column + len(data), 1] = attribute

    def text(self) -> str:
        return "\n".join(bytes(row[:, 0].tolist()).decode("cp437").rstrip() for row in self.cells).rstrip() + "\n"

    def token(self) -> object:
        return self.mode, self.cells.tobytes(), self.picture.tobytes()

    @property
    def frame(self) -> np.ndarray:
        if not self.is_text:
            return self.picture
        used = self.cells[:, :, 0] != 32
        colours = np.where(used, self.cells[:, :, 1] & 15, self.cells[:, :, 1] >> 4 & 7)
        return COLOURS[np.kron(colours, np.ones((16, 9), np.uint8))]

    def image(self) -> Image.Image:
        return Image.fromarray(np.ascontiguousarray(self.frame))


@dataclass
class FakeKeyboard:
    """Remembers what was pressed, and when."""

    clock: Clock
    log: list[tuple[str, int]] = field(default_factory=list)
    times: list[float] = field(default_factory=list)

    def press(self, code: int) -> None:
        self.log.append(("press", code))
        self.times.append(self.clock.seconds)

    def release(self, code: int) -> None:
        self.log.append(("release", code))
        self.times.append(self.clock.seconds)


@dataclass
class FakeMouse:
    """Remembers where it was moved and what was pressed."""

    wanted: bool = False
    virtual_height: int = 200
    moved: list[int] = field(default_factory=lambda: [0, 0])
    place: tuple[int, int] = (0, 0)
    log: list[tuple[str, int]] = field(default_factory=list)

    def move(self, dx: int, dy: int) -> None:
        self.moved[0] += dx
        self.moved[1] += dy

    def move_to(self, x: int, y: int) -> None:
        self.place = (x, y)

    def press(self, button: int) -> None:
        self.log.append(("press", button))

    def release(self, button: int) -> None:
        self.log.append(("release", button))

    def release_all(self) -> None:
        self.log.append(("release", -1))


class FakeMachine:
    """``program(machine)`` is called once a millisecond of emulated time until it calls ``end``."""

    frame_rate = 70.086
    idle = False
    title = "FAKE"
    wants_speed = False
    log = None
    settings = Settings()

    def __init__(self, program: Callable[[FakeMachine], None] = lambda machine: None) -> None:
        self.program = program
        self.clock = Clock()
        self.pace = Pace(self.clock, "auto")
        self.screen = FakeScreen()
        self.keys = FakeKeyboard(self.clock)
        self.keyboard = KeyboardInput(self.keys, self.clock)  # type: ignore[arg-type]
        self.mouse = FakeMouse()
        self.joystick = JoystickInput(GamePort(PortBus(), self.clock), "auto")
        self.sound = SimpleNamespace(mixer=Mixer(self.clock), muted=False, master=(100, 100))
        self.exited = False
        self.exit_code: int | None = None
        self.program_path: Path | None = None
        self.exit_reason = ""
        self.fault: str | None = None
        self.waiting_for_key = False
        self.closed = False
        self.stdout = self.stderr = self.stdin = None

    def on(self, streams: object) -> FakeMachine:
        """This machine, with the host's streams as its handles: what ``--display none`` opens."""
        self.stdin, self.stdout, self.stderr = streams.stdin, streams.stdout, streams.stderr  # type: ignore[attr-defined]
        return self

    def end(self, code: int = 0, reason: str = "terminated", fault: str | None = None) -> None:
        self.exited, self.exit_code, self.exit_reason, self.fault = True, code, reason, fault

    def run(self, *, seconds: float | None = None, frames: int | None = None) -> None:
        length = seconds if seconds is not None else (frames or 1) / self.frame_rate
        until = self.clock.now_ps + round(length * PS_PER_SECOND)
        while self.clock.now_ps < until and not self.exited:
            self.clock.skip_to(min(self.clock.now_ps + PS_PER_SECOND // 1000, until))
            self.program(self)

    def close(self) -> None:
        self.closed = True

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
