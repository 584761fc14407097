"""Run by test_hostile_snapshots.py in a process of its own: made-up states for native code, and made-up snapshots.

``python -m tests.dosemu.snapshot.fuzzing FOLDER SEED STATES SNAPSHOTS key=value...`` prints what went wrong.
"""

from __future__ import annotations

import contextlib
import dataclasses
import faulthandler
import json
import random
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from dosemu import Machine
from dosemu.errors import DosemuError
from dosemu.snapshot.records import Image
from hw.clock import Event
from tests.dosemu.guest import com

# Draw in mode 13h, make sound, read the timer, echo keys.
GUEST = "b81300 cd10 b800a0 8ec0 e461 0c03 e661 31ff 26aa 47 e440 e642 b401 cd16 74f4 b400 cd16 e642 b40e cd10 ebe8"
NUMBERS = [0, 1, -1, 7, 255, 256, 65535, 1 << 16, (1 << 31) - 1, 1 << 31, 1 << 32, 1 << 40, 1 << 62, (1 << 63) - 1,
           1 << 63, -(1 << 31), -(1 << 63), 1 << 70, 1.5, -1e300, float("nan"), float("inf")]  # fmt: skip
OTHERS = [None, True, False, "x", "", [], {}, (), b"", b"\xff" * 40]
TAGGED = [["t"], ["b", "ff" * 40], ["b", ""], ["r", 0], ["r", 5], ["r", 1 << 40], ["t", 1, 2, 3], ["B", 0], ["k"],
          ["c", "dosemu.machine:Machine"], ["f", "os:system"], ["n", "<f8", [1], ["b", ""]]]  # fmt: skip


def another(chance: random.Random, old: Any, others: list[Any]) -> Any:
    """A value that might be in the place of ``old``, or not at all."""
    match old:
        case bool():
            return not old if chance.random() < 0.7 else chance.choice(others)
        case int() if chance.random() < 0.8:
            return chance.choice([*NUMBERS, old + 1, old - 1, old + (1 << 31), old ^ 1 << chance.randrange(40), -old])
        case float() if chance.random() < 0.8:
            return chance.choice(NUMBERS)
        case bytes() if old and chance.random() < 0.9:
            if chance.random() < 0.3:
                return old[: chance.randrange(len(old))]
            changed = bytearray(old)
            for _ in range(chance.choice([1, 3, len(old)])):
                changed[chance.randrange(len(old))] = chance.choice([0, 255, 127, 128, chance.randrange(256)])
            return bytes(changed)
        case list() | tuple() if chance.random() < 0.5:
            return chance.choice([old[:-1], old + old[-1:], old[::-1], old * 2])
        case str() if chance.random() < 0.5:
            return chance.choice([old[:-2], old + "00", "ff" * (len(old) // 2)])
    return chance.choice(others)


def places(part: Any) -> Iterator[tuple[Any, Any]]:
    """All places in nested values."""
    items = part.items() if isinstance(part, dict) else enumerate(part) if isinstance(part, list) else ()
    for key, value in items:
        yield part, key
        yield from places(value)


def plain(value: Any) -> Any:
    """The same with lists for tuples, which can be changed; the chips take both."""
    match value:
        case dict():
            return {key: plain(item) for key, item in value.items()}
        case list() | tuple():
            return [plain(item) for item in value]
    return value


def natives(machine: Machine) -> list[Any]:
    """The objects of native code that the machine leads to."""
    found: dict[int, Any] = {}
    seen: set[int] = set()

    def walk(thing: Any, depth: int) -> None:
        if id(thing) in seen or depth > 5 or isinstance(thing, Event):
            return
        seen.add(id(thing))
        ours = type(thing).__module__.partition(".")[0] in ("hw", "int21", "dosemu")
        slots = any("__slots__" in vars(cls) for cls in type(thing).__mro__)
        if ours and not slots and not hasattr(thing, "__dict__") and hasattr(thing, "load") and hasattr(thing, "save"):
            found[id(thing)] = thing
        parts: Any = thing.values() if isinstance(thing, dict) else thing if isinstance(thing, list) else ()
        for part in [*parts, *(vars(thing).values() if ours and hasattr(thing, "__dict__") else ())]:
            walk(part, depth + 1)

    walk(machine, 0)
    return list(found.values())


def use(machine: Machine) -> None:
    machine.keyboard.tap("b")
    machine.mouse.move(3, 3)
    machine.run(seconds=0.04)
    machine.screen.image()
    machine.sound.mixer.flush()


def wrong_states(machine: Machine, seed: int, count: int) -> None:
    """Give chips made-up states; whatever they answer, the process and the machine must live."""
    chance = random.Random(seed)
    state = machine.snapshot()
    chips = natives(machine)
    assert len(chips) > 8, len(chips)
    for number in range(count):
        chip = chance.choice(chips)
        made_up = {"state": plain(chip.save())}
        for _ in range(chance.choice([1, 1, 2])):
            part, key = chance.choice(list(places(made_up)))
            part[key] = another(chance, part[key], [*NUMBERS, *OTHERS])
        try:
            chip.load(made_up["state"])
        except (ValueError, TypeError, LookupError, OverflowError, AttributeError):
            refused = True
        else:
            refused = False
        if number % 8 == 7 or not refused:
            try:
                use(machine)
            except Exception as error:
                print(f"seed {seed}, state {number}: {type(chip).__name__}: {error!r}")
                traceback.print_exc(limit=-2, file=sys.stdout)
            machine.restore(state)


def wrong_snapshots(machine: Machine, seed: int, count: int) -> None:
    """Restore made-up snapshots: all is well, or one SnapshotError."""
    chance = random.Random(seed)
    state = machine.snapshot()
    text = json.dumps(state.image.records)
    for number in range(count):
        records, blobs = json.loads(text), list(state.image.blobs)
        for _ in range(chance.choice([1, 1, 2, 3])):
            if chance.random() < 0.1:
                index = chance.randrange(len(blobs))
                blobs[index] = another(chance, blobs[index], [b""])
                continue
            part, key = chance.choice(list(places([record[3] for record in records])))
            part[key] = another(chance, part[key], [*NUMBERS, *TAGGED, None, True, "x", [], {}])
        try:
            other = Machine.from_snapshot(dataclasses.replace(state, image=Image(records, blobs)))
        except DosemuError as error:
            if "\n" in str(error):
                print(f"seed {seed}, snapshot {number}: more than one line: {error}")
            continue
        except Exception as error:
            print(f"seed {seed}, snapshot {number}: {error!r}")
            traceback.print_exc(limit=-3, file=sys.stdout)
            continue
        with other, contextlib.suppress(Exception):
            use(other)


def main(folder: str, seed: str, states: str, snapshots: str, *settings: str) -> None:
    faulthandler.enable()
    faulthandler.dump_traceback_later(240, exit=True)
    values = dict(setting.split("=") for setting in settings)
    with Machine(com(Path(folder), GUEST), size_mb=1, overlay=True, **values) as machine:
        machine.run(seconds=0.1)
        use(machine)
        wrong_states(machine, int(seed), int(states))
        wrong_snapshots(machine, int(seed), int(snapshots))
    print("done")


if __name__ == "__main__":
    main(*sys.argv[1:])
