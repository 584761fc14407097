"""Code that changes: by itself, through aliases, from another ring, by the host; and what memory is there."""

from __future__ import annotations

import struct
from collections.abc import Callable
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dosemu.cpu.engine import Engine
from tests.dosemu.cpu.support import (
    ORIGIN,
    RING0,
    Protected,
    handler,
    real_mode,
    run,
    to_ring3,
)


def test_the_very_next_instruction() -> None:
    # mov byte [7C05], 43h; inc ax (becomes inc bx); hlt
    engine = real_mode(bytes.fromhex("C6 06 05 7C 43 40 F4"))
    assert run(engine) == "halted for ever"
    assert (engine.regs.ax, engine.regs.bx) == (0, 1)


def test_own_block_while_it_loops() -> None:
    """A loop that changes its own immediate adds 0 + 1 + ... + 9."""
    engine = real_mode(
        bytes.fromhex(
            "B9 0A 00"  # mov cx, 10
            "05 00 00"  # again: add ax, 0
            "FE 06 04 7C"  # inc byte [0x7c04]
            "E2 F7"  # loop again
            "F4"  # hlt
        )
    )
    assert run(engine) == "halted for ever"
    assert engine.regs.ax == sum(range(10))


def test_own_page_other_block() -> None:
    # call 7C20 (inc ax; ret); change it to inc bx; call again
    engine = real_mode(bytes.fromhex("E8 1D 00 C6 06 20 7C 43 E8 15 00 F4"))
    engine.memory.write(0x7C20, bytes.fromhex("40 C3"))
    assert run(engine) == "halted for ever"
    assert (engine.regs.ax, engine.regs.bx) == (1, 1)


def test_another_page_and_data_beside_code() -> None:
    """Stores beside code leave it alone; stores to it change it."""
    engine = real_mode(bytes.fromhex("BB 00 40 FF D3 C6 47 10 77 FF D3 C6 07 42 FF D3 F4"))
    engine.memory.write(0x4000, bytes.fromhex("40 C3"))  # inc ax (later inc dx); ret
    assert run(engine) == "halted for ever"
    assert (engine.regs.ax, engine.regs.dx, engine.memory.u8(0x4010)) == (2, 1, 0x77)


def test_code_that_is_written_again_as_it_was_is_not_translated_again() -> None:
    """As int86() of Turbo C does, which puts its INT n on the stack for each call; another number is another code."""
    engine = real_mode(
        bytes.fromhex(
            "B9 E8 03"  # mov cx, 1000
            "BB 00 40"  # mov bx, 4000
            "C6 07 40"  # again: mov byte [bx], 40: inc ax
            "C6 47 01 C3"  # mov byte [bx+1], C3: ret
            "FF D3"  # call bx
            "E2 F5"  # loop again
            "C6 07 42"  # mov byte [bx], 42: inc dx
            "FF D3"  # call bx
            "F4"  # hlt
        )
    )
    assert run(engine) == "halted for ever"
    assert (engine.regs.ax, engine.regs.dx) == (1000, 1)
    assert engine.statistics()["translated"] < 50


def test_rep_movs_over_code_behind_and_ahead() -> None:
    """REP MOVSB copies a routine over one that ran, and over the instruction after itself."""
    engine = real_mode(
        bytes.fromhex("E8 FD 03 BE 00 50 BF 00 80 B9 02 00 F3 A4 E8 EF 03 BE 10 50 BF 1B 7C B1 01 F3 A4 40 F4")
    )
    engine.memory.write(0x8000, bytes.fromhex("40 C3"))
    engine.memory.write(0x5000, bytes.fromhex("43 C3"))
    engine.memory.write(0x5010, b"\x42")
    assert run(engine) == "halted for ever"
    assert (engine.regs.ax, engine.regs.bx, engine.regs.dx) == (1, 1, 1)


def test_stores_through_an_alias() -> None:
    """Page 4 also shows at page 0E0h: a store there changes the code at 4000h."""
    engine = real_mode(bytes.fromhex("BB 00 40 FF D3 B8 00 E0 8E D8 C6 06 00 00 42 31 C0 8E D8 FF D3 F4"))
    engine.memory.write(0x4000, bytes.fromhex("43 C3"))
    engine.remap_page(0xE0, 4)
    engine.regs.bx = 0
    engine.memory.write(0x4000, bytes.fromhex("41 C3"))  # inc cx; ret
    assert run(engine) == "halted for ever"
    assert (engine.regs.cx, engine.regs.dx) == (1, 1)
    assert engine.memory.u8(0xE0000) == 0


