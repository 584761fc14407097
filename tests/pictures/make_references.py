"""Makes the reference pictures of this folder with DOSBox: needs nasm, dosbox, Xvfb, Pillow with XCB.

    python tests/pictures/make_references.py [MODE ...]

Each mode's program is run in DOSBox without scaling, its window is grabbed and brought to the adapter's own
resolution (DOSBox doubles lines and dots that the monitor shows doubled).
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
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
# Nine dots a character are drawn for this machine only.
TEXT = {"00", "01", "02", "03", "07"}
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


def assemble(mode: str) -> Path:
    """Build the program of a mode beside the source."""
    program = HERE / f"{mode}.com"
    subprocess.run(["nasm", "-f", "bin", "-w+error", f"-DMODE=0x{mode}", "-o", program, HERE / "modes.asm"], check=True)
    return program


def grab(mode: str) -> Image.Image:
    """The picture of a mode as DOSBox shows it, at its native size."""
    width, height = SIZES[mode]
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder) / "dosbox.conf"
        config.write_text(CONFIG.format(folder=HERE, name=mode, machine="vgaonly" if mode in TEXT else "svga_s3"))
        environment = os.environ | {
            "DISPLAY": DISPLAY, "SDL_AUDIODRIVER": "dummy", "SDL_VIDEO_WINDOW_POS": "0,0",
        }  # fmt: skip
        emulator = subprocess.Popen(
            ["dosbox", "-conf", config], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            time.sleep(4)
            found = subprocess.run(
                ["xdotool", "search", "--name", "DOSBox", "getwindowgeometry", "--shell"],
                env=environment, capture_output=True, text=True, check=False,
            ).stdout  # fmt: skip
            place = dict(line.split("=") for line in found.split())
            x, y, w, h = (int(place[key]) for key in ("X", "Y", "WIDTH", "HEIGHT"))
            screen = ImageGrab.grab(bbox=(x, y, x + w, y + h), xdisplay=DISPLAY)
        finally:
            emulator.kill()
            emulator.wait()
    if screen.width % width or screen.height % height:
        raise SystemExit(f"mode {mode}: a window of {screen.size} does not show {width} by {height}")
    return screen.convert("RGB").resize((width, height), Image.Resampling.NEAREST)


def main() -> None:
    server = subprocess.Popen(["Xvfb", DISPLAY, "-screen", "0", "1280x1024x24"], stderr=subprocess.DEVNULL)
    time.sleep(1)
    try:
        for mode in sys.argv[1:] or SIZES:
            assemble(mode)
            grab(mode).quantize(256, dither=Image.Dither.NONE).save(HERE / f"{mode}.png", optimize=True)
            print(mode)
    finally:
        server.kill()
        server.wait()


if __name__ == "__main__":
    main()
