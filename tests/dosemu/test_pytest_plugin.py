"""The pytest plugin as its users have it: in a project of their own, run by pytest."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image

from tests.dosemu.guest import com

pytest_plugins = ["pytester"]

# Text at 0, then mode 13h with DL in the first COUNT dots.
SCREEN = "ba2601 b409 cd21 b400 cd16 b81300 cd10 b800a0 8ec0 31ff b0{colour} b9{count} f3aa b400 cd16 cd20 0000"
TESTS = """
    import pytest

    @pytest.mark.dos(cpu="286", stdio=False)
    def test_screen(dos):
        m = dos.machine("build/GAME.COM", cpu="386")
        assert (m.engine.model, dos.settings["cpu"]) == ("386", "286")
        m.run(seconds=0.2)
        dos.text_is(m, "menu")
        m.keyboard.tap("a")
        m.run(seconds=0.3)
        dos.screen_is(m, "picture", tolerance=0.01)

    def test_run(dos):
        assert dos.run(b"\\xb8\\x07\\x4c\\xcd\\x21").status == 7
        assert dos.run("build/GAME.COM", keys="0.1:a 0.2:b").status == 0
"""


def game(folder: Path, *, colour: str = "0f", count: int = 64, text: bytes = b"Menu") -> None:
    code = SCREEN.format(colour=colour, count=count.to_bytes(2, "little").hex())
    com(folder, code, text + b"$", "GAME.COM")


def project(pytester: pytest.Pytester) -> Path:
    pytester.makeconftest('pytest_plugins = ["dosemu.pytest_plugin"]')
    pytester.makepyfile(test_game=TESTS)
    build = pytester.mkdir("build")
    game(build)
    return build


def test_golden_screens(pytester: pytest.Pytester) -> None:
    build = project(pytester)
    pytester.runpytest_subprocess().assert_outcomes(passed=1, failed=1)  # nothing is expected yet
    assert not (pytester.path / "golden").exists()
    pytester.runpytest_subprocess("--update").assert_outcomes(passed=2)
    golden = pytester.path / "golden"
    assert (golden / "menu.txt").read_text() == "Menu\n"
    assert Image.open(io.BytesIO((golden / "picture.png").read_bytes())).size == (320, 200)
    game(build, count=600)  # less than a hundredth of the dots
    pytester.runpytest_subprocess().assert_outcomes(passed=2)
    game(build, count=1500)
    result = pytester.runpytest_subprocess()
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["*of the pixels differ from *picture.png; the picture there is now: *picture.png*"])
    game(build, text=b"Other")
    result = pytester.runpytest_subprocess("-k", "screen")
    result.stdout.fnmatch_lines(["*AssertionError: menu.txt*"])
    assert (golden / "menu.txt").read_text() == "Menu\n"


def test_the_example_of_the_documentation(pytester: pytest.Pytester) -> None:
    page = (Path(__file__).parents[2] / "docs" / "testing.md").read_text(encoding="utf-8")
    example = page.partition("```python\n")[2].partition("```")[0]
    pytester.makeconftest('pytest_plugins = ["dosemu.pytest_plugin"]')
    pytester.makepyfile(test_example=f"import pytest\n\n{example}")
    build = pytester.mkdir("build")
    com(build, "b409 ba0c01 cd21 b8004c cd21", b"Tool 1.2\r\n$", "TOOL.EXE")
    com(build, "b409 ba0b01 cd21 b400 cd16", b"Menu$", "GAME.EXE")
    pytester.runpytest_subprocess("--update").assert_outcomes(passed=2)
    pytester.runpytest_subprocess().assert_outcomes(passed=2)


def test_a_directory_as_a_test(pytester: pytest.Pytester) -> None:
    pytester.makeconftest('pytest_plugins = ["dosemu.pytest_plugin"]')
    pytester.makepyfile(
        """
        import pathlib
        import pytest
        from dosemu.pytest_plugin.cases import cases

        @pytest.mark.parametrize("case", list(cases(pathlib.Path(__file__).parent)), ids=lambda case: case.name)
        def test_case(dos, case):
            dos.check(case)
        """
    )
    for name in ("good", "silent", "wrong_key"):
        case = pytester.mkdir(name)
        # Write "ok" to OUT.TXT and to standard output, end with 3.
        com(case, "ba2b01 b43c 31c9 cd21 93 ba2901 b90200 b440 cd21 b440 bb0100 cd21 b8034c cd21".replace(" ", "")
            .ljust(0x29 * 2, "0"), b"okOUT.TXT\0", "main.com")  # fmt: skip
        (case / "exit").write_text("3\n")
        (case / "files").mkdir()
        (case / "files" / "out.txt").write_text("ok")
        (case / "stdout.txt").write_text("ok" if name == "good" else "")
    (pytester.path / "wrong_key" / "test.toml").write_text("second = 3\n")
    result = pytester.runpytest_subprocess()
    result.assert_outcomes(passed=1, failed=2)
    result.stdout.fnmatch_lines(
        ["*AssertionError: stdout.txt; exit status 3*", "*unexpected keyword argument 'second'*"]
    )
    (pytester.path / "wrong_key" / "test.toml").unlink()
    pytester.runpytest_subprocess("--update").assert_outcomes(passed=3)
    assert (pytester.path / "silent" / "stdout.txt").read_text() == "ok"