def test_code_run_through_an_alias_and_changed_at_home() -> None:
    engine = real_mode(
        bytes.fromhex("9A 00 00 00 E0 C6 06 00 40 42 9A 00 00 00 E0 F4")
    )  # call E000:0; mov [4000h]; ...
    engine.memory.write(0x4000, bytes.fromhex("41 CB"))
    engine.remap_page(0xE0, 4)
    assert run(engine) == "halted for ever"
    assert (engine.regs.cx, engine.regs.dx) == (1, 1)


def test_a_remapped_page_shows_the_other_one_at_once() -> None:
    engine = real_mode(bytes.fromhex("B8 00 E0 8E D8 A0 00 00 E6 51 A0 00 00 F4"))
    engine.memory.set_u8(0x110000, 0x11)
    engine.memory.set_u8(0x111000, 0x22)
    engine.remap_page(0xE0, 0x110)
    seen: list[int] = []

    def switch(port: int, value: int) -> None:
        seen.append(value)
        engine.remap_page(0xE0, 0x111)

    engine.ports.on_write([0x51], switch)
    assert run(engine) == "halted for ever"
    assert (seen, engine.regs.al) == ([0x11], 0x22)


def test_stores_from_another_ring() -> None:
    """Ring 3 runs a routine, ring 0 changes it, ring 3 runs it again."""
    machine = Protected.build(
        to_ring3(),
        ring3=bytes.fromhex(
            "E8 FB 0F 00 00"  # call 0x21000
            "CD 30"  # int 0x30
            "E8 F4 0F 00 00"  # call 0x21000
            "CD 31"  # int 0x31
        ),
    )
    machine.load_task()
    memory = machine.engine.memory
    memory.write(0x21000, bytes.fromhex("41 C3"))  # inc ecx; ret
    memory.write(0x11000, bytes.fromhex("C6 05 00 10 02 00 42 CF"))  # mov byte [21000h], 42h; iretd
    machine.vector(0x30, bytes.fromhex("00 10 08 00 00 EE 01 00"))
    machine.vector(0x31, bytes.fromhex("10 53 08 00 00 EE 00 00"))
    assert run(machine.engine) == "halted for ever"
    assert (machine.engine.regs.ecx, machine.engine.regs.edx) == (1, 1)


def test_host_writes_change_code_that_ran() -> None:
    engine = real_mode(bytes.fromhex("40 E6 51 EB FB"))  # inc ax; out 51h, al; jmp back
    count: list[int] = []

    def write(port: int, value: int) -> None:
        count.append(value)
        if len(count) == 3:
            engine.memory.set_u8(ORIGIN, 0x43)
        if len(count) == 6:
            engine.memory.write(ORIGIN, b"\xf4")

    engine.ports.on_write([0x51], write)
    assert run(engine) == "halted for ever"
    assert (engine.regs.ax, engine.regs.bx) == (3, 3)
    assert engine.has_code(ORIGIN)


def test_every_kind_of_host_write() -> None:
    writes: dict[str, Callable[[Engine], None]] = {
        "write": lambda engine: engine.memory.write(0x8000, b"\x43"),
        "fill": lambda engine: engine.memory.fill(0x8000, 1, 0x43),
        "set_u8": lambda engine: engine.memory.set_u8(0x8000, 0x43),
        "set_u16": lambda engine: engine.memory.set_u16(0x7FFF, 0x4300),
        "set_u32": lambda engine: engine.memory.set_u32(0x7FFD, 0x43000000),
        "item": lambda engine: engine.memory.__setitem__(0x8000, 0x43),
    }
    for name, write in writes.items():
        engine = real_mode(bytes.fromhex("E8 FD 03 E6 51 E8 F8 03 F4"))  # call 8000h; out 51h, al; call 8000h; hlt
        engine.memory.write(0x8000, bytes.fromhex("41 C3"))
        engine.ports.on_write([0x51], partial(lambda e, w, port, value: w(e), engine, write))
        assert run(engine) == "halted for ever", name
        assert (engine.regs.cx, engine.regs.bx) == (1, 1), name


def test_the_bios_ignores_stores() -> None:
    engine = real_mode(bytes.fromhex("B8 00 F0 8E D8 C7 06 00 10 34 12 A1 00 10 F4"))
    engine.memory.set_u16(0xF1000, 0xBEEF)
    assert run(engine) == "halted for ever"
    assert (engine.regs.ax, engine.memory.u16(0xF1000)) == (0xBEEF, 0xBEEF)


