"""Batch files and the commands for them."""

from __future__ import annotations

from tests.dosemu.shell.conftest import Shell


def test_arguments_labels_and_shift(shell: Shell) -> None:
    shell.put("LOOP.BAT", '@echo off\n:again\nif "%1"=="" goto end\necho [%1]\nshift\ngoto AGAIN\n:end\necho done %0\n')
    assert shell.run("loop a,b c") == "[a]\n[b]\n[c]\ndone c\n"


def test_lines_are_shown_with_the_prompt_unless_an_at_sign_is_before_them(shell: Shell) -> None:
    shell.put("SHOW.BAT", "echo one\n@echo two\nrem three\n")
    assert shell.run("show") == "\nC:\\>echo one\none\ntwo\n\nC:\\>rem three\n"


def test_a_batch_file_takes_the_place_of_the_one_that_names_it_but_call_comes_back(shell: Shell) -> None:
    shell.put("ONE.BAT", "@echo off\ncall two x\necho one\ntwo y\necho never\n")
    shell.put("TWO.BAT", "@echo two %1\n")
    assert shell.run("one", "echo after") == "two x\none\ntwo y\nafter\n"


def test_echo_is_as_before_when_the_batch_file_ends(shell: Shell) -> None:
    shell.put("OFF.BAT", "@echo off\n")
    assert shell.run("off", "echo") == "ECHO is on\n"


def test_variables_and_percent_signs(shell: Shell) -> None:
    shell.put("VARS.BAT", "@echo off\nset COLOR=blue\necho %COLOR% %color% 100%% [%NONE%] %1\n")
    assert shell.run("vars x") == "blue blue 100% [] x\n"


def test_if(shell: Shell) -> None:
    shell.put("HERE.TXT", "x")
    shell.put(
        "IFS.BAT",
        "@echo off\nexits 5\nif errorlevel 5 echo five\nif errorlevel 6 echo six\nif not errorlevel 6 echo less\n"
        "if exist here.txt echo here\nif not exist gone.txt echo gone\nif exist h*.t?t echo wild\n"
        'if "a"=="a" echo same\nif a == b echo differs\nif not a==b if c==c echo both\nif exist nul echo device\n',
    )
    assert shell.run("ifs").split() == ["five", "less", "here", "gone", "wild", "same", "both", "device"]


def test_if_without_a_command_is_a_syntax_error(shell: Shell) -> None:
    assert shell.run("if a==a", "if exist", "if errorlevel", "if a") == "Syntax error\n" * 4


def test_errorlevel_counts_letters_as_command_com_does(shell: Shell) -> None:
    assert (
        shell.run("exits 3", "if errorlevel HC echo 3", "if errorlevel HD echo 4", "if errorlevel xc echo 3")
        == "3\n3\n"
    )


def test_for_over_words_and_files(shell: Shell) -> None:
    shell.put("B.TXT", "")
    shell.put("A.TXT", "")
    shell.put("FORS.BAT", "@echo off\nfor %%x in (one two) do echo %%x %%X\nfor %%f in (*.txt none) do echo %%f\n")
    lines = shell.run("fors").splitlines()
    assert lines[:2] == ["one one", "two two"]
    assert sorted(lines[2:4]) == ["A.TXT", "B.TXT"]
    assert lines[4] == "none"


def test_for_redirects_each_time(shell: Shell) -> None:
    shell.run("for %x in (a b) do echo %x> %x.out")
    assert (shell.read("A.OUT"), shell.read("B.OUT")) == ("a\n", "b\n")


def test_for_with_a_wrong_form(shell: Shell) -> None:
    assert shell.run("for %x in a do echo", "for x in (a) do echo", "for %xy in (a) do echo") == "Syntax error\n" * 3
    assert shell.run("for %x in (a) do for %y in (b) do echo") == "FOR cannot be nested\n"


def test_goto_without_its_label_ends_the_batch_file(shell: Shell) -> None:
    shell.put("LOST.BAT", "@echo off\ngoto nowhere\necho never\n")
    assert shell.run("lost", "echo on") == "Label not found\n"


def test_a_batch_file_may_change_while_it_runs(shell: Shell) -> None:
    shell.put("GROW.BAT", "@echo off\necho echo grown>> grow.bat\n")
    assert shell.run("grow") == "grown\n"


def test_a_batch_file_that_is_deleted_is_missed(shell: Shell) -> None:
    shell.put("GONE.BAT", "@echo off\ndel gone.bat\necho never\n")
    assert shell.run("gone") == "Batch file missing\n"


def test_ctrl_z_ends_a_batch_file(shell: Shell) -> None:
    shell.put("ENDS.BAT", b"@echo one\r\n\x1a@echo two\r\n")
    assert shell.run("ends") == "one\n"


def test_the_errorlevel_is_the_exit_code_of_the_shell(shell: Shell) -> None:
    shell.run("exits 7")
    assert shell.exit_code == 7
    shell.run("exits 7", "exit 3", "echo never")
    assert shell.exit_code == 3


def test_batch_files_that_call_each_other_for_ever_end_with_a_message(shell: Shell) -> None:
    shell.put("SELF.BAT", "@call self\n")
    assert "nested too deep" in shell.run("self")


def test_a_batch_file_that_never_ends_lets_time_pass(shell: Shell) -> None:
    shell.put("EVER.BAT", "@echo off\n:a\ngoto a\n")
    lines = shell.keys("0.5:type=ever 1:Enter 2:ctrl+c 2.5:y 3:type=ver 3.2:Enter", seconds=4)
    assert "Terminate batch job (Y/N)?Y" in lines
    assert any("MS-DOS Version" in line for line in lines[lines.index("Terminate batch job (Y/N)?Y") :])


def test_redirection_of_a_whole_batch_file(shell: Shell) -> None:
    shell.put("OUT.BAT", "@echo off\necho one\necho two\n")
    assert shell.run("out > all.txt", "echo three") == "three\n"
    assert shell.read("ALL.TXT") == "one\ntwo\n"


def test_loadhigh_and_rem(shell: Shell) -> None:
    assert shell.run("lh tail a b", "rem > no.txt") == "[ a b]"


def test_pause_waits(shell: Shell) -> None:
    shell.put("WAIT.BAT", "@pause\n@echo on\n@echo behind\n")
    shown = "Press any key to continue . . ."
    assert shell.keys("0.5:type=wait 0.8:Enter", seconds=2)[-1] == shown
    lines = shell.keys("0.5:type=wait 0.8:Enter 1.2:F1 ", seconds=2)
    assert lines[lines.index(shown) + 1] == "behind"
