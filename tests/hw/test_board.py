"""Port 92h, port 80h and the speaker's state."""

from __future__ import annotations

from hw.clock import MS, Clock
from hw.pic import Pic
from hw.pit import Pit
from hw.ports import PortBus
from hw.speaker import Speaker
from hw.system import SystemPorts


def test_port_92_opens_and_closes_a20_and_resets() -> None:
    bus = PortBus()
    board = SystemPorts(bus)
    heard: list[object] = []
    board.on_a20 = heard.append
    board.on_reset = lambda: heard.append("reset")
    for value in (0x00, 0x00, 0x02, 0x03):
        bus.write(0x92, value)
    assert heard == [False, True, "reset"]
    assert bus.read(0x92) == 0x02
    board.set_a20(False)
    assert bus.read(0x92) == 0x00


def test_post_code_is_kept() -> None:
    bus = PortBus()
    board = SystemPorts(bus)
    bus.write(0x80, 0x55)
    assert (board.post_code, bus.read(0x80)) == (0x55, 0x55)


def test_speaker_notes_tones_with_their_times() -> None:
    bus, clock = PortBus(), Clock()
    speaker = Speaker(Pit(bus, clock, Pic(bus)), clock)
    assert speaker.tone_hz == 0
    clock.skip_to(5 * MS)
    for port, value in ((0x43, 0xB6), (0x42, 0xA9), (0x42, 0x04), (0x61, 3)):
        bus.write(port, value)
    assert round(speaker.tone_hz) == 1000
    clock.skip_to(9 * MS)
    bus.write(0x61, 0)
    assert speaker.tone_hz == 0
    changes = speaker.take()
    assert {change.time_ps // MS for change in changes} == {5, 9}
    assert (changes[-2].gate, changes[-2].data, changes[-2].period) == (True, True, 1193)
    assert speaker.take() == []
