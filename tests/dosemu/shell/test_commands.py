"""The other commands, built-in and external."""

from __future__ import annotations

from pathlib import Path

import pytest

from dosemu.machine import Machine
from dosemu.shell import registry
from tests.dosemu.shell.conftest import Shell
from tests.int21.fat import images

registry.load_all()


def test_echo(shell: Shell) -> None:
    assert shell.run("echo", "echo.", "echo.x", "echo  two", "ECHO a > nul", "echo off", "echo", "echo on") == (
        "ECHO is on\n\nx\n two\nECHO is off\n"
    )


def test_set_path_and_prompt(shell: Shell) -> None:
    text = shell.run("set a=1", "set b = 2", "set", "path", "path c:\\x", "path", "path ;", "path", "set a=", "set x")
    assert [line for line in text.splitlines() if not line.startswith("BLASTER=")] == [
        "COMSPEC=Z:\\COMMAND.COM", "PATH=C:\\;Z:\\", "PROMPT=$P$G", "A=1", "B = 2",
        "PATH=C:\\;Z:\\", "PATH=C:\\X", "No Path", "Syntax error",
    ]  # fmt: skip


def test_the_environment_grows(shell: Shell) -> None:
    shell.put("MANY.BAT", "@echo off\nfor %%x in (1 2 3 4 5 6 7 8 9) do set v%%x=" + "x" * 90 + "\n"
              "for %%x in (1 2 3 4 5 6 7 8 9) do set w%%x=" + "y" * 90 + "\nset z=end\n")  # fmt: skip
    assert "Z=end" in shell.run("many", "set").splitlines()


def test_prompt_codes(shell: Shell) -> None:
    lines = shell.keys("0.5:type=prompt 0.8:Space 0.9:type=$n$$$g$l$q$b$_$p 1.4:Enter", seconds=2)
    assert lines[-2:] == ["C$><=|", "C:\\"]


def test_date_and_time(shell: Shell) -> None:
    text = shell.run(
        "date 12-31-1999", "time 23:59:58", "date", "2-30-95", "2-28-96", "date", "", "time 1:05p", "time", ""
    )
    assert "Current date is Fri 12-31-1999\nEnter new date (mm-dd-yy): Invalid date\n" in text
    assert "Current date is Wed 02-28-1996\n" in text
    assert "Current time is  1:05:00.0" in text


def test_dates_of_another_country(shell: Shell) -> None:
    text = shell.run("date 31.12.1999", "date", "", country=49)
    assert "Current date is Fri 31.12.1999\nEnter new date (dd.mm.yy): " in text


def test_ver_vol_label_break_verify_chcp_truename(shell: Shell) -> None:
    text = shell.run("ver", "label mine", "vol", "break on", "break", "verify on", "verify", "chcp", "truename x.y")
    assert "MS-DOS Version 5.00" in text
    assert " Volume in drive C is MINE\n" in text
    assert "BREAK is on\nVERIFY is on\nActive code page: 437\n\nC:\\X.Y\n" in text


def test_ctty_nul_hides_the_output(shell: Shell) -> None:
    shell.put("HIDE.BAT", "@echo off\necho one\nctty nul\necho two\nctty con\necho three\n")
    assert shell.run("hide", "echo four").splitlines() == ["one", "three", "four"]


def test_exit_leaves_a_nested_shell(shell: Shell) -> None:
    assert shell.run("command", "set x=1", "exit", "set x", "echo [%x%]", "command /c echo nested") == (
        "Syntax error\n[%x%]\nnested\n"
    )


def test_command_explains_itself(shell: Shell) -> None:
    assert shell.run("command /?", "echo on").startswith("Starts a new instance of the MS-DOS command interpreter.")


def test_a_program_that_crashes_ends_with_a_message_and_the_shell_goes_on(shell: Shell) -> None:
    shell.put("CRASH.COM", b"\x0f\x0b")
    assert shell.run("crash", "if errorlevel 255 echo next") == "next\n"
    lines = shell.keys("0.5:type=crash 0.8:Enter", seconds=2)
    assert lines[-2].startswith("Program ended: invalid opcode at ")
    assert lines[-1] == "C:\\>"


def test_command_k_stays(shell: Shell) -> None:
    assert shell.run("command /k echo one", "echo two", "exit", "echo three") == "one\ntwo\nthree\n"


@pytest.mark.parametrize("name", sorted({*registry.BUILTINS, *registry.EXTERNALS}))
def test_every_command_explains_itself(shell: Shell, name: bytes) -> None:
    entry = (registry.BUILTINS | registry.EXTERNALS)[name]
    text = shell.run(f"{name.decode()} /?")
    assert text.startswith(entry.help)
    assert all(len(line) < 80 for line in text.splitlines())


def test_external_files_are_named_like_their_commands() -> None:
    assert set(registry.external_names()) == set(registry.EXTERNALS)


