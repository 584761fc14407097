"""``dosemu compare``: what is compared and how, the page, the command, and real runs beside DOSBox."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import random
import re
import shutil
import subprocess
from html.parser import HTMLParser
from io import BytesIO, StringIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from dosemu.errors import DosemuError, KeyNameError, NotDosProgram, ProgramNotFound
from dosemu.tools.compare import command, main
from dosemu.tools.compare.cases import Case, CompareError, _case, check_program, copy_drive, load_list, read_list
from dosemu.tools.compare.command import cases_of, parse
from dosemu.tools.compare.dosbox import conf, keycode
from dosemu.tools.compare.files import FileDifference, difference, differences
from dosemu.tools.compare.here import run, run_apart
from dosemu.tools.compare.page import page
from dosemu.tools.compare.pictures import Match, Nearest, Pair, alike, png, reduce_to
from dosemu.tools.compare.progress import Progress
from dosemu.tools.compare.results import Ending, Mark, Result, Shot
from dosemu.tools.compare.sound import match
from dosemu.tools.dosbox import find_dosbox

# Prints "<b>", makes a file OUT with the same, and ends with 3.
TOOL = (
    bytes.fromhex("ba2601 b409 cd21 b43c 31c9 ba2a01 cd21 93 b440 b90300 ba2601 cd21 b43e cd21 b8034c cd21 9090")
    + b"<b>$OUT\0"
)
# Waits for a key, then draws with it in mode 13h: each dot of the first line gets its scan code.
PAINTER = bytes.fromhex("b400 cd16 88e3 b81300 cd10 b800a0 8ec0 31ff b94001 88d8 f3aa ebfe")


def program(folder: Path, code: bytes, name: str = "T.COM") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_bytes(code)
    return path


def pixels(data: bytes) -> np.ndarray:
    return np.asarray(Image.open(BytesIO(data)).convert("RGB"))


def solid(*colour: int, size: tuple[int, int] = (4, 4)) -> np.ndarray:
    return np.full((*size, 3), colour, np.uint8)


# --- cases -----------------------------------------------------------------------------------------


def test_a_list_has_defaults_and_paths_that_start_at_it(tmp_path: Path) -> None:
    path = tmp_path / "list.toml"
    path.write_text('[defaults]\nmachine = "cga"\n[a]\nprogram = "x/A.COM"\nat = [1, 2]\nseconds = 3\nargs = ["/q"]\n')
    case = load_list(path)[0]
    assert (case.program, case.machine, case.times, case.args) == (tmp_path / "x/A.COM", "cga", (1, 2), ("/q",))


def test_pictures_are_taken_four_times_unless_told(tmp_path: Path) -> None:
    assert Case("a", tmp_path, seconds=8).times == (2, 4, 6, 8)
    assert Case("a", tmp_path, seconds=8, at=(9, 1)).times == (1, 8)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "the list is empty"),
        ("[a", "Expected"),
        ("a = 1", "a list holds tables"),
        ("[a]", 'a: program = "FILE" is missing'),
        ('[a]\nprogram = "A.COM"\nspeed = 1', "a: there is no speed"),
        ('[a]\nprogram = "A.COM"\nseconds = 1e9', "a: seconds are more than 0"),
        ('[a]\nprogram = "A.COM"\nat = [nan]', "a: times of pictures"),
        ('[a]\nprogram = "A.COM"\nmachine = "mac"', "a: machine is one of svga"),
        ('[a]\nprogram = "A.COM"\nargs = ["x\\ny"]', "a: an argument holds a line end"),
        ('[a]\nprogram = "A.COM"\nsettings = 3', "a: "),
    ],
)
def test_a_wrong_list_is_told_in_one_line(text: str, message: str) -> None:
    with pytest.raises(CompareError, match=re.escape(message)) as seen:
        read_list(text)
    assert "\n" not in str(seen.value)


def test_no_table_raises_anything_else() -> None:
    chance = random.Random(7)
    values = [-1, 0, 1, 1.5, float("nan"), float("inf"), "", "A.COM", "1:Enter", [1], ["x"], {}, {"a": 1}, True]
    for _ in range(2000):
        entry = {name: chance.choice(values) for name in dir(Case) if chance.random() < 0.15}
        try:
            made = _case("a", entry, Path())
        except DosemuError:
            continue
        assert made.times


def test_what_no_emulator_could_run_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ProgramNotFound):
        check_program(Case("a", tmp_path / "NO.COM"))
    with pytest.raises(NotDosProgram):
        check_program(Case("a", program(tmp_path, b"", "A.TXT")))
    with pytest.raises(CompareError, match="is not below"):
        check_program(Case("a", program(tmp_path, b""), folder=tmp_path / "other"))
    with pytest.raises(KeyNameError):
        Case("a", tmp_path, keys="1:Foo")


# --- pictures --------------------------------------------------------------------------------------


def test_doubled_dots_and_ninth_columns_are_undone() -> None:
    ours = np.arange(400 * 720 * 3, dtype=np.uint32).astype(np.uint8).reshape(400, 720, 3)
    eight = np.delete(ours, np.s_[8::9], axis=1)
    assert all(np.array_equal(eight, each) for each in alike(ours, eight, text=True))
    doubled = eight.repeat(2, axis=0).repeat(2, axis=1)
    assert np.array_equal(reduce_to(doubled, 640, 400), eight)
    assert alike(ours, eight, text=False)[0].shape == (400, 720, 3)


def test_the_nearest_frame_is_found() -> None:
    nearest = Nearest([solid(10, 0, 0), solid(200, 0, 0)])
    for seconds, value in ((0.0, 90), (1.0, 202), (2.0, 100)):
        nearest.offer(solid(value, 0, 0), seconds, text=False)
    assert nearest.best is not None
    assert (nearest.best.seconds, nearest.best.equal, nearest.perfect) == (1.0, 1.0, True)


def test_a_word_on_an_empty_screen_counts() -> None:
    empty, word = solid(0, 0, 0, size=(100, 100)), solid(0, 0, 0, size=(100, 100))
    word[0, :20] = 255
    seen = Pair(0.998, word, empty, 0)
    assert seen.drawn == 0
    assert Shot(1, Match.of(seen)).mark is Mark.DIFFERENT
    assert tuple(seen.difference[0, 0]) == (255, 64, 64)
    assert tuple(seen.difference[50, 50]) == (0, 0, 0)


# --- files, sound -------------------------------------------------------------------------------------


def test_how_files_differ() -> None:
    assert "-b\n+c" in difference(b"a\r\nc", b"a\r\nb")
    assert difference(b"\0ab", b"\0a") == (
        "first at offset 2 (2h): 62 here, the end in DOSBox; 3 bytes here, 2 in DOSBox"
    )
    assert [each.name for each in differences({"A": b"1", "B": None, "C": b""}, {"A": b"2", "B": None})] == ["A", "C"]


def test_sounds_are_compared_by_pitch_and_envelope() -> None:
    def beeps(pitch: float, at: float, amplitude: float = 9000) -> np.ndarray:
        time = np.arange(44100 * 2) / 44100
        return amplitude * np.sin(2 * np.pi * pitch * time) * ((time % 1 > at) & (time % 1 < at + 0.4))

    def mark(ours: np.ndarray, theirs: np.ndarray) -> Mark:
        return Result(Case("a", Path("A.COM")), sound=match(ours, theirs, 44100)).sound_mark

    silence = np.zeros(44100)
    assert mark(beeps(440, 0.1), beeps(442, 0.2, 4000)) is Mark.SAME
    assert mark(beeps(440, 0.1), beeps(880, 0.1)) is Mark.CLOSE
    assert mark(beeps(440, 0.1), silence) is Mark.DIFFERENT
    assert mark(silence, silence[:0]) is Mark.SAME


# --- the page -----------------------------------------------------------------------------------------


class Checker(HTMLParser):
    """Every element is closed in its turn, and nothing is loaded from elsewhere."""

    VOID = ("meta", "img", "input")

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: set[str] = set()
        self.links: set[str] = set()
        self.images = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        assert tag not in ("link", "iframe")
        assert tag != "script" or not named
        if tag == "img":
            self.images += 1
            assert (named["src"] or "").startswith("data:image/png;base64,")
            assert named["alt"]
        self.links.add((named.get("href") or "#")[1:])
        self.ids.add(named.get("id") or "")
        if tag not in self.VOID and not (self.get_starttag_text() or "").endswith("/>"):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def full_result() -> Result:
    case = Case("<b>&", Path("<b>.COM"), ("<i>",), "1:Enter")
    ours = Ending(0, "terminated", 1, 0.5, b"<b>", {"A&B": b"1"}, "<screen>")
    theirs = Ending(1, "ended", 1, 0.7, b"<i>", {})
    tone = np.sin(np.arange(44100) / 20) * 9000
    return Result(
        case, redirected=True, ours=ours, theirs=theirs, lag_seconds=2.0,
        shots=[Shot(1, Match.of(Pair(0.5, solid(1, 2, 3), solid(9, 90, 9), 1.1))), Shot(2, None)],
        sound=match(tone, tone, 44100), output_difference="-<b>", files=[FileDifference("A&B", "<gone>")],
    )  # fmt: skip


def test_the_page_is_whole_and_holds_all() -> None:
    text = page([full_result(), Result(Case("bad", Path("B.COM")), problem="<why>")], "DOSBox 0.74-3")
    checker = Checker()
    checker.feed(text)
    checker.close()
    assert checker.open == []
    assert checker.images == 3
    assert {"case1", "case2"} <= checker.ids
    assert checker.links <= checker.ids
    for held in ("&lt;b&gt;&amp;", "&lt;i&gt;", "&lt;gone&gt;", "&lt;why&gt;", "2.0 s behind", "50.00 %", "<polyline"):
        assert held in text
    assert not re.search(r"https?://", text)


def test_the_table_says_what_the_script_sorts_and_filters_by() -> None:
    same = Ending(0, "ended", 1, 0.5)
    good = Result(Case("Good", Path("G.COM")), ours=same, theirs=dataclasses.replace(same, cpu_seconds=1.25),
                  shots=[Shot(1, Match.of(Pair(1.0, solid(1, 2, 3), solid(1, 2, 3), 1.0)))])  # fmt: skip
    text = page([good, full_result()], "DOSBox 0.74-3")
    rows = re.findall(r'<tr data-case="(\w+)" data-name="([^"]*)" data-mark="(\w+)">', text)
    assert rows == [("case1", "good", "same"), ("case2", "&lt;b&gt;&amp;", "different")]
    assert 'data-shot="case1-0"' in text
    assert 'id="case1-0"' in text
    assert 'data-key="2.5" class="number">2.5<' in text  # DOSBox's CPU seconds by ours
    assert text.count('<figure><img width="4"') == 2 + 3  # no difference where nothing differs


def test_a_picture_that_comes_again_is_shown_once() -> None:
    shots = [Shot(at, Match.of(Pair(1.0, solid(1, 2, 3), solid(1, 2, 3), at))) for at in (1.0, 2.0)]
    ending = Ending(0, "ended", 1, 0.5)
    text = page([Result(Case("a", Path("A.COM")), ours=ending, theirs=ending, shots=shots)], "DOSBox")
    assert text.count("<figure><img") == 2
    assert "the pictures of 1 s" in text


def test_a_recording_that_is_short_is_told() -> None:
    result = full_result()
    tone = np.sin(np.arange(44100) / 20) * 9000
    result.sound = match(tone, tone[:22050], 44100)
    assert "recording is 0.5 s shorter" in page([result], "DOSBox")
    assert "shorter" not in page([full_result()], "DOSBox")


def test_a_difference_of_lines_is_coloured() -> None:
    text = page([full_result()], "DOSBox")
    assert "<del>-&lt;b&gt;</del>" in text


def test_the_json_holds_the_figures() -> None:
    result = full_result()
    figures = json.loads(json.dumps(result.to_json()))
    assert figures["marks"] == {
        "pictures": "different", "output": "different", "files": "different", "exit": "different", "sound": "same",
    }  # fmt: skip
    assert figures["pictures"][0]["equal"] == 0.5
    assert figures["dosemu"]["status"] == 0


def test_pictures_are_kept_exactly() -> None:
    picture = np.arange(40 * 40 * 3, dtype=np.uint32).astype(np.uint8).reshape(40, 40, 3)
    for each in (picture, solid(7, 8, 9)):
        assert np.array_equal(pixels(png(each)), each)


# --- here ------------------------------------------------------------------------------------------------


def test_a_tool_here(tmp_path: Path) -> None:
    case = Case("tool", program(tmp_path / "c", TOOL))
    seen = run(case, case.program, tmp_path / "c", redirect=True)
    assert (seen.ending.status, seen.ending.stdout, seen.ending.changed) == (3, b"<b>", {"OUT": b"<b>"})
    assert seen.text_only


def test_a_picture_here_is_the_nearest_to_theirs(tmp_path: Path) -> None:
    case = Case("painter", program(tmp_path / "c", PAINTER), keys="0.2:a", seconds=1)
    wanted = solid(0, 0, 0, size=(200, 320))
    best = run(case, case.program, tmp_path / "c", redirect=False, pictures=[(1, [wanted])]).matches[0]
    wanted[0] = pixels(best.ours)[0]
    assert wanted[0].any()
    doubled = wanted.repeat(2, axis=0).repeat(2, axis=1)
    seen = run_apart(case, case.program, tmp_path / "c", redirect=False, pictures=[(0.5, [doubled])])
    assert seen.matches[0] is not None
    assert seen.matches[0].equal == 1.0
    assert (seen.ending.status, seen.text_only) == (None, False)


def test_what_cannot_run_here_is_said(tmp_path: Path) -> None:
    case = Case("a", program(tmp_path / "c", TOOL), settings={"cpu.type": "z80"})
    with pytest.raises(CompareError, match="a: not run here: error SettingsError"):
        run_apart(case, case.program, tmp_path / "c", redirect=False)


# --- DOSBox ----------------------------------------------------------------------------------------------


def test_dosbox_is_told_the_same(tmp_path: Path) -> None:
    case = Case("a", tmp_path / "SUB" / "A.BAT", ("x",), machine="vga", cycles=3000, folder=tmp_path,
                dosbox={"sblaster.sbtype": "none", "cpu.core": "normal"})  # fmt: skip
    (tmp_path / "SUB").mkdir()
    text = conf(case, tmp_path, tmp_path / "y", redirect=True)
    for line in ("machine=vgaonly", "cycles=fixed 3000", "core=normal", "sbtype=none", "cd \\SUB",
                 "command /c A.BAT x < y:\\in.txt > y:\\out.txt"):  # fmt: skip
        assert f"\n{line}\n" in text


def test_keys_have_the_codes_of_the_x_server() -> None:
    codes = [keycode(code) for code in (0x02, 0x1C, 0x58, 0xE01C, 0xE053, 0xE048)]
    assert codes == ["10", "36", "96", "104", "119", "111"]


def test_without_dosbox_one_line_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = str(program(tmp_path / "c", TOOL))
    with pytest.raises(CompareError, match="no-such-dosbox was not found"):
        main(["--dosbox", "no-such-dosbox", path])
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(CompareError, match="Xvfb was not found"):
        main(["--dosbox", shutil.which("true", path="/usr/bin:/bin") or "", path])
    with pytest.raises(CompareError, match="no PROGRAM given"):
        main([])


def listed(folder: Path) -> str:
    path = folder / "list.toml"
    path.write_text('[a]\nprogram = "A.COM"\nseconds = 3\nsettings = { "sound.volume" = 50 }\n[b]\nprogram = "B.COM"\n')
    return str(path)


def test_options_may_stand_behind_a_list_and_hold_for_all_of_it(tmp_path: Path) -> None:
    options = parse([listed(tmp_path), "-o", "x.html", "--seconds", "5", "--set", "cpu.type=386", "--no-sound"])
    assert options.output == Path("x.html")
    first, second = cases_of(options)
    assert [(case.seconds, case.sound) for case in (first, second)] == [(5, False)] * 2
    assert first.settings == {"sound.volume": 50, "cpu.type": "386"}
    assert [case.name for case in cases_of(parse(["--only", "b", listed(tmp_path)]))] == ["b"]
    assert cases_of(parse([listed(tmp_path)]))[0].seconds == 3


def test_behind_a_program_all_is_the_programs(tmp_path: Path) -> None:
    (case,) = cases_of(parse(["--keys", "1:Enter", "GAME.EXE", "-o", "x.html"]))
    assert (case.args, case.keys, case.seconds) == (("-o", "x.html"), "1:Enter", 10)
    assert parse(["--", "-odd.com", "x"]).words == ["-odd.com", "x"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--only", "c"], "--only c: not in the list"),
        (["GAME.EXE"], "GAME.EXE is no list"),
        (["--seconds", "-1"], "a: seconds are more than 0"),
        (["--keys", "1:Foo"], "Foo"),
    ],
)
def test_wrong_options_for_a_list_are_told_in_one_line(tmp_path: Path, words: list[str], message: str) -> None:
    with pytest.raises(DosemuError, match=message) as seen:
        cases_of(parse([listed(tmp_path), *words]))
    assert "\n" not in str(seen.value)


def test_one_that_fails_in_any_way_harms_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(result: Result, *_: object) -> None:
        match result.case.name:
            case "hangs":
                raise subprocess.TimeoutExpired(["xdotool"], 30)
            case "file":
                raise PermissionError(13, "Permission denied", "X")

    monkeypatch.setattr(command, "_compare", broken)
    monkeypatch.setattr(command.dosbox, "virtual_screen", lambda: contextlib.nullcontext(":9"))
    path = program(tmp_path, TOOL)
    stream = StringIO()
    cases = [Case(name, path) for name in ("hangs", "file", "fine")]
    with Progress(3, stream) as progress:
        results = list(command.iterate(cases, path, progress))
    assert [result.problem for result in results] == [
        "TimeoutExpired: Command '['xdotool']' timed out after 30 seconds", "Permission denied: X", "",
    ]  # fmt: skip
    assert stream.getvalue().splitlines()[1:] == [
        "[2/3] file: failed: Permission denied: X", "[3/3] fine: nothing to compare",
    ]  # fmt: skip


def test_what_was_compared_before_ctrl_c_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(case: Case, *_: object) -> Result:
        if case.name == "b":
            raise KeyboardInterrupt
        return Result(case, problem="why")

    monkeypatch.setattr(command, "compare", stopped)
    monkeypatch.setattr(command.dosbox, "tools", Path)
    figures = tmp_path / "figures.json"
    with pytest.raises(KeyboardInterrupt):
        main([listed(tmp_path), "--json", str(figures), "--dosbox", "no-such"])
    seen = json.loads(figures.read_text())
    assert (seen["programs"], seen["totals"], seen["results"][0]["problem"]) == (1, {"failed": 1}, "why")


def test_a_report_that_cannot_be_written_is_told_before_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command.dosbox, "tools", Path)
    with pytest.raises(CompareError, match="there is no folder"):
        main(["-o", str(tmp_path / "no" / "x.html"), str(program(tmp_path, TOOL))])


def test_long_names_are_short_on_the_copy(tmp_path: Path) -> None:
    source = program(tmp_path / "c" / "a long folder", TOOL, "my long game.com")
    program(tmp_path / "c" / "a long folder", TOOL, "MYLONGGA.COM")
    case = Case("a", source, folder=tmp_path / "c")
    assert copy_drive(case, tmp_path / "copy") == tmp_path / "copy" / "ALONGFOL" / "MYLONG~1.COM"
    assert (tmp_path / "copy" / "ALONGFOL" / "MYLONG~1.COM").read_bytes() == TOOL
    assert "\ncd \\ALONGFOL\n" in conf(case, tmp_path, tmp_path, redirect=False)


def test_beside_dosbox(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    if find_dosbox("dosbox") is None or shutil.which("Xvfb") is None or shutil.which("xdotool") is None:
        return
    program(tmp_path / "tool", TOOL)
    program(tmp_path / "painter", PAINTER)
    cases = tmp_path / "list.toml"
    cases.write_text(
        '[tool]\nprogram = "tool/T.COM"\n'
        '[painter]\nprogram = "painter/T.COM"\nkeys = "0.5:a"\nseconds = 1.5\nat = [1.5]\n'
        '[missing]\nprogram = "NO.COM"\n[batch]\nprogram = "tool/B.BAT"\nargs = ["x"]\noutput = "redirect"\n'
    )
    program(tmp_path / "tool", b"@echo off\r\necho %1\r\nt.com\r\n", "B.BAT")
    report, figures = tmp_path / "report.html", tmp_path / "figures.json"
    assert main(["-o", str(report), "--json", str(figures), str(cases)]) == 125
    said = capsys.readouterr().out.splitlines()
    assert said[0] == "[1/4] tool: output same, files same, exit same, sound same"
    assert said[1].startswith("[2/4] painter: pictures same (100.0 %)")
    assert said[2].startswith("[3/4] missing: failed: ")
    assert said[3].startswith("[4/4] batch: output same, files same, sound same")
    assert said[4] == "4 of 4 programs: 3 same, 1 failed"
    tool, painter, _, batch = json.loads(figures.read_text())["results"]
    assert (tool["dosbox"]["status"], tool["dosbox"]["stdout"], tool["dosbox"]["changed"]) == (3, "<b>", {"OUT": 3})
    assert painter["pictures"][0]["size"] == [320, 200]
    assert (batch["dosbox"]["status"], batch["dosbox"]["stdout"]) == (None, "x\r\n<b>")
    assert report.read_text().count('src="data:image/png') == 2
    assert {path.name for path in tmp_path.iterdir()} == {"tool", "painter", "list.toml", "report.html", "figures.json"}
    assert {path.name for path in (tmp_path / "tool").iterdir()} == {"T.COM", "B.BAT"}


def test_the_drive_is_a_copy_that_can_be_written(tmp_path: Path) -> None:
    source = program(tmp_path / "c", TOOL)
    source.chmod(0o444)
    copied = copy_drive(Case("a", source), tmp_path / "copy")
    copied.write_bytes(b"x")
    assert source.read_bytes() == TOOL
