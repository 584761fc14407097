"""MIXER: how loud each sound device is, and on which side."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosemu.shell.registry import CommandError, external

if TYPE_CHECKING:
    from dosemu.shell.shell import Shell
    from dosemu.sound import Sound

_USAGE = """\
MIXER [device volume]... [MUTE | UNMUTE] [/NOSHOW]

device       One of those that MIXER lists, or MASTER for all.
volume       Percent from 0 to 400, or left:right.
MUTE         Silences everything until UNMUTE.
/NOSHOW      Does not list the volumes afterwards."""
_MASTER = "master"


def read_volume(word: str) -> tuple[int, int]:
    """The percents of left and right. Raises CommandError.

    >>> read_volume("80"), read_volume("50:0")
    ((80, 80), (50, 0))
    """
    left, _, right = word.partition(":")
    sides = left, right or left
    if not all(side.isascii() and side.isdecimal() and len(side) <= 3 and int(side) <= 400 for side in sides):
        raise CommandError(f"Invalid volume - {word}")
    return int(sides[0]), int(sides[1])


def _change(sound: Sound, words: list[str]) -> None:
    changes: list[tuple[str, tuple[int, int]]] = []
    muted = sound.muted
    rest = iter(words)
    for word in rest:
        if word in ("mute", "unmute"):
            muted = word == "mute"
        elif word != _MASTER and word not in sound.levels:
            raise CommandError(f"No such sound device - {word.upper()}")
        elif (volume := next(rest, None)) is None:
            raise CommandError("Required parameter missing")
        else:
            changes.append((word, read_volume(volume)))
    for name, sides in changes:
        if name == _MASTER:
            sound.master = sides
        else:
            sound.set_level(name, *sides)
    sound.muted = muted


@external("MIXER", help="Shows or sets the volumes of the sound devices.", usage=_USAGE)
def mixer(shell: Shell, arguments: bytes) -> int:
    sound = shell.shells.sound
    if sound is None:
        raise CommandError("There is no sound")
    words = arguments.decode("cp437").lower().split()
    shown = "/noshow" not in words
    _change(sound, [word for word in words if word != "/noshow"])
    if shown:
        shell.say(b"Device    Left  Right")
        for name, (left, right) in {_MASTER: sound.master, **sound.levels}.items():
            muted = "  muted" if name == _MASTER and sound.muted else ""
            shell.say(f"{name.upper():<8}{left:>6}{right:>7}{muted}".encode())
    return 0