def test_find(shell: Shell) -> None:
    shell.put("A.TXT", "One\ntwo\nthree one\n")
    assert shell.run('find "one" a.txt') == "\n---------- A.TXT\nthree one\n"
    assert shell.run('find /i /n "one" a.txt').splitlines()[2:] == ["[1]One", "[3]three one"]
    assert shell.run('find /c /v "one" a.txt') == "\n---------- A.TXT: 2\n"
    assert shell.run('type a.txt | find "t" /v') == "One\n"
    assert shell.run('find "x" a.txt', "if errorlevel 1 echo none").endswith("none\n")


def test_sort(shell: Shell) -> None:
    shell.put("A.TXT", "b2\nA3\nc1\n")
    assert shell.run("sort < a.txt") == "A3\nb2\nc1\n"
    assert shell.run("sort /r a.txt") == "c1\nb2\nA3\n"
    assert shell.run("sort /+2 < a.txt") == "c1\nb2\nA3\n"


def test_more_passes_text_on_in_a_pipe_and_stops_on_the_screen(shell: Shell) -> None:
    shell.put("LONG.TXT", "".join(f"line {n}\n" for n in range(40)))
    assert shell.run("more < long.txt").splitlines() == [f"line {n}" for n in range(40)]
    start = "0.5:type=type 0.8:Space 0.9:type=long.txt|more 1.4:Enter"
    assert shell.keys(start, seconds=2.5)[-2:] == ["line 23", "-- More --"]
    assert shell.keys(start + " 2.5:Space", seconds=3.5)[-2:] == ["line 39", "C:\\>"]


def test_xcopy(shell: Shell) -> None:
    shell.put("FROM/A.TXT", "a")
    shell.put("FROM/DEEP/B.TXT", "b")
    (shell.folder / "FROM" / "EMPTY").mkdir()
    text = shell.run("xcopy from to\\ /s")
    assert text == "C:\\FROM\\A.TXT\nC:\\FROM\\DEEP\\B.TXT\n        2 File(s) copied\n"
    assert shell.run("dir /b /s to") == "C:\\TO\\A.TXT\nC:\\TO\\DEEP\nC:\\TO\\DEEP\\B.TXT\n"
    shell.run("xcopy from all /s /e", "d")
    assert (shell.folder / "ALL" / "EMPTY").is_dir()
    assert "Cannot perform a cyclic copy" in shell.run("xcopy from from\\deep /s")
    assert shell.exit_code == 4


def test_attrib(shell: Shell) -> None:
    shell.put("A.TXT", "")
    assert shell.run("attrib +r -a a.txt", "attrib a.txt") == "       R     C:\\A.TXT\n"
    assert not (shell.folder / "A.TXT").stat().st_mode & 0o200
    assert shell.run("attrib nosuch") == "File not found - NOSUCH\n"


def test_tree_move_and_deltree(shell: Shell) -> None:
    shell.put("ONE/TWO/X", "")
    shell.put("ONE/THREE/Y", "")
    drawn = shell.run("tree /a one").splitlines()[-3:]
    assert drawn == ["C:\\ONE", "+---THREE", "\\---TWO"]
    assert shell.run("move one\\two\\x one") == "c:\\one\\two\\x => c:\\one\\x [ok]\n"
    assert shell.run("move one uno").endswith("[ok]\n")
    assert (
        shell.run("deltree uno", "n", "dir /b /ad")
        == 'Delete directory "C:\\UNO" and all its subdirectories? [yn] N\nUNO\n'
    )
    shell.run("deltree /y uno")
    assert not (shell.folder / "UNO").exists()


def test_choice(shell: Shell) -> None:
    script = ("choice /c:abc Which", "cif errorlevel 3 echo third")
    assert shell.run(*script) == "Which[A,B,C]?C\nthird\n"
    lines = shell.keys("0.5:type=choice 0.8:Space 0.9:type=/t:n,2 1.2:Enter", seconds=2)
    assert lines[-1] == "[Y,N]?"
    lines = shell.keys("0.5:type=choice 0.8:Space 0.9:type=/t:n,2 1.2:Enter", seconds=4)
    assert "[Y,N]?N" in lines


def test_mode_sets_lines(shell: Shell) -> None:
    lines = shell.keys("0.5:type=mode 0.8:Space 0.9:type=con 1:Space 1.1:type=lines=50 1.5:Enter 2:type=mode 2.3:Enter")
    assert "Lines=50" in lines
    assert "cannot be set" in shell.run("mode con lines=33")


def test_mem(shell: Shell) -> None:
    text = shell.run("mem", "mem /c")
    assert "Conventional         640K" in text
    assert "  COMMAND " in text


def test_subst(shell: Shell) -> None:
    shell.put("DOCS/A.TXT", "a\n")
    text = shell.run("subst x: docs", "subst", "type x:\\a.txt", "subst x: /d", "type x:\\a.txt")
    assert text == "X: => C:\\DOCS\na\nFile not found - x:\\a.txt\n"
    assert "Path not found" in shell.run("subst y: nosuch")


