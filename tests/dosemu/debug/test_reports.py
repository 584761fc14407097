"""Coverage and profiles: exact counts, by symbol, as text, JSON and HTML; the same run gives the same."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dosemu import Machine
from dosemu.debug.coverage import Coverage
from dosemu.debug.profile import Profile
from frontend.cli import main
from tests.dosemu.debug.guests import LOOP, LOOP_MAP, PROGRAMS


def measured(tmp_path: Path) -> Coverage:
    machine = Machine.from_files({"T.COM": LOOP})
    machine.keyboard.schedule("0.2:a")
    (tmp_path / "t.map").write_text(LOOP_MAP)
    machine.load_map(tmp_path / "t.map")
    coverage = Coverage(machine)
    machine.run()
    return coverage


def test_coverage_counts_every_instruction(tmp_path: Path) -> None:
    coverage = measured(tmp_path)
    report = coverage.report()
    runs = report.runs()
    assert runs[0] == 1
    assert runs[3] == runs[0x23] == 5
    assert runs[0x1A] == 1
    assert runs[0x2C:] == [0] * 6
    assert {f.name: (f.executed, f.calls) for f in report.functions} == {
        "start": (35, 1),
        "sub": (9, 5),
        "counter": (0, 0),
    }
    assert report.executed_bytes == 44
    coverage._machine.close()


def test_coverage_reports(tmp_path: Path) -> None:
    coverage = measured(tmp_path)
    report = coverage.report()
    assert "44 of 50 bytes" in report.table()
    listing = report.listing()
    assert "sub:" in listing
    assert "inc word ptr [0x12c]" in listing
    assert "6 bytes not executed" in listing
    assert json.loads(report.to_json())["executed"] == 44
    page = report.to_html()
    assert page.startswith("<!doctype html>")
    assert "push bp" in page
    coverage._machine.close()


def test_objects_that_an_extender_loaded_are_covered_and_profiled(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    # Copies itself to 5000:0100 and goes there, to a loop of 200 rounds: an extender and its program.
    code = bytes.fromhex("fc 8cc8 8ed8 b80050 8ec0 be0001 89f7 b94000 f3a4 ea19010050 b9c800 e2fe b8004c cd21")
    (tmp_path / "T.COM").write_bytes(code)
    path = tmp_path / "T.MAP"
    path.write_text("Address        Symbol\n0003:00000000  loop_\n0003:00000005  end_\n0003:0000000a  behind_\n")
    for command in ("coverage", "profile"):
        extra = ["--every", "50"] if command == "profile" else []
        assert main([command, "--map", f"{path},3=50119", *extra, "--display", "none", str(tmp_path / "T.COM")]) == 0
    said = capfd.readouterr().err
    assert "10 of 11 bytes executed" in said
    covered, profiled = (line.split() for line in said.splitlines() if line.startswith("loop_ "))
    assert covered[1:5] == ["5", "5", "100.0", "1"]
    assert int(profiled[1]) >= 1


def test_counting_changes_nothing_for_the_program() -> None:
    program = next((PROGRAMS / "self_modifying").glob("*.com"))
    ends = []
    for counted in (False, True):
        with Machine(program, stdio=True) as m:
            if counted:
                Coverage(m)
                Profile(m)
            m.run(seconds=2)
            ends.append((m.stdout, m.clock.cycles, m.exit_code, m.memory.read(0x600, 0x9FA00)))
    assert ends[0] == ends[1]


def test_blocks_counted_add_up_to_the_instructions() -> None:
    code = bytes.fromhex("b9e803 e2fe b8004c cd21")  # a loop of 1,000 rounds
    with Machine.from_files({"T.COM": code}) as m:
        m.engine.count_blocks()
        m.run()
        assert sum(n * runs for address, _, n, runs, _ in m.engine.blocks() if address < 0xF0000) == m.clock.cycles
        counts = m.engine.statistics()
        assert counts["executed"] == counts["chained"] + counts["looked_up"] + counts["dispatched"]
        assert counts["chained"] > 900


def test_a_profile_is_the_same_twice(tmp_path: Path) -> None:
    code = bytes.fromhex("ba1400 b90080 e2fe e80300 4a 75f5 90 b90010 e2fe c3")
    seen = []
    for _ in range(2):
        with Machine.from_files({"T.COM": code}) as m:
            m.symbols.add("main", (m.regs.cs << 4) + 0x100)
            m.symbols.add("sub", (m.regs.cs << 4) + 0x10F)
            profile = Profile(m, cycles=101)
            m.run(seconds=0.03)
            report = profile.report()
            seen.append([(place.name, place.samples) for place in report.places])
    assert seen[0] == seen[1]
    assert {name for name, _ in seen[0]} == {"main", "sub"}
    assert dict(seen[0])["main"] > 4 * dict(seen[0])["sub"]
    assert "chained" in report.table()
    assert json.loads(report.to_json())["engine"]["translated"] > 0
    assert "<h2>Engine</h2>" in report.to_html()


def test_waiting_is_told_from_working() -> None:
    with Machine.from_files({"T.COM": bytes.fromhex("b400 cd16 cd20")}) as m:
        profile = Profile(m)
        m.run(seconds=0.5)
        assert profile.report().places[0].name == "(waiting in INT 16h)"
        profile.close()


def test_the_commands(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    program = tmp_path / "T.COM"
    program.write_bytes(LOOP)
    (tmp_path / "T.MAP").write_text(LOOP_MAP)
    run = ["--display", "none", "--keys", "0.1:a", str(program)]
    page = tmp_path / "c.html"
    assert main(["coverage", "-o", str(page), "--map", str(tmp_path / "T.MAP"), *run]) == 5
    assert "sub" in page.read_text()
    assert main(["profile", "-o", str(tmp_path / "p.json"), "--every=101", *run]) == 5
    assert json.loads((tmp_path / "p.json").read_text())["samples"] > 100
    assert main(["--coverage", str(tmp_path / "c.txt"), *run]) == 5
    assert "44 of 50" in (tmp_path / "c.txt").read_text()
    assert main(["coverage", "-m", str(tmp_path / "no.map"), *run]) == 125
    assert main(["coverage", "-o", "/nowhere/x", *run]) == 125
    assert main(["debug", "--command=break int 16h", "--command=continue", "--command=r", str(program)]) == 0
    said = capfd.readouterr()
    assert "breakpoint 1: INT 16h AH=00h" in said.out
    assert main(["gdb"]) == 125
