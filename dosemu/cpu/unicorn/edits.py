"""The edits dosemu makes to the Unicorn 2.1.4 source, each found by an anchor that occurs exactly once.

``find`` is replaced by ``replace``; with ``upto`` everything from ``find`` through the first ``upto``
after it is. An anchor that matches never or more than once stops the build: then the source is not
the one the edits were written for. docs/engine.md says what each group is for and what it is worth.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Edit:
    """One replacement in one file of the source release, and why it is made."""

    file: str
    why: str
    find: str
    replace: str
    upto: str = ""


GEN_TB = """static inline void gen_tb_start(TCGContext *tcg_ctx, TranslationBlock *tb)
{
    /* One counter serves budget and exit requests: its low half counts instructions, its high half is
       set to -1 to ask for an exit. Taken at the start of a block, given back in cpu_loop_exec_tb()
       when the block does not run. */
    TCGv_i32 count = tcg_temp_new_i32(tcg_ctx);
    TCGv_i32 imm = tcg_temp_new_i32(tcg_ctx);
    intptr_t base = offsetof(ArchCPU, neg.icount_decr) - offsetof(ArchCPU, env);

    tcg_ctx->exitreq_label = gen_new_label(tcg_ctx);
    tcg_gen_ld_i32(tcg_ctx, count, tcg_ctx->cpu_env, base + offsetof(IcountDecr, u32));
    tcg_gen_movi_i32(tcg_ctx, imm, 0xdeadbeef);
    tcg_ctx->icount_start_insn = tcg_last_op(tcg_ctx);
    tcg_gen_sub_i32(tcg_ctx, count, count, imm);
    /* All 32 bits: a narrower store would stall the next block's load (no store forwarding). */
    tcg_gen_st_i32(tcg_ctx, count, tcg_ctx->cpu_env, base + offsetof(IcountDecr, u32));
    tcg_gen_brcondi_i32(tcg_ctx, TCG_COND_LT, count, 0, tcg_ctx->exitreq_label);
    tcg_temp_free_i32(tcg_ctx, imm);
    tcg_temp_free_i32(tcg_ctx, count);
}