def test_mount_and_help(shell: Shell) -> None:
    assert shell.run("mount").splitlines()[0] == f"C: is {shell.folder}"
    listed = shell.run("help")
    assert all(name.decode() in listed for name in (b"XCOPY", b"DIR", b"ATTRIB"))
    assert shell.run("help nosuch") == "No help available for nosuch\n"


def test_cycles_changes_the_speed_while_running(shell: Shell) -> None:
    # 60,000 passes of LOOP: 3 ms at 20,000 instructions a millisecond, 200 ms at 300.
    shell.put("loop.com", bytes.fromhex("b9 60ea e2fe c3"))
    shell.put("go.bat", "@cycles 300\n@loop\n@cycles\n")
    with Machine(shell.folder, stdio=True, cycles=20_000, stdin=b"loop\r\ngo\r\ncycles fixed 20000\r\ncycles\r\n") as m:
        m.run(seconds=30)
        assert m.exited
        assert m.stdout.decode().replace("\r\n", "\n") == (
            "300 instructions a millisecond (a PC of class 8088)\n"
            "20000 instructions a millisecond (a PC of class 486-33)\n"
        )
        assert 0.2 < m.clock.seconds < 0.3


def test_cycles_that_depend_on_the_host_are_fixed_where_nothing_paces(shell: Shell) -> None:
    assert shell.run("cycles max", "cycles", "cycles 386dx-33", "cycles").splitlines() == [
        "max, now 20000 instructions a millisecond (a PC of class 486-33)",
        "6000 instructions a millisecond (a PC of class 386dx-33)",
    ]


@pytest.mark.parametrize("word", ["0", "-5", "fast", "99999999", "max 80%", "3000 4000", "\xb2"])
def test_cycles_that_are_none(shell: Shell, word: str) -> None:
    said = shell.run(f"cycles {word}", "cycles", cycles=5000)
    assert said.splitlines()[-1].startswith("5000 instructions")
    assert "Invalid parameter" in said or "Too many parameters" in said


def test_swap_changes_disks(shell: Shell, tmp_path: Path) -> None:
    disks = [images.make(tmp_path / f"{n}.img", 360, 12, f"DISK{n}") for n in (1, 2)]
    said = shell.run("swap", "vol a:", "swap a:", "vol a:", "swap a: 1", "swap a: 9", "swap c:", mounts={"A": disks})
    assert said.index("A: *1 1.img\nA:  2 2.img\n") < said.index("is DISK1") < said.index("is DISK2")
    assert "A: 2.img\n" in said
    assert "A: there are disks 1 to 2\nC: there is no other disk for this drive\n" in said
    assert shell.run("swap") == "No drive has several disks\n"


def test_mode_and_chcp_choose_code_pages(shell: Shell) -> None:
    text = shell.run(
        "mode con cp select=850",
        "chcp",
        "chcp 866",
        "mode con: cp /status",
        "mode con cp sel=1",
        "chcp 932",
        "mode con codepage prepare=((850 437) ega.cpi)",
        "mode con cp refresh",
        "mode lpt1 cp sel=850",
    )
    assert text.splitlines()[:4] == [
        "MODE select code page function completed",
        "Active code page: 850",
        "",
        "Active code page for device CON is 866",
    ]
    assert text.splitlines()[-5:] == [
        "Code page not prepared",
        "Invalid code page",
        "MODE prepare code page function completed",
        "MODE refresh code page function completed",
        "Code page operation not supported on this device - LPT1",
    ]


def test_chcp_changes_the_screen(shell: Shell) -> None:
    with Machine(shell.folder) as machine:
        machine.keyboard.schedule("0.3:type=chcp 0.5:Space 0.6:type=866 0.8:Enter")
        machine.run(seconds=1)
        machine.bios.console.write("Привет".encode("cp866"))
        assert "Привет" in machine.screen.text()


def test_keyb_takes_the_code_page_with_it(shell: Shell) -> None:
    text = shell.run("keyb gr,850", "keyb", "keyb us,,c:\\keyboard.sys /e", "keyb", "keyb xx", "keyb gr,1")
    assert text.splitlines() == [
        "Current keyboard code: GR  code page: 850",
        "Current CON code page: 850",
        "Current keyboard code: US  code page: 850",
        "Current CON code page: 850",
        "Invalid keyboard code specified",
        "Code page specified has not been prepared",
    ]


def test_mode_sets_ports_and_the_keyboard(shell: Shell) -> None:
    text = shell.run(
        "mode com1:9600,n,8,1",
        "mode com2 baud=1200 parity=e data=7 stop=2",
        "mode con rate=32 delay=1",
        "mode con rate=1",
        "mode com1:1,2",
        "mode lpt1:=com1",
        "mode lpt1 cols=132 lines=8",
        "mode lpt1",
    )
    assert text.splitlines() == [
        "",
        "COM1: 9600,n,8,1,-",
        "",
        "COM2: 1200,e,7,2,-",
        "Rate and delay must be specified together",
        "Invalid parameter - 1,2",
        "Printer ports are files here: start dosemu with --set printer.file=FILE",
        "",
        "Status for device LPT1:",
        "-----------------------",
        "Output is dropped",
    ]
