"""PortAudio's device, opened for real: ALSA's file device behind it takes what a card would play.

Runs where PyAudio is installed (.ci/run installs it). Without it there is nothing to collect here, and the run says
so; tests/frontend/test_audio.py then still covers the buffer between machine and device, and what is said without it.
"""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
_CONFIGURATION = """\
pcm.!default {{
    type file
    slave.pcm {{ type null }}
    file "{file}"
    format raw
}}
"""
# A known ramp at the pace of the device, and the silence after it.
_PLAY = """if True:
    import time
    import numpy as np
    from dosemu.settings import SoundSettings
    from frontend.audio import open_sink
    sink = open_sink(SoundSettings(mode="pyaudio", rate=48000), paced=True)
    ramp = np.arange(1, 14401, dtype=np.int16).repeat(2).reshape(-1, 2)
    for block in np.split(ramp, 30):
        sink.play(block)
        time.sleep(0.008)
    time.sleep(0.3)
    sink.close()
    print("closed", repr(sink.trouble))
"""

if importlib.util.find_spec("pyaudio") is None or not sys.platform.startswith("linux"):
    print("tests/frontend/test_portaudio.py: PyAudio on ALSA is not installed, no real device is opened")
else:

    def test_every_sample_reaches_the_device(tmp_path: Path) -> None:
        raw = tmp_path / "played.raw"
        (tmp_path / ".asoundrc").write_text(_CONFIGURATION.format(file=raw))
        done = subprocess.run(
            [sys.executable, "-c", _PLAY], env=os.environ | {"HOME": str(tmp_path), "PYTHONPATH": str(ROOT)},
            capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
        assert done.stdout == "closed ''\n", done.stderr
        data = raw.read_bytes()
        left = np.frombuffer(data[: len(data) // 4 * 4], "<i2")[::2]
        # Silence in front and behind, and nothing lost or repeated between.
        assert np.array_equal(left[left != 0], np.arange(1, 14401))
