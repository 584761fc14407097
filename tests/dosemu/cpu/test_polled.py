"""Answers to polls, repeated natively."""

from __future__ import annotations

from pathlib import Path

import pytest

from dosemu import Machine
from dosemu.cpu.engine import Engine
from tests.dosemu.guest import com

# AH=0Bh until AL is FFh, then exit with AL = 5.
POLL = "b4 0b cd 21 3c 00 74 f8 b8 05 4c cd 21"
# Hook INT 21h with a handler that chains; then the same poll.
CHAINED = """
    b8 21 35 cd 21 89 1e 50 01 8c 06 52 01    ; old vector to [150h]
    ba 22 01 b8 21 25 cd 21                    ; hook
    b4 0b cd 21 3c 00 74 f8 b8 05 4c cd 21
    2e ff 2e 50 01                             ; 0122h: jmp far [cs:150h]
"""


@pytest.mark.parametrize("code", [POLL, CHAINED])
def test_a_poll_is_answered_natively_until_a_key_comes(tmp_path: Path, code: str) -> None:
    with Machine(com(tmp_path, code)) as m:
        m.run(seconds=0.05)
        assert not m.exited
        assert m.engine.polled.hits > 1000
        m.keyboard.type("x")
        m.run(seconds=0.2)
        assert m.exit_code == 5


def test_a_trace_sees_every_call(tmp_path: Path) -> None:
    import io

    from dosemu import Trace

    out = io.StringIO()
    with Machine(com(tmp_path, POLL), trace=Trace(out)) as m:
        m.run(seconds=0.001)
        assert m.engine.polled.hits == 0
        assert out.getvalue().count("get input status") > 2


def test_another_service_makes_the_answers_worthless(tmp_path: Path) -> None:
    # Redirect handle 0 by closing it: 0Bh must be asked anew.
    with Machine(com(tmp_path, "b4 0b cd 21 b4 0b cd 21 bb 00 00 b4 3e cd 21 b4 0b cd 21 eb fe")) as m:
        m.run(seconds=0.01)
        assert m.engine.polled.hits == 1


def test_a_watched_word_that_changes_ends_the_answer() -> None:
    engine = Engine.bare()
    engine.memory.write(0x7C00, bytes.fromhex("b4 0b cd 21 ff 06 00 05 cd 21 eb fe"))  # ...; inc word [500h]; int 21h
    engine.memory.set_u32(0x84, 0xF0000108)
    engine.regs.ip, engine.regs.sp = 0x7C00, 0x7000
    calls = []

    def service(vector: int, kind: str) -> None:
        calls.append((vector, kind))
        engine.polled.learn(0x21, 0x0B, [0x500], al=0x42)

    engine.on_service = service
    engine.run_until(1_000_000_000)
    assert calls == [(0x21, "int"), (0x21, "int")]
    with pytest.raises(IndexError):
        engine.polled.learn(0x21, 0x0B, [engine.memory.size], al=0)
    with pytest.raises(ValueError, match="words"):
        engine.polled.learn(0x21, 0x0B, range(0, 40, 2), al=0)


# Ask INT 1Ah/00h until DX is not what it was first; exit with the difference.
CLOCK = "b4 00 cd 1a 89 d6 b4 00 cd 1a 39 f2 74 f8 29 f2 88 d0 b4 4c cd 21"


def test_the_clock_is_read_natively_until_the_next_tick(tmp_path: Path) -> None:
    with Machine(com(tmp_path, CLOCK)) as m:
        m.run(seconds=0.2)
        assert m.exit_code == 1
        assert m.engine.polled.hits > 1000
        assert 0.0 < m.clock.seconds < 0.06


# INT 16h/11h and INT 21h/2Ah until the day is not what it was first; exit with the new one.
DATE = "b4 2a cd 21 89 d6 b4 11 cd 16 b4 2a cd 21 39 f2 74 f4 88 d0 b4 4c cd 21"


def test_the_date_is_asked_natively_beside_the_keys(tmp_path: Path) -> None:
    with Machine(com(tmp_path, DATE), **{"dos.start_time": "1995-05-01 23:59:59.900"}) as m:
        m.run(seconds=0.5)
        assert m.exit_code == 2
        assert m.engine.polled.hits > 1000
        assert 0.1 <= m.clock.seconds < 0.16


# INT 33h/00h, then 03h until a button is down; exit with the low byte of the column.
MOUSE = "b8 00 00 cd 33 b8 03 00 cd 33 85 db 74 f7 88 c8 b4 4c cd 21"


def test_the_mouse_is_asked_natively_until_it_moves(tmp_path: Path) -> None:
    with Machine(com(tmp_path, MOUSE)) as m:
        m.run(seconds=0.05)
        assert not m.exited
        assert m.engine.polled.hits > 1000
        m.mouse.move(-40, 0)
        m.run(seconds=0.05)
        m.mouse.press(0)
        m.run(seconds=0.1)
        assert m.exit_code == (320 - 40) & 0xFF


# INT 33h/00h, then 03h and 0Bh until it says that the mouse moved; exit with the mickeys across.
MOTION = "b8 00 00 cd 33 b8 03 00 cd 33 b8 0b 00 cd 33 85 c9 74 f2 88 c8 b4 4c cd 21"


def test_movement_is_asked_natively_until_there_is_some(tmp_path: Path) -> None:
    with Machine(com(tmp_path, MOTION)) as m:
        m.run(seconds=0.05)
        assert not m.exited
        assert m.engine.polled.hits > 1000
        m.mouse.move(5, 0)
        m.run(seconds=0.1)
        assert m.exit_code == 5
