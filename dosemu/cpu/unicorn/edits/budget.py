"""The exit check and the instruction budget inline in every block, instead of a helper call."""

from __future__ import annotations

from .edit import Edit

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

BUDGET = """    *last_tb = NULL;
    cpu_neg(cpu)->icount_decr.u32 += tb->icount;
    insns_left = cpu_neg(cpu)->icount_decr.u32;
    if (insns_left < 0) {"""

REFILL = """    {
        int64_t left = (int64_t)cpu_neg(cpu)->icount_decr.u16.low + cpu->icount_extra;
        int64_t low = MIN(left, 0xffff);

        bool limited = cpu->uc->dosemu && cpu->uc->dosemu->running;

        /* uc_emu_start() has no budget: there the counter is filled for ever, and what it counts below zero is time. */
        if (!limited && !cpu->uc->stop_request) {
            cpu_neg(cpu)->icount_decr.u16.low = 0xffff;
            cpu->icount_extra = left - 0xffff;
            return;
        }
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


EDITS = (
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
    Edit(
        "qemu/tcg/tcg-op.c",
        "no call after each load and store: all addresses answer, so that only hooks can ask for an exit there",
        "    if (tcg_ctx->uc->no_exit_request) {\n        return;\n    }\n\n    TCGv_ptr puc",
        "    if (tcg_ctx->uc->no_exit_request ||\n"
        "        (tcg_ctx->uc->dosemu && !HOOK_EXISTS(tcg_ctx->uc, UC_HOOK_MEM_READ) &&\n"
        "         !HOOK_EXISTS(tcg_ctx->uc, UC_HOOK_MEM_WRITE) &&\n"
        "         !HOOK_EXISTS(tcg_ctx->uc, UC_HOOK_MEM_READ_AFTER) &&\n"
        "         !HOOK_EXISTS(tcg_ctx->uc, UC_HOOK_CODE))) {\n"
        "        return;\n    }\n\n    TCGv_ptr puc",
    ),
)
