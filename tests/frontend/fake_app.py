"""Runs a front end on a machine that echoes keys: ``python -m tests.frontend.fake_app terminal|sdl SCRIPT``."""

from __future__ import annotations

import sys

from dosemu.keys import CHARACTERS
from frontend import cli
from frontend.session import Plan
from tests.frontend.fake_machine import FakeMachine

LETTERS = {stroke.code: char for char, stroke in CHARACTERS.items() if not stroke.shift and char.isprintable()}


def echo(machine: FakeMachine) -> None:
    """Shows a frame, the letters and the codes of pressed keys; Esc ends with 3, F10 is a crash of the emulator."""
    if machine.clock.seconds < 0.002:
        machine.screen.write(0, 0, "╔═ ECHO ═╗", 0x1F)
        machine.screen.write(1, 0, "é☺ red", 0x4)
        machine.screen.write(24, 0, "last row" + " " * 71 + "#", 0x2F)
    pressed = [code for kind, code in machine.keys.log if kind == "press"]
    text = "".join(LETTERS.get(code, "") for code in pressed)
    machine.screen.write(3, 0, "typed:" + text)
    machine.screen.write(4, 0, "codes:" + " ".join(f"{code:X}" for code in pressed[-12:]))
    machine.screen.write(5, 0, "releases:" + str(sum(kind == "release" for kind, _ in machine.keys.log)))
    machine.screen.cursor = (3, 6 + len(text), True, (13, 14))
    if 0x01 in pressed:
        machine.end(3)
    if 0x44 in pressed:
        raise RuntimeError("boom")


def quit_at_once(machine: FakeMachine) -> None:
    """Says something and ends with an error."""
    machine.screen.write(0, 0, "Out of memory")
    machine.end(2)


def graphics(machine: FakeMachine) -> None:
    """A picture: left half red, right half blue."""
    machine.screen.mode = 0x13
    machine.screen.picture[:, :160] = (255, 0, 0)
    machine.screen.picture[:, 160:] = (0, 0, 255)


def mouse(machine: FakeMachine) -> None:
    """Shows where the mouse is and what was clicked; the right button ends it."""
    machine.mouse.wanted = True
    machine.screen.write(0, 0, f"moved:{machine.mouse.moved}")
    machine.screen.write(2, 0, f"place:{machine.mouse.place}      ")
    machine.screen.write(1, 0, "buttons: " + " ".join(f"{kind}{button}" for kind, button in machine.mouse.log))
    if ("release", 1) in machine.mouse.log:
        machine.end(3)


def several() -> int:
    """Two machines side by side: each shows the keys of its own window."""
    from frontend.sdl.loop import run_machines

    statuses = run_machines([FakeMachine(echo), FakeMachine(echo)], ["one", "two"])  # type: ignore[list-item]
    print([int(status) for status in statuses])
    return 0


def main() -> int:
    display, script = sys.argv[1:]
    if display == "several":
        return several()
    program = {"echo": echo, "quit": quit_at_once, "graphics": graphics, "mouse": mouse}[script]

    def dispatch(_arguments: object) -> int:
        machine = FakeMachine(program)
        if display == "terminal":
            from frontend import terminal

            return terminal.run(lambda: machine, Plan())  # type: ignore[arg-type,return-value]
        from frontend.sdl import loop

        return loop.run(lambda: machine, Plan())  # type: ignore[arg-type,return-value]

    cli.dispatch = dispatch
    return cli.main([])


if __name__ == "__main__":
    sys.exit(main())
