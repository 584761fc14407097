"""The CPU models: what programs find out about them, opcodes they do not have, time stamps, the coprocessor."""

from __future__ import annotations

import pytest

from dosemu.cpu.engine import Engine
from tests.dosemu.cpu.support import ORIGIN, handler, real_mode, run

# Intel's sequence ("Intel Processor Identification With the CPUID Instruction", AP-485): bits 12 to 15 of
# FLAGS, then AC (bit 18), then ID (bit 21) of EFLAGS. AX: 0 8086, 2 286, 3 386, 4 486, 5 with CPUID.
DETECT = bytes.fromhex(
    "9C"  # pushf
    "58"  # pop ax
    "89 C1"  # mov cx, ax
    "25 FF 0F"  # and ax, 0x0fff
    "50"  # push ax
    "9D"  # popf
    "9C"  # pushf
    "58"  # pop ax
    "25 00 F0"  # and ax, 0xf000
    "3D 00 F0"  # cmp ax, 0xf000
    "BA 00 00"  # mov dx, 0
    "74 4B"  # je done
    "81 C9 00 F0"  # or cx, 0xf000
    "51"  # push cx
    "9D"  # popf
    "9C"  # pushf
    "58"  # pop ax
    "25 00 F0"  # and ax, 0xf000
    "BA 02 00"  # mov dx, 2
    "74 3B"  # jz done
    "66 9C"  # pushfd
    "66 58"  # pop eax
    "66 89 C1"  # mov ecx, eax
    "66 35 00 00 04 00"  # xor eax, 0x40000
    "66 50"  # push eax
    "66 9D"  # popfd
    "66 9C"  # pushfd
    "66 58"  # pop eax
    "66 31 C8"  # xor eax, ecx
    "BA 03 00"  # mov dx, 3
    "74 1E"  # jz done
    "66 51"  # push ecx
    "66 9D"  # popfd
    "66 89 C8"  # mov eax, ecx
    "66 35 00 00 20 00"  # xor eax, 0x200000
    "66 50"  # push eax
    "66 9D"  # popfd
    "66 9C"  # pushfd
    "66 58"  # pop eax
    "66 31 C8"  # xor eax, ecx
    "BA 04 00"  # mov dx, 4
    "74 01"  # jz done
    "42"  # inc dx
    "F4"  # done: hlt
)


@pytest.mark.parametrize(
    ("model", "found"), [("8086", 0), ("80186", 0), ("286", 2), ("386", 3), ("486", 4), ("pentium", 5)]
)
def test_intels_sequence_finds_the_model(model: str, found: int) -> None:
    engine = real_mode(DETECT, model=model)
    assert run(engine) == "halted for ever"
    assert engine.regs.dx == found


@pytest.mark.parametrize(
    ("model", "code", "valid"),
    [
        ("486", "0F A2", False),  # cpuid
        ("pentium", "0F A2", True),
        ("486", "0F 31", False),  # rdtsc
        ("pentium", "0F 31", True),
        ("286", "66 40", False),  # inc eax
        ("386", "66 40", True),
        ("286", "64 40", False),  # fs prefix
        ("286", "0F 80 00 00", False),  # jo near
        ("386", "0F 80 00 00", True),
        ("286", "C1 E0 02", True),  # shl ax, 2
        ("80186", "0F 01 E0", False),  # smsw ax
        ("286", "0F 01 E0", True),
        ("386", "66 0F C8", False),  # bswap eax
        ("486", "66 0F C8", True),
        ("386", "0F B1 C8", False),  # cmpxchg ax, cx
        ("486", "0F B1 C8", True),
        ("386", "0F C1 C8", False),  # xadd ax, cx
        ("486", "0F C1 C8", True),
        ("386", "0F 09", False),  # wbinvd
        ("486", "0F 09", True),
        ("386", "0F B2 06 00 05", True),  # lss ax, [0x500]
        ("486", "0F C7 0E 00 05", False),  # cmpxchg8b [0x500]
        ("pentium", "0F C7 0E 00 05", True),
        ("8086", "D9 E8", True),  # fld1
        ("pentium", "DB E8", False),  # fucomi
        ("486", "0F 05", False),  # syscall
        ("pentium", "0F 6F C0", True),  # movq mm0, mm0
        ("486", "0F 6F C0", False),
        ("pentium", "0F 44 C0", False),  # cmovz
        ("486", "F0 40", False),  # lock inc ax
        ("286", "F0 40", True),
    ],
)
def test_opcodes_by_model(model: str, code: str, valid: bool) -> None:
    engine = real_mode(bytes.fromhex(code) + b"\xf4", model=model)
    assert run(engine) == "halted for ever"
    assert (engine.regs.ip == ORIGIN + len(bytes.fromhex(code)) + 1) is valid


