"""Batches: programs that hang, crash or kill their process harm no other."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
from collections.abc import Callable
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from dosemu.batch import Limits, Outcome, find_programs, run_batch
from dosemu.errors import DosemuError
from dosemu.runs import RunResult, run_program
from dosemu.tools.batch import main
from tests.dosemu.guest import com

HANGS, CRASHES, KILLS, WORKS, EATS = (
    "ebfe",
    "fa b80000 8ed0 31e4 0f0b",
    "90 cd20",
    "b402 b24f cd21 b8074c cd21",
    "9090 cd20",
)


def run_or_die(path: Path) -> RunResult:
    """A job with a bad day: some programs kill its process, hang its host, or eat its memory."""
    if path.name.startswith("KILL"):
        os.kill(os.getpid(), signal.SIGKILL)
    if path.name.startswith("STUCK"):
        signal.pause()
    if path.name.startswith("EAT"):
        bytearray(4 << 30)
    if path.name.startswith("RAISE"):
        raise LookupError("mine")
    return run_program(path, seconds=0.2, overlay=True)


def fifty(folder: Path) -> list[Path]:
    special = {7: ("HANG7", HANGS), 19: ("HANG19", HANGS), 23: ("CRASH", CRASHES), 31: ("KILL", KILLS)}
    for number in range(50):
        name, code = special.get(number, (f"OK{number:02}", WORKS))
        com(folder, code, name=f"{name}.COM")
    return find_programs(folder)


def test_fifty_programs_of_which_four_are_bad(tmp_path: Path) -> None:
    programs = fifty(tmp_path)
    rows = run_batch(programs, run_or_die, workers=2)
    assert [row.program for row in rows] == programs
    found = {row.program.stem: row for row in rows}
    bad = {"HANG7": Outcome.TIME_LIMIT, "HANG19": Outcome.TIME_LIMIT, "CRASH": Outcome.FAULT, "KILL": Outcome.DIED}
    for name, row in found.items():
        assert row.outcome is bad.get(name, Outcome.ENDED), row
    assert {row.status for name, row in found.items() if name.startswith("OK")} == {7}
    assert all(row.value.stdout == b"O" for name, row in found.items() if name.startswith("OK"))
    assert (found["CRASH"].status, found["HANG7"].status, found["KILL"].status) == (134, 124, None)
    assert "invalid opcode" in found["CRASH"].detail
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(path.name for path in programs)


def test_any_executor_does_and_hosts_limits_hold(tmp_path: Path) -> None:
    programs = [com(tmp_path, WORKS, name=f"{name}.COM") for name in ("EAT", "OK", "RAISE", "STUCK")]
    with ThreadPoolExecutor(2) as pool:
        rows = run_batch(programs, run_or_die, executor=pool, limits=Limits(host_seconds=4, memory_mb=512))
    assert [row.outcome for row in rows] == [Outcome.MEMORY, Outcome.ENDED, Outcome.ERROR, Outcome.HOST_TIME]
    assert rows[2].detail == "LookupError: mine"
    pool.shutdown()
    rows = run_batch(programs[:1], run_or_die, executor=pool)  # it takes nothing any more
    assert rows[0].outcome is Outcome.DIED
    assert "RuntimeError" in rows[0].detail


class DaemonicExecutor(Executor):
    """As Dask's workers are: daemons, which multiprocessing forbids to start processes."""

    def submit(self, function: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        context = multiprocessing.get_context("spawn")
        with context.Pool(1) as pool:
            future.set_result(pool.apply(function, args, kwargs))
        return future


def test_workers_that_are_daemons(tmp_path: Path) -> None:
    (row,) = run_batch([com(tmp_path, WORKS, name="OK.COM")], run_or_die, executor=DaemonicExecutor())
    assert (row.outcome, row.status) == (Outcome.ENDED, 7), row


def test_what_is_no_program_is_a_row_too(tmp_path: Path) -> None:
    (tmp_path / "TEXT.EXE").write_bytes(b"\x7fELF" + bytes(64))
    (row,) = run_batch([tmp_path / "TEXT.EXE"], run_program, workers=1)
    assert (row.outcome, row.status) == (Outcome.NOT_RUN, 126)
    with pytest.raises(TypeError, match="seconds"):
        run_batch([], run_program, seconds=1)


def test_reports(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    games = tmp_path / "games"
    games.mkdir()
    com(games, WORKS, name="A.COM")
    com(games, CRASHES, name="<B>.COM")
    for suffix in ("html", "json", "csv"):
        assert main([str(games), "-o", str(tmp_path / f"r.{suffix}"), "--seconds", "0.2", "-j", "1"]) == 0
    assert "A.COM: ended 7" in capsys.readouterr().out
    records = json.loads((tmp_path / "r.json").read_text())
    assert [record["status"] for record in records] == [134, 7]
    assert records[1]["calls"]["21h/02h write character"] == 1
    page = (tmp_path / "r.html").read_text()
    assert "&lt;B&gt;.COM" in page
    assert page.count("data:image/png;base64,") == 2
    assert (tmp_path / "r.csv").read_text().splitlines()[2].startswith("A.COM,ended,7,")
    with pytest.raises(DosemuError, match="report"):
        main([str(games), "-o", "r.doc"])


def kill_the_worker(path: Path) -> RunResult:
    """A job that takes the executor's own worker with it."""
    if path.name.startswith("WORSE"):
        os.kill(os.getppid(), signal.SIGKILL)
    return run_program(path, seconds=0.2, overlay=True)


def test_executors_that_die(tmp_path: Path) -> None:
    programs = [com(tmp_path, WORKS, name=f"{name}.COM") for name in ("OK", "WORSE")]
    with ProcessPoolExecutor(1) as pool:
        rows = run_batch(programs, kill_the_worker, executor=pool)
    assert rows[1].outcome is Outcome.DIED
    assert "broke" in rows[1].detail
    rows = run_batch(programs, kill_the_worker, workers=1)  # its own pool is made anew once
    assert rows[0].outcome is Outcome.ENDED
    assert (rows[1].outcome, rows[1].detail) == (Outcome.DIED, "the pool of processes broke twice")
