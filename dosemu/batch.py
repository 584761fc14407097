"""Many programs, one function: each in a process of its own with limits, on any ``concurrent.futures`` executor.

>>> import pathlib, tempfile
>>> folder = pathlib.Path(tempfile.mkdtemp())
>>> for name, code in (("A.COM", "b8034c cd21"), ("B.COM", "ebfe")):  # ends with 3; never ends
...     _ = (folder / name).write_bytes(bytes.fromhex(code))
>>> rows = run_batch(sorted(folder.iterdir()), seconds=1)
>>> [(row.program.name, row.outcome.value, row.status) for row in rows]
[('A.COM', 'ended', 3), ('B.COM', 'time limit', 124)]

A program that hangs is ended by emulated time or by the host's, one that takes too much memory or kills its process
is a row that says so; the others do not notice. Rows come in the order of the programs.
"""

from __future__ import annotations

import multiprocessing
import os
import pickle
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache, partial
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from dosemu.exit_status import ExitStatus
from dosemu.runs import RunResult, run_program

SUFFIXES = (".com", ".exe", ".bat")
_ENDING_SECONDS = 5.0  # of the host's, for a process that was told to end
_STARTING_SECONDS = 60.0  # a new process on a busy host; the program's own limit counts from then
_STARTING = threading.Lock()


class Outcome(StrEnum):
    """How a program's run came out."""

    ENDED = "ended"  # with its own exit status
    TIME_LIMIT = "time limit"  # of emulated seconds
    FAULT = "fault"  # a CPU fault that nobody handles
    NOT_RUN = "not run"  # no DOS program, settings that do not do
    HOST_TIME = "host time limit"
    MEMORY = "memory limit"
    DIED = "process died"
    ERROR = "error"  # the function raised


@dataclass(frozen=True, slots=True)
class Limits:
    """Of each program: seconds of the host's time, and megabytes of its process (None: no limit).

    >>> Limits(host_seconds=10, memory_mb=512).memory_mb
    512
    """

    host_seconds: float = 60.0
    memory_mb: int | None = 1024


@dataclass(frozen=True, slots=True)
class Row:
    """The result of one program. ``value`` is what the function returned, for ``run_program`` a RunResult.

    >>> import pathlib
    >>> row = Row(pathlib.Path("A.COM"), Outcome.DIED, "signal 9")
    >>> row.status is None, row.outcome.value
    (True, 'process died')
    """

    program: Path
    outcome: Outcome
    detail: str = ""
    host_seconds: float = 0.0
    value: Any = field(default=None, repr=False)

    @property
    def status(self) -> int | None:
        """The exit status, when the program was run by ``run_program``."""
        return self.value.status if isinstance(self.value, RunResult) else None


def find_programs(folder: Path) -> list[Path]:
    """All .COM, .EXE and .BAT files of a folder and those below it, sorted.

    >>> import pathlib, tempfile
    >>> folder = pathlib.Path(tempfile.mkdtemp()); _ = (folder / "A.COM").write_bytes(b"\\xcd\\x20")
    >>> _ = (folder / "READ.ME").write_bytes(b"no program")
    >>> [path.name for path in find_programs(folder)]
    ['A.COM']
    """
    return sorted(path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES and path.is_file())


def run_batch(
    programs: Iterable[str | os.PathLike[str]],
    function: Callable[[Path], Any] | None = None,
    *,
    executor: Executor | None = None,
    workers: int | None = None,
    limits: Limits | None = None,
    **options: Any,
) -> list[Row]:
    """The rows of all programs, in their order; see ``iterate_batch``.

    >>> import pathlib, tempfile
    >>> program = pathlib.Path(tempfile.mkdtemp(), "A.COM"); _ = program.write_bytes(bytes.fromhex("b8034c cd21"))
    >>> [(row.outcome.value, row.status) for row in run_batch([program])]
    [('ended', 3)]
    """
    paths = [Path(program) for program in programs]
    rows = dict(iterate_batch(paths, function, executor=executor, workers=workers, limits=limits, **options))
    return [rows[index] for index in range(len(paths))]


def iterate_batch(
    programs: Iterable[str | os.PathLike[str]],
    function: Callable[[Path], Any] | None = None,
    *,
    executor: Executor | None = None,
    workers: int | None = None,
    limits: Limits | None = None,
    **options: Any,
) -> Iterator[tuple[int, Row]]:
    """Call ``function(path)`` for each program and give rows with their index as they are done.

    ``function`` (and what it returns) must be picklable; without it programs are run by ``dosemu.runs.run_program``
    with ``options``, on an overlay so that their folder stays as it is. ``executor`` is anything with ``submit``; by
    default a pool of ``workers`` processes.

    >>> import pathlib, tempfile
    >>> program = pathlib.Path(tempfile.mkdtemp(), "A.COM"); _ = program.write_bytes(bytes.fromhex("b8034c cd21"))
    >>> for number, row in iterate_batch([program]):
    ...     print(number, row.program.name, row.status)
    0 A.COM 3
    """
    if function is None:
        function = partial(run_program, **{"overlay": True, "picture": True, "trace": True} | options)
    elif options:
        raise TypeError(f"options are for run_program: {', '.join(options)}")
    limits = limits or Limits()
    paths = [Path(program) for program in programs]
    if executor is not None:
        yield from _submitted(executor, function, paths, range(len(paths)), limits)
        return
    waiting: Iterable[int] = range(len(paths))
    for _ in range(2):  # a pool that broke is made anew once
        lost: list[int] = []
        context = multiprocessing.get_context("forkserver" if os.name == "posix" else "spawn")
        with ProcessPoolExecutor(workers or os.cpu_count() or 1, mp_context=context) as pool:
            for index, row in _submitted(pool, function, paths, waiting, limits):
                if row.outcome is Outcome.DIED and row.detail.startswith("the pool"):
                    lost.append(index)
                else:
                    yield index, row
        if not lost:
            return
        waiting = lost
    yield from ((index, Row(paths[index], Outcome.DIED, "the pool of processes broke twice")) for index in waiting)


