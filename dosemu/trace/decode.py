"""What a service takes and gives, read out of its declaration: registers, and words that say what they hold.

``takes="DS:DX path, AL mode"`` names two items. The words decide how an item is shown, by ``KINDS``; a new kind is
a function here and a line there. Words that are in no line are numbers.

>>> [(item.registers, item.words) for item in parse("CX:DX distance, AL origin")]
[(('CX', 'DX'), 'distance'), (('AL',), 'origin')]
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from dosemu.dpmi.real import STRUCTURE_SIZE, RealRegisters
from int21.drive import Attribute
from int21.ems_extended import Move, Region
from int21.exec_ import OverlayBlock, ParameterBlock
from int21.lfn_find import LongFindData
from int21.view import linear
from int21.xms_functions import MoveParameters

if TYPE_CHECKING:
    from dosemu.cpu.registers import Registers
    from hw.memory import Memory

Value = int | str
SHOWN_BYTES = 32
_LONGEST_TEXT = 128
_TAIL = 126  # bytes of a command tail

_REGISTER = r"E?[ABCD]X|[ABCD][HL]|E?[SD]I|E?[BS]P|[CDESFG]S"
_ITEM = re.compile(rf"^({_REGISTER})(?:([:.=])({_REGISTER}))?(?:\s+(.*))?$")
_SEGMENTS = frozenset({"CS", "DS", "ES", "SS"})
ON_ERROR = " on error"  # words of what a call gives only when it fails
UNLESS_ZF = " unless ZF is set"
_PARENTHESIS = re.compile(r"\s*\([^)]*\)")


@dataclass(frozen=True, slots=True)
class Item:
    """A register, or a pair, and what is said of it."""

    registers: tuple[str, ...]
    words: str
    label: str

    @property
    def far(self) -> bool:
        """A pointer: segment and offset."""
        return len(self.registers) == 2 and self.registers[0] in _SEGMENTS


@lru_cache(maxsize=2048)
def parse(text: str) -> tuple[Item, ...]:
    """The items of a ``takes=`` or ``gives=`` text; what names no register is left out."""
    items: list[Item] = []
    bare: list[tuple[str, ...]] = []  # "BX, CX hot spot": words for all of them
    for piece in re.split(r"[,;]\s+", text.replace("(E)", "E")):
        match = _ITEM.match(piece.strip())
        if match is None:
            continue
        first, sign, second, words = match.groups()
        registers = (first,) if second is None or sign == "=" else (first, second)
        if not words:
            bare.append(registers)
            continue
        if re.match(r"^(\d+|[0-9A-F]+h)(:|$|\s)", words):
            words = ""  # "AL 0: done" says what a value means
        for earlier in bare:
            items.append(Item(earlier, words, _label(earlier, words)))
        bare.clear()
        items.append(Item(registers, words, _label(registers, words)))
    items.extend(Item(registers, "", _label(registers, "")) for registers in bare)
    return tuple(items)


def _label(registers: tuple[str, ...], words: str) -> str:
    label = _PARENTHESIS.sub("", words).partition(":")[0].strip()
    label = label.removesuffix(ON_ERROR).removesuffix(UNLESS_ZF)
    return label if label and len(label) <= 24 else ":".join(registers)


@dataclass(slots=True)
class Context:
    """Where values come from: the registers as they were noted, and guest memory."""

    regs: dict[str, int]
    bases: dict[str, int]
    memory: Memory
    count: int | None = None  # bytes in a buffer
    wide: bool = False  # a 32-bit client: pointers have 32-bit offsets

    def read(self, item: Item) -> int:
        """The item's number: 32 bits for a pair of words."""
        value = 0
        for name in item.registers:
            value = value << (32 if len(name) == 3 else 16) | self.register(name)
        return value

    def register(self, name: str) -> int:
        """A register of any width out of the wide ones."""
        low = name.lower()
        if low in self.regs:
            return self.regs[low]
        if low[1] in "lh":
            wide = self.regs[f"e{low[0]}x"]
            return wide >> 8 & 0xFF if low[1] == "h" else wide & 0xFF
        return self.regs["e" + low] & 0xFFFF

    def address(self, item: Item) -> int:
        """The linear address of a pointer."""
        offset = self.register(item.registers[1])
        return self.bases[item.registers[0].lower()] + (offset if self.wide else offset & 0xFFFF) & 0xFFFFFFFF


WIDE = ("eax", "ebx", "ecx", "edx", "esi", "edi", "ebp", "esp", "cs", "ds", "es", "ss")


def note(regs: Registers) -> tuple[dict[str, int], dict[str, int]]:
    """Registers and segment bases as they are now."""
    return {name: getattr(regs, name) for name in WIDE}, {name: regs.base(name) for name in ("cs", "ds", "es", "ss")}


# --- kinds --------------------------------------------------------------------------------------------------


