/*
 * x87 arithmetic for the library's FPU helpers (Intel SDM volume 1, chapter 8): included by fpu_helper.c.
 *
 * An x86-64 host computes with its own x87 unit, under the guest's rounding and precision control, so that results and
 * exception flags are those of the hardware. Elsewhere the library's softfloat computes, and its flags are passed on.
 * Exceptions stay masked on the host; the guest's status word says what is to be done.
 */
#ifndef DOSEMU_X87_H
#define DOSEMU_X87_H

#define X87_INLINE static inline __attribute__((always_inline))
#define X87_SLOW static __attribute__((noinline))

/* Exceptions that leave operands, destination and stack as they were, when unmasked (SDM 1, 8.5); in memory all but
 * an inexact result do. */
#define X87_BEFORE (FPUS_IE | FPUS_DE | FPUS_ZE)
#define X87_NO_STORE (X87_BEFORE | FPUS_OE | FPUS_UE)
#define X87_C1 0x0200

/* Register tags. One look at a register's tag tells of both what is wrong with it and of an exception that waits for
 * the next instruction. */
#define X87_EMPTY 1
#define X87_PENDING 2
#define X87_LOST 4 /* holds the answer to a stack overflow: what is loaded next is dropped */

static void fpu_raise_exception(CPUX86State *env, uintptr_t retaddr);

static const floatx80 x87_indefinite = { 0xC000000000000000ULL, 0xFFFF };

/* The error summary has changed. */
X87_SLOW void x87_mark(CPUX86State *env)
{
    int i, pending = env->fpus & FPUS_SE ? X87_PENDING : 0;

    for (i = 0; i < 8; i++) {
        env->fptags[i] = (env->fptags[i] & ~X87_PENDING) | pending;
    }
}

/* The control word or the flags were loaded: is there an unmasked exception? */
static void x87_summarize(CPUX86State *env)
{
    env->fpus &= ~(FPUS_SE | FPUS_B);
    fpu_set_exception(env, 0);
    x87_mark(env);
}

/* An exception of the instruction that the pointers are at. */
X87_SLOW void x87_set(CPUX86State *env, int flags)
{
    bool before = env->fpus & FPUS_SE;

    fpu_set_exception(env, flags);
    if (!before && (env->fpus & FPUS_SE)) {
        env->dosemu_fpu_error.ip = env->fpip;
        env->dosemu_fpu_error.dp = env->fpdp;
        env->dosemu_fpu_error.cs = env->fpcs;
        env->dosemu_fpu_error.ds = env->fpds;
        x87_mark(env);
    }
}

/* Bytes of the x87 instruction at CS:EIP. */
static int x87_length(CPUX86State *env)
{
    target_ulong at = env->segs[R_CS].base + env->eip;
    bool wide = env->hflags & HF_CS32_MASK;
    int count = 0, modrm, size = 0;

    for (;;) {
        int byte = cpu_ldub_code(env, at + count++);

        if ((byte & 0xF8) == 0xD8 || count > 14) {
            break;
        }
        wide ^= byte == 0x67;
    }
    modrm = cpu_ldub_code(env, at + count++);
    switch (modrm >> 6) {
    case 0:
        size = (modrm & 7) == (wide ? 5 : 6) ? (wide ? 4 : 2) : 0;
        break;
    case 1:
        size = 1;
        break;
    case 2:
        size = wide ? 4 : 2;
        break;
    default:
        return count;
    }
    if (wide && (modrm & 7) == 4) {
        size += (modrm >> 6) == 0 && (cpu_ldub_code(env, at + count) & 7) == 5 ? 5 : 1;
    }
    return count + size;
}

/* The instruction ends here, with nothing done but its exception flags. */
X87_SLOW void QEMU_NORETURN x87_abandon(CPUX86State *env, uintptr_t retaddr)
{
    CPUState *cs = env_cpu(env);

    cpu_restore_state(cs, retaddr, true);
    env->eip = (env->eip + x87_length(env)) & (env->hflags & HF_CS32_MASK ? 0xffffffff : 0xffff);
    dosemu_charge(cs);
    cs->exception_index = -1;
    cpu_loop_exit(cs);
}

/* A waiting instruction begins while an exception is pending; the pointers are those of the faulty one again. */
X87_SLOW void x87_wait_now(CPUX86State *env, uintptr_t retaddr)
{
    uint64_t ip = env->fpip, dp = env->fpdp;
    uint16_t cs = env->fpcs, ds = env->fpds;

    env->fpip = env->dosemu_fpu_error.ip;
    env->fpdp = env->dosemu_fpu_error.dp;
    env->fpcs = env->dosemu_fpu_error.cs;
    env->fpds = env->dosemu_fpu_error.ds;
    fpu_raise_exception(env, retaddr);
    env->fpip = ip;
    env->fpdp = dp;
    env->fpcs = cs;
    env->fpds = ds;
}

X87_INLINE void x87_wait(CPUX86State *env, uintptr_t retaddr)
{
    if (unlikely(env->fpus & FPUS_SE)) {
        x87_wait_now(env, retaddr);
    }
}

/* ``stop``: the exceptions among ``flags`` that, unmasked, end the instruction. */
X87_SLOW void x87_exceptions(CPUX86State *env, int flags, int stop, uintptr_t retaddr)
{
    stop &= flags & ~env->fpuc;
    x87_set(env, stop & X87_BEFORE ? flags & X87_BEFORE : flags);
    if (stop) {
        x87_abandon(env, retaddr);
    }
}

X87_INLINE void x87_raise(CPUX86State *env, int flags, int stop, uintptr_t retaddr)
{
    if (unlikely(flags & (~env->fpus | ~env->fpuc) & FPUC_EM)) {
        x87_exceptions(env, flags & FPUC_EM, stop, retaddr);
    }
}

X87_INLINE void x87_round_up(CPUX86State *env, int status)
{
    env->fpus = (env->fpus & ~X87_C1) | (status & X87_C1);
}

/* Stack overflow (C1 set) or underflow. */
static void x87_stack_fault(CPUX86State *env, int c1, uintptr_t retaddr)
{
    x87_round_up(env, c1);
    env->fpus |= FPUS_SF;
    x87_set(env, FPUS_IE);
    if (!(env->fpuc & FPUS_IE)) {
        x87_abandon(env, retaddr);
    }
}

