"""x87 arithmetic by the host's own unit, with its exception flags (``x87.h``)."""

from __future__ import annotations

from .edit import Edit

_FILE = "qemu/target/i386/fpu_helper.c"
_WHOLE = (
    "f2xm1", "frndint", "fyl2x", "fptan", "fpatan", "fxtract", "fprem1", "fprem", "fyl2xp1", "fsqrt", "fsincos",
    "fscale", "fsin", "fcos",
)  # fmt: skip


def _before(name: str, parameters: str, code: str) -> Edit:
    head = f"void helper_{name}({parameters})\n{{\n"
    return Edit(_FILE, f"{name}: first of all", head, head + code)


def _whole(name: str) -> Edit:
    return _before(name, "CPUX86State *env", f"    if (x87_{name}(env, GETPC())) {{\n        return;\n    }}\n")


def _body(name: str, parameters: str, code: str) -> Edit:
    """A helper's body."""
    head = f"void helper_{name}({parameters})\n{{\n"
    return Edit(_FILE, f"{name} looks at the stack", head, f"{head}{code}\n}}\n", upto="\n}\n")


def _arithmetic(name: str, *, of_memory: bool, reverse: bool, original: str) -> Edit:
    st = "0" if of_memory else "st_index"
    other = "&FT0" if of_memory else "&ST0"
    first, second = (other, "to") if reverse else ("to", other)
    return Edit(
        _FILE,
        f"{name} by x87.h",
        original,
        f"    floatx80 *to = x87_both(env, {st}, GETPC());\n\n    x87_{name}(env, to, {first}, {second}, GETPC());\n",
    )


def _line(to: str, name: str, first: str, second: str) -> str:
    if name == "div":
        return f"    {to} = helper_fdiv(env, {first}, {second});\n"
    return f"    {to} = floatx80_{name}({first}, {second}, &env->fp_status);\n"


_STN = "ST(st_index)"
_DIVIDE = "    floatx80 *p;\n\n    p = &ST(st_index);\n    *p = helper_fdiv(env, {}, {});\n"
_VALUE = "CPUX86State *env, {} val"
_LOADS = (
    ("flds_ST0", _VALUE.format("uint32_t"), "x87_from_float32(env, make_float32(val), GETPC())"),
    ("fldl_ST0", _VALUE.format("uint64_t"), "x87_from_float64(env, make_float64(val), GETPC())"),
    ("fildl_ST0", _VALUE.format("int32_t"), "int32_to_floatx80(val, &env->fp_status)"),
    ("fildll_ST0", _VALUE.format("int64_t"), "int64_to_floatx80(val, &env->fp_status)"),
    ("fldt_ST0", "CPUX86State *env, target_ulong ptr", "helper_fldt(env, ptr, GETPC())"),
)
_PUSH = """\
    bool full = x87_full(env, GETPC());

    fpush(env);
    env->fpus &= full ? ~0 : ~X87_C1;
    if (full) {
        env->fpregs[env->fpstt].d = x87_indefinite;
        env->fptags[env->fpstt] |= X87_LOST;
    }"""

# The pointers' part of the environment, by mode (SDM 1, 8.1.10): linear addresses and the opcode in real mode.
_STORE_POINTERS = """\
    bool real = !(env->cr[0] & CR0_PE_MASK) || (env->eflags & VM_MASK);
    uint32_t ip = env->fpip, dp = env->fpdp;
    int opcode = x87_opcode(env);

    if (real) {
        ip = (ip & 0xffff) + (env->fpcs << 4);
        dp = (dp & 0xffff) + (env->fpds << 4);
    }
    if (data32) {
        cpu_stl_data_ra(env, ptr, 0xffff0000 | env->fpuc, retaddr);
        cpu_stl_data_ra(env, ptr + 4, 0xffff0000 | fpus, retaddr);
        cpu_stl_data_ra(env, ptr + 8, 0xffff0000 | fptag, retaddr);
        cpu_stl_data_ra(env, ptr + 12, real ? ip & 0xffff : ip, retaddr);
        cpu_stl_data_ra(env, ptr + 16, real ? (ip >> 16) << 12 | opcode : env->fpcs | opcode << 16, retaddr);
        cpu_stl_data_ra(env, ptr + 20, real ? dp & 0xffff : dp, retaddr);
        cpu_stl_data_ra(env, ptr + 24, real ? (dp >> 16) << 12 : 0xffff0000 | env->fpds, retaddr);
    } else {
        cpu_stw_data_ra(env, ptr, env->fpuc, retaddr);
        cpu_stw_data_ra(env, ptr + 2, fpus, retaddr);
        cpu_stw_data_ra(env, ptr + 4, fptag, retaddr);
        cpu_stw_data_ra(env, ptr + 6, ip, retaddr);
        cpu_stw_data_ra(env, ptr + 8, real ? (ip >> 16) << 12 | opcode : env->fpcs, retaddr);
        cpu_stw_data_ra(env, ptr + 10, dp, retaddr);
        cpu_stw_data_ra(env, ptr + 12, real ? (dp >> 16) << 12 : env->fpds, retaddr);
    }
}
"""
_LOAD_POINTERS = """\
    x87_load_pointers(env, ptr, data32, retaddr);
    cpu_set_fpus(env, fpus);
"""

