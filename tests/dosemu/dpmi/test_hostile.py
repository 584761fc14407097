"""Clients that do everything wrong: the emulator goes on, whatever they are."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dosemu.dpmi.int31 import TABLE
from dosemu.dpmi.int31 import load as load_functions
from tests.dosemu.dpmi.clients import CODE, LEAVE, load, start

VALUES = st.sampled_from([0, 1, 0x0B, 0x10, 0x87, 0x8F, 0x97, 0x200, 0xFFFF, 0x110000, 0xFFFFFFFF]) | st.integers(
    0, 0xFFFFFFFF
)
load_functions()
FUNCTIONS = [(service.function or 0) << 8 | (service.subfunction or 0) for service in TABLE]
FAULT = 255


def run(code: bytes, *, wide: bool) -> None:
    """Run a client for some emulated milliseconds."""
    with tempfile.TemporaryDirectory() as folder, start(Path(folder), code, wide=wide) as machine:
        machine.run(seconds=0.01)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(code=st.binary(min_size=1, max_size=100), wide=st.booleans())
def test_random_code(code: bytes, wide: bool) -> None:
    run(code, wide=wide)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    calls=st.lists(st.tuples(st.sampled_from(FUNCTIONS), VALUES, VALUES, VALUES, VALUES, VALUES), max_size=12),
    wide=st.booleans(),
)
def test_random_calls(calls: list[tuple[int, int, int, int, int, int]], wide: bool) -> None:
    code = b"".join(
        load(ebx=ebx, ecx=ecx, edx=edx, esi=esi, edi=edi, eax=function) + b"\xcd\x31"
        for function, ebx, ecx, edx, esi, edi in calls
    )
    run(code + LEAVE, wide=wide)


@pytest.mark.parametrize(
    "code",
    [
        "b8 f8 ff 8e d8",  # a selector that is none
        "31 c0 8e d8 a0 00 00",  # through the null selector
        "0f 0b",  # an invalid opcode
        "ea 00 00 08 00",  # to a selector of ring 0
        "66 bc 00 00 00 00 b8 8f 00 8e d0 f6 f4",  # no stack to speak of
        "cd 20 00",  # the end, by INT 20h
    ],
)
@pytest.mark.parametrize("wide", [True, False])
def test_what_nobody_handles_ends_the_program(tmp_path: Path, code: str, wide: bool) -> None:
    with start(tmp_path, bytes.fromhex(code) + b"\xf1" * 4 + b"\xf7\xf0" * 8 + b"\x0f\x0b", wide=wide) as machine:
        machine.run(seconds=0.1)
        assert machine.exited
        assert machine.exit_code == (0 if code.startswith("cd 20") else FAULT)
        assert (machine.fault is None) == code.startswith("cd 20")


@pytest.mark.parametrize("wide", [True, False])
def test_a_handler_that_faults_itself_ends_the_program(tmp_path: Path, wide: bool) -> None:
    # mov ax, 203h; mov bl, 6; mov cx, cs; mov edx, here; int 31h; here: ud2
    head = bytes.fromhex("b8 03 02 b3 06 8c c9")
    at = CODE + len(head) + len(load(edx=0)) + 2
    code = head + load(edx=at) + bytes.fromhex("cd 31 0f 0b")
    with start(tmp_path, code, wide=wide) as machine:
        machine.run(seconds=0.1)
        assert machine.exit_code == FAULT
        assert "in its own handler" in (machine.fault or "")


def test_everything_is_given_back(tmp_path: Path) -> None:
    # 64 KB of memory, descriptors and a callback, then the end.
    code = load(eax=0x0501, ebx=1, ecx=0) + b"\xcd\x31" + load(eax=0, ecx=100) + b"\xcd\x31" + LEAVE
    with start(tmp_path, code) as machine:
        before = machine.dpmi.pool.total_free
        machine.run(seconds=0.1)
        assert machine.exit_code == 0
        assert machine.dpmi.pool.total_free == before
        assert not machine.dpmi.clients
        assert not machine.dpmi.crossings.depth
        assert not machine.dpmi.tables.used(0x87)