/* A register whose tag says something is to be read. */
X87_SLOW floatx80 *x87_look(CPUX86State *env, int index, uintptr_t retaddr)
{
    uint8_t *tag = &env->fptags[index];

    if (*tag & X87_PENDING) {
        x87_wait_now(env, retaddr);
    }
    if (*tag & X87_LOST) {
        *tag &= ~X87_LOST;
        env->dosemu_fpu_spare = x87_indefinite;
        return &env->dosemu_fpu_spare;
    }
    if (*tag & X87_EMPTY) {
        x87_stack_fault(env, 0, retaddr);
        env->dosemu_fpu_spare = x87_indefinite;
        return &env->dosemu_fpu_spare;
    }
    return &env->fpregs[index].d;
}

/* ST(n) as an operand. */
X87_INLINE floatx80 *x87_source(CPUX86State *env, int n, uintptr_t retaddr)
{
    int index = (env->fpstt + n) & 7;

    return unlikely(env->fptags[index]) ? x87_look(env, index, retaddr) : &env->fpregs[index].d;
}

X87_SLOW floatx80 *x87_look_both(CPUX86State *env, int index, uintptr_t retaddr)
{
    floatx80 *found = x87_look(env, index, retaddr);

    if (found == &env->dosemu_fpu_spare) {
        env->fpregs[index].d = x87_indefinite;
        env->fptags[index] &= ~X87_EMPTY;
    }
    return &env->fpregs[index].d;
}

/* ST(n) as operand and destination. */
X87_INLINE floatx80 *x87_both(CPUX86State *env, int n, uintptr_t retaddr)
{
    int index = (env->fpstt + n) & 7;

    return unlikely(env->fptags[index]) ? x87_look_both(env, index, retaddr) : &env->fpregs[index].d;
}

/* ST(n) as destination. */
X87_INLINE floatx80 *x87_to(CPUX86State *env, int n)
{
    int index = (env->fpstt + n) & 7;

    env->fptags[index] &= ~X87_EMPTY;
    return &env->fpregs[index].d;
}

X87_SLOW bool x87_no_room(CPUX86State *env, int index, uintptr_t retaddr)
{
    if (env->fptags[index] & X87_PENDING) {
        x87_wait_now(env, retaddr);
    }
    if (env->fptags[index] & X87_EMPTY) {
        return false;
    }
    x87_stack_fault(env, X87_C1, retaddr);
    return true;
}

/* The register above the top is to be loaded: true when it is in use, which is a fault. */
X87_INLINE bool x87_full(CPUX86State *env, uintptr_t retaddr)
{
    int index = (env->fpstt - 1) & 7;

    return unlikely(env->fptags[index] != X87_EMPTY) && x87_no_room(env, index, retaddr);
}

X87_INLINE void x87_push(CPUX86State *env, floatx80 value, uintptr_t retaddr)
{
    int index = (env->fpstt - 1) & 7;

    if (x87_full(env, retaddr)) {
        value = x87_indefinite;
    } else {
        env->fpus &= ~X87_C1;
    }
    env->fpregs[index].d.low = value.low;
    env->fpregs[index].d.high = value.high;
    env->fptags[index] &= ~X87_EMPTY;
    env->fpstt = index;
}

#if defined(__x86_64__) && defined(__GNUC__)

/*
 * Flags of the host that the guest does not have, or has unmasked, are cleared. Others can stay: FNCLEX is slow, and in
 * most programs the precision flag is set all the time. ``unmask``: those of overflow and underflow to which the host's
 * unit answers as the guest wants it: unmasked, the result has another exponent (SDM 1, 8.5.4); the host's own error is
 * cleared before the next instruction that would report it. Loading the control word is slow too, and many programs
 * unmask overflow, so that is unmasked only for an instruction that did overflow and is done again.
 */
X87_INLINE uint16_t x87_begin(CPUX86State *env, uint16_t *control, int unmask)
{
    uint16_t host, status;

    *control = (env->fpuc & 0x0F00) | 0x0067 | ((env->fpuc | ~unmask) & (FPUS_OE | FPUS_UE));
    if ((*control & 0x0300) == 0x0100) {
        *control |= 0x0200; /* reserved */
    }
    __asm__ volatile("fnstcw %0\n\tfnstsw %1" : "=m"(host), "=a"(status));
    if (unlikely(status & FPUC_EM & (~env->fpus | ~env->fpuc))) {
        __asm__ volatile("fnclex");
    }
    if (host != *control) {
        __asm__ volatile("fldcw %0" : : "m"(*control));
    }
    return host;
}

X87_INLINE void x87_end(uint16_t host, uint16_t control)
{
    if (host != control) {
        __asm__ volatile("fldcw %0" : : "m"(host));
    }
}

#define X87_STATUS "\n\tfnstsw %%ax\n\ttestb %%al, %%al\n\tjns 7f\n\tfnclex\n7:\t"

/* After an instruction that changed ``to`` and whose exceptions may forbid that, or want the instruction again. */
#define X87_CHECKED(to)                                                                 \
    x87_end(host, control);                                                             \
    if (unlikely(status & ~env->fpuc & (X87_BEFORE | (FPUS_OE & ~unmask)))) {           \
        (to)->low = low;                                                                \
        (to)->high = high;                                                              \
        if (!(status & ~env->fpuc & X87_BEFORE)) {                                      \
            unmask |= FPUS_OE;                                                          \
            goto again;                                                                 \
        }                                                                               \
    }                                                                                   \
    x87_raise(env, status, X87_BEFORE, retaddr)

#define X87_TWO "st", "st(1)"

/*
 * ST(1) and ST(0) of the host are a and b. Numbers stay where they are: one that was stored as 8 and 2 bytes and is
 * then copied as 16 holds the host up.
 */
#define X87_BINARY(name, code)                                                          \
X87_SLOW void x87_any_##name(CPUX86State *env, floatx80 *to, const floatx80 *a, const floatx80 *b, uintptr_t retaddr) \
{                                                                                       \
    uint64_t low = to->low;                                                             \
    uint16_t high = to->high;                                                           \
    uint16_t control, status, host;                                                     \
    int unmask = FPUS_UE;                                                               \
                                                                                        \
again:                                                                                  \
    host = x87_begin(env, &control, unmask);                                            \
    __asm__ volatile("fldt %2\n\tfldt %3\n\t" code X87_STATUS "fstpt %0"               \
                     : "=m"(*to), "=&a"(status) : "m"(*a), "m"(*b) : X87_TWO, "cc");    \
    X87_CHECKED(to);                                                                    \
    x87_round_up(env, status);                                                          \
}

