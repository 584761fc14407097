"""Segment limits: what lies beyond them cannot be loaded or stored, by whatever instruction (Intel 80386, 6.3.1)."""

from __future__ import annotations

import pytest

from tests.dosemu.cpu.support import (
    CODE0,
    DATA0,
    DATA3,
    FAULTS,
    INTERRUPT32,
    Protected,
    descriptor,
    gate,
    handler,
    real_mode,
    run,
)

SMALL, DOWN, DOWN32, READ_ONLY, EXECUTE_ONLY, STACK, LOW = 0x60, 0x68, 0x70, 0x78, 0x80, 0x88, 0x90
SEGMENTS = {
    SMALL: descriptor(0x30000, 0x1FF, 0x93, 0x4),
    DOWN: descriptor(0x30000, 0x0FFF, 0x97),
    DOWN32: descriptor(0x30000, 0x0FFF, 0x97, 0x4),
    READ_ONLY: descriptor(0x30000, 0x1FF, 0x91, 0x4),
    EXECUTE_ONLY: descriptor(0, 0xFFFFF, 0x99, 0xC),
    STACK: descriptor(0x38000, 0xFFF, 0x93, 0x4),
    LOW: descriptor(0, 0x1FF, 0x93, 0x4),
}
FINE = 0x30  # the vector whose INT says that nothing faulted
STACK_FAULT, PROTECTION = 12, 13
DS, ES, FS, SS = "8E D8", "8E C0", "8E E0", "8E D0"


def outcome(segment: str, selector: int, code: str) -> int:
    """Load a segment register, run code: the exception that was raised, or FINE."""
    start = bytes.fromhex("B8") + selector.to_bytes(4, "little") + bytes.fromhex(segment)
    machine = Protected.build(start + bytes.fromhex(code) + bytes((0xCD, FINE)))
    for number, entry in SEGMENTS.items():
        machine.entry(number, entry)
    for vector in (FINE, STACK_FAULT, PROTECTION):
        # Stacks may be anywhere: the handlers take the flat one first. MOV EDI, vector; MOV AX, DATA0; MOV SS, AX; HLT
        at = 0x7000 + 16 * vector
        machine.engine.memory.write(at, b"\xbf" + vector.to_bytes(4, "little") + bytes.fromhex("66 B8 10 00 8E D0 F4"))
        machine.vector(vector, gate(CODE0, at, INTERRUPT32))
    assert run(machine.engine) == "halted for ever"
    vector = int(machine.engine.regs.edi)
    if vector == PROTECTION:
        assert machine.engine.memory.u32(machine.engine.regs.address("ss", machine.engine.regs.esp)) == 0
    return vector


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("A0 FF 01 00 00", FINE),  # mov al, [1FFh]
        ("A0 00 02 00 00", PROTECTION),  # mov al, [200h]
        ("66 A1 FE 01 00 00", FINE),
        ("66 A1 FF 01 00 00", PROTECTION),
        ("A1 FC 01 00 00", FINE),
        ("A1 FD 01 00 00", PROTECTION),
        ("A3 FD 01 00 00", PROTECTION),  # mov [1FDh], eax
        ("A1 FE FF FF FF", PROTECTION),  # the offset does not wrap
        ("FF 05 FC 01 00 00", FINE),  # inc dword [1FCh]
        ("FF 05 FD 01 00 00", PROTECTION),
        ("F0 FF 05 FD 01 00 00", PROTECTION),  # lock inc
        ("F0 01 05 FD 01 00 00", PROTECTION),  # lock add
        ("87 05 FC 01 00 00", FINE),  # xchg
        ("87 05 FD 01 00 00", PROTECTION),
        ("DD 05 F8 01 00 00", FINE),  # fld qword
        ("DD 05 F9 01 00 00", PROTECTION),
        ("DB 3D F6 01 00 00", FINE),  # fstp tbyte
        ("DB 3D F7 01 00 00", PROTECTION),
        ("DD 35 94 01 00 00", FINE),  # fsave: 108 bytes
        ("DD 35 95 01 00 00", PROTECTION),
        ("0F 01 05 FA 01 00 00", FINE),  # sgdt: 6 bytes
        ("0F 01 05 FB 01 00 00", PROTECTION),
        ("0F B4 05 FA 01 00 00", FINE),  # lfs: 6 bytes
        ("0F B4 05 FB 01 00 00", PROTECTION),
        ("31 C0 8B 40 FC", PROTECTION),  # mov eax, [eax - 4] with 0
        ("8D 05 00 02 00 00", FINE),  # lea reaches for nothing
        ("67 A1 FE 01", PROTECTION),  # addresses of 16 bits too
        ("B9 80 00 00 00 31 F6 F3 AD", FINE),  # rep lodsd: all of it
        ("B9 81 00 00 00 31 F6 F3 AD", PROTECTION),
        ("B9 81 00 00 00 31 F6 BF 00 00 03 00 F3 A5", PROTECTION),  # rep movsd
    ],
)
def test_a_small_segment(code: str, expected: int) -> None:
    assert outcome(DS, SMALL, code) == expected


def test_a_repeated_store_stops_at_the_limit() -> None:
    machine = Protected.build(bytes.fromhex("B8 60 00 00 00 8E C0 31 FF B9 00 10 00 00 B0 AA F3 AA"))
    machine.entry(SMALL, SEGMENTS[SMALL])
    machine.engine.memory.write(FAULTS + 16 * PROTECTION, b"\xf4")
    assert run(machine.engine) == "halted for ever"
    regs = machine.engine.regs
    assert (regs.edi, regs.ecx) == (0x200, 0xE00)
    assert machine.engine.memory.read(0x30000, 0x201) == b"\xaa" * 0x200 + b"\0"


