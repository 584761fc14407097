"""Immediates and displacements that a program keeps writing into its code are loaded when the instruction runs.

Stores to code drop the translations they hit. Each page counts them by byte; an operand that was hit often becomes a
load from the guest's memory in the next translation, and its bytes are no code any more as far as stores are concerned.
"""

from __future__ import annotations

from .edit import Edit

_ALL = "qemu/accel/tcg/translate-all.c"
_TRANSLATE = "qemu/target/i386/translate.c"


def _immediate(why: str, before: str, register: str, after: str, sign: str = "false") -> Edit:
    """``before`` + the constant into ``register`` + ``after``, loaded instead."""
    constant = f"tcg_gen_movi_tl(tcg_ctx, s->{register}, val);\n"
    return Edit(
        _TRANSLATE,
        why,
        before + constant + after,
        before + f"gen_immediate(s, s->{register}, val, {sign});\n" + after,
    )


EDITS = (
    Edit(
        "qemu/include/exec/exec-all.h",
        "the operands that a block loads: offset from its start, and log2 of the size in the upper bits",
        "    uint32_t hash;  // unicorn needs this hash to remove this TB from QHT cache\n",
        "    uint32_t hash;  // unicorn needs this hash to remove this TB from QHT cache\n"
        "#define DOSEMU_MAX_LOADED 16\n"
        "    uint16_t loaded_count;\n"
        "    uint16_t loaded[DOSEMU_MAX_LOADED];\n",
    ),
    Edit(
        "qemu/include/exec/exec-all.h",
        "where operands at an address are loaded from when they are patched often",
        "/* Hide the atomic_read to make code a little easier on the eyes */\n",
        "void *dosemu_patched(struct uc_struct *uc, target_ulong address, int size);\n"
        "\n"
        "/* Hide the atomic_read to make code a little easier on the eyes */\n",
    ),
    Edit(
        _ALL,
        "stores that hit code, counted by byte",
        "    unsigned int code_write_count;\n} PageDesc;",
        "    unsigned int code_write_count;\n    uint8_t *patches;\n} PageDesc;",
    ),
    Edit(
        _ALL,
        "loaded operands are data",
        "        qemu_bitmap_set(p->code_bitmap, tb_start, tb_end - tb_start);\n    }\n}\n",
        "        if (n == 0) {\n"
        "            int i, first = tb_start;\n"
        "\n"
        "            for (i = 0; i < tb->loaded_count; i++) {\n"
        "                int at = tb_start + (tb->loaded[i] & 0x1FFF);\n"
        "\n"
        "                if (at >= tb_end) {\n"
        "                    break;\n"
        "                }\n"
        "                qemu_bitmap_set(p->code_bitmap, first, at - first);\n"
        "                first = at + (1 << (tb->loaded[i] >> 13));\n"
        "            }\n"
        "            tb_start = first;\n"
        "        }\n"
        "        if (tb_start < tb_end) {\n"
        "            qemu_bitmap_set(p->code_bitmap, tb_start, tb_end - tb_start);\n"
        "        }\n"
        "    }\n"
        "}\n",
    ),
    Edit(
        _ALL,
        "count a store that hits code; which operands were hit often",
        "bool dosemu_page_has_tb(struct uc_struct *uc, tb_page_addr_t address)\n{\n",
        "#define DOSEMU_OFTEN 4\n"
        "\n"
        "static void dosemu_count_patch(PageDesc *p, tb_page_addr_t address, int size)\n"
        "{\n"
        "    unsigned int nr = address & ~TARGET_PAGE_MASK;\n"
        "\n"
        "    if (p->patches == NULL) {\n"
        "        p->patches = g_malloc0(TARGET_PAGE_SIZE);\n"
        "    }\n"
        "    for (; size > 0 && nr < TARGET_PAGE_SIZE; size--, nr++) {\n"
        "        p->patches[nr] += p->patches[nr] < DOSEMU_OFTEN;\n"
        "    }\n"
        "}\n"
        "\n"
        "void *dosemu_patched(struct uc_struct *uc, target_ulong address, int size)\n"
        "{\n"
        "#ifdef HOST_WORDS_BIGENDIAN\n"
        "    return NULL;\n"
        "#else\n"
        "    void *host;\n"
        "    tb_page_addr_t physical = get_page_addr_code_hostp(uc->cpu->env_ptr, address, &host);\n"
        "    PageDesc *p = physical == -1 ? NULL : page_find(uc, physical >> TARGET_PAGE_BITS);\n"
        "    unsigned int nr = physical & ~TARGET_PAGE_MASK;\n"
        "\n"
        "    if (p == NULL || p->patches == NULL || host == NULL) {\n"
        "        return NULL;\n"
        "    }\n"
        "    for (; size > 0; size--, nr++) {\n"
        "        if (p->patches[nr] >= DOSEMU_OFTEN) {\n"
        "            return host;\n"
        "        }\n"
        "    }\n"
        "    return NULL;\n"
        "#endif\n"
        "}\n"
        "\n"
        "bool dosemu_page_has_tb(struct uc_struct *uc, tb_page_addr_t address)\n{\n",
    ),
    Edit(
        _ALL,
        "what pages hang on to is freed with them",
        "static void tb_clean_internal(void **p, int x)\n{\n    int i;\n    void **q;\n",
        "static void dosemu_free_pages(PageDesc *pages)\n"
        "{\n"
        "    int i;\n"
        "\n"
        "    for (i = 0; i < V_L2_SIZE; i++) {\n"
        "        g_free(pages[i].code_bitmap);\n"
        "        g_free(pages[i].patches);\n"
        "    }\n"
        "}\n"
        "\n"
        "static void tb_clean_internal(void **p, int x)\n{\n    int i;\n    void **q;\n",
    ),
    Edit(
        _ALL,
        "in the last level",
        "            if (q) {\n                g_free(q);\n",
        "            if (q) {\n                dosemu_free_pages((PageDesc *)q);\n                g_free(q);\n",
    ),
    Edit(
        _ALL,
        "in the only level",
        "                    if (p) {\n                        g_free(p);\n",
        "                    if (p) {\n"
        "                        dosemu_free_pages((PageDesc *)p);\n"
        "                        g_free(p);\n",
    ),
    Edit(
        _ALL,
        "count where a store of the CPU drops translations",
        "    do_invalidate:\n",
        "    do_invalidate:\n        dosemu_count_patch(p, start, len);\n",
    ),
    Edit(
        _TRANSLATE,
        "the operand read last, and a displacement that is to be loaded",
        "typedef struct DisasContext {\n    DisasContextBase base;\n",
        "typedef struct DisasContext {\n    DisasContextBase base;\n\n"
        "    /* patched operands (dosemu) */\n"
        "    target_ulong operand;\n"
        "    MemOp operand_size;\n"
        "    void *displacement;\n"
        "    MemOp displacement_size;\n",
    ),
    Edit(
        _TRANSLATE,
        "load an operand that is patched often",
        "static AddressParts gen_lea_modrm_0(CPUX86State *env, DisasContext *s,\n",
        "/* Where an operand of this block is loaded from, NULL when it is a constant; it must be used at once. */\n"
        "static void *patched_operand(DisasContext *s, target_ulong address, MemOp size)\n"
        "{\n"
        "    TranslationBlock *tb = s->base.tb;\n"
        "    void *host;\n"
        "\n"
        "    if (s->uc->dosemu == NULL || size > MO_32 || tb->loaded_count == DOSEMU_MAX_LOADED ||\n"
        "        ((address ^ tb->pc) & TARGET_PAGE_MASK) ||\n"
        "        (address & ~TARGET_PAGE_MASK) + (1 << size) > TARGET_PAGE_SIZE) {\n"
        "        return NULL;\n"
        "    }\n"
        "    host = dosemu_patched(s->uc, address, 1 << size);\n"
        "    if (host != NULL) {\n"
        "        tb->loaded[tb->loaded_count++] = (address - tb->pc) | size << 13;\n"
        "    }\n"
        "    return host;\n"
        "}\n"
        "\n"
        "static void gen_load_operand(DisasContext *s, TCGv to, void *host, MemOp size, bool sign)\n"
        "{\n"
        "    TCGContext *tcg_ctx = s->uc->tcg_ctx;\n"
        "    TCGv_ptr pointer = tcg_const_ptr(tcg_ctx, host);\n"
        "\n"
        "    switch (size) {\n"
        "    case MO_8:\n"
        "        (sign ? tcg_gen_ld8s_tl : tcg_gen_ld8u_tl)(tcg_ctx, to, pointer, 0);\n"
        "        break;\n"
        "    case MO_16:\n"
        "        (sign ? tcg_gen_ld16s_tl : tcg_gen_ld16u_tl)(tcg_ctx, to, pointer, 0);\n"
        "        break;\n"
        "    default:\n"
        "        tcg_gen_ld32s_tl(tcg_ctx, to, pointer, 0);\n"
        "        break;\n"
        "    }\n"
        "    tcg_temp_free_ptr(tcg_ctx, pointer);\n"
        "}\n"
        "\n"
        "/* The operand that insn_get() read last, whose value is known. */\n"
        "static void gen_immediate(DisasContext *s, TCGv to, int value, bool sign)\n"
        "{\n"
        "    TCGContext *tcg_ctx = s->uc->tcg_ctx;\n"
        "    void *host = patched_operand(s, s->operand, s->operand_size);\n"
        "\n"
        "    if (host != NULL) {\n"
        "        gen_load_operand(s, to, host, s->operand_size, sign);\n"
        "    } else {\n"
        "        tcg_gen_movi_tl(tcg_ctx, to, value);\n"
        "    }\n"
        "}\n"
        "\n"
        "static AddressParts gen_lea_modrm_0(CPUX86State *env, DisasContext *s,\n",
    ),
    Edit(
        _TRANSLATE,
        "remember where an operand is",
        "static inline uint32_t insn_get(CPUX86State *env, DisasContext *s, MemOp ot)\n{\n    uint32_t ret;\n\n",
        "static inline uint32_t insn_get(CPUX86State *env, DisasContext *s, MemOp ot)\n{\n    uint32_t ret;\n\n"
        "    s->operand = s->pc;\n    s->operand_size = ot;\n",
    ),
    Edit(
        _TRANSLATE,
        "no displacement yet",
        "    def_seg = R_DS;\n    index = -1;\n    scale = 0;\n    disp = 0;\n",
        "    def_seg = R_DS;\n    index = -1;\n    scale = 0;\n    disp = 0;\n    s->displacement = NULL;\n",
    ),
    Edit(
        _TRANSLATE,
        "a displacement of 32 bits beside a register",
        "        default:\n        case 2:\n"
        "            disp = (int32_t)x86_ldl_code(env, s);\n            break;\n        }\n",
        "        default:\n        case 2:\n            disp = (int32_t)x86_ldl_code(env, s);\n"
        "            if (!CODE64(s) && !s->popl_esp_hack) {\n"
        "                s->displacement = patched_operand(s, s->pc - 4, MO_32);\n"
        "                s->displacement_size = MO_32;\n"
        "            }\n            break;\n        }\n",
    ),
    Edit(
        _TRANSLATE,
        "a displacement of 32 bits alone, or beside an index",
        "                if (CODE64(s) && !havesib) {\n",
        "                if (!CODE64(s)) {\n"
        "                    s->displacement = patched_operand(s, s->pc - 4, MO_32);\n"
        "                    s->displacement_size = MO_32;\n"
        "                }\n"
        "                if (CODE64(s) && !havesib) {\n",
    ),
    Edit(
        _TRANSLATE,
        "a displacement of 16 bits alone",
        "                disp = x86_lduw_code(env, s);\n                break;\n",
        "                disp = x86_lduw_code(env, s);\n"
        "                s->displacement = patched_operand(s, s->pc - 2, MO_16);\n"
        "                s->displacement_size = MO_16;\n"
        "                break;\n",
    ),
    Edit(
        _TRANSLATE,
        "a displacement of 16 bits beside a register",
        "            disp = (int16_t)x86_lduw_code(env, s);\n        }\n",
        "            disp = (int16_t)x86_lduw_code(env, s);\n"
        "            s->displacement = patched_operand(s, s->pc - 2, MO_16);\n"
        "            s->displacement_size = MO_16;\n        }\n",
    ),
    Edit(
        _TRANSLATE,
        "the address of a patched displacement",
        "    if (!ea) {\n        tcg_gen_movi_tl(tcg_ctx, s->A0, a.disp);\n        ea = s->A0;\n",
        "    if (s->displacement != NULL) {\n"
        "        TCGv loaded = tcg_temp_new(tcg_ctx);\n"
        "\n"
        "        gen_load_operand(s, loaded, s->displacement, s->displacement_size, ea != NULL);\n"
        "        if (ea) {\n"
        "            tcg_gen_add_tl(tcg_ctx, s->A0, ea, loaded);\n"
        "        } else {\n"
        "            tcg_gen_mov_tl(tcg_ctx, s->A0, loaded);\n"
        "        }\n"
        "        tcg_temp_free(tcg_ctx, loaded);\n"
        "        s->displacement = NULL;\n"
        "        ea = s->A0;\n"
        "    } else if (!ea) {\n        tcg_gen_movi_tl(tcg_ctx, s->A0, a.disp);\n        ea = s->A0;\n",
    ),
    _immediate(
        "accumulator and immediate",
        "                val = insn_get(env, s, ot);\n                ",
        "T1",
        "                gen_op(s, op, ot, OR_EAX);\n",
    ),
    _immediate(
        "register or memory and immediate", "            ", "T1", "            gen_op(s, op, ot, opreg);\n", "b == 0x83"
    ),
    _immediate(
        "TEST with memory",
        "            val = insn_get(env, s, ot);\n            ",
        "T1",
        "            gen_op_testl_T0_T1_cc(s);\n",
    ),
    _immediate(
        "TEST with the accumulator",
        "        gen_op_mov_v_reg(s, ot, s->T0, OR_EAX);\n        ",
        "T1",
        "        gen_op_testl_T0_T1_cc(s);\n",
    ),
    _immediate(
        "IMUL", "            val = insn_get(env, s, ot);\n            ", "T1", "        } else if (b == 0x6b) {\n"
    ),
    _immediate(
        "IMUL by a byte",
        "            val = (int8_t)insn_get(env, s, MO_8);\n            ",
        "T1",
        "        } else {\n            gen_op_mov_v_reg(s, ot, s->T1, reg);\n",
        "true",
    ),
    _immediate(
        "PUSH",
        "            val = (int8_t)insn_get(env, s, MO_8);\n        ",
        "T0",
        "        gen_push_v(s, s->T0);\n",
        "b == 0x6a",
    ),
    _immediate("MOV to memory", "        val = insn_get(env, s, ot);\n        ", "T0", "        if (mod != 3) {\n"),
    _immediate(
        "MOV of a byte",
        "        val = insn_get(env, s, MO_8);\n        ",
        "T0",
        "        gen_op_mov_reg_v(s, MO_8, (b & 7)",
    ),
    _immediate(
        "MOV",
        "            reg = (b & 7) | REX_B(s);\n            ",
        "T0",
        "            gen_op_mov_reg_v(s, ot, reg, s->T0);\n",
    ),
    Edit(
        _TRANSLATE,
        "address in MOV of the accumulator",
        "            tcg_gen_movi_tl(tcg_ctx, s->A0, offset_addr);\n",
        "            gen_immediate(s, s->A0, offset_addr, false);\n",
    ),
    Edit(
        _TRANSLATE,
        "shifts by an immediate",
        "                    shift = x86_ldub_code(env, s);\n                }\n                gen_shifti(",
        "                    void *host;\n"
        "\n"
        "                    shift = x86_ldub_code(env, s);\n"
        "                    host = patched_operand(s, s->pc - 1, MO_8);\n"
        "                    if (host != NULL) {\n"
        "                        gen_load_operand(s, s->T1, host, MO_8, false);\n"
        "                        gen_shift(s, op, ot, opreg, OR_TMP1);\n"
        "                        break;\n"
        "                    }\n"
        "                }\n                gen_shifti(",
    ),
    Edit(
        _TRANSLATE,
        "a block begins without loaded operands",
        "    dc->popl_esp_hack = 0;\n",
        "    dc->popl_esp_hack = 0;\n    dc->base.tb->loaded_count = 0;\n",
    ),
)