/* ``stop``: the exceptions for which, unmasked, nothing is stored. */
#define X87_CONVERT(name, from, type, code, stop)                                       \
X87_SLOW type x87_##name(CPUX86State *env, const from *value, uintptr_t retaddr)        \
{                                                                                       \
    type result;                                                                        \
    uint16_t control, status, host = x87_begin(env, &control, 0);                   \
                                                                                        \
    __asm__ volatile(code "\n\tfnstsw %1" : "=m"(result), "=a"(status) : "m"(*value) : X87_TWO); \
    x87_end(host, control);                                                             \
    x87_raise(env, status, stop, retaddr);                                              \
    x87_round_up(env, status);                                                          \
    return result;                                                                      \
}

/* Subtraction and division as bytes: assemblers do not agree about the order of operands. */
X87_BINARY(add, "faddp")
X87_BINARY(mul, "fmulp")
X87_BINARY(sub, ".byte 0xDE, 0xE9")
X87_BINARY(div, ".byte 0xDE, 0xF9")
X87_CONVERT(load_float32, float32, floatx80, "flds %2\n\tfstpt %0", X87_BEFORE)
X87_CONVERT(load_float64, float64, floatx80, "fldl %2\n\tfstpt %0", X87_BEFORE)
X87_CONVERT(any_float32, floatx80, float32, "fldt %2\n\tfstps %0", X87_NO_STORE)
X87_CONVERT(any_float64, floatx80, float64, "fldt %2\n\tfstpl %0", X87_NO_STORE)
X87_CONVERT(any_int16, floatx80, int16_t, "fldt %2\n\tfistps %0", X87_NO_STORE)
X87_CONVERT(any_int32, floatx80, int32_t, "fldt %2\n\tfistpl %0", X87_NO_STORE)
X87_CONVERT(any_int64, floatx80, int64_t, "fldt %2\n\tfistpll %0", X87_NO_STORE)

X87_SLOW int x87_any_compare(CPUX86State *env, const floatx80 *a, const floatx80 *b, bool quiet, uintptr_t retaddr)
{
    uint16_t control, status, host = x87_begin(env, &control, 0);

    if (quiet) {
        __asm__ volatile("fldt %1\n\tfldt %2\n\tfucompp\n\tfnstsw %0" : "=a"(status) : "m"(*b), "m"(*a) : X87_TWO);
    } else {
        __asm__ volatile("fldt %1\n\tfldt %2\n\tfcompp\n\tfnstsw %0" : "=a"(status) : "m"(*b), "m"(*a) : X87_TWO);
    }
    x87_end(host, control);
    x87_raise(env, status, X87_BEFORE, retaddr);
    switch (status & 0x4500) {
    case 0x0000:
        return float_relation_greater;
    case 0x0100:
        return float_relation_less;
    case 0x4000:
        return float_relation_equal;
    default:
        return float_relation_unordered;
    }
}

#define X87_CONDITION 0x4700

static inline void x87_condition(CPUX86State *env, uint16_t status, uint16_t mask)
{
    env->fpus = (env->fpus & ~mask) | (status & mask);
}

/* Whole instructions of the guest's stack. ``bits``: the condition bits that they define. */
#define X87_ONE(name, code, bits)                                                       \
X87_INLINE bool x87_##name(CPUX86State *env, uintptr_t retaddr)                         \
{                                                                                       \
    floatx80 *st = x87_both(env, 0, retaddr);                                           \
    uint64_t low = st->low;                                                             \
    uint16_t high = st->high;                                                           \
    uint16_t control, status, host;                                                     \
    int unmask = FPUS_UE;                                                               \
                                                                                        \
again:                                                                                  \
    host = x87_begin(env, &control, unmask);                                            \
    __asm__ volatile("fldt %0\n\t" code X87_STATUS "fstpt %0" : "+m"(*st), "=&a"(status) : : X87_TWO, "cc"); \
    X87_CHECKED(st);                                                                    \
    x87_condition(env, status, bits);                                                   \
    return true;                                                                        \
}

#define X87_BY_ST1(name, code, bits)                                                    \
X87_INLINE bool x87_##name(CPUX86State *env, uintptr_t retaddr)                         \
{                                                                                       \
    floatx80 *st = x87_both(env, 0, retaddr), *by = x87_source(env, 1, retaddr);        \
    uint64_t low = st->low;                                                             \
    uint16_t high = st->high;                                                           \
    uint16_t control, status, host;                                                     \
    int unmask = FPUS_UE;                                                               \
                                                                                        \
again:                                                                                  \
    host = x87_begin(env, &control, unmask);                                            \
    __asm__ volatile("fldt %2\n\tfldt %0\n\t" code X87_STATUS "fstpt %0\n\tfstp %%st(0)" \
                     : "+m"(*st), "=&a"(status) : "m"(*by) : X87_TWO, "cc");            \
    X87_CHECKED(st);                                                                    \
    x87_condition(env, status, bits);                                                   \
    return true;                                                                        \
}

#define X87_POPPING(name, code)                                                         \
X87_INLINE bool x87_##name(CPUX86State *env, uintptr_t retaddr)                         \
{                                                                                       \
    floatx80 *st = x87_both(env, 1, retaddr), *by = x87_source(env, 0, retaddr);        \
    uint64_t low = st->low;                                                             \
    uint16_t high = st->high;                                                           \
    uint16_t control, status, host;                                                     \
    int unmask = FPUS_UE;                                                               \
                                                                                        \
again:                                                                                  \
    host = x87_begin(env, &control, unmask);                                            \
    __asm__ volatile("fldt %0\n\tfldt %2\n\t" code X87_STATUS "fstpt %0"               \
                     : "+m"(*st), "=&a"(status) : "m"(*by) : X87_TWO, "cc");            \
    X87_CHECKED(st);                                                                    \
    x87_round_up(env, status);                                                          \
    fpop(env);                                                                          \
    return true;                                                                        \
}

