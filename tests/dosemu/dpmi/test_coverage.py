"""Each function of INT 31h, and each call that is carried over, is made by a client of 16 and by one of 32 bits.

The guest programs ``dpmi_*_16`` and ``dpmi_*_32`` are run and watched: functions must succeed, and fail with each of
their errors (DPMI 1.0; Ralf Brown's Interrupt List, INT 31h); calls of DOS and the BIOS must be made.
"""

from __future__ import annotations

import shutil
from collections import defaultdict
from pathlib import Path

import pytest

from dosemu import Machine
from dosemu.dpmi import int31, translation
from dosemu.dpmi.host import Host
from dosemu.dpmi.pointers import POINTERS, SEGMENT_RESULTS, Key
from dosemu.pytest_plugin.cases import Case
from dosemu.pytest_plugin.dos import schedule
from int21.registers import Registers
from int21.service import Service

PROGRAMS = Path(__file__).parents[2] / "programs"
Seen = defaultdict[tuple[int, bool], set[int]]  # function and whether of 32 bits: errors, 0 for success

# Errors that the host can give: there is no backing store, any address may be mapped, nothing is paged or locked.
ERRORS: dict[int, tuple[int, ...]] = {
    0x0000: (0x8011, 0x8021), 0x0001: (0x8022,), 0x0002: (0x8011,), 0x0006: (0x8022,), 0x0007: (0x8022,),
    0x0008: (0x8021, 0x8022), 0x0009: (0x8021, 0x8022), 0x000A: (0x8011, 0x8022), 0x000B: (0x8022,),
    0x000C: (0x8021, 0x8022), 0x000D: (0x8011, 0x8022), 0x000E: (0x8022,), 0x000F: (0x8021, 0x8022),
    0x0100: (0x0008, 0x8011), 0x0101: (0x8022,), 0x0102: (0x0008, 0x8011, 0x8022),
    0x0202: (0x8021,), 0x0203: (0x8021, 0x8022), 0x0205: (0x8022,), 0x0210: (0x8021,), 0x0211: (0x8021,),
    0x0212: (0x8021, 0x8022), 0x0213: (0x8021, 0x8022),
    0x0300: (0x8021,), 0x0301: (0x8012, 0x8021), 0x0302: (0x8021, 0x8022), 0x0303: (0x8015, 0x8022), 0x0304: (0x8024,),
    0x0500: (0x8025,), 0x0501: (0x8013, 0x8021), 0x0502: (0x8023,), 0x0503: (0x8013, 0x8021, 0x8023),
    0x0504: (0x8012, 0x8013, 0x8021, 0x8025), 0x0505: (0x8013, 0x8021, 0x8023), 0x0506: (0x8023, 0x8025),
    0x0507: (0x8002, 0x8021, 0x8023, 0x8025), 0x0508: (0x8003, 0x8023, 0x8025), 0x0509: (0x8003, 0x8023, 0x8025),
    0x050A: (0x8023,), 0x0600: (0x8025,), 0x0601: (0x8025,), 0x0602: (0x8025,), 0x0603: (0x8025,),
    0x0702: (0x8025,), 0x0703: (0x8025,), 0x0800: (0x8021,), 0x0801: (0x8025,), 0x0A00: (0x8001,),
    0x0B00: (0x8016, 0x8021, 0x8025), 0x0B01: (0x8023,), 0x0B02: (0x8023,), 0x0B03: (0x8023,),
    0x0C00: (0x8021,), 0x0D00: (0x8013, 0x8021), 0x0D01: (0x8023,), 0x0D02: (0x8018, 0x8019, 0x8023),
    0x0D03: (0x8002, 0x8023),
}  # fmt: skip

# Calls that need hardware or programs that the guest programs do without; the tables are the same for them.
NOT_MADE: set[Key] = {
    (0x2F, 0x15, 0x01), (0x2F, 0x15, 0x03), (0x2F, 0x15, 0x04), (0x2F, 0x15, 0x05), (0x2F, 0x15, 0x0D),
    (0x2F, 0x48, 0x10), (0x13, 0x05, None), (0x13, 0x08, None), (0x13, 0x48, None),
    *((0x10, ah, None) for ah in (0xF2, 0xF3, 0xF4, 0xF5, 0xF7)),
}  # fmt: skip


class Watch:
    """What the clients of all programs asked for."""

    def __init__(self) -> None:
        self.functions: Seen = defaultdict(set)
        self.calls: set[tuple[Key, bool]] = set()

    def call(self, host: Host, regs: Registers) -> Service | None:
        """INT 31h, noted."""
        function, wide = regs.ax, host.client.wide
        service = self.original(host, regs)
        self.functions[function, wide].add(regs.ax if regs.cf else 0)
        return service

    original = staticmethod(int31.call)

    def make(self, own: translation.Translation, key: Key) -> bool:
        """A call with pointers, noted."""
        self.calls.add((key, own.host.client.wide))
        return self.original_make(own, key)

    original_make = staticmethod(translation.Translation._make)


@pytest.fixture(scope="module")
def watch(tmp_path_factory: pytest.TempPathFactory) -> Watch:
    seen = Watch()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(int31, "call", seen.call)
        patch.setattr(translation.Translation, "_make", lambda own, key: seen.make(own, key))
        for source in sorted(PROGRAMS.glob("dpmi_*_[13][26]")):
            folder = tmp_path_factory.mktemp(source.name)
            shutil.copy(source / "main.com", folder / "MAIN.COM")
            case = Case.read(source)
            with Machine(
                folder / "MAIN.COM", case.args, stdio=True, stdin=case.stdin.encode(), **case.settings
            ) as machine:
                machine.engine.native_services = False
                schedule(machine, case.keys, case.mouse)
                machine.run(seconds=case.seconds)
                assert machine.exited, source.name
    return seen


@pytest.mark.parametrize("wide", [False, True], ids=["16-bit", "32-bit"])
def test_every_function_succeeds_and_fails_as_it_should(watch: Watch, wide: bool) -> None:
    functions = [(service.function or 0) << 8 | (service.subfunction or 0) for service in int31.TABLE]
    assert len(functions) >= 75
    wanted = {(function, error) for function in functions for error in (0, *ERRORS.get(function, ()))}
    seen = {(function, error) for (function, of), errors in watch.functions.items() if of == wide for error in errors}
    assert sorted(f"{function:04X}h: {error:04X}h" for function, error in wanted - seen) == []
    undocumented = {pair for pair in seen - wanted if pair[0] in functions}
    assert sorted(f"{function:04X}h: {error:04X}h" for function, error in undocumented) == []


@pytest.mark.parametrize("wide", [False, True], ids=["16-bit", "32-bit"])
def test_every_call_with_pointers_is_made(watch: Watch, wide: bool, tmp_path: Path) -> None:
    (tmp_path / "A.COM").write_bytes(b"\xc3")
    with Machine(tmp_path / "A.COM") as machine:
        special = {key for key in machine.dpmi.defaults.translation.special if key[0] not in (0x25, 0x26)}
    missing = {*POINTERS, *SEGMENT_RESULTS, *special} - NOT_MADE - {key for key, of in watch.calls if of == wide}
    assert sorted(f"{vector:02X}h/{ah:02X}h {al}" for vector, ah, al in missing) == []
    assert {vector for (vector, _, _), of in watch.calls if of == wide} >= {0x25, 0x26}
