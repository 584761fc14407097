"""Running one program in one emulator as a child process, and what it cost: CPU seconds, wall seconds, peak memory.

Each emulator runs in a folder of its own that holds the program alone; nothing of the user's settings is read.
"""

from __future__ import annotations

import contextlib
import math
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from dosemu.tools.dosbox import BARE, DUMMY_DRIVERS, configuration, merged, mount

LIMIT_SECONDS = 300.0  # wall time; a run that takes longer is ended and has failed
_PROGRAM = "P.COM"
_HOST = "HOST.EXE"
_OUTPUT = "OUT.TXT"


@dataclass(frozen=True, slots=True)
class Sample:
    """One run: what the program said and what it cost. ``problem`` is empty when all went well."""

    output: str
    cpu_seconds: float
    wall_seconds: float
    peak_mb: float
    problem: str = ""


class Emulator(Protocol):
    """Something that runs a program; ``key`` names it in JSON, ``title`` in the table.

    ``client``: the program needs a DPMI host, which there is only where ``has_host``.
    """

    key: str
    title: str

    @property
    def has_host(self) -> bool: ...

    def run(self, program: Path, argument: str, *, client: bool = False) -> Sample: ...


def measure(
    command: Sequence[str | Path], folder: Path, environment: Mapping[str, str], output: Path | None = None
) -> Sample:
    """Run ``command`` in ``folder`` to its end. What it prints is its output, or else the file ``output``.

    Its stdin is a pipe on which nothing comes, so that a program which asks for keys is told there are none.
    """
    errors = folder / "stderr"
    stdout = output or folder / "stdout"
    silent, hold = os.pipe()
    with errors.open("wb") as err, (stdout if output is None else folder / "console").open("wb") as out:
        started = time.perf_counter()
        process = subprocess.Popen(command, cwd=folder, env=environment, stdin=silent, stdout=out, stderr=err)
        timer = threading.Timer(LIMIT_SECONDS, os.kill, (process.pid, signal.SIGKILL))
        timer.start()
        peak = _Peak(process.pid)
        try:
            _, status, usage = os.wait4(process.pid, 0)
        except BaseException:
            process.kill()
            process.wait()
            raise
        finally:
            timer.cancel()
            peak.stop()
            os.close(silent)
            os.close(hold)
        wall = time.perf_counter() - started
    process.returncode = code = os.waitstatus_to_exitcode(status)
    text = stdout.read_text(encoding="cp437").strip() if stdout.is_file() else ""
    problem = ""
    if code == -signal.SIGKILL:
        problem = f"not done after {LIMIT_SECONDS:g} s"
    elif code != 0:
        said = errors.read_text(errors="replace").strip().splitlines()
        problem = f"exit status {code}" + (f": {said[-1]}" if said else "")
    # ru_maxrss counts kilobytes on Linux, bytes on macOS (getrusage(2)).
    unit = 1 << 20 if sys.platform == "darwin" else 1 << 10
    return Sample(
        text, usage.ru_utime + usage.ru_stime, wall, min(peak.mb or math.inf, usage.ru_maxrss / unit), problem
    )


class _Peak:
    """The most memory a process has had, as Linux tells while it lives.

    ru_maxrss alone does not do: it counts what the parent had when it started the process.
    """

    def __init__(self, process: int) -> None:
        self.mb = 0.0
        self._status = Path(f"/proc/{process}/status")
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def _look(self) -> None:
        while not self._ended.wait(0.02):
            with contextlib.suppress(OSError):
                for line in self._status.read_text().splitlines():
                    if line.startswith("VmHWM:"):
                        self.mb = max(self.mb, int(line.split()[1]) / 1024)

    def stop(self) -> None:
        """The process has ended."""
        self._ended.set()
        self._thread.join()


@dataclass(slots=True)
class Dosemu:
    """This emulator, as ``dosemu --display none PROGRAM``; a window is SDL's dummy."""

    options: tuple[str, ...] = ()
    cache: Path | None = None  # where compiled Python is kept; None: beside the sources
    key: str = "dosemu"
    title: str = "dosemu"
    has_host: bool = True
    display: str = "none"

    def run(self, program: Path, argument: str, *, client: bool = False) -> Sample:
        with tempfile.TemporaryDirectory(prefix="dosemu-bench-") as name:
            folder = Path(name)
            copy = folder / "c" / _PROGRAM
            copy.parent.mkdir()
            shutil.copyfile(program, copy)
            command: list[str | Path] = [
                sys.executable,
                "-m",
                "dosemu",
                "--display",
                self.display,
                *self.options,
                copy,
                *argument.split(),
            ]
            return measure(
                command, folder, {**os.environ, **DUMMY_DRIVERS, **self._environment(), "XDG_CONFIG_HOME": name}
            )

    def _environment(self) -> dict[str, str]:
        # The package may be a checkout that is not installed. Its modules are compiled once, as after an
        # installation, even where this process may not write them beside the sources.
        root = str(Path(__file__).resolve().parents[2])
        compiled = {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(self.cache)} if self.cache else {}
        return {"PYTHONPATH": os.pathsep.join(filter(None, (root, os.environ.get("PYTHONPATH", "")))), **compiled}


@dataclass(slots=True)
class DosBox:
    """DOSBox with one of its CPU cores, on SDL's dummy drivers; ``cycles`` is its setting of that name.

    ``host`` is a DPMI host that stays resident with these arguments, for programs that need one.
    """

    executable: Path
    core: str
    host: Path | None = None
    host_arguments: str = ""
    cycles: str = "max"
    key: str = field(init=False)
    title: str = field(init=False)

    def __post_init__(self) -> None:
        self.key = f"dosbox_{self.core}"
        self.title = f"DOSBox {self.core}"

    @property
    def has_host(self) -> bool:
        return self.host is not None

    def run(self, program: Path, argument: str, *, client: bool = False) -> Sample:
        with tempfile.TemporaryDirectory(prefix="dosemu-bench-") as name:
            folder = Path(name)
            drive = folder / "c"
            drive.mkdir()
            shutil.copyfile(program, drive / _PROGRAM)
            lines = [mount("c", drive), "c:"]
            if client and self.host is not None:
                shutil.copyfile(self.host, drive / _HOST)
                lines.append(f"{_HOST} {self.host_arguments} > nul")
            lines += [f"{_PROGRAM} {argument} > {_OUTPUT}", "exit"]
            # cputype=auto is what core=dynamic needs (DOSBox 0.74 README, "cputype").
            cpu = {"core": self.core, "cputype": "auto", "cycles": self.cycles}
            conf = folder / "dosbox.conf"
            conf.write_text(configuration(merged(BARE, {"cpu": cpu}), lines))
            command: list[str | Path] = [self.executable, "-conf", conf, "-exit"]
            environment = {**os.environ, **DUMMY_DRIVERS, "HOME": name}
            return measure(command, folder, environment, drive / _OUTPUT)