def quoted(data: bytes, limit: int = SHOWN_BYTES) -> str:
    """Bytes as text in quotes, the rest as escapes, shortened.

    >>> quoted(b"A" * 40), quoted(b"\\x01\\r\\n")
    ('"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"...', '"\\\\x01\\\\r\\\\n"')
    """
    names = {9: "\\t", 10: "\\n", 13: "\\r", 0x22: '\\"', 0x5C: "\\"}
    shown = "".join(names.get(b) or (chr(b) if 32 <= b < 127 else f"\\x{b:02x}") for b in data[:limit])
    return f'"{shown}"' + ("..." if len(data) > limit else "")


def _far(context: Context, item: Item) -> Value:
    return f"{context.register(item.registers[0]):04X}:{context.register(item.registers[1]):04X}"


def _entry(context: Context, item: Item) -> Value:
    """A place of code: its offset has 32 bits where the program's have."""
    segment, offset = (context.register(name) for name in item.registers)
    wide = context.wide and len(item.registers[1]) == 3
    return f"{segment:04X}:{offset:08X}" if wide else f"{segment:04X}:{offset & 0xFFFF:04X}"


def _text(context: Context, item: Item) -> Value:
    return quoted(context.memory.asciiz(context.address(item), _LONGEST_TEXT), _LONGEST_TEXT)


def _dollar(context: Context, item: Item) -> Value:
    at = context.address(item)
    data = context.memory.read(at, min(512, len(context.memory) - at))
    return quoted(data.partition(b"$")[0])


def _bytes(context: Context, item: Item) -> Value:
    at = context.address(item)
    if context.count is None:
        return _far(context, item)
    data = context.memory.read(at, min(context.count, SHOWN_BYTES + 1, len(context.memory) - at))
    return quoted(data)


def _line(context: Context, item: Item) -> Value:
    text = context.memory.asciiz(context.address(item), _LONGEST_TEXT)
    return quoted(text.partition(b"\r")[0], _LONGEST_TEXT)


def _read_line(context: Context, item: Item) -> Value:
    at = context.address(item)
    return quoted(context.memory.read(at + 2, context.memory.u8(at + 1)), _LONGEST_TEXT)


def _fcb(context: Context, item: Item) -> Value:
    return _fcb_name(context.memory.read(context.address(item), 20))


def _fcb_name(data: bytes) -> str:
    if data[0] == 0xFF:
        data = data[7:]
    name, extension = (part.decode("cp437").rstrip() for part in (data[1:9], data[9:12]))
    drive = f"{chr(64 + data[0])}:" if 0 < data[0] <= 26 else ""
    return f'"{drive}{name}.{extension}"' if extension else f'"{drive}{name}"'


def _exec(context: Context, item: Item) -> Value:
    block, memory = ParameterBlock(context.memory, context.address(item)), context.memory
    tail = linear(*block.tail)
    fields = {
        "environment": f"{block.environment:04X}h" if block.environment else "parent's",
        "tail": quoted(memory.read(tail + 1, min(memory.u8(tail), _TAIL)), _TAIL),
        "FCBs": "+".join(_fcb_name(memory.read(linear(*at), 20)) for at in (block.fcb1, block.fcb2)),
    }
    return _structure(fields)


def _overlay(context: Context, item: Item) -> Value:
    block = OverlayBlock(context.memory, context.address(item))
    return _structure({"segment": f"{block.segment:04X}h", "factor": f"{block.factor:04X}h"})


def _real_registers(context: Context, item: Item) -> Value:
    real = RealRegisters.unpack(context.memory.read(context.address(item), STRUCTURE_SIZE))
    general = {name: f"{getattr(real, 'e' + name) & 0xFFFF:04X}h" for name in ("ax", "bx", "cx", "dx", "si", "di")}
    return _structure(general | {name: f"{getattr(real, name):04X}h" for name in ("ds", "es")})


def _extended_move(context: Context, item: Item) -> Value:
    block = MoveParameters(context.memory, context.address(item))
    source, target = (
        f"{handle}:{offset:X}h" if handle else f"{offset >> 16:04X}:{offset & 0xFFFF:04X}"
        for handle, offset in ((block.source_handle, block.source_offset), (block.target_handle, block.target_offset))
    )
    return _structure({"bytes": str(block.length), "source": source, "target": target})


def _expanded_move(context: Context, item: Item) -> Value:
    memory, at = context.memory, context.address(item)
    source, target = (
        f"{side.handle}:{side.page}:{side.offset:04X}h" if side.kind else f"{side.page:04X}:{side.offset:04X}"
        for side in (Region(memory, at + 4), Region(memory, at + 4 + Region.SIZE))
    )
    return _structure({"bytes": str(Move(memory, at).length), "source": source, "target": target})


def _found(context: Context, item: Item) -> Value:
    return quoted(LongFindData(context.memory, context.address(item)).name.rstrip(b"\0"), _LONGEST_TEXT)


def _mode_information(context: Context, item: Item) -> Value:
    width, height, bits = struct.unpack("<HH3xB", context.memory.read(context.address(item) + 0x12, 8))
    return f"{width}x{height}x{bits}"


