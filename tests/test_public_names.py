"""What docs/python.md, trace.md, replay.md, snapshots.md, debugger.md and testing.md offer has a runnable example each.

The examples are doctests. A method's or property's is in its own docstring or in that of its class.
"""

from __future__ import annotations

import importlib
import inspect
import re
from collections.abc import Iterator
from typing import Any

import pytest

PUBLIC = {
    "dosemu": ["Machine", "Settings", "Trace"],
    "dosemu.batch": ["Limits", "Row", "find_programs", "iterate_batch", "run_batch"],
    "dosemu.debug": ["Debugger", "Point", "Stop"],
    "dosemu.debug.coverage": ["Coverage", "CoverageReport"],
    "dosemu.debug.profile": ["Profile", "ProfileReport"],
    "dosemu.filesystem": ["FileSystem", "GuestDrive"],
    "dosemu.gym": ["DosEnv"],
    "dosemu.hooks": ["Arrival", "Hook", "InterruptCall", "MemoryAccess", "PortAccess"],
    "dosemu.joystick_input": ["JoystickInput"],
    "dosemu.keystrokes": ["KeyboardInput"],
    "dosemu.mouse_input": ["MouseInput"],
    "dosemu.places": ["Pointer"],
    "dosemu.pytest_plugin.dos": ["Dos"],
    "dosemu.replay": ["Recording", "Replayed", "open_replay", "replay"],
    "dosemu.runs": ["RunResult", "run_program"],
    "dosemu.screen": ["Screen"],
    "dosemu.snapshot": ["Snapshot"],
    "dosemu.symbols": ["Symbols"],
    "dosemu.trace": ["TraceFilter"],
}
# Of Machine and its parts: what connects them, and what front ends ask for.
WIRING = {
    "DosEnv.action_space",  # these two need gymnasium
    "DosEnv.observation_space",
    "Event.skip",  # shown where it can be
    "Driving.replay_ended",
    "Keeping.input_devices",
    "Keeping.live_lines",
    "Snapshot.memory_file",
    "Trace.attach",
    "Trace.before",
    "Trace.calls_guest",
    "Trace.enter",
    "Trace.interrupt",
    "Trace.leave",
    "Trace.wait",
}


def examples() -> Iterator[Any]:
    """Each public name with its docstring, and that of its class."""
    for module, names in PUBLIC.items():
        for name in names:
            thing = getattr(importlib.import_module(module), name)
            yield pytest.param(thing.__doc__, "", id=name)
            if not inspect.isclass(thing):
                continue
            for member in sorted(name for name in dir(thing) if not name.startswith("_")):
                found = inspect.getattr_static(thing, member)
                found = (
                    getattr(found, "fget", None) or getattr(found, "func", None) or getattr(found, "__func__", found)
                )
                if (
                    inspect.isfunction(found)
                    and found.__module__.startswith("dosemu")
                    and found.__qualname__ not in WIRING
                ):
                    yield pytest.param(found.__doc__, f"{member}\n{thing.__doc__}", id=f"{name}.{member}")


@pytest.mark.parametrize(("text", "of_class"), list(examples()))
def test_has_an_example(text: str | None, of_class: str) -> None:
    member, _, shown = of_class.partition("\n")
    assert text, "no docstring"
    lines = [line for line in shown.splitlines() if line.strip().startswith((">>>", "..."))]
    assert ">>>" in text or (member and any(re.search(rf"\.{member}\b", line) for line in lines)), text
