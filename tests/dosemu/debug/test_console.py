"""The debugger's commands: each answers with text, whatever is typed."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from dosemu import Machine
from dosemu.debug import Debugger
from dosemu.debug.console import COMMANDS, Console
from tests.dosemu.debug.guests import LOOP, LOOP_MAP, WATCOM_MAP


@pytest.fixture
def console() -> Iterator[Console]:
    with Machine.from_files({"T.COM": LOOP}) as machine:
        debugger = Debugger(machine)
        debugger.stop_for_keys = True
        yield Console(debugger)


def test_a_session(console: Console, tmp_path: Path) -> None:
    (tmp_path / "t.map").write_text(LOOP_MAP)
    assert console.execute(f"symbols {tmp_path / 't.map'}") == "3 names"
    assert console.execute("break sub if cx == 4").startswith("breakpoint 1: sub (")
    stopped = console.execute("continue")
    assert "<sub>" in stopped
    assert "CX=0004" in console.execute("r")
    assert console.execute("print w[counter]").startswith("1h = 1")
    assert "<start+6>" in console.execute("finish")
    assert "met 1 times" in console.execute("breakpoints")
    console.execute("set cx = 1")
    console.execute("watch counter 2")
    assert console.execute("delete") == ""
    assert "waits for a key" in console.execute("c")
    console.execute("keys a")
    assert console.execute("c") == "the program ended: terminated, errorlevel 5"
    assert "has ended" in console.execute("step")


def test_the_backtrace_follows_the_frames(console: Console) -> None:
    console.execute("until cs:126")
    lines = console.execute("bt").splitlines()
    assert len(lines) == 2
    assert lines[1].endswith("0106")


def test_memory_commands(console: Console, tmp_path: Path) -> None:
    assert console.execute("e cs:200 'DOS' 0 0d") == ""
    assert "44 4F 53 00 0D" in console.execute("d cs:200 5")
    assert console.execute("dw cs:200 1").endswith("4F44")
    found = console.execute("search cs:0 300 'DOS'").split()
    assert len(found) == 1
    console.execute("fill cs:210 4 'ab'")
    assert "61 62 61 62" in console.execute("d cs:210 4")
    console.execute("move cs:210 4 cs:220")
    assert "61 62 61 62" in console.execute("d cs:220 4")
    assert console.execute(f"save {tmp_path / 'x'} cs:200 3") == "3 bytes"
    assert (tmp_path / "x").read_bytes() == b"DOS"


def test_tables_tell_what_is_there(console: Console) -> None:
    machine = console.machine
    assert f"owner {machine.dos.psp:04X}" in console.execute("mcb")
    assert console.execute("psp").startswith(f"{machine.dos.psp:04X}")
    assert "CON" in console.execute("handles")
    assert "master.imr" in console.execute("pic")
    for name in ("pit", "dma", "rtc", "vga", "kbc", "chip speaker"):
        assert console.execute(name).count("\n") > 1 or "does not tell" in console.execute(name)
    assert "08h" in console.execute("vectors")
    assert "real mode" in console.execute("dpmi")
    assert console.execute("gdt") == "the GDT is empty"


def test_chips_and_screens_of_graphics_modes_stay_short() -> None:
    picture = bytes.fromhex("b80400 cd10 ebfe")  # mov ax,4; int 10h; jmp $
    with Machine.from_files({"T.COM": picture}, machine="cga") as machine:
        machine.run(frames=3)
        console = Console(Debugger(machine))
        assert console.execute("screen") == "a picture: mode 04h, 320 x 200"
        assert max(len(line) for line in console.execute("vga").splitlines()) < 300


def test_the_objects_of_a_32_bit_program_are_placed_by_hand(console: Console, tmp_path: Path) -> None:
    path = tmp_path / "w.map"
    path.write_text(WATCOM_MAP)
    assert console.execute(f"symbols {path},1=215000,2=21B000") == "2 names"
    assert console.execute("symbols") == "00215060  twice_\n0021B6F0  _counter"
    assert console.execute("print counter").startswith("21B6F0h")


def test_aliases_scripts_and_repeats(console: Console, tmp_path: Path) -> None:
    console.execute("alias reg print")
    assert console.execute("reg 2+2") == "4h = 4"
    (tmp_path / "s").write_text("# a script\necho one\nprint 1\n")
    assert console.execute(f"source {tmp_path / 's'}") == "one\n1h = 1"
    (tmp_path / "s").write_text(f"source {tmp_path / 's'}\n")
    assert "nested too deeply" in console.execute(f"source {tmp_path / 's'}")
    console.execute("alias a b")
    console.execute("alias b a")
    assert console.execute("a")
    ip = console.machine.regs.ip
    console.execute("step")
    console.execute("")
    assert console.machine.regs.ip != ip
    assert console.execute("print 10") in console.execute("print 10")
    assert "print 10" in console.execute("history")


def test_help_knows_every_command(console: Console) -> None:
    listed = console.execute("help")
    for name, entry in COMMANDS.items():
        assert entry.help
        assert entry.names[0] in listed
        assert entry.usage.splitlines()[0] in console.execute(f"help {name}")


def test_without_capstone_one_line_says_what_to_install(console: Console, monkeypatch: pytest.MonkeyPatch) -> None:
    from dosemu.debug import disassembly

    disassembly._disassembler.cache_clear()
    monkeypatch.setitem(__import__("sys").modules, "capstone", None)
    assert console.execute("u") == 'disassembly needs capstone: pip install "dosemu[debug]"'
    assert "B90500" in console.execute("step 1") or "E81D00" in console.execute("r").replace(" ", "")


def test_nonsense_is_answered_never_raised(console: Console) -> None:
    dice = random.Random(7)
    words = [
        "cs:100",
        "((",
        "-1",
        "ffffffff",
        "'",
        '"x',
        "int",
        "21h/zz",
        "port",
        "if",
        "0",
        "99999999999999999999",
        "[",
    ]
    words += ["ax", "=", "w[", "]", "1/0", "é", "*", "5.", "<<", "1<<9999999", ":", "cs:", "cr0", "~~", "symbol"]
    forbidden = {"save", "source", "symbols", "map"}
    for _ in range(1500):
        name = dice.choice([n for n in COMMANDS if n not in forbidden])
        line = " ".join([name, *dice.choices(words, k=dice.randrange(4))])
        if line.split()[0] in {"c", "continue", "run", "g"}:
            line = "c 0.001"
        assert isinstance(console.execute(line), str)
        console.done = False
