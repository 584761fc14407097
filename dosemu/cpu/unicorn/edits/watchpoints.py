"""Data breakpoints of DR0 to DR3: Unicorn has QEMU's watchpoints taken out.

Pages with a watched address are slow in the TLB, and their accesses asked about. The access of a watched address ends
the block before it; the instruction then runs as a block of its own, with the debug exception behind it.
"""

from __future__ import annotations

from .edit import Edit

EDITS = (
    Edit(
        "qemu/exec.c",
        "DR7 enables a data breakpoint: mappings of its page are made anew",
        "int cpu_watchpoint_insert(CPUState *cpu, vaddr addr, vaddr len,\n"
        "                          int flags, CPUWatchpoint **watchpoint)\n{\n",
        "int cpu_watchpoint_insert(CPUState *cpu, vaddr addr, vaddr len,\n"
        "                          int flags, CPUWatchpoint **watchpoint)\n{\n"
        "    tlb_flush(cpu);\n",
    ),
    Edit(
        "qemu/exec.c",
        "a page with a watched address is slow",
        "int cpu_watchpoint_address_matches(CPUState *cpu, vaddr addr, vaddr len)\n{\n",
        "int cpu_watchpoint_address_matches(CPUState *cpu, vaddr addr, vaddr len)\n{\n"
        "    if (dosemu_data_breakpoints(cpu->env_ptr, addr, len, BP_MEM_READ | BP_MEM_WRITE)) {\n"
        "        return BP_MEM_READ | BP_MEM_WRITE;\n"
        "    }\n",
    ),
    Edit(
        "qemu/exec.c",
        "an access in such a page: run its instruction alone, then raise the debug exception",
        "                          MemTxAttrs attrs, int flags, uintptr_t ra)\n{\n}",
        "                          MemTxAttrs attrs, int flags, uintptr_t ra)\n{\n"
        "    int hit = dosemu_data_breakpoints(cpu->env_ptr, addr, len, flags);\n"
        "\n"
        "    if (hit == 0) {\n"
        "        return;\n"
        "    }\n"
        "    if (cpu->uc->dosemu->watch_hit) {\n"
        "        cpu->uc->dosemu->watch_hit |= hit;\n"
        "        cpu->interrupt_request |= CPU_INTERRUPT_DEBUG;\n"
        "        cpu->icount_decr_ptr->u16.high = -1;\n"
        "        return;\n"
        "    }\n"
        "    cpu->uc->dosemu->watch_hit = hit;\n"
        "    cpu->cflags_next_tb = 1 | curr_cflags();\n"
        "    cpu_loop_exit_restore(cpu, ra);\n"
        "}",
    ),
    Edit(
        "qemu/accel/tcg/cputlb.c",
        "a store that is not aligned need not reach the next page",
        "        if (unlikely(tlb_addr & TLB_WATCHPOINT)) {\n"
        "            cpu_check_watchpoint(env_cpu(env), addr, size - size2,\n",
        "        if (unlikely((tlb_addr | tlb_addr2) & TLB_WATCHPOINT)) {\n"
        "            cpu_check_watchpoint(env_cpu(env), addr, size,\n"
        "                                 env_tlb(env)->d[mmu_idx].iotlb[index].attrs,\n"
        "                                 BP_MEM_WRITE, retaddr);\n"
        "        }\n",
        upto="iotlb[index2].attrs,\n                                 BP_MEM_WRITE, retaddr);\n        }\n",
    ),
    Edit(
        "qemu/target/i386/bpt_helper.c",
        "behind the instruction: which of them, in DR6",
        "    if (cs->watchpoint_hit) {\n        if (cs->watchpoint_hit->flags & BP_CPU) {",
        "    if (env->uc->dosemu && env->uc->dosemu->watch_hit) {\n"
        "        env->dr[6] = (env->dr[6] & ~0xf) | env->uc->dosemu->watch_hit;\n"
        "        env->uc->dosemu->watch_hit = 0;\n"
        "        raise_exception(env, EXCP01_DB);\n"
        "    }\n"
        "    if (cs->watchpoint_hit) {\n        if (cs->watchpoint_hit->flags & BP_CPU) {",
    ),
)
