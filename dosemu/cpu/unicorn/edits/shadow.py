"""The interrupt shadow of STI, MOV SS and POP SS inside translated code.

QEMU ends a block at each of them, sets a flag of the CPU and goes through its main loop, twice. Nothing is interrupted
inside a block, so it is enough here that the next instruction is in the same one. STI makes the block end behind that
instruction, and the check at the start of the next one fails when a request waits. Only where a block has to end in
the shadow (its longest length, the end of a page, a breakpoint, a step, new flags by MOV SS in protected mode) is
the flag set; it is taken back where the instruction in its shadow begins.
"""

from __future__ import annotations

from .edit import Edit

RECHECK = """/* An interrupt that waits is looked at behind this block: the next one's check of the counter fails. */
static void dosemu_gen_recheck(DisasContext *s)
{
    TCGContext *tcg_ctx = s->uc->tcg_ctx;
    TCGv_i32 request = tcg_temp_new_i32(tcg_ctx), count = tcg_temp_new_i32(tcg_ctx);
    intptr_t counter = offsetof(X86CPU, neg.icount_decr.u32) - offsetof(X86CPU, env);

    QEMU_BUILD_BUG_ON(CPU_INTERRUPT_HARD != 2);
    tcg_gen_ld_i32(tcg_ctx, request, tcg_ctx->cpu_env,
                   offsetof(X86CPU, parent_obj.interrupt_request) - (intptr_t)offsetof(X86CPU, env));
    tcg_gen_andi_i32(tcg_ctx, request, request, CPU_INTERRUPT_HARD);
    tcg_gen_neg_i32(tcg_ctx, request, request);
    tcg_gen_shli_i32(tcg_ctx, request, request, 15);
    tcg_gen_ld_i32(tcg_ctx, count, tcg_ctx->cpu_env, counter);
    tcg_gen_or_i32(tcg_ctx, count, count, request);
    tcg_gen_st_i32(tcg_ctx, count, tcg_ctx->cpu_env, counter);
    tcg_temp_free_i32(tcg_ctx, count);
    tcg_temp_free_i32(tcg_ctx, request);
}

/* The instruction that is being translated can leave its shadow to the next one in this block. */
static inline bool dosemu_inline_shadow(DisasContext *s)
{
    return s->uc->dosemu && s->jmp_opt;
}

"""

STI = """            if (dosemu_inline_shadow(s)) {
                tcg_gen_ld_tl(tcg_ctx, s->T0, tcg_ctx->cpu_env, offsetof(CPUX86State, eflags));
                tcg_gen_ori_tl(tcg_ctx, s->T0, s->T0, IF_MASK);
                tcg_gen_st_tl(tcg_ctx, s->T0, tcg_ctx->cpu_env, offsetof(CPUX86State, eflags));
                dosemu_gen_recheck(s);
                s->sti = true;
                s->shadow = !s->shielded;
                if (s->shielded) {
                    s->base.is_jmp = DISAS_TOO_MANY;
                }
                break;
            }
            gen_helper_sti(tcg_ctx, tcg_ctx->cpu_env);
"""


def _load(name: str, before: str, after: str) -> Edit:
    end = "                dosemu_gen_next(s, false, false);\n            }\n        }\n        break;\n"
    return Edit(
        "qemu/target/i386/translate.c",
        name,
        before
        + "                s->tf = 0;\n                gen_eob_inhibit_irq(s, true);\n            } else {\n"
        + end
        + after,
        before
        + "                s->tf = 0;\n"
        + "                dosemu_gen_next(s, !s->shielded, false);\n"
        + "            } else {\n"
        + end.replace(
            "        }\n        break",
            "        } else if (reg == R_SS) {\n            s->shadow = !s->shielded;\n        }\n        break",
        )
        + after,
    )


LOADED = (
    "        if (s->base.is_jmp) {\n            gen_jmp_im(s, s->pc - s->cs_base);\n            if (reg == R_SS) {\n"
)

