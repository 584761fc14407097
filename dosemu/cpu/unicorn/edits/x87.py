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


def _arithmetic(name: str, *, reverse: bool, original: str) -> Edit:
    first, second = ("&ST0", "to") if reverse else ("to", "&ST0")
    return Edit(
        _FILE,
        f"{name} by x87.h",
        original,
        "    floatx80 *to = x87_both(env, st_index, GETPC());\n\n"
        f"    x87_{name}(env, to, {first}, {second}, GETPC());\n",
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

_NAMES = ("add", "mul", "com", "com", "sub", "subr", "div", "divr")  # by bits 5 to 3 of the instruction
_OPERANDS = (("float32", "i32"), ("int", "s32"), ("float64", "i64"), ("st", "int"))

# No helper but those of FCOMI and FUCOMI changes registers of the CPU: translated code keeps them where they are.
_HELPERS = (
    ("void", ("fpush", "fpop", "fdecstp", "fincstp", "fchs_ST0", "fabs_ST0", "fxam_ST0", "fld1_ST0", "fldl2t_ST0",
              "fldl2e_ST0", "fldpi_ST0", "fldlg2_ST0", "fldln2_ST0", "fldz_ST0", "fclex", "fwait", "fninit", *_WHOLE)),
    ("i32", ("fsts_ST0", "fnstsw", "fnstcw")),
    ("i64", ("fstl_ST0",)),
    ("s32", ("fist_ST0", "fistl_ST0", "fistt_ST0", "fisttl_ST0")),
    ("s64", ("fistll_ST0", "fisttll_ST0")),
    ("void, i32", ("flds_ST0", "fldcw")),
    ("void, i64", ("fldl_ST0",)),
    ("void, s32", ("fildl_ST0",)),
    ("void, s64", ("fildll_ST0",)),
    ("void, tl", ("fldt_ST0", "fstt_ST0", "fbld_ST0", "fbst_ST0")),
    ("void, int", ("ffree_STN", "fmov_FT0_STN", "fmov_ST0_STN", "fmov_STN_ST0", "fxchg_ST0_STN", "dosemu_fld",
                   "dosemu_ucom_st", *(f"f{name}_STN_ST0" for name in _NAMES if name != "com"))),
    ("void, tl, int", ("fstenv", "fldenv", "fsave", "frstor")),
    *(
        (f"void, {taken}", tuple(f"dosemu_{name}_{kind}" for name in dict.fromkeys(_NAMES)))
        for kind, taken in _OPERANDS
    ),
)  # fmt: skip


def _declarations() -> str:
    lines = ["DEF_HELPER_1(fcomi_ST0_FT0, void, env)\n", "DEF_HELPER_1(fucomi_ST0_FT0, void, env)\n"]
    for signature, names in _HELPERS:
        result, *parameters = signature.split(", ")
        taken = ", ".join(["env", *parameters])
        lines += [
            f"DEF_HELPER_FLAGS_{len(parameters) + 1}({name}, TCG_CALL_NO_WG, {result}, {taken})\n" for name in names
        ]
    return "".join(lines)


def _table(name: str, kind: str, width: str) -> str:
    members = ", ".join(f"gen_helper_dosemu_{member}_{kind}" for member in _NAMES)
    return (
        f"    static void (*const {name}[8])(TCGContext *, TCGv_ptr, TCGv_{width}) = {{\n        {members},\n    }};\n"
    )


_OPERATIONS = (
    "/* ST(0) and an operand in memory or in ST(n); ``op`` and ``kind`` are fields of the instruction. */\n"
    "static void dosemu_gen_x87_memory(DisasContext *s, int op, int kind)\n{\n"
    + _table("by_float32", "float32", "i32") + _table("by_int", "int", "i32") + _table("by_float64", "float64", "i64")
    + """\
    TCGContext *tcg_ctx = s->uc->tcg_ctx;

    if (kind == 2) {
        tcg_gen_qemu_ld_i64(tcg_ctx, s->tmp1_i64, s->A0, s->mem_index, MO_LEQ);
        by_float64[op](tcg_ctx, tcg_ctx->cpu_env, s->tmp1_i64);
    } else {
        tcg_gen_qemu_ld_i32(tcg_ctx, s->tmp2_i32, s->A0, s->mem_index, kind == 3 ? MO_LESW : MO_LEUL);
        (kind ? by_int : by_float32)[op](tcg_ctx, tcg_ctx->cpu_env, s->tmp2_i32);
    }
}

static void dosemu_gen_x87_register(DisasContext *s, int op, int n)
{
"""
    + _table("by_st", "st", "i32")
    + """\
    TCGContext *tcg_ctx = s->uc->tcg_ctx;

    by_st[op](tcg_ctx, tcg_ctx->cpu_env, tcg_const_i32(tcg_ctx, n));
}
"""
)  # fmt: skip

_ENV = "tcg_ctx, tcg_ctx->cpu_env"


def _two_helpers(indent: int, n: str, name: str) -> str:
    """An operation with a register that was copied first."""
    arguments = "tcg_ctx, op1" if name == "p_arith" else _ENV
    lines = (
        f"gen_helper_fmov_FT0_STN({_ENV}, tcg_const_i32(tcg_ctx, {n}));",
        f"gen_helper_f{name}_ST0_FT0({arguments});",
    )
    return "".join(" " * indent + line + "\n" for line in lines)


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
        Edit(_FILE, "one helper does an operation with its operand", find, "", upto=upto)
        for find, upto in (
            ("void helper_flds_FT0(", "    FT0 = int32_to_floatx80(val, &env->fp_status);\n}\n\n"),
            ("void helper_fmov_ST0_FT0(", "\n}\n\n"),
            (
                "static const int fcom_ccval[4]",
                "compare_quiet(ST0, FT0, &env->fp_status);\n"
                "    env->fpus = (env->fpus & ~0x4500) | fcom_ccval[ret + 1];\n}\n\n",
            ),
            ("void helper_fadd_ST0_FT0(", "    ST0 = helper_fdiv(env, FT0, ST0);\n}\n\n"),
            ("void helper_fldz_FT0(", "\n}\n\n"),
        )
    ),
    *(_arithmetic(name, reverse=False, original=_line(_STN, name, _STN, "ST0")) for name in ("add", "mul", "sub")),
    _arithmetic("sub", reverse=True, original=_line(_STN, "sub", "ST0", _STN)),
    _arithmetic("div", reverse=False, original=_DIVIDE.format("*p", "ST0")),
    _arithmetic("div", reverse=True, original=_DIVIDE.format("ST0", "*p")),
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
        "int32_t helper_fist_ST0(CPUX86State *env)\n{\n",
        "int32_t helper_fist_ST0(CPUX86State *env)\n{\n    return x87_to_int16(env, &ST0, GETPC());\n}\n",
        upto="\n}\n",
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
        "no helper but those of FCOMI and FUCOMI changes registers of the CPU: they stay where they are",
        "DEF_HELPER_2(flds_FT0, void, env, i32)\n",
        _declarations(),
        upto="DEF_HELPER_3(frstor, void, env, tl, int)\n",
    ),
    Edit(
        _TRANSLATE,
        "an operation and its operand in one helper",
        "static void gen_helper_fp_arith_ST0_FT0(TCGContext *tcg_ctx, int op)\n",
        _OPERATIONS,
        upto="\n}\n",
    ),
    Edit(
        _TRANSLATE,
        "its operand from memory",
        "                        switch(op >> 4) {\n                        case 0:\n"
        "                            tcg_gen_qemu_ld_i32(tcg_ctx, s->tmp2_i32, s->A0,\n"
        "                                                s->mem_index, MO_LEUL);\n"
        "                            gen_helper_flds_FT0",
        "                        dosemu_gen_x87_memory(s, op1, op >> 4);\n",
        upto="gen_helper_fp_arith_ST0_FT0(tcg_ctx, op1);\n",
    ),
    Edit(
        _TRANSLATE,
        "its operand in a register",
        _two_helpers(28, "opreg", "p_arith"),
        "                            dosemu_gen_x87_register(s, op1, opreg);\n",
    ),
    *(
        Edit(
            _TRANSLATE,
            "comparisons of registers",
            f"{label}\n" + _two_helpers(indent, n, name),
            f"{label}\n" + " " * indent + f"gen_helper_dosemu_{name}_st({_ENV}, tcg_const_i32(tcg_ctx, {n}));\n",
        )
        for label, indent, n, name in (
            ("case 0x22: /* fcom2, undocumented op */", 20, "opreg", "com"),
            ("case 0x32: /* fcomp5, undocumented op */", 20, "opreg", "com"),
            ("case 0x2c: /* fucom st(i) */", 20, "opreg", "ucom"),
            ("case 0x2d: /* fucomp st(i) */", 20, "opreg", "ucom"),
            ("case 1: /* fcompp */", 24, "1", "com"),
            ("case 1: /* fucompp */", 24, "1", "ucom"),
        )
    ),
    Edit(
        _TRANSLATE,
        "FTST compares with the whole number 0",
        "                        gen_helper_fldz_FT0(tcg_ctx, tcg_ctx->cpu_env);\n"
        "                        gen_helper_fcom_ST0_FT0(tcg_ctx, tcg_ctx->cpu_env);\n",
        "                        gen_helper_dosemu_com_int(tcg_ctx, tcg_ctx->cpu_env, tcg_const_i32(tcg_ctx, 0));\n",
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
