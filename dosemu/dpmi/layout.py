"""Where the host's things are: tables behind the RAM that programs are told of, stubs, stacks and buffers.

The stubs are traps in the BIOS segment, so both modes reach them: in real mode as F000:offset, in protected
mode through ``STUB_SELECTOR``, whose base is F0000h.
"""

from __future__ import annotations

from typing import Final

# Behind the reported memory: offsets from the host's base.
HOST_SIZE: Final = 0xA8000
GDT: Final = 0x0000
IDT: Final = 0x1000
TSS: Final = 0x1800
LDT: Final = 0x10000
LOCKED_STACKS: Final = 0x20000
PAGE_DIRECTORY: Final = 0x60000  # the page tables follow
PAGE_TABLES: Final = 70  # of 4 MB each: as much as a machine can have
LDT_ENTRIES: Final = 8192

# Stacks for interrupts and exceptions in protected mode, one a nesting level ("locked stack", DPMI 0.9 chapter 3).
LOCKED_LEVELS: Final = 32
LOCKED_SIZE: Final = 0x2000

# GDT selectors; those that clients see have RPL 3.
STUB_SELECTOR: Final = 0x0B
LDT_SELECTOR: Final = 0x18
TSS_SELECTOR: Final = 0x20
BIOS_DATA_SELECTOR: Final = 0x40  # base 400h, limit 2FFh: programs take it for granted
FIRST_LOCKED: Final = 16  # GDT index: 16-bit stacks, then as many 32-bit ones
FIRST_ALIAS: Final = FIRST_LOCKED + 2 * LOCKED_LEVELS  # real mode's stacks for callbacks, one a level
GDT_ENTRIES: Final = FIRST_ALIAS + LOCKED_LEVELS

# Real mode: stacks for the code that the host calls, and the buffer for pointers that DOS is to see.
REAL_STACK_SEGMENT: Final = 0xC800
REAL_STACK_SIZE: Final = 0x4000
BUFFER_SEGMENT: Final = 0xCC00
BUFFER_SIZE: Final = 0x3F00
DTA_OFFSET: Final = 0x3F00  # behind the buffer: where DOS writes what it finds for a protected-mode caller

# Instructions that the host is taken to execute, about as many as a small one in ring 0 does: for a change of mode
# (the way there or back) and for a function of INT 31h. Programs that measure them divide by what they find.
SWITCH_CYCLES: Final = 60
# VCPI's: the monitor's fault handler and dispatcher, the loads of all tables, and the address caches filled again. Some
# clients look for keys and the mouse in a loop by these, 100,000 times a second where they cost nothing.
VCPI_SWITCH_CYCLES: Final = 400
FUNCTION_CYCLES: Final = 40

# Stubs.
STUBS: Final = 0x2000
INTERRUPT_STUBS: Final = 0x2000  # default handler of protected-mode interrupt n at + 8 n
EXCEPTION_STUBS: Final = 0x2800  # default handler of exception n at + 8 n
CALLBACKS: Final = 0x2900  # real-mode address of callback n at + 8 n
CALLBACK_COUNT: Final = 64
ENTRY: Final = 0x2B00
RAW_TO_PROTECTED: Final = 0x2B08
RAW_TO_REAL: Final = 0x2B10
SAVE_REAL: Final = 0x2B18
SAVE_PROTECTED: Final = 0x2B20
VENDOR: Final = 0x2B28
EXCEPTION_RETURN: Final = 0x2B30
EXCEPTION_RETURN_10: Final = 0x2B38
PROTECTED_RETURN: Final = 0x2B40  # from a protected-mode handler that the host called
REAL_RETURN: Final = 0x2B48  # from real-mode code that the host called
VCPI: Final = 0x2B50  # the VCPI server's entry in protected mode
STUBS_END: Final = 0x2B58

STUB_CODE: Final = b"\x0f\xff\xcf\x90\x90\x90\x90\x90"
VCPI_CODE: Final = b"\x0f\xff\xcb\x90\x90\x90\x90\x90"  # back by a far return