@pytest.mark.parametrize(
    ("selector", "code", "expected"),
    [
        (LOW, "A1 FC 01 00 00", FINE),
        (LOW, "A1 FD 01 00 00", PROTECTION),
        (DOWN, "A0 FF 0F 00 00", PROTECTION),
        (DOWN, "A0 00 10 00 00", FINE),
        (DOWN, "A1 FC FF 00 00", FINE),
        (DOWN, "A1 FD FF 00 00", PROTECTION),  # up to FFFFh, as it is of 16 bits
        (DOWN32, "A1 FD FF 00 00", FINE),
        (DOWN32, "A1 FC 0F 00 00", PROTECTION),
        (READ_ONLY, "A1 00 00 00 00", FINE),
        (READ_ONLY, "A3 00 00 00 00", PROTECTION),
        (READ_ONLY, "FF 05 00 00 00 00", PROTECTION),
        (0, "A1 00 00 00 00", PROTECTION),
        (0, "C6 05 00 00 00 00 00", PROTECTION),
        (DATA3, "A1 FF FF 3F 00", FINE),
    ],
)
@pytest.mark.parametrize(("register", "prefix"), [(DS, ""), (ES, "26"), (FS, "64")])
def test_kinds_of_segments(register: str, prefix: str, selector: int, code: str, expected: int) -> None:
    assert outcome(register, selector, f"{prefix} {code}") == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("BC 00 10 00 00 50", FINE),  # mov esp, 1000h; push eax
        ("BC 02 10 00 00 50", STACK_FAULT),
        ("BC 00 00 00 00 50", STACK_FAULT),  # its bottom
        ("BC FC 0F 00 00 58", FINE),
        ("BC FE 0F 00 00 58", STACK_FAULT),
        ("BD FE 0F 00 00 8B 45 00", STACK_FAULT),  # mov eax, [ebp]
        ("BD FE 0F 00 00 3E 8B 45 00", FINE),  # through DS
    ],
)
def test_the_stack(code: str, expected: int) -> None:
    assert outcome(SS, STACK, code) == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("2E A1 00 00 01 00", FINE),  # mov eax, cs:[10000h]
        ("2E A3 00 00 03 00", PROTECTION),  # mov cs:[30000h], eax
        ("EA 40 00 01 00 80 00", PROTECTION),  # to the segment that cannot be read, where CS: cannot either
    ],
)
def test_code_segments(code: str, expected: int) -> None:
    # At 10040h, where the far jump goes to: MOV EAX, CS:[30000h]
    assert outcome(DS, DATA0, far_jump(code) if code.startswith("EA") else code) == expected


def far_jump(code: str) -> str:
    """The jump, filled up so that a load through CS: is at 10040h (7 bytes are in front)."""
    return code + " 90" * (0x40 - 7 - 7) + " 2E A1 00 00 03 00"


def test_a_segment_that_becomes_small_under_translated_code() -> None:
    """The same loop through a flat segment and through a small one."""
    # mov ebx, 2: load DS from [ebx*2 + table], mov eax, [200h], dec ebx, jns
    code = "BB 02 00 00 00  8E 1C 5D 00 02 01 00  A1 00 02 00 00  41 6A 10 1F  4B 79 ED  CD 30"
    machine = Protected.build(bytes.fromhex(code))
    machine.entry(SMALL, SEGMENTS[SMALL])
    machine.engine.memory.write(0x10200, bytes((SMALL, 0, DATA0, 0, DATA0, 0)))
    assert run(machine.engine) == "halted for ever"
    assert (machine.engine.regs.edi, machine.engine.regs.ecx) == (PROTECTION, 2)


def test_code_beyond_its_segment() -> None:
    """A near jump behind the limit; the same jump again once the segment is larger."""
    small, large = 0x60, 0x68
    # jmp 60h:entry; entry: jmp limit + 1, and the same through the large segment, whose base is the same.
    jump = bytes.fromhex("E9 F3 0F 00 00")
    for selector, expected in ((small, PROTECTION), (large, FINE)):
        machine = Protected.build(b"\xea\x08\x00\x00\x00" + selector.to_bytes(2, "little") + b"\x90" + jump)
        machine.entry(small, descriptor(0x10000, 0xFFF, 0x9B, 0x4))
        machine.entry(large, descriptor(0x10000, 0x1FFF, 0x9B, 0x4))
        machine.engine.memory.write(0x11000, bytes((0xCD, FINE)))
        assert run(machine.engine) == "halted for ever"
        assert machine.engine.regs.edi == expected
        regs = machine.engine.regs
        pushed = [machine.engine.memory.u32(regs.address("ss", regs.esp) + 4 * i) for i in range(2)]
        assert expected == FINE or pushed == [0, 0x1000], "error code, EIP"


def test_wide_offsets_in_real_mode() -> None:
    """Beyond 64 KB only in segments of 4 GB ("unreal mode")."""
    code = bytes.fromhex("67 A1 00 00 01 00 F4")  # mov ax, [10000h], with an address of 32 bits
    engine = real_mode(code)
    handler(engine, PROTECTION, 0x700, bytes.fromhex("BF 0D 00 F4"))
    engine.memory.write(0x10000, b"\x34\x12")
    run(engine)
    assert engine.regs.di == PROTECTION
    engine = real_mode(code)
    engine.memory.write(0x10000, b"\x34\x12")
    engine.regs.set_cache("ds", 0, 0, 0xFFFFFFFF, 0x93)
    run(engine)
    assert engine.regs.ax == 0x1234
