"""The report as one HTML page that needs nothing else: pictures are in it, light or dark as the reader's system is.

``look`` has its styles and its script.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Sequence
from html import escape
from statistics import median

from dosemu.tools.compare.files import is_text
from dosemu.tools.compare.look import SCRIPT, STYLE
from dosemu.tools.compare.results import Ending, Mark, Result, Shot, count
from dosemu.tools.compare.sound import SLICES, SoundMatch

_SHOWN_CHARACTERS = 10_000
_FEW = 10  # programs whose parts are all open
_SHORT = 0.9  # of our recording: DOSBox's disk driver is right to about 1 %
_CHART_WIDTH, _CHART_HEIGHT = 1000, 130


def _class(mark: Mark) -> str:
    return "none" if mark is Mark.NONE else mark.value


def _mark(mark: Mark, detail: str = "") -> str:
    return f'<span class="mark {_class(mark)}">{"–" if mark is Mark.NONE else mark.value}{escape(detail)}</span>'


def _image(picture: bytes, title: str, width: int, height: int) -> str:
    data = base64.b64encode(picture).decode("ascii")
    size = f'width="{width}" height="{height}"'
    return f'<figure><img {size} alt="{escape(title)}" src="data:image/png;base64,{data}"></figure>'


def _share(equal: float) -> str:
    """A share that never rounds up to all.

    >>> _share(0.99999), _share(1.0)
    ('99.99 %', '100 %')
    """
    return "100 %" if equal == 1.0 else f"{int(equal * 10_000) / 100:.2f} %"


def _cell(content: str, key: object, kind: str = "") -> str:
    """A cell of the table, and what it is sorted by."""
    extra = f' class="{kind}"' if kind else ""
    return f'<td data-key="{escape(str(key))}"{extra}>{content}</td>'


def _row(number: int, result: Result) -> Iterable[str]:
    name, mark = result.case.name, result.mark
    order = list(Mark)
    shot = result.shots.index(result.worst_shot) if result.worst_shot else None
    thumbs = f' data-shot="case{number}-{shot}"' if shot is not None else ""
    yield (
        f'<tr data-case="case{number}" data-name="{escape(name.lower())}" data-mark="{_class(mark)}">'
        + _cell(f'<div class="thumbs"{thumbs}></div>', number)
        + _cell(f'<a href="#case{number}">{escape(name)}</a>', name.lower())
    )
    if result.problem or result.ours is None or result.theirs is None:
        yield f'<td colspan="8" data-key="{order.index(mark)}">{_mark(mark)}: {escape(result.problem)}</td></tr>'
        return
    for what, each in result.marks.items():
        if what == "pictures" and result.worst_shot and result.worst_shot.match:
            equal = result.worst_shot.match.equal
            yield _cell(_mark(each, f" ({_share(equal)})"), order.index(each) + 1 - equal)
        else:
            yield _cell(_mark(each), order.index(each))
    for seconds in (result.ours.cpu_seconds, result.theirs.cpu_seconds):
        yield _cell(f"{seconds:.2f}", seconds, "number")
    ratio = result.cpu_ratio
    yield _cell("–" if ratio is None else f"{ratio:.1f}", 0 if ratio is None else ratio, "number") + "</tr>"


def _overview(results: Sequence[Result]) -> Iterable[str]:
    yield '<div class="wide"><table class="overview"><thead><tr><th></th><th>program</th>'
    yield "".join(f"<th>{name}</th>" for name in ("pictures", "output", "files", "exit", "sound"))
    yield '<th class="number">CPU s here</th><th class="number">CPU s DOSBox</th>'
    yield '<th class="number" title="DOSBox\'s CPU seconds by ours">times</th></tr></thead><tbody>'
    for number, result in enumerate(results, 1):
        yield from _row(number, result)
    yield "</tbody></table></div>"


def _tiles(results: Sequence[Result]) -> Iterable[str]:
    """The totals, which choose what is shown."""
    yield '<div class="tiles">'
    for mark, number in count(results).items():
        yield (
            f'<button class="tile" type="button" data-mark="{_class(mark)}" aria-pressed="false"><b>{number}</b>'
            f"{_mark(mark)}</button>"
        )
    ratios = [result.cpu_ratio for result in results if result.cpu_ratio is not None]
    if ratios:
        yield (
            f'<div class="tile"><b>{median(ratios):.1f}</b><span title="DOSBox\'s CPU seconds by ours, median of '
            f"{len(ratios)} programs\">times DOSBox's speed, per CPU second</span></div>"
        )
    yield '<input id="find" type="search" placeholder="find a program" aria-label="find a program"></div>'


def _shots(number: int, shots: Sequence[Shot]) -> Iterable[str]:
    """The pictures; one that came again is named where it was first shown."""
    if not shots:
        return
    yield '<h3>Pictures</h3><div class="shots"><b>dosemu</b><b>DOSBox</b><b>difference</b></div>'
    seen: dict[tuple[bytes, bytes], float] = {}
    for index, shot in enumerate(shots):
        place = f'<div class="shots" id="case{number}-{index}" data-pictures>'
        found = shot.match
        if found is None:
            yield f'{place}<div class="when">{shot.seconds:g} s: no picture</div></div>'
            continue
        shown = seen.setdefault((found.ours, found.theirs), shot.seconds)
        again = f", the pictures of {shown:g} s" if shown != shot.seconds else ""
        yield (
            f'{place}<div class="when">{shot.seconds:g} s: {_mark(shot.mark)}, {_share(found.equal)} equal dots{again} '
            f'<span class="quiet">({_share(found.drawn)} of what is drawn; {found.width} × {found.height}, '
            f"our frame at {found.seconds:.2f} s)</span></div>"
        )
        if again:
            yield "</div>"
            continue
        for picture, title in ((found.ours, "dosemu"), (found.theirs, "DOSBox"), (found.difference, "difference")):
            if picture:
                yield _image(picture, f"{title} at {shot.seconds:g} s", found.width, found.height)
        yield "</div>"


def _status(ending: Ending) -> str:
    return (
        f"ran to the limit of {ending.seconds:.1f} s"
        if ending.status is None
        else f"{ending.status}"
        if ending.status_known
        else "not known"
    )


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


def _lines(difference: str) -> str:
    """A difference of lines in colours: those that only we have, those that only DOSBox has."""
    marks = {"+": "ins", "-": "del"}
    shown = []
    for line in difference.split("\n"):
        mark = marks.get(line[:1], "")
        shown.append(f"<{mark}>{escape(line)}</{mark}>" if mark else escape(line) + "\n")
    return "".join(shown)


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
    yield f"</div><h3>Difference of the output</h3><pre>{_lines(result.output_difference)}</pre>"


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
        yield f"<p><code>{escape(each.name)}</code></p><pre>{_lines(each.text)}</pre>"


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
    if len(sound.theirs) < _SHORT * len(sound.ours):
        yield (
            f'<p class="quiet">DOSBox\'s recording is {(len(sound.ours) - len(sound.theirs)) / SLICES:.1f} s shorter: '
            "this computer was too busy, and what was late is missing or drawn out.</p>"
        )
    if any(sound.silent):
        yield f"<p>Only {'DOSBox' if sound.silent[0] else 'dosemu'} is heard.</p>"
        return
    seen = sound.likeness
    yield (
        f"<p>Envelopes agree to {seen.correlation:.2f}; loudest pitch {seen.tones[0]:.0f} Hz here, "
        f"{seen.tones[1]:.0f} Hz in DOSBox; heard for {seen.seconds[0]:.1f} s and {seen.seconds[1]:.1f} s.</p>"
    )


def _case(number: int, result: Result, *, shown: bool) -> Iterable[str]:
    case = result.case
    command = " ".join([case.program.name, *case.args])
    yield (
        f'<details class="case" id="case{number}"{" open" if shown else ""}><summary><h2>{escape(case.name)}</h2> '
        f"{_mark(result.mark)}<code>{escape(command)}</code></summary>"
    )
    yield (
        f'<p class="quiet">{case.seconds:g} s, {case.machine}, {case.cycles} cycles'
        f"{f', keys <code>{escape(case.keys)}</code>' if case.keys else ''}</p>"
    )
    if result.problem or result.ours is None or result.theirs is None:
        yield f"<p>{escape(result.problem)}</p></details>"
        return
    yield from _shots(number, result.shots)
    yield from _output(result, result.ours, result.theirs)
    yield from _files(result, result.ours)
    if result.sound is not None:
        yield from _sound(result, result.sound)
    yield from _endings(result, result.ours, result.theirs)
    if result.ours.screen.strip() and not result.redirected:
        text = escape(result.ours.screen.rstrip())
        yield f"<details><summary>text of our screen</summary><pre>{text}</pre></details>"
    yield "</details>"


def page(results: Sequence[Result], dosbox: str) -> str:
    """The whole report."""
    one = results[0].case.name if len(results) == 1 else f"{len(results)} programs"
    few = len(results) <= _FEW
    parts = [
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{escape(one)}: dosemu and {escape(dosbox)}</title><style>{STYLE}</style></head><body>",
        f"<h1>{escape(one)}: dosemu and {escape(dosbox)}</h1>",
        '<p class="quiet">Each program ran with the same keys at the same times; pictures are compared '
        "dot by dot with the nearest of our frames within half a second.</p>",
        *(_tiles(results) if len(results) > 1 else ()),
        *_overview(results),
        *(
            part
            for number, result in enumerate(results, 1)
            for part in _case(number, result, shown=few or result.mark is not Mark.SAME)
        ),
        f"<script>{SCRIPT}</script></body></html>\n",
    ]
    return "\n".join(parts)