EDITS = (
    Edit(
        "qemu/target/i386/translate.c",
        "where translation is: the next instruction is in a shadow; this one is; the block ends behind the next one",
        "    /* current insn context */\n    int override; /* -1 if no override */\n",
        "    bool shadow;\n"
        "    bool shielded;\n"
        "    bool sti;\n"
        "\n"
        "    /* current insn context */\n    int override; /* -1 if no override */\n",
    ),
    Edit(
        "qemu/target/i386/translate.c",
        "an interrupt that waits",
        "/* Generate an end of block. Trace exception is also generated if needed.\n",
        RECHECK + "/* Generate an end of block. Trace exception is also generated if needed.\n",
    ),
    Edit(
        "qemu/target/i386/translate.c",
        "in real mode MOV SS changes nothing that a block is translated for",
        "        gen_op_movl_seg_T0_vm(s, seg_reg);\n        if (seg_reg == R_SS) {\n",
        "        gen_op_movl_seg_T0_vm(s, seg_reg);\n"
        "        if (seg_reg == R_SS && !(s->uc->dosemu && s->jmp_opt)) {\n",
    ),
    _load("POP SS", LOADED, "    case 0x1a1: /* pop fs */\n"),
    _load("MOV SS", LOADED, "    case 0x8c: /* mov Gv, seg */\n"),
    Edit(
        "qemu/target/i386/translate.c",
        "STI",
        "            gen_helper_sti(tcg_ctx, tcg_ctx->cpu_env);\n",
        STI,
    ),
    Edit(
        "qemu/target/i386/translate.c",
        "STI that ends its block",
        "            gen_jmp_im(s, s->pc - s->cs_base);\n            gen_eob_inhibit_irq(s, true);\n        } else {\n",
        "            gen_jmp_im(s, s->pc - s->cs_base);\n"
        "            gen_eob_inhibit_irq(s, !s->shielded);\n"
        "        } else {\n",
    ),
    Edit(
        "qemu/target/i386/translate.c",
        "a block in a shadow chains too",
        "    dc->jmp_opt = !(dc->tf || dc->base.singlestep_enabled ||\n"
        "                    (flags & HF_INHIBIT_IRQ_MASK));\n",
        "    dc->jmp_opt = !(dc->tf || dc->base.singlestep_enabled ||\n"
        "                    (!dc->uc->dosemu && (flags & HF_INHIBIT_IRQ_MASK)));\n",
    ),
    Edit(
        "qemu/target/i386/translate.c",
        "instructions in a shadow are marked, so that one that has to begin again is still in it",
        "    tcg_gen_insn_start(tcg_ctx, dc->base.pc_next, dc->cc_op);\n",
        "    dc->shielded = dc->shadow || (dc->base.num_insns == 1 && (dc->base.tb->flags & HF_INHIBIT_IRQ_MASK));\n"
        "    tcg_gen_insn_start(tcg_ctx, dc->base.pc_next, dc->cc_op | (dc->shielded ? DOSEMU_SHIELDED : 0));\n",
    ),
    Edit(
        "qemu/target/i386/translate.c",
        "without the mark",
        "    int cc_op = data[1];\n",
        "    int cc_op = data[1] & ~DOSEMU_SHIELDED;\n",
    ),
    Edit(
        "qemu/accel/tcg/translate-all.c",
        "where such an instruction is left to begin again (not where a handler only looks at EIP)",
        "        cpu_neg(cpu)->icount_decr.u16.low += num_insns - i;\n    }\n",
        "        cpu_neg(cpu)->icount_decr.u16.low += num_insns - i;\n"
        "    }\n"
        "    if (reset_icount && (data[1] & DOSEMU_SHIELDED)) {\n"
        "        env->hflags |= HF_INHIBIT_IRQ_MASK;\n"
        "    }\n",
    ),
    Edit(
        "qemu/target/i386/cpu.h",
        "the mark, beside the state of the flags",
        "#define HF_CPL_MASK          (3 << HF_CPL_SHIFT)\n",
        "#define HF_CPL_MASK          (3 << HF_CPL_SHIFT)\n#define DOSEMU_SHIELDED      0x1000\n",
    ),
    Edit(
        "qemu/target/i386/translate.c",
        "a breakpoint in the shadow",
        "    if (bp->flags & flags) {\n        gen_debug(",
        "    if (bp->flags & flags) {\n"
        "        if (dc->shadow) {\n"
        "            gen_set_hflag(dc, HF_INHIBIT_IRQ_MASK);\n"
        "        }\n"
        "        gen_debug(",
    ),
    Edit(
        "qemu/target/i386/translate.c",
        "the shadow ends where its instruction begins",
        "    DisasContext *dc = container_of(dcbase, DisasContext, base);\n    target_ulong pc_next;\n\n",
        "    DisasContext *dc = container_of(dcbase, DisasContext, base);\n"
        "    target_ulong pc_next;\n"
        "    bool last = dc->sti;\n\n"
        "    dc->shadow = false;\n"
        "    if (dc->uc->dosemu && (dc->flags & HF_INHIBIT_IRQ_MASK)) {\n"
        "        gen_reset_hflag(dc, HF_INHIBIT_IRQ_MASK);\n"
        "        dosemu_gen_recheck(dc);\n"
        "    }\n",
    ),
    Edit(
        "qemu/target/i386/translate.c",
        "the block ends behind the instruction in STI's shadow",
        "    if (dc->tf || (dc->base.tb->flags & HF_INHIBIT_IRQ_MASK)) {\n        /* if single step mode",
        "    if (dc->tf || ((last || (dc->base.tb->flags & HF_INHIBIT_IRQ_MASK)) && dc->base.is_jmp == DISAS_NEXT)) {\n"
        "        /* if single step mode",
    ),
    Edit(
        "qemu/target/i386/translate.c",
        "a block that ends in the shadow",
        "    if (dc->base.is_jmp == DISAS_TOO_MANY && dc->jmp_opt) {\n        gen_jmp(",
        "    if (dc->base.is_jmp == DISAS_TOO_MANY && dc->shadow) {\n"
        "        gen_jmp_im(dc, dc->base.pc_next - dc->cs_base);\n"
        "        gen_eob_inhibit_irq(dc, true);\n"
        "    } else if (dc->base.is_jmp == DISAS_TOO_MANY && dc->jmp_opt) {\n        gen_jmp(",
    ),
    Edit(
        "qemu/accel/tcg/cpu-exec.c",
        "an OUT that makes a request has a shadow, other times not: no direct jump to the block in it",
        "    if (tb->page_addr[1] != -1) {\n        last_tb = NULL;\n",
        "    if (tb->page_addr[1] != -1 || (cpu->uc->dosemu && (tb->flags & HF_INHIBIT_IRQ_MASK))) {\n"
        "        last_tb = NULL;\n",
    ),
)
