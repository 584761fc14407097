"""``dosemu bench``: the benchmark programs here and in DOSBox, side by side.

Every round runs each program once in each emulator, one after the other, so that a slow spell of the computer
meets all of them alike. The measure is CPU seconds of the emulator's process less what the program that ends
at once takes; every program checks its own work and must say the same everywhere.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from rich.box import HEAVY_HEAD, MARKDOWN, Box
from rich.console import Console
from rich.table import Table

from dosemu.cpu.engine import build_info
from dosemu.cpu_speeds import class_of
from dosemu.errors import ProgramNotFound
from dosemu.tools.bench_chart import chart
from dosemu.tools.bench_host import HostReport, measure_host
from dosemu.tools.bench_programs import FOLDER, BenchError, Program, choose, empty, load
from dosemu.tools.bench_report import OURS, Goal, Report
from dosemu.tools.bench_run import DosBox, Dosemu, Emulator
from dosemu.tools.dosbox import dosbox_version, find_dosbox

_CORES = ("dynamic", "normal")
_PARTS = ("programs", "host")
_MARKS = {True: "yes", False: "NO", None: "?"}


def run_all(report: Report, emulators: Sequence[Emulator], say: Callable[[str], None]) -> None:
    """Take all samples: start-up first, then program by program, the emulators in turn."""
    argument = "q" if report.quick else ""
    programs: list[Program] = [report.startup, *report.programs]
    for emulator in emulators:
        emulator.run(report.startup.path, argument)  # uncounted: its files come from the disk, its modules are compiled
    for number, program in enumerate(programs, 1):
        for run in range(1, report.runs + 1):
            for emulator in emulators:
                if program.client and not emulator.has_host:
                    continue
                say(f"{number}/{len(programs)} {program.name}, run {run} of {report.runs}: {emulator.title}")
                report.add(program.name, emulator.key, emulator.run(program.path, argument, client=program.client))
            if report.problem(program.name):
                break  # it would fail again


def _goal_cell(goals: Sequence[Goal]) -> str:
    return ", ".join(f"{goal.text}: {_MARKS[goal.reached]}" for goal in goals)


def tables(report: Report, look: Box = HEAVY_HEAD) -> list[Table]:
    """Speed by program, then start-up and memory by emulator."""
    others = [key for key in report.titles if key != OURS]
    speed = Table(box=look, title="CPU seconds less start-up: median (least to greatest)")
    speed.add_column("program", overflow="fold")
    for key, title in report.titles.items():
        speed.add_column(title, justify="right")
        if key != OURS:
            speed.add_column("times", justify="right")
    if not report.quick:
        speed.add_column("goal", overflow="fold")
    for program in report.programs:
        if report.problem(program.name):
            speed.add_row(program.title, "failed")
            continue
        cells = [program.title]
        for key in report.titles:
            net = report.net(program.name, key)
            cells.append(f"{net.median:.2f}" if net else "")
            if key != OURS:
                cells.append(str(report.ratio(program.name, key) or "-"))
        speed.add_row(*cells, *([] if report.quick else [_goal_cell(report.goals(program))]))

    startup = Table(box=look, title="Start to exit of a program that does nothing, and memory")
    startup.add_column("emulator")
    for name in ("wall seconds", "times", "CPU seconds", "peak memory, MB"):
        startup.add_column(name, justify="right")
    for key, title in report.titles.items():
        ratio = report.startup_ratio(key) if key in others else None
        wall = report.wall(key)
        startup.add_row(
            title,
            str(wall) if wall else "",
            str(ratio) if ratio else "",
            f"{report.startup_cpu(key):.2f}",
            f"{report.peak_mb(key):.0f}",
        )
    startup.caption = None if report.quick else _goal_cell(report.startup_goals())
    return [speed, startup]


def host_tables(report: HostReport, look: Box = HEAVY_HEAD) -> list[Table]:
    """What PC the host is, by kind of work; what time and machines cost; BYTEmark's indexes."""
    rates = Table(box=look, title="Instructions by kind of work, and the PC that is as fast")
    rates.add_column("work")
    for name in ("million a CPU second", "cycles", "class of PC"):
        rates.add_column(name, justify="right")
    for rate in report.rates:
        rates.add_row(rate.work, f"{rate.cycles / 1000:.0f}", f"{rate.cycles:,.0f}", rate.pc)
    rates.caption = f"all of it holds {report.cycles:,.0f} cycles: {class_of(report.cycles)}"

    costs = Table(box=look, title="CPU time for an emulated second of one machine that computes all the time")
    for name in ("machines", "emulated seconds each", "CPU ms for a second", "memory each, MB"):
        costs.add_column(name, justify="right")
    for cost in (*report.by_time, *report.by_machines):
        memory = f"{cost.memory_mb / cost.machines:.1f}" if cost.machines > 1 else ""
        costs.add_row(str(cost.machines), f"{cost.seconds:g}", f"{cost.each * 1000:.2f}", memory)
    if report.nbench is None:
        return [rates, costs]
    indexes = Table(box=look, title="BYTEmark at the host's full speed (1: its reference PC)")
    indexes.add_column("index")
    indexes.add_column("value", justify="right")
    for name, value in report.nbench.values.items():
        indexes.add_row(name, f"{value:.2f}")
    return [rates, costs, indexes]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="dosemu bench", description="Measure the speed here and in DOSBox, side by side, in CPU seconds."
    )
    add = parser.add_argument
    add("--runs", type=int, default=3, metavar="N", help="how often each program runs in each emulator (3)")
    add("--only", action="append", default=[], metavar="NAME", help="only this program; repeatable")
    add("--cores", default=",".join(_CORES), metavar="LIST", help="DOSBox cores to compare with (dynamic,normal)")
    add("--dosbox", default="dosbox", metavar="PATH", help="which DOSBox")
    add("--no-dosbox", action="store_true", help="only our own times")
    add("--cycles", metavar="N", help="run ours with this many cycles a millisecond")
    add("--quick", action="store_true", help="small sizes: shows that all programs run, measures little")
    add("--json", type=Path, metavar="FILE", help="write all figures there (-: to stdout, without the tables)")
    add("--markdown", action="store_true", help="write the tables as Markdown, for docs/benchmarks.md")
    add("--programs", type=Path, default=FOLDER, metavar="DIR", help="where benchmarks.toml and programs/ are")
    add("--parts", default=",".join(_PARTS), metavar="LIST",
        help="programs: ratios to DOSBox; host: class of PC, cost by time and by machines (both)")  # fmt: skip
    add(
        "--nbench",
        type=Path,
        metavar="PATH",
        help="also run this DOS build of BYTEmark (docs/benchmarks.md)",
    )
    add(
        "--dpmi-host",
        metavar="COMMAND",
        help='a DPMI host for DOSBox, which stays resident: "PATH/CWSDPMI.EXE -p"; without it the programs that need '
        "one run here alone",
    )
    add("--chart", type=Path, metavar="FILE.svg", help="draw the figures")
    add("--list", action="store_true", help="name the programs")
    return parser


