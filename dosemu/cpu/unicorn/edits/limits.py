"""Segment limits of protected mode: loads and stores beyond them fault; flat segments pay nothing.

A translation is made for one state of the flags ``HF_LIMIT``: which of CS, DS, ES and SS are other than flat (4 GB,
writable). Only accesses through those are checked, and in code of 16 bits, which has no flat segments, all of them.
The check is no branch: an address beyond the limit is replaced by one above 4 GB, which no TLB entry holds, so that
the miss raises the fault.
"""

from __future__ import annotations

from .edit import Edit

BOUNDS = """
/* What of a segment can be reached: offsets count from ``base`` (of an expand-down segment: behind its limit), the last
   byte is ``last[0]`` for loads and ``last[1]`` for stores, -1 for none. */
static inline void dosemu_update_limits(CPUX86State *env, int first, int end)
{
    static const int32_t flags[6] = {HF_LIMIT_ES, HF_LIMIT_CS, HF_LIMIT_SS, HF_LIMIT_DS, 0, 0};
    int i;

    for (i = first; i < end; i++) {
        const SegmentCache *segment = &env->segs[i];
        DosemuBounds *bounds = &env->dosemu_bounds[i];
        uint32_t rights = segment->flags, low = 0;
        int64_t last = segment->limit;
        bool down = (rights & (DESC_S_MASK | DESC_CS_MASK | DESC_E_MASK)) == (DESC_S_MASK | DESC_E_MASK);

        if (down) {
            low = segment->limit + 1;
            last = (int64_t)(rights & DESC_B_MASK ? 0xffffffffu : 0xffffu) - segment->limit - 1;
        }
        if (!(rights & DESC_P_MASK)) {
            last = -1;
        }
        bounds->base = (uint32_t)(segment->base + low);
        bounds->last[0] = (rights & DESC_CS_MASK) && !(rights & DESC_R_MASK) ? -1 : last;
        bounds->last[1] = (rights & DESC_CS_MASK) || !(rights & DESC_W_MASK) ? -1 : last;
        bounds->flag = flags[i] | (down ? HF_LIMIT_DOWN : 0);
        if (bounds->last[0] == 0xffffffff && (i == R_CS || bounds->last[1] == 0xffffffff)) {
            bounds->flag = 0;
        }
    }
    env->hflags &= ~HF_LIMITS;
    if ((env->hflags & (HF_PE_MASK | HF_CS32_MASK)) == (HF_PE_MASK | HF_CS32_MASK)) {
        for (i = 0; i < 4; i++) {
            env->hflags |= env->dosemu_bounds[i].flag;
        }
    }
}

"""

