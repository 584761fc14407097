"""The planes behind the latches, against a slow model written from the documentation."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hw.clock import Clock
from hw.memory import Memory
from hw.ports import PortBus
from hw.vga.memory import VideoMemory
from hw.vga.modes import MODES
from hw.vga.vga import Vga

WINDOWS = ((0, 0x20000), (0, 0x10000), (0x10000, 0x8000), (0x18000, 0x8000))


@dataclass
class Model:
    """Four planes as the Technical Reference describes them, a plane and a bit at a time."""

    sequencer: bytes
    graphics: bytes
    planes: list[dict[int, int]] = field(default_factory=lambda: [{}, {}, {}, {}])
    latches: list[int] = field(default_factory=lambda: [0, 0, 0, 0])

    def place(self, address: int) -> int | None:
        base, size = WINDOWS[self.graphics[6] >> 2 & 3]
        if not base <= address < base + size:
            return None
        address -= base
        if self.sequencer[4] & 8:
            offset = address - address % 4
        elif self.graphics[6] & 2:
            offset = address - address % 2 + address // 0x10000
        else:
            offset = address
        return offset % (0x10000 if self.sequencer[4] & 2 else 0x4000)

    def write(self, address: int, value: int) -> None:
        offset = self.place(address)
        if offset is None:
            return
        mode, turn = self.graphics[5] & 3, self.graphics[3] & 7
        turned = (value >> turn | value << 8 - turn) & 0xFF
        for plane in range(4):
            if not self.sequencer[2] >> plane & 1:
                continue
            if self.sequencer[4] & 8:
                if address % 4 != plane:
                    continue
            elif not self.sequencer[4] & 4 and address % 2 != plane % 2:
                continue
            latch, mask = self.latches[plane], self.graphics[8]
            reset = 0xFF if self.graphics[0] >> plane & 1 else 0
            if mode == 0:
                data = reset if self.graphics[1] >> plane & 1 else turned
            elif mode == 1:
                self.planes[plane][offset] = latch
                continue
            elif mode == 2:
                data = 0xFF if value >> plane & 1 else 0
            else:
                data, mask = reset, mask & turned
            data = (data, data & latch, data | latch, data ^ latch)[self.graphics[3] >> 3 & 3]
            self.planes[plane][offset] = data & mask | latch & ~mask & 0xFF

    def read(self, address: int) -> int:
        offset = self.place(address)
        if offset is None:
            return 0xFF
        self.latches = [plane.get(offset, 0) for plane in self.planes]
        if self.graphics[5] & 8:
            result = 0
            for bit in range(8):
                colour = sum((latch >> bit & 1) << plane for plane, latch in enumerate(self.latches))
                if not (colour ^ self.graphics[2]) & self.graphics[7] & 15:
                    result |= 1 << bit
            return result
        plane = self.graphics[4] & 3
        if self.sequencer[4] & 8:
            plane = address % 4
        elif self.graphics[5] & 0x10:
            plane = plane & 2 | address % 2
        return self.latches[plane]


addresses = st.integers(0, 0x1FFFF) | st.integers(0, 40) | st.integers(0x18000, 0x18020)
octets = st.integers(0, 255)
# Any values, and those of the standard modes, where the window is plain memory.
registers = st.tuples(st.binary(min_size=5, max_size=5), st.binary(min_size=9, max_size=9)) | st.sampled_from(
    [(mode.sequencer, mode.graphics) for mode in MODES.values()]
)
accesses = st.lists(st.tuples(addresses, st.none() | octets), max_size=12)


@settings(deadline=None, max_examples=300)
@given(st.lists(st.tuples(registers, accesses), min_size=1, max_size=6))
def test_any_registers_and_accesses_give_the_model_s_planes(script: list[tuple[tuple[bytes, bytes], list]]) -> None:  # type: ignore[type-arg]
    video, ram = VideoMemory(), Memory(0x200000)
    video.attach(ram)
    model = Model(bytes(5), bytes(9))
    for (sequencer, graphics), steps in script:
        video.set_registers(sequencer, graphics)
        model.sequencer, model.graphics = sequencer, graphics
        for address, value in steps:
            if value is None:
                latches = model.latches
                assert video.read(address) == model.read(address)
                if video.layout:
                    model.latches = latches  # plain memory does not pass the latches
            else:
                # Both through the window and by the machine's own door.
                ram.set_u8(0xA0000 + address, value)
                model.write(address, value)
    for plane in range(4):
        expected = bytearray(0x10000)
        for offset, value in model.planes[plane].items():
            expected[offset] = value
        assert video.plane(plane) == bytes(expected)


class Board:
    def __init__(self, mode: int) -> None:
        self.bus, self.memory = PortBus(), Memory(0x200000)
        self.vga = Vga(self.bus, Clock())
        self.vga.memory.attach(self.memory)
        MODES[mode].program(self.vga)

    def out(self, port: int, index: int, value: int) -> None:
        self.bus.write(port, value << 8 | index, 2)


@pytest.mark.parametrize("mode", [0x03, 0x04, 0x13])
def test_text_cga_and_mode_13h_are_plain_memory(mode: int) -> None:
    board = Board(mode)
    start = MODES[mode].segment << 4
    trapped = board.vga.memory.trapped
    assert not trapped >> (start - 0xA0000 >> 12) & 1
    board.memory.write(start, b"\x41\x1f\x42\x2e")
    assert board.memory.read(start, 4) == b"\x41\x1f\x42\x2e"


def test_mode_13h_and_its_unchained_form_share_their_pixels() -> None:
    board = Board(0x13)
    board.memory.write(0xA0000, bytes(range(200)))
    board.out(0x3C4, 4, 6)  # no chain 4: Mode X
    board.out(0x3CE, 4, 2)  # read plane 2
    assert board.memory.read(0xA0000, 9) == bytes((2, 0, 0, 0, 6, 0, 0, 0, 10))
    board.out(0x3C4, 2, 2)
    board.memory.set_u8(0xA0004, 99)
    board.out(0x3C4, 2, 15)
    board.out(0x3C4, 4, 14)
    assert board.memory.read(0xA0000, 9) == bytes((0, 1, 2, 3, 4, 99, 6, 7, 8))


def test_a_latched_copy_moves_all_planes() -> None:
    board = Board(0x12)
    for plane in range(4):
        board.out(0x3C4, 2, 1 << plane)
        board.memory.set_u8(0xA0000, 0x11 * (plane + 1))
    board.out(0x3C4, 2, 15)
    board.out(0x3CE, 5, 1)
    board.vga.memory.read(0)  # as the CPU does
    board.memory.fill(0xA0100, 2)
    assert [board.vga.memory.plane(plane)[0x100] for plane in range(4)] == [0x11, 0x22, 0x33, 0x44]


def test_pages_outside_the_window_do_not_answer() -> None:
    board = Board(0x03)
    board.memory.set_u8(0xB0000, 1)
    assert board.memory.u8(0xB0000) == 0xFF
    board.vga.misc_output = board.vga.misc_output & ~2  # the memory is off
    board.memory.set_u8(0xB8000, 1)
    assert board.memory.u8(0xB8000) == 0xFF


def test_writes_across_the_edge_of_the_window_fall_apart() -> None:
    board = Board(0x12)
    board.memory.write(0x9FFFE, b"\x11\x22\x33\x44")
    assert board.memory.read(0x9FFFE, 2) == b"\x11\x22"
    assert board.vga.memory.plane(3)[:3] == b"\x33\x44\0"
    board.memory.write(0xBFFFF, b"\x55\x66")
    assert board.memory.u8(0xC0000) == 0x66


def test_save_and_load() -> None:
    board, other = Board(0x10), Board(0x10)
    board.memory.write(0xA0000, b"picture")
    board.vga.memory.read(1)
    other.vga.load(board.vga.save())
    assert other.vga.memory.plane(1)[:8] == b"picture\0"
    assert other.vga.memory.latch == 0x69696969
    assert other.vga.save() == board.vga.save()
    with pytest.raises(ValueError, match="another size"):
        other.vga.memory.load({"planes": b"", "latch": 0})


def test_who_looks_leaves_the_latches_alone() -> None:
    board = Board(0x12)
    board.memory.write(0xA0000, b"\x11\x22")
    board.vga.memory.read(0)
    assert board.memory.u8(0xA0001) == 0x22
    assert bytes(board.memory)[0xA0000:0xA0002] == b"\x11\x22"
    assert board.vga.memory.latch == 0x11111111
