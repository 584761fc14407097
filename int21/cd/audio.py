"""A CD-ROM drive that plays: what the device driver requests "play audio", "stop" and "resume" do.

Microsoft, "CD-ROM Device Driver Specification" 2.21: a stop while it plays is a pause, which resume ends; a stop while
it is paused forgets the place. The position follows emulated time, heard or not.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from hw.cd_audio import FRAMES_A_SECTOR, CdOutput, Stretch
from hw.clock import SECOND, Clock
from int21.cd.disc import FRAMES_A_SECOND, from_msf, to_msf
from int21.errors import DosError, ErrorCode

if TYPE_CHECKING:
    from hw.memory import Memory
    from int21.cd.disc import Disc

PLAY, STOP, RESUME = 132, 133, 136
BUSY = 0x0200  # in the status of every request
_AS_IT_IS = (0, 0xFF, 1, 0xFF, 2, 0, 3, 0)
_CHANNELS = 2


class CdPlayer:
    """The audio part of one drive."""

    def __init__(self, clock: Clock, output: CdOutput, number: int) -> None:
        self.routing = bytes(_AS_IT_IS)  # of each output: input channel, volume
        self._clock = clock
        self._output = output
        self._number = number
        self._disc: Disc | None = None
        self._start = self._end = 0  # sectors of the last "play"
        self._from = 0  # where it went on the last time, and when; -1: it does not play
        self._since_ps = -1
        self.paused = False

    def look(self, disc: Disc) -> None:
        """The disc in the drive; another one ends the music."""
        if disc is not self._disc:
            self._disc = disc
            self._start = self._end = self._from = 0
            self.paused = False
            self._be_silent()
        elif self.playing and self.position >= self._end:
            self._be_silent()

    @property
    def playing(self) -> bool:
        """It has not come to the end."""
        return self._since_ps >= 0 and self._from + self._passed < self._end

    @property
    def _passed(self) -> int:
        """Sectors since it went on."""
        return (self._clock.now_ps - self._since_ps) * FRAMES_A_SECOND // SECOND if self._since_ps >= 0 else 0

    @property
    def position(self) -> int:
        """The sector under the laser."""
        return min(self._from + self._passed, max(self._end, self._from))

    def play(self, start: int, count: int) -> None:
        """Play sectors. Raises SECTOR_NOT_FOUND where there are none."""
        disc = self._disc
        if disc is None or not 0 <= start < disc.end:
            raise DosError(ErrorCode.SECTOR_NOT_FOUND)
        self.paused = False
        self._start, self._end = start, min(start + count, disc.end)
        self._go_on(start)

    def stop(self) -> None:
        """Pause; forget the place when it is paused or at its end already."""
        if self.playing:
            self._from = self.position
            self.paused = True
        else:
            self.paused = False
            self._start = self._end = 0
        self._be_silent()

    def resume(self) -> bool:
        """Go on after a pause; whether there was one."""
        if not self.paused:
            return False
        self.paused = False
        self._go_on(self._from)
        return True

    def seek(self, sector: int) -> None:
        """Move the head; the music ends."""
        self.paused = False
        self._from = sector
        self._start = self._end = 0
        self._be_silent()

    @property
    def range(self) -> tuple[int, int]:
        """Where "resume" would go on, and the end of the last "play"."""
        return (self._from if self.paused else self._start), self._end

    def route(self, routing: bytes) -> None:
        """Set which input channel each output has, and its volume."""
        self.routing = routing[:8].ljust(8, b"\0")
        if self.playing:
            self._go_on(self.position)

    def _go_on(self, sector: int) -> None:
        now = self._clock.now_ps
        self._from, self._since_ps = sector, now
        disc = self._disc
        if disc is not None and self._end > sector:
            first = sector * FRAMES_A_SECTOR
            self._output.play(
                now, self._number, Stretch(now, first, self._end * FRAMES_A_SECTOR, disc.read_audio, self._sides)
            )

    def _be_silent(self) -> None:
        self._since_ps = -1
        self._output.play(self._clock.now_ps, self._number, None)

    @property
    def _sides(self) -> tuple[tuple[int, float], tuple[int, float]]:
        left, right = ((self.routing[2 * side] % _CHANNELS, self.routing[2 * side + 1] / 255) for side in (0, 1))
        return left, right

    def save(self) -> dict[str, Any]:
        """Where it is; the disc is the drive's."""
        return {
            "routing": self.routing, "start": self._start, "end": self._end, "from": self._from,
            "since_ps": self._since_ps, "paused": self.paused,
        }  # fmt: skip

    def load(self, state: dict[str, Any], disc: Disc | None) -> None:
        """Take back what save() gave, with the disc that is in the drive; the clock must have been put back before."""
        self._disc = disc
        self.routing = state["routing"]
        self._start, self._end, self._from = state["start"], state["end"], state["from"]
        self.paused = state["paused"]
        self._be_silent()
        if state["since_ps"] >= 0 and disc is not None:
            self._go_on(self._from)
            # It went on in the past: the place is that of then.
            self._since_ps = state["since_ps"]
            first, end = self._from * FRAMES_A_SECTOR, self._end * FRAMES_A_SECTOR
            stretch = Stretch(self._since_ps, first, end, disc.read_audio, self._sides)
            self._output.play(self._clock.now_ps, self._number, stretch if self.playing else None)


