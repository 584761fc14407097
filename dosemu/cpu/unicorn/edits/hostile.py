"""Hostile guests: what would end the host's program or the run is the guest's own fault."""

from __future__ import annotations

from .edit import Edit

EDITS = (
    Edit(
        "qemu/include/tcg/tcg.h",
        "a block ends before its temporaries run out: many instructions never free theirs, the array has no guard",
        "    return tcg_ctx->nb_ops >= 4000;\n",
        "    return tcg_ctx->nb_ops >= 4000 || tcg_ctx->nb_temps >= TCG_MAX_TEMPS - 96;\n",
    ),
    Edit(
        "qemu/target/i386/seg_helper.c",
        "a bad task register is the guest's fault, not the host's end",
        '        cpu_abort(CPU(cpu), "invalid tss");\n    }\n    type =',
        "        raise_exception_err_ra(env, EXCP0A_TSS, env->tr.selector & 0xfffc, retaddr);\n    }\n    type =",
    ),
    Edit(
        "qemu/target/i386/seg_helper.c",
        "the same",
        '        cpu_abort(CPU(cpu), "invalid tss type");',
        "        raise_exception_err_ra(env, EXCP0A_TSS, env->tr.selector & 0xfffc, retaddr);",
    ),
    Edit(
        "qemu/target/i386/int_helper.c",
        "the largest negative number by -1 would end the host program",
        "    if (den == 0) {\n"
        "        raise_exception_ra(env, EXCP00_DIVZ, GETPC());\n"
        "    }\n"
        "    q = (num / den);\n"
        "    r = (num % den);\n"
        "    if (q != (int32_t)q) {",
        "    if (den == 0 || (den == -1 && num == INT64_MIN)) {\n"
        "        raise_exception_ra(env, EXCP00_DIVZ, GETPC());\n"
        "    }\n"
        "    q = (num / den);\n"
        "    r = (num % den);\n"
        "    if (q != (int32_t)q) {",
    ),
    Edit(
        "qemu/accel/tcg/cputlb.c",
        "code may be fetched from anywhere; where nothing answers it reads as an invalid opcode",
        "        if (mr != NULL && !(mr->perms & UC_PROT_EXEC)) {  // non-executable",
        "        if (mr != NULL && !(mr->perms & UC_PROT_EXEC) && !uc->dosemu) {  // non-executable",
    ),
    Edit(
        "qemu/target/i386/helper.c",
        "CR4 holds what a Pentium has; with PAE addresses would leave the 4 GB that are mapped",
        '    uint32_t hflags;\n\n#if defined(DEBUG_MMU)\n    printf("CR4 update:',
        "    uint32_t hflags;\n"
        "\n"
        "    if (env->uc->dosemu) {\n"
        "        new_cr4 &= CR4_TSD_MASK | CR4_DE_MASK | CR4_PSE_MASK | CR4_MCE_MASK;\n"
        "    }\n"
        "\n"
        "#if defined(DEBUG_MMU)\n"
        '    printf("CR4 update:',
    ),
    Edit(
        "qemu/target/i386/excp_helper.c",
        "a 4 MB page of the Pentium has no address bits above 31: they are reserved",
        "            pte = pde | ((pde & 0x1fe000LL) << (32 - 13));\n"
        "            rsvd_mask = 0x200000;\n"
        "            goto do_check_protect_pse36;\n"
        "        }\n"
        "\n"
        "        if (!(pde & PG_ACCESSED_MASK)) {\n"
        "            pde |= PG_ACCESSED_MASK;\n"
        "            x86_stl_phys_notdirty(cs, pde_addr, pde);\n"
        "        }\n"
        "\n"
        "        /* page directory entry */\n"
        "        pte_addr = ((pde & ~0xfff)",
        "            pte = pde | (env->uc->dosemu ? 0 : (pde & 0x1fe000LL) << (32 - 13));\n"
        "            rsvd_mask = env->uc->dosemu ? 0x3fe000 : 0x200000;\n"
        "            goto do_check_protect_pse36;\n"
        "        }\n"
        "\n"
        "        if (!(pde & PG_ACCESSED_MASK)) {\n"
        "            pde |= PG_ACCESSED_MASK;\n"
        "            x86_stl_phys_notdirty(cs, pde_addr, pde);\n"
        "        }\n"
        "\n"
        "        /* page directory entry */\n"
        "        pte_addr = ((pde & ~0xfff)",
    ),
    Edit(
        "qemu/target/i386/misc_helper.c",
        "paging without protection is refused",
        "    case 0:\n        cpu_x86_update_cr0(env, (uint32_t)t0);",
        "    case 0:\n"
        "        if ((t0 & CR0_PG_MASK) && !(t0 & CR0_PE_MASK)) {\n"
        "            raise_exception_err_ra(env, EXCP0D_GPF, 0, GETPC());\n"
        "        }\n"
        "        cpu_x86_update_cr0(env, (uint32_t)t0);",
    ),
    Edit(
        "qemu/target/i386/bpt_helper.c",
        "debug registers hold linear addresses",
        "            if (env->dr[reg] == env->eip) {",
        "            if (env->dr[reg] == (uint32_t)(env->segs[R_CS].base + env->eip)) {",
    ),
    Edit(
        "qemu/target/i386/bpt_helper.c",
        "the same",
        "            if (bp->pc == env->eip) {",
        "            if (bp->pc == (uint32_t)(env->segs[R_CS].base + env->eip)) {",
    ),
)
