"""Breakpoints, watched memory and changes of mode: for hooks and debuggers, without cost while none is set."""

from __future__ import annotations

from .edit import Edit

EDITS = (
    Edit(
        "qemu/accel/tcg/cpu-exec.c",
        "a breakpoint of the machine's ends the run before its instruction, once",
        "    if (cpu->uc->dosemu && cpu->exception_index >= 0 && cpu->exception_index < EXCP_INTERRUPT) {",
        "    if (cpu->uc->dosemu && cpu->exception_index == EXCP_DEBUG) {\n"
        "        int stop = dosemu_breakpoint(cpu);\n\n"
        "        if (stop) {\n"
        "            cpu->exception_index = -1;\n"
        "            *ret = EXCP_INTERRUPT;\n"
        "            return stop > 0;\n"
        "        }\n"
        "    }\n\n"
        "    if (cpu->uc->dosemu && cpu->exception_index >= 0 && cpu->exception_index < EXCP_INTERRUPT) {",
    ),
    Edit(
        "qemu/target/i386/translate.c",
        "a block of one instruction steps past it",
        "    int flags = dc->base.tb->flags & HF_RF_MASK ? BP_GDB : BP_ANY;\n",
        "    int flags = dc->base.tb->flags & HF_RF_MASK ? BP_GDB : BP_ANY;\n\n"
        "    if ((dc->base.tb->cflags & CF_COUNT_MASK) == 1) {\n"
        "        flags &= ~BP_GDB;\n"
        "    }\n",
    ),
    Edit(
        "qemu/accel/tcg/translator.c",
        "the instruction under a breakpoint is not counted, so it is not given back either",
        "    db->tb->icount = db->num_insns;\n",
        "    db->tb->icount = db->num_insns - bp_insn;\n",
    ),
    Edit(
        "qemu/accel/tcg/cputlb.c",
        "accesses to pages with watched memory leave the fast path",
        "    wp_flags = cpu_watchpoint_address_matches(cpu, vaddr_page,",
        "    wp_flags = dosemu_watch_page(cpu->uc->dosemu, vaddr_page) ? BP_MEM_READ | BP_MEM_WRITE : 0;\n"
        "    wp_flags |= cpu_watchpoint_address_matches(cpu, vaddr_page,",
    ),
    Edit(
        "qemu/accel/tcg/cputlb.c",
        "loads from watched memory; one that crosses its page is made of aligned ones",
        "        tlb_addr = code_read ? entry->addr_code : entry->addr_read;\n"
        "        tlb_addr &= ~TLB_INVALID_MASK;\n    }\n",
        "        tlb_addr = code_read ? entry->addr_code : entry->addr_read;\n"
        "        tlb_addr &= ~TLB_INVALID_MASK;\n    }\n\n"
        "    if (unlikely(tlb_addr & TLB_WATCHPOINT) && !code_read && uc->dosemu) {\n"
        "        if ((addr & ~TARGET_PAGE_MASK) + size > TARGET_PAGE_SIZE) {\n"
        "            goto do_unaligned_access;\n"
        "        }\n"
        "        res = 0;\n"
        "        if (dosemu_watched(env, addr, size, 0, &res, retaddr)) {\n"
        "            return res;\n"
        "        }\n"
        "    }\n",
    ),
    Edit(
        "qemu/accel/tcg/cputlb.c",
        "stores to watched memory; one that crosses its page goes byte by byte",
        "    if (uc->dosemu && (tlb_addr & ~TARGET_PAGE_MASK) == TLB_NOTDIRTY &&",
        "    if (unlikely(tlb_addr & TLB_WATCHPOINT) && uc->dosemu) {\n"
        "        if ((addr & ~TARGET_PAGE_MASK) + size > TARGET_PAGE_SIZE) {\n"
        "            goto do_unaligned_access;\n"
        "        }\n"
        "        if (dosemu_watched(env, addr, size, 1, &val, retaddr)) {\n"
        "            return;\n"
        "        }\n"
        "    }\n\n"
        "    if (uc->dosemu && (tlb_addr & ~TARGET_PAGE_MASK) == TLB_NOTDIRTY &&",
    ),
    Edit(
        "qemu/target/i386/misc_helper.c",
        "tell of changes between real and protected mode",
        "        cpu_x86_update_cr0(env, (uint32_t)t0);\n        break;\n    case 3:",
        "        dosemu_mode(env, t0 & CR0_PE_MASK);\n"
        "        cpu_x86_update_cr0(env, (uint32_t)t0);\n        break;\n    case 3:",
    ),
)