def test_nothing_above_the_ram() -> None:
    """Reads give ones, stores go nowhere, and code there is an invalid opcode, not the end of the host."""
    machine = Protected.build(
        bytes.fromhex(
            "A1 00 00 40 00"  # mov eax, [0x400000]
            "C7 05 00 00 40 00 78 56 34 12"  # mov dword [0x400000], 0x12345678
            "8B 1D 00 00 40 00"  # mov ebx, [0x400000]
            "8A 0D F0 FF FF FF"  # mov cl, [0xfffffff0]
            "8B 15 FE FF 3F 00"  # mov edx, [0x3ffffe]
            "B8 00 00 00 80"  # mov eax, 0x80000000
            "FF E0"  # jmp eax
        ),
        size=0x400000,
    )
    machine.engine.memory.set_u16(0x3FFFFE, 0x1111)
    assert run(machine.engine) == "halted for ever"
    regs = machine.engine.regs
    assert (regs.ebx, regs.cl, regs.edx) == (0xFFFFFFFF, 0xFF, 0xFFFF1111)
    assert (regs.edi, machine.stack(1)) == (6, [0x80000000])


def test_a20_closed_wraps_and_open_does_not() -> None:
    # ds = FFFFh: ds:0510 is 100500h, or 500h without A20
    code = bytes.fromhex("B8 FF FF 8E D8 A0 10 05 C6 06 11 05 77 F4")
    for on, low, high in ((True, 0, 0x77), (False, 0x77, 0)):
        engine = real_mode(code)
        engine.memory.set_u8(0x500, 0x11)
        engine.memory.set_u8(0x100500, 0x22)
        engine.set_a20(on)
        assert run(engine) == "halted for ever"
        assert engine.regs.al == (0x22 if on else 0x11)
        assert (engine.memory.u8(0x501), engine.memory.u8(0x100501)) == (low, high)


def test_a20_switched_in_the_middle_of_a_program() -> None:
    engine = real_mode(bytes.fromhex("B8 FF FF 8E D8 A0 10 05 E6 51 A0 10 05 E6 51 A0 10 05 F4"))
    engine.memory.set_u8(0x500, 0x11)
    engine.memory.set_u8(0x100500, 0x22)
    seen: list[int] = []

    def switch(port: int, value: int) -> None:
        seen.append(value)
        engine.set_a20(len(seen) % 2 == 0)

    engine.ports.on_write([0x51], switch)
    engine.set_a20(True)
    assert run(engine) == "halted for ever"
    assert ([*seen, engine.regs.al]) == [0x22, 0x11, 0x22]


def test_code_at_the_end_of_memory_and_across_pages() -> None:
    engine = real_mode(bytes.fromhex("E9 FB 83"))  # jmp 0FFFEh
    engine.memory.write(0xFFFE, bytes.fromhex("90 B8 34 12 F4"))  # nop; mov ax, 1234h over the segment's end
    assert run(engine) == "halted for ever"
    assert engine.regs.ax == 0x1234


def outcome(engine: Engine, single: bool) -> tuple[int, dict[str, int], bytes]:
    for _ in range(400 if single else 1):
        if single:
            engine.flush()
            reason = engine.step_one()
        else:
            reason = engine.step(400)
        if reason in ("halt", "shutdown"):
            break
    return engine.clock.cycles, engine.regs.save(), engine.memory.read(0, 0x20000)


STORES = st.lists(
    st.sampled_from(
        [
            "C6 06 {0:02X} 7C {1:02X}",  # mov byte [7Cxx], imm
            "88 26 {0:02X} 7C",  # mov [7Cxx], ah
            "40",
            "01 D8",
            "FE 06 {0:02X} 7C",  # inc byte [7Cxx]
            "E2 FE",
            "75 02",
            "AA",  # stosb
            "A4",
            "90",
        ]
    ).flatmap(
        lambda text: st.builds(text.format, st.integers(0, 0x7F), st.sampled_from([0x40, 0x43, 0x90, 0xAA, 0x41]))
    ),
    min_size=4,
    max_size=30,
)


@settings(max_examples=60, deadline=None)
@given(STORES)
def test_blocks_and_single_steps_agree_on_self_modifying_code(pieces: list[str]) -> None:
    code = bytes.fromhex(" ".join(pieces))[:0x7E] + b"\xf4"
    results = []
    for single in (False, True):
        engine = real_mode(code)
        handler(engine, 6, 0x700, b"\xf4")
        engine.regs.di, engine.regs.si, engine.regs.cx = 0x7C08, 0x7C10, 3
        engine.regs.eax = 0x40
        results.append(outcome(engine, single))
        engine.close()
    cycles = [result[0] for result in results]
    if cycles[0] == cycles[1]:  # both ended by themselves
        assert results[0] == results[1]
    else:
        assert max(cycles) >= 400


