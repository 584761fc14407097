"""A run that somebody looks into: GDB on a port, coverage, a profile."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from dosemu.errors import DosemuError

if TYPE_CHECKING:
    from dosemu.debug.coverage import Coverage, CoverageReport
    from dosemu.debug.gdb_server import GdbServer
    from dosemu.debug.profile import Profile, ProfileReport
    from dosemu.machine import Machine
    from frontend.session import Inside


def load_map(machine: Machine, path: Path | None) -> None:
    """Read a MAP file, if one was given, perhaps with places of objects: FILE,1=215000. Raises DosemuError."""
    if path is not None:
        from dosemu.symbols import placed

        file, objects = placed(str(path))
        try:
            machine.load_map(file, objects=objects)
        except (OSError, ValueError) as error:
            raise DosemuError(f"{path}: {getattr(error, 'strerror', None) or error}") from None


class Looking:
    """What was asked for, on a machine; ``run`` takes the place of ``Machine.run``."""

    def __init__(self, machine: Machine, inside: Inside) -> None:
        self._machine = machine
        self._inside = inside
        self._server: GdbServer | None = None
        self._coverage: Coverage | None = None
        self._profile: Profile | None = None
        load_map(machine, inside.map_file)
        if inside.profile is not None:
            from dosemu.debug.profile import DEFAULT_CYCLES, Profile

            self._profile = Profile(machine, inside.sample_cycles or DEFAULT_CYCLES)
        if inside.coverage is not None:
            from dosemu.debug.coverage import Coverage

            self._coverage = Coverage(machine)
        if inside.gdb_port is not None:
            from dosemu.debug.gdb_server import GdbServer

            self._server = GdbServer(machine, inside.gdb_port, wait=inside.gdb_waits)
            print(f"dosemu: GDB can connect: target remote :{self._server.port}", file=sys.stderr, flush=True)

    def run(self, *, seconds: float | None = None, frames: int | None = None) -> None:
        """As ``Machine.run``, under GDB where it is connected."""
        if self._server is not None:
            self._server.run(seconds=seconds, frames=frames)
        else:
            self._machine.run(seconds=seconds, frames=frames)

    def finish(self) -> None:
        """Write the reports, let GDB go. Raises DosemuError."""
        if self._server is not None:
            self._server.close()
        if self._coverage is not None and self._inside.coverage is not None:
            _write(self._coverage.report(), self._inside.coverage)
            self._coverage.close()
        if self._profile is not None and self._inside.profile is not None:
            _write(self._profile.report(), self._inside.profile)
            self._profile.close()


def _write(report: CoverageReport | ProfileReport, path: Path) -> None:
    """By the file's name JSON, HTML or text; "-" is text on standard error."""
    if str(path) == "-":
        sys.stderr.write(report.table())
        return
    kind = path.suffix.lower()
    text = report.to_json() if kind == ".json" else report.to_html() if kind in (".html", ".htm") else report.table()
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise DosemuError(f"cannot write the report {path}: {error.strerror or error}") from error
