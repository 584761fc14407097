"""The screen as people and programs look at it: text, cells, a picture.

>>> from dosemu.bios.bios import make_bios
>>> from hw.clock import Clock
>>> from hw.memory import Memory
>>> bios = make_bios(Memory(0x200000), Clock())
>>> screen = Screen(bios.adapter, bios.memory, bios.bda)
>>> bios.console.write(b"Hello, world!\\r\\n")
>>> screen.text().splitlines()[0], screen.cursor[:2], screen.size
('Hello, world!', (1, 0), (720, 400))
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from dosemu.bios.bda import Bda
from dosemu.pointer import draw_pointer
from hw.adapter import Adapter
from hw.memory import Memory
from int21.mouse_cursor import Pointer

# What stands for control codes on the screen.
_PICTURES: Final = " ☺☻♥♦♣♠•◘○◙♂♀♪♫☼►◄↕‼¶§▬↨↑↓→←∟↔▲▼" + bytes(range(0x20, 0x7F)).decode("ascii") + "⌂"


@cache
def characters(page: int) -> str:
    """The 256 characters of a code page as the screen shows them.

    >>> characters(437)[0x9B], characters(850)[0x9B], characters(866)[0x01]
    ('¢', 'ø', '☺')
    """
    return _PICTURES + bytes(range(0x80, 0x100)).decode(f"cp{page}", "replace")


CP437: Final = characters(437)
Bytes = NDArray[np.uint8]


class Cursor(NamedTuple):
    """Where the text cursor is; ``shape`` is its first and last scan line in the cell."""

    row: int
    column: int
    visible: bool
    shape: tuple[int, int]


@dataclass(frozen=True, slots=True)
class ScreenToken:
    """What the screen looked like; only good for ``changed_since``."""

    revision: int
    blink: int
    content: bytes
    pointer: Pointer | None


class Screen:
    """Looks at video memory and registers when it is asked; it keeps nothing but its last picture.

    >>> from dosemu import Machine
    >>> with Machine.from_files({"T.COM": bytes.fromhex("b8410e cd10 ebfe")}) as m:  # INT 10h/0Eh shows "A"
    ...     before = m.screen.token(); m.run(frames=2)
    ...     m.screen.changed_since(before), m.screen.mode, m.screen.is_text, m.screen.size
    ...     m.screen.text().splitlines()[0], m.screen.characters[65], m.screen.cells[0, 0].tolist()
    ...     m.screen.cursor.column, m.screen.frame.shape, m.screen.image().size
    (True, 3, True, (720, 400))
    ('A', 'A', [65, 7])
    (1, (400, 720, 3), (720, 400))
    """

    def __init__(self, adapter: Adapter, memory: Memory, bda: Bda) -> None:
        self._adapter = adapter
        self._memory = memory
        self._bda = bda
        self._renderer = adapter.renderer()
        self.pointer: Callable[[], Pointer | None] = lambda: None  # the mouse's, in graphics modes
        self.code_page: Callable[[], int] = lambda: 437

    @property
    def characters(self) -> str:
        """What the 256 codes are, as Unicode: those of DOS's code page."""
        return characters(self.code_page())

    @property
    def mode(self) -> int:
        """The BIOS video mode, 3 for the usual text screen."""
        return self._bda.video_mode & 0x7F

    @property
    def is_text(self) -> bool:
        """The adapter shows characters."""
        return self._adapter.is_text

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the picture in pixels."""
        return self._renderer.size

    @property
    def cells(self) -> Bytes:
        """Characters and attributes as a (rows, columns, 2) array; a copy, empty in graphics modes."""
        if not self.is_text:
            return np.zeros((0, 0, 2), np.uint8)
        return self._adapter.read_cells(self._adapter.text_layout())

    @property
    def cursor(self) -> Cursor:
        """The cursor that the adapter shows; its blinking does not count."""
        layout = self._adapter.text_layout()
        position = layout.cursor_position
        row, column = position or (0, 0)
        visible = (
            self.is_text
            and position is not None
            and layout.cursor_on
            and layout.cursor_start <= layout.cursor_end
            and layout.cursor_start < layout.cell_height
        )
        return Cursor(row, column, visible, (layout.cursor_start, layout.cursor_end))

    def text(self) -> str:
        """The rows of the screen as Unicode, without blanks at their ends; empty in graphics modes."""
        shown = self.characters
        return "\n".join("".join(shown[code] for code in row).rstrip() for row in self.cells[:, :, 0].tolist())

    @property
    def frame(self) -> NDArray[np.uint8]:
        """The picture at the adapter's own resolution, (height, width, 3) uint8; do not keep or change it."""
        frame = self._renderer.draw()
        pointer = self.pointer()
        return frame if pointer is None or self.is_text else draw_pointer(frame, pointer)

    def image(self) -> Image.Image:
        """The picture as a Pillow image, a copy."""
        return Image.fromarray(self.frame.copy())

    def _repr_png_(self) -> bytes:
        """The picture, for notebooks."""
        stream = BytesIO()
        self.image().save(stream, "PNG")
        return stream.getvalue()

    def token(self) -> ScreenToken:
        """The state of the screen now, to be handed to ``changed_since`` later."""
        # The finest blinking is the cursor's, eight frames a phase.
        blink = self._adapter.frame_number // 8 & 3 if self.is_text else 0
        return ScreenToken(self._adapter.revision, blink, self._adapter.content(), self.pointer())

    def changed_since(self, token: ScreenToken | None) -> bool:
        """The picture may be another one than when the token was taken (None: yes)."""
        return token is None or token != self.token()
