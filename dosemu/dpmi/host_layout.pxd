# What the native parts of the host share of layout.py, descriptors.py and errors.py; native.pyx compares them.

cdef enum:
    GDT = 0x0000
    IDT = 0x1000
    TSS = 0x1800
    LDT = 0x10000
    LDT_LIMIT = 0xFFFF
    LOCKED_STACKS = 0x20000
    LOCKED_LEVELS = 32
    LOCKED_SIZE = 0x2000
    KEPT_LEVELS = 4
    FIRST_LOCKED = 16
    FIRST_ALIAS = 80
    GDT_ENTRIES = 112
    STUB_SELECTOR = 0x0B
    LDT_SELECTOR = 0x18
    TSS_SELECTOR = 0x20
    BIOS = 0xF000
    INTERRUPT_STUBS = 0x2000
    EXCEPTION_STUBS = 0x2800
    CALLBACKS = 0x2900
    ENTRY = 0x2B00
    RAW_TO_PROTECTED = 0x2B08
    RAW_TO_REAL = 0x2B10
    PROTECTED_RETURN = 0x2B40
    REAL_RETURN = 0x2B48
    REAL_STACK_SEGMENT = 0xC800
    REAL_STACK_SIZE = 0x4000
    LEAST_STACK = 0x200  # bytes of real-mode stack that are always there
    STACK_STEP = 0x400  # what nested calls leave to the outer one
    BUFFER_SEGMENT = 0xCC00
    SWITCH_CYCLES = 60
    FUNCTION_CYCLES = 40
    # Registers: QEMU's order.
    EAX = 0
    ECX = 1
    EDX = 2
    EBX = 3
    ESP = 4
    EBP = 5
    ESI = 6
    EDI = 7
    ES = 0
    CS = 1
    SS = 2
    DS = 3
    # Flags.
    CARRY = 0x1
    TRAP_FLAG = 0x100
    INTERRUPT_FLAG = 0x200
    IOPL3 = 0x3000
    NESTED_TASK = 0x4000
    V86 = 0x20000
    RESULT_FLAGS = 0x0CD5
    PE = 1
    # Errors.
    RESOURCE = 0x8010
    NO_LINEAR_MEMORY = 0x8012
    INVALID_VALUE = 0x8021
    INVALID_SELECTOR = 0x8022
    INVALID_ADDRESS = 0x8025
    # How many at most.
    MOST_FRAMES = 256
    MOST_CALLBACKS = 64
    STRUCTURE = 0x32  # bytes of the real-mode registers of 0300h
    MOST_PARAMETERS = 0x800  # bytes
    MOST_WORDS = 4  # of a far callback