_TRANSLATE = "qemu/target/i386/translate.c"
_POINTERS = """\
/* Instruction and operand pointers of the FPU: stored before the instruction, so that they are its own when it ends
 * early. Control instructions leave them alone. */
static void dosemu_fpu_pointers(DisasContext *s, int op, TCGv address, int segment, target_ulong ip)
{
    TCGContext *tcg_ctx = s->uc->tcg_ctx;

    if (address ? (op >= 0x0c && op <= 0x0f) || op == 0x2c || op == 0x2e || op == 0x2f
                : op == 0x0a || op == 0x1c || op == 0x3c) {
        return;
    }
    if (address) {
        tcg_gen_ld_i32(tcg_ctx, s->tmp2_i32, tcg_ctx->cpu_env, offsetof(CPUX86State, segs[segment].selector));
        tcg_gen_st16_i32(tcg_ctx, s->tmp2_i32, tcg_ctx->cpu_env, offsetof(CPUX86State, fpds));
        tcg_gen_st_tl(tcg_ctx, address, tcg_ctx->cpu_env, offsetof(CPUX86State, fpdp));
    }
    tcg_gen_ld_i32(tcg_ctx, s->tmp2_i32, tcg_ctx->cpu_env, offsetof(CPUX86State, segs[R_CS].selector));
    tcg_gen_st16_i32(tcg_ctx, s->tmp2_i32, tcg_ctx->cpu_env, offsetof(CPUX86State, fpcs));
    tcg_gen_st_tl(tcg_ctx, tcg_const_tl(tcg_ctx, ip), tcg_ctx->cpu_env, offsetof(CPUX86State, fpip));
}

"""