def measure(options: argparse.Namespace, programs: list[Program], cores: Sequence[str], cache: Path) -> Report:
    """Run everything that was asked for; ``cache`` keeps our compiled modules."""
    emulators: list[Emulator] = [Dosemu(("--cycles", options.cycles) if options.cycles else (), cache)]
    versions = {"engine": f"Unicorn {build_info()['unicorn']}, {build_info()['edits']} edits"}
    if not options.no_dosbox:
        dosbox = find_dosbox(options.dosbox)
        if dosbox is None:
            print(f"dosemu bench: {options.dosbox} was not found: only our own times are shown", file=sys.stderr)
        else:
            host, _, arguments = (options.dpmi_host or "").partition(" ")
            emulators += [DosBox(dosbox, core, Path(host) if host else None, arguments) for core in cores]
            versions["dosbox"] = dosbox_version(dosbox)
    report = Report(
        programs, empty(options.programs), {e.key: e.title for e in emulators}, options.runs, options.quick, versions
    )
    if sys.stderr.isatty():
        with Console(stderr=True, markup=False).status("starting") as status:
            run_all(report, emulators, status.update)
    else:
        run_all(report, emulators, lambda text: print(text, file=sys.stderr, flush=True))
    return report


def main(arguments: Sequence[str]) -> int:
    """The ``bench`` command: 0, or 125 when a program failed or gave a wrong result.

    Raises BenchError for what cannot be run as asked. A goal that was missed does not change the status.
    """
    options = _parser().parse_args(arguments)
    if options.runs < 1:
        raise BenchError("--runs is at least 1")
    cores = [core for core in options.cores.split(",") if core]
    if unknown := [core for core in cores if core not in _CORES]:
        raise BenchError(f"--cores {unknown[0]}: one of {', '.join(_CORES)}")
    parts = [part for part in options.parts.split(",") if part]
    if unknown := [part for part in parts if part not in _PARTS]:
        raise BenchError(f"--parts {unknown[0]}: one of {', '.join(_PARTS)}")
    if options.only:
        parts = ["programs"]
    if options.nbench is not None and not options.nbench.is_file():
        raise ProgramNotFound(f"{options.nbench}: no such file")
    if options.dpmi_host and not Path(options.dpmi_host.partition(" ")[0]).is_file():
        raise ProgramNotFound(f"{options.dpmi_host}: no such file")
    for path in (options.chart, options.json):
        if path is not None and str(path) != "-" and not path.absolute().parent.is_dir():
            raise BenchError(f"{path}: there is no folder {path.parent}")
    programs = choose(load(options.programs), options.only)
    console = Console(stderr=str(options.json) == "-", highlight=False, markup=False, emoji=False)
    if options.list:
        for program in programs:
            print(f"{program.name:10}{program.title}")
        return 0

    report: Report | None = None
    host: HostReport | None = None
    if "host" in parts:
        say = partial(print, file=sys.stderr, flush=True)
        host = measure_host(load(options.programs), say, quick=options.quick, nbench=options.nbench)
    if "programs" in parts:
        with tempfile.TemporaryDirectory(prefix="dosemu-bench-") as cache:
            report = measure(options, programs, cores, Path(cache))

    figures: dict[str, Any] = {} if report is None else report.to_json()
    if host is not None:
        figures["host"] = host.to_json()
    result = json.dumps(figures, indent=2) + "\n"
    if options.chart is not None:
        _write(options.chart, chart(report, host))
    if str(options.json) == "-":
        print(result, end="")
    else:
        if options.markdown:
            console.width = 1000
        look = MARKDOWN if options.markdown else HEAVY_HEAD
        for table in [*(tables(report, look) if report else ()), *(host_tables(host, look) if host else ())]:
            console.print(table)
        if options.json is not None:
            _write(options.json, result)
    if report is None:
        return 0
    for line in [*report.warnings, *report.problems]:
        print(f"dosemu bench: {line}", file=sys.stderr)
    return BenchError.exit_status if report.problems else 0


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise BenchError(f"{path}: {error.strerror}") from None
