"""The commands for files and directories."""

from __future__ import annotations

import re

import pytest

from tests.dosemu.shell.conftest import Shell


def names(shell: Shell, folder: str = ".") -> set[str]:
    return {path.name.upper() for path in (shell.folder / folder).iterdir()} - {"EXITS.COM", "TAIL.COM"}


def test_dir_lists_name_size_and_date(shell: Shell) -> None:
    shell.put("DOCS/READ.ME", "12345")
    shell.put("BIG.DAT", bytes(1234567))
    text = shell.run("dir")
    assert " Volume in drive C has no label\n Volume Serial Number is " in text
    assert " Directory of C:\\\n\n" in text
    assert re.search(r"^BIG      DAT     1,234,567 \d\d-\d\d-\d\d  [ \d]\d:\d\d[ap]$", text, re.MULTILINE)
    assert re.search(r"^DOCS         <DIR>         \d\d-\d\d-\d\d", text, re.MULTILINE)
    assert re.search(r"^        4 file\(s\)      1,234,\d\d\d bytes\n +[\d,]+ bytes free$", text, re.MULTILINE)


def test_dir_of_a_directory_shows_its_dots(shell: Shell) -> None:
    shell.put("DOCS/READ.ME", "12345")
    lines = shell.run("dir docs").splitlines()
    assert [line.split()[0] for line in lines if "<DIR>" in line] == [".", ".."]


def test_dir_bare_sorted_and_deep(shell: Shell) -> None:
    shell.put("DOCS/READ.ME", "12345")
    shell.put("A.TXT", "123")
    shell.put("B.DAT", "1")
    assert shell.run("dir /b /o-s *.t* b*") == "Too many parameters - b*\n"
    assert shell.run("dir/b/on") == "A.TXT\nB.DAT\nDOCS\nEXITS.COM\nTAIL.COM\n"
    assert shell.run("dir /b /os *.?a? ") == "B.DAT\n"
    assert shell.run("dir /b /ogn").split()[0] == "DOCS"
    assert shell.run("dir /b /ad") == "DOCS\n"
    assert shell.run("dir /b /a-d /l /on").split()[0] == "a.txt"
    assert shell.run("dir /s /b *.me") == "C:\\DOCS\\READ.ME\n"
    assert "Total files listed:\n" in shell.run("dir /s")
    assert "[DOCS]" in shell.run("dir /w")


def test_dir_hides_hidden_files(shell: Shell) -> None:
    shell.put("SECRET", "x")
    assert "SECRET" not in shell.run("attrib +h secret", "dir /b")
    assert shell.run("dir /b /ah") == "SECRET\n"


def test_dir_knows_dircmd_and_names_without_a_type(shell: Shell) -> None:
    shell.put("READ.ME", "")
    shell.put("READ.YOU", "")
    assert shell.run("set dircmd=/b /on", "dir read") == "READ.ME\nREAD.YOU\n"


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("dir nosuch.txt", "File not found"),
        ("dir nosuch\\*.*", "Path not found"),
        ("dir q:", "Invalid drive specification"),
        ("dir /x", "Invalid switch - /x"),
        ("cd nosuch", "Invalid directory"),
        ("cd q:\\", "Invalid drive specification"),
        ("md", "Required parameter missing"),
        ("md docs", "Directory already exists"),
        ("md no\\such", "Unable to create directory"),
        ("rd nosuch", "Invalid path, not directory,"),
        ("rd docs", "or directory not empty"),
        ("ren nosuch new", "Duplicate file name or file not found"),
        ("ren a.txt b.txt", "Duplicate file name or file not found"),
        ("ren a.txt docs\\b", "Invalid parameter"),
        ("del nosuch", "File not found"),
        ("type nosuch", "File not found - nosuch"),
        ("copy nosuch x", "File not found - nosuch"),
        ("copy", "Required parameter missing"),
        ("copy a.txt a.txt", "File cannot be copied onto itself"),
        ("copy a.txt no\\such", "Path not found"),
        ("q:", "Invalid drive specification"),
        ("nosuch", "Bad command or file name"),
        ("type < nosuch", "File not found"),
        ("echo x | ", "Syntax error"),
        ("echo x >", "Syntax error"),
        ("truename q:\\x", "Invalid path"),
        ("vol q:", "Invalid drive specification"),
        ("verify maybe", "Must specify ON or OFF"),
        ("chcp 1", "Invalid code page"),
        ("ctty a.txt", "Invalid device"),
        ("label a*b", "Invalid characters in volume label"),
    ],
)
def test_messages(shell: Shell, line: str, message: str) -> None:
    shell.put("DOCS/READ.ME", "12345")
    shell.put("A.TXT", "")
    shell.put("B.TXT", "")
    assert message in shell.run(line).splitlines()