def _structure(fields: dict[str, str]) -> str:
    return "{" + " ".join(f"{name}={value}" for name, value in fields.items()) + "}"


def _decimal(context: Context, item: Item) -> Value:
    return context.read(item)


def _signed(context: Context, item: Item) -> Value:
    value, bits = context.read(item), 16 * len(item.registers)
    return value - (1 << bits) if value >> (bits - 1) else value


def _version(context: Context, item: Item) -> Value:
    major, minor = (context.register(name) for name in item.registers)
    return f"{major}.{minor:02}"


def _origin(context: Context, item: Item) -> Value:
    value = context.read(item)
    return {0: "start", 1: "current", 2: "end"}.get(value, f"{value:02X}h")


def _bcd(context: Context, item: Item) -> Value:
    return f"{context.read(item):02X}"


def _time(context: Context, item: Item) -> Value:
    value = context.read(item)
    return f"{value >> 11:02}:{value >> 5 & 63:02}:{(value & 31) * 2:02}"


def _date(context: Context, item: Item) -> Value:
    value = context.read(item)
    return f"{1980 + (value >> 9)}-{value >> 5 & 15:02}-{value & 31:02}"


def _character(context: Context, item: Item) -> Value:
    value = context.read(item) & 0xFF
    return f"'{chr(value)}'" if 32 <= value < 127 else f"{value:02X}h"


def _drive(context: Context, item: Item) -> Value:
    value = context.read(item) & 0xFF
    one_based = "0 current" in item.words
    if one_based and value == 0:
        return "current"
    return f"{chr(0x41 + value - one_based)}:" if value - one_based < 26 else value


def _attributes(context: Context, item: Item) -> Value:
    value = Attribute(context.read(item) & 0x3F)
    return "+".join(flag.name for flag in Attribute if flag in value and flag.name) or "none"


def _vector(context: Context, item: Item) -> Value:
    return f"{context.read(item):02X}h"


def _mode(context: Context, item: Item) -> Value:
    value = context.read(item)
    access = {0: "read", 1: "write", 2: "read+write"}.get(value & 7, "?")
    sharing = {1: " deny all", 2: " deny write", 3: " deny read", 4: " deny none"}.get(value >> 4 & 7, "")
    return access + sharing


def _hex(context: Context, item: Item) -> Value:
    value = context.read(item)
    width = 8 if len(item.registers) == 2 or len(item.registers[0]) == 3 else 2 * (2 - (item.registers[0][1] in "LH"))
    return f"{value:0{width}X}h"


Kind = Callable[[Context, Item], Value]

# For pointers and for numbers: the first pattern that is found in the words decides.
POINTERS: tuple[tuple[re.Pattern[str], Kind], ...] = tuple(
    (re.compile(pattern), kind)
    for pattern, kind in (
        (r"ending in \$", _dollar),
        (r"\bFCB\b", _fcb),
        (r"\b(path|pattern|directory|string)\b", _text),
        (r"^file name$", _line),
        (r"^line buffer$", _read_line),
        (r"^parameters$", _exec),
        (r"^extended move$", _extended_move),
        (r"^expanded move$", _expanded_move),
        (r"^segment and relocation factor$", _overlay),
        (r"^registers$", _real_registers),
        (r"^find data$", _found),
        (r"^mode information$", _mode_information),
        (r"\b(buffer|data)\b", _bytes),
    )
)
NUMBERS: tuple[tuple[re.Pattern[str], Kind], ...] = tuple(
    (re.compile(pattern), kind)
    for pattern, kind in (
        (r"\(BCD\)", _bcd),
        (r"\battributes\b", _attributes),
        (r"^(handler|callback|real|protected|to protected|to real mode)$", _entry),
        (r"^version$", _version),
        (r"\bselector$", _hex),
        (r"^distance$", _signed),
        (r"^origin$", _origin),
        (r"^time$", _time),
        (r"^date$", _date),
        (r"\bcharacter\b", _character),
        (r"\bdrive \(0", _drive),
        (r"\bvector\b", _vector),
        (r"^mode$", _mode),
        (
            r"\b(handle|bytes|paragraphs|count|sectors?|clusters?|pages?|KB|rows?|columns?|lines?|records?|buttons?|year|"
            r"month|day|hour|minute|second|hundredths|us|position|code|milliseconds|words|ticks)\b",
            _decimal,
        ),
    )
)
_OF_TWO = (_entry, _version)  # registers


def show(context: Context, item: Item, *, modes: bool = False) -> Value:
    """An item's value for people; ``modes``: AL mode is that of a file."""
    try:
        if item.far:
            kind = next((kind for pattern, kind in POINTERS if pattern.search(item.words)), _far)
        else:
            kind = next((kind for pattern, kind in NUMBERS if pattern.search(item.words)), _hex)
            if (kind in _OF_TWO and len(item.registers) != 2) or (kind is _mode and not modes):
                kind = _hex
        return kind(context, item)
    except IndexError:  # a pointer that leads out of the RAM
        return _far(context, item)