PATCHED = {
    # code of 32 bits with a field that a loop changes: instruction before the field, its size, rest, what EAX gains
    "add eax, imm32": ("05", 4, "", lambda n: n),
    "add eax, imm8": ("83 C0", 1, "", lambda n: n if n < 128 else n - 256),
    "mov edx, imm32": ("BA", 4, "01 D0", lambda n: n),
    "mov dl, imm8": ("31 D2 B2", 1, "01 D0", lambda n: n),
    "push imm32": ("68", 4, "5A 01 D0", lambda n: n),
    "push imm8": ("6A", 1, "5A 01 D0", lambda n: n if n < 128 else n - 256),
    "imul edx, esi, imm32": ("69 D6", 4, "01 D0", lambda n: 3 * n),
    "imul edx, esi, imm8": ("6B D6", 1, "01 D0", lambda n: 3 * (n if n < 128 else n - 256)),
    "mov dword [esp], imm32": ("52 C7 04 24", 4, "5A 01 D0", lambda n: n),
    "lea edx, [esi + disp32]": ("8D 96", 4, "01 D0", lambda n: 3 + n),
    "lea edx, [disp32]": ("8D 15", 4, "01 D0", lambda n: n),
    "lea edx, [esi * 4 + disp32]": ("8D 14 B5", 4, "01 D0", lambda n: 12 + n),
    "shl edx, imm8": ("89 F2 C1 E2", 1, "01 D0", lambda n: 3 << (n & 31)),
    "mov dl, [disp32]": ("31 D2 8A 15", 4, "01 D0", lambda n: n & 0xFF),
}


@pytest.mark.parametrize("name", PATCHED)
def test_operands_that_are_patched_again_and_again(name: str) -> None:
    """Each of 40 rounds writes the operand, from a block of its own, and runs the instruction twice."""
    start, size, rest, gain = PATCHED[name]
    # again: mov [field], ebx (or bl); mov ecx, 2
    # inner: the instruction; dec ecx; jnz inner; inc ebx; cmp ebx, 240; jne again; hlt
    head = bytes.fromhex("89 1D" if size == 4 else "88 1D")
    before = bytes.fromhex(start)
    field = RING0 + len(head) + 4 + 5 + len(before)
    inner = before + bytes(size) + bytes.fromhex(rest)
    loop = inner + b"\x49\x75" + struct.pack("b", -len(inner) - 3)
    body = head + struct.pack("<I", field) + b"\xb9\x02\0\0\0" + loop + bytes.fromhex("43 81 FB F0 00 00 00")
    p = Protected.build(body + b"\x75" + struct.pack("b", -len(body) - 2) + b"\xf4")
    p.engine.memory.write(0, bytes(range(256)))
    p.engine.regs.ebx, p.engine.regs.esi = 200, 3
    assert run(p.engine, 100) == "halted for ever"
    assert p.engine.regs.eax == sum(2 * gain(n) for n in range(200, 240)) & 0xFFFFFFFF


def test_an_operand_that_is_also_an_instruction() -> None:
    """A block that begins inside a patched operand is code there: stores to it change what it does."""
    # again: mov [operand], bl; call whole; call operand; add edi, 1; add bl, 1; cmp bl, 48h; jne again; hlt
    # whole: add eax, imm32; ret, the operand being an INC that BL chooses, and RET
    whole = RING0 + 0x40
    body = b"\x88\x1d" + struct.pack("<I", whole + 1)
    body += b"\xe8" + struct.pack("<i", 0x40 - len(body) - 5)
    body += b"\xe8" + struct.pack("<i", 0x41 - len(body) - 5)
    body += bytes.fromhex("83 C7 01 80 C3 01 80 FB 48")
    p = Protected.build(body + b"\x75" + struct.pack("b", -len(body) - 2) + b"\xf4")
    p.engine.memory.write(whole, bytes.fromhex("05 90 C3 00 00 C3"))
    for _ in range(8):  # often enough for the operand to be loaded
        p.engine.halted = False
        p.engine.regs.eip, p.engine.regs.ebx = RING0, 0x46  # inc esi, then inc edi
        assert run(p.engine, 10) == "halted for ever"
    assert (p.engine.regs.esi, p.engine.regs.edi) == (8, 24)