@pytest.mark.parametrize(
    ("model", "bits"),
    [("386", 0x7000), ("486", 0x47000), ("pentium", 0x247000)],
)
def test_flags_that_can_be_toggled(model: str, bits: int) -> None:
    """NT and IOPL of all that have 32 bits, AC (bit 18) from the 486 on, ID (bit 21) from the Pentium on."""
    # push 2; popfd; push 0x3c7002; popfd; pushfd; pop eax
    engine = real_mode(bytes.fromhex("66 6A 02 66 9D 66 68 02 70 3C 00 66 9D 66 9C 66 58 F4"), model=model)
    assert run(engine) == "halted for ever"
    assert engine.regs.eax & 0x3C7000 & ~0x180000 == bits


def test_cpuid_names_a_pentium() -> None:
    engine = real_mode(
        bytes.fromhex("66 31 C0 0F A2 66 89 1E 00 05 66 89 16 04 05 66 89 0E 08 05 66 B8 01 00 00 00 0F A2 F4"),
        model="pentium",
    )
    assert run(engine) == "halted for ever"
    assert engine.memory.read(0x500, 12) == b"GenuineIntel"
    assert engine.regs.eax >> 8 & 0xF == 5
    assert engine.regs.edx & 0x11 == 0x11  # FPU and TSC


def test_rdtsc_counts_emulated_cycles() -> None:
    """Two readings ten instructions apart differ by ten, however long the host took."""
    engine = real_mode(bytes.fromhex("0F 31 66 89 C3") + b"\x90" * 8 + bytes.fromhex("0F 31 F4"), model="pentium")
    assert run(engine) == "halted for ever"
    assert 8 <= engine.regs.eax - engine.regs.ebx <= 11


def test_push_sp_and_shift_counts_of_the_8086() -> None:
    code = bytes.fromhex("54 5B B1 21 B8 01 00 D3 E0 F4")  # push sp; pop bx; mov cl, 33; mov ax, 1; shl ax, cl
    old, new = real_mode(code, model="8086"), real_mode(code, model="386")
    for engine in (old, new):
        assert run(engine) == "halted for ever"
    assert (old.regs.bx, new.regs.bx) == (0x6FFE, 0x7000)
    assert (old.regs.ax, new.regs.ax) == (0, 2)


def test_a_division_by_zero_returns_after_it_on_the_8086_only() -> None:
    for model, pushed in (("8086", ORIGIN + 2), ("286", ORIGIN), ("486", ORIGIN)):
        engine = real_mode(bytes.fromhex("F6 F1 F4"), model=model)
        assert run(engine) == "halted for ever"
        assert engine.memory.u16(engine.regs.sp) == pushed


def test_test_by_its_second_number() -> None:
    """F6 /1 and F7 /1 are TEST as well."""
    engine = real_mode(bytes.fromhex("F6 C8 0F 9C 5B F7 C8 F0 00 9C 59 F4"))
    engine.regs.ax = 0x00F0
    assert run(engine) == "halted for ever"
    assert (engine.regs.bx & 0x40, engine.regs.cx & 0x40) == (0x40, 0)


def test_the_smallest_number_by_minus_one_is_a_divide_error() -> None:
    engine = real_mode(bytes.fromhex("66 F7 F9 F4"))  # idiv ecx
    engine.regs.edx, engine.regs.eax, engine.regs.ecx = 0x80000000, 0, 0xFFFFFFFF
    handler(engine, 0, 0x700, bytes.fromhex("43 F4"))
    assert run(engine) == "halted for ever"
    assert engine.regs.bx == 1


