"""Protected mode by QEMU's own code: gates with ring change, call and task gates, V86, ports, paging, shutdown."""

from __future__ import annotations

import struct

import pytest

from dosemu.cpu.registers import SegmentFault
from tests.dosemu.cpu.support import (
    CALL32,
    CODE0,
    CODE3,
    CODE16,
    DATA0,
    DATA3,
    DATA16,
    FAULTS,
    GATE,
    INTERRUPT16,
    INTERRUPT32,
    RING0,
    RING3,
    STACK0,
    STACK2,
    STACK3,
    TABLES,
    TASK,
    TASK_GATE,
    TRAP32,
    TSS,
    TSS2,
    TSS2_BASE,
    TSS_BASE,
    Protected,
    descriptor,
    gate,
    run,
    to_ring3,
)

VM, IF = 0x20000, 0x200


def halted(machine: Protected) -> int:
    """Run to the halting handler; returns the vector it is for."""
    assert run(machine.engine) == "halted for ever"
    vector: int = machine.engine.regs.edi
    return vector


def test_an_interrupt_from_ring_3_changes_stacks_through_the_tss() -> None:
    machine = Protected.build(to_ring3(flags=0x3202), ring3=bytes.fromhex("90 CD 30 F4"))
    machine.load_task()
    machine.vector(0x30, gate(CODE0, FAULTS + 0x300, INTERRUPT32 | 0x60))
    assert halted(machine) == 0x30
    regs = machine.engine.regs
    assert (regs.cs, regs.ss, regs.cpl, regs.esp) == (CODE0, DATA0, 0, STACK0 - 20)
    assert machine.stack(5) == [RING3 + 3, CODE3, 0x3202, STACK3, DATA3]
    assert not regs.interrupts


def test_a_trap_gate_leaves_interrupts_on() -> None:
    machine = Protected.build(bytes.fromhex("FB 90 CD 30"))  # sti; nop; int 30h
    machine.vector(0x30, gate(CODE0, FAULTS + 0x300, TRAP32))
    assert run(machine.engine, 1) == "time"
    assert machine.engine.regs.interrupts
    assert machine.engine.regs.edi == 0x30


def test_a_16_bit_gate_pushes_words() -> None:
    machine = Protected.build(to_ring3(), ring3=bytes.fromhex("CD 30"))
    machine.load_task()
    machine.vector(0x30, gate(CODE16, 0x5300, INTERRUPT16 | 0x60))
    # The 16-bit handler: mov di, 30h; hlt, where the 32-bit one's code reads as just that.
    assert run(machine.engine) == "halted for ever"
    regs = machine.engine.regs
    assert (regs.cs, regs.esp) == (CODE16, STACK0 - 10)
    assert machine.words(5) == [(RING3 + 2) & 0xFFFF, CODE3, 0x202, STACK3, DATA3]


def test_int_n_through_a_gate_of_ring_0_is_a_protection_fault() -> None:
    machine = Protected.build(to_ring3(), ring3=bytes.fromhex("CD 30"))
    machine.load_task()
    assert halted(machine) == 13
    assert machine.stack(3) == [0x30 * 8 + 2, RING3, CODE3]
    assert (machine.engine.kind, machine.engine.error_code) == ("fault", 0x30 * 8 + 2)


def test_a_call_gate_copies_parameters() -> None:
    # push 11111111h; push 22222222h; call far GATE; hlt
    machine = Protected.build(
        to_ring3(flags=2),
        ring3=bytes.fromhex(
            "68 11 11 11 11"  # push dword 0x11111111
            "68 22 22 22 22"  # push dword 0x22222222
            "9A 00 00 00 00 43 00"  # call 0x43:0
        ),
    )
    machine.load_task()
    machine.entry(GATE, struct.pack("<HHBBH", 0x5300, CODE0, 2, CALL32 | 0x60, 0))
    assert halted(machine) == 0x30
    assert machine.engine.regs.cpl == 0
    assert machine.stack(6) == [RING3 + 17, CODE3, 0x22222222, 0x11111111, STACK3 - 8, DATA3]


