"""REP MOVS and REP STOS in one go do what they do one by one, at the same time, wherever the slice ends."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from dosemu.cpu.engine import Engine
from hw.clock import Clock
from hw.memory import Memory
from hw.pic import Pic
from hw.ports import PortBus
from hw.vga.memory import VideoMemory
from tests.dosemu.cpu.support import ORIGIN, real_mode, run

STARTS = (0x0000, 0x0003, 0x0FFD, 0x1000, 0x4000, 0x4001, 0x4002, 0x40FF, 0x7BFE, 0x8FF8, 0xFFF0, 0xFFFE, 0xFFFF)
OPCODES = (b"\xa4", b"\xa5", b"\x66\xa5", b"\xaa", b"\xab", b"\x66\xab")


def fill(engine: Engine, seed: int) -> None:
    engine.memory.write(0x20000, random.Random(seed).randbytes(0x30000))


def plain(code: bytes, seed: int) -> Engine:
    """Everything in plain memory, data and stack away from the code."""
    engine = real_mode(code)
    fill(engine, seed)
    engine.regs.ds, engine.regs.es = (0x2000, 0x2000) if seed & 1 else (0x2000, 0x3000)
    return engine


def video(code: bytes, seed: int) -> Engine:
    """Planes behind A0000h in a random state of the registers; both, one or none of the sides there."""
    rng = random.Random(seed)
    memory, ports = Memory(0x200000), PortBus()
    planes = VideoMemory()
    planes.attach(memory)
    engine = Engine(memory, Clock(3000), ports, Pic(ports), "486", True, planes)
    direct = rng.random() < 0.7
    sequencer = bytes((3, 1, rng.randrange(16), 0, 6 if direct else rng.randrange(16)))
    graphics = bytes((
        rng.randrange(16), rng.choice((0, 0, 15)), rng.randrange(16), rng.choice((0, 0, 8, 24, rng.randrange(32))),
        rng.randrange(4), rng.choice((0, 1, 1, 2, 3, rng.randrange(256))), 5 if direct else rng.randrange(16), 15,
        rng.choice((255, 255, rng.randrange(256))),
    ))  # fmt: skip
    for plane in range(4):
        planes.set_plane(plane, 0, rng.randbytes(0x10000))
    planes.set_registers(sequencer=sequencer, graphics=graphics)
    engine.filter_services(False)
    memory.write(ORIGIN, code)
    engine.regs.ip, engine.regs.sp = ORIGIN, 0x7000
    fill(engine, seed)
    engine.regs.ds, engine.regs.es = rng.choice(((0xA000, 0xA000), (0x2000, 0xA000), (0xA000, 0x3000)))
    VIDEOS[id(engine)] = planes
    return engine


VIDEOS: dict[int, VideoMemory] = {}


def outcome(engine: Engine) -> object:
    planes = VIDEOS.get(id(engine))
    seen = (bytes(memoryview(planes)), planes.latch) if planes is not None else None
    return engine.regs.save(), engine.clock.cycles, engine.memory.read(0x20000, 0x30000), seen


def prepared(make: Callable[[bytes, int], Engine], seed: int) -> Engine:
    rng = random.Random(seed)
    wide = b"\x67" if rng.random() < 0.3 else b""
    code = (b"\xfd" if rng.random() < 0.4 else b"\xfc") + b"\xf3" + wide + rng.choice(OPCODES) + b"\xf4"
    engine = make(code, seed)
    regs = engine.regs
    if wide:
        for name in ("ds", "es"):  # offsets of 32 bits may be beyond 64 KB in segments of 4 GB only
            regs.set_cache(name, getattr(regs, name), regs.base(name), 0xFFFFFFFF, 0x93)
    regs.eax = rng.getrandbits(32)
    regs.esi, regs.edi = rng.choice(STARTS), rng.choice(STARTS)
    if rng.random() < 0.4:
        regs.edi = regs.esi + rng.choice((-5, -2, -1, 0, 1, 2, 3, 4, 7)) & 0xFFFF
    regs.ecx = rng.choice((0, 1, 2, 5, 6, 100, 1000, 5000, 9000))
    return engine


@pytest.mark.parametrize("make", [plain, video])
def test_at_once_is_one_by_one(make: Callable[[bytes, int], Engine]) -> None:
    """Random registers, directions, overlaps, wraps and states of the video adapter."""
    for seed in range(60):
        whole, single = prepared(make, seed), prepared(make, seed)
        assert run(whole, 1000) == "halted for ever"
        while single.step_one() != "halt":
            pass
        assert outcome(whole) == outcome(single), seed
        VIDEOS.clear()


def test_any_end_of_the_slice() -> None:
    """Stopped after any number of instructions, and gone on with, it takes the same time and does the same."""
    for seed in range(12):
        whole = prepared(plain, seed)
        assert run(whole, 1000) == "halted for ever"
        pieces = prepared(plain, seed)
        rng = random.Random(seed)
        while (reason := pieces.step(rng.choice((1, 2, 7, 300)))) != "halt":
            assert reason == "budget"
        assert outcome(pieces) == outcome(whole), seed


def test_a_slice_ends_within_the_repetition() -> None:
    engine = plain(b"\xfc\xf3\xaa\xf4", 0)
    engine.regs.ecx, engine.regs.edi = 5000, 0
    assert engine.step(1000) == "budget"
    assert engine.clock.cycles == 1000
    assert engine.regs.ecx == 5000 - 999


def test_over_its_own_code() -> None:
    """Bytes that become code on the way run as they are then."""
    code = b"\xfc\xf3\xaa" + b"\x90" * 60  # cld; rep stosb; nop ...
    engine = real_mode(code)
    engine.regs.es, engine.regs.edi, engine.regs.ecx, engine.regs.al = 0, ORIGIN + 3, 40, 0x40  # inc ax
    engine.memory.set_u8(ORIGIN + 63, 0xF4)
    assert run(engine) == "halted for ever"
    assert engine.regs.ax == 0x40 + 40


def test_the_bios_stays_as_it_is() -> None:
    engine = real_mode(b"\xfc\xf3\xaa\xf4")
    engine.memory.write(0xF1000, b"firmware" * 64)
    engine.regs.es, engine.regs.edi, engine.regs.ecx, engine.regs.al = 0xF100, 0, 512, 0
    assert run(engine) == "halted for ever"
    assert engine.memory.read(0xF1000, 8) == b"firmware"
