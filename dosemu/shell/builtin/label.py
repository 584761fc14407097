"""LABEL: changes a drive's label."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING

from dosemu.shell.builtin.vol import drive_of, volume_lines
from dosemu.shell.calls import Answer, Call
from dosemu.shell.registry import CommandError, command

if TYPE_CHECKING:
    from dosemu.shell.shell import Shell

_FORBIDDEN = b'*?/\\|.,;:+=<>[]()&^"'
_LONGEST = 11


def read_label(shell: Shell) -> Generator[Call, Answer, bytes]:
    """Ask for a label; none for an empty answer. Raises CommandError for one that cannot be."""
    shell.write(b"Volume label (11 characters, ENTER for none)? ")
    return checked(shell, (yield from shell.read_line()) or b"")


def checked(shell: Shell, text: bytes) -> bytes:
    """A label in capitals. Raises CommandError for one that cannot be."""
    text = shell.dos.code_page.upper(text.strip())
    if len(text) > _LONGEST or any(code in _FORBIDDEN or code < 0x20 for code in text):
        raise CommandError("Invalid characters in volume label")
    return text


@command("LABEL", help="Creates, changes, or deletes the volume label of a disk.", usage="LABEL [drive:][label]")
def label(shell: Shell, arguments: bytes) -> Generator[Call, Answer, None]:
    text: bytes | None = arguments.strip()
    words = []
    if text and text[1:2] == b":":
        words, text = [text[:2]], text[2:].strip()
    number = drive_of(shell, words)
    drive = shell.dos.drives.at(number)
    if not text:
        for line in volume_lines(shell, number):
            shell.say(line)
        text = yield from read_label(shell)
        if not text:
            if not drive.label:
                return
            answer = yield from shell.ask(b"Delete current volume label (Y/N)?", b"YN")
            if answer == b"N":
                return
            text = b""
    text = checked(shell, text)
    if drive.read_only:
        raise CommandError("Write protect error")
    drive.label = text
