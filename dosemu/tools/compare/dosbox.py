"""Running a case in DOSBox on a virtual screen of its own, with its keys and pictures at the same times.

DOSBox runs in real time. Two small programs of ours stand before and behind the program: the first says when it
starts, the second what its exit status was (INT 21h/4Dh) and how many timer ticks went by, and keeps the screen up.
Keys come from xdotool as codes of the X server (evdev: scan code and 8), pictures are those of the window, and sound is
what SDL's disk driver takes in place of a sound card. Configuration: DOSBox 0.74-3, README, "The Config File".
"""

from __future__ import annotations

import contextlib
import os
import resource
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageGrab

from dosemu.keys import RELEASE, parse_keys
from dosemu.tools.compare.cases import Case, CompareError
from dosemu.tools.compare.files import changes, read_tree
from dosemu.tools.compare.here import RATE
from dosemu.tools.compare.pictures import Frame
from dosemu.tools.compare.results import Ending
from dosemu.tools.compare.sound import Mono
from dosemu.tools.dosbox import configuration, find_dosbox, merged, mount, recorded

_HOLD_SECONDS = 0.03
_START_SECONDS = 60.0
_ENDING_SECONDS = 10.0
_GRABS = 3
_TICKS_A_SECOND = 1_193_182 / 65_536
_WRITTEN_MB = 300  # a file of a run, at most
_MACHINES = {"svga": "svga_s3", "vga": "vgaonly"}
_CPUS = {"8086": "386", "286": "386", "386": "386", "486": "486_slow", "pentium": "pentium_slow"}
_GREY_KEYCODES = {
    0x1C: 104, 0x1D: 105, 0x35: 106, 0x37: 107, 0x38: 108, 0x47: 110, 0x48: 111, 0x49: 112, 0x4B: 113, 0x4D: 114,
    0x4F: 115, 0x50: 116, 0x51: 117, 0x52: 118, 0x53: 119, 0x5B: 133, 0x5C: 134, 0x5D: 135,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class DosBoxRun:
    """What a run in DOSBox left; ``pictures`` are those taken around each time, ``lag_seconds`` as in ``Result``."""

    ending: Ending
    pictures: list[tuple[float, list[Frame]]]
    sound: Mono
    lag_seconds: float | None


def tools(dosbox: str) -> Path:
    """DOSBox's path; raises CompareError with one line when it, Xvfb or xdotool is not there."""
    found = find_dosbox(dosbox)
    if found is None:
        raise CompareError(f"{dosbox} was not found: install DOSBox (apt-get install dosbox) or name it with --dosbox")
    for name, package in (("Xvfb", "xvfb"), ("xdotool", "xdotool")):
        if shutil.which(name) is None:
            raise CompareError(f"{name} was not found: DOSBox runs on a virtual screen (apt-get install {package})")
    return found


@contextlib.contextmanager
def virtual_screen() -> Iterator[str]:
    """An Xvfb for as long as it is needed; its DISPLAY. Raises CompareError."""
    reader, writer = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writer), "-screen", "0", "1280x1024x24", "-nolisten", "tcp", "-noreset"],
        pass_fds=[writer], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    os.close(writer)
    try:
        with os.fdopen(reader) as lines:
            number = lines.readline().strip()
        if not number:
            raise CompareError("Xvfb did not start")
        yield f":{number}"
    finally:
        server.terminate()
        try:
            server.wait(_ENDING_SECONDS)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _marker(name: str, *, stay: bool) -> bytes:
    """A .COM that writes the last exit status and the timer's ticks to a file, and stays for good or ends."""
    end = "fb f4 ebfc" if stay else "cd20"  # sti; hlt; jmp, or int 20h
    code = (
        "b44d cd21 a3{data} 1e b84000 8ed8 a16c00 1f a3{ticks}"  # 4Dh; the low word of 0040:006C
        "b43c 31c9 ba{name} cd21 93 b440 b90400 ba{data} cd21 b43e cd21" + end
    )  # create, write four bytes, close
    size = len(bytes.fromhex(code.format(data="0000", ticks="0000", name="0000")))
    where = {
        key: (0x100 + size + offset).to_bytes(2, "little").hex()
        for key, offset in (("data", 0), ("ticks", 2), ("name", 4))
    }
    return bytes.fromhex(code.format(**where)) + bytes(4) + f"Y:\\{name}\0".encode("ascii")


def _is_batch(case: Case) -> bool:
    return case.program.suffix.lower() == ".bat"


