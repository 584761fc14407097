"""INT 10h: scrolling, characters, teletype output and strings (functions 06h to 0Ah, 0Eh, 13h).

Text modes work on text memory; in graphics modes characters are drawn as pixels (pixels.py).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from dosemu.bios.int10 import pixels
from dosemu.bios.int10.modes import TEXT_WINDOW, columns, current_mode, place_cursor, rows
from dosemu.bios.int10.table import COMMON
from int21.registers import Registers

if TYPE_CHECKING:
    from dosemu.bios.bios import Bios

BEL, BS, TAB, LF, CR = 7, 8, 9, 10, 13
_CONTROLS: Final = frozenset((BEL, BS, LF, CR))
_CONTROLS_AND_TAB: Final = _CONTROLS | {TAB}
_BLANK: Final = 0x20


def _cell_address(bios: Bios, page: int, row: int, column: int) -> int:
    """Address of a cell of text memory; stays inside of it whatever row and column are."""
    offset = (page & 7) * bios.bda.page_size + (row * columns(bios) + column) * 2
    return (current_mode(bios).segment << 4) + (offset & TEXT_WINDOW - 2)


def read_cell(bios: Bios, page: int, row: int, column: int) -> tuple[int, int]:
    """Character and attribute at a place of a page."""
    if not current_mode(bios).is_text:
        return pixels.read_character(bios, page, row, column), 0
    cell = bios.memory.u16(_cell_address(bios, page, row, column))
    return cell & 0xFF, cell >> 8


def write_cells(bios: Bios, page: int, row: int, column: int, text: bytes, attribute: int | None) -> None:
    """Put characters side by side; ``attribute`` None leaves the colours that are there."""
    mode = current_mode(bios)
    if not mode.is_text:
        pixels.write_characters(bios, page, row, column, text, 7 if attribute is None else attribute)
        return
    address = _cell_address(bios, page, row, column)
    size = 2 * len(text)
    window = mode.segment << 4
    if address + size > window + TEXT_WINDOW:
        if len(text) > 1:  # wraps around inside the window: in two parts
            fits = (window + TEXT_WINDOW - address) // 2
            write_cells(bios, page, row, column, text[:fits], attribute)
            write_cells(bios, page, row, column + fits, text[fits:][: TEXT_WINDOW // 2], attribute)
        return
    cells = bytearray(bios.memory.read(address, size))
    cells[0::2] = text
    if attribute is not None:
        cells[1::2] = bytes((attribute,)) * len(text)
    bios.memory.write(address, bytes(cells))


def scroll(bios: Bios, lines: int, attribute: int, window: tuple[int, int, int, int], page: int) -> None:
    """Scroll (top, left, bottom, right) up by ``lines`` (down when negative, clear when 0)."""
    width, height = columns(bios), rows(bios)
    top, left, bottom, right = window
    bottom, right = min(bottom, height - 1), min(right, width - 1)
    if top > bottom or left > right:
        return
    mode = current_mode(bios)
    if not mode.is_text:
        pixels.scroll(bios, page, lines, attribute, (top, left, bottom, right))
        return
    size = (right - left + 1) * 2
    order = range(top, bottom + 1) if lines >= 0 else range(bottom, top - 1, -1)
    blank = bytes((_BLANK, attribute)) * (size // 2)
    memory = bios.memory
    end = (mode.segment << 4) + TEXT_WINDOW
    first, total = _cell_address(bios, page, top, left), size * (bottom - top + 1)
    if size == 2 * width and first + total <= end:
        # Whole rows follow each other in memory: one move.
        move = min(abs(lines), bottom - top + 1) * size if lines else total
        kept = memory.read(first + move if lines > 0 else first, total - move)
        gap = blank * (move // size)
        memory.write(first, kept + gap if lines >= 0 else gap + kept)
        return
    for row in order:
        source = row + lines
        target = _cell_address(bios, page, row, left)
        data = blank
        if lines and top <= source <= bottom:
            start = _cell_address(bios, page, source, left)
            data = memory.read(start, min(size, end - start))
        memory.write(target, data[: end - target])


class TeletypeRun:
    """Teletype output to one page: characters go out in runs, the cursor is put back at the end."""

    def __init__(self, bios: Bios, page: int | None = None, colour: int | None = None) -> None:
        self._bios = bios
        self._page = bios.bda.active_page & 7 if page is None else page & 7
        self._colour = colour  # in graphics modes
        self._row, self._column = bios.bda.cursor(self._page)
        self._width, self._height = columns(bios), rows(bios)

    def write(self, data: bytes, *, tabs: bool = False, attribute: int | None = None) -> None:
        """Write bytes; ``tabs``: TAB moves to the next multiple of eight, as the CON driver does it."""
        controls = _CONTROLS_AND_TAB if tabs else _CONTROLS
        start, end = 0, len(data)
        while start < end:
            if data[start] in controls:
                self._control(data[start])
                start += 1
                continue
            limit = min(end, start + max(1, self._width - self._column))
            stop = start + 1
            while stop < limit and data[stop] not in controls:
                stop += 1
            self._show(data[start:stop], attribute)
            start = stop

    def _show(self, text: bytes, attribute: int | None) -> None:
        if attribute is None and not current_mode(self._bios).is_text:
            attribute = self._colour
        write_cells(self._bios, self._page, self._row, self._column, text, attribute)
        self._column += len(text)
        # Only the last column ends a row: beyond it, where function 02h may have put the cursor, it goes on.
        if self._column == self._width:
            self._column = 0
            self._line_feed()
        self._column &= 0xFF

    def _control(self, byte: int) -> None:
        match byte:
            case 7:
                self._bios.bell()
            case 8:
                self._column = max(0, self._column - 1)
            case 9:
                self._show(b" " * min(8 - self._column % 8, max(1, self._width - self._column)), None)
            case 10:
                self._line_feed()
            case _:
                self._column = 0

    def _line_feed(self) -> None:
        if self._row < self._height - 1:
            self._row += 1
            return
        self._row = self._height - 1
        # The new line gets the colours at the cursor, as a BIOS does it.
        bios = self._bios
        attribute = 0
        if current_mode(bios).is_text:
            attribute = read_cell(bios, self._page, self._row, self._column)[1]
        scroll(bios, 1, attribute, (0, 0, self._height - 1, self._width - 1), self._page)

    def finish(self) -> None:
        """Note where the cursor is now."""
        self._bios.bda.set_cursor(self._page, self._row, self._column)
        place_cursor(self._bios, self._page)


@COMMON.service(0x06, name="scroll up", takes="AL lines (0: clear), BH attribute, CX top left, DX bottom right")
def scroll_up(bios: Bios, regs: Registers) -> None:
    scroll(bios, regs.al, regs.bh, (regs.ch, regs.cl, regs.dh, regs.dl), bios.bda.active_page)


@COMMON.service(0x07, name="scroll down", takes="AL lines (0: clear), BH attribute, CX top left, DX bottom right")
def scroll_down(bios: Bios, regs: Registers) -> None:
    scroll(bios, -regs.al, regs.bh, (regs.ch, regs.cl, regs.dh, regs.dl), bios.bda.active_page)


@COMMON.service(0x08, name="read character and attribute", takes="BH page", gives="AL character, AH attribute")
def read_character(bios: Bios, regs: Registers) -> None:
    page = regs.bh & 7
    character, attribute = read_cell(bios, page, *bios.bda.cursor(page))
    regs.ax = attribute << 8 | character


@COMMON.service(0x09, name="write character and attribute", takes="AL character, BL attribute, BH page, CX count")
def write_character(bios: Bios, regs: Registers) -> None:
    _repeat(bios, regs, regs.bl)


@COMMON.service(0x0A, name="write character", takes="AL character, BH page, CX count")
def write_character_only(bios: Bios, regs: Registers) -> None:
    _repeat(bios, regs, None if current_mode(bios).is_text else regs.bl)


def _repeat(bios: Bios, regs: Registers, attribute: int | None) -> None:
    page = regs.bh & 7
    row, column = bios.bda.cursor(page)
    count = min(regs.cx, TEXT_WINDOW // 2)
    if not current_mode(bios).is_text:
        count = min(count, columns(bios) - column)
    if count > 0:
        write_cells(bios, page, row, column, bytes((regs.al,)) * count, attribute)


@COMMON.service(0x0E, name="teletype output", takes="AL character, BH page, BL colour in graphics modes")
def teletype(bios: Bios, regs: Registers) -> None:
    run = TeletypeRun(bios, regs.bh, regs.bl)
    run.write(bytes((regs.al,)))
    run.finish()


@COMMON.service(0x13, name="write string", takes="AL 1: move cursor, 2: with attributes; BX, CX, DX, ES:BP")
def write_string(bios: Bios, regs: Registers) -> None:
    page, attribute, mode = regs.bh & 7, regs.bl, regs.al
    with_attributes = bool(mode & 2)
    size = regs.cx * (2 if with_attributes else 1)
    data = bios.read_guest(regs.address("es", regs.bp), size)
    before = bios.bda.cursor(page)
    bios.bda.set_cursor(page, regs.dh, regs.dl)
    run = TeletypeRun(bios, page, attribute)
    if with_attributes:
        for index in range(0, size - 1, 2):
            run.write(data[index : index + 1], attribute=data[index + 1])
    else:
        run.write(data, attribute=attribute)
    if mode & 1:
        run.finish()
    else:
        bios.bda.set_cursor(page, *before)
