/*
 * x87 arithmetic for the library's FPU helpers (Intel SDM volume 1, chapter 8): included by fpu_helper.c.
 *
 * An x86-64 host computes with its own x87 unit, under the guest's rounding and precision control, so that results and
 * exception flags are those of the hardware. Elsewhere the library's softfloat computes, and its flags are passed on.
 * Exceptions stay masked on the host; the guest's status word says what is to be done.
 */
#ifndef DOSEMU_X87_H
#define DOSEMU_X87_H

static inline void x87_raise(CPUX86State *env, int flags)
{
    if (unlikely(flags & ~env->fpus)) {
        fpu_set_exception(env, flags);
    }
}

#if defined(__x86_64__) && defined(__GNUC__)

/*
 * Flags of the host that the guest does not have are cleared, those that both have can stay: FNCLEX is slow, and in
 * most programs the precision flag is set all the time.
 */
static inline uint16_t x87_begin(CPUX86State *env, uint16_t *control)
{
    uint16_t host, status;

    *control = (env->fpuc & 0x0F00) | 0x007F;
    if ((*control & 0x0300) == 0x0100) {
        *control |= 0x0200; /* reserved */
    }
    __asm__ volatile("fnstcw %0\n\tfnstsw %1" : "=m"(host), "=a"(status));
    if (unlikely(status & FPUC_EM & ~env->fpus)) {
        __asm__ volatile("fnclex");
    }
    if (host != *control) {
        __asm__ volatile("fldcw %0" : : "m"(*control));
    }
    return host;
}

static inline void x87_end(CPUX86State *env, uint16_t host, uint16_t control, uint16_t status)
{
    if (host != control) {
        __asm__ volatile("fldcw %0" : : "m"(host));
    }
    x87_raise(env, status & FPUC_EM);
}

#define X87_TWO "st", "st(1)"

/*
 * ST(1) and ST(0) of the host are a and b. Numbers stay where they are: one that was stored as 8 and 2 bytes and is
 * then copied as 16 holds the host up.
 */
#define X87_BINARY(name, code)                                                          \
static void x87_any_##name(CPUX86State *env, floatx80 *to, const floatx80 *a, const floatx80 *b) \
{                                                                                       \
    uint16_t control, status, host = x87_begin(env, &control);                          \
                                                                                        \
    __asm__ volatile("fldt %2\n\tfldt %3\n\t" code "\n\tfstpt %0\n\tfnstsw %1"          \
                     : "=m"(*to), "=a"(status) : "m"(*a), "m"(*b) : X87_TWO);           \
    x87_end(env, host, control, status);                                                \
}

#define X87_CONVERT(name, from, type, code)                                             \
static inline type x87_##name(CPUX86State *env, const from *value)                      \
{                                                                                       \
    type result;                                                                        \
    uint16_t control, status, host = x87_begin(env, &control);                          \
                                                                                        \
    __asm__ volatile(code "\n\tfnstsw %1" : "=m"(result), "=a"(status) : "m"(*value) : X87_TWO); \
    x87_end(env, host, control, status);                                                \
    return result;                                                                      \
}

/* Subtraction and division as bytes: assemblers do not agree about the order of operands. */
X87_BINARY(add, "faddp")
X87_BINARY(mul, "fmulp")
X87_BINARY(sub, ".byte 0xDE, 0xE9")
X87_BINARY(div, ".byte 0xDE, 0xF9")
X87_CONVERT(round_to_int, floatx80, floatx80, "fldt %2\n\tfrndint\n\tfstpt %0")
X87_CONVERT(load_float32, float32, floatx80, "flds %2\n\tfstpt %0")
X87_CONVERT(load_float64, float64, floatx80, "fldl %2\n\tfstpt %0")
X87_CONVERT(to_float32, floatx80, float32, "fldt %2\n\tfstps %0")
X87_CONVERT(to_float64, floatx80, float64, "fldt %2\n\tfstpl %0")
X87_CONVERT(to_int32, floatx80, int32_t, "fldt %2\n\tfistpl %0")
X87_CONVERT(to_int64, floatx80, int64_t, "fldt %2\n\tfistpll %0")