def test_directories(shell: Shell) -> None:
    text = shell.run(
        "md one", "md one\\two", "cd one\\two", "cd", "cd ..", "cd", "cd\\", "cd", "rd one\\two", "dir/b one"
    )
    assert text == "C:\\ONE\\TWO\nC:\\ONE\nC:\\\nFile not found\n"
    assert shell.run("cd one", "rd \\one") == "Attempt to remove current directory - \\one\n"


def test_copy_one_several_and_joined(shell: Shell) -> None:
    shell.put("A.TXT", "a\n")
    shell.put("B.TXT", "b\n")
    (shell.folder / "TO").mkdir()
    assert shell.run("copy a.txt c.txt") == "        1 file(s) copied\n"
    assert shell.run("copy *.txt to").endswith("        3 file(s) copied\n")
    assert names(shell, "TO") == {"A.TXT", "B.TXT", "C.TXT"}
    shell.run("copy a.txt+b.txt all.txt", "copy /b a.txt+b.txt all.bin", "copy to\\*.txt *.bak")
    assert shell.read("ALL.TXT") == "a\nb\n\x1a"
    assert shell.read("ALL.BIN") == "a\nb\n"
    assert {"A.BAK", "B.BAK", "C.BAK"} <= names(shell)
    shell.run("copy a.txt+b.txt")
    assert shell.read("A.TXT").startswith("a\nb\n")


def test_copy_keeps_the_date_and_every_byte(shell: Shell) -> None:
    data = bytes(range(256)) * 500
    source = shell.put("DATA.BIN", data)
    import os

    os.utime(source, (800_000_000, 800_000_000))
    shell.run("copy data.bin new.bin")
    new = shell.folder / "NEW.BIN"
    assert new.read_bytes() == data
    assert new.stat().st_mtime == 800_000_000


def test_copy_asks_before_it_overwrites(shell: Shell) -> None:
    shell.put("A.TXT", "a\n")
    shell.put("B.TXT", "b\n")
    lines = shell.keys("0.5:type=copy 1:Space 1.1:type=a.txt 1.3:Space 1.4:type=b.txt 1.6:Enter 2:n")
    assert "Overwrite C:\\B.TXT (Yes/No/All)?N" in lines
    assert shell.read("B.TXT") == "b\n"


def test_copy_from_the_keyboard(shell: Shell) -> None:
    shell.keys(
        "0.5:type=copy 0.7:Space 0.8:type=con 1:Space 1.1:type=made 1.3:Enter "
        "1.5:type=hello 1.8:Enter 2:ctrl+z 2.2:Enter"
    )
    assert shell.read("MADE") == "hello\n"


def test_ren_with_wildcards(shell: Shell) -> None:
    for name in ("ONE.TXT", "TWO.TXT"):
        shell.put(name, "")
    assert shell.run("ren *.txt *.bak", "ren one.bak first.*") == ""
    assert names(shell) == {"FIRST.BAK", "TWO.BAK"}


def test_del_asks_for_everything_and_for_each(shell: Shell) -> None:
    for name in ("D/A", "D/B", "C.TXT"):
        shell.put(name, "")
    assert "Are you sure (Y/N)?N" in shell.run("del d", "n")
    assert names(shell, "D") == {"A", "B"}
    assert "C:\\D\\B,    Delete (Y/N)?Y" in shell.run("del d /p", "n", "y")
    assert names(shell, "D") == {"A"}
    assert "Are you sure (Y/N)?Y" in shell.run("erase d\\*.*", "y")
    assert names(shell, "D") == set()
    assert shell.run("attrib +r c.txt", "del c.txt") == "C:\\C.TXT\nAccess denied\n"