def _submitted(
    executor: Executor, function: Callable[[Path], Any], paths: list[Path], indices: Iterable[int], limits: Limits
) -> Iterator[tuple[int, Row]]:
    futures: list[tuple[int, Future[Row] | BaseException]] = []
    for index in indices:
        try:
            futures.append((index, executor.submit(supervise, function, paths[index], limits)))
        except Exception as error:  # an executor that is broken or closed
            futures.append((index, error))
    for index, future in futures:
        try:
            if isinstance(future, BaseException):
                raise future
            yield index, future.result()
        except BrokenProcessPool as error:
            yield index, Row(paths[index], Outcome.DIED, f"the pool of processes broke: {error}")
        except Exception as error:
            yield index, Row(paths[index], Outcome.DIED, f"the executor failed: {type(error).__name__}: {error}")


# --- one program --------------------------------------------------------------------------------------------


def supervise(function: Callable[[Path], Any], path: Path, limits: Limits) -> Row:
    """Call ``function(path)`` in a process of its own, which is ended at its limits; runs in the executor's worker."""
    # A copy of this process starts fastest, but threads do not survive it.
    alone = threading.active_count() == 1 and os.name == "posix"
    if alone:
        _load()
    context: Any = multiprocessing.get_context("fork" if alone else "spawn")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_work, args=(sender, function, path, limits), daemon=False)
    began = time.monotonic()
    try:
        with _allowed_children():
            process.start()
    except Exception as error:
        return Row(path, Outcome.ERROR, f"{type(error).__name__}: {error}")
    sender.close()
    try:
        outcome, detail, value = _receive(receiver, limits.host_seconds)
        taken = round(time.monotonic() - began, 3)
        if outcome is Outcome.DIED:
            process.join(_ENDING_SECONDS)
            detail = f"exit code {process.exitcode}"
        return Row(path, outcome, detail, taken, value)
    finally:
        receiver.close()
        process.join(0.2)
        if process.is_alive():
            process.kill()
        process.join(_ENDING_SECONDS)


@contextmanager
def _allowed_children() -> Iterator[None]:
    """Workers of many executors are daemons, which may start no process: it might stay behind. supervise()'s do not."""
    here = multiprocessing.current_process()
    with _STARTING:
        daemon = here.daemon
        if daemon:
            here.daemon = False
        try:
            yield
        finally:
            if daemon:
                here.daemon = True


@cache
def _load() -> None:
    """Run a program that only ends: what is loaded for it is there in all copies of this process."""
    with tempfile.TemporaryDirectory(prefix="dosemu-") as folder:
        program = Path(folder, "T.COM")
        program.write_bytes(b"\xcd\x20")
        run_program(program, overlay=True, picture=True, trace=True)


def _receive(receiver: Connection, seconds: float) -> tuple[Outcome, str, Any]:
    try:
        if not receiver.poll(_STARTING_SECONDS):
            return Outcome.HOST_TIME, f"its process did not start within {_STARTING_SECONDS:g} s", None
        receiver.recv_bytes()
        if not receiver.poll(seconds):
            return Outcome.HOST_TIME, f"after {seconds:g} s of the host", None
        outcome, detail, value = pickle.loads(receiver.recv_bytes())
        return Outcome(outcome), str(detail), value
    except (EOFError, OSError):
        return Outcome.DIED, "", None
    except Exception as error:
        return Outcome.ERROR, f"the result cannot be read: {type(error).__name__}: {error}", None


def _work(sender: Connection, function: Callable[[Path], Any], path: Path, limits: Limits) -> None:
    """What the process of one program does."""
    _limit_memory(limits.memory_mb)
    sender.send_bytes(b"started")
    value: Any = None
    try:
        value = function(path)
        outcome, detail = _judge(value)
    except MemoryError:
        outcome, detail = Outcome.MEMORY, f"more than {limits.memory_mb} MB"
    except BaseException as error:
        outcome, detail = Outcome.ERROR, f"{type(error).__name__}: {error}"
    try:
        data = pickle.dumps((outcome.value, detail, value))
    except Exception as error:
        data = pickle.dumps((Outcome.ERROR.value, f"the result cannot be sent: {type(error).__name__}: {error}", None))
    sender.send_bytes(data)
    sender.close()


def _judge(value: Any) -> tuple[Outcome, str]:
    if not isinstance(value, RunResult):
        return Outcome.ENDED, ""
    match value.status:
        case ExitStatus.TIME_LIMIT if value.reason == "time limit":
            return Outcome.TIME_LIMIT, value.reason
        case ExitStatus.GUEST_FAULT if value.fault:
            return Outcome.FAULT, value.reason
        case ExitStatus.FAILED | ExitStatus.NOT_DOS_PROGRAM | ExitStatus.NOT_FOUND if value.seconds == 0:
            return Outcome.NOT_RUN, value.reason
    return Outcome.ENDED, value.reason


def _limit_memory(megabytes: int | None) -> None:
    if megabytes is None:
        return
    try:
        import resource
    except ImportError:  # no limits on Windows
        return
    with open("/proc/self/statm") as file:  # noqa: PTH123, what the interpreter takes is not the program's
        mapped = int(file.read().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (mapped + (megabytes << 20), resource.RLIM_INFINITY))