/* ``out``: where the instruction goes on without a second result, C2 telling so. */
#define X87_PUSHING(name, code, out, bits)                                              \
X87_INLINE bool x87_##name(CPUX86State *env, uintptr_t retaddr)                         \
{                                                                                       \
    floatx80 *st = x87_both(env, 0, retaddr);                                           \
    floatx80 first = *st, second = { 0, 0 };                                            \
    uint16_t control, status, host;                                                     \
                                                                                        \
    if (x87_full(env, retaddr)) {                                                       \
        *st = x87_indefinite;                                                           \
        fpush(env);                                                                     \
        env->fpregs[env->fpstt].d = x87_indefinite;                                     \
        return true;                                                                    \
    }                                                                                   \
    host = x87_begin(env, &control, 0);                                             \
    __asm__ volatile("fldt %0\n\t" code "\n\tfnstsw %%ax\n\t" out "fstpt %1\n1:\n\tfstpt %0" \
                     : "+m"(first), "=m"(second), "=a"(status) : : X87_TWO, "cc");      \
    x87_end(host, control);                                                             \
    x87_raise(env, status, X87_BEFORE, retaddr);                                        \
    x87_condition(env, status, bits);                                                   \
    *st = first;                                                                        \
    if (!(status & bits & 0x0400)) {                                                    \
        fpush(env);                                                                     \
        env->fpregs[env->fpstt].d = second;                                             \
    }                                                                                   \
    return true;                                                                        \
}

#define X87_UNLESS_C2 "testb $4, %%ah\n\tjnz 1f\n\t"

X87_ONE(any_frndint, "frndint", 0x0200)
X87_ONE(f2xm1, "f2xm1", 0x0200)
X87_ONE(fsin, "fsin", 0x0600)
X87_ONE(fcos, "fcos", 0x0600)
X87_ONE(fsqrt, "fsqrt", 0x0200)
X87_BY_ST1(fprem, "fprem", X87_CONDITION)
X87_BY_ST1(fprem1, "fprem1", X87_CONDITION)
X87_BY_ST1(fscale, "fscale", 0x0200)
X87_POPPING(fyl2x, "fyl2x")
X87_POPPING(fyl2xp1, "fyl2xp1")
X87_POPPING(fpatan, "fpatan")
X87_PUSHING(fptan, "fptan", X87_UNLESS_C2, 0x0600)
X87_PUSHING(fsincos, "fsincos", X87_UNLESS_C2, 0x0600)
X87_PUSHING(fxtract, "fxtract", "", 0x0200)

X87_INLINE bool x87_fbst(CPUX86State *env, target_ulong address, uintptr_t retaddr)
{
    const floatx80 *st = x87_source(env, 0, retaddr);
    uint8_t packed[10];
    uint16_t control, status, host = x87_begin(env, &control, 0);
    int i;

    __asm__ volatile("fldt %2\n\tfbstp %0\n\tfnstsw %1" : "=m"(packed), "=a"(status) : "m"(*st) : X87_TWO);
    x87_end(host, control);
    x87_raise(env, status, X87_NO_STORE, retaddr);
    x87_round_up(env, status);
    for (i = 0; i < 10; i++) {
        cpu_stb_data_ra(env, address + i, packed[i], retaddr);
    }
    return true;
}

#else

/* The library's flags have the places of the status word's, but for denormal operands. */
X87_INLINE void x87_soft_end(CPUX86State *env, int stop, uintptr_t retaddr)
{
    int flags = get_float_exception_flags(&env->fp_status);

    set_float_exception_flags(0, &env->fp_status);
    x87_round_up(env, 0);
    x87_raise(env, (flags & 0x3D) | (flags & float_flag_input_denormal ? FPUS_DE : 0), stop, retaddr);
}

#define X87_SOFT(name, type, parameters, call, stop)                                    \
X87_SLOW type x87_##name parameters                                                   \
{                                                                                       \
    type result;                                                                        \
                                                                                        \
    set_float_exception_flags(0, &env->fp_status);                                      \
    result = call;                                                                      \
    x87_soft_end(env, stop, retaddr);                                                   \
    return result;                                                                      \
}

#define X87_SOFT_BINARY(name) \
X87_SLOW void x87_any_##name(CPUX86State *env, floatx80 *to, const floatx80 *a, const floatx80 *b, uintptr_t retaddr) \
{                                                                                       \
    floatx80 result;                                                                    \
                                                                                        \
    set_float_exception_flags(0, &env->fp_status);                                      \
    result = floatx80_##name(*a, *b, &env->fp_status);                                  \
    x87_soft_end(env, X87_BEFORE, retaddr);                                             \
    *to = result;                                                                       \
}

#define X87_SOFT_CONVERT(name, from, type, function, stop) \
    X87_SOFT(name, type, (CPUX86State *env, const from *value, uintptr_t retaddr), function(*value, &env->fp_status), stop)

X87_SOFT_BINARY(add)
X87_SOFT_BINARY(mul)
X87_SOFT_BINARY(sub)
X87_SOFT_BINARY(div)
X87_SOFT_CONVERT(load_float32, float32, floatx80, float32_to_floatx80, X87_BEFORE)
X87_SOFT_CONVERT(load_float64, float64, floatx80, float64_to_floatx80, X87_BEFORE)
X87_SOFT_CONVERT(any_float32, floatx80, float32, floatx80_to_float32, X87_NO_STORE)
X87_SOFT_CONVERT(any_float64, floatx80, float64, floatx80_to_float64, X87_NO_STORE)
X87_SOFT(any_compare, int, (CPUX86State *env, const floatx80 *a, const floatx80 *b, bool quiet, uintptr_t retaddr),
         quiet ? floatx80_compare_quiet(*a, *b, &env->fp_status) : floatx80_compare(*a, *b, &env->fp_status), X87_BEFORE)

/* What cannot be told as a whole number is the most negative one. */
X87_SLOW int32_t x87_any_int32(CPUX86State *env, const floatx80 *value, uintptr_t retaddr)
{
    int32_t result;

    set_float_exception_flags(0, &env->fp_status);
    result = floatx80_to_int32(*value, &env->fp_status);
    if (get_float_exception_flags(&env->fp_status) & float_flag_invalid) {
        result = INT32_MIN;
    }
    x87_soft_end(env, X87_NO_STORE, retaddr);
    return result;
}

