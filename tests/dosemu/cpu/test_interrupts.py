"""Interrupts and faults in real mode: INT n against fault n, the trap flag, the interrupt shadow, HLT."""

from __future__ import annotations

import pytest

from dosemu.cpu.engine import Engine
from tests.dosemu.cpu.support import HALT, MS, ORIGIN, handler, real_mode, run

IRQ0_VECTOR = 8


def services(engine: Engine) -> list[tuple[int, str, int]]:
    """Let every vector point at its stub; returns the list that (vector, kind, IP) of each service goes to."""
    seen: list[tuple[int, str, int]] = []
    for vector in range(256):
        engine.memory.set_u32(vector * 4, 0xF0000000 | vector * 8)

    def on_service(vector: int, kind: str) -> None:
        seen.append((vector, kind, engine.regs.ip))
        if kind == "fault":
            engine.stop()

    engine.on_service = on_service
    engine.filter_services(True)
    return seen


@pytest.mark.parametrize(
    ("vector", "code"),
    [
        (0, "F7 F1"),  # div cx, with CX = 0
        (0, "D4 00"),  # aam 0
        (5, "62 06 00 05"),  # bound ax, [500h]: 0 to 0
        (6, "0F 0B"),  # ud2
        (6, "FE F8"),  # no such operation
        (13, "66 66 66 66 66 66 66 66 66 66 66 66 66 66 66 90"),  # longer than 15 bytes
    ],
)
def test_a_fault_points_at_its_instruction_and_an_int_past_it(vector: int, code: str) -> None:
    fault = real_mode(bytes.fromhex(code))
    fault.regs.eax = 5
    seen = services(fault)
    assert run(fault) == "stopped"
    assert seen == [(vector, "fault", ORIGIN)]

    software = real_mode(bytes.fromhex(f"CD {vector:02X} F4"))
    seen = services(software)
    assert run(software) == "halted for ever"
    assert seen == [(vector, "int", ORIGIN + 2)]


def test_delivered_ints_and_faults_push_the_same_addresses() -> None:
    for code, pushed in (("CD 06 F4", ORIGIN + 2), ("0F 0B F4", ORIGIN), ("CC F4", ORIGIN + 1), ("F1 F4", ORIGIN + 1)):
        engine = real_mode(bytes.fromhex(code))
        assert run(engine) == "halted for ever"
        assert engine.regs.ip == HALT + 1
        assert engine.memory.u16(engine.regs.sp) == pushed
        assert engine.kind == ("int" if code[0] == "C" else "fault")


def test_faults_in_a_row_stay_what_they_are() -> None:
    """A swallowed fault leaves no double fault behind: four divisions by zero are four faults 0."""
    engine = real_mode(bytes.fromhex("F7 F1 F7 F1 F7 F1 F7 F1 F4"))
    seen = services(engine)
    for _ in range(4):
        assert run(engine) == "stopped"
        engine.regs.ip += 2
    assert run(engine) == "halted for ever"
    assert [vector for vector, _, _ in seen] == [0, 0, 0, 0]
    assert engine.old_exception == -1


def test_a_loop_of_faults_costs_time() -> None:
    """A handler that faults itself cannot hold the machine: each fault is charged."""
    engine = real_mode(bytes.fromhex("F7 F1"))
    handler(engine, 0, 0x700, bytes.fromhex("F7 F1"))
    assert run(engine, 1) == "time"
    assert engine.clock.cycles >= 3000


def test_into_int3_and_bound() -> None:
    engine = real_mode(
        bytes.fromhex(
            "B0 7F"  # mov al, 0x7f
            "CE"  # into
            "FE C0"  # inc al
            "CE"  # into
            "F8"  # clc
            "CC"  # int3
            "F4"  # hlt
        )
    )
    handler(engine, 4, 0x700, bytes.fromhex("FE C3 CF"))  # inc bl; iret
    handler(engine, 3, 0x710, bytes.fromhex("FE C7 CF"))  # inc bh; iret
    assert run(engine) == "halted for ever"
    assert (engine.regs.bl, engine.regs.bh) == (1, 1)
    assert engine.clock.cycles == 7 + 4


