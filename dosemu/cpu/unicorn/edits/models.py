"""What the 8086, 80186, 286, 386 and 486 do otherwise; checked when code is translated, so it costs nothing."""

from __future__ import annotations

from .edit import Edit

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
    Edit(
        "qemu/target/i386/translate.c",
        "before the 386 there are no 32-bit prefixes and no FS and GS",
        "    /* now check op code */\n reswitch:\n",
        "    if (s->uc->dosemu && s->uc->dosemu->model < 3 &&\n"
        "        ((prefixes & (PREFIX_DATA | PREFIX_ADR)) || s->override == R_FS || s->override == R_GS)) {\n"
        "        goto illegal_op;\n"
        "    }\n"
        "\n"
        "    /* now check op code */\n"
        " reswitch:\n",
    ),
    Edit(
        "qemu/target/i386/translate.c",
        "two-byte opcodes of the 286 and, none, of the 8086",
        "        b = x86_ldub_code(env, s) | 0x100;\n"
        "        goto reswitch;\n"
        "\n"
        "        /**************************/\n"
        "        /* arith & logic */",
        "        b = x86_ldub_code(env, s) | 0x100;\n"
        "        if (s->uc->dosemu && s->uc->dosemu->model < 3 && (b > 0x106 || s->uc->dosemu->model < 2)) {\n"
        "            goto illegal_op;\n"
        "        }\n"
        "        if (DOSEMU_MODEL(s->uc) == 3 &&\n"
        "            ((b & ~1) == 0x108 || (b & ~1) == 0x1b0 || (b & ~1) == 0x1c0 || (b & ~7) == 0x1c8)) {\n"
        "            goto illegal_op; /* INVD, WBINVD, CMPXCHG, XADD, BSWAP came with the 486 */\n"
        "        }\n"
        "        goto reswitch;\n"
        "\n"
        "        /**************************/\n"
        "        /* arith & logic */",
    ),
    Edit(
        "qemu/target/i386/cpu.h",
        "flag bits that the chosen CPU does not have, or always shows set",
        "    int end_reset_fields;\n",
        "    int end_reset_fields;\n"
        "    uint32_t dosemu_flags_locked;\n"
        "    uint32_t dosemu_flags_set;\n"
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
        "    CC_SRC = eflags & (CC_O | CC_S | CC_Z | CC_A | CC_P | CC_C);\n"
        "    CC_OP = CC_OP_EFLAGS;\n"
        "    env->df = 1 - (2 * ((eflags >> 10) & 1));\n"
        "    env->eflags = (env->eflags & ~update_mask) |",
        "    CC_SRC = eflags & (CC_O | CC_S | CC_Z | CC_A | CC_P | CC_C);\n"
        "    CC_OP = CC_OP_EFLAGS;\n"
        "    env->df = 1 - (2 * ((eflags >> 10) & 1));\n"
        "    update_mask &= ~env->dosemu_flags_locked;\n"
        "    if (!(env->cr[0] & CR0_PE_MASK)) {\n"
        "        update_mask &= ~env->dosemu_flags_real;\n"
        "    }\n"
        "    env->eflags = (env->eflags & ~update_mask) |",
    ),
    Edit(
        "qemu/target/i386/translate.c",
        "before the 386, LOCK goes with any instruction; aliases of opcodes that the 8086 does not decode in full",
        " next_byte:\n    b = x86_ldub_code(env, s);\n",
        " next_byte:\n"
        "    b = x86_ldub_code(env, s);\n"
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
        "        if (op >= 2 && b == 0xfe) {\n"
        "            goto unknown_op;\n"
        "        }\n"
        "        if (op == 7 && DOSEMU_MODEL(s->uc) == 0) {\n"
        "            op = 6;\n"
        "        }\n",
    ),
    Edit(
        "qemu/target/i386/translate.c",
        "the 8086 looks at two bits of a segment register's number; FS and GS came with the 386",
        "    case 0x8e: /* mov seg, Gv */\n        modrm = x86_ldub_code(env, s);\n        reg = (modrm >> 3) & 7;\n",
        "    case 0x8e: /* mov seg, Gv */\n"
        "        modrm = x86_ldub_code(env, s);\n"
        "        reg = (modrm >> 3) & 7;\n"
        "        if (DOSEMU_MODEL(s->uc) == 0) {\n"
        "            reg &= 3;\n"
        "        }\n"
        "        if (reg >= 4 && DOSEMU_MODEL(s->uc) < 3) {\n"
        "            goto illegal_op;\n"
        "        }\n",
    ),
    Edit(
        "qemu/target/i386/translate.c",
        "the same",
        "    case 0x8c: /* mov Gv, seg */\n        modrm = x86_ldub_code(env, s);\n        reg = (modrm >> 3) & 7;\n",
        "    case 0x8c: /* mov Gv, seg */\n"
        "        modrm = x86_ldub_code(env, s);\n"
        "        reg = (modrm >> 3) & 7;\n"
        "        if (DOSEMU_MODEL(s->uc) == 0) {\n"
        "            reg &= 3;\n"
        "        }\n"
        "        if (reg >= 4 && DOSEMU_MODEL(s->uc) < 3) {\n"
        "            goto illegal_op;\n"
        "        }\n",
    ),
    Edit(
        "qemu/target/i386/translate.c",
        "8F and C6/C7 have one operation; the 8086 does not look at the others' bits",
        "    case 0x8f: /* pop Ev */\n        modrm = x86_ldub_code(env, s);\n        mod = (modrm >> 6) & 3;\n",
        "    case 0x8f: /* pop Ev */\n"
        "        modrm = x86_ldub_code(env, s);\n"
        "        mod = (modrm >> 6) & 3;\n"
        "        if ((modrm & 0x38) && DOSEMU_MODEL(s->uc) >= 2) {\n"
        "            goto illegal_op;\n"
        "        }\n",
    ),
    Edit(
        "qemu/target/i386/translate.c",
        "the same",
        "        reg = ((modrm >> 3) & 7) | rex_r;\n"
        "        if (mod != 3) {\n"
        "            if (reg != 0)\n"
        "                goto illegal_op;\n"
        "            s->rip_offset",
        "        reg = ((modrm >> 3) & 7) | rex_r;\n"
        "        if (DOSEMU_MODEL(s->uc) == 0) {\n"
        "            reg = 0;\n"
        "        }\n"
        "        if (mod != 3) {\n"
        "            if (reg != 0)\n"
        "                goto illegal_op;\n"
        "            s->rip_offset",
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
        "static void gen_shift(DisasContext *s1, int op, MemOp ot, int d, int s)\n"
        "{\n"
        "    if (s != OR_TMP1)\n"
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
        "F1 is INT 1 from the 386 on",
        "#ifdef WANT_ICEBP\n",
        "    case 0xf1: /* icebp */\n"
        "        if (DOSEMU_MODEL(s->uc) < 3) {\n"
        "            goto illegal_op;\n"
        "        }\n"
        "        gen_exception(s, EXCP01_DB, s->pc - s->cs_base);\n"
        "        break;\n"
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
    Edit(
        "qemu/target/i386/translate.c",
        "no MMX before the Pentium",
        "    b &= 0xff;\n    if (s->prefix & PREFIX_DATA)\n        b1 = 1;\n",
        "    b &= 0xff;\n"
        "    if (DOSEMU_MODEL(s->uc) < 5) {\n"
        "        gen_unknown_opcode(env, s);\n"
        "        return;\n"
        "    }\n"
        "    if (s->prefix & PREFIX_DATA)\n"
        "        b1 = 1;\n",
    ),
)