EDITS = (
    Edit(
        _FILE,
        "arithmetic, conversions and comparisons go through x87.h; 0/0 and infinity/0 are no division by zero",
        "static inline floatx80 helper_fdiv(CPUX86State *env, floatx80 a, floatx80 b)\n",
        '#include "dosemu_x87.h"\n',
        upto="\n}\n",
    ),
    *(
        _arithmetic(name, of_memory=True, reverse=False, original=_line("ST0", name, "ST0", "FT0"))
        for name in ("add", "mul", "sub", "div")
    ),
    *(
        _arithmetic(name, of_memory=True, reverse=True, original=_line("ST0", name, "FT0", "ST0"))
        for name in ("sub", "div")
    ),
    *(
        _arithmetic(name, of_memory=False, reverse=False, original=_line(_STN, name, _STN, "ST0"))
        for name in ("add", "mul", "sub")
    ),
    _arithmetic("sub", of_memory=False, reverse=True, original=_line(_STN, "sub", "ST0", _STN)),
    _arithmetic("div", of_memory=False, reverse=False, original=_DIVIDE.format("*p", "ST0")),
    _arithmetic("div", of_memory=False, reverse=True, original=_DIVIDE.format("ST0", "*p")),
    *(_body(name, parameters, f"    x87_push(env, {value}, GETPC());") for name, parameters, value in _LOADS),
    _body("fpush", "CPUX86State *env", _PUSH),
    Edit(
        _FILE,
        "marks of a pending exception stay in the tags",
        "    env->fptags[env->fpstt] = 0; /* validate stack entry */\n",
        "    env->fptags[env->fpstt] &= ~1; /* validate stack entry */\n",
    ),
    Edit(
        _FILE,
        "the same",
        "    env->fptags[env->fpstt] = 1; /* invalidate stack entry */\n",
        "    env->fptags[env->fpstt] |= 1; /* invalidate stack entry */\n",
    ),
    _body("fmov_ST0_FT0", "CPUX86State *env", "    x87_copy(&ST0, &FT0);"),
    _body("fmov_FT0_STN", "CPUX86State *env, int st_index", "    x87_copy(&FT0, &ST(st_index));"),
    _body(
        "fmov_ST0_STN",
        "CPUX86State *env, int st_index",
        "    x87_copy(&ST0, &ST(st_index));\n}\n\n"
        "void helper_dosemu_fld(CPUX86State *env, int st_index)\n{\n"
        "    x87_push(env, ST(st_index), GETPC());",
    ),
    _body(
        "fmov_STN_ST0",
        "CPUX86State *env, int st_index",
        "    floatx80 *from = &ST0;\n\n    x87_copy(x87_to(env, st_index), from);\n    env->fpus &= ~X87_C1;",
    ),
    _body("fxchg_ST0_STN", "CPUX86State *env, int st_index", "    x87_exchange(env, st_index, GETPC());"),
    _body(
        "fchs_ST0",
        "CPUX86State *env",
        "    bool empty = env->fptags[env->fpstt] & X87_EMPTY;\n"
        "    floatx80 *st = x87_both(env, 0, GETPC());\n\n"
        "    if (!empty) {\n        st->high ^= 0x8000;\n    }\n    env->fpus &= ~X87_C1;",
    ),
    _body(
        "fabs_ST0",
        "CPUX86State *env",
        "    bool empty = env->fptags[env->fpstt] & X87_EMPTY;\n"
        "    floatx80 *st = x87_both(env, 0, GETPC());\n\n"
        "    if (!empty) {\n        st->high &= 0x7fff;\n    }\n    env->fpus &= ~X87_C1;",
    ),
    _before("fdecstp", "CPUX86State *env", "    x87_wait(env, GETPC());\n"),
    _before("fincstp", "CPUX86State *env", "    x87_wait(env, GETPC());\n"),
    _body(
        "ffree_STN",
        "CPUX86State *env, int st_index",
        "    x87_wait(env, GETPC());\n    env->fptags[(env->fpstt + st_index) & 7] |= X87_EMPTY;",
    ),
    Edit(
        _FILE,
        "FXAM of an empty register is no fault",
        "    temp.d = ST0;\n\n    env->fpus &= ~0x4700; /* (C3,C2,C1,C0) <-- 0000 */\n    if (SIGND(temp)) {",
        "    x87_wait(env, GETPC());\n    temp.d = env->fpregs[env->fpstt].d;\n\n"
        "    env->fpus &= ~0x4700; /* (C3,C2,C1,C0) <-- 0000 */\n    if (SIGND(temp)) {",
    ),
    Edit(
        _FILE,
        "the same",
        "    if (env->fptags[env->fpstt]) {\n",
        "    if (env->fptags[env->fpstt] & X87_EMPTY) {\n",
    ),
    Edit(
        _FILE,
        "a control word may unmask an exception",
        "    cpu_set_fpuc(env, val);\n}\n",
        "    x87_wait(env, GETPC());\n    cpu_set_fpuc(env, val);\n"
        "    if (!(env->fpus & ~env->fpuc & FPUC_EM) != !(env->fpus & FPUS_SE)) {\n"
        "        x87_summarize(env);\n    }\n}\n",
    ),
    Edit(
        _FILE,
        "a number too large for a 16-bit integer is an invalid operation",
        "    val = floatx80_to_int32(ST0, &env->fp_status);\n    if (val != (int16_t)val) {\n",
        "    val = floatx80_to_int32(ST0, &env->fp_status);\n    if (val != (int16_t)val) {\n"
        "        x87_raise(env, FPUS_IE, X87_BEFORE, GETPC());\n",
    ),
    Edit(
        _FILE,
        "FBSTP by the host",
        "    val = floatx80_to_int64(ST0, &env->fp_status);\n    mem_ref = ptr;\n",
        "    if (x87_fbst(env, ptr, GETPC())) {\n        return;\n    }\n"
        "    val = floatx80_to_int64(ST0, &env->fp_status);\n    mem_ref = ptr;\n",
    ),
    Edit(_FILE, "FBLD looks at the stack", "    fpush(env);\n    ST0 = tmp;\n", "    x87_push(env, tmp, GETPC());\n"),
    Edit(
        _FILE,
        "images hold registers as they are",
        "static void do_fstenv(CPUX86State *env, target_ulong ptr, int data32,\n",
        "#undef ST\n#define ST(n) (env->fpregs[(env->fpstt + (n)) & 7].d)\n\n"
        "static void do_fstenv(CPUX86State *env, target_ulong ptr, int data32,\n",
    ),
    Edit(
        _FILE,
        "the same",
        "        if (env->fptags[i]) {\n            fptag |= 3;\n",
        "        if (env->fptags[i] & X87_EMPTY) {\n            fptag |= 3;\n",
    ),
    Edit(
        _FILE,
        "the pointers in an image, by mode",
        "    if (data32) {\n        /* 32 bit */\n",
        _STORE_POINTERS,
        upto="\n}\n",
    ),
    Edit(
        _FILE,
        "FSTENV masks all exceptions",
        "void helper_fstenv(CPUX86State *env, target_ulong ptr, int data32)\n{\n"
        "    do_fstenv(env, ptr, data32, GETPC());\n",
        "void helper_fstenv(CPUX86State *env, target_ulong ptr, int data32)\n{\n"
        "    do_fstenv(env, ptr, data32, GETPC());\n"
        "    cpu_set_fpuc(env, env->fpuc | FPUC_EM);\n    x87_summarize(env);\n",
    ),
    Edit(_FILE, "FLDENV loads the pointers too", "    cpu_set_fpus(env, fpus);\n    for", _LOAD_POINTERS + "    for"),
    Edit(
        _FILE,
        "what is loaded may be pending exceptions",
        "        env->fptags[i] = ((fptag & 3) == 3);\n        fptag >>= 2;\n    }\n}\n",
        "        env->fptags[i] = ((fptag & 3) == 3);\n        fptag >>= 2;\n    }\n    x87_summarize(env);\n}\n",
    ),
    _before("fldenv", "CPUX86State *env, target_ulong ptr, int data32", "    x87_wait(env, GETPC());\n"),
    Edit(
        _FILE,
        "FRSTOR waits",
        "    floatx80 tmp;\n    int i;\n\n    do_fldenv(env, ptr, data32, GETPC());\n",
        "    floatx80 tmp;\n    int i;\n\n    x87_wait(env, GETPC());\n    do_fldenv(env, ptr, data32, GETPC());\n",
    ),
    *map(_whole, _WHOLE),
    Edit(
        "qemu/target/i386/cpu.h",
        "where an exception that waits was raised; a register to drop things in",
        "    uint8_t fptags[8];   /* 0 = valid, 1 = empty */\n",
        "    uint8_t fptags[8];   /* 0 = valid, 1 = empty; others in dosemu_x87.h */\n"
        "    struct {\n        uint64_t ip, dp;\n        uint16_t cs, ds;\n    } dosemu_fpu_error;\n"
        "    floatx80 dosemu_fpu_spare;\n",
    ),
    Edit(
        "qemu/target/i386/helper.h",
        "FLD ST(i) is one helper",
        "DEF_HELPER_1(fpush, void, env)\n",
        "DEF_HELPER_1(fpush, void, env)\nDEF_HELPER_2(dosemu_fld, void, env, int)\n",
    ),
    Edit(
        _TRANSLATE,
        "the same",
        "                    gen_helper_fpush(tcg_ctx, tcg_ctx->cpu_env);\n"
        "                    gen_helper_fmov_ST0_STN(tcg_ctx, tcg_ctx->cpu_env,\n"
        "                                            tcg_const_i32(tcg_ctx, (opreg + 1) & 7));\n",
        "                    gen_helper_dosemu_fld(tcg_ctx, tcg_ctx->cpu_env, tcg_const_i32(tcg_ctx, opreg));\n",
    ),
    Edit(
        _TRANSLATE,
        "the FPU's pointers come first",
        "/* convert one instruction. s->base.is_jmp is set if the translation must\n",
        _POINTERS + "/* convert one instruction. s->base.is_jmp is set if the translation must\n",
    ),
    Edit(
        _TRANSLATE,
        "the same",
        "                gen_lea_v_seg(s, s->aflag, ea, a.def_seg, s->override);\n"
        "                switch(op) {\n                case 0x00: /* fxxxs */\n",
        "                gen_lea_v_seg(s, s->aflag, ea, a.def_seg, s->override);\n"
        "                dosemu_fpu_pointers(s, op, last_addr, s->override >= 0 ? s->override : a.def_seg,\n"
        "                                    pc_start - s->cs_base);\n"
        "                switch(op) {\n                case 0x00: /* fxxxs */\n",
    ),
    Edit(
        _TRANSLATE,
        "the same",
        "                if (update_fdp) {\n",
        "                (void)update_fdp;\n                tcg_temp_free(tcg_ctx, last_addr);\n",
        upto="tcg_temp_free(tcg_ctx, last_addr);\n",
    ),
    Edit(
        _TRANSLATE,
        "the same",
        "                opreg = rm;\n\n                switch(op) {\n                case 0x08: /* fld sti */\n",
        "                opreg = rm;\n\n"
        "                dosemu_fpu_pointers(s, op, NULL, 0, pc_start - s->cs_base);\n"
        "                switch(op) {\n                case 0x08: /* fld sti */\n",
    ),
    Edit(
        _TRANSLATE,
        "the same",
        "            if (update_fip) {\n",
        "            (void)update_fip;\n        }\n",
        upto="offsetof(CPUX86State, fpip));\n            }\n        }\n",
    ),
)