class CdAudio:
    """The players of all drives, made when a program first asks for one; ``output`` is what they play.

    ``disc_of(number)`` gives the disc in a drive, for a state that is loaded.
    """

    snapshot_skips = ("_players", "_disc_of")

    def __init__(self, clock: Clock, disc_of: Callable[[int], Disc | None]) -> None:
        self.output = CdOutput()
        self._clock = clock
        self._players: dict[int, CdPlayer] = {}
        self._disc_of = disc_of

    def player(self, number: int, disc: Disc) -> CdPlayer:
        """The player of a drive (0 is A:) with this disc in it."""
        player = self._players.get(number)
        if player is None:
            player = self._players[number] = CdPlayer(self._clock, self.output, number)
        player.look(disc)
        return player

    def save(self) -> list[list[Any]]:
        """Each drive's number and player."""
        return [[number, player.save()] for number, player in sorted(self._players.items())]

    def snapshot_save(self) -> list[list[Any]]:
        """The players; discs are the host's."""
        return self.save()

    def snapshot_load(self, state: list[list[Any]]) -> None:
        """Let them play the discs that are in the drives now."""
        self.load(state)

    def load(self, state: list[list[Any]]) -> None:
        """Take back what save() gave, with the discs that are in the drives."""
        for number in list(self._players):
            self.output.play(self._clock.now_ps, number, None)
        self._players = {}
        for number, values in state:
            player = self._players[number] = CdPlayer(self._clock, self.output, number)
            player.load(values, self._disc_of(number))


def red_book(value: int) -> int:
    """The sector of an address in a request: frame, second, minute from the lowest byte on."""
    return from_msf(value >> 16 & 0xFF, value >> 8 & 0xFF, value & 0xFF)


def request(player: CdPlayer, memory: Memory, at: int, command: int) -> None:
    """Carry out PLAY, STOP or RESUME at ``at``. Raises SECTOR_NOT_FOUND, INVALID_FUNCTION."""
    if command == PLAY:
        mode = memory.u8(at + 0x0D)
        start, count = struct.unpack("<II", memory.read(at + 0x0E, 8))
        player.play(red_book(start) if mode else start, count)
    elif command == STOP:
        player.stop()
    elif not player.resume():
        raise DosError(ErrorCode.INVALID_FUNCTION)


def q_channel(player: CdPlayer, disc: Disc) -> bytes:
    """The answer to IOCTL input 12: control and address, track, index, time in the track, time on the disc."""
    position = player.position
    track = next((track for track in reversed(disc.tracks) if track.start <= position), disc.tracks[0])
    relative = max(position - track.start, 0)
    seconds, frame = divmod(relative, FRAMES_A_SECOND)
    packed = track.number // 10 << 4 | track.number % 10
    minute, second, place = to_msf(position)
    return bytes((
        0x01 if track.audio else 0x41, packed, 1, min(seconds // 60, 255), seconds % 60, frame, 0,
        min(minute, 255), second, place,
    ))  # fmt: skip


def status(player: CdPlayer) -> bytes:
    """The answer to IOCTL input 15: whether it is paused, and from where to where "resume" plays."""
    start, end = (to_msf(sector) for sector in player.range)
    return struct.pack(
        "<HBBBBBBBB", player.paused, start[2], start[1], min(start[0], 255), 0, end[2], end[1], min(end[0], 255), 0
    )