CHECK = """/* Whether the flags tell that accesses through a segment are checked. */
static inline bool dosemu_limited(DisasContext *s, int segment)
{
    static const uint32_t flags[4] = {HF_LIMIT_ES, HF_LIMIT_CS, HF_LIMIT_SS, HF_LIMIT_DS};

    return s->uc->dosemu && s->pe && !s->vm86 && s->code32 && segment >= 0 && segment < 4 && s->flags & flags[segment];
}

/* The address to use for ``bytes`` at ``a0``, which the last gen_lea_v_seg made. */
static TCGv dosemu_limit(DisasContext *s, TCGv a0, int bytes, bool write)
{
    TCGContext *tcg_ctx = s->uc->tcg_ctx;
    int segment = s->segment;
    TCGv last, beyond, end = s->limited;
    bool bounds = s->pe && !s->vm86;

    if (segment < 0 || !s->uc->dosemu) {
        return a0;
    }
    if (!bounds) {
        if (!s->wide_address && DOSEMU_MODEL(s->uc) != 2) {
            return a0;
        }
    } else if (s->code32 && segment < 4 && !(segment == R_CS && write) && !dosemu_limited(s, segment)) {
        return a0;
    }
    last = tcg_temp_new(tcg_ctx);
    /* The 286 in real mode has one exception for all segments (iAPX 286 Programmer's Reference, 5.2). */
    beyond = tcg_const_tl(tcg_ctx, segment == R_SS && (bounds || DOSEMU_MODEL(s->uc) != 2) ? DOSEMU_BEYOND_STACK
                                                                                           : DOSEMU_BEYOND);
    if (s->known && a0 == s->A0) {
        /* The address was made of an offset: nothing is to be taken off it again. */
        tcg_gen_addi_tl(tcg_ctx, end, s->known, bytes - 1);
        tcg_gen_ld_tl(tcg_ctx, last, tcg_ctx->cpu_env, offsetof(CPUX86State, dosemu_bounds[segment].last[write]));
        tcg_gen_movcond_tl(tcg_ctx, TCG_COND_GT, end, end, last, beyond, a0);
        tcg_temp_free(tcg_ctx, last);
        tcg_temp_free(tcg_ctx, beyond);
        return end;
    }
    if (bounds) {
        tcg_gen_ld_tl(tcg_ctx, last, tcg_ctx->cpu_env, offsetof(CPUX86State, dosemu_bounds[segment].base));
        tcg_gen_sub_tl(tcg_ctx, end, a0, last);
        tcg_gen_ld_tl(tcg_ctx, last, tcg_ctx->cpu_env, offsetof(CPUX86State, dosemu_bounds[segment].last[write]));
    } else {
        tcg_gen_sub_tl(tcg_ctx, end, a0, tcg_ctx->cpu_seg_base[segment]);
        tcg_gen_ld32u_tl(tcg_ctx, last, tcg_ctx->cpu_env, offsetof(CPUX86State, segs[segment].limit));
    }
    tcg_gen_ext32u_tl(tcg_ctx, end, end);
    if (bytes > 1) {
        tcg_gen_addi_tl(tcg_ctx, end, end, bytes - 1);
    }
    tcg_gen_movcond_tl(tcg_ctx, TCG_COND_GT, end, end, last, beyond, a0);
    tcg_temp_free(tcg_ctx, last);
    tcg_temp_free(tcg_ctx, beyond);
    return end;
}

static inline void dosemu_gen_ld_i64(TCGContext *c, TCGv_i64 v, TCGv a, TCGArg i, MemOp op)
{
    tcg_gen_qemu_ld_i64(c, v, a, i, op);
}

static inline void dosemu_gen_st_i64(TCGContext *c, TCGv_i64 v, TCGv a, TCGArg i, MemOp op)
{
    tcg_gen_qemu_st_i64(c, v, a, i, op);
}

static inline void dosemu_gen_ld_i32(TCGContext *c, TCGv_i32 v, TCGv a, TCGArg i, MemOp op)
{
    tcg_gen_qemu_ld_i32(c, v, a, i, op);
}

static inline void dosemu_gen_st_i32(TCGContext *c, TCGv_i32 v, TCGv a, TCGArg i, MemOp op)
{
    tcg_gen_qemu_st_i32(c, v, a, i, op);
}

#define DOSEMU_LIMIT(a, op, write) dosemu_limit(s, a, 1 << ((op) & MO_SIZE), write)
#undef tcg_gen_qemu_ld_tl
#undef tcg_gen_qemu_st_tl
#undef tcg_gen_qemu_ld_i64
#undef tcg_gen_qemu_st_i64
#undef tcg_gen_qemu_ld_i32
#undef tcg_gen_qemu_st_i32
#define tcg_gen_qemu_ld_tl(c, v, a, i, op) dosemu_gen_ld_i64(c, v, DOSEMU_LIMIT(a, op, false), i, op)
#define tcg_gen_qemu_st_tl(c, v, a, i, op) dosemu_gen_st_i64(c, v, DOSEMU_LIMIT(a, op, true), i, op)
#define tcg_gen_qemu_ld_i64(c, v, a, i, op) dosemu_gen_ld_i64(c, v, DOSEMU_LIMIT(a, op, false), i, op)
#define tcg_gen_qemu_st_i64(c, v, a, i, op) dosemu_gen_st_i64(c, v, DOSEMU_LIMIT(a, op, true), i, op)
#define tcg_gen_qemu_ld_i32(c, v, a, i, op) dosemu_gen_ld_i32(c, v, DOSEMU_LIMIT(a, op, false), i, op)
#define tcg_gen_qemu_st_i32(c, v, a, i, op) dosemu_gen_st_i32(c, v, DOSEMU_LIMIT(a, op, true), i, op)
#define gen_helper_fldt_ST0(c, e, a) (gen_helper_fldt_ST0)(c, e, dosemu_limit(s, a, 10, false))
#define gen_helper_fstt_ST0(c, e, a) (gen_helper_fstt_ST0)(c, e, dosemu_limit(s, a, 10, true))
#define gen_helper_fbld_ST0(c, e, a) (gen_helper_fbld_ST0)(c, e, dosemu_limit(s, a, 10, false))
#define gen_helper_fbst_ST0(c, e, a) (gen_helper_fbst_ST0)(c, e, dosemu_limit(s, a, 10, true))
#define gen_helper_fldenv(c, e, a, d) (gen_helper_fldenv)(c, e, dosemu_limit(s, a, dflag == MO_16 ? 14 : 28, false), d)
#define gen_helper_fstenv(c, e, a, d) (gen_helper_fstenv)(c, e, dosemu_limit(s, a, dflag == MO_16 ? 14 : 28, true), d)
#define gen_helper_frstor(c, e, a, d) (gen_helper_frstor)(c, e, dosemu_limit(s, a, dflag == MO_16 ? 94 : 108, false), d)
#define gen_helper_fsave(c, e, a, d) (gen_helper_fsave)(c, e, dosemu_limit(s, a, dflag == MO_16 ? 94 : 108, true), d)
#define gen_helper_boundw(c, e, a, v) (gen_helper_boundw)(c, e, dosemu_limit(s, a, 4, false), v)
#define gen_helper_boundl(c, e, a, v) (gen_helper_boundl)(c, e, dosemu_limit(s, a, 8, false), v)
#define gen_helper_cmpxchg8b(c, e, a) (gen_helper_cmpxchg8b)(c, e, dosemu_limit(s, a, 8, true))
#define gen_helper_cmpxchg8b_unlocked(c, e, a) (gen_helper_cmpxchg8b_unlocked)(c, e, dosemu_limit(s, a, 8, true))
#undef tcg_gen_atomic_xchg_tl
#undef tcg_gen_atomic_cmpxchg_tl
#define tcg_gen_atomic_xchg_tl(c, r, a, v, i, op) \\
    tcg_gen_atomic_xchg_i64(c, r, DOSEMU_LIMIT(a, op, true), v, i, op)
#define tcg_gen_atomic_cmpxchg_tl(c, r, a, o, v, i, op) \\
    tcg_gen_atomic_cmpxchg_i64(c, r, DOSEMU_LIMIT(a, op, true), o, v, i, op)

static inline void gen_op_ld_v("""

