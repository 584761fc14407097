"""What holds for every adapter: any value in any register draws something, and what is saved comes back."""

from __future__ import annotations

import random
from typing import Any

import pytest

from hw.adapter import MAKERS, Adapter, make_adapter
from hw.clock import Clock
from hw.memory import Memory
from hw.pic import Pic
from hw.ports import PortBus

PORTS = (*range(0x3B0, 0x3BC), 0x3BF, *range(0x3C0, 0x3E0))


class Board:
    def __init__(self, name: str, **options: Any) -> None:
        self.bus, self.clock, self.memory = PortBus(), Clock(), Memory(0x200000)
        self.adapter: Adapter = make_adapter(name, self.bus, self.clock, **options)
        self.adapter.attach(self.memory, self.memory.show_page)
        self.adapter.connect(Pic(self.bus))
        self.renderer = self.adapter.renderer()

    def shake(self, seed: int, count: int) -> None:
        chance = random.Random(seed)
        for _ in range(count):
            port = chance.choice(PORTS)
            self.bus.write(port, chance.randrange(256))
            if chance.random() < 0.3:
                self.bus.read(chance.choice(PORTS))
            if chance.random() < 0.1:
                self.memory.write(0xA0000 + chance.randrange(0x1FF00), chance.randbytes(64))
            if chance.random() < 0.2:
                self.clock.skip_to(self.clock.now_ps + chance.randrange(2_000_000_000))


OTHERS: list[tuple[str, dict[str, Any]]] = [("ega", {"memory_kb": 64}), ("svga", {"memory_kb": 512})]
OTHERS += [(name, {"composite": True, "era": "new"}) for name in ("cga", "tandy", "pcjr")]
OTHERS += [(name, {"composite": "auto"}) for name in ("cga", "tandy", "pcjr")]


@pytest.mark.parametrize(("name", "options"), [(name, {}) for name in MAKERS] + OTHERS)
def test_any_registers(name: str, options: dict[str, Any]) -> None:
    board = Board(name, **options)
    for seed in range(25):
        board.shake(seed, 60)
        height, width, _ = board.renderer.draw().shape
        assert (width, height) == board.renderer.size
        assert board.adapter.next_frame_ps(board.clock.now_ps) > board.clock.now_ps
        assert board.adapter.frame_ps > 0
        layout = board.adapter.text_layout()
        assert board.adapter.read_cells(layout).shape[2] == 2
        assert len(board.adapter.content()) <= 0x400000


@pytest.mark.parametrize("name", MAKERS)
def test_saved_and_loaded_it_looks_the_same(name: str) -> None:
    board, other = Board(name), Board(name)
    mode = board.adapter.modes.get(3) or board.adapter.modes[7]
    assert mode.is_text
    board.shake(5, 300)
    other.clock.skip_to(board.clock.now_ps)
    if name in ("tandy", "pcjr"):  # their memory is the machine's
        other.memory.write(0, board.memory.read(0, 0xA0000))
    other.adapter.load(board.adapter.save())
    assert other.adapter.save() == board.adapter.save()
    assert (other.renderer.draw() == board.renderer.draw()).all()
