"""How a command is declared and found.

>>> @command("GREET", help="Says hello.", usage="GREET [name]")
... def greet(shell, arguments):
...     shell.say(b"Hello")
>>> BUILTINS.pop(b"GREET").help
'Says hello.'

A command is called as ``handler(shell, arguments)`` with all that follows its name. It returns None (or an exit
code), or is a generator (``calls.Steps``). ``CommandError`` ends it with a message.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dosemu.shell.calls import Steps
    from dosemu.shell.shell import Shell

Handler = Callable[["Shell", bytes], "Steps | int | None"]


class CommandError(Exception):
    """Ends a command with one line of text; ``code`` is the exit code of an external command."""

    def __init__(self, text: str | bytes, code: int = 1) -> None:
        super().__init__(text)
        self.text = text if isinstance(text, bytes) else text.encode("cp437", "replace")
        self.code = code


@dataclass(frozen=True, slots=True)
class Command:
    """A command as declared. ``raw``: a ``/?`` among its arguments is no question for help unless it is all;
    ``files``: its arguments name files, which may have long names; ``beside``: the second one in the first's directory.
    """

    names: tuple[bytes, ...]
    handler: Handler
    help: str
    usage: str
    raw: bool = False
    files: bool = False
    beside: bool = False

    @property
    def name(self) -> bytes:
        return self.names[0]


BUILTINS: dict[bytes, Command] = {}
EXTERNALS: dict[bytes, Command] = {}
"""The declared commands by name; filled at import, read only after that."""


def _declare(
    registry: dict[bytes, Command], names: tuple[str, ...], help: str, usage: str, **kinds: bool
) -> Callable[[Handler], Handler]:
    def declare(handler: Handler) -> Handler:
        entry = Command(tuple(name.encode() for name in names), handler, help, usage or names[0], **kinds)
        for name in entry.names:
            if name in registry:
                raise ValueError(f"the command {name.decode()} is declared twice")
            registry[name] = entry
        return handler

    return declare


def command(
    *names: str, help: str, usage: str = "", raw: bool = False, files: bool = False, beside: bool = False
) -> Callable[[Handler], Handler]:
    """Declare a built-in command. ``usage`` is what ``/?`` shows below the help."""
    return _declare(BUILTINS, names, help, usage, raw=raw, files=files, beside=beside)


def external(
    *names: str, help: str, usage: str = "", raw: bool = False, files: bool = False
) -> Callable[[Handler], Handler]:
    """Declare a command that is a program of its own on the shell's drive."""
    return _declare(EXTERNALS, names, help, usage, raw=raw, files=files)


@cache
def load_all() -> None:
    """Import all commands; a new file needs no entry anywhere."""
    for package in ("builtin", "external"):
        module = importlib.import_module(f"dosemu.shell.{package}")
        for found in pkgutil.iter_modules(module.__path__, f"{module.__name__}."):
            importlib.import_module(found.name)


def external_names() -> list[bytes]:
    """The names of the external commands, without loading them: those of their files."""
    package = importlib.import_module("dosemu.shell.external")
    return [found.name.rstrip("_").upper().encode() for found in pkgutil.iter_modules(package.__path__)]


def wants_help(entry: Command, arguments: bytes) -> bool:
    """Whether ``/?`` asks what the command is."""
    return arguments.strip() == b"/?" or (not entry.raw and b"/?" in arguments)


def help_text(entry: Command) -> bytes:
    """What ``/?`` shows."""
    return f"{entry.help}\n\n{entry.usage}\n".replace("\n", "\r\n").encode("cp437")
