"""The engine as an object: many in a process, closing, wrong use, its build, and Unicorn's own binding on it."""

from __future__ import annotations

import gc
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from dosemu.cpu.engine import Engine, EngineError, build_info
from hw.clock import Clock
from hw.memory import Memory
from hw.pic import Pic
from hw.ports import PortBus
from tests.dosemu.cpu.support import MS, real_mode, run


def resident_kb() -> int:
    found = re.search(r"VmRSS:\s+(\d+)", Path("/proc/self/status").read_text())
    assert found
    return int(found[1])


def test_many_engines_do_not_disturb_each_other() -> None:
    engines = [real_mode(bytes.fromhex(f"B8 {n:02X} 00 40 40 F4")) for n in range(20)]
    for engine in engines:
        engine.step(1)
    for number, engine in enumerate(engines):
        engine.halted = True
        assert engine.regs.ax == number + 2


@pytest.mark.parametrize("close", [True, False], ids=["closed", "dropped"])
def test_engines_leave_no_memory_behind(close: bool) -> None:
    """Fifty engines at a time: a leak would show in every round, the allocator's own habits only in the first."""
    growth = []
    for _ in range(5):
        before = resident_kb()
        for _ in range(50):
            engine = real_mode(bytes.fromhex("B9 10 00 40 E2 FD F4"))
            assert run(engine) == "halted for ever"
            if close:
                engine.close()
            del engine
        gc.collect()
        growth.append(resident_kb() - before)
    assert min(growth) < 2000  # 40 KB for each engine would be noticed


def test_a_closed_engine_says_so() -> None:
    engine = real_mode(b"\xf4")
    engine.close()
    engine.close()
    uses: list[Callable[[], str]] = [lambda: engine.run_until(MS), lambda: engine.step(1), engine.step_one]
    for use in uses:
        with pytest.raises(EngineError, match="closed"):
            use()
    engine.memory.set_u8(0x7C00, 1)
    assert engine.memory.u8(0x7C00) == 1


def test_wrong_arguments() -> None:
    with pytest.raises(ValueError, match="one of 8086"):
        Engine.bare(model="6502")
    with pytest.raises(ValueError, match="1,088 KB"):
        Engine.bare(size=0x100000)
    engine = Engine.bare()
    for page, target in ((0x110, 0), (0, 0x200)):
        with pytest.raises(ValueError, match="page"):
            engine.remap_page(page, target)
    with pytest.raises(ValueError, match="not in"):
        engine.interrupt(3, "trap")


def test_stop_before_and_between_runs() -> None:
    engine = real_mode(bytes.fromhex("EB FE"))
    engine.clock.after(2 * MS, engine.stop)
    assert run(engine) == "stopped"
    assert engine.clock.now_ps == 2 * MS
    assert run(engine, 1) == "time"


def test_without_rom_stores_reach_the_bios() -> None:
    ports = PortBus()
    engine = Engine(Memory(0x200000), Clock(), ports, Pic(ports), rom=False)
    engine.memory.write(0x7C00, bytes.fromhex("B8 00 F0 8E D8 C6 06 00 00 55 F4"))
    engine.regs.ip = 0x7C00
    assert run(engine) == "halted for ever"
    assert engine.memory.u8(0xF0000) == 0x55


def test_registers_save_and_restore() -> None:
    engine = real_mode(bytes.fromhex("B8 34 12 BB 78 56 F9 F4"))
    before = engine.regs.save()
    run(engine)
    assert engine.regs.save() != before
    engine.regs.restore(before)
    assert engine.regs.save() == before


def test_the_build_is_named() -> None:
    info = build_info()
    assert info["unicorn"] == "2.1.4"
    assert info["edits"] > 50
    assert len(info["library_sha256"]) == 64


BINDING = """
from dosemu.cpu.engine import Engine
engine = Engine.bare()
engine.memory.write(0x7C00, bytes.fromhex("B83412 A30005 F4"))
engine.regs.ip = 0x7C00
uc = engine.binding
from unicorn import UC_HOOK_CODE, UC_HOOK_MEM_WRITE
from unicorn.x86_const import UC_X86_REG_AX, UC_X86_REG_EIP, UC_X86_REG_BX
seen = []
uc.hook_add(UC_HOOK_MEM_WRITE, lambda uc, access, address, size, value, data: seen.append((address, size, value)))
uc.reg_write(UC_X86_REG_BX, 0x77)
print(engine.run_until(10**9))
print([hex(n) for n in (uc.reg_read(UC_X86_REG_AX), uc.reg_read(UC_X86_REG_EIP), engine.regs.bx)])
print(uc.mem_read(0x500, 2).hex(), seen)
uc.mem_write(0x7C00, bytes.fromhex("43 F4"))
engine.halted = False
engine.regs.ip = 0x7C00
engine.run_until(2 * 10**9)
print(engine.regs.bx)
del uc
engine.close()
print("closed")
"""

EMU_START = """
from dosemu.cpu.engine import Engine
engine = Engine.bare()
engine.memory.write(0x7C00, bytes.fromhex("B83412 40 40 F4"))
uc = engine.binding
uc.emu_start(0x7C00, 0, count=2)
print(hex(engine.regs.eip), hex(engine.regs.ax), engine.clock.cycles)
print(engine.run_until(10**9), hex(engine.regs.ax), engine.clock.cycles)
import unicorn
from unicorn.x86_const import UC_X86_REG_EAX
other = unicorn.Uc(unicorn.UC_ARCH_X86, unicorn.UC_MODE_32)
other.mem_map(0x1000, 0x1000)
other.mem_write(0x1000, bytes.fromhex("B9A0860100 40 E2FD 90"))
other.emu_start(0x1000, 0x1008)
print(other.reg_read(UC_X86_REG_EAX))
engine.halted = False
engine.regs.ip = 0x7C00
uc.hook_add(unicorn.UC_HOOK_CODE, lambda uc, address, size, data: uc.emu_stop(), None, 0x7C03, 0x7C03)
engine.flush()
print(engine.run_until(2 * 10**9), hex(engine.regs.eip))
"""

LATE = """
import unicorn
try:
    import dosemu.cpu.engine
except ImportError as error:
    print(error)
"""


def python(program: str) -> list[str]:
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=20)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_unicorns_own_binding_works_on_the_engines_cpu() -> None:
    """Registers, memory and hooks of ``unicorn.Uc``, in a process of its own: the order of imports matters."""
    assert python(BINDING) == [
        "halted for ever",
        "['0x1234', '0x7c07', '0x77']",
        "3412 [(1280, 2, 4660)]",
        str(0x78),
        "closed",
    ]


def test_emu_start_runs_without_a_budget_and_counts_time() -> None:
    """On the engine's CPU, and on one of the binding's own from the same library."""
    assert python(EMU_START) == [
        "0x7c04 0x1235 2",
        "halted for ever 0x1236 4",
        "100000",
        "stopped 0x7c03",
    ]


def test_the_binding_imported_too_early_is_refused() -> None:
    assert python(LATE) == [
        "the unicorn package was imported before dosemu and loaded its own library: import dosemu first"
    ]