X87_SLOW int16_t x87_any_int16(CPUX86State *env, const floatx80 *value, uintptr_t retaddr)
{
    int32_t result;

    set_float_exception_flags(0, &env->fp_status);
    result = floatx80_to_int32(*value, &env->fp_status);
    if (result != (int16_t)result) {
        set_float_exception_flags(float_flag_invalid, &env->fp_status);
        result = INT16_MIN;
    }
    x87_soft_end(env, X87_NO_STORE, retaddr);
    return result;
}

X87_SLOW int64_t x87_any_int64(CPUX86State *env, const floatx80 *value, uintptr_t retaddr)
{
    int64_t result;

    set_float_exception_flags(0, &env->fp_status);
    result = floatx80_to_int64(*value, &env->fp_status);
    if (get_float_exception_flags(&env->fp_status) & float_flag_invalid) {
        result = INT64_MIN;
    }
    x87_soft_end(env, X87_NO_STORE, retaddr);
    return result;
}

X87_INLINE bool x87_any_frndint(CPUX86State *env, uintptr_t retaddr)
{
    floatx80 *st = x87_both(env, 0, retaddr);
    floatx80 result;

    set_float_exception_flags(0, &env->fp_status);
    result = floatx80_round_to_int(*st, &env->fp_status);
    x87_soft_end(env, X87_BEFORE, retaddr);
    *st = result;
    return true;
}

/* Left to the library. */
#define X87_NOT_HERE(name)                         \
static inline bool x87_##name(CPUX86State *env, uintptr_t retaddr) \
{                                                  \
    return false;                                  \
}

X87_NOT_HERE(f2xm1)
X87_NOT_HERE(fsin)
X87_NOT_HERE(fcos)
X87_NOT_HERE(fprem)
X87_NOT_HERE(fprem1)
X87_NOT_HERE(fscale)
X87_NOT_HERE(fyl2x)
X87_NOT_HERE(fyl2xp1)
X87_NOT_HERE(fpatan)
X87_NOT_HERE(fptan)
X87_NOT_HERE(fsincos)
X87_NOT_HERE(fxtract)
X87_NOT_HERE(fsqrt)

static inline bool x87_fbst(CPUX86State *env, target_ulong address, uintptr_t retaddr)
{
    return false;
}

#endif

/* Numbers that a double holds in full, and zero, need no unit. */
X87_INLINE floatx80 x87_from_float64(CPUX86State *env, float64 value, uintptr_t retaddr)
{
    uint64_t bits = float64_val(value);
    int exponent = bits >> 52 & 0x7FF;
    floatx80 result;

    if (likely(exponent != 0 && exponent != 0x7FF)) {
        result.low = 1ULL << 63 | (bits & 0xFFFFFFFFFFFFFULL) << 11;
        result.high = (bits >> 48 & 0x8000) | (exponent + 0x3FFF - 0x3FF);
        return result;
    }
    if (!(bits << 1)) {
        result.low = 0;
        result.high = bits >> 48;
        return result;
    }
    return x87_load_float64(env, &value, retaddr);
}

X87_INLINE bool x87_normal(const floatx80 *a)
{
    return ((a->high + 1) & 0x7FFF) > 1 && a->low >> 63;
}

X87_INLINE bool x87_zero(const floatx80 *a)
{
    return !((a->high & 0x7FFF) | a->low);
}

/*
 * Sums, products and quotients of normal numbers and zeros, rounded to nearest with 53 or 64 bits, are quicker in whole
 * numbers than a trip to the host's unit. False: some other case.
 */
X87_INLINE bool x87_plain(CPUX86State *env, const floatx80 *a, const floatx80 *b)
{
    return (env->fpuc & 0x0E00) == 0x0200 && ((a->high + 1) & 0x7FFF) > 1 && ((b->high + 1) & 0x7FFF) > 1 &&
           a->low & b->low & 1ULL << 63;
}

X87_INLINE bool x87_exactly(CPUX86State *env, floatx80 *to, int high)
{
    to->low = 0;
    to->high = high;
    x87_round_up(env, 0);
    return true;
}

/* A normalised number of 128 bits: high has its top bit set. */
X87_INLINE bool x87_round(CPUX86State *env, floatx80 *to, int sign, int exponent, uint64_t high, uint64_t low,
                          uintptr_t retaddr)
{
    bool inexact, up;

    if (env->fpuc & 0x0100) {
        inexact = low != 0;
        up = low > 1ULL << 63 || (low == 1ULL << 63 && high & 1);
        high += up;
    } else {
        uint64_t rest = high & 0x7FF;

        inexact = (rest | low) != 0;
        high &= ~0x7FFULL;
        up = rest > 0x400 || (rest == 0x400 && (low || high & 0x800));
        high += up ? 0x800 : 0;
    }
    if (high == 0) {
        high = 1ULL << 63;
        exponent++;
    }
    if (unlikely(exponent < 1 || exponent > 0x7FFE)) {
        return false;
    }
    to->low = high;
    to->high = sign | exponent;
    x87_round_up(env, up ? X87_C1 : 0);
    if (inexact) {
        x87_raise(env, FPUS_PE, 0, retaddr);
    }
    return true;
}

X87_INLINE bool x87_plain_mul(CPUX86State *env, floatx80 *to, const floatx80 *a, const floatx80 *b, uintptr_t retaddr)
{
    uint64_t high, low;
    int exponent = (a->high & 0x7FFF) + (b->high & 0x7FFF) - 0x3FFE;

    mulu64(&low, &high, a->low, b->low);
    if (!(high >> 63)) {
        high = high << 1 | low >> 63;
        low <<= 1;
        exponent--;
    }
    return x87_round(env, to, (a->high ^ b->high) & 0x8000, exponent, high, low, retaddr);
}