def test_a_call_gate_back_by_retf_drops_the_parameters() -> None:
    machine = Protected.build(
        to_ring3(),
        ring3=bytes.fromhex(
            "68 11 11 11 11"  # push dword 0x11111111
            "9A 00 00 00 00 43 00"  # call 0x43:0
            "CD 31"  # int 0x31
        ),
    )
    machine.load_task()
    machine.entry(GATE, struct.pack("<HHBBH", 0x1000, CODE0, 1, CALL32 | 0x60, 1))
    machine.engine.memory.write(0x11000, bytes.fromhex("8B 44 24 08 CA 04 00"))  # mov eax, [esp+8]; retf 4
    machine.vector(0x31, gate(CODE0, FAULTS + 0x310, INTERRUPT32 | 0x60))
    assert halted(machine) == 0x31
    assert machine.engine.regs.eax == 0x11111111
    assert machine.stack(5)[3:] == [STACK3, DATA3]


def second_task(machine: Protected, eip: int) -> None:
    """A ring 0 task in TSS2 that starts at eip."""
    memory = machine.engine.memory
    memory.write(TSS2_BASE, bytes(0x68))
    memory.set_u32(TSS2_BASE + 0x20, eip)
    memory.set_u32(TSS2_BASE + 0x24, 2)
    memory.set_u32(TSS2_BASE + 0x28, 0xEEEE)  # EAX
    memory.set_u32(TSS2_BASE + 0x38, 0xB800)  # ESP
    for index, selector in enumerate((DATA0, CODE0, DATA0, DATA0, 0, 0)):
        memory.set_u32(TSS2_BASE + 0x48 + 4 * index, selector)


def test_a_task_gate_switches_and_iret_returns() -> None:
    machine = Protected.build(bytes.fromhex("B8 78 56 34 12 CD 30 F4"))  # mov eax, 12345678h; int 30h; hlt
    machine.load_task()
    second_task(machine, 0x11000)
    machine.engine.memory.write(0x11000, bytes.fromhex("A3 00 60 00 00 CF"))  # mov [6000h], eax; iretd
    machine.vector(0x30, gate(TSS2, 0, TASK_GATE))
    assert run(machine.engine) == "halted for ever"
    regs, memory = machine.engine.regs, machine.engine.memory
    assert (regs.eip, regs.eax, regs.esp) == (RING0 + 8, 0x12345678, STACK2)
    assert memory.u32(0x6000) == 0xEEEE
    assert memory.u32(TSS2_BASE) == TSS  # the link back
    assert regs.system("tr") == TSS


def test_a_fault_through_a_task_gate_pushes_its_code_in_the_new_task() -> None:
    machine = Protected.build(bytes.fromhex("B8 F8 0F 00 00 8E D8"))  # mov eax, 0FF8h; mov ds, ax
    machine.load_task()
    second_task(machine, 0x11000)
    machine.engine.memory.write(0x11000, bytes.fromhex("58 A3 00 60 00 00 F4"))  # pop eax; mov [6000h], eax; hlt
    machine.vector(13, gate(TSS2, 0, TASK_GATE))
    assert run(machine.engine) == "halted for ever"
    assert machine.engine.memory.u32(0x6000) == 0xFF8
    assert machine.engine.memory.u32(TSS_BASE + 0x20) == RING0 + 5  # EIP of the faulting instruction


def test_a_far_jump_to_a_task_gate() -> None:
    machine = Protected.build(bytes.fromhex("EA 00 00 00 00 48 00"))  # jmp TASK:0
    machine.load_task()
    second_task(machine, FAULTS + 0x300)
    machine.entry(TASK, gate(TSS2, 0, TASK_GATE))
    assert halted(machine) == 0x30
    assert machine.engine.regs.system("tr") == TSS2