static inline int x87_compare(CPUX86State *env, const floatx80 *a, const floatx80 *b, bool quiet)
{
    uint16_t control, status, host = x87_begin(env, &control);

    if (quiet) {
        __asm__ volatile("fldt %1\n\tfldt %2\n\tfucompp\n\tfnstsw %0" : "=a"(status) : "m"(*b), "m"(*a) : X87_TWO);
    } else {
        __asm__ volatile("fldt %1\n\tfldt %2\n\tfcompp\n\tfnstsw %0" : "=a"(status) : "m"(*b), "m"(*a) : X87_TWO);
    }
    x87_end(env, host, control, status);
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
static inline bool x87_##name(CPUX86State *env)                                         \
{                                                                                       \
    uint16_t control, status, host = x87_begin(env, &control);                          \
                                                                                        \
    __asm__ volatile("fldt %0\n\t" code "\n\tfnstsw %1\n\tfstpt %0" : "+m"(ST0), "=a"(status) : : X87_TWO); \
    x87_end(env, host, control, status);                                                \
    x87_condition(env, status, bits);                                                   \
    return true;                                                                        \
}

#define X87_BY_ST1(name, code, bits)                                                    \
static inline bool x87_##name(CPUX86State *env)                                         \
{                                                                                       \
    uint16_t control, status, host = x87_begin(env, &control);                          \
                                                                                        \
    __asm__ volatile("fldt %2\n\tfldt %0\n\t" code "\n\tfnstsw %1\n\tfstpt %0\n\tfstp %%st(0)" \
                     : "+m"(ST0), "=a"(status) : "m"(ST1) : X87_TWO);                   \
    x87_end(env, host, control, status);                                                \
    x87_condition(env, status, bits);                                                   \
    return true;                                                                        \
}

#define X87_POPPING(name, code)                                                         \
static inline bool x87_##name(CPUX86State *env)                                         \
{                                                                                       \
    uint16_t control, status, host = x87_begin(env, &control);                          \
                                                                                        \
    __asm__ volatile("fldt %0\n\tfldt %2\n\t" code "\n\tfnstsw %1\n\tfstpt %0"          \
                     : "+m"(ST1), "=a"(status) : "m"(ST0) : X87_TWO);                   \
    x87_end(env, host, control, status);                                                \
    x87_condition(env, status, 0x0200);                                                 \
    fpop(env);                                                                          \
    return true;                                                                        \
}

/* ``out``: where the instruction goes on without a second result, C2 telling so. */
#define X87_PUSHING(name, code, out, bits)                                              \
static inline bool x87_##name(CPUX86State *env)                                         \
{                                                                                       \
    floatx80 first = ST0, second = { 0, 0 };                                            \
    uint16_t control, status, host = x87_begin(env, &control);                          \
                                                                                        \
    __asm__ volatile("fldt %0\n\t" code "\n\tfnstsw %%ax\n\t" out "fstpt %1\n1:\n\tfstpt %0" \
                     : "+m"(first), "=m"(second), "=a"(status) : : X87_TWO, "cc");      \
    x87_end(env, host, control, status);                                                \
    x87_condition(env, status, bits);                                                   \
    ST0 = first;                                                                        \
    if (!(status & bits & 0x0400)) {                                                    \
        fpush(env);                                                                     \
        ST0 = second;                                                                   \
    }                                                                                   \
    return true;                                                                        \
}

#define X87_UNLESS_C2 "testb $4, %%ah\n\tjnz 1f\n\t"

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

static inline bool x87_fbst(CPUX86State *env, target_ulong address, uintptr_t retaddr)
{
    uint8_t packed[10];
    uint16_t control, status, host = x87_begin(env, &control);
    int i;

    __asm__ volatile("fldt %2\n\tfbstp %0\n\tfnstsw %1" : "=m"(packed), "=a"(status) : "m"(ST0) : X87_TWO);
    x87_end(env, host, control, status);
    for (i = 0; i < 10; i++) {
        cpu_stb_data_ra(env, address + i, packed[i], retaddr);
    }
    return true;
}

#else

/* The library's flags have the places of the status word's, but for denormal operands. */
static inline void x87_soft_end(CPUX86State *env)
{
    int flags = get_float_exception_flags(&env->fp_status);

    set_float_exception_flags(0, &env->fp_status);
    x87_raise(env, (flags & 0x3D) | (flags & float_flag_input_denormal ? FPUS_DE : 0));
}

#define X87_SOFT(name, type, parameters, call)                                          \
static inline type x87_##name parameters                                                \
{                                                                                       \
    type result;                                                                        \
                                                                                        \
    set_float_exception_flags(0, &env->fp_status);                                      \
    result = call;                                                                      \
    x87_soft_end(env);                                                                  \
    return result;                                                                      \
}

#define X87_SOFT_BINARY(name) \
static void x87_any_##name(CPUX86State *env, floatx80 *to, const floatx80 *a, const floatx80 *b) \
{                                                                                       \
    set_float_exception_flags(0, &env->fp_status);                                      \
    *to = floatx80_##name(*a, *b, &env->fp_status);                                     \
    x87_soft_end(env);                                                                  \
}

#define X87_SOFT_CONVERT(name, from, type, function) \
    X87_SOFT(name, type, (CPUX86State *env, const from *value), function(*value, &env->fp_status))

X87_SOFT_BINARY(add)
X87_SOFT_BINARY(mul)
X87_SOFT_BINARY(sub)
X87_SOFT_BINARY(div)
X87_SOFT_CONVERT(round_to_int, floatx80, floatx80, floatx80_round_to_int)
X87_SOFT_CONVERT(load_float32, float32, floatx80, float32_to_floatx80)
X87_SOFT_CONVERT(load_float64, float64, floatx80, float64_to_floatx80)
X87_SOFT_CONVERT(to_float32, floatx80, float32, floatx80_to_float32)
X87_SOFT_CONVERT(to_float64, floatx80, float64, floatx80_to_float64)
X87_SOFT(compare, int, (CPUX86State *env, const floatx80 *a, const floatx80 *b, bool quiet),
         quiet ? floatx80_compare_quiet(*a, *b, &env->fp_status) : floatx80_compare(*a, *b, &env->fp_status))

/* What cannot be told as a whole number is the most negative one. */
static inline int32_t x87_to_int32(CPUX86State *env, const floatx80 *value)
{
    int32_t result;

    set_float_exception_flags(0, &env->fp_status);
    result = floatx80_to_int32(*value, &env->fp_status);
    if (get_float_exception_flags(&env->fp_status) & float_flag_invalid) {
        result = INT32_MIN;
    }
    x87_soft_end(env);
    return result;
}

static inline int64_t x87_to_int64(CPUX86State *env, const floatx80 *value)
{
    int64_t result;

    set_float_exception_flags(0, &env->fp_status);
    result = floatx80_to_int64(*value, &env->fp_status);
    if (get_float_exception_flags(&env->fp_status) & float_flag_invalid) {
        result = INT64_MIN;
    }
    x87_soft_end(env);
    return result;
}

/* Left to the library. */
#define X87_NOT_HERE(name)                         \
static inline bool x87_##name(CPUX86State *env)    \
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
static inline floatx80 x87_from_float64(CPUX86State *env, float64 value)
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
    return x87_load_float64(env, &value);
}

