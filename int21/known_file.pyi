from collections.abc import Sequence
from os import stat_result

class Epoch:
    number: int
    def save(self) -> None: ...
    def load(self, state: None) -> None: ...

class KnownFile:
    path: bytes
    drive: int
    size: int
    def __init__(
        self,
        path: bytes,
        drive: int,
        drives: Epoch,
        tree: Epoch,
        folders: Sequence[tuple[int, str, tuple[int, int, int]]],
        folder: int,
        name: str,
        fcb_name: bytes,
        status: stat_result,
        attributes: int,
        stamp: tuple[int, int],
        place: object = None,
    ) -> None: ...
    @property
    def valid(self) -> bool: ...