X87_INLINE bool x87_plain_add(CPUX86State *env, floatx80 *to, const floatx80 *a, const floatx80 *b, int negate,
                              uintptr_t retaddr)
{
    int exponent = a->high & 0x7FFF, less = b->high & 0x7FFF;
    int sign = a->high & 0x8000, other = (b->high ^ negate) & 0x8000;
    uint64_t high = a->low, add = b->low, low;
    int shift;

    if (exponent < less || (exponent == less && high < add)) {
        int swap = exponent;
        uint64_t number = high;

        exponent = less;
        less = swap;
        high = add;
        add = number;
        swap = sign;
        sign = other;
        other = swap;
    }
    shift = exponent - less;
    if (likely(shift < 64)) {
        low = shift ? add << (64 - shift) : 0;
        add >>= shift;
    } else {
        shift -= 64;
        low = shift < 64 ? add >> shift | ((add >> shift) << shift != add) : 1;
        add = 0;
    }
    if (sign == other) {
        high += add;
        if (high < add) {
            low = low >> 1 | high << 63; /* its last bit is 0 */
            high = high >> 1 | 1ULL << 63;
            exponent++;
        }
    } else {
        high -= add + (low != 0);
        low = -low;
        if (high == 0) {
            if (low == 0) {
                return x87_exactly(env, to, 0);
            }
            high = low;
            low = 0;
            exponent -= 64;
        }
        shift = clz64(high);
        if (shift) {
            high = high << shift | low >> (64 - shift);
            low <<= shift;
            exponent -= shift;
        }
    }
    return x87_round(env, to, sign, exponent, high, low, retaddr);
}

/* One or both are zero. */
X87_SLOW bool x87_zero_add(CPUX86State *env, floatx80 *to, const floatx80 *a, const floatx80 *b, int negate,
                           uintptr_t retaddr)
{
    if ((env->fpuc & 0x0E00) != 0x0200) {
        return false;
    }
    if (x87_zero(a)) {
        int sign = (b->high ^ negate) & 0x8000;

        if (x87_normal(b)) {
            return x87_round(env, to, sign, b->high & 0x7FFF, b->low, 0, retaddr);
        }
        return x87_zero(b) && x87_exactly(env, to, a->high & sign);
    }
    return x87_zero(b) && x87_normal(a) &&
           x87_round(env, to, a->high & 0x8000, a->high & 0x7FFF, a->low, 0, retaddr);
}

X87_SLOW bool x87_zero_mul(CPUX86State *env, floatx80 *to, const floatx80 *a, const floatx80 *b)
{
    return (x87_zero(a) ? x87_zero(b) || x87_normal(b) : x87_zero(b) && x87_normal(a)) &&
           x87_exactly(env, to, (a->high ^ b->high) & 0x8000);
}

X87_INLINE void x87_mul(CPUX86State *env, floatx80 *to, const floatx80 *a, const floatx80 *b, uintptr_t retaddr)
{
    if (!(x87_plain(env, a, b) ? x87_plain_mul(env, to, a, b, retaddr) : x87_zero_mul(env, to, a, b))) {
        x87_any_mul(env, to, a, b, retaddr);
    }
}

X87_INLINE void x87_add(CPUX86State *env, floatx80 *to, const floatx80 *a, const floatx80 *b, uintptr_t retaddr)
{
    if (!(x87_plain(env, a, b) ? x87_plain_add(env, to, a, b, 0, retaddr) : x87_zero_add(env, to, a, b, 0, retaddr))) {
        x87_any_add(env, to, a, b, retaddr);
    }
}

X87_INLINE void x87_sub(CPUX86State *env, floatx80 *to, const floatx80 *a, const floatx80 *b, uintptr_t retaddr)
{
    if (!(x87_plain(env, a, b) ? x87_plain_add(env, to, a, b, 0x8000, retaddr)
                               : x87_zero_add(env, to, a, b, 0x8000, retaddr))) {
        x87_any_sub(env, to, a, b, retaddr);
    }
}

#if defined(__x86_64__) && defined(__GNUC__)

X87_INLINE bool x87_plain_div(CPUX86State *env, floatx80 *to, const floatx80 *a, const floatx80 *b, uintptr_t retaddr)
{
    bool more = a->low >= b->low;
    uint64_t high, low, rest, by = b->low;

    /* A quotient of 64 bits, the top one set; what is left tells how to round. */
    __asm__("divq %4" : "=a"(high), "=d"(rest) : "a"(more ? a->low << 63 : 0), "d"(a->low >> more), "r"(by) : "cc");
    low = rest == 0 ? 0 : rest > by - rest ? 3ULL << 62 : rest == by - rest ? 1ULL << 63 : 1;
    return x87_round(env, to, (a->high ^ b->high) & 0x8000, (a->high & 0x7FFF) - (b->high & 0x7FFF) + 0x3FFE + more, high,
                     low, retaddr);
}

#else

X87_INLINE bool x87_plain_div(CPUX86State *env, floatx80 *to, const floatx80 *a, const floatx80 *b, uintptr_t retaddr)
{
    return false;
}

#endif

X87_INLINE void x87_div(CPUX86State *env, floatx80 *to, const floatx80 *a, const floatx80 *b, uintptr_t retaddr)
{
    if (!(x87_plain(env, a, b) ? x87_plain_div(env, to, a, b, retaddr)
                               : x87_zero(a) && x87_normal(b) && x87_exactly(env, to, (a->high ^ b->high) & 0x8000))) {
        x87_any_div(env, to, a, b, retaddr);
    }
}

/* The bits of a number of memory's size, ``width`` without sign; ``dropped`` bits of the mantissa are rounded off.
 * False: some other case than a normal result, rounded to nearest, or zero. */
X87_INLINE bool x87_narrow(CPUX86State *env, const floatx80 *value, int dropped, int bias, int width, uint64_t *bits,
                           uintptr_t retaddr)
{
    int exponent = (value->high & 0x7FFF) - 0x3FFF + bias;
    uint64_t sign = (uint64_t)(value->high >> 15) << width, half = 1ULL << (dropped - 1);
    uint64_t rest = value->low & (2 * half - 1), result = value->low >> dropped;
    bool up = rest > half || (rest == half && result & 1);

    if (unlikely(env->fpuc & 0x0C00)) {
        return false;
    }
    if (unlikely(exponent <= 0 || exponent >= 2 * bias || !(value->low >> 63))) {
        *bits = sign;
        x87_round_up(env, 0);
        return x87_zero(value);
    }
    /* The mantissa's top bit adds one to the exponent. A sum that overflows is a power of two: still in range. */
    *bits = sign | (result + up + ((uint64_t)(exponent - 1) << (63 - dropped)));
    x87_round_up(env, up ? X87_C1 : 0);
    if (rest) {
        x87_raise(env, FPUS_PE, 0, retaddr);
    }
    return true;
}

