"""x87 arithmetic by the host's own unit, with its exception flags (``x87.h``)."""

from __future__ import annotations

from .edit import Edit

_FILE = "qemu/target/i386/fpu_helper.c"
_WHOLE = (
    "f2xm1", "fyl2x", "fptan", "fpatan", "fxtract", "fprem1", "fprem", "fyl2xp1", "fsqrt", "fsincos", "fscale", "fsin",
    "fcos",
)  # fmt: skip


def _whole(name: str) -> Edit:
    return Edit(
        _FILE,
        f"{name} by the host",
        f"void helper_{name}(CPUX86State *env)\n{{\n",
        f"void helper_{name}(CPUX86State *env)\n{{\n    if (x87_{name}(env)) {{\n        return;\n    }}\n",
    )


def _line(old: str, new: str) -> Edit:
    return Edit(_FILE, "in place", f"    {old};\n", f"    {new};\n")


def _arithmetic(name: str, first: str, second: str, to: str) -> Edit:
    return _line(
        f"{to} = floatx80_{name}({first}, {second}, &env->fp_status)", f"x87_{name}(env, &{to}, &{first}, &{second})"
    )


def _division(first: str, second: str, to: str) -> Edit:
    return _line(f"{to} = helper_fdiv(env, {first}, {second})", f"x87_div(env, &{to}, &{first}, &{second})")


_STN = "ST(st_index)"

EDITS = (
    Edit(
        _FILE,
        "arithmetic, conversions and comparisons go through x87.h; 0/0 and infinity/0 are no division by zero",
        "static inline floatx80 helper_fdiv(CPUX86State *env, floatx80 a, floatx80 b)\n",
        '#include "dosemu_x87.h"\n',
        upto="\n}\n",
    ),
    _arithmetic("add", "ST0", "FT0", "ST0"),
    _arithmetic("mul", "ST0", "FT0", "ST0"),
    _arithmetic("sub", "ST0", "FT0", "ST0"),
    _arithmetic("sub", "FT0", "ST0", "ST0"),
    _arithmetic("add", _STN, "ST0", _STN),
    _arithmetic("mul", _STN, "ST0", _STN),
    _arithmetic("sub", _STN, "ST0", _STN),
    _arithmetic("sub", "ST0", _STN, _STN),
    _division("ST0", "FT0", "ST0"),
    _division("FT0", "ST0", "ST0"),
    _division("*p", "ST0", "*p"),
    _division("ST0", "*p", "*p"),
    _line("ST0 = FT0", "x87_copy(&ST0, &FT0)"),
    _line("FT0 = ST(st_index)", "x87_copy(&FT0, &ST(st_index))"),
    _line("ST0 = ST(st_index)", "x87_copy(&ST0, &ST(st_index))"),
    Edit(
        _FILE,
        "in place",
        "{\n    ST(st_index) = ST0;\n",
        "{\n    x87_copy(&ST(st_index), &ST0);\n",
    ),
    Edit(
        _FILE,
        "in place",
        "    floatx80 tmp;\n\n    tmp = ST(st_index);\n    ST(st_index) = ST0;\n    ST0 = tmp;\n",
        "    x87_exchange(&ST(st_index), &ST0);\n",
    ),
    Edit(
        _FILE,
        "a number too large for a 16-bit integer is an invalid operation",
        "    val = floatx80_to_int32(ST0, &env->fp_status);\n    if (val != (int16_t)val) {\n",
        "    val = floatx80_to_int32(ST0, &env->fp_status);\n    if (val != (int16_t)val) {\n"
        "        fpu_set_exception(env, FPUS_IE);\n",
    ),
    Edit(
        _FILE,
        "FBSTP by the host",
        "    val = floatx80_to_int64(ST0, &env->fp_status);\n    mem_ref = ptr;\n",
        "    if (x87_fbst(env, ptr, GETPC())) {\n        return;\n    }\n"
        "    val = floatx80_to_int64(ST0, &env->fp_status);\n    mem_ref = ptr;\n",
    ),
    *map(_whole, _WHOLE),
)