def test_bound_takes_signed_limits() -> None:
    engine = real_mode(bytes.fromhex("62 06 00 05 F4"))  # bound ax, [500h]; hlt
    engine.memory.set_u16(0x500, 0xFFF0)
    engine.memory.set_u16(0x502, 0x0010)
    engine.regs.ax = 0xFFF0
    assert run(engine) == "halted for ever"
    assert engine.regs.ip == ORIGIN + 5


TRAPPED = bytes.fromhex(
    "68 02 01"  # push 0x102
    "9D"  # popf
    "90"  # nop
    "40"  # inc ax
    "CD 40"  # int 0x40
    "68 02 00"  # push 0x2
    "9D"  # popf
    "90"  # nop
    "F4"  # hlt
)


def test_the_trap_flag_stops_after_each_instruction() -> None:
    """From the instruction after POPF to the POPF that clears it; an INT runs its handler untraced."""
    engine = real_mode(TRAPPED)
    handler(engine, 0x40, 0x720, bytes.fromhex("43 CF"))  # inc bx; iret
    # Handler of INT 1 keeps the return address: mov bp, sp; mov ax, [bp]; stosw; iret
    handler(
        engine,
        1,
        0x700,
        bytes.fromhex(
            "55"  # push bp
            "50"  # push ax
            "89 E5"  # mov bp, sp
            "8B 46 04"  # mov ax, [bp+4]
            "AB"  # stosw
            "58"  # pop ax
            "5D"  # pop bp
            "CF"  # iret
        ),
    )
    engine.regs.di = 0x4000
    assert run(engine) == "halted for ever"
    addresses = [engine.memory.u16(0x4000 + 2 * i) for i in range((engine.regs.di - 0x4000) // 2)]
    # After nop and inc ax; not after the INT; after the push that its IRET goes to, and the POPF that clears TF.
    assert addresses == [ORIGIN + 5, ORIGIN + 6, ORIGIN + 11, ORIGIN + 12]
    assert engine.regs.bx == 1


def test_iret_with_the_trap_flag_traps_after_one_instruction() -> None:
    engine = real_mode(
        bytes.fromhex(
            "68 02 01"  # push 0x102
            "0E"  # push cs
            "68 08 7C"  # push 0x7c08
            "CF"  # iret
            "90"  # nop
            "40"  # inc ax
            "40"  # inc ax
            "F4"  # hlt
        )
    )
    handler(engine, 1, 0x700, bytes.fromhex("F4"))
    assert run(engine) == "halted for ever"
    assert engine.regs.ax == 0
    assert engine.memory.u16(engine.regs.sp) == 0x7C09


def test_int_1_is_only_single_step_by_dr6() -> None:
    engine = real_mode(bytes.fromhex("68 02 01 9D 40 F4"))  # push 102h; popf; inc ax; hlt
    assert run(engine) == "halted for ever"
    assert engine.regs.system("dr6") & 0x4000
    assert not engine.regs.trap


@pytest.mark.parametrize(
    ("code", "taken_at"),
    [
        ("FB 40 40 40 FA F4", 2),  # sti; inc ax: one instruction is shielded
        ("FB FB 40 40 FA F4", 2),  # sti; sti: the second one is what the first one shields
        ("FB FA 40 40 40 F4", None),  # sti; cli: no window at all
        ("FB 8E D1 40 40 FA F4", 3),  # sti; mov ss, cx: of two shields in a row only the first counts
        ("FB 51 17 40 40 FA F4", 2),  # sti; push cx
        ("68 06 7C FB C3 90 40 40 FA F4", 6),  # push 7c06; sti; ret
        ("FB EB 01 90 40 40 FA F4", 4),  # sti; jmp
        ("FB E8 01 00 90 40 40 FA F4", 5),  # sti; call
        ("41 FB E2 01 90 40 40 FA F4", 4),  # inc cx; sti; loop: to the next
        ("FB 8E D1 BC 00 70 40 FA F4", 3),  # sti; mov ss, cx; mov sp
        ("8E D1 FB 40 40 FA F4", 3),  # mov ss, cx; sti: the second one is what the first one shields
        ("FB CD 30 40 40 FA F4", 3),  # sti; int 30h, which comes back with IRET
        ("FB C6 06 06 7C 40 90 90 FA F4", 6),  # sti; mov byte [7c06], 40: code of this block
        ("B9 02 00 FB F3 AA 40 FA F4", 4),  # mov cx, 2; sti; rep stosb: behind its first round
    ],
)
@pytest.mark.parametrize("translated", [False, True])
def test_the_interrupt_shadow(code: str, taken_at: int | None, translated: bool) -> None:
    """The request is there before STI: it is taken exactly one instruction after STI, MOV SS and POP SS."""
    engine = real_mode(bytes.fromhex(code))
    handler(engine, IRQ0_VECTOR, 0x700, b"\xf4")
    handler(engine, 0x30, 0x710, b"\xcf")
    engine.regs.di = 0x6000
    if translated:  # the same without a request, so that all blocks are there and lead to each other
        for _ in range(2):
            assert run(engine) == "halted for ever"
            engine.regs.ip, engine.regs.sp, engine.regs.ss = ORIGIN, 0x7000, 0
            engine.regs.ecx = engine.regs.eax = 0
            engine.halted = False
    engine.pic.raise_irq(0)
    assert run(engine) == "halted for ever"
    if taken_at is None:
        assert engine.regs.ip == ORIGIN + len(bytes.fromhex(code))
    else:
        assert engine.memory.u16(engine.regs.sp) == ORIGIN + taken_at


def test_a_request_made_in_the_shadow_is_taken_behind_it() -> None:
    engine = real_mode(bytes.fromhex("FB A3 00 20 40 40 FA F4"))  # sti; mov [2000h], ax; inc ax (twice)
    handler(engine, IRQ0_VECTOR, 0x700, b"\xf4")
    engine.watch(0x2000, 0x2000, lambda *access: engine.pic.raise_irq(0))
    assert run(engine) == "halted for ever"
    assert engine.memory.u16(engine.regs.sp) == ORIGIN + 4


@pytest.mark.parametrize("before", [0, 3, 4094, 4095])
def test_the_shadow_of_a_block_that_ends_with_sti(before: int) -> None:
    """STI at the end of a page, and behind more instructions than a block has."""
    body = b"\x40" * before + bytes.fromhex("FB 40 40 40 FA F4")
    engine = real_mode(body, at=0x8000)
    handler(engine, IRQ0_VECTOR, 0x700, b"\xf4")
    engine.pic.raise_irq(0)
    assert run(engine) == "halted for ever"
    assert engine.memory.u16(engine.regs.sp) == 0x8000 + before + 2


def test_a_breakpoint_in_the_shadow_changes_nothing() -> None:
    engine = real_mode(bytes.fromhex("40 FB 40 40 FA F4"))  # inc ax; sti; inc ax (twice)
    handler(engine, IRQ0_VECTOR, 0x700, b"\xf4")
    stops: list[int] = []
    engine.on_break = stops.append
    engine.add_breakpoint(ORIGIN + 2)
    engine.pic.raise_irq(0)
    assert run(engine) == "halted for ever"
    assert stops == [ORIGIN + 2]
    assert engine.memory.u16(engine.regs.sp) == ORIGIN + 3


def test_single_steps_take_an_interrupt_where_a_run_does() -> None:
    code = bytes.fromhex("40 FB 40 40 FA F4")
    engine = real_mode(code)
    handler(engine, IRQ0_VECTOR, 0x700, b"\xf4")
    engine.pic.raise_irq(0)
    where = []
    for _ in range(4):
        engine.step_one()
        where.append(engine.regs.ip)
    assert where == [ORIGIN + 1, ORIGIN + 2, 0x700, 0x701]  # the third step ends with the interrupt's entry


@pytest.mark.parametrize("code", ["8E D1", "17"])
def test_ss_loads_shield_the_next_instruction(code: str) -> None:
    """An interrupt that is allowed and due waits for the instruction after MOV SS or POP SS."""
    body = bytes.fromhex(code + "BC 00 60 40 40 F4")  # ...; mov sp, 6000h; inc ax; inc ax; hlt
    engine = real_mode(body)
    handler(engine, IRQ0_VECTOR, 0x700, b"\xf4")
    engine.regs.interrupts = True
    engine.memory.set_u16(0x7000, 0)
    assert engine.step_one() == "budget"
    assert engine.interrupt_shadow
    engine.pic.raise_irq(0)
    assert run(engine) == "halted for ever"
    assert engine.memory.u16(engine.regs.sp) == ORIGIN + len(body) - 3  # after mov sp
    assert engine.regs.sp == 0x6000 - 6


@pytest.mark.parametrize(("flag", "taken_after"), [("FB", 1), ("FA", None)])
def test_a_request_made_by_out_comes_one_instruction_later(flag: str, taken_after: int | None) -> None:
    """The request of an unmasked interrupt reaches the CPU when the instruction behind the OUT has begun."""
    body = bytes.fromhex(flag + "90 E6 50 40 40 40 FA F4")  # sti or cli; nop; out 50h, al; inc ax (3 times); cli; hlt
    engine = real_mode(body)
    handler(engine, IRQ0_VECTOR, 0x700, b"\xf4")
    engine.ports.on_write([0x50], lambda port, value: engine.pic.raise_irq(0))
    assert run(engine) == "halted for ever"
    if taken_after is None:
        assert engine.regs.ip == ORIGIN + len(body)
    else:
        assert engine.memory.u16(engine.regs.sp) == ORIGIN + 4 + taken_after


def test_a_request_made_by_out_in_the_shadow_of_sti_comes_one_instruction_later_too() -> None:
    engine = real_mode(bytes.fromhex("FB E6 50 40 40 40 FA F4"))  # sti; out 50h, al; inc ax (3 times); cli; hlt
    handler(engine, IRQ0_VECTOR, 0x700, b"\xf4")
    engine.ports.on_write([0x50], lambda port, value: engine.pic.raise_irq(0))
    assert run(engine) == "halted for ever"
    assert engine.memory.u16(engine.regs.sp) == ORIGIN + 4


def test_an_interrupt_wakes_hlt_and_time_passes() -> None:
    engine = real_mode(bytes.fromhex("FB F4 FA F4"))  # sti; hlt; cli; hlt
    handler(engine, IRQ0_VECTOR, 0x700, bytes.fromhex("43 CF"))  # inc bx; iret
    start = engine.clock.now_ps
    engine.clock.after(5 * MS, lambda: engine.pic.raise_irq(0))
    assert run(engine, 20) == "halted for ever"
    assert engine.regs.bx == 1
    assert 5 * MS <= engine.clock.now_ps - start < 6 * MS


def test_hlt_with_interrupts_on_waits_for_the_limit() -> None:
    engine = real_mode(bytes.fromhex("FB F4"))
    start = engine.clock.now_ps
    assert run(engine, 7) == "time"
    assert engine.clock.now_ps - start == 7 * MS


def test_interrupt_enters_the_guests_handler() -> None:
    engine = real_mode(b"\xf4")
    handler(engine, 0x60, 0x700, bytes.fromhex("B8 34 12 F4"))
    engine.regs.eflags = 0x302
    assert engine.interrupt(0x60) == -1
    assert (engine.regs.ip, engine.regs.sp, engine.regs.flags & 0x300) == (0x700, 0x7000 - 6, 0)
    assert run(engine) == "halted for ever"
    assert engine.regs.ax == 0x1234
