"""Video adapters: what each of them offers to the machine, the BIOS and the screen, and how one is chosen.

An adapter answers its ports on the bus and its addresses through a ``VideoWindow``; it tells when its frames end,
and draws what a monitor would show. A new one is a class with these members and a line in ``MAKERS``.

>>> from hw.clock import Clock
>>> from hw.ports import PortBus
>>> adapter = make_adapter("vga", PortBus(), Clock())
>>> adapter.name, adapter.modes[3].columns
('vga', 80)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, Protocol

from hw.clock import Clock
from hw.memory import Memory
from hw.pic import Pic
from hw.ports import PortBus
from hw.text_screen import TextLayout
from hw.video_mode import VideoMode
from hw.window import VideoWindow

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class Renderer(Protocol):
    """Draws an adapter's picture at its own resolution."""

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""

    def draw(self) -> NDArray[np.uint8]:
        """The frame as (height, width, 3) uint8; valid until the next call, not to be changed."""


class Adapter(Protocol):
    """A video adapter."""

    @property
    def name(self) -> str:
        """What ``machine.type`` calls it."""

    @property
    def memory(self) -> VideoWindow:
        """What answers at A0000h to BFFFFh."""

    @property
    def modes(self) -> Mapping[int, VideoMode]:
        """The modes its BIOS sets, by number."""

    def attach(self, memory: Memory, show_page: Callable[[int, int], None]) -> None:
        """Lay its window over the machine's RAM; ``show_page`` lets a page show another one, for CPU and DOS."""

    def connect(self, pic: Pic) -> None:
        """Hand in the interrupt controller, for adapters that interrupt."""

    def crtc(self, index: int) -> int:
        """A register of the CRT controller; 0Ah to 0Fh (cursor and start address) are alike in all of them."""

    def set_crtc(self, index: int, value: int) -> None:
        """Set it; a start address shows at once."""

    def clear_memory(self) -> None:
        """Set all video memory to zero."""

    @property
    def is_text(self) -> bool:
        """It shows characters."""

    def text_layout(self) -> TextLayout:
        """The text screen as the registers describe it."""

    def read_cells(self, layout: TextLayout) -> NDArray[np.uint8]:
        """The (rows, columns, 2) characters and attributes shown; a copy."""

    def renderer(self) -> Renderer:
        """A renderer of its picture; loads numpy."""

    def content(self) -> bytes:
        """A copy of the video memory, to see whether it changed."""

    @property
    def revision(self) -> int:
        """A number that is another one after each change of registers, colours or fonts."""

    @property
    def start_address(self) -> int:
        """The address of the first character or pixel, as programmed."""

    @property
    def cursor_address(self) -> int:
        """The address of the character under the cursor."""

    @property
    def frame_number(self) -> int:
        """Whole frames shown since the timing was programmed; the blinking follows it."""

    @property
    def frame_ps(self) -> int:
        """The duration of a frame in picoseconds, rounded up."""

    @property
    def refresh_hz(self) -> float:
        """Frames a second."""

    def next_frame_ps(self, after_ps: int) -> int:
        """When the beam has drawn the next whole frame after ``after_ps``: the end of its last line."""

    def settle(self) -> None:
        """The machine stands still: the picture is what is in memory now, not what the beam read of it."""

    def save(self) -> dict[str, Any]:
        """All registers and the video memory."""

    def load(self, state: dict[str, Any]) -> None:
        """Take back what save() gave."""


# Module and class by name; they are loaded when a machine has them.
MAKERS: Final = {
    "svga": ("hw.vga.s3", "S3"),
    "vga": ("hw.vga.vga", "Vga"),
    "ega": ("hw.vga.ega", "Ega"),
    "cga": ("hw.mc6845.cga", "Cga"),
    "hercules": ("hw.mc6845.hercules", "Hercules"),
    "tandy": ("hw.mc6845.tandy", "Tandy"),
    "pcjr": ("hw.mc6845.tandy", "Tandy"),
}


def make_adapter(name: str, ports: PortBus, clock: Clock, **options: Any) -> Adapter:
    """The adapter that ``machine.type`` names, on these ports.

    ``options``: ``composite`` (what the monitor of a 6845 adapter is), ``memory_kb`` (of an EGA).
    """
    module, maker = MAKERS[name]
    adapter: Adapter = getattr(import_module(module), maker)(ports, clock, name=name, **options)
    return adapter
