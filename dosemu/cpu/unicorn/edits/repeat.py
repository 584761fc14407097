"""REP MOVS and REP STOS: the iterations that need nothing else are done in one call (repeat.c)."""

from __future__ import annotations

from .edit import Edit

# Short repetitions are not worth the call.
GEN = """/* Many iterations at once, up to one before the last; then translated code goes on as ever. */
static void dosemu_gen_repeat(DisasContext *s, MemOp ot, bool movs)
{
    TCGContext *tcg_ctx = s->uc->tcg_ctx;
    TCGLabel *few;
    TCGv_i32 what;

    if (!s->uc->dosemu || !s->jmp_opt || ot > MO_32 || s->aflag > MO_32) {
        return;
    }
    few = gen_new_label(tcg_ctx);
    tcg_gen_mov_tl(tcg_ctx, s->tmp0, tcg_ctx->cpu_regs[R_ECX]);
    gen_extu(tcg_ctx, s->aflag, s->tmp0);
    tcg_gen_brcondi_tl(tcg_ctx, TCG_COND_LEU, s->tmp0, 4, few);
    what = tcg_const_i32(tcg_ctx, ot | (movs ? DOSEMU_REPEAT_MOVS : 0) |
                         (s->aflag == MO_32 ? DOSEMU_REPEAT_WIDE : 0) |
                         (s->override >= 0 ? s->override : R_DS) << DOSEMU_REPEAT_SEGMENT);
    gen_helper_dosemu_repeat(tcg_ctx, tcg_ctx->cpu_env, what);
    tcg_temp_free_i32(tcg_ctx, what);
    gen_set_label(tcg_ctx, few);
}

static inline void gen_movs_many(DisasContext *s, MemOp ot)
{
    dosemu_gen_repeat(s, ot, true);
    gen_movs(s, ot);
}

static inline void gen_stos_many(DisasContext *s, MemOp ot)
{
    dosemu_gen_repeat(s, ot, false);
    gen_stos(s, ot);
}

GEN_REPZ(movs_many)
GEN_REPZ(stos_many)
"""

EDITS = (
    Edit(
        "qemu/target/i386/helper.h",
        "a helper that does many iterations",
        "DEF_HELPER_1(stgi, void, env)\n",
        "DEF_HELPER_1(stgi, void, env)\nDEF_HELPER_2(dosemu_repeat, void, env, i32)\n",
    ),
    Edit(
        "qemu/target/i386/translate.c",
        "ask it in front of an iteration",
        "GEN_REPZ(movs)\nGEN_REPZ(stos)\n",
        GEN,
    ),
    Edit(
        "qemu/target/i386/translate.c",
        "REP MOVS",
        "            gen_repz_movs(s,",
        "            gen_repz_movs_many(s,",
    ),
    Edit(
        "qemu/target/i386/translate.c",
        "REP STOS",
        "            gen_repz_stos(s,",
        "            gen_repz_stos_many(s,",
    ),
)
