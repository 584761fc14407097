"""The benchmark programs do their work, and ``dosemu bench`` measures, compares and reports."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from xml.etree import ElementTree

import pytest

from dosemu.tools import bench_run
from dosemu.tools.bench import host_tables, main, tables
from dosemu.tools.bench_chart import chart
from dosemu.tools.bench_host import Cost, HostReport, Indexes, Rate, measure_cost, measure_host, run_nbench
from dosemu.tools.bench_programs import EMPTY, FOLDER, BenchError, Program, choose, empty, load
from dosemu.tools.bench_report import OURS, Report, describe_machine
from dosemu.tools.bench_run import DosBox, Dosemu, Sample
from dosemu.tools.dosbox import dosbox_version, find_dosbox

PROGRAMS = load(FOLDER)
NASM = shutil.which("nasm")


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.name)
def test_a_program_verifies_its_own_work(program: Program) -> None:
    sample = Dosemu().run(program.path, "q")
    assert sample.problem == ""
    assert sample.output.split()[::2] == [program.name, "ok"]
    assert sample.cpu_seconds > 0
    assert sample.wall_seconds > 0
    assert 10 < sample.peak_mb < 500


def test_the_empty_program_says_nothing() -> None:
    sample = Dosemu().run(empty(FOLDER).path, "")
    assert (sample.output, sample.problem) == ("", "")


@pytest.mark.parametrize("source", sorted((FOLDER / "programs").glob("*.asm")), ids=lambda path: path.stem)
def test_a_built_program_is_what_its_source_makes(source: Path, tmp_path: Path) -> None:
    built = source.with_suffix(".com").read_bytes()
    assert 0 < len(built) < 4096
    if NASM:
        again = tmp_path / "again.com"
        subprocess.run([NASM, "-f", "bin", "-o", again, source.name], cwd=source.parent, check=True)
        assert again.read_bytes() == built


def test_every_source_is_in_the_list() -> None:
    sources = {path.stem for path in (FOLDER / "programs").glob("*.asm")}
    assert sources == {program.name for program in PROGRAMS} | {EMPTY}


def test_a_failing_program_is_a_problem() -> None:
    sample = Dosemu(("--seconds", "0.01")).run(choose(PROGRAMS, ["sieve16"])[0].path, "q")
    assert sample.problem.startswith("exit status 124")


def test_dosbox_gives_the_same_line() -> None:
    dosbox = find_dosbox("dosbox")
    if dosbox is None:
        return
    assert dosbox_version(dosbox).startswith("DOSBox ")
    program = choose(PROGRAMS, ["flat32"])[0]
    theirs = DosBox(dosbox, "dynamic").run(program.path, "q")
    assert theirs.problem == ""
    assert theirs.output == Dosemu().run(program.path, "q").output


def test_a_file_that_cannot_be_written_is_told_before_the_measurement(tmp_path: Path) -> None:
    for option in ("--json", "--chart"):
        with pytest.raises(BenchError, match="there is no folder"):
            main([option, str(tmp_path / "no" / "x")])


def test_a_run_that_hangs_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench_run, "LIMIT_SECONDS", 0.2)
    sample = bench_run.measure(["sleep", "60"], tmp_path, {"PATH": "/usr/bin:/bin"})
    assert sample.problem == "not done after 0.2 s"
    assert sample.wall_seconds < 30


# --- the report ----------------------------------------------------------------------------------


def report(**goals: float) -> Report:
    """Two runs: start-up 1 s here and 2 s there; the program takes 1 and 2 s here, 3 and 8 s there."""
    program = Program("p", "a program", Path("p.com"), **goals)
    made = Report([program], empty(FOLDER), {OURS: "dosemu", "dosbox_dynamic": "DOSBox dynamic"}, 2)
    for emulator, start, times in ((OURS, 1.0, (2.0, 3.0)), ("dosbox_dynamic", 2.0, (5.0, 10.0))):
        for seconds in times:
            made.add(EMPTY, emulator, Sample("", start, start, 50.0))
            made.add("p", emulator, Sample("p 00000001 ok", seconds, seconds, 60.0))
    return made


def test_times_are_less_start_up_and_ratios_are_taken_run_by_run() -> None:
    seen = report()
    assert str(seen.net("p", OURS)) == "1.50 (1.00 to 2.00)"
    assert str(seen.ratio("p", "dosbox_dynamic")) == "3.50 (3.00 to 4.00)"
    assert str(seen.startup_ratio("dosbox_dynamic")) == "2.00"
    assert seen.peak_mb(OURS) == 60


@pytest.mark.parametrize(
    ("goals", "reached"),
    [({"dynamic": 3.5}, True), ({"dynamic": 3.6}, False), ({"normal": 1.0}, None), ({"seconds": 1.5}, False)],
)
def test_goals(goals: dict[str, float], reached: bool | None) -> None:
    seen = report(**goals)
    assert [goal.reached for goal in seen.goals(seen.programs[0])] == [reached]
    assert [goal.reached for goal in seen.startup_goals()] == [True, True]


def test_results_that_differ_are_a_problem() -> None:
    seen = report()
    assert seen.problems == []
    seen.add("p", OURS, Sample("p 00000002 ok", 1.0, 1.0, 1.0))
    assert seen.problems == [
        "p: results differ: dosemu: p 00000001 ok, dosemu: p 00000002 ok",
    ]
    seen.add("p", OURS, Sample("p 00000003 WRONG", 1.0, 1.0, 1.0))
    assert seen.problems == ["p: dosemu: p 00000003 WRONG"]


def test_the_json_holds_what_the_table_shows() -> None:
    figures = report(dynamic=2.4).to_json()
    assert figures["programs"]["p"]["emulators"]["dosbox_dynamic"]["ratio"] == {"median": 3.5, "min": 3.0, "max": 4.0}
    assert figures["programs"]["p"]["goals"] == [{"goal": "2.4 x dynamic", "reached": True}]
    assert figures["programs"]["p"]["result"] == "p 00000001 ok"
    json.dumps(figures)
    assert [table.row_count for table in tables(report())] == [1, 2]


def test_the_machine_is_described_without_names_of_hosts_or_paths() -> None:
    assert set(describe_machine()) == {"processor", "cores", "system", "architecture", "python"}
    assert not any("/" in str(value) for value in describe_machine().values())


# --- the command -----------------------------------------------------------------------------------


def test_without_dosbox_our_own_times_are_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "figures.json"
    status = main(["--quick", "--runs", "1", "--only", "callret", "--dosbox", "no-such-dosbox", "--json", str(target)])
    said = capsys.readouterr()
    assert status == 0
    assert "no-such-dosbox was not found: only our own times are shown" in said.err
    assert "callret, run 1 of 1: dosemu" in said.err
    assert "call and return" in said.out
    figures = json.loads(target.read_text())
    assert figures["programs"]["callret"]["result"] == "callret 00027100 ok"
    assert list(figures["programs"]["callret"]["emulators"]) == [OURS]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--only", "nothing"], "nothing: no such benchmark; there are "),
        (["--runs", "0"], "--runs is at least 1"),
        (["--cores", "fast"], "--cores fast: one of dynamic, normal"),
        (["--programs", "nowhere"], "no benchmark programs here"),
    ],
)
def test_what_cannot_be_run(arguments: list[str], message: str) -> None:
    with pytest.raises(BenchError, match="^" + message):
        main(arguments)


def test_list(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--list"]) == 0
    assert capsys.readouterr().out.splitlines()[0].split() == ["sieve16", "16-bit", "byte", "sieve"]


# --- the host ------------------------------------------------------------------------------------------


def host_report() -> HostReport:
    rates = [Rate("integer", "sieve16", 26_000.0), Rate("memory", "sieve32", 6_100.0)]
    nbench = Indexes({"integer index": 2.5}, 10, 2)
    return HostReport(rates, [Cost(1, 10, 0.5)], [Cost(4, 5, 2.0, 16.0)], nbench)


def test_the_class_of_pc_is_that_of_the_slowest_work() -> None:
    figures = host_report().to_json()
    assert (figures["cycles"], figures["pc"]) == (6100, "386dx-33")
    assert [rate["pc"] for rate in figures["kernels"]] == ["486dx2-66", "386dx-33"]
    assert figures["by_machines"][0]["cpu_seconds_each"] == 0.1
    assert [table.row_count for table in host_tables(host_report())] == [2, 2, 1]


def test_the_host_is_measured() -> None:
    seen = measure_host(PROGRAMS, lambda text: None, quick=True)
    assert [rate.program for rate in seen.rates] == ["sieve16", "flat32", "sieve32", "pushpop", "float32", "mix32"]
    assert seen.cycles > 300
    assert [(cost.machines, cost.seconds) for cost in seen.by_time] == [(1, 1), (1, 2), (1, 4)]
    assert [cost.machines for cost in seen.by_machines] == [1, 2, 4]
    assert all(cost.cpu_seconds > 0 for cost in (*seen.by_time, *seen.by_machines))


def test_the_busy_program_never_ends() -> None:
    assert measure_cost(2, 0.1).cpu_seconds > 0


def test_a_kernel_with_a_wrong_result_counts_for_nothing(tmp_path: Path) -> None:
    wrong = tmp_path / "w.com"
    wrong.write_bytes(bytes.fromhex("cd20"))
    with pytest.raises(BenchError, match="sieve16: no output"):
        measure_host([Program("sieve16", "", wrong)], lambda text: None, quick=True)
    with pytest.raises(BenchError, match="none of the programs"):
        measure_host([], lambda text: None, quick=True)


def test_the_indexes_of_bytemark_are_read(tmp_path: Path) -> None:
    text = b"INTEGER INDEX       : 0.010\r\nFLOATING-POINT INDEX: 0.002\r\n$"
    path = tmp_path / "NBENCH.COM"
    # waits for ten ticks of the timer, prints the text, ends
    path.write_bytes(bytes.fromhex("b90a00 f4 e2fd ba1001 b409 cd21 cd20 9090") + text)
    seen = run_nbench(path)
    assert set(seen.values) == {"integer index", "floating point index"}
    assert seen.values["integer index"] > seen.values["floating point index"] > 0
    path.write_bytes(bytes.fromhex("cd20"))
    with pytest.raises(BenchError, match=r"NBENCH\.COM: no BYTEmark index"):
        run_nbench(path)


def test_the_chart_is_whole() -> None:
    drawing = ElementTree.fromstring(chart(report(dynamic=1), host_report()))
    texts = [element.text for element in drawing.iter("{http://www.w3.org/2000/svg}text")]
    assert "times as fast as DOSBox dynamic" in texts
    assert "integer (486dx2-66)" in texts
    assert len(list(drawing.iter("{http://www.w3.org/2000/svg}rect"))) == 5
    assert float(drawing.get("height", "0")) > 300


def test_only_the_host(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "chart.svg"
    assert main(["--quick", "--parts", "host", "--json", "-", "--chart", str(target)]) == 0
    figures = json.loads(capsys.readouterr().out)
    assert set(figures) == {"host"}
    assert target.read_text().startswith("<svg")