X87_INLINE float64 x87_to_float64(CPUX86State *env, const floatx80 *value, uintptr_t retaddr)
{
    uint64_t bits;

    return x87_narrow(env, value, 11, 0x3FF, 63, &bits, retaddr) ? make_float64(bits)
                                                                 : x87_any_float64(env, value, retaddr);
}

X87_INLINE float32 x87_to_float32(CPUX86State *env, const floatx80 *value, uintptr_t retaddr)
{
    uint64_t bits;

    return x87_narrow(env, value, 40, 0x7F, 31, &bits, retaddr) ? make_float32(bits)
                                                                : x87_any_float32(env, value, retaddr);
}

/* Whole numbers up to ``most``, one more for negative ones, in all ways of rounding; false: some other case. */
X87_INLINE bool x87_whole(CPUX86State *env, const floatx80 *value, uint64_t most, int64_t *result, uintptr_t retaddr)
{
    int shift = 0x3FFF + 63 - (value->high & 0x7FFF);
    bool negative = value->high >> 15, up;
    uint64_t whole, rest;

    if (unlikely(!x87_normal(value))) {
        *result = 0;
        x87_round_up(env, 0);
        return x87_zero(value);
    }
    if (shift <= 0) {
        return false;
    }
    whole = shift < 64 ? value->low >> shift : 0;
    rest = shift < 64 ? value->low << (64 - shift) : shift == 64 ? value->low : 1;
    switch (env->fpuc & 0x0C00) {
    case 0x0000:
        up = rest > 1ULL << 63 || (rest == 1ULL << 63 && whole & 1);
        break;
    case 0x0400:
        up = rest && negative;
        break;
    case 0x0800:
        up = rest && !negative;
        break;
    default:
        up = false;
    }
    whole += up;
    if (unlikely(whole > most + negative)) {
        return false;
    }
    *result = negative ? -whole : whole;
    x87_round_up(env, up ? X87_C1 : 0);
    if (rest) {
        x87_raise(env, FPUS_PE, 0, retaddr);
    }
    return true;
}

X87_INLINE int16_t x87_to_int16(CPUX86State *env, const floatx80 *value, uintptr_t retaddr)
{
    int64_t result;

    return x87_whole(env, value, INT16_MAX, &result, retaddr) ? result : x87_any_int16(env, value, retaddr);
}

X87_INLINE int32_t x87_to_int32(CPUX86State *env, const floatx80 *value, uintptr_t retaddr)
{
    int64_t result;

    return x87_whole(env, value, INT32_MAX, &result, retaddr) ? result : x87_any_int32(env, value, retaddr);
}

X87_INLINE int64_t x87_to_int64(CPUX86State *env, const floatx80 *value, uintptr_t retaddr)
{
    int64_t result;

    return x87_whole(env, value, INT64_MAX, &result, retaddr) ? result : x87_any_int64(env, value, retaddr);
}

X87_INLINE int x87_compare(CPUX86State *env, const floatx80 *a, const floatx80 *b, bool quiet, uintptr_t retaddr)
{
    int more = a->high >> 15 ? float_relation_less : float_relation_greater;

    if (unlikely(!((x87_normal(a) || x87_zero(a)) && (x87_normal(b) || x87_zero(b))))) {
        return x87_any_compare(env, a, b, quiet, retaddr);
    }
    if ((a->high ^ b->high) & 0x8000) {
        return x87_zero(a) && x87_zero(b) ? float_relation_equal : more;
    }
    if (a->high != b->high) {
        return (a->high & 0x7FFF) > (b->high & 0x7FFF) ? more : -more;
    }
    return a->low == b->low ? float_relation_equal : a->low > b->low ? more : -more;
}

X87_INLINE floatx80 x87_from_float32(CPUX86State *env, float32 value, uintptr_t retaddr)
{
    uint32_t bits = float32_val(value);
    int exponent = bits >> 23 & 0xFF;
    floatx80 result;

    if (likely(exponent != 0 && exponent != 0xFF)) {
        result.low = 1ULL << 63 | (uint64_t)(bits & 0x7FFFFF) << 40;
        result.high = (bits >> 16 & 0x8000) | (exponent + 0x3FFF - 0x7F);
        return result;
    }
    return x87_load_float32(env, &value, retaddr);
}

X87_INLINE floatx80 x87_from_int64(int64_t value)
{
    uint64_t number = value < 0 ? -(uint64_t)value : value;
    floatx80 result = { 0, 0 };

    if (number) {
        int zeros = clz64(number);

        result.low = number << zeros;
        result.high = (value < 0 ? 0x8000 : 0) | (0x3FFF + 63 - zeros);
    }
    return result;
}

X87_INLINE bool x87_frndint(CPUX86State *env, uintptr_t retaddr)
{
    floatx80 *st = x87_both(env, 0, retaddr);
    int shift = 0x3FFF + 63 - (st->high & 0x7FFF);
    uint64_t rest, half, low;
    bool up;

    if (!x87_normal(st) || shift > 63) {
        return x87_any_frndint(env, retaddr);
    }
    if (shift <= 0) {
        x87_round_up(env, 0);
        return true;
    }
    half = 1ULL << (shift - 1);
    rest = st->low & (2 * half - 1);
    low = st->low - rest;
    switch (env->fpuc & 0x0C00) {
    case 0x0000:
        up = rest > half || (rest == half && low & 2 * half);
        break;
    case 0x0400:
        up = rest && st->high >> 15;
        break;
    case 0x0800:
        up = rest && !(st->high >> 15);
        break;
    default:
        up = false;
    }
    low += up ? 2 * half : 0;
    if (low == 0) {
        low = 1ULL << 63;
        st->high++;
    }
    st->low = low;
    x87_round_up(env, up ? X87_C1 : 0);
    if (rest) {
        x87_raise(env, FPUS_PE, 0, retaddr);
    }
    return true;
}

static inline void x87_copy(floatx80 *to, const floatx80 *from)
{
    uint64_t low = from->low;
    uint16_t high = from->high;

    to->low = low;
    to->high = high;
}