/*
 * Sums and products of normal numbers, rounded to nearest with 53 or 64 bits, are quicker in whole numbers than a trip to
 * the host's unit. False: some other case.
 */
static inline bool x87_plain(CPUX86State *env, const floatx80 *a, const floatx80 *b)
{
    return (env->fpuc & 0x0E00) == 0x0200 && ((a->high + 1) & 0x7FFF) > 1 && ((b->high + 1) & 0x7FFF) > 1 &&
           a->low & b->low & 1ULL << 63;
}

/* A normalised number of 128 bits: high has its top bit set. */
static inline bool x87_round(CPUX86State *env, floatx80 *to, int sign, int exponent, uint64_t high, uint64_t low)
{
    bool inexact;

    if (env->fpuc & 0x0100) {
        inexact = low != 0;
        high += low > 1ULL << 63 || (low == 1ULL << 63 && high & 1);
    } else {
        uint64_t rest = high & 0x7FF;

        inexact = (rest | low) != 0;
        high &= ~0x7FFULL;
        high += rest > 0x400 || (rest == 0x400 && (low || high & 0x800)) ? 0x800 : 0;
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
    if (inexact) {
        x87_raise(env, FPUS_PE);
    }
    return true;
}

static inline bool x87_plain_mul(CPUX86State *env, floatx80 *to, const floatx80 *a, const floatx80 *b)
{
    uint64_t high, low;
    int exponent = (a->high & 0x7FFF) + (b->high & 0x7FFF) - 0x3FFE;

    mulu64(&low, &high, a->low, b->low);
    if (!(high >> 63)) {
        high = high << 1 | low >> 63;
        low <<= 1;
        exponent--;
    }
    return x87_round(env, to, (a->high ^ b->high) & 0x8000, exponent, high, low);
}

static inline bool x87_plain_add(CPUX86State *env, floatx80 *to, const floatx80 *a, const floatx80 *b, int negate)
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
    if (shift > 63) {
        return false;
    }
    low = shift ? add << (64 - shift) : 0;
    add >>= shift;
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
            return false;
        }
        shift = clz64(high);
        if (shift) {
            high = high << shift | low >> (64 - shift);
            low <<= shift;
            exponent -= shift;
        }
    }
    return x87_round(env, to, sign, exponent, high, low);
}

