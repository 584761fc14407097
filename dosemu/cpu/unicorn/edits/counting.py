"""What the translator does, counted; and for coverage and profiles how often each block runs, while somebody asks."""

from __future__ import annotations

from .edit import Edit

COUNTER = """
    if (tcg_ctx->uc->dosemu && tcg_ctx->uc->dosemu->counting) {
        uint64_t *at = dosemu_block_counter(tcg_ctx->uc->dosemu, (uint32_t)tb->pc, tb->flags);
        TCGv_ptr counter = tcg_const_ptr(tcg_ctx, at);
        TCGv_i64 runs = tcg_temp_new_i64(tcg_ctx);

        tcg_gen_ld_i64(tcg_ctx, runs, counter, 0);
        tcg_gen_addi_i64(tcg_ctx, runs, runs, 1);
        tcg_gen_st_i64(tcg_ctx, runs, counter, 0);
        tcg_temp_free_i64(tcg_ctx, runs);
        tcg_temp_free_ptr(tcg_ctx, counter);
    }
"""

EDITS = (
    Edit(
        "qemu/include/exec/gen-icount.h",
        "a block counts how often it runs, behind the check that lets it run",
        "    tcg_gen_brcondi_i32(tcg_ctx, TCG_COND_LT, count, 0, tcg_ctx->exitreq_label);\n",
        "    tcg_gen_brcondi_i32(tcg_ctx, TCG_COND_LT, count, 0, tcg_ctx->exitreq_label);\n" + COUNTER,
    ),
    Edit(
        "qemu/accel/tcg/cpu-exec.c",
        "blocks translated",
        "        /* We add the TB in the virtual pc hash table for the fast lookup */\n",
        "        dosemu_translated(cpu->uc->dosemu, (uint32_t)tb->pc, tb->size, tb->icount);\n"
        "        /* We add the TB in the virtual pc hash table for the fast lookup */\n",
    ),
    Edit(
        "qemu/accel/tcg/cpu-exec.c",
        "direct jumps made",
        "        tb_add_jump(last_tb, tb_exit, tb);\n",
        "        tb_add_jump(last_tb, tb_exit, tb);\n"
        "        if (cpu->uc->dosemu) {\n            cpu->uc->dosemu->statistics.links++;\n        }\n",
    ),
    Edit(
        "qemu/accel/tcg/cpu-exec.c",
        "blocks entered from the loop",
        "    // trace_exec_tb(tb, tb->pc);\n    ret = cpu_tb_exec(cpu, tb);\n",
        "    if (cpu->uc->dosemu) {\n        cpu->uc->dosemu->statistics.dispatched++;\n    }\n"
        "    ret = cpu_tb_exec(cpu, tb);\n",
    ),
    Edit(
        "qemu/accel/tcg/tcg-runtime.c",
        "blocks looked for by jumps to computed addresses",
        "    tb = tb_lookup__cpu_state(cpu, &pc, &cs_base, &flags, curr_cflags());\n    if (tb == NULL) {\n",
        "    tb = tb_lookup__cpu_state(cpu, &pc, &cs_base, &flags, curr_cflags());\n"
        "    if (uc->dosemu) {\n"
        "        uc->dosemu->statistics.looked_up++;\n"
        "        uc->dosemu->statistics.found += tb != NULL;\n"
        "    }\n"
        "    if (tb == NULL) {\n",
    ),
    Edit(
        "qemu/target/i386/excp_helper.c",
        "fills of the TLB",
        "    env->retaddr = retaddr;\n    if (handle_mmu_fault(cs, addr, size, access_type, mmu_idx)) {\n",
        "    env->retaddr = retaddr;\n"
        "    if (env->uc->dosemu) {\n        env->uc->dosemu->statistics.tlb_fills++;\n    }\n"
        "    if (handle_mmu_fault(cs, addr, size, access_type, mmu_idx)) {\n",
    ),
)