@pytest.mark.parametrize("way", ["jump", "call", "gate", "return"])
def test_the_trap_bit_of_a_task_is_a_debug_fault_before_its_first_instruction(way: str) -> None:
    code = {"jump": "EA 00 00 00 00 38 00", "call": "9A 00 00 00 00 38 00", "gate": "CD 30", "return": "CF"}[way]
    machine = Protected.build(bytes.fromhex(code))
    machine.load_task()
    second_task(machine, 0x11000)
    machine.vector(0x30, gate(TSS2, 0, TASK_GATE))
    memory, regs = machine.engine.memory, machine.engine.regs
    memory.set_u32(TSS2_BASE + 0x64, 1)
    if way == "return":
        memory.set_u32(TSS_BASE, TSS2)
        machine.entry(TSS2, descriptor(TSS2_BASE, 0x67, 0x8B))  # busy
        regs.eflags |= 0x4000  # nested
    assert halted(machine) == 1
    assert machine.stack(2) == [0x11000, CODE0]
    assert regs.system("dr6") & 0x8000
    assert regs.system("tr") == TSS2


def test_the_trap_of_a_task_comes_behind_its_error_code() -> None:
    machine = Protected.build(bytes.fromhex("B8 F8 0F 00 00 8E D8"))  # mov eax, 0FF8h; mov ds, ax
    machine.load_task()
    second_task(machine, 0x11000)
    machine.engine.memory.set_u32(TSS2_BASE + 0x64, 1)
    machine.vector(13, gate(TSS2, 0, TASK_GATE))
    assert halted(machine) == 1
    assert machine.stack(4) == [0x11000, CODE0, 0x4002, 0xFF8]  # NT: a nested task


# --- virtual 8086 mode -----------------------------------------------------------------------------


def to_v86(flags: int, cs: int = 0x2000, ip: int = 0) -> bytes:
    """Ring 0 code that enters V86 mode by IRETD."""
    frame = (0x1111, 0x2222, 0x3333, 0x4444, 0x1000, 0x800, flags | VM | 2, cs, ip)
    return b"".join(b"\x68" + struct.pack("<I", value) for value in frame) + b"\xcf"


def test_v86_entry_and_exit() -> None:
    machine = Protected.build(to_v86(0x3000 | IF), ring3=bytes.fromhex("8C D8 CD 21"))  # mov ax, ds; int 21h
    machine.load_task()
    machine.vector(0x21, gate(CODE0, FAULTS + 0x210, INTERRUPT32 | 0x60))
    assert halted(machine) == 0x21
    regs = machine.engine.regs
    # GS FS DS ES SS ESP EFLAGS CS EIP from the top; data segments are null in ring 0.
    assert machine.stack(9) == [4, 0x2000, 0x23202, 0x800, 0x1000, 0x4444, 0x3333, 0x2222, 0x1111]
    assert (regs.ax, regs.ds, regs.es, regs.fs, regs.gs) == (0x3333, 0, 0, 0, 0)
    assert (regs.cpl, regs.esp, regs.eflags & VM) == (0, STACK0 - 36, 0)


@pytest.mark.parametrize("code", ["CD 21", "FA", "FB", "9C", "9D", "CF"])
def test_v86_with_a_low_iopl_faults_on_what_the_monitor_must_see(code: str) -> None:
    machine = Protected.build(to_v86(IF), ring3=bytes.fromhex(code))
    machine.load_task()
    assert halted(machine) == 13
    assert machine.stack(3) == [0, 0, 0x2000]


def test_v86_int3_goes_through_its_gate_whatever_the_iopl() -> None:
    machine = Protected.build(to_v86(IF), ring3=bytes.fromhex("CC"))
    machine.load_task()
    machine.vector(3, gate(CODE0, FAULTS + 0x30, INTERRUPT32 | 0x60))
    assert halted(machine) == 3
    assert machine.stack(2) == [1, 0x2000]


