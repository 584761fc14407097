"""Makes the reference pictures of this folder with DOSBox: needs nasm, dosbox, Xvfb, Pillow with XCB.

    python tests/pictures/make_references.py [NAME ...]

Each mode's program is run in DOSBox without scaling, its window is grabbed and brought to the adapter's own
resolution (DOSBox doubles lines and dots that the monitor shows doubled).
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageGrab

HERE = Path(__file__).resolve().parent
DISPLAY = ":87"
# Native sizes by the name of the mode. Mode 0Fh is not here: DOSBox shows the planes that it switches off.
SIZES = {
    "00": (360, 400), "01": (360, 400), "02": (720, 400), "03": (720, 400), "04": (320, 200), "05": (320, 200),
    "06": (640, 200), "07": (720, 400), "0d": (320, 200), "0e": (640, 200), "10": (640, 350),
    "11": (640, 480), "12": (640, 480), "13": (320, 200), "100": (320, 240), "101": (360, 480),
}  # fmt: skip
# Modes of VBE: number, whether by the linear memory. 24 bits a pixel is what DOSBox does not have.
VBE = {
    "vbe101": (0x101, False, (640, 480)), "vbe102": (0x102, False, (800, 600)), "vbe110": (0x110, False, (640, 480)),
    "vbe111l": (0x111, True, (640, 480)), "vbe112": (0x112, False, (640, 480)), "vbe105": (0x105, False, (1024, 768)),
}  # fmt: skip
# Text and pixels by INT 10h, where DOSBox has them.
VBE_TEXT = {"vbet101": (0x101, (640, 480)), "vbet103": (0x103, (800, 600))}
# Nine dots a character are drawn for this machine only.
TEXT = {"00", "01", "02", "03", "07"}
# Other adapters, in adapters.asm: native sizes by machine and mode.
ADAPTERS = {
    "cga": {
        "00": (320, 200), "03": (640, 200), "04": (320, 200), "05": (320, 200), "06": (640, 200), "104": (320, 200),
        "105": (320, 200), "110": (640, 200),
    },
    "ega": {
        "01": (320, 350), "03": (640, 350), "04": (320, 200), "06": (640, 200), "0d": (320, 200), "0e": (640, 200),
        "10": (640, 350),
    },
    "hercules": {"120": (720, 348)},  # DOSBox draws its text with eight dots a character
    "tandy": {
        "03": (640, 200), "04": (320, 200), "06": (640, 200), "08": (160, 200), "09": (320, 200), "0a": (640, 200),
    },
    "pcjr": {
        "03": (640, 200), "04": (320, 200), "06": (640, 200), "08": (160, 200), "09": (320, 200), "0a": (640, 200),
    },
}  # fmt: skip
CONFIG = """[dosbox]
machine={machine}
[sdl]
output=surface
[render]
scaler=none
aspect=false
frameskip=0
[mixer]
nosound=true
[cpu]
cycles=20000
[autoexec]
mount c {folder}
c:
{name}.com
"""


@dataclass(frozen=True)
class Picture:
    """A program, the machine it is for, and the native size of what it draws."""

    name: str
    machine: str  # as DOSBox calls it
    source: str
    defines: tuple[str, ...]
    size: tuple[int, int]


def pictures() -> Iterator[Picture]:
    """All of them."""
    for mode, size in SIZES.items():
        machine = "vgaonly" if mode in TEXT else "svga_s3"
        yield Picture(mode, machine, "modes.asm", (f"-DMODE=0x{mode}",), size)
    for name, (number, linear, size) in VBE.items():
        yield Picture(name, "svga_s3", "vbe.asm", (f"-DMODE={number:#x}", *(["-DLINEAR"] if linear else [])), size)
    for name, (number, size) in VBE_TEXT.items():
        yield Picture(name, "svga_s3", "vbetext.asm", (f"-DMODE={number:#x}",), size)
    for machine, modes in ADAPTERS.items():
        for mode, size in modes.items():
            defines = (f"-DADAPTER={machine.upper()}", f"-DMODE=0x{mode}")
            yield Picture(f"{machine}_{mode}", machine, "adapters.asm", defines, size)


def assemble(picture: Picture) -> Path:
    """Build the program beside the source."""
    program = HERE / f"{picture.name}.com"
    subprocess.run(
        ["nasm", "-f", "bin", "-w+error", "-I", f"{HERE}/", *picture.defines, "-o", program, HERE / picture.source],
        check=True,
    )
    return program


def find_window(environment: dict[str, str]) -> dict[str, str]:
    """Where DOSBox's window is, as xdotool tells it; empty when there is none yet."""
    found = subprocess.run(
        ["xdotool", "search", "--name", "DOSBox", "getwindowgeometry", "--shell"],
        env=environment, capture_output=True, text=True, check=False,
    ).stdout  # fmt: skip
    return dict(line.split("=") for line in found.split())


def grab(picture: Picture) -> Image.Image:
    """The picture as DOSBox shows it, at its native size."""
    width, height = picture.size
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder) / "dosbox.conf"
        program = Path(folder) / "picture.com"  # DOS names are short
        program.write_bytes((HERE / f"{picture.name}.com").read_bytes())
        config.write_text(CONFIG.format(folder=folder, name="picture", machine=picture.machine))
        environment = os.environ | {
            "DISPLAY": DISPLAY, "SDL_AUDIODRIVER": "dummy", "SDL_VIDEO_WINDOW_POS": "0,0",
        }  # fmt: skip
        emulator = subprocess.Popen(
            ["dosbox", "-conf", config], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            while not find_window(environment):
                time.sleep(0.5)
            time.sleep(4)
            place = find_window(environment)
            x, y, w, h = (int(place[key]) for key in ("X", "Y", "WIDTH", "HEIGHT"))
            screen = ImageGrab.grab(bbox=(x, y, x + w, y + h), xdisplay=DISPLAY)
        finally:
            emulator.kill()
            emulator.wait()
    if screen.width % width or screen.height % height:
        raise SystemExit(f"{picture.name}: a window of {screen.size} does not show {width} by {height}")
    return screen.convert("RGB").resize((width, height), Image.Resampling.NEAREST)


def main() -> None:
    server = subprocess.Popen(["Xvfb", DISPLAY, "-screen", "0", "1280x1024x24"], stderr=subprocess.DEVNULL)
    time.sleep(3)
    try:
        for picture in pictures():
            if sys.argv[1:] and picture.name not in sys.argv[1:]:
                continue
            assemble(picture)
            image = grab(picture)
            if picture.source != "vbe.asm":
                image = image.quantize(256, dither=Image.Dither.NONE)
            image.save(HERE / f"{picture.name}.png", optimize=True)
            print(picture.name)
    finally:
        server.kill()
        server.wait()


if __name__ == "__main__":
    main()