static inline void x87_mul(CPUX86State *env, floatx80 *to, const floatx80 *a, const floatx80 *b)
{
    if (!x87_plain(env, a, b) || !x87_plain_mul(env, to, a, b)) {
        x87_any_mul(env, to, a, b);
    }
}

static inline void x87_add(CPUX86State *env, floatx80 *to, const floatx80 *a, const floatx80 *b)
{
    if (!x87_plain(env, a, b) || !x87_plain_add(env, to, a, b, 0)) {
        x87_any_add(env, to, a, b);
    }
}

static inline void x87_sub(CPUX86State *env, floatx80 *to, const floatx80 *a, const floatx80 *b)
{
    if (!x87_plain(env, a, b) || !x87_plain_add(env, to, a, b, 0x8000)) {
        x87_any_sub(env, to, a, b);
    }
}

static inline void x87_div(CPUX86State *env, floatx80 *to, const floatx80 *a, const floatx80 *b)
{
    x87_any_div(env, to, a, b);
}

static inline floatx80 x87_from_float32(CPUX86State *env, float32 value)
{
    uint32_t bits = float32_val(value);
    int exponent = bits >> 23 & 0xFF;
    floatx80 result;

    if (likely(exponent != 0 && exponent != 0xFF)) {
        result.low = 1ULL << 63 | (uint64_t)(bits & 0x7FFFFF) << 40;
        result.high = (bits >> 16 & 0x8000) | (exponent + 0x3FFF - 0x7F);
        return result;
    }
    return x87_load_float32(env, &value);
}

static inline void x87_copy(floatx80 *to, const floatx80 *from)
{
    uint64_t low = from->low;
    uint16_t high = from->high;

    to->low = low;
    to->high = high;
}

static inline void x87_exchange(floatx80 *a, floatx80 *b)
{
    uint64_t low = a->low;
    uint16_t high = a->high;

    x87_copy(a, b);
    b->low = low;
    b->high = high;
}

/* The library renames its functions by macros. */
#undef floatx80_round_to_int
#undef floatx80_compare
#undef floatx80_compare_quiet
#undef floatx80_to_float32
#undef floatx80_to_float64
#undef floatx80_to_int32
#undef floatx80_to_int64
#undef float32_to_floatx80
#undef float64_to_floatx80

#define floatx80_round_to_int(a, status) x87_round_to_int(env, &(a))
#define floatx80_compare(a, b, status) x87_compare(env, &(a), &(b), false)
#define floatx80_compare_quiet(a, b, status) x87_compare(env, &(a), &(b), true)
#define floatx80_to_float32(a, status) x87_to_float32(env, &(a))
#define floatx80_to_float64(a, status) x87_to_float64(env, &(a))
#define floatx80_to_int32(a, status) x87_to_int32(env, &(a))
#define floatx80_to_int64(a, status) x87_to_int64(env, &(a))
#define float32_to_floatx80(a, status) x87_from_float32(env, a)
#define float64_to_floatx80(a, status) x87_from_float64(env, a)

#endif