@pytest.mark.parametrize(
    ("code", "cx", "zero", "iterations"),
    [
        ("40 E2 FD F4", 5, False, 5),  # loop
        ("40 E2 FD F4", 0, False, 0x10000),
        ("40 E1 FD F4", 5, False, 1),  # loopz: inc clears ZF
        ("40 E0 FD F4", 5, False, 5),  # loopnz
        ("40 67 E2 FC F4", 0x10003, False, 0x10003),  # loop with ECX
        ("E3 02 40 F4 F4", 0, False, 0),  # jcxz taken
        ("E3 02 40 F4 F4", 1, False, 1),
        ("67 E3 02 40 F4 F4", 0x10000, False, 1),  # jecxz looks at all of ECX
        ("E3 02 40 F4 F4", 0x10000, False, 0),
    ],
)
def test_loops_in_both_address_sizes(code: str, cx: int, zero: bool, iterations: int) -> None:
    engine = real_mode(bytes.fromhex(code))
    engine.regs.ecx = cx
    assert run(engine, 100) == "halted for ever"
    assert engine.regs.eax == iterations & 0xFFFF


def ferr(ne: bool) -> Engine:
    """1 / 0 with the exception unmasked, then FWAIT."""
    engine = real_mode(
        bytes.fromhex(
            "DB E3"  # fninit
            "D9 2E 00 05"  # fldcw [0x500]
            "D9 E8"  # fld1
            "D9 EE"  # fldz
            "DE F9"  # fdivp st1, st0
            "9B"  # fwait
            "90"  # nop
            "90"  # nop
            "FA"  # cli
            "F4"  # hlt
        )
    )
    engine.memory.set_u16(0x500, 0x037B)
    engine.regs.set_system("cr0", 0x30 if ne else 0x10)
    engine.regs.interrupts = True
    return engine


def test_an_unmasked_exception_without_ne_raises_irq_13_at_the_wait() -> None:
    """The interrupt comes at the FWAIT, which waits for it; a handler that clears the exceptions ends it."""
    engine = ferr(ne=False)
    program_pics(engine)
    handler(engine, 0x75, 0x700, bytes.fromhex("DB E2 43 CF"))  # fnclex; inc bx; iret
    assert run(engine) == "halted for ever"
    assert engine.regs.bx == 1
    assert engine.memory.u16(engine.regs.sp - 6) == ORIGIN + 12  # of the FWAIT


def test_a_handler_that_only_writes_port_f0_lets_the_program_go_on() -> None:
    engine = ferr(ne=False)
    program_pics(engine)
    engine.ports.on_write([0xF0], lambda port, value: engine.ignore_fpu_error())
    handler(engine, 0x75, 0x700, bytes.fromhex("E6 F0 43 B0 20 E6 A0 E6 20 CF"))  # out F0h; inc bx; two EOIs; iret
    assert run(engine) == "halted for ever"
    assert engine.regs.bx == 1


def test_an_exception_whose_interrupt_is_masked_does_not_hold_the_cpu() -> None:
    engine = ferr(ne=False)
    program_pics(engine)
    engine.ports.write(0xA1, 0xFF)
    assert run(engine) == "halted for ever"
    assert engine.regs.ip == ORIGIN + 17


def program_pics(engine: Engine) -> None:
    """Vectors 8 and 70h, nothing masked, as the BIOS does."""
    for port, values in ((0x20, (0x11,)), (0x21, (8, 4, 1, 0)), (0xA0, (0x11,)), (0xA1, (0x70, 2, 1, 0))):
        for value in values:
            engine.ports.write(port, value)


def test_an_unmasked_exception_with_ne_is_fault_16() -> None:
    engine = ferr(ne=True)
    handler(engine, 16, 0x700, bytes.fromhex("43 F4"))
    engine.regs.interrupts = False
    assert run(engine) == "halted for ever"
    assert engine.regs.bx == 1
