"""Several machines in one process, each in a window of its own, on a virtual X server."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from frontend.sdl.window_size import Tile
from tests.dosemu.guest import com
from tests.frontend.desktop import Desktop
from tests.frontend.test_window import coloured

# Shows the character of a key that is pressed; Esc ends with the errorlevel.
ECHO = "b400 cd16 3c1b 740a b40e bb0700 cd10 ebef 90 b8{code:02x}4c cd21"
GREEN = (0, 170, 0)


def numbers(desktop: Desktop) -> list[str]:
    assert desktop.program is not None
    return desktop.xdotool("search", "--onlyvisible", "--pid", str(desktop.program.pid)).split()


def of(desktop: Desktop, title: str) -> str:
    return next((each for each in numbers(desktop) if desktop.xdotool("getwindowname", each).startswith(title)), "")


def test_each_window_has_its_own_keys_and_ends_for_itself(desktop: Desktop) -> None:
    desktop.start("tests.frontend.fake_app", "several", "echo")
    desktop.until(lambda: of(desktop, "one") and of(desktop, "two"))
    desktop.until(lambda: coloured(desktop.pixels()[:, :640], GREEN) and coloured(desktop.pixels()[:, 640:], GREEN))
    before = desktop.pixels()
    desktop.xdotool("windowfocus", "--sync", of(desktop, "two"))
    desktop.key("a", "b", "c")
    desktop.until(lambda: not np.array_equal(desktop.pixels()[:, 640:], before[:, 640:]))
    assert np.array_equal(desktop.pixels()[:, :640], before[:, :640])  # they stand side by side
    desktop.key("Escape")
    desktop.until(lambda: desktop.xdotool("getwindowname", of(desktop, "two")).endswith("ended, press a key"))
    desktop.xdotool("windowfocus", "--sync", of(desktop, "one"))
    desktop.key("x", "ctrl+F6")
    desktop.until(lambda: "paused" in desktop.xdotool("getwindowname", of(desktop, "one")))
    desktop.key("ctrl+F6")
    desktop.until(lambda: "paused" not in desktop.xdotool("getwindowname", of(desktop, "one")))
    desktop.xdotool("windowfocus", "--sync", of(desktop, "two"))
    desktop.key("space")
    desktop.until(lambda: not of(desktop, "two"))
    assert of(desktop, "one")
    desktop.press_close_button()
    assert desktop.program is not None
    said, errors = desktop.program.communicate(timeout=30)
    assert said == "[0, 3]\n"
    assert "typed:abc\n" in errors


def test_programs_of_the_command_line_side_by_side(desktop: Desktop) -> None:
    for name, code in (("ONE.COM", 0), ("TWO.COM", 7)):
        com(desktop.folder, ECHO.format(code=code), name=name)
    desktop.start("dosemu", "windows", "--sound", "none", "ONE.COM", "--", "--cycles", "500", "TWO.COM")
    desktop.until(lambda: "3000 cycles" in desktop.xdotool("getwindowname", of(desktop, "ONE.COM")))
    desktop.until(lambda: "500 cycles" in desktop.xdotool("getwindowname", of(desktop, "TWO.COM")))
    desktop.xdotool("windowfocus", "--sync", of(desktop, "TWO.COM"))
    desktop.key("H", "i", "Escape")
    desktop.until(lambda: "ended" in desktop.xdotool("getwindowname", of(desktop, "TWO.COM")))
    desktop.key("space")
    desktop.until(lambda: not of(desktop, "TWO.COM"))
    desktop.press_close_button()
    status, errors = desktop.end()
    assert status == 7
    assert "Hi" in errors


def test_windows_share_the_desktop_evenly() -> None:
    parts = [Tile(number, 5).within((10, 20, 1200, 800)) for number in range(5)]
    assert parts[4] == (410, 420, 400, 400)
    assert len({part[:2] for part in parts}) == 5


def test_the_example_of_the_documentation(desktop: Desktop) -> None:
    page = (Path(__file__).parents[2] / "docs" / "window.md").read_text(encoding="utf-8")
    example = page.partition("```python\n")[2].partition("```")[0]
    assert "run_machines" in example
    (desktop.folder / "example.py").write_text(f"{example}\nprint(statuses)\n", encoding="utf-8")
    for name, code in (("ONE.EXE", 0), ("TWO.EXE", 7)):
        com(desktop.folder, ECHO.format(code=code), name=name)
    desktop.start("example")
    desktop.until(lambda: of(desktop, "first") and of(desktop, "second"))
    desktop.xdotool("windowfocus", "--sync", of(desktop, "second"))
    desktop.key("Escape")
    desktop.until(lambda: "ended" in desktop.xdotool("getwindowname", of(desktop, "second")))
    desktop.key("space")
    desktop.until(lambda: not of(desktop, "second"))
    desktop.press_close_button()
    assert desktop.program is not None
    assert desktop.program.communicate(timeout=30)[0] == "[0, 7]\n"