EDITS = (
    Edit(
        "qemu/target/i386/cpu.h",
        "which segments are other than flat is a property of a translation",
        "#define HF_CPL_MASK          (3 << HF_CPL_SHIFT)\n",
        "#define HF_LIMIT_DS          (1 << 27)\n"
        "#define HF_LIMIT_ES          (1 << 28)\n"
        "#define HF_LIMIT_SS          (1 << 29)\n"
        "#define HF_LIMIT_CS          (1 << 30)\n"
        "#define HF_LIMIT_DOWN        (1u << 31) /* one of them expands down */\n"
        "#define HF_LIMITS            (HF_LIMIT_DS | HF_LIMIT_ES | HF_LIMIT_SS | HF_LIMIT_CS | HF_LIMIT_DOWN)\n"
        "#define DOSEMU_BEYOND        (-0x1000) /* addresses that stand for those beyond a limit */\n"
        "#define DOSEMU_BEYOND_STACK  (-0x2000)\n"
        "#define HF_CPL_MASK          (3 << HF_CPL_SHIFT)\n",
    ),
    Edit(
        "qemu/target/i386/cpu.h",
        "segments as they are checked",
        "    target_ulong dosemu_after_div; /* where the last division ends */\n",
        "    target_ulong dosemu_after_div; /* where the last division ends */\n    DosemuBounds dosemu_bounds[6];\n",
    ),
    Edit(
        "qemu/target/i386/cpu.h",
        "their form",
        "} SegmentCache;\n",
        "} SegmentCache;\n"
        "\n"
        "typedef struct DosemuBounds {\n"
        "    target_ulong base;\n"
        "    int64_t last[2];\n"
        "    uint32_t flag;\n"
        "} DosemuBounds;\n",
    ),
    Edit(
        "qemu/target/i386/cpu.h",
        "kept up with each segment that is loaded",
        "static inline void cpu_x86_load_seg_cache(CPUX86State *env,\n",
        BOUNDS.lstrip() + "static inline void cpu_x86_load_seg_cache(CPUX86State *env,\n",
    ),
    Edit(
        "qemu/target/i386/cpu.h",
        "the segment that is loaded",
        "                       ~(HF_SS32_MASK | HF_ADDSEG_MASK)) | new_hflags;\n    }\n",
        "                       ~(HF_SS32_MASK | HF_ADDSEG_MASK)) | new_hflags;\n    }\n"
        "    dosemu_update_limits(env, seg_reg, seg_reg + 1);\n",
    ),
    Edit(
        "qemu/target/i386/cpu.c",
        "segments that were set directly",
        "    env->hflags = hflags;\n}\n\nstatic void x86_cpu_common_class_init",
        "    env->hflags = hflags;\n    dosemu_update_limits(env, 0, 6);\n}\n\nstatic void x86_cpu_common_class_init",
    ),
    Edit(
        "qemu/target/i386/helper.c",
        "real mode changes only bases: all of them when protected mode begins",
        "        ((new_cr0 << (HF_MP_SHIFT - 1)) & (HF_MP_MASK | HF_EM_MASK | HF_TS_MASK));\n}\n",
        "        ((new_cr0 << (HF_MP_SHIFT - 1)) & (HF_MP_MASK | HF_EM_MASK | HF_TS_MASK));\n"
        "    dosemu_update_limits(env, 0, 6);\n}\n",
    ),
    Edit(
        "qemu/target/i386/excp_helper.c",
        "an address above 4 GB was beyond a limit",
        "    if (handle_mmu_fault(cs, addr, size, access_type, mmu_idx)) {\n",
        "    if (env->uc->dosemu && addr >> 32 && !(env->hflags & HF_LMA_MASK)) {\n"
        "        if (probe) {\n"
        "            return false;\n"
        "        }\n"
        "        raise_exception_err_ra(env, (addr & ~(vaddr)0xfff) == (vaddr)DOSEMU_BEYOND_STACK ? EXCP0C_STACK\n"
        "                                                                                       : EXCP0D_GPF,\n"
        "                               0, retaddr);\n"
        "    }\n"
        "    if (handle_mmu_fault(cs, addr, size, access_type, mmu_idx)) {\n",
    ),
    Edit(
        "qemu/target/i386/helper.h",
        "code beyond the limit of its segment",
        "DEF_HELPER_2(dosemu_repeat, void, env, i32)\n",
        "DEF_HELPER_2(dosemu_repeat, void, env, i32)\nDEF_HELPER_2(dosemu_fetch, void, env, i32)\n",
    ),
    Edit(
        "qemu/target/i386/excp_helper.c",
        "the limit may have changed since the code was translated",
        "bool x86_cpu_tlb_fill(",
        "void helper_dosemu_fetch(CPUX86State *env, uint32_t offset)\n"
        "{\n"
        "    if (offset > env->segs[R_CS].limit) {\n"
        "        raise_exception_err_ra(env, EXCP0D_GPF, 0, GETPC());\n"
        "    }\n"
        "}\n"
        "\n"
        "bool x86_cpu_tlb_fill(",
    ),
    Edit(
        "qemu/target/i386/translate.c",
        "only code that is beyond the limit when it is translated looks at it when it runs",
        "    pc_next = disas_insn(dc, cpu);\n",
        "    dc->known = NULL;\n"
        "    if (dc->pe && !dc->vm86 && dc->uc->dosemu &&\n"
        "        (uint32_t)(dc->base.pc_next - dc->cs_base) > ((CPUX86State *)cpu->env_ptr)->segs[R_CS].limit) {\n"
        "        TCGContext *tcg_ctx = dc->uc->tcg_ctx;\n"
        "        TCGv_i32 offset = tcg_const_i32(tcg_ctx, dc->base.pc_next - dc->cs_base);\n"
        "\n"
        "        gen_helper_dosemu_fetch(tcg_ctx, tcg_ctx->cpu_env, offset);\n"
        "        tcg_temp_free_i32(tcg_ctx, offset);\n"
        "    }\n"
        "    pc_next = disas_insn(dc, cpu);\n",
    ),
    Edit(
        "qemu/target/i386/translate.c",
        "the segment of the address made last",
        "    /* current insn context */\n    int override; /* -1 if no override */\n",
        "    int segment; /* -1 if none */\n"
        "    bool wide_address;\n"
        "    TCGv limited;\n"
        "    TCGv offset; /* a place to keep one */\n"
        "    TCGv known; /* the offset that A0 was made of: there or A0 itself; NULL where it is to be found */\n"
        "\n"
        "    /* current insn context */\n    int override; /* -1 if no override */\n",
    ),
    Edit(
        "qemu/target/i386/translate.c",
        "note it, and its offset where that is checked",
        "                          int def_seg, int ovr_seg)\n{\n    TCGContext *tcg_ctx = s->uc->tcg_ctx;\n\n"
        "    switch (aflag) {\n",
        "                          int def_seg, int ovr_seg)\n{\n    TCGContext *tcg_ctx = s->uc->tcg_ctx;\n"
        "    bool keep;\n\n"
        "    s->segment = ovr_seg >= 0 ? ovr_seg : def_seg;\n"
        "    s->wide_address = aflag == MO_32;\n"
        "    keep = dosemu_limited(s, s->segment) && !(s->flags & HF_LIMIT_DOWN);\n"
        "    s->known = keep ? s->A0 : NULL;\n"
        "    switch (aflag) {\n",
    ),
    Edit(
        "qemu/target/i386/translate.c",
        "an offset that a base is added to",
        "        TCGv seg = tcg_ctx->cpu_seg_base[ovr_seg];\n\n        if (aflag == MO_64) {\n",
        "        TCGv seg = tcg_ctx->cpu_seg_base[ovr_seg];\n\n"
        "        if (keep) {\n"
        "            tcg_gen_ext32u_tl(tcg_ctx, s->offset, a0);\n"
        "            s->known = a0 = s->offset;\n"
        "        }\n"
        "        if (aflag == MO_64) {\n",
    ),
    Edit(
        "qemu/target/i386/translate.c",
        "an address that moves on",
        "static void gen_add_A0_im(DisasContext *s, int val)\n{\n    TCGContext *tcg_ctx = s->uc->tcg_ctx;\n\n",
        "static void gen_add_A0_im(DisasContext *s, int val)\n{\n    TCGContext *tcg_ctx = s->uc->tcg_ctx;\n\n"
        "    if (s->known != s->A0) {\n        s->known = NULL;\n    }\n",
    ),
    Edit(
        "qemu/target/i386/translate.c",
        "all loads and stores ask",
        "static inline void gen_op_ld_v(",
        CHECK,
    ),
    Edit(
        "qemu/target/i386/translate.c",
        "LOCK before arithmetic",
        "        gen_op_ld_v(s1, ot, s1->T0, s1->A0);\n    }\n    switch(op) {\n",
        "        gen_op_ld_v(s1, ot, s1->T0, s1->A0);\n"
        "    } else {\n"
        "        tcg_gen_mov_tl(tcg_ctx, s1->A0, dosemu_limit(s1, s1->A0, 1 << ot, true));\n"
        "    }\n    switch(op) {\n",
    ),
    Edit(
        "qemu/target/i386/translate.c",
        "LOCK before INC and DEC",
        "        tcg_gen_movi_tl(tcg_ctx, s1->T0, c > 0 ? 1 : -1);\n        tcg_gen_atomic_add",
        "        tcg_gen_mov_tl(tcg_ctx, s1->A0, dosemu_limit(s1, s1->A0, 1 << ot, true));\n"
        "        tcg_gen_movi_tl(tcg_ctx, s1->T0, c > 0 ? 1 : -1);\n        tcg_gen_atomic_add",
    ),
    Edit(
        "qemu/target/i386/translate.c",
        "what a block starts with",
        "    dc->tmp0 = tcg_temp_new(tcg_ctx);\n",
        "    dc->tmp0 = tcg_temp_new(tcg_ctx);\n    dc->limited = tcg_temp_new(tcg_ctx);\n    dc->segment = -1;\n"
        "    dc->offset = tcg_temp_new(tcg_ctx);\n    dc->known = NULL;\n",
    ),
)