def conf(case: Case, drive: Path, control: Path, *, redirect: bool) -> str:
    """The text of dosbox.conf for a case. Settings of the case go before our own."""
    ours = {
        "sdl": {"output": "surface", "waitonerror": "false", "autolock": "false"},
        "dosbox": {"machine": _MACHINES.get(case.machine, case.machine), "memsize": "16"},
        "render": {"scaler": "none", "aspect": "false", "frameskip": "0"},
        "cpu": {
            "core": "auto", "cputype": _CPUS.get(str(case.settings.get("cpu.type")), "486_slow"),
            "cycles": f"fixed {case.cycles}",
        },
        "speaker": {"tandy": "on" if case.machine in ("tandy", "pcjr") else "auto"},
        "joystick": {"joysticktype": "none"},
    }  # fmt: skip
    theirs: dict[str, dict[str, str]] = {}
    for name, value in case.dosbox.items():
        section, _, key = name.partition(".")
        theirs.setdefault(section, {})[key] = value
    *folders, program = case.dos_place()
    command = " ".join([*(["call"] if _is_batch(case) else []), program, *case.args])
    if redirect:
        # CALL does not hand its redirection to the batch file, a shell of its own does.
        command = command.replace("call", "command /c", 1) if _is_batch(case) else command
        command += " < y:\\in.txt > y:\\out.txt"
    lines = [mount("c", drive), mount("y", control), "c:"]
    if folders:
        lines.append(f"cd \\{chr(92).join(folders)}")
    lines += ["cls", "y:\\start.com", command]
    return configuration(merged(ours, recorded(Path(), RATE)[0], theirs), [*lines, "y:\\ended.com"])


def keycode(scan: int) -> str:
    """What xdotool calls the key with a set 1 scan code.

    >>> keycode(0x1E), keycode(0xE048), keycode(0x01)
    ('38', '111', 'Escape')
    """
    if scan == 0x01:
        return "Escape"  # its code is 9, which xdotool takes for the digit
    if scan >> 8 == 0xE0:
        return str(_GREY_KEYCODES.get(scan & 0x7F, 0))
    return str({0x56: 94, 0x57: 95, 0x58: 96}.get(scan & 0x7F, (scan & 0x7F) + 8))


class _Desk:
    """The virtual screen's keyboard and the picture of DOSBox's window."""

    def __init__(self, display: str) -> None:
        self._display = display
        self._environment = os.environ | {"DISPLAY": display}

    def _xdotool(self, *words: str) -> str:
        done = subprocess.run(
            ["xdotool", *words], env=self._environment, capture_output=True, text=True, check=False, timeout=30
        )
        return done.stdout

    def take_focus(self) -> None:
        """Without a window manager keys go to the window under the pointer."""
        self._xdotool("mousemove", "5", "5")

    def keys(self, codes: Sequence[int]) -> None:
        presses = [word for code in codes if not code & RELEASE for word in ("keydown", keycode(code))]
        releases = [word for code in codes if code & RELEASE for word in ("keyup", keycode(code & ~RELEASE))]
        pause = ["sleep", str(_HOLD_SECONDS)]
        self._xdotool(*presses, *(pause if presses and releases else []), *releases, *pause)

    def grab(self) -> Frame | None:
        """The window's picture; None while there is none."""
        found = self._xdotool("search", "--name", "DOSBox", "getwindowgeometry", "--shell")
        place = dict(line.split("=", 1) for line in found.split() if "=" in line)
        if "WIDTH" not in place:
            return None
        x, y, width, height = (int(place[key]) for key in ("X", "Y", "WIDTH", "HEIGHT"))
        try:
            picture: Image.Image = ImageGrab.grab(bbox=(x, y, x + width, y + height), xdisplay=self._display)
        except (OSError, SystemError, ValueError):  # the window is just being made anew
            return None
        frame: Frame = np.asarray(picture.convert("RGB"))
        return frame


