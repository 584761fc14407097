"""What a service takes and gives, read out of its declaration: registers, and words that say what they hold.

``takes="DS:DX path, AL mode"`` names two items. The words decide how an item is shown, by ``KINDS``; a new kind is
a function here and a line there. Words that are in no line are numbers.

>>> [(item.registers, item.words) for item in parse("CX:DX distance, AL origin")]
[(('CX', 'DX'), 'distance'), (('AL',), 'origin')]
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from int21.drive import Attribute

if TYPE_CHECKING:
    from dosemu.cpu.registers import Registers
    from hw.memory import Memory

Value = int | str
SHOWN_BYTES = 32
_LONGEST_TEXT = 128

_REGISTER = r"E?[ABCD]X|[ABCD][HL]|E?[SD]I|E?[BS]P|[CDESFG]S"
_ITEM = re.compile(rf"^({_REGISTER})(?:([:.=])({_REGISTER}))?(?:\s+(.*))?$")
_SEGMENTS = frozenset({"CS", "DS", "ES", "SS"})
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
    for piece in re.split(r"[,;]\s+", text):
        match = _ITEM.match(piece.strip())
        if match is None:
            continue
        first, sign, second, words = match.groups()
        registers = (first,) if second is None or sign != ":" else (first, second)
        if not words:
            bare.append(registers)
            continue
        if words.split()[0].rstrip("h:").isalnum() and re.match(r"^[0-9A-F]+h?(:|$|\s)", words):
            words = ""  # "AL 0: done" says what a value means
        for earlier in bare:
            items.append(Item(earlier, words, _label(earlier, words)))
        bare.clear()
        items.append(Item(registers, words, _label(registers, words)))
    items.extend(Item(registers, "", _label(registers, "")) for registers in bare)
    return tuple(items)


def _label(registers: tuple[str, ...], words: str) -> str:
    label = _PARENTHESIS.sub("", words).partition(":")[0].strip()
    return label if label and len(label) <= 24 else ":".join(registers)


@dataclass(slots=True)
class Context:
    """Where values come from: the registers as they were noted, and guest memory."""

    regs: dict[str, int]
    bases: dict[str, int]
    memory: Memory
    count: int | None = None  # bytes in a buffer

    def read(self, item: Item) -> int:
        """The item's number: 32 bits for a pair."""
        value = 0
        for name in item.registers:
            value = value << 16 | self.register(name)
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
        return self.bases[item.registers[0].lower()] + self.register(item.registers[1]) & 0xFFFFFFFF


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


def _fcb(context: Context, item: Item) -> Value:
    at = context.address(item)
    data = context.memory.read(at, 20)
    if data[0] == 0xFF:
        data = data[7:]
    name, extension = (part.decode("cp437").rstrip() for part in (data[1:9], data[9:12]))
    drive = f"{chr(64 + data[0])}:" if 0 < data[0] <= 26 else ""
    return f'"{drive}{name}.{extension}"' if extension else f'"{drive}{name}"'


def _decimal(context: Context, item: Item) -> Value:
    return context.read(item)


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
    width = (
        8 if len(item.registers) == 2 or item.registers[0].startswith("E") else 2 * (2 - (item.registers[0][1] in "LH"))
    )
    return f"{value:0{width}X}h"


Kind = Callable[[Context, Item], Value]

# For pointers and for numbers: the first pattern that is found in the words decides.
POINTERS: tuple[tuple[re.Pattern[str], Kind], ...] = tuple(
    (re.compile(pattern), kind)
    for pattern, kind in (
        (r"ending in \$", _dollar),
        (r"\bFCB\b", _fcb),
        (r"\b(path|pattern|directory|string)\b", _text),
        (r"\b(buffer|data)\b", _bytes),
    )
)
NUMBERS: tuple[tuple[re.Pattern[str], Kind], ...] = tuple(
    (re.compile(pattern), kind)
    for pattern, kind in (
        (r"\battributes\b", _attributes),
        (r"\bcharacter\b", _character),
        (r"\bdrive \(0", _drive),
        (r"\bvector\b", _vector),
        (r"^mode$", _mode),
        (
            r"\b(handle|bytes|paragraphs|count|sectors?|clusters?|pages?|KB|rows?|columns?|lines?|records?|buttons?|year|"
            r"month|day|hour|minute|second|distance|position|code|milliseconds|words|ticks)\b",
            _decimal,
        ),
    )
)


def show(context: Context, item: Item, *, modes: bool = False) -> Value:
    """An item's value for people; ``modes``: AL mode is that of a file."""
    try:
        if item.far:
            kind = next((kind for pattern, kind in POINTERS if pattern.search(item.words)), _far)
        else:
            kind = next((kind for pattern, kind in NUMBERS if pattern.search(item.words)), _hex)
            if kind is _mode and not modes:
                kind = _hex
        return kind(context, item)
    except IndexError:  # a pointer that leads out of the RAM
        return _far(context, item)
