"""What the hot keys of the window do, on a virtual X server."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from dosemu.errors import DosemuError
from dosemu.keystrokes import KeyboardInput
from dosemu.machine import Machine
from frontend.sdl.dropped import mount_dropped
from hw.clock import SECOND
from tests.dosemu.guest import com
from tests.frontend.desktop import Desktop
from tests.frontend.fake_machine import FakeMachine
from tests.frontend.test_window import coloured, typed

GREEN, GREY = (0, 170, 0), (170, 170, 170)
ECHO = "b400 cd16 b40e bb0700 cd10 ebf3"  # shows the characters of keys


def test_the_page_of_keys_comes_and_goes_and_filters_change_the_picture(desktop: Desktop) -> None:
    desktop.start("tests.frontend.fake_app", "sdl", "graphics")
    desktop.ready()
    desktop.until(lambda: coloured(desktop.pixels(), (255, 0, 0)))
    plain = desktop.pixels()
    desktop.key("ctrl+F1")
    desktop.until(lambda: coloured(desktop.pixels(), (255, 255, 255)) > 1000)
    desktop.key("ctrl+F1")
    desktop.until(lambda: np.array_equal(desktop.pixels(), plain))
    desktop.key("ctrl+shift+F7")  # smooth
    desktop.until(lambda: coloured(desktop.pixels(), (255, 255, 255)) > 50)  # the notice
    desktop.key("ctrl+shift+F7")  # crt
    desktop.until(lambda: 0 < coloured(desktop.pixels(), (255, 0, 0)) < coloured(plain, (255, 0, 0)) // 2
                  or coloured(desktop.pixels(), (255, 0, 0)) == 0)  # fmt: skip
    desktop.key("ctrl+shift+F7", "ctrl+shift+F8", "ctrl+shift+F8")  # sharp, integer, stretch
    desktop.until(lambda: coloured(desktop.pixels(), (255, 0, 0)) > 0)
    desktop.press_close_button()
    status, told = desktop.end()
    assert status == 0
    assert [line for line in told.splitlines() if "filter" in line or "scaling" in line] == [
        "dosemu: filter smooth", "dosemu: filter crt", "dosemu: filter sharp",
        "dosemu: scaling integer", "dosemu: scaling stretch",
    ]  # fmt: skip


def test_text_goes_to_the_clipboard_and_back_as_keys(desktop: Desktop) -> None:
    desktop.start("tests.frontend.fake_app", "sdl", "echo")
    desktop.ready()
    desktop.until(lambda: coloured(desktop.pixels(), GREEN))
    desktop.key("a", "b")
    desktop.until(lambda: typed(desktop) == 2)
    desktop.key("ctrl+shift+c", "ctrl+shift+v")
    desktop.until(lambda: typed(desktop) > 8)
    desktop.press_close_button()
    status, told = desktop.end()
    assert status == 0
    assert "dosemu: text copied" in told
    assert "dosemu: typing" in told


def test_a_real_program_with_all_of_it(desktop: Desktop) -> None:
    """Text of another program is typed, the screen goes to it; the title tells; a picture is written."""
    com(desktop.folder, ECHO, name="T.COM")
    desktop.start("dosemu", "--display", "sdl", "--sound", "none", "--screen-text=end.txt", "T.COM")
    desktop.ready()
    desktop.until(lambda: "Position: 160,120" in desktop.xdotool("getwindowgeometry", desktop.window))
    with desktop.clipboard_of_another("Hello, (World)!"):
        desktop.key("ctrl+shift+v")
        left, top = 160 + 14 * 12, 120  # the fifteenth character of 80, in a window of 960 by 720
        desktop.until(lambda: desktop.pixels()[top : top + 28, left : left + 12].any())
    desktop.key("ctrl+shift+c")
    desktop.until(lambda: desktop.clipboard().rstrip() == "Hello, (World)!")
    desktop.key("ctrl+F6")
    desktop.until(lambda: "paused" in desktop.title)
    desktop.key("ctrl+F6")
    desktop.until(lambda: "paused" not in desktop.title)
    desktop.xdotool("keydown", "alt", "keydown", "F12")
    desktop.until(lambda: "fast" in desktop.title)
    desktop.xdotool("keyup", "F12", "keyup", "alt")
    desktop.until(lambda: "fast" not in desktop.title)
    desktop.key("ctrl+F5")
    picture = desktop.folder / "t-001.png"
    desktop.until(lambda: picture.exists() and picture.read_bytes()[-8:-4] == b"IEND")
    with Image.open(picture) as image:
        assert image.size == (720, 400)
    desktop.press_close_button()
    assert desktop.end()[0] == 0
    assert (desktop.folder / "end.txt").read_text().strip() == "Hello, (World)!"


def test_full_screen_and_back(desktop: Desktop) -> None:
    """Without a window manager the window stays as it is, and the picture is drawn as for the whole screen."""
    desktop.start("tests.frontend.fake_app", "sdl", "graphics")
    desktop.ready()
    desktop.until(lambda: coloured(desktop.pixels(), (255, 0, 0)) == coloured(desktop.pixels(), (0, 0, 255)) > 0)
    small = coloured(desktop.pixels(), (255, 0, 0))
    desktop.key("alt+Return")
    desktop.until(lambda: coloured(desktop.pixels(), (255, 0, 0)) > small)
    desktop.key("alt+Return")
    desktop.until(lambda: coloured(desktop.pixels(), (255, 0, 0)) == small)
    desktop.press_close_button()
    assert desktop.end()[0] == 0


def test_a_recording_and_a_single_frame_by_hot_key(desktop: Desktop) -> None:
    desktop.start("tests.frontend.fake_app", "sdl", "echo")
    desktop.ready()
    desktop.until(lambda: coloured(desktop.pixels(), GREEN))
    desktop.key("ctrl+shift+F5")
    desktop.until(lambda: "recording" in desktop.title)
    desktop.key("a")
    desktop.until(lambda: typed(desktop) == 1)
    desktop.key("ctrl+shift+F5")
    desktop.until(lambda: "recording" not in desktop.title)
    with Image.open(desktop.folder / "fake-001.gif") as image:
        assert image.size == (720, 400)
        assert image.n_frames >= 2  # type: ignore[attr-defined]
    desktop.key("ctrl+shift+F6")
    desktop.until(lambda: "paused" in desktop.title)
    desktop.key("ctrl+shift+F6", "ctrl+F6")
    desktop.until(lambda: "paused" not in desktop.title)
    desktop.key("alt+shift+F12")
    desktop.until(lambda: "fast" in desktop.title)
    desktop.press_close_button()
    assert desktop.end()[0] == 0


def test_the_size_of_the_window_is_remembered(desktop: Desktop) -> None:
    desktop.start("tests.frontend.fake_app", "sdl", "echo")
    desktop.ready()
    desktop.until(lambda: coloured(desktop.pixels(), GREEN))
    desktop.xdotool("windowsize", "--sync", desktop.window, "700", "500")
    desktop.until(lambda: "Geometry: 700x500" in desktop.xdotool("getwindowgeometry", desktop.window))
    desktop.key("a")  # behind the resize in the queue
    desktop.until(lambda: typed(desktop) == 1)
    desktop.press_close_button()
    desktop.end()
    kept = desktop.folder / "state" / "dosemu" / "window.json"
    assert json.loads(kept.read_text()) == {"size": [700, 500]}
    desktop.start("tests.frontend.fake_app", "sdl", "echo")
    desktop.ready()
    assert "Geometry: 700x500" in desktop.xdotool("getwindowgeometry", desktop.window)


def test_states_in_slots_outlive_the_window(desktop: Desktop) -> None:
    com(desktop.folder, ECHO, name="T.COM")
    desktop.start("dosemu", "--display", "sdl", "--sound", "none", "T.COM")
    desktop.ready()
    desktop.until(lambda: "cycles" in desktop.title)
    desktop.key("a", "ctrl+shift+F1")
    desktop.key("ctrl+shift+F2")
    states = desktop.folder / "state" / "dosemu" / "states"
    desktop.until(lambda: list(states.glob("t-*/2.state")))
    desktop.key("b", "ctrl+shift+F10")
    desktop.until(lambda: "muted" in desktop.title)
    desktop.press_close_button()
    _, told = desktop.end()
    assert "slot 2: empty" in told
    assert "slot 2: saved at" in told
    desktop.start("dosemu", "--display", "sdl", "--sound", "none", "--screen-text=end.txt", "T.COM")
    desktop.ready()
    desktop.until(lambda: "cycles" in desktop.title)
    desktop.key("z", "ctrl+shift+F3", "ctrl+shift+F1", "ctrl+shift+F3", "c", "ctrl+shift+F10")
    desktop.until(lambda: "muted" in desktop.title)
    desktop.press_close_button()
    _, told = desktop.end()
    assert "slot 1 is empty" in told
    assert "slot 2: back at" in told
    assert (desktop.folder / "end.txt").read_text().split() == ["ac"]


def test_rewinding_takes_back_what_was_typed(desktop: Desktop) -> None:
    # A mark after 80 ticks of the timer, 4.4 seconds.
    com(desktop.folder, "b400 cd1a 89d3 b400 cd1a 29da 83fa50 72f5 b8db0e bb0700 cd10" + ECHO, name="T.COM")
    words = ("--sound", "none", "--set", "display.rewind=30", "--screen-text=end.txt")
    desktop.start("dosemu", "--display", "sdl", *words, "T.COM")
    desktop.ready()
    desktop.until(lambda: "cycles" in desktop.title)
    desktop.key("ctrl+shift+F4", "alt+shift+F12")
    desktop.until(lambda: coloured(desktop.pixels(), GREY) > 50)
    desktop.key("alt+shift+F12", "a", "ctrl+shift+F4", "ctrl+shift+F4", "ctrl+shift+F4", "b", "ctrl+shift+F10")
    desktop.until(lambda: "muted" in desktop.title)
    desktop.press_close_button()
    _, told = desktop.end()
    assert "nothing to go back to" in told
    assert told.count("back at") == 3
    assert "a" not in (desktop.folder / "end.txt").read_text()


def test_folders_and_images_that_are_dropped_become_drives(tmp_path: Path) -> None:
    program = com(tmp_path, "cd 20", name="P.COM")
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "A.TXT").write_bytes(b"here")
    (tmp_path / "text.txt").write_bytes(b"no program")
    with Machine(program) as machine:
        assert mount_dropped(machine, program) is None
        assert mount_dropped(machine, tmp_path / "more") == "D: is more"
        assert machine.disks.disks("D") == [tmp_path / "more"]
        for name in ("text.txt", "nothing.exe"):
            with pytest.raises(DosemuError):
                mount_dropped(machine, tmp_path / name)


def test_a_dropped_program_runs_in_place_of_the_first(desktop: Desktop) -> None:
    com(desktop.folder, "f4 ebfd", name="T.COM")
    com(desktop.folder, "b8054ccd21", name="NEXT.COM")  # ends with 5
    code = """if True:
        import pathlib, sys
        from dosemu.machine import Machine
        from frontend.sdl import loop
        from frontend.session import Plan
        def first():
            machine = Machine("T.COM", sound="none")
            original = machine.run
            def run(**limits):
                loop_window[0].drop(pathlib.Path("NEXT.COM"))
                original(**limits)
            machine.run = run
            return machine
        loop_window = []
        make = loop.open_window
        loop.open_window = lambda *args, **more: loop_window.append(make(*args, **more)) or loop_window[-1]
        sys.exit(loop.run(first, Plan(), lambda path: Machine(path, sound="none")))
    """
    desktop.program = subprocess.Popen(
        [sys.executable, "-c", code], env=desktop.environment, cwd=desktop.folder, text=True,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    desktop.until(lambda: "NEXT.COM - ended" in desktop.title)
    desktop.xdotool("windowfocus", "--sync", desktop.window)
    desktop.key("space")
    assert desktop.end()[0] == 5


def test_pasted_text_waits_for_the_program() -> None:
    machine = FakeMachine()
    room = [0]
    keyboard: KeyboardInput = machine.keyboard
    keyboard.room = lambda: room[0]
    keyboard.paste("abc")
    machine.clock.skip_to(SECOND)
    assert (keyboard.pasting, machine.keys.log) == (3, [])
    room[0] = 15
    for _ in range(5):
        keyboard.feed()
        machine.clock.skip_to(machine.clock.now_ps + SECOND)
    assert keyboard.pasting == 0
    assert [code for kind, code in machine.keys.log if kind == "press"] == [0x1E, 0x30, 0x2E]


@pytest.mark.parametrize("adapter", ["cga", "hercules", "vga"])
def test_other_monitors(desktop: Desktop, adapter: str) -> None:
    """Four colours of a CGA are others on a composite monitor; a Hercules' dots become green."""
    # Mode 6 (a Hercules has none) with the colour burst, a letter of dots; then the program waits.
    com(desktop.folder, "b80600 cd10 bad803 b01a ee b8b10e bb0f00 cd10 f4 ebfd", name="T.COM")
    desktop.start("dosemu", "--display", "sdl", "--sound", "none", "--machine", adapter, "--set",
                  "machine.composite=false", "T.COM")  # fmt: skip
    desktop.ready()
    desktop.until(lambda: desktop.pixels()[:, :, 0].max() > 150)
    plain = desktop.pixels()
    assert grey(plain)
    desktop.key("ctrl+shift+F9")
    if adapter == "vga":
        desktop.until(lambda: not np.array_equal(desktop.pixels(), plain))  # the notice
    else:
        desktop.until(lambda: not grey(desktop.pixels()))
    if adapter == "cga":
        blue = desktop.pixels()
        desktop.key("alt+shift+F9")
        desktop.until(lambda: not grey(desktop.pixels()) and not np.array_equal(desktop.pixels()[:500], blue[:500]))
        for _ in range(3):
            desktop.key("ctrl+shift+F9")
        desktop.until(lambda: grey(desktop.pixels()))
    desktop.press_close_button()
    _, told = desktop.end()
    wanted = {"cga": ["composite monitor where dots make colours", "hue 15", "composite monitor, board of 1981",
                      "composite monitor, board of 1983", "RGB monitor"], "hercules": ["green monitor"],
              "vga": ["a CGA, Tandy, PCjr or Hercules has other monitors (--machine)"]}  # fmt: skip
    assert [
        line.removeprefix("dosemu: ") for line in told.splitlines() if "monitor" in line or "hue" in line
    ] == wanted[adapter]


def grey(pixels: np.ndarray) -> bool:
    """Without the notices at the bottom, which have a colour of their own."""
    return bool((pixels[:760] == pixels[:760, :, :1]).all())