def _cpu_seconds(pid: int) -> float:
    """CPU seconds of a process so far (proc(5), /proc/pid/stat)."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _timeline(case: Case, desk: _Desk, taken: dict[float, list[Frame]]) -> list[tuple[float, Callable[[], None]]]:
    def take(seconds: float) -> Callable[[], None]:
        def grabs() -> None:
            for _ in range(_GRABS):
                frame = desk.grab()
                if frame is not None and not any(np.array_equal(frame, each) for each in taken[seconds]):
                    taken[seconds].append(frame)

        return grabs

    def press(codes: Sequence[int]) -> Callable[[], None]:
        return lambda: desk.keys(codes)

    actions = [(event.time, press(event.codes)) for event in parse_keys(case.keys) if event.time <= case.seconds]
    return sorted([*actions, *((seconds, take(seconds)) for seconds in taken)], key=lambda action: action[0])


def run(case: Case, drive: Path, control: Path, *, executable: Path, display: str, redirect: bool) -> DosBoxRun:
    """Run a case in DOSBox with ``drive`` as C:; ``control`` is an empty folder. Raises CompareError."""
    before = read_tree(drive)
    (control / "START.COM").write_bytes(_marker("STARTED", stay=False))
    (control / "ENDED.COM").write_bytes(_marker("DONE", stay=True))
    (control / "IN.TXT").write_bytes(case.stdin.encode("cp437", "replace"))
    config, audio = control.parent / "dosbox.conf", control.parent / "sound.raw"
    config.write_text(conf(case, drive, control, redirect=redirect))
    environment = {
        **os.environ, "DISPLAY": display, "HOME": str(control.parent), "SDL_VIDEODRIVER": "x11",
        "SDL_VIDEO_WINDOW_POS": "0,0", **recorded(audio, RATE)[1],
    }  # fmt: skip
    desk = _Desk(display)
    desk.take_focus()
    taken: dict[float, list[Frame]] = {} if redirect else {seconds: [] for seconds in case.times}
    process = subprocess.Popen(
        [executable, "-conf", config], cwd=control.parent, env=environment, stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (_WRITTEN_MB << 20, _WRITTEN_MB << 20))
        started = _wait_for(control / "STARTED", process, time.monotonic() + _START_SECONDS)
        if started is None:
            raise CompareError(f"{case.name}: DOSBox {_how(process.poll()) or 'did not start'}")
        began, cpu, heard = time.monotonic(), _cpu_seconds(process.pid), _size(audio)
        done = None
        for seconds, action in _timeline(case, desk, taken):
            done = done or _wait_for(control / "DONE", process, began + seconds)
            if done is not None and not any(seconds == each for each in taken):
                continue  # nobody takes the key
            action()
            if done is not None:
                break  # the last screen stays as it is
        done = done or _wait_for(control / "DONE", process, began + case.seconds)
        took, cpu = time.monotonic() - began, _cpu_seconds(process.pid) - cpu
        crashed = process.poll()
    finally:
        process.kill()
        process.wait()
    if crashed is not None and done is None:
        raise CompareError(f"{case.name}: DOSBox {_how(crashed)}")
    lag = None
    if done is not None:
        ticks = (int.from_bytes(done[2:4], "little") - int.from_bytes(started[2:4], "little")) & 0xFFFF
        lag = took - ticks / _TICKS_A_SECOND
    output = control / "OUT.TXT"
    ending = Ending(
        None if done is None else done[0], "limit" if done is None else "ended", took, cpu,
        (output.read_bytes() if output.is_file() else b"") if redirect else None, changes(before, read_tree(drive)),
        status_known=not (redirect and _is_batch(case)),  # a shell's own is 0
    )  # fmt: skip
    raw = np.fromfile(audio, "<i2", offset=heard & ~3) if audio.is_file() else np.zeros(0, "<i2")
    sound = raw[: len(raw) & ~1].reshape(-1, 2).astype(np.float64).mean(axis=1)
    pictures = [(seconds, frames) for seconds, frames in taken.items() if frames]
    return DosBoxRun(ending, pictures, sound, lag)


def _how(status: int | None) -> str:
    """How DOSBox itself ended; empty while it runs.

    >>> _how(-6), _how(1)
    ('was ended by SIGABRT', 'ended with status 1')
    """
    if status is None:
        return ""
    return f"was ended by {signal.Signals(-status).name}" if status < 0 else f"ended with status {status}"


def _size(path: Path) -> int:
    return path.stat().st_size if path.is_file() else 0


def _wait_for(path: Path, process: subprocess.Popen[bytes], until: float) -> bytes | None:
    """The four bytes of a marker's file as soon as they are there; None at ``until`` or when DOSBox has ended."""
    while True:
        if _size(path) >= 4:
            return path.read_bytes()
        left = until - time.monotonic()
        if left <= 0 or process.poll() is not None:
            return None
        time.sleep(min(left, 0.01))