static inline void gen_tb_end(TCGContext *tcg_ctx, TranslationBlock *tb, int num_insns)
{
    tcg_set_insn_param(tcg_ctx->icount_start_insn, 1, num_insns);
    gen_set_label(tcg_ctx, tcg_ctx->exitreq_label);
    tcg_gen_exit_tb(tcg_ctx, tb, TB_EXIT_REQUESTED);
}"""

LOOP_CHAIN = """            b &= 3;
            if (s->jmp_opt) {
                TCGLabel *taken = gen_new_label(tcg_ctx), *out = gen_new_label(tcg_ctx);

                if (b != 3) {
                    gen_op_add_reg_im(s, s->aflag, R_ECX, -1);
                }
                gen_update_cc_op(s);
                if (b == 3) {
                    gen_op_jz_ecx(s, s->aflag, taken);
                } else if (b == 2) {
                    gen_op_jnz_ecx(s, s->aflag, taken);
                } else {
                    gen_op_jz_ecx(s, s->aflag, out);
                    gen_jcc1(s, (JCC_Z << 1) | (b ^ 1), taken);
                }
                set_cc_op(s, CC_OP_DYNAMIC);
                gen_set_label(tcg_ctx, out);
                gen_goto_tb(s, 0, next_eip);
                gen_set_label(tcg_ctx, taken);
                gen_goto_tb(s, 1, tval);
                break;
            }
            switch(b) {
            case 0: /* loopnz */"""

BUDGET = """    *last_tb = NULL;
    cpu_neg(cpu)->icount_decr.u32 += tb->icount;
    insns_left = cpu_neg(cpu)->icount_decr.u32;
    if (insns_left < 0) {"""

REFILL = """    {
        int64_t left = (int64_t)cpu_neg(cpu)->icount_decr.u16.low + cpu->icount_extra;
        int64_t low = MIN(left, 0xffff);

        /* A request made by another thread may have been overwritten by the running block: look here. */
        if (left <= 0 || cpu->uc->stop_request || (cpu->uc->dosemu && cpu->uc->dosemu->stop)) {
            cpu->exit_request = 1;
            return;
        }
        if (low < tb->icount) {
            low = tb->icount; /* the last block of a slice may overrun it */
        }
        cpu_neg(cpu)->icount_decr.u16.low = low;
        cpu->icount_extra = left - low;
    }
}"""

FILTER = """    if (cpu->uc->dosemu && cpu->exception_index >= 0 && cpu->exception_index < EXCP_INTERRUPT) {
        CPUArchState *env = cpu->env_ptr;

        if (dosemu_filter(env, cpu->exception_index, env->exception_is_int, env->error_code)) {
            cpu->exception_index = -1;
            *ret = EXCP_INTERRUPT;
            return true;
        }
        /* A fault gives back its instruction's count: without this charge a loop of faults would never end. */
        if (!env->exception_is_int) {
            dosemu_charge(cpu);
        }
        CPU_GET_CLASS(cpu)->do_interrupt(cpu);
        cpu->exception_index = -1;
        return false;
    }

    if (cpu->uc->stop_interrupt && cpu->uc->stop_interrupt(cpu->uc, cpu->exception_index)) {"""

SHIFT_8086 = """/* The 8086 shifts by all eight bits of CL; the helpers take five. Counts that do the same in fewer
   bits stand in: 31 for all longer shifts, the remainder for rotations through carry, 16 for a
   rotation by a multiple of 32 (it sets the carry). */
static void dosemu_count_8086(DisasContext *s1, int op, MemOp ot)
{
    TCGContext *tcg_ctx = s1->uc->tcg_ctx;
    TCGv limit = tcg_const_tl(tcg_ctx, op == OP_RCL || op == OP_RCR ? (ot == MO_8 ? 9 : 17) : 31);

    tcg_gen_andi_tl(tcg_ctx, s1->T1, s1->T1, 0xff);
    if (op == OP_RCL || op == OP_RCR) {
        tcg_gen_remu_tl(tcg_ctx, s1->T1, s1->T1, limit);
    } else if (op == OP_ROL || op == OP_ROR) {
        tcg_gen_setcondi_tl(tcg_ctx, TCG_COND_NE, s1->tmp0, s1->T1, 0);
        tcg_gen_shli_tl(tcg_ctx, s1->tmp0, s1->tmp0, 4);
        tcg_gen_andi_tl(tcg_ctx, s1->T1, s1->T1, 0x1f);
        tcg_gen_movi_tl(tcg_ctx, limit, 0);
        tcg_gen_movcond_tl(tcg_ctx, TCG_COND_EQ, s1->T1, s1->T1, limit, s1->tmp0, s1->T1);
    } else {
        tcg_gen_movcond_tl(tcg_ctx, TCG_COND_GTU, s1->T1, s1->T1, limit, limit, s1->T1);
    }
    tcg_temp_free(tcg_ctx, limit);
}

/* Before the 286 a division's exception returns to what follows it. */
static void dosemu_division(DisasContext *s)
{
    TCGContext *tcg_ctx = s->uc->tcg_ctx;

    if (DOSEMU_MODEL(s->uc) < 2) {
        TCGv next = tcg_const_tl(tcg_ctx, s->pc - s->cs_base);

        tcg_gen_st_tl(tcg_ctx, next, tcg_ctx->cpu_env, offsetof(CPUX86State, dosemu_after_div));
        tcg_temp_free(tcg_ctx, next);
    }
}

static void gen_shift(DisasContext *s1, int op, MemOp ot, int d, int s)
{
    if (s != OR_TMP1)
        gen_op_mov_v_reg(s1, ot, s1->T1, s);
    if (s == R_ECX && DOSEMU_MODEL(s1->uc) == 0) {
        dosemu_count_8086(s1, op, ot);
    }
"""


EDITS = (
    # --- build -------------------------------------------------------------------------------
    Edit(
        "CMakeLists.txt",
        "compile the glue into the x86 library",
        "    qemu/target/i386/xsave_helper.c\n    qemu/target/i386/unicorn.c\n)",
        "    qemu/target/i386/xsave_helper.c\n    qemu/target/i386/unicorn.c\n    qemu/target/i386/dosemu_glue.c\n)",
    ),
    Edit(
        "include/uc_priv.h",
        "the glue's state hangs on the engine",
        "    uc_err errnum; // qemu/cpu-exec.c",
        "    uc_err errnum; // qemu/cpu-exec.c\n    struct dosemu *dosemu;",
    ),
    Edit(
        "include/uc_priv.h",
        "the glue's types",
        "typedef uc_err (*query_t)(",
        '#include "dosemu_glue.h"\n\ntypedef uc_err (*query_t)(',
    ),
    # --- 1: exit check and instruction budget inline ---------------------------------------------
    Edit(
        "qemu/include/tcg/tcg.h",
        "a label for the exit of a block",
        "    TCGOp *icount_start_insn;",
        "    TCGOp *icount_start_insn;\n    TCGLabel *exitreq_label;",
    ),
    Edit(
        "qemu/include/exec/gen-icount.h",
        "no marks around I/O: a port instruction ends its block, memory-mapped I/O may be anywhere",
        "static inline void gen_io_start(TCGContext *tcg_ctx)\n{\n",
        "static inline void gen_io_start(TCGContext *tcg_ctx)\n{\n    return;\n",
    ),
    Edit(
        "qemu/include/exec/gen-icount.h",
        "the same",
        "static inline void gen_io_end(TCGContext *tcg_ctx)\n{\n",
        "static inline void gen_io_end(TCGContext *tcg_ctx)\n{\n    return;\n",
    ),
    Edit(
        "qemu/include/exec/gen-icount.h",
        "check and count inline instead of calling a helper in every block",
        "static inline void gen_tb_start(",
        GEN_TB,
        upto="    tcg_gen_exit_tb(tcg_ctx, tb, TB_EXIT_REQUESTED);\n}",
    ),
    Edit(
        "qemu/include/exec/exec-all.h",
        "every block counts",
        "static inline uint32_t curr_cflags(void)\n{\n    return 0;",
        "static inline uint32_t curr_cflags(void)\n{\n    return CF_USE_ICOUNT;",
    ),
    Edit(
        "qemu/accel/tcg/cpu-exec.c",
        "a block that did not run gives its instructions back",
        "    *last_tb = NULL;\n    insns_left = cpu_neg(cpu)->icount_decr.u32;\n    if (insns_left < 0) {",
        BUDGET,
    ),
    Edit(
        "qemu/accel/tcg/cpu-exec.c",
        "refill the counter from the budget, or end the run",
        "    /* Instruction counter expired.  */",
        REFILL,
        upto="            cpu_exec_nocache(cpu, insns_left, tb, false);\n        }\n    }\n}",
    ),
    # --- 2: stores -----------------------------------------------------------------------------
    Edit(
        "qemu/accel/tcg/cputlb.c",
        "stores are slow only while the physical page holds translations",
        "            !(tlbe->addr_code != -1) &&\n",
        "            !dosemu_page_has_tb(cpu->uc, ram_addr) &&\n",
    ),
    Edit(
        "qemu/accel/tcg/cputlb.c",
        "stores beside code, on the same page: a bit map says that the bytes are data",
        "    // Load the latest memory mapping.\n    paddr = entry->paddr",
        "    if (uc->dosemu && (tlb_addr & ~TARGET_PAGE_MASK) == TLB_NOTDIRTY && !HOOK_EXISTS(uc, UC_HOOK_MEM_WRITE) &&\n"
        "        (addr & ~TARGET_PAGE_MASK) + size <= TARGET_PAGE_SIZE &&\n"
        "        dosemu_is_data(uc, addr + env_tlb(env)->d[mmu_idx].iotlb[index].addr, size)) {\n"
        "        store_memop((void *)((uintptr_t)addr + entry->addend), val, op);\n"
        "        return;\n"
        "    }\n\n"
        "    // Load the latest memory mapping.\n    paddr = entry->paddr",
    ),
    Edit(
        "qemu/accel/tcg/translate-all.h",
        "does a physical page hold translations; are these bytes of such a page none",
        "void tb_check_watchpoint(CPUState *cpu, uintptr_t retaddr);",
        "void tb_check_watchpoint(CPUState *cpu, uintptr_t retaddr);\n"
        "bool dosemu_page_has_tb(struct uc_struct *uc, tb_page_addr_t address);\n"
        "bool dosemu_is_data(struct uc_struct *uc, tb_page_addr_t address, int size);",
    ),
    Edit(
        "qemu/accel/tcg/translate-all.c",
        "does a physical page hold translations; its first one makes stores to it slow in every TLB entry",
        "/* Called with mmap_lock held for user mode emulation.  */\nTranslationBlock *tb_gen_code(",
        "bool dosemu_page_has_tb(struct uc_struct *uc, tb_page_addr_t address)\n"
        "{\n"
        "    PageDesc *p = page_find(uc, address >> TARGET_PAGE_BITS);\n\n"
        "    return p != NULL && p->first_tb;\n"
        "}\n\n"
        "bool dosemu_is_data(struct uc_struct *uc, tb_page_addr_t address, int size)\n"
        "{\n"
        "    PageDesc *p = page_find(uc, address >> TARGET_PAGE_BITS);\n"
        "    unsigned int nr = address & ~TARGET_PAGE_MASK;\n\n"
        "    if (p == NULL || !p->first_tb) {\n"
        "        return false;\n"
        "    }\n"
        "    if (!p->code_bitmap) {\n"
        "        build_page_bitmap(uc, p);\n"
        "    }\n"
        "    for (; size > 0; size--, nr++) {\n"
        "        if (test_bit(nr, p->code_bitmap)) {\n"
        "            return false;\n"
        "        }\n"
        "    }\n"
        "    return true;\n"
        "}\n\n"
        "static void dosemu_first_code(CPUState *cpu, target_ulong pc, tb_page_addr_t address)\n"
        "{\n"
        "    void *host;\n\n"
        "    if (address != -1 && !dosemu_page_has_tb(cpu->uc, address) &&\n"
        "        get_page_addr_code_hostp(cpu->env_ptr, pc, &host) != -1 && host != NULL) {\n"
        "        tlb_reset_dirty(cpu, (uintptr_t)host & TARGET_PAGE_MASK, TARGET_PAGE_SIZE);\n"
        "    }\n"
        "}\n\n"
        "/* Called with mmap_lock held for user mode emulation.  */\nTranslationBlock *tb_gen_code(",
    ),
    Edit(
        "qemu/accel/tcg/translate-all.c",
        "by host page, so that aliases and other rings are caught too",
        "        tlb_reset_dirty_by_vaddr(cpu, pc & TARGET_PAGE_MASK,\n",
        "        dosemu_first_code(cpu, pc, phys_pc);\n        dosemu_first_code(cpu, virt_page2, phys_page2);",
        upto=";",
    ),
    # --- 3: interrupts by QEMU's own code -------------------------------------------------------
    Edit(
        "qemu/accel/tcg/cpu-exec.c",
        "ask the machine's filter, else deliver to the guest",
        "    if (cpu->uc->stop_interrupt && cpu->uc->stop_interrupt(cpu->uc, cpu->exception_index)) {",
        FILTER,
    ),
    Edit(
        "qemu/target/i386/seg_helper.c",
        "the vector comes from the machine's interrupt controller",
        "        // intno = cpu_get_pic_interrupt(env);\n        intno = 0;\n",
        "        intno = env->uc->dosemu ? dosemu_irq(env) : 0;\n"
        "        if (intno < 0) {\n"
        "            break;\n"
        "        }\n",
    ),
    Edit(
        "qemu/target/i386/excp_helper.c",
        "a triple fault ends the run",
        "        qemu_system_reset_request(env->uc);",
        "        if (env->uc->dosemu) {\n"
        "            env->uc->dosemu->triple_fault = 1;\n"
        "        }\n"
        "        env->old_exception = -1;\n"
        "        qemu_system_reset_request(env->uc);",
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
        "qemu/target/i386/fpu_helper.c",
        "an unmasked x87 exception with CR0.NE clear raises FERR",
        "        raise_exception_ra(env, EXCP10_COPR, retaddr);\n    }",
        "        raise_exception_ra(env, EXCP10_COPR, retaddr);\n"
        "    } else if (env->uc->dosemu && env->uc->dosemu->fpu_error && !(env->hflags2 & HF2_IGNNE_MASK)) {\n"
        "        CPUState *cs = env_cpu(env);\n\n"
        "        /* The CPU waits here for the interrupt that FERR causes; when it cannot come, go on. */\n"
        "        env->uc->dosemu->fpu_error(env->uc->dosemu->owner);\n"
        "        if ((cs->interrupt_request & CPU_INTERRUPT_HARD) && (env->eflags & IF_MASK) &&\n"
        "            !(env->hflags & HF_INHIBIT_IRQ_MASK)) {\n"
        "            dosemu_charge(cs);\n"
        "            cs->exception_index = -1;\n"
        "            cpu_loop_exit_restore(cs, retaddr);\n"
        "        }\n"
        "    }",
    ),
    # --- 5: the rest ---------------------------------------------------------------------------
    Edit(
        "qemu/target/i386/translate.c",
        "ports are checked against IOPL and the task's permission map",
        "    // Unicorn: allow all I/O instructions\n    return;\n",
        "",
    ),
    Edit(
        "qemu/target/i386/translate.c",
        "LOOP and JCXZ chain to the next block like Jcc",
        "            b &= 3;\n            switch(b) {\n            case 0: /* loopnz */",
        LOOP_CHAIN,
    ),
    Edit(
        "qemu/target/i386/translate.c",
        "F6 /1 and F7 /1 are TEST too",
        "        case 0: /* test */\n            val = insn_get(env, s, ot);\n            tcg_gen_movi_tl(tcg_ctx, s->T1, val);",
        "        case 0: /* test */\n        case 1:\n            val = insn_get(env, s, ot);\n"
        "            tcg_gen_movi_tl(tcg_ctx, s->T1, val);",
    ),
    Edit(
        "qemu/target/i386/translate.c",
        "a block that only got too long goes on in the next one",
        "    if (dc->base.is_jmp == DISAS_TOO_MANY) {\n        gen_jmp_im(dc, dc->base.pc_next - dc->cs_base);\n",
        "    if (dc->base.is_jmp == DISAS_TOO_MANY && dc->jmp_opt) {\n"
        "        gen_jmp(dc, dc->base.pc_next - dc->cs_base);\n"
        "    } else if (dc->base.is_jmp == DISAS_TOO_MANY) {\n"
        "        gen_jmp_im(dc, dc->base.pc_next - dc->cs_base);\n",
    ),
    Edit(
        "qemu/target/i386/translate.c",
        "before the 386 there are no 32-bit prefixes and no FS and GS",
        "    /* now check op code */\n reswitch:\n",
        "    if (s->uc->dosemu && s->uc->dosemu->model < 3 &&\n"
        "        ((prefixes & (PREFIX_DATA | PREFIX_ADR)) || s->override == R_FS || s->override == R_GS)) {\n"
        "        goto illegal_op;\n"
        "    }\n\n"
        "    /* now check op code */\n reswitch:\n",
    ),
    Edit(
        "qemu/target/i386/translate.c",
        "two-byte opcodes of the 286 and, none, of the 8086",
        "        b = x86_ldub_code(env, s) | 0x100;\n        goto reswitch;\n\n        /**************************/\n        /* arith & logic */",
        "        b = x86_ldub_code(env, s) | 0x100;\n"
        "        if (s->uc->dosemu && s->uc->dosemu->model < 3 && (b > 0x106 || s->uc->dosemu->model < 2)) {\n"
        "            goto illegal_op;\n"
        "        }\n"
        "        goto reswitch;\n\n        /**************************/\n        /* arith & logic */",
    ),
    Edit(
        "qemu/target/i386/cpu.h",
        "flag bits that the chosen CPU does not have, or always shows set",
        "    int end_reset_fields;\n",
        "    int end_reset_fields;\n    uint32_t dosemu_flags_locked;\n    uint32_t dosemu_flags_set;\n"
        "    uint32_t dosemu_flags_real; /* locked outside protected mode only */\n"
        "    target_ulong dosemu_after_div; /* where the last division ends */\n",
    ),
    Edit(
        "qemu/target/i386/cpu.h",
        "the same",
        "| cpu_cc_compute_all(env, CC_OP) | (env->df & DF_MASK);",
        "| cpu_cc_compute_all(env, CC_OP) | (env->df & DF_MASK) |\n        env->dosemu_flags_set;",
    ),
    Edit(
        "qemu/target/i386/cpu.h",
        "the same",
        "    CC_SRC = eflags & (CC_O | CC_S | CC_Z | CC_A | CC_P | CC_C);\n    CC_OP = CC_OP_EFLAGS;\n"
        "    env->df = 1 - (2 * ((eflags >> 10) & 1));\n    env->eflags = (env->eflags & ~update_mask) |",
        "    CC_SRC = eflags & (CC_O | CC_S | CC_Z | CC_A | CC_P | CC_C);\n    CC_OP = CC_OP_EFLAGS;\n"
        "    env->df = 1 - (2 * ((eflags >> 10) & 1));\n    update_mask &= ~env->dosemu_flags_locked;\n    if (!(env->cr[0] & CR0_PE_MASK)) {\n        update_mask &= ~env->dosemu_flags_real;\n    }\n"
        "    env->eflags = (env->eflags & ~update_mask) |",
    ),
    Edit(
        "qemu/target/i386/misc_helper.c",
        "ports go straight to the machine",
        "    return cpu_outb(env->uc, port, data, GETPC());",
        "    if (env->uc->dosemu && env->uc->dosemu->port_write) {\n"
        "        env->uc->dosemu->port_write(env->uc->dosemu->owner, port, 1, data & 0xff);\n        return;\n    }\n"
        "    return cpu_outb(env->uc, port, data, GETPC());",
    ),
    Edit(
        "qemu/target/i386/misc_helper.c",
        "the same",
        "    return cpu_inb(env->uc, port, GETPC());",
        "    if (env->uc->dosemu && env->uc->dosemu->port_read) {\n"
        "        return env->uc->dosemu->port_read(env->uc->dosemu->owner, port, 1) & 0xff;\n    }\n"
        "    return cpu_inb(env->uc, port, GETPC());",
    ),
    Edit(
        "qemu/target/i386/misc_helper.c",
        "the same",
        "    return cpu_outw(env->uc, port, data, GETPC());",
        "    if (env->uc->dosemu && env->uc->dosemu->port_write) {\n"
        "        env->uc->dosemu->port_write(env->uc->dosemu->owner, port, 2, data & 0xffff);\n        return;\n    }\n"
        "    return cpu_outw(env->uc, port, data, GETPC());",
    ),
    Edit(
        "qemu/target/i386/misc_helper.c",
        "the same",
        "    return cpu_inw(env->uc, port, GETPC());",
        "    if (env->uc->dosemu && env->uc->dosemu->port_read) {\n"
        "        return env->uc->dosemu->port_read(env->uc->dosemu->owner, port, 2) & 0xffff;\n    }\n"
        "    return cpu_inw(env->uc, port, GETPC());",
    ),
    Edit(
        "qemu/target/i386/misc_helper.c",
        "the same",
        "    return cpu_outl(env->uc, port, data, GETPC());",
        "    if (env->uc->dosemu && env->uc->dosemu->port_write) {\n"
        "        env->uc->dosemu->port_write(env->uc->dosemu->owner, port, 4, data);\n        return;\n    }\n"
        "    return cpu_outl(env->uc, port, data, GETPC());",
    ),
    Edit(
        "qemu/target/i386/misc_helper.c",
        "the same",
        "    return cpu_inl(env->uc, port, GETPC());",
        "    if (env->uc->dosemu && env->uc->dosemu->port_read) {\n"
        "        return env->uc->dosemu->port_read(env->uc->dosemu->owner, port, 4);\n    }\n"
        "    return cpu_inl(env->uc, port, GETPC());",
    ),
    Edit(
        "qemu/target/i386/misc_helper.c",
        "CPUID is missing before the Pentium",
        "    cpu_svm_check_intercept_param(env, SVM_EXIT_CPUID, 0, GETPC());",
        "    if (dosemu_cpuid(env)) {\n        raise_exception_ra(env, EXCP06_ILLOP, GETPC());\n    }\n"
        "    cpu_svm_check_intercept_param(env, SVM_EXIT_CPUID, 0, GETPC());",
    ),
    Edit(
        "qemu/target/i386/misc_helper.c",
        "the time stamp counts emulated cycles",
        "    // Unicorn: call registered RDTSC hooks",
        "    if (env->uc->dosemu && env->uc->dosemu->timestamp) {\n"
        "        if (env->uc->dosemu->model < 5) {\n"
        "            raise_exception_ra(env, EXCP06_ILLOP, GETPC());\n"
        "        }\n"
        "        val = env->uc->dosemu->timestamp(env->uc->dosemu->owner) + env->tsc_offset;\n"
        "        env->regs[R_EAX] = (uint32_t)(val);\n"
        "        env->regs[R_EDX] = (uint32_t)(val >> 32);\n"
        "        return;\n"
        "    }\n\n"
        "    // Unicorn: call registered RDTSC hooks",
    ),
    Edit(
        "qemu/target/i386/excp_helper.c",
        "pages of the first megabyte may show other pages (EMS, video windows)",
        "    paddr = get_hphys(cs, pte + page_offset, is_write1, &prot);\n",
        "    paddr = get_hphys(cs, pte + page_offset, is_write1, &prot);\n"
        "    if (env->uc->dosemu && env->uc->dosemu->remapped) {\n"
        "        paddr = ((hwaddr)dosemu_remap_page(env->uc->dosemu, paddr >> TARGET_PAGE_BITS) << TARGET_PAGE_BITS) |\n"
        "            (paddr & ~TARGET_PAGE_MASK);\n"
        "    }\n",
    ),
    Edit(
        "qemu/accel/tcg/cputlb.c",
        "a store to the BIOS is ignored, as on a PC",
        '        // printf("not writable memory???\\n");\n',
        "        if (uc->dosemu) {\n            return;\n        }\n",
    ),
    # --- CPU models: what the 8086, 80186 and 286 do otherwise; checked at translation time ----------
    Edit(
        "qemu/target/i386/translate.c",
        "before the 386, LOCK goes with any instruction; aliases of opcodes that the 8086 does not decode in full",
        " next_byte:\n    b = x86_ldub_code(env, s);\n",
        " next_byte:\n    b = x86_ldub_code(env, s);\n"
        "    if (DOSEMU_MODEL(s->uc) == 0) {\n"
        "        if ((b & 0xf0) == 0x60) {\n"
        "            b |= 0x10; /* Jcc */\n"
        "        } else if ((b & 0xf6) == 0xc0) {\n"
        "            b |= 2; /* RET, RETF */\n"
        "        } else if (b == 0xf1) {\n"
        "            b = 0xf0;\n"
        "        }\n"
        "    }\n"
        "    if (b == 0xf0 && DOSEMU_MODEL(s->uc) < 3) {\n"
        "        prefix_count++;\n"
        "        goto next_byte;\n"
        "    }\n",
    ),
    Edit(
        "qemu/target/i386/translate.c",
        "PUSH SP of the 8086 and 80186 pushes the new SP",
        "        gen_op_mov_v_reg(s, MO_32, s->T0, (b & 7) | REX_B(s));\n        gen_push_v(s, s->T0);\n",
        "        gen_op_mov_v_reg(s, MO_32, s->T0, (b & 7) | REX_B(s));\n"
        "        if (b == 0x54 && DOSEMU_MODEL(s->uc) < 2) {\n"
        "            tcg_gen_subi_tl(tcg_ctx, s->T0, s->T0, 2);\n"
        "        }\n"
        "        gen_push_v(s, s->T0);\n",
    ),
    Edit(
        "qemu/target/i386/translate.c",
        "the same by FF /6",
        "        case 6: /* push Ev */\n",
        "        case 6: /* push Ev */\n"
        "            if (mod == 3 && rm == R_ESP && DOSEMU_MODEL(s->uc) < 2) {\n"
        "                tcg_gen_subi_tl(tcg_ctx, s->T0, s->T0, 2);\n"
        "            }\n",
    ),
    Edit(
        "qemu/target/i386/translate.c",
        "FF /7 of the 8086 is PUSH too",
        "        if (op >= 2 && b == 0xfe) {\n            goto unknown_op;\n        }\n",
        "        if (op >= 2 && b == 0xfe) {\n            goto unknown_op;\n        }\n"
        "        if (op == 7 && DOSEMU_MODEL(s->uc) == 0) {\n            op = 6;\n        }\n",
    ),
    Edit(
        "qemu/target/i386/translate.c",
        "the 8086 looks at two bits of a segment register's number; FS and GS came with the 386",
        "    case 0x8e: /* mov seg, Gv */\n        modrm = x86_ldub_code(env, s);\n        reg = (modrm >> 3) & 7;\n",
        "    case 0x8e: /* mov seg, Gv */\n        modrm = x86_ldub_code(env, s);\n        reg = (modrm >> 3) & 7;\n"
        "        if (DOSEMU_MODEL(s->uc) == 0) {\n            reg &= 3;\n        }\n"
        "        if (reg >= 4 && DOSEMU_MODEL(s->uc) < 3) {\n            goto illegal_op;\n        }\n",
    ),
    Edit(
        "qemu/target/i386/translate.c",
        "the same",
        "    case 0x8c: /* mov Gv, seg */\n        modrm = x86_ldub_code(env, s);\n        reg = (modrm >> 3) & 7;\n",
        "    case 0x8c: /* mov Gv, seg */\n        modrm = x86_ldub_code(env, s);\n        reg = (modrm >> 3) & 7;\n"
        "        if (DOSEMU_MODEL(s->uc) == 0) {\n            reg &= 3;\n        }\n"
        "        if (reg >= 4 && DOSEMU_MODEL(s->uc) < 3) {\n            goto illegal_op;\n        }\n",
    ),
    Edit(
        "qemu/target/i386/translate.c",
        "8F and C6/C7 have one operation; the 8086 does not look at the others' bits",
        "    case 0x8f: /* pop Ev */\n        modrm = x86_ldub_code(env, s);\n        mod = (modrm >> 6) & 3;\n",
        "    case 0x8f: /* pop Ev */\n        modrm = x86_ldub_code(env, s);\n        mod = (modrm >> 6) & 3;\n"
        "        if ((modrm & 0x38) && DOSEMU_MODEL(s->uc) >= 2) {\n            goto illegal_op;\n        }\n",
    ),
    Edit(
        "qemu/target/i386/translate.c",
        "the same",
        "        reg = ((modrm >> 3) & 7) | rex_r;\n        if (mod != 3) {\n            if (reg != 0)\n"
        "                goto illegal_op;\n            s->rip_offset",
        "        reg = ((modrm >> 3) & 7) | rex_r;\n"
        "        if (DOSEMU_MODEL(s->uc) == 0) {\n            reg = 0;\n        }\n"
        "        if (mod != 3) {\n            if (reg != 0)\n                goto illegal_op;\n            s->rip_offset",
    ),
    Edit(
        "qemu/target/i386/translate.c",
        "C6 /7 with a register came with transactions, long after",
        "            if (reg != 0 && reg != 7)\n",
        "            if (reg != 0)\n",
    ),
    Edit(
        "qemu/target/i386/translate.c",
        "the 8086 shifts by all of CL",
        "static void gen_shift(DisasContext *s1, int op, MemOp ot, int d, int s)\n{\n    if (s != OR_TMP1)\n"
        "        gen_op_mov_v_reg(s1, ot, s1->T1, s);\n",
        SHIFT_8086,
    ),
    Edit(
        "qemu/target/i386/translate.c",
        "where a division ends, for the exception of the 8086",
        "        case 6: /* div */\n",
        "        case 6: /* div */\n            dosemu_division(s);\n",
    ),
    Edit(
        "qemu/target/i386/translate.c",
        "the same",
        "        case 7: /* idiv */\n",
        "        case 7: /* idiv */\n            dosemu_division(s);\n",
    ),
    Edit(
        "qemu/target/i386/translate.c",
        "the same",
        "            gen_exception(s, EXCP00_DIVZ, pc_start - s->cs_base);\n",
        "            dosemu_division(s);\n            gen_exception(s, EXCP00_DIVZ, pc_start - s->cs_base);\n",
    ),
    Edit(
        "qemu/target/i386/int_helper.c",
        "the 8086 has no quotient -128",
        "    if (q != (int8_t)q) {",
        "    if (q != (int8_t)q || (q == -128 && DOSEMU_MODEL(env->uc) == 0)) {",
    ),
    Edit(
        "qemu/target/i386/int_helper.c",
        "nor -32768",
        "    if (q != (int16_t)q) {",
        "    if (q != (int16_t)q || (q == -32768 && DOSEMU_MODEL(env->uc) == 0)) {",
    ),
    Edit(
        "qemu/target/i386/int_helper.c",
        "the largest negative number by -1 would end the host program",
        "    if (den == 0) {\n        raise_exception_ra(env, EXCP00_DIVZ, GETPC());\n    }\n    q = (num / den);\n    r = (num % den);\n"
        "    if (q != (int32_t)q) {",
        "    if (den == 0 || (den == -1 && num == INT64_MIN)) {\n        raise_exception_ra(env, EXCP00_DIVZ, GETPC());\n    }\n"
        "    q = (num / den);\n    r = (num % den);\n    if (q != (int32_t)q) {",
    ),
    Edit(
        "qemu/target/i386/int_helper.c",
        "AAA of the 8086 adjusts AL and AH apart",
        "    icarry = (al > 0xf9);",
        "    icarry = (al > 0xf9) && DOSEMU_MODEL(env->uc) != 0;",
    ),
    Edit(
        "qemu/target/i386/int_helper.c",
        "so does its AAS",
        "    icarry = (al < 6);",
        "    icarry = (al < 6) && DOSEMU_MODEL(env->uc) != 0;",
    ),
    Edit(
        "qemu/target/i386/int_helper.c",
        "DAA of the 8086 compares with 9Fh after a half carry",
        "    if ((old_al > 0x99) || cf) {",
        "    if ((old_al > (af && DOSEMU_MODEL(env->uc) == 0 ? 0x9f : 0x99)) || cf) {",
    ),
    Edit(
        "qemu/target/i386/int_helper.c",
        "so does its DAS",
        "    if ((al1 > 0x99) || cf) {",
        "    if ((al1 > (af && DOSEMU_MODEL(env->uc) == 0 ? 0x9f : 0x99)) || cf) {",
    ),
    Edit(
        "qemu/target/i386/int_helper.c",
        "and it has no carry from the lower digit",
        "        if (al < 6 || cf) {",
        "        if ((al < 6 && DOSEMU_MODEL(env->uc) != 0) || cf) {",
    ),
    Edit(
        "qemu/target/i386/translate.c",
        "RETF takes CS from the stack segment too when SP wraps between the two words",
        "            gen_add_A0_im(s, 1 << dflag);\n            gen_op_ld_v(s, dflag, s->T0, s->A0);\n            gen_op_movl_seg_T0_vm(s, R_CS);",
        "            tcg_gen_addi_tl(tcg_ctx, s->A0, tcg_ctx->cpu_regs[R_ESP], 1 << dflag);\n"
        "            gen_lea_v_seg(s, mo_stacksize(s), s->A0, R_SS, -1);\n"
        "            gen_op_ld_v(s, dflag, s->T0, s->A0);\n            gen_op_movl_seg_T0_vm(s, R_CS);",
    ),
    Edit(
        "qemu/target/i386/translate.c",
        "INTO ends its block, so that what it did not run is not counted",
        "        gen_helper_into(tcg_ctx, tcg_ctx->cpu_env, tcg_const_i32(tcg_ctx, s->pc - pc_start));\n",
        "        gen_helper_into(tcg_ctx, tcg_ctx->cpu_env, tcg_const_i32(tcg_ctx, s->pc - pc_start));\n"
        "        gen_jmp(s, s->pc - s->cs_base);\n",
    ),
    Edit(
        "qemu/target/i386/translate.c",
        "F1 is INT 1 from the 386 on",
        "#ifdef WANT_ICEBP\n",
        "    case 0xf1: /* icebp */\n"
        "        if (DOSEMU_MODEL(s->uc) < 3) {\n            goto illegal_op;\n        }\n"
        "        gen_exception(s, EXCP01_DB, s->pc - s->cs_base);\n        break;\n"
        "#ifdef WANT_ICEBP\n",
    ),
    Edit(
        "qemu/target/i386/translate.c",
        "the 286 takes ten bytes for an instruction",
        "    if (unlikely(s->pc - s->pc_start > X86_MAX_INSN_LENGTH)) {",
        "    if (unlikely(s->pc - s->pc_start > (DOSEMU_MODEL(s->uc) == 2 ? 10 : X86_MAX_INSN_LENGTH))) {",
    ),
    Edit(
        "qemu/target/i386/translate.c",
        "no SYSCALL before the K6",
        "    case 0x105: /* syscall */\n",
        "    case 0x105: /* syscall */\n        if (s->uc->dosemu) {\n            goto illegal_op;\n        }\n",
    ),
    # --- hostile guests: what would end the host's run is the guest's own fault ------------------------
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
        "    uint32_t hflags;\n\n"
        "    if (env->uc->dosemu) {\n"
        "        new_cr4 &= CR4_TSD_MASK | CR4_DE_MASK | CR4_PSE_MASK | CR4_MCE_MASK;\n"
        '    }\n\n#if defined(DEBUG_MMU)\n    printf("CR4 update:',
    ),
    Edit(
        "qemu/target/i386/excp_helper.c",
        "a 4 MB page of the Pentium has no address bits above 31: they are reserved",
        "            pte = pde | ((pde & 0x1fe000LL) << (32 - 13));\n            rsvd_mask = 0x200000;\n            goto do_check_protect_pse36;\n"
        "        }\n\n        if (!(pde & PG_ACCESSED_MASK)) {\n            pde |= PG_ACCESSED_MASK;\n"
        "            x86_stl_phys_notdirty(cs, pde_addr, pde);\n        }\n\n        /* page directory entry */\n"
        "        pte_addr = ((pde & ~0xfff)",
        "            pte = pde | (env->uc->dosemu ? 0 : (pde & 0x1fe000LL) << (32 - 13));\n"
        "            rsvd_mask = env->uc->dosemu ? 0x3fe000 : 0x200000;\n            goto do_check_protect_pse36;\n"
        "        }\n\n        if (!(pde & PG_ACCESSED_MASK)) {\n            pde |= PG_ACCESSED_MASK;\n"
        "            x86_stl_phys_notdirty(cs, pde_addr, pde);\n        }\n\n        /* page directory entry */\n"
        "        pte_addr = ((pde & ~0xfff)",
    ),
    Edit(
        "qemu/target/i386/misc_helper.c",
        "paging without protection is refused",
        "    case 0:\n        cpu_x86_update_cr0(env, (uint32_t)t0);",
        "    case 0:\n        if ((t0 & CR0_PG_MASK) && !(t0 & CR0_PE_MASK)) {\n"
        "            raise_exception_err_ra(env, EXCP0D_GPF, 0, GETPC());\n        }\n"
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
    Edit(
        "qemu/target/i386/fpu_helper.c",
        "clearing the exceptions ends IGNNE as loading the status word does",
        "    env->fpus &= 0x7f00;\n",
        "    env->fpus &= 0x7f00;\n    cpu_clear_ignne(env);\n",
    ),
    Edit(
        "qemu/target/i386/fpu_helper.c",
        "so does FNINIT",
        "static void do_fninit(CPUX86State *env)\n{\n    env->fpus = 0;\n",
        "static void do_fninit(CPUX86State *env)\n{\n    env->fpus = 0;\n    cpu_clear_ignne(env);\n",
    ),
    Edit(
        "qemu/target/i386/translate.c",
        "no MMX before the Pentium",
        "    b &= 0xff;\n    if (s->prefix & PREFIX_DATA)\n        b1 = 1;\n",
        "    b &= 0xff;\n"
        "    if (DOSEMU_MODEL(s->uc) < 5) {\n        gen_unknown_opcode(env, s);\n        return;\n    }\n"
        "    if (s->prefix & PREFIX_DATA)\n        b1 = 1;\n",
    ),
    Edit(
        "uc.c",
        "writing memory through Unicorn's API drops the translations there",
        "            if (uc->write_mem(&uc->address_space_memory, address, bytes, len) ==\n"
        "                false) {\n                break;\n            }\n",
        "            if (uc->write_mem(&uc->address_space_memory, address, bytes, len) ==\n"
        "                false) {\n                break;\n            }\n"
        "            if (uc->dosemu) {\n                dosemu_invalidate(uc, address, len);\n            }\n",
    ),
)
