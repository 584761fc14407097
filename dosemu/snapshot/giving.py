"""How objects get the state that a snapshot has of them, by the kind of their record."""

from __future__ import annotations

import io
import types
from functools import cached_property
from typing import Any

from dosemu.snapshot.records import Kind, fields_of


def _apply_object(thing: Any, state: dict[str, Any]) -> None:
    for name in fields_of(thing).keys() - state.keys():
        if not isinstance(getattr(type(thing), name, None), cached_property):
            object.__delattr__(thing, name)
    arguments: tuple[str, ...] = getattr(type(thing), "snapshot_arguments", ())
    if arguments:
        type(thing).__init__(thing, *(state[name] for name in arguments))
    for name, value in state.items():
        if name not in arguments:
            object.__setattr__(thing, name, value)


def _apply_closure(thing: types.FunctionType, state: list[tuple[types.CellType, Any]]) -> None:
    for cell, value in state:
        cell.cell_contents = value


def _apply_dict(thing: dict[Any, Any], state: dict[Any, Any]) -> None:
    thing.clear()
    thing.update(state)


def _apply_list(thing: list[Any], state: list[Any]) -> None:
    thing[:] = state


def _apply_items(thing: Any, state: list[Any]) -> None:
    thing.clear()
    if isinstance(thing, set):
        thing.update(state)
    else:
        thing.extend(state)


def _apply_stream(thing: io.BytesIO, state: tuple[int, bytes]) -> None:
    thing.seek(0)
    thing.truncate()
    thing.write(state[1])
    thing.seek(state[0])


_GIVE: dict[str, Any] = {
    Kind.OBJECT: _apply_object,
    Kind.CLOSURE: _apply_closure,
    Kind.DICT: _apply_dict,
    Kind.ORDERED: _apply_dict,
    Kind.LIST: _apply_list,
    Kind.SET: _apply_items,
    Kind.DEQUE: _apply_items,
    Kind.BYTEARRAY: _apply_list,
    Kind.STREAM: _apply_stream,
}


def give(kind: str, thing: Any, state: Any) -> None:
    """Make ``thing`` what ``state`` says; other kinds than these are restored elsewhere."""
    found = _GIVE.get(kind)
    if found is not None:
        found(thing, state)
