from collections.abc import Mapping

class SegmentFault(Exception):
    vector: int

class Registers:
    eax: int
    ecx: int
    edx: int
    ebx: int
    esp: int
    ebp: int
    esi: int
    edi: int
    ax: int
    cx: int
    dx: int
    bx: int
    sp: int
    bp: int
    si: int
    di: int
    al: int
    ah: int
    bl: int
    bh: int
    cl: int
    ch: int
    dl: int
    dh: int
    eip: int
    ip: int
    eflags: int
    flags: int
    cs: int
    ds: int
    es: int
    ss: int
    fs: int
    gs: int
    cf: bool
    zf: bool
    interrupts: bool
    df: bool
    trap: bool
    def set_cache(self, segment: str, selector: int, base: int, limit: int, rights: int) -> None: ...
    def set_table(self, name: str, selector: int, base: int, limit: int, wide: bool = True) -> None: ...
    def freeze(self) -> bytes: ...
    def thaw(self, frozen: bytes) -> None: ...
    @property
    def protected(self) -> bool: ...
    @property
    def cpl(self) -> int: ...
    def address(self, segment: str, offset: int) -> int: ...
    def base(self, segment: str) -> int: ...
    def limit(self, segment: str) -> int: ...
    def rights(self, segment: str) -> int: ...
    def system(self, name: str) -> int: ...
    def set_system(self, name: str, value: int) -> None: ...
    def save(self) -> dict[str, int]: ...
    def restore(self, saved: Mapping[str, int]) -> None: ...