def test_an_interrupt_leaves_v86_and_iret_goes_back() -> None:
    machine = Protected.build(to_v86(0x3000 | IF), ring3=bytes.fromhex("40 EB FD"))  # inc ax; jmp
    machine.load_task()
    engine = machine.engine
    engine.memory.write(0x11000, bytes.fromhex("43 CF"))  # inc ebx; iretd
    machine.vector(8, gate(CODE0, 0x11000, INTERRUPT32))
    engine.pic.raise_irq(0)
    assert run(engine, 1) == "time"
    assert engine.regs.ebx == 1
    assert engine.regs.eflags & VM
    assert engine.regs.ax > 100
    assert (engine.regs.ds, engine.regs.base("ds")) == (0x3333, 0x33330)


# --- ports -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", ["v86", "ring 3"])
@pytest.mark.parametrize(("code", "allowed"), [("E4 61", True), ("E4 62", False), ("E5 61", False), ("E4 60", True)])
def test_the_permission_map(mode: str, code: str, allowed: bool) -> None:
    entry = to_v86(0x3000 if mode == "v86" else 0) if mode == "v86" else to_ring3()
    machine = Protected.build(entry, ring3=bytes.fromhex(code) + b"\x0f\x0b")
    machine.load_task()
    machine.engine.memory.set_u8(TSS_BASE + 0x68 + 0x60 // 8, 0xFC)  # 60h and 61h only
    asked: list[int] = []

    def read(port: int) -> int:
        asked.append(port)
        return 0

    machine.engine.ports.on_read([0x60, 0x61, 0x62], read)
    assert halted(machine) == (6 if allowed else 13)
    assert bool(asked) == allowed


def test_iopl_3_needs_no_map_in_ring_3() -> None:
    machine = Protected.build(to_ring3(flags=0x3202), ring3=bytes.fromhex("E4 62 0F 0B"))
    machine.load_task()
    assert halted(machine) == 6


# --- paging ----------------------------------------------------------------------------------------


def paged(code: bytes, ring3: bytes = b"") -> Protected:
    """Identity-mapped first 4 MB, all of it open to ring 3, page 30h missing."""
    machine = Protected.build(code, ring3=ring3)
    memory, regs = machine.engine.memory, machine.engine.regs
    memory.set_u32(TABLES, (TABLES + 0x1000) | 7)
    for page in range(1024):
        memory.set_u32(TABLES + 0x1000 + 4 * page, page << 12 | 7)
    memory.set_u32(TABLES + 0x1000 + 4 * 0x30, 0)
    machine.load_task()
    regs.set_system("cr3", TABLES)
    regs.set_system("cr0", regs.system("cr0") | 0x80000000)
    return machine


@pytest.mark.parametrize(
    ("ring", "code", "error"),
    [
        (0, "A1 34 02 03 00", 0),  # mov eax, [30234h]
        (0, "A3 34 02 03 00", 2),
        (3, "A1 34 02 03 00", 4),
        (3, "A3 34 02 03 00", 6),
    ],
)
def test_a_page_fault(ring: int, code: str, error: int) -> None:
    body = bytes.fromhex(code)
    machine = paged(to_ring3(), body) if ring else paged(body)
    assert halted(machine) == 14
    assert machine.stack(2) == [error, RING3 if ring else RING0]
    assert machine.engine.regs.system("cr2") == 0x30234


def test_a_read_only_page_and_a_kernel_page() -> None:
    for entry, code, error in ((5, "A3 34 02 03 00", 7), (3, "A1 34 02 03 00", 5)):
        machine = paged(to_ring3(), bytes.fromhex(code))
        machine.engine.memory.set_u32(TABLES + 0x1000 + 4 * 0x30, 0x30000 | entry)
        assert halted(machine) == 14
        assert machine.stack(1) == [error]


def test_a_page_fault_restarts_its_instruction() -> None:
    """The handler maps the page; a REP STOSD over the border goes on where it was."""
    machine = paged(bytes.fromhex("BF F8 FF 02 00 B9 04 00 00 00 B8 78 56 34 12 F3 AB 0F 0B"))
    memory = machine.engine.memory
    machine.vector(14, gate(CODE0, 0x11000, INTERRUPT32))
    memory.write(
        0x11000,
        bytes.fromhex(
            "C7 05 C0 10 04 00 07 00 03 00"  # mov dword [0x410c0], 0x30007
            "0F 20 D3"  # mov ebx, cr2
            "89 CE"  # mov esi, ecx
            "81 C4 04 00 00 00"  # add esp, 4
            "CF"  # iretd
        ),
    )
    machine.engine.run_until(machine.engine.clock.now_ps + 10**9)
    regs = machine.engine.regs
    assert (regs.ebx, regs.esi, regs.ecx) == (0x30000, 2, 0)
    assert memory.read(0x2FFF8, 16) == struct.pack("<I", 0x12345678) * 4


def test_a_fault_in_mid_block_has_the_registers_of_its_instruction() -> None:
    # inc eax; inc eax; mov ebx, [30000h]; inc eax
    machine = paged(bytes.fromhex("40 40 8B 1D 00 00 03 00 40 40 0F 0B"))
    start = machine.engine.clock.cycles
    assert halted(machine) == 14
    assert machine.engine.regs.eax == 2
    assert machine.engine.clock.cycles - start == 3 + 2  # two, the fault, and its handler's two


def test_the_guests_own_aliases_of_a_page_of_code() -> None:
    """Two linear pages are one physical page: a store to one changes code run at the other."""
    machine = paged(bytes.fromhex("BB 00 30 02 00 FF D3 C6 05 00 00 03 00 42 FF D3 0F 0B"))
    memory = machine.engine.memory
    memory.set_u32(TABLES + 0x1000 + 4 * 0x30, 0x23007)
    memory.write(0x23000, bytes.fromhex("41 C3"))
    assert halted(machine) == 6
    assert (machine.engine.regs.ecx, machine.engine.regs.edx) == (1, 1)


# --- faults in faults, shutdown ----------------------------------------------------------------------


def test_a_missing_handler_is_a_double_fault() -> None:
    machine = Protected.build(bytes.fromhex("B8 F8 0F 00 00 8E D8"))
    machine.vector(13, bytes(8))
    assert halted(machine) == 8
    assert machine.stack(2) == [0, RING0 + 5]


def test_no_handler_at_all_is_a_shutdown() -> None:
    machine = Protected.build(bytes.fromhex("B8 F8 0F 00 00 8E D8"))
    machine.engine.regs.set_system("idt_limit", 0)
    assert run(machine.engine) == "shutdown"
    assert machine.engine.old_exception == -1


def test_swallowed_faults_do_not_add_up() -> None:
    """Ten protection faults whose handler skips the instruction stay ten faults 13."""
    machine = Protected.build(bytes.fromhex("B8 F8 0F 00 00") + bytes.fromhex("8E D8") * 10 + b"\x0f\x0b")
    machine.vector(13, gate(CODE0, 0x11000, INTERRUPT32))
    machine.engine.memory.write(0x11000, bytes.fromhex("43 83 C4 04 83 04 24 02 CF"))  # inc ebx; skip it; iretd
    assert halted(machine) == 6
    assert machine.engine.regs.ebx == 10


def test_a_wrong_task_register_is_the_guests_fault() -> None:
    """An interrupt from ring 3 without a task register: fault 10, whose own delivery fails too: shutdown."""
    machine = Protected.build(to_ring3(), ring3=bytes.fromhex("0F 0B"))
    assert run(machine.engine) == "shutdown"


# --- segments --------------------------------------------------------------------------------------


def test_eip_above_64k_with_a_base() -> None:
    machine = Protected.build(bytes.fromhex("EA 00 80 04 00 58 00"))  # jmp 58h:48000h, whose base is 100000h
    machine.entry(0x58, descriptor(0x100000, 0xFFFFF, 0x9B, 0xC))
    machine.engine.memory.write(0x148000, bytes.fromhex("CD 30"))
    assert halted(machine) == 0x30
    assert machine.stack(2) == [0x48002, 0x58]


def test_back_to_real_mode_with_large_segments() -> None:
    """The cached limit and base outlive CR0.PE: 4 GB data segments in real mode."""
    machine = Protected.build(bytes.fromhex("EA 00 7C 00 00 30 00"))
    engine = machine.engine
    engine.memory.write(
        0x7C00,
        bytes.fromhex(
            "0F 20 C0"  # mov eax, cr0
            "24 FE"  # and al, 0xfe
            "0F 22 C0"  # mov cr0, eax
            "EA 0D 7C 00 00"  # jmp 0:0x7c0d
            "66 BB 00 00 20 00"  # mov ebx, 0x200000
            "66 67 8B 03"  # mov eax, [ebx]
            "FA"  # cli
            "F4"  # hlt
        ),
    )
    engine.memory.set_u32(0x200000, 0xCAFEBABE)
    assert run(engine) == "halted for ever"
    assert (engine.regs.eax, engine.regs.protected, engine.regs.cs) == (0xCAFEBABE, False, 0)


def test_loading_a_segment_from_the_host_is_checked() -> None:
    machine = Protected.build(b"\xf4")
    regs = machine.engine.regs
    with pytest.raises(SegmentFault) as error:
        regs.ds = 0xFF8
    assert error.value.vector == 13
    assert regs.ds == DATA3
    regs.es = DATA16
    assert (regs.base("es"), regs.limit("es")) == (0, 0xFFFF)


def test_interrupt_reports_the_fault_of_its_delivery() -> None:
    machine = Protected.build(b"\xf4")
    machine.vector(0x30, bytes(8))
    before = machine.engine.regs.save()
    assert machine.engine.interrupt(0x30) == 13
    assert machine.engine.regs.save() == before
    assert machine.engine.interrupt(0x31) == -1
    assert halted(machine) == 0x31


def test_a_hardware_breakpoint() -> None:
    machine = Protected.build(bytes.fromhex("B8 02 00 01 00 0F 23 C0 B8 02 00 00 00 0F 23 F8 90 90 90 0F 0B"))
    # mov eax, address; mov dr0, eax; mov eax, 2; mov dr7, eax; nop ...
    machine.engine.memory.set_u32(RING0 + 1, RING0 + 18)
    assert halted(machine) == 1
    assert machine.stack(1) == [RING0 + 18]
    assert machine.engine.regs.system("dr6") & 1


@pytest.mark.parametrize(
    ("kind", "load", "address", "stops"),
    [
        (1, False, 0x8002, True),  # a store to the two bytes watched
        (1, True, 0x8002, False),  # a load where only stores are watched
        (3, True, 0x8003, True),
        (3, True, 0x8004, False),
        (1, False, 0x8001, True),  # a store that is not aligned, of the byte before and the first one
        (1, False, 0x8FFF, False),  # over the end of the page
    ],
)
def test_a_data_breakpoint_stops_behind_the_instruction(kind: int, load: bool, address: int, stops: bool) -> None:
    access = bytes.fromhex("66 A1" if load else "66 A3") + struct.pack("<I", address)
    machine = Protected.build(bytes(10) + access + bytes.fromhex("43 43 0F 0B"))
    regs, engine = machine.engine.regs, machine.engine
    regs.eip += 10
    regs.set_system("dr0", 0x8002)
    regs.set_system("dr7", (kind | 1 << 2) << 16 | 2)
    assert halted(machine) == (1 if stops else 6)
    assert machine.stack(1) == [RING0 + 10 + len(access) + (0 if stops else 2)]
    assert regs.system("dr6") & 15 == int(stops)
    engine.close()


def test_a_data_breakpoint_in_the_page_of_the_code_and_time_goes_on_as_without() -> None:
    def cycles(control: int) -> int:
        machine = Protected.build(
            bytes.fromhex("43 43") + b"\x40\xa3" + struct.pack("<I", RING0 + 0x80) + b"\x43\x0f\x0b"
        )
        machine.engine.regs.set_system("dr1", RING0 + 0x80)
        machine.engine.regs.set_system("dr7", control)
        assert halted(machine) == (1 if control else 6)
        return int(machine.engine.clock.cycles)

    assert cycles(1 << 20 | 3 << 22 | 2 << 2) <= cycles(0)
