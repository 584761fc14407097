"""DOS: the object that every service gets, and which holds the parts together."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from hw.clock import Clock
from hw.memory import Memory
from int21.console import Console
from int21.errors import DosError, ErrorCode
from int21.image import Image
from int21.settings import DosSettings
from int21.swappable import SwappableData

if TYPE_CHECKING:
    from int21.drives import Drives
    from int21.files import Files


def no_loader(data: bytes) -> Image:
    """Stands in until the machine hands in a loader: no file is a program."""
    raise DosError(ErrorCode.INVALID_FORMAT)


class Dos:
    """The state of DOS. What a program can look at lives in guest memory, the rest in the parts below."""

    def __init__(
        self,
        memory: Memory,
        clock: Clock,
        console: Console,
        settings: DosSettings,
        load_image: Callable[[bytes], Image] = no_loader,
    ) -> None:
        self.memory = memory
        self.clock = clock
        self.console = console
        self.settings = settings
        self.load_image = load_image
        self.data = SwappableData(memory)
        self.drives: Drives
        self.files: Files

    @property
    def psp(self) -> int:
        """Segment of the current program's PSP."""
        return self.data.psp

    @psp.setter
    def psp(self, segment: int) -> None:
        self.data.psp = segment

    @property
    def dta(self) -> tuple[int, int]:
        """The disk transfer area, as (segment, offset)."""
        return self.data.dta

    @dta.setter
    def dta(self, address: tuple[int, int]) -> None:
        self.data.dta = address

    def ctrl_c(self) -> None:
        """^C was seen: raises what starts INT 23h (CallGuest), or what ends the program."""
        raise NotImplementedError
