"""The report as one HTML page that needs nothing else: pictures are in it, light or dark as the reader's system is."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Sequence
from html import escape

from dosemu.tools.compare.files import is_text
from dosemu.tools.compare.pictures import Frame, png
from dosemu.tools.compare.results import Ending, Mark, Result, Shot
from dosemu.tools.compare.sound import SLICES, SoundMatch

_STYLE = """\
:root{color-scheme:light dark;--back:#fff;--text:#1c2024;--quiet:#667079;--line:#d9dee3;--card:#f6f8fa;
--good:#1a7f37;--fair:#9a6700;--bad:#cf222e;--ours:#0969da;--theirs:#bc4c00}
@media(prefers-color-scheme:dark){:root{--back:#0d1117;--text:#e6edf3;--quiet:#8b949e;--line:#30363d;--card:#161b22;
--good:#3fb950;--fair:#d29922;--bad:#f85149;--ours:#58a6ff;--theirs:#f0883e}}
*{box-sizing:border-box}
body{font:15px/1.5 system-ui,sans-serif;margin:0 auto;max-width:1280px;padding:2rem 1.5rem;background:var(--back);
color:var(--text)}
h1{font-size:1.7rem;margin:0 0 .3rem}h2{font-size:1.25rem;margin:0}h3{font-size:1rem;margin:1.4rem 0 .5rem}
p{margin:.3rem 0}.quiet{color:var(--quiet)}a{color:var(--ours);text-decoration:none}a:hover{text-decoration:underline}
table{border-collapse:collapse;font-variant-numeric:tabular-nums}
th,td{padding:.35rem .8rem;border-bottom:1px solid var(--line);text-align:left}th{font-weight:600}
.overview{width:100%;margin:1.5rem 0 2.5rem}.wide{overflow-x:auto}
section{border:1px solid var(--line);border-radius:10px;padding:1.2rem 1.4rem;margin:0 0 1.6rem;background:var(--card)}
.mark{display:inline-block;white-space:nowrap}.mark::before{content:"";display:inline-block;width:.6em;height:.6em;
border-radius:50%;margin-right:.45em;background:var(--quiet)}
.same::before{background:var(--good)}.close::before{background:var(--fair)}
.different::before,.failed::before{background:var(--bad)}.none{color:var(--quiet)}
.shots{display:grid;grid-template-columns:repeat(3,1fr);gap:.6rem 1rem;align-items:start}
.shots>b{font-size:.85rem;color:var(--quiet)}.shots>.when{grid-column:1/-1;font-size:.9rem;margin-top:.4rem}
figure{margin:0}img{width:100%;height:auto;display:block;image-rendering:pixelated;border-radius:4px;background:#000;
aspect-ratio:4/3}
pre{font:12px/1.4 ui-monospace,monospace;margin:.4rem 0;padding:.7rem;overflow:auto;max-height:24rem;
border:1px solid var(--line);border-radius:6px;background:var(--back)}
code{font:13px ui-monospace,monospace}.pair{display:grid;grid-template-columns:1fr 1fr;gap:1rem}
svg{width:100%;height:130px;display:block}.ours{stroke:var(--ours);fill:none}.theirs{stroke:var(--theirs);fill:none}
.key::before{content:"";display:inline-block;width:1.2em;height:3px;vertical-align:middle;margin-right:.4em}
.key.a::before{background:var(--ours)}.key.b::before{background:var(--theirs)}.key{margin-right:1.2em;font-size:.9rem}
@media(max-width:700px){.shots,.pair{grid-template-columns:1fr}body{padding:1rem}}
"""
_SHOWN_CHARACTERS = 10_000
_CHART_WIDTH, _CHART_HEIGHT = 1000, 130


def _mark(mark: Mark, detail: str = "") -> str:
    name = "none" if mark is Mark.NONE else mark.value
    return f'<span class="mark {name}">{"–" if mark is Mark.NONE else mark.value}{escape(detail)}</span>'


def _image(picture: Frame, title: str) -> str:
    data = base64.b64encode(png(picture)).decode("ascii")
    size = f'width="{picture.shape[1]}" height="{picture.shape[0]}"'
    return f'<figure><img {size} alt="{escape(title)}" src="data:image/png;base64,{data}"></figure>'


def _share(equal: float) -> str:
    """A share that never rounds up to all.

    >>> _share(0.99999), _share(1.0)
    ('99.99 %', '100 %')
    """
    return "100 %" if equal == 1.0 else f"{int(equal * 10_000) / 100:.2f} %"


def _overview(results: Sequence[Result]) -> Iterable[str]:
    yield '<div class="wide"><table class="overview"><thead><tr><th>program</th>'
    yield "".join(f"<th>{name}</th>" for name in ("pictures", "output", "files", "exit", "sound"))
    yield "<th>CPU s here</th><th>CPU s DOSBox</th></tr></thead><tbody>"
    for number, result in enumerate(results, 1):
        yield f'<tr><td><a href="#case{number}">{escape(result.case.name)}</a></td>'
        if result.problem or result.ours is None or result.theirs is None:
            yield f'<td colspan="7">{_mark(Mark.FAILED)}: {escape(result.problem)}</td></tr>'
            continue
        equal = [shot.match.equal for shot in result.shots if shot.match]
        for name, mark in result.marks.items():
            yield f"<td>{_mark(mark, f' ({_share(min(equal))})' if name == 'pictures' and equal else '')}</td>"
        yield f"<td>{result.ours.cpu_seconds:.2f}</td><td>{result.theirs.cpu_seconds:.2f}</td></tr>"
    yield "</tbody></table></div>"


def _shots(shots: Sequence[Shot]) -> Iterable[str]:
    if not shots:
        return
    yield '<h3>Pictures</h3><div class="shots"><b>dosemu</b><b>DOSBox</b><b>difference</b>'
    for shot in shots:
        if shot.match is None:
            yield f'<div class="when">{shot.seconds:g} s: no frame here</div>'
            continue
        height, width = shot.match.ours.shape[:2]
        yield (
            f'<div class="when">{shot.seconds:g} s: {_mark(shot.mark)}, {_share(shot.match.equal)} equal dots '
            f'<span class="quiet">({_share(shot.match.drawn)} of what is drawn; '
            f"{width} × {height}, our frame at {shot.match.seconds:.2f} s)</span></div>"
        )
        for picture, title in (
            (shot.match.ours, "dosemu"), (shot.match.theirs, "DOSBox"), (shot.match.difference, "difference"),
        ):  # fmt: skip
            yield _image(picture, f"{title} at {shot.seconds:g} s")
    yield "</div>"


def _status(ending: Ending) -> str:
    return f"ran to the limit of {ending.seconds:.1f} s" if ending.status is None else f"{ending.status}"


def _endings(result: Result, ours: Ending, theirs: Ending) -> Iterable[str]:
    yield '<h3>Run</h3><div class="wide"><table><thead><tr><th></th><th>dosemu</th><th>DOSBox</th></tr></thead><tbody>'
    yield f"<tr><td>exit status</td><td>{_status(ours)}</td><td>{_status(theirs)}</td></tr>"
    yield f"<tr><td>ended by</td><td>{escape(ours.reason)}</td><td>{escape(theirs.reason)}</td></tr>"
    yield f"<tr><td>seconds</td><td>{ours.seconds:.2f} emulated</td><td>{theirs.seconds:.2f} of the host</td></tr>"
    yield f"<tr><td>CPU seconds</td><td>{ours.cpu_seconds:.2f}</td><td>{theirs.cpu_seconds:.2f}</td></tr>"
    yield "</tbody></table></div>"
    if result.lag_seconds is not None and result.lag_seconds > 0.5:
        yield (
            f'<p class="quiet">DOSBox fell {result.lag_seconds:.1f} s behind: this computer was too busy, '
            "so its keys and pictures came too early.</p>"
        )


def _text(data: bytes) -> str:
    if not is_text(data):
        return f"{len(data)} bytes, no text"
    return escape(data.decode("cp437").replace("\r\n", "\n")[:_SHOWN_CHARACTERS])


def _output(result: Result, ours: Ending, theirs: Ending) -> Iterable[str]:
    if not result.redirected:
        return
    yield f"<h3>Text output: {_mark(result.output_mark)}</h3>"
    if result.output_mark is Mark.SAME:
        yield f"<pre>{_text(ours.stdout or b'') or '(nothing)'}</pre>"
        return
    yield '<div class="pair">'
    for title, ending in (("dosemu", ours), ("DOSBox", theirs)):
        yield f'<div><b class="quiet">{title}</b><pre>{_text(ending.stdout or b"") or "(nothing)"}</pre></div>'
    yield f"</div><details><summary>difference</summary><pre>{escape(result.output_difference)}</pre></details>"


def _files(result: Result, ours: Ending) -> Iterable[str]:
    if not ours.changed and not result.files:
        return
    yield f"<h3>Files written: {_mark(result.files_mark)}</h3>"
    if ours.changed:
        names = ", ".join(
            f"{name} ({'deleted' if data is None else f'{len(data)} bytes'})" for name, data in ours.changed.items()
        )
        yield f"<p>{escape(names)}</p>"
    for each in result.files:
        yield f"<p><code>{escape(each.name)}</code></p><pre>{escape(each.text)}</pre>"


def _line(values: Sequence[float], loudest: float, count: int, name: str) -> str:
    """A curve of the chart; the loudest of the values that share a dot is drawn."""
    step = max(1, count // _CHART_WIDTH)
    points = []
    for index in range(0, len(values), step):
        height = max(values[index : index + step]) / loudest * (_CHART_HEIGHT - 6)
        points.append(f"{index * _CHART_WIDTH / count:.1f},{_CHART_HEIGHT - 3 - height:.1f}")
    return (
        f'<polyline class="{name}" stroke-width="1.5" vector-effect="non-scaling-stroke" points="{" ".join(points)}"/>'
    )


def _sound(result: Result, sound: SoundMatch) -> Iterable[str]:
    if all(sound.silent):
        return
    yield f"<h3>Sound: {_mark(result.sound_mark)}</h3>"
    count = max(len(sound.ours), len(sound.theirs), 1)
    loudest = max([*sound.ours, *sound.theirs, 1e-6])
    yield (
        f'<svg viewBox="0 0 {_CHART_WIDTH} {_CHART_HEIGHT}" preserveAspectRatio="none" role="img" '
        f'aria-label="loudness over {count / SLICES:.1f} seconds">'
    )
    yield _line(sound.theirs, loudest, count, "theirs") + _line(sound.ours, loudest, count, "ours") + "</svg>"
    yield '<p><span class="key a">dosemu</span><span class="key b">DOSBox</span>'
    yield f'<span class="quiet">loudness, {count / SLICES:.1f} s</span></p>'
    if any(sound.silent):
        yield f"<p>Only {'DOSBox' if sound.silent[0] else 'dosemu'} is heard.</p>"
        return
    seen = sound.likeness
    yield (
        f"<p>Envelopes agree to {seen.correlation:.2f}; loudest pitch {seen.tones[0]:.0f} Hz here, "
        f"{seen.tones[1]:.0f} Hz in DOSBox; heard for {seen.seconds[0]:.1f} s and {seen.seconds[1]:.1f} s.</p>"
    )


def _case(number: int, result: Result) -> Iterable[str]:
    case = result.case
    yield f'<section id="case{number}"><h2>{escape(case.name)} {_mark(result.mark)}</h2>'
    command = " ".join([case.program.name, *case.args])
    yield (
        f'<p class="quiet"><code>{escape(command)}</code>, {case.seconds:g} s, {case.machine}, {case.cycles} cycles'
        f"{f', keys <code>{escape(case.keys)}</code>' if case.keys else ''}</p>"
    )
    if result.problem or result.ours is None or result.theirs is None:
        yield f"<p>{escape(result.problem)}</p></section>"
        return
    yield from _shots(result.shots)
    yield from _output(result, result.ours, result.theirs)
    yield from _files(result, result.ours)
    if result.sound is not None:
        yield from _sound(result, result.sound)
    yield from _endings(result, result.ours, result.theirs)
    if result.ours.screen.strip() and not result.redirected:
        text = escape(result.ours.screen.rstrip())
        yield f"<details><summary>text of our screen</summary><pre>{text}</pre></details>"
    yield "</section>"


def page(results: Sequence[Result], dosbox: str) -> str:
    """The whole report."""
    counts = {mark: sum(result.mark is mark for result in results) for mark in Mark}
    total = ", ".join(f"{count} {mark.value}" for mark, count in counts.items() if count)
    one = results[0].case.name if len(results) == 1 else f"{len(results)} programs"
    parts = [
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{escape(one)}: dosemu and {escape(dosbox)}</title><style>{_STYLE}</style></head><body>",
        f"<h1>{escape(one)}: dosemu and {escape(dosbox)}</h1>",
        f'<p class="quiet">{total}. Each program ran with the same keys at the same times; pictures are compared '
        "dot by dot with the nearest of our frames within half a second.</p>",
        *_overview(results),
        *(part for number, result in enumerate(results, 1) for part in _case(number, result)),
        "</body></html>\n",
    ]
    return "\n".join(parts)
