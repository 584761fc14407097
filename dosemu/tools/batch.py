"""``dosemu batch DIR -o report.html``: run all programs of a folder, and report what each did."""

from __future__ import annotations

import argparse
import base64
import csv
import html
import io
import json
from collections.abc import Sequence
from pathlib import Path

from dosemu.batch import Limits, Row, find_programs, iterate_batch
from dosemu.errors import DosemuError, ProgramNotFound
from dosemu.keys import parse_keys
from dosemu.runs import RunResult

_STYLE = """body{font:14px system-ui;margin:2em}table{border-collapse:collapse}td,th{border:1px solid #ccc;padding:.4em;
vertical-align:top;text-align:left}pre{margin:0;max-height:20em;overflow:auto;font-size:11px}img{max-width:320px}
.ended{color:#161}.fault,.process,.error,.memory,.host{color:#a11}.time{color:#a60}"""


def build_parser() -> argparse.ArgumentParser:
    """The command's options."""
    parser = argparse.ArgumentParser(prog="dosemu batch", description=__doc__)
    parser.add_argument("folder", type=Path, help="its .COM, .EXE and .BAT files, and those below, are run")
    parser.add_argument("-o", "--output", type=Path, metavar="FILE", help="report: .html, .json or .csv")
    parser.add_argument("--seconds", type=float, default=10, help="emulated seconds of each (10)")
    parser.add_argument("--host-seconds", type=float, default=60, help="the host's seconds of each (60)")
    parser.add_argument("--memory", type=int, default=1024, metavar="MB", help="memory of each process (1024)")
    parser.add_argument("--keys", default="", help="keys for each, as with dosemu --keys")
    parser.add_argument("-j", "--jobs", type=int, default=None, help="how many at a time (one for each processor)")
    return parser


def main(arguments: Sequence[str]) -> int:
    """Run the command; 0 when every program could be run."""
    seen = build_parser().parse_args(arguments)
    if not seen.folder.is_dir():
        raise ProgramNotFound(f"{seen.folder}: no such folder")
    parse_keys(seen.keys)
    if seen.output is not None and seen.output.suffix.lower() not in FORMATS:
        raise DosemuError(f"{seen.output}: a report is {', '.join(FORMATS)}")
    programs = find_programs(seen.folder)
    rows: list[Row | None] = [None] * len(programs)
    limits = Limits(seen.host_seconds, seen.memory or None)
    for index, row in iterate_batch(programs, workers=seen.jobs, limits=limits, seconds=seen.seconds, keys=seen.keys):
        rows[index] = row
        status = "" if row.status is None else f" {row.status}"
        print(f"{row.program.relative_to(seen.folder)}: {row.outcome}{status} {row.detail}".rstrip(), flush=True)
    done = [row for row in rows if row is not None]
    if seen.output is not None:
        try:
            seen.output.write_text(FORMATS[seen.output.suffix.lower()](done, seen.folder), encoding="utf-8")
        except OSError as error:
            raise DosemuError(f"cannot write {seen.output}: {error.strerror or error}") from None
    return 0 if all(isinstance(row.value, RunResult) for row in done) else 1


def _record(row: Row, folder: Path) -> dict[str, object]:
    record: dict[str, object] = {
        "program": str(row.program.relative_to(folder) if row.program.is_relative_to(folder) else row.program),
        "outcome": row.outcome.value, "status": row.status, "detail": row.detail, "host_seconds": row.host_seconds,
    }  # fmt: skip
    if isinstance(row.value, RunResult):
        record |= {"seconds": row.value.seconds, "stdout": row.value.stdout.decode("cp437"),
                   "screen": "\n".join(row.value.screen_lines), "calls": row.value.calls}  # fmt: skip
    return record


def as_json(rows: Sequence[Row], folder: Path) -> str:
    """A list of objects."""
    return json.dumps([_record(row, folder) for row in rows], indent=1) + "\n"


def as_csv(rows: Sequence[Row], folder: Path) -> str:
    """One line a program."""
    out = io.StringIO()
    names = ("program", "outcome", "status", "detail", "seconds", "host_seconds", "calls")
    writer = csv.DictWriter(out, names, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    for row in rows:
        record = _record(row, folder)
        calls = record.get("calls")
        record["calls"] = sum(calls.values()) if isinstance(calls, dict) else ""
        writer.writerow(record)
    return out.getvalue()


def as_html(rows: Sequence[Row], folder: Path) -> str:
    """A page that needs nothing but itself, with a picture of each screen."""
    counts: dict[str, int] = {}
    for row in rows:
        counts[row.outcome.value] = counts.get(row.outcome.value, 0) + 1
    total = ", ".join(f"{count} {name}" for name, count in sorted(counts.items()))
    lines = [
        f"<!doctype html><meta charset=utf-8><title>dosemu batch</title><style>{_STYLE}</style>",
        f"<h1>{html.escape(str(folder))}</h1><p>{len(rows)} programs: {html.escape(total)}</p>",
        "<table><tr><th>program<th>outcome<th>status<th>emulated s<th>host s<th>screen<th>calls</tr>",
    ]
    for row in rows:
        result = row.value if isinstance(row.value, RunResult) else None
        picture, calls = "", ""
        if result is not None:
            if result.picture is not None:
                data = base64.b64encode(result.picture).decode()
                picture = f'<img alt="screen" src="data:image/png;base64,{data}">'
            calls = "\n".join(f"{count:6} {name}" for name, count in list(result.calls.items())[:20])
        program = row.program.relative_to(folder) if row.program.is_relative_to(folder) else row.program
        lines.append(
            f'<tr><td>{html.escape(str(program))}<td class="{row.outcome.value.split()[0]}">{row.outcome.value}<br>'
            f"{html.escape(row.detail)}<td>{'' if row.status is None else row.status}"
            f"<td>{'' if result is None else f'{result.seconds:g}'}<td>{row.host_seconds:g}<td>{picture}"
            f"<td><pre>{html.escape(calls)}</pre></tr>"
        )
    return "\n".join([*lines, "</table>"]) + "\n"


FORMATS = {".html": as_html, ".json": as_json, ".csv": as_csv}