X87_INLINE void x87_exchange(CPUX86State *env, int n, uintptr_t retaddr)
{
    floatx80 *a = x87_both(env, n, retaddr), *b = x87_both(env, 0, retaddr);
    uint64_t low = a->low;
    uint16_t high = a->high;

    x87_copy(a, b);
    b->low = low;
    b->high = high;
    env->fpus &= ~X87_C1;
}

/* An operation of ST(0) and an operand, in one call: ``from`` makes a floatx80 of what the instruction names. */
#define X87_OPERATION(name, type, from, code)                                           \
void helper_dosemu_##name(CPUX86State *env, type operand)                               \
{                                                                                       \
    uintptr_t retaddr = GETPC();                                                        \
    floatx80 *st = x87_both(env, 0, retaddr);                                           \
    const floatx80 other = from;                                                        \
                                                                                        \
    code;                                                                               \
}

#define X87_OPERATIONS(kind, type, from)                                                \
X87_OPERATION(add_##kind, type, from, x87_add(env, st, st, &other, retaddr))            \
X87_OPERATION(mul_##kind, type, from, x87_mul(env, st, st, &other, retaddr))            \
X87_OPERATION(com_##kind, type, from, x87_status(env, x87_compare(env, st, &other, false, retaddr))) \
X87_OPERATION(sub_##kind, type, from, x87_sub(env, st, st, &other, retaddr))            \
X87_OPERATION(subr_##kind, type, from, x87_sub(env, st, &other, st, retaddr))           \
X87_OPERATION(div_##kind, type, from, x87_div(env, st, st, &other, retaddr))            \
X87_OPERATION(divr_##kind, type, from, x87_div(env, st, &other, st, retaddr))

X87_INLINE void x87_status(CPUX86State *env, int relation)
{
    static const uint16_t condition[4] = {0x0100, 0x4000, 0x0000, 0x4500};

    env->fpus = (env->fpus & ~0x4500) | condition[relation + 1];
}

X87_OPERATIONS(float32, uint32_t, x87_from_float32(env, make_float32(operand), retaddr))
X87_OPERATIONS(float64, uint64_t, x87_from_float64(env, make_float64(operand), retaddr))
X87_OPERATIONS(int, int32_t, x87_from_int64(operand))
X87_OPERATIONS(st, int, *x87_source(env, operand, retaddr))
X87_OPERATION(ucom_st, int, *x87_source(env, operand, retaddr),
              x87_status(env, x87_compare(env, st, &other, true, retaddr)))

/* The last instruction's opcode of 11 bits, as it stands in memory; 0 where that is not there any more. */
static int x87_opcode(CPUX86State *env)
{
    target_ulong at;
    int i, previous = 0;

    if (!(env->fpip | env->fpcs)) {
        return 0; /* after FNINIT */
    }
    at = env->cr[0] & CR0_PE_MASK && !(env->eflags & VM_MASK) ? env->segs[R_CS].base : env->fpcs << 4;
    at += env->fpip;
    for (i = 0; i < 15; i++) {
        const uint8_t *byte = tlb_vaddr_to_host(env, (uint32_t)(at + i), MMU_DATA_LOAD, cpu_mmu_index(env, false));

        if (byte == NULL) {
            return 0;
        }
        if ((previous & 0xF8) == 0xD8) {
            return (previous & 7) << 8 | *byte;
        }
        previous = *byte;
    }
    return 0;
}

static void x87_load_pointers(CPUX86State *env, target_ulong ptr, int data32, uintptr_t retaddr)
{
    uint32_t ip, cs, dp, ds;

    if (data32) {
        ip = cpu_ldl_data_ra(env, ptr + 12, retaddr);
        cs = cpu_ldl_data_ra(env, ptr + 16, retaddr);
        dp = cpu_ldl_data_ra(env, ptr + 20, retaddr);
        ds = cpu_ldl_data_ra(env, ptr + 24, retaddr);
    } else {
        ip = cpu_lduw_data_ra(env, ptr + 6, retaddr);
        cs = cpu_lduw_data_ra(env, ptr + 8, retaddr);
        dp = cpu_lduw_data_ra(env, ptr + 10, retaddr);
        ds = cpu_lduw_data_ra(env, ptr + 12, retaddr);
    }
    if (!(env->cr[0] & CR0_PE_MASK) || (env->eflags & VM_MASK)) {
        /* The segment is that of the linear address: its lower 16 bits are the offset. */
        cs = cs & 0xFFFFF000;
        ds = ds & 0xFFFFF000;
    }
    env->fpip = ip;
    env->fpcs = cs;
    env->fpdp = dp;
    env->fpds = ds;
    env->dosemu_fpu_error.ip = ip;
    env->dosemu_fpu_error.cs = cs;
    env->dosemu_fpu_error.dp = dp;
    env->dosemu_fpu_error.ds = ds;
}

/* The library renames its functions by macros. */
#undef floatx80_compare
#undef floatx80_compare_quiet
#undef floatx80_to_float32
#undef floatx80_to_float64
#undef floatx80_to_int32
#undef floatx80_to_int64
#undef float32_to_floatx80
#undef float64_to_floatx80
#undef int32_to_floatx80
#undef int64_to_floatx80

#define floatx80_compare(a, b, status) x87_compare(env, &(a), &(b), false, GETPC())
#define floatx80_compare_quiet(a, b, status) x87_compare(env, &(a), &(b), true, GETPC())
#define floatx80_to_float32(a, status) x87_to_float32(env, &(a), GETPC())
#define floatx80_to_float64(a, status) x87_to_float64(env, &(a), GETPC())
#define floatx80_to_int32(a, status) x87_to_int32(env, &(a), GETPC())
#define floatx80_to_int64(a, status) x87_to_int64(env, &(a), GETPC())
#define float32_to_floatx80(a, status) x87_from_float32(env, a, GETPC())
#define float64_to_floatx80(a, status) x87_from_float64(env, a, GETPC())
#define int32_to_floatx80(a, status) x87_from_int64(a)
#define int64_to_floatx80(a, status) x87_from_int64(a)

/* From here on the registers are looked at as an instruction's operands. */
#undef ST0
#undef ST
#define ST(n) (*x87_source(env, n, GETPC()))
#define ST0 ST(0)

#endif