def test_type(shell: Shell) -> None:
    shell.put("A.TXT", b"one\r\n\x1ahidden")
    assert shell.run("type a.txt") == "one\n"


def test_redirection_and_pipes(shell: Shell) -> None:
    assert shell.run("echo b> t", "echo a>>t", "sort < t", 'type t | sort /r | find "b"') == "a\nb\nb\n"
    assert shell.read("T") == "b\na\n"
    assert names(shell) == {"T"}  # pipes leave no files


def test_output_of_programs_is_redirected_too(shell: Shell) -> None:
    assert shell.run("tail x y > out.txt", "echo next") == "next\n"
    assert shell.read("OUT.TXT") == "[ x y ]"


def test_a_full_set_of_redirections_does_not_leak_files(shell: Shell) -> None:
    script = [f"echo {n} > x{n % 7} < x{n % 7}" if n > 7 else f"echo {n} > x{n}" for n in range(100)]
    assert shell.run(*script, "echo end") == "end\n"


def test_drives(shell: Shell) -> None:
    assert shell.run("z:", "cd", "dir /b command.com", "c:", "cd") == "Z:\\\nCOMMAND.COM\nC:\\\n"
    assert shell.run("del z:command.com") == "Z:\\COMMAND.COM\nAccess denied\n"
    assert "Access denied" in shell.run("md z:\\x", "echo > z:\\x").replace(
        "Unable to create directory", "Access denied"
    )


def test_fc_shows_the_lines_that_differ(shell: Shell) -> None:
    shell.put("A.TXT", "same\none\ntwo\nthree\nfour\nend\n")
    shell.put("B.TXT", "same\none\n2\n2b\nthree\nfour\nend\n")
    assert shell.run("fc a.txt b.txt") == (
        "Comparing files C:\\A.TXT and C:\\B.TXT\n***** C:\\A.TXT\none\ntwo\nthree\n"
        "***** C:\\B.TXT\none\n2\n2b\nthree\n*****\n\n\n"
    )
    assert "    3:  two\n" in shell.run("fc /n a.txt b.txt")
    assert "***** C:\\B.TXT\none\n...\nthree\n" in shell.run("fc /a a.txt b.txt")
    shell.put("C.TXT", "SAME\nOne\n two \nthree\n\tfour\nend\n")
    assert "FC: no differences encountered" in shell.run("fc /c /w c.txt a.txt")
    assert shell.run(
        "fc a.txt a.txt", "if errorlevel 1 echo no", "fc a.txt c.txt>nul", "if errorlevel 1 echo differ"
    ) == ("Comparing files C:\\A.TXT and C:\\A.TXT\nFC: no differences encountered\n\ndiffer\n")


def test_fc_compares_bytes(shell: Shell) -> None:
    shell.put("A.BIN", b"abc\0")
    shell.put("B.BIN", b"aXc\0more")
    assert shell.run("fc a.bin b.bin") == (
        "Comparing files C:\\A.BIN and C:\\B.BIN\n00000001: 62 58\nFC: C:\\B.BIN longer than C:\\A.BIN\n\n"
    )
    assert shell.run("fc /b no.bin b.bin") == "FC: cannot open no.bin - No such file or folder\n"
    shell.put("A1.TXT", "x")
    shell.put("B1.TXT", "x")
    assert (
        shell.run("fc a*.txt b*.txt") == "Comparing files C:\\A1.TXT and C:\\B1.TXT\nFC: no differences encountered\n\n"
    )


def test_fc_with_files_that_have_nothing_in_common(shell: Shell) -> None:
    shell.put("A.TXT", "".join(f"a{n}\n" for n in range(500)))
    shell.put("B.TXT", "".join(f"b{n}\n" for n in range(500)))
    assert "Resync failed.  Files are too different\n" in shell.run("fc a.txt b.txt")
    assert "Resync failed" not in shell.run("fc /lb600 a.txt b.txt")
