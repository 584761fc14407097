"""The prompt: editing, history, completion; Ctrl-C."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dosemu.shell.editor import Editor, NoScreen
from tests.covers import covers
from tests.dosemu.shell.conftest import Shell

UP, DOWN, LEFT, RIGHT, HOME, END, INS, DEL = (b"\0" + bytes((c,)) for c in b"HPKMGORS")
F1, F2, F3, F4, F5, F6, F7, F8, F9 = (b"\0" + bytes((0x3B + n,)) for n in range(9))
CTRL_LEFT, CTRL_RIGHT, CTRL_END, CTRL_HOME = (b"\0" + bytes((c,)) for c in b"stuw")

HISTORY = [b"dir /w", b"copy a b", b"echo hi"]


def edited(*keys: bytes, history: list[bytes] = HISTORY) -> bytes:
    editor = Editor(NoScreen(), history, 40, lambda line, at: (0, [b"DOCS\\", b"DOS\\"]) if at else (0, []))
    for key in b"".join(keys) + b"\r":
        editor.feed(key)
    assert editor.done
    return bytes(editor.line)


@pytest.mark.parametrize(
    ("keys", "line"),
    [
        ([b"abc", b"\x08", b"d"], b"abd"),
        ([b"abc", LEFT, LEFT, b"x"], b"axbc"),
        ([b"abc", LEFT, INS, b"x"], b"abx"),
        ([b"abc", HOME, DEL, b"x", END, b"y"], b"xbcy"),
        ([b"one two", CTRL_LEFT, b"and "], b"one and two"),
        ([b"one two", HOME, CTRL_RIGHT, CTRL_END], b"one "),
        ([b"one two", CTRL_LEFT, CTRL_HOME], b"two"),
        ([b"abc", b"\x1b", b"x"], b"x"),
        ([UP], b"echo hi"),
        ([UP, UP, UP, UP], b"dir /w"),
        ([UP, UP, DOWN], b"echo hi"),
        ([UP, DOWN], b""),
        ([F3], b"echo hi"),
        ([F1, F1, RIGHT], b"ech"),
        ([F2, b"h"], b"ec"),
        ([F4, b"o", F3], b"o hi"),
        ([b"new", F5, F3], b"new"),
        ([b"x", F6], b"x\x1a"),
        ([b"co", F8], b"copy a b"),
        ([b"zz", F8], b"zz"),
        ([F9, b"1\r"], b"dir /w"),
        ([b"d", b"\t"], b"DOCS\\"),
        ([b"d", b"\t", b"\t"], b"DOS\\"),
        ([b"d", b"\t", b"\t", b"\t"], b"DOCS\\"),
        ([b"x" * 50], b"x" * 40),
    ],
)
def test_keys(keys: list[bytes], line: bytes) -> None:
    assert edited(*keys) == line


def test_without_history(shell: Shell) -> None:
    assert edited(UP, F3, F1, DOWN, F8, F7, F9, b"\r", history=[]) == b""


@given(st.binary(max_size=60), st.lists(st.binary(max_size=45), max_size=4))
@settings(deadline=None, max_examples=300)
def test_any_keys_leave_a_line_within_its_limit(keys: bytes, history: list[bytes]) -> None:
    editor = Editor(NoScreen(), history, 40, lambda line, at: (max(at - 2, 0), [b"LONGNAME.TXT"]))
    for key in keys:
        editor.feed(key)
        assert len(editor.line) <= 40
        if editor.done:
            break


def test_a_line_is_typed_edited_and_recalled(shell: Shell) -> None:
    keys = "0.5:type=echo 0.7:Space 0.8:type=ab 1:Left 1.1:x 1.2:Enter 1.5:Up 1.6:Backspace 1.7:y 1.8:Enter"
    lines = shell.keys(keys)
    assert lines[-5:] == ["C:\\>echo axb", "axb", "C:\\>echo axy", "axy", "C:\\>"]


def test_completion_of_names_and_commands(shell: Shell) -> None:
    shell.put("LONGNAME.TXT", "inside\n")
    (shell.folder / "LONGDIR").mkdir()
    lines = shell.keys(
        "0.5:type=typ 0.6:Tab 0.7:Space 0.8:type=longn 1:Tab 1.1:Enter 1.3:type=cd 1.4:Space 1.5:l 1.6:Tab 1.8:Enter"
    )
    assert "C:\\>TYPE LONGNAME.TXT" in lines
    assert "inside" in lines
    assert lines[-2:] == ["C:\\>cd LONGDIR\\", "C:\\LONGDIR>"]


def test_a_long_line_goes_over_several_rows(shell: Shell) -> None:
    text = "x" * 100
    lines = shell.keys(f"0.5:type=rem 0.7:Space 0.8:type={text} 6:Home 6.1:type=zz", seconds=7)
    assert lines[-2] == "C:\\>zzrem " + "x" * 70
    assert lines[-1] == "x" * 30


def test_a_long_line_at_the_bottom_scrolls(shell: Shell) -> None:
    keys = "0.5:type=help|sort 0.9:Enter"
    lines = shell.keys(keys + f" 1.5:type={'y' * 90} 6:Home 6.1:type=ab", seconds=7)
    assert lines[-2] == "C:\\>ab" + "y" * 74
    assert lines[-1] == "y" * 16


def test_ctrl_c_drops_the_line_and_a_waiting_command(shell: Shell) -> None:
    lines = shell.keys("0.5:type=abc 0.8:ctrl+c 1:type=pause 1.3:Enter 1.6:ctrl+c 1.8:type=ver 2:Enter")
    assert "C:\\>abc^C" in lines
    assert any("MS-DOS Version" in line for line in lines[-2:])


def test_ctrl_c_ends_a_program_and_asks_about_the_batch_file(shell: Shell) -> None:
    shell.put("ASK.BAT", "@echo off\nchoice\necho behind\n")
    start = "0.5:type=ask 0.8:Enter 1.2:ctrl+c"
    assert shell.keys(start, seconds=1.8)[-1] == "Terminate batch job (Y/N)?"
    assert "behind" in shell.keys(start + " 1.8:n")
    assert "behind" not in shell.keys(start + " 1.8:y")


def test_exit_ends_the_machine(shell: Shell) -> None:
    shell.keys("0.5:type=exit 0.8:Enter")
    assert shell.exit_code == 0


def test_macros_of_doskey(shell: Shell) -> None:
    text = shell.run("doskey", "doskey say=echo $2 $1 $T echo $* $G out.txt", "doskey two=echo $$2", "SAY a b",
                     " say", "two", "type out.txt", "doskey /macros", "doskey two=", "two", "doskey x y",
                     "doskey /zz")  # fmt: skip
    assert text.splitlines() == [
        "DOSKEY installed", "b a", "Bad command or file name", "$2", "a b ", "say=echo $2 $1 $T echo $* $G out.txt",
        "two=echo $$2", "Bad command or file name", "Invalid macro definition", "Invalid switch - /zz",
    ]  # fmt: skip


def test_batch_files_know_no_macros(shell: Shell) -> None:
    shell.put("GO.BAT", "@say 1\n")
    assert shell.run("doskey say=echo $1", "go", "say 2").splitlines() == [
        "DOSKEY installed", "Bad command or file name", "2",
    ][1:]  # fmt: skip


def test_the_history_is_one_for_all_and_can_be_forgotten(shell: Shell) -> None:
    text = shell.run("echo 1", "command /c rem", "doskey /history", "doskey /reinstall", "doskey /h")
    assert text.splitlines() == [
        "1", "echo 1", "command /c rem", "doskey /history", "DOSKEY installed", "doskey /h",
    ]  # fmt: skip
    lines = shell.keys("0.3:type=ver 0.5:Enter 0.7:alt+f7 0.9:up 1.0:type=rem 1.2:Enter 1.3:f7", 2)
    assert "1: rem" in lines
    assert "2: " not in "".join(lines)


@covers("2Fh/4800h", "2Fh/4810h")
def test_programs_read_lines_by_doskey(shell: Shell) -> None:
    # INT 2Fh/4810h three times, each line shown in brackets behind AX.
    shell.put("READ.COM", bytes.fromhex(
        "b80048 cd2f a2 8001 b90300 51 b81048 ba8201 cd2f"
        "b402 b25b cd21 8a1e8301 30ff b424 88a78401 b409 ba8401 cd21 b402 b25d cd21 b20d cd21 b20a cd21 59 e2cd"
        "b44c a08001 cd21"
    ).ljust(0x82, b"\0") + b"\x40".ljust(80, b"\0"))  # fmt: skip
    keys = "0.3:type=doskey 0.5:Space 0.6:type=m=first$Tsecond 1.0:Enter 1.2:type=read 1.4:Enter 1.6:type=m 1.7:Enter"
    lines = shell.keys(f"{keys} 2:type=other 2.3:Enter", 3)
    shown = "".join(lines)
    assert "[first]" in shown
    assert "second[second]" in shown
    assert "[other]" in shown


def test_doskey_overwrites_when_told_to(shell: Shell) -> None:
    lines = shell.keys(
        "0.3:type=doskey 0.5:Space 0.6:type=/overstrike 1.0:Enter 1.2:type=rex 1.4:home 1.5:type=ver 1.8:enter", 2.5
    )
    assert any("MS-DOS Version" in line for line in lines[3:])
