"""Instructions that the translator handles slowly or not at all, whatever the CPU."""

from __future__ import annotations

from .edit import Edit

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


EDITS = (
    Edit(
        "qemu/target/i386/translate.c",
        "LOOP and JCXZ chain to the next block like Jcc",
        "            b &= 3;\n            switch(b) {\n            case 0: /* loopnz */",
        LOOP_CHAIN,
    ),
    Edit(
        "qemu/target/i386/translate.c",
        "F6 /1 and F7 /1 are TEST too",
        "        case 0: /* test */\n"
        "            val = insn_get(env, s, ot);\n"
        "            tcg_gen_movi_tl(tcg_ctx, s->T1, val);",
        "        case 0: /* test */\n"
        "        case 1:\n"
        "            val = insn_get(env, s, ot);\n"
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
        "RETF takes CS from the stack segment too when SP wraps between the two words",
        "            gen_add_A0_im(s, 1 << dflag);\n"
        "            gen_op_ld_v(s, dflag, s->T0, s->A0);\n"
        "            gen_op_movl_seg_T0_vm(s, R_CS);",
        "            tcg_gen_addi_tl(tcg_ctx, s->A0, tcg_ctx->cpu_regs[R_ESP], 1 << dflag);\n"
        "            gen_lea_v_seg(s, mo_stacksize(s), s->A0, R_SS, -1);\n"
        "            gen_op_ld_v(s, dflag, s->T0, s->A0);\n"
        "            gen_op_movl_seg_T0_vm(s, R_CS);",
    ),
    Edit(
        "qemu/target/i386/translate.c",
        "INTO ends its block, so that what it did not run is not counted",
        "        gen_helper_into(tcg_ctx, tcg_ctx->cpu_env, tcg_const_i32(tcg_ctx, s->pc - pc_start));\n",
        "        gen_helper_into(tcg_ctx, tcg_ctx->cpu_env, tcg_const_i32(tcg_ctx, s->pc - pc_start));\n"
        "        gen_jmp(s, s->pc - s->cs_base);\n",
    ),
)
