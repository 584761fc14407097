from collections.abc import Sequence

from int21.direct import DirectFiles, NativeService
from int21.known_file import KnownFile

class Allocation:
    strategy: int
    linked: bool
    def save(self) -> list[int]: ...
    def load(self, state: list[int]) -> None: ...

class KnownProgram:
    file: KnownFile
    def __init__(
        self,
        file: KnownFile,
        full_path: bytes,
        image: bytes,
        relocations: Sequence[tuple[int, int]],
        *,
        exe: bool,
        high: bool,
        least: int,
        most: int,
        start: tuple[int, int],
        stack: tuple[int, int],
        version: int,
        drives: int,
    ) -> None: ...

class DirectPrograms(NativeService):
    def __init__(
        self, files: DirectFiles, allocation: Allocation, first: int, upper: int | None, shell: int
    ) -> None: ...
    def learn(self, known: KnownProgram) -> None: ...
