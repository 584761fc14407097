"""Changes of mode and loads of segments stay in translated code, where QEMU returns to its main loop.

The flags of the CPU that the next block is for are known only when they are there. The block remembers which one was
next, and for which flags (behind a far jump, for which CS and EIP too), and jumps to it while they are the same.
"""

from __future__ import annotations

from .edit import Edit

NEXT = """/* End of block: the next one depends on flags that this one has changed, or (far) on CS. The block that was
   next the first time is jumped to as long as they are the same. */
static void dosemu_gen_next(DisasContext *s, bool inhibit, bool far)
{
    TCGContext *tcg_ctx = s->uc->tcg_ctx;
    const TranslationBlock *tb = s->base.tb;
    TCGLabel *other;
    TCGv_ptr at, next;
    TCGv_i32 flags, part;

    if (!s->uc->dosemu || !s->jmp_opt) {
        do_gen_eob_worker(s, inhibit, false, far);
        return;
    }
    gen_update_cc_op(s);
    if (inhibit) {
        gen_set_hflag(s, HF_INHIBIT_IRQ_MASK);
    }
    if (tb->flags & HF_RF_MASK) {
        gen_helper_reset_rf(tcg_ctx, tcg_ctx->cpu_env);
    }
    other = gen_new_label(tcg_ctx);
    at = tcg_const_ptr(tcg_ctx, tb);
    flags = tcg_temp_new_i32(tcg_ctx);
    part = tcg_temp_new_i32(tcg_ctx);
    tcg_gen_ld_i32(tcg_ctx, flags, tcg_ctx->cpu_env, offsetof(CPUX86State, hflags));
    tcg_gen_ld_i32(tcg_ctx, part, tcg_ctx->cpu_env, offsetof(CPUX86State, eflags));
    tcg_gen_andi_i32(tcg_ctx, part, part, IOPL_MASK | TF_MASK | RF_MASK | VM_MASK | AC_MASK);
    tcg_gen_or_i32(tcg_ctx, flags, flags, part);
    /* With paging the page may be another one by now: it is looked up each time. */
    tcg_gen_ld_i32(tcg_ctx, part, tcg_ctx->cpu_env, offsetof(CPUX86State, cr[0]));
    tcg_gen_andi_i32(tcg_ctx, part, part, CR0_PG_MASK);
    tcg_gen_or_i32(tcg_ctx, flags, flags, part);
    tcg_gen_ld_i32(tcg_ctx, part, at, offsetof(TranslationBlock, next_flags));
    tcg_gen_xor_i32(tcg_ctx, flags, flags, part);
    if (far) {
        TCGv pc = tcg_temp_new(tcg_ctx), same = tcg_temp_new(tcg_ctx);

        tcg_gen_ld_tl(tcg_ctx, pc, tcg_ctx->cpu_env, offsetof(CPUX86State, segs[R_CS].base));
        tcg_gen_ld_tl(tcg_ctx, same, at, offsetof(TranslationBlock, next_cs_base));
        tcg_gen_xor_tl(tcg_ctx, same, same, pc);
        tcg_gen_trunc_tl_i32(tcg_ctx, part, same);
        tcg_gen_or_i32(tcg_ctx, flags, flags, part);
        tcg_gen_ld_tl(tcg_ctx, same, tcg_ctx->cpu_env, offsetof(CPUX86State, eip));
        tcg_gen_add_tl(tcg_ctx, pc, pc, same);
        tcg_gen_ld_tl(tcg_ctx, same, at, offsetof(TranslationBlock, next_pc));
        tcg_gen_xor_tl(tcg_ctx, same, same, pc);
        tcg_gen_trunc_tl_i32(tcg_ctx, part, same);
        tcg_gen_or_i32(tcg_ctx, flags, flags, part);
        tcg_temp_free(tcg_ctx, pc);
        tcg_temp_free(tcg_ctx, same);
    }
    tcg_gen_brcondi_i32(tcg_ctx, TCG_COND_NE, flags, 0, other);
    tcg_temp_free_i32(tcg_ctx, flags);
    tcg_temp_free_i32(tcg_ctx, part);
    tcg_temp_free_ptr(tcg_ctx, at);
    tcg_gen_goto_tb(tcg_ctx, 0);
    tcg_gen_exit_tb(tcg_ctx, tb, 0);
    gen_set_label(tcg_ctx, other);
    at = tcg_const_ptr(tcg_ctx, tb);
    next = tcg_temp_new_ptr(tcg_ctx);
    gen_helper_dosemu_next(tcg_ctx, next, tcg_ctx->cpu_env, at);
    tcg_gen_op1i(tcg_ctx, INDEX_op_goto_ptr, tcgv_ptr_arg(tcg_ctx, next));
    tcg_temp_free_ptr(tcg_ctx, next);
    tcg_temp_free_ptr(tcg_ctx, at);
    s->base.is_jmp = DISAS_NORETURN;
}

"""

# The next block, found by the state of the CPU; and where it is on the same page as the last one, kept with that.
FIND = """void *helper_dosemu_next(CPUArchState *env, void *from)
{
    CPUState *cpu = env_cpu(env);
    struct uc_struct *uc = cpu->uc;
    TranslationBlock *last = from, *tb;
    target_ulong cs_base, pc;
    uint32_t flags;

    tb = tb_lookup__cpu_state(cpu, &pc, &cs_base, &flags, curr_cflags());
    if (uc->dosemu) {
        uc->dosemu->statistics.looked_up++;
        uc->dosemu->statistics.found += tb != NULL;
    }
    if (tb == NULL) {
        return uc->tcg_ctx->code_gen_epilogue;
    }
    if (!last->jmp_dest[0] && !(env->cr[0] & CR0_PG_MASK) && ((last->pc ^ tb->pc) & TARGET_PAGE_MASK) == 0 &&
        last->page_addr[0] == tb->page_addr[0] && last->page_addr[1] == -1 && tb->page_addr[1] == -1) {
        last->next_flags = tb->flags;
        last->next_pc = tb->pc;
        last->next_cs_base = tb->cs_base;
        tb_exec_unlock(uc);
        tb_add_jump(last, 0, tb);
        tb_exec_lock(uc);
        if (uc->dosemu) {
            uc->dosemu->statistics.links++;
        }
    }
    return tb->tc.ptr;
}

"""

POP_SEGMENT = """            gen_jmp_im(s, s->pc - s->cs_base);
            if (reg == R_SS) {
                s->tf = 0;
                gen_eob_inhibit_irq(s, true);
            } else {
                gen_eob(s);
            }
        }
        break;
"""

NEXT_SEGMENT = POP_SEGMENT.replace("gen_eob(s)", "dosemu_gen_next(s, false, false)")

# In front of the helpers that translated code calls for stores to pages with code.
BESIDE = """static inline bool dosemu_beside_code(CPUArchState *env, const CPUTLBEntry *entry, target_ulong addr,
                                      TCGMemOpIdx oi, int size)
{
    struct uc_struct *uc = env->uc;
    struct dosemu *d = uc->dosemu;
    uintptr_t mmu_idx = get_mmuidx(oi), at = addr & ~TARGET_PAGE_MASK, page = (uintptr_t)addr + entry->addend - at;

    if (tlb_addr_write(entry) != ((addr & TARGET_PAGE_MASK) | TLB_NOTDIRTY) || !d ||
        at + size > TARGET_PAGE_SIZE || HOOK_EXISTS(uc, UC_HOOK_MEM_WRITE)) {
        return false;
    }
    if (d->code_host != page || *d->code_bits == NULL) {
        bool data = dosemu_is_data(uc, addr + env_tlb(env)->d[mmu_idx].iotlb[tlb_index(env, mmu_idx, addr)].addr, size);

        d->code_host = d->code_bits ? page : 0;
        return data;
    }
    return dosemu_no_bits(*d->code_bits, at, size);
}

"""

# Loads of helpers, from a page of plain memory that is in the TLB.
PLAIN = """    CPUTLBEntry *entry = tlb_entry(env, mmu_idx, addr);
    unsigned size = memop_size(op);

    if (env->uc->dosemu && entry->addr_read == (addr & TARGET_PAGE_MASK) &&
        (addr & ~TARGET_PAGE_MASK) + size <= TARGET_PAGE_SIZE &&
        !HOOK_EXISTS(env->uc, UC_HOOK_MEM_READ) && !HOOK_EXISTS(env->uc, UC_HOOK_MEM_READ_AFTER)) {
        return ldn_le_p((void *)((uintptr_t)addr + entry->addend), size);
    }

"""


def _store(name: str, size: int, value: str, put: str) -> Edit:
    first = f"(CPUArchState *env, target_ulong addr, {value} val,\n"
    last = "TCGMemOpIdx oi, uintptr_t retaddr)"
    helper = f"void helper_{name}_mmu"
    function = f"static void __attribute__((noinline)) dosemu_{name}{first}    {last}"
    head = f"{helper}{first}{' ' * (len(helper) + 1)}{last}\n{{\n"
    return Edit(
        "qemu/accel/tcg/cputlb.c",
        f"stores of {size} beside code; what takes longer is a function of its own",
        head,
        f"{function};\n\n{head}"
        "    CPUTLBEntry *entry = tlb_entry(env, get_mmuidx(oi), addr);\n\n"
        f"    if (dosemu_beside_code(env, entry, addr, oi, {size})) {{\n"
        f"        {put}((void *)((uintptr_t)addr + entry->addend), val);\n"
        "        return;\n"
        "    }\n"
        f"    dosemu_{name}(env, addr, val, oi, retaddr);\n"
        f"}}\n\n{function}\n{{\n",
    )


# Both halves of a descriptor.
DESCRIPTOR = """static inline void dosemu_load_descriptor(CPUX86State *env, target_ulong ptr, uint32_t *e1,
                                          uint32_t *e2, uintptr_t retaddr)
{
    CPUTLBEntry *entry = tlb_entry(env, cpu_mmu_index_kernel(env), ptr);

    if (env->uc->dosemu && entry->addr_read == (ptr & TARGET_PAGE_MASK) &&
        (ptr & ~TARGET_PAGE_MASK) <= TARGET_PAGE_SIZE - 8 &&
        !HOOK_EXISTS(env->uc, UC_HOOK_MEM_READ) && !HOOK_EXISTS(env->uc, UC_HOOK_MEM_READ_AFTER)) {
        const uint8_t *at = (uint8_t *)((uintptr_t)ptr + entry->addend);

        *e1 = ldl_le_p(at);
        *e2 = ldl_le_p(at + 4);
        return;
    }
    *e1 = cpu_ldl_kernel_ra(env, ptr, retaddr);
    *e2 = cpu_ldl_kernel_ra(env, ptr + 4, retaddr);
}

"""

# DS, ES, SS, FS and GS from a descriptor of data that is present, accessed and allowed.
DATA = """static inline bool dosemu_load_data(CPUX86State *env, int seg_reg, uint32_t selector)
{
    const SegmentCache *dt = selector & 4 ? &env->ldt : &env->gdt;
    SegmentCache *sc = &env->segs[seg_reg];
    uint32_t e1, e2, dpl, rpl = selector & 3, hflags = env->hflags, cpl = hflags & HF_CPL_MASK;
    target_ulong ptr = dt->base + (selector & 0xfff8);
    const CPUTLBEntry *entry = tlb_entry(env, cpu_mmu_index_kernel(env), ptr);
    const uint8_t *at = (uint8_t *)((uintptr_t)ptr + entry->addend);

    if (!env->uc->dosemu || !(selector & 0xfffc) || (selector | 7) > dt->limit ||
        entry->addr_read != (ptr & TARGET_PAGE_MASK) || (ptr & ~TARGET_PAGE_MASK) > TARGET_PAGE_SIZE - 8 ||
        HOOK_EXISTS(env->uc, UC_HOOK_MEM_READ) || HOOK_EXISTS(env->uc, UC_HOOK_MEM_READ_AFTER)) {
        return false;
    }
    e1 = ldl_le_p(at);
    e2 = ldl_le_p(at + 4);
    dpl = e2 >> DESC_DPL_SHIFT & 3;
    if ((e2 & (DESC_P_MASK | DESC_S_MASK | DESC_A_MASK | DESC_CS_MASK)) != (DESC_P_MASK | DESC_S_MASK | DESC_A_MASK)) {
        return false;
    }
    if (seg_reg == R_SS) {
        if (!(e2 & DESC_W_MASK) || rpl != cpl || dpl != cpl) {
            return false;
        }
        hflags = (hflags & ~HF_SS32_MASK) | (e2 & DESC_B_MASK) >> (DESC_B_SHIFT - HF_SS32_SHIFT);
    } else if (dpl < cpl || dpl < rpl) {
        return false;
    }
    sc->selector = selector;
    sc->base = get_seg_base(e1, e2);
    sc->limit = get_seg_limit(e1, e2);
    sc->flags = e2;
    if (!(hflags & HF_CS32_MASK) || (env->segs[R_DS].base | env->segs[R_ES].base | env->segs[R_SS].base)) {
        env->hflags = hflags | HF_ADDSEG_MASK;
    } else {
        env->hflags = hflags & ~HF_ADDSEG_MASK;
    }
    dosemu_update_limits(env, seg_reg, seg_reg + 1);
    return true;
}

"""

JUMPS = "    case 0x1a1: /* pop fs */\n"
MOVES = "    case 0x8c: /* mov Gv, seg */\n"

EDITS = (
    Edit(
        "qemu/target/i386/translate.c",
        "an end of a block that needs no main loop",
        "/* Jump to register */\nstatic void gen_jr(",
        NEXT + "/* Jump to register */\nstatic void gen_jr(",
    ),
    Edit(
        "qemu/target/i386/translate.c",
        "POP DS, ES",
        POP_SEGMENT + JUMPS,
        NEXT_SEGMENT + JUMPS,
    ),
    Edit(
        "qemu/target/i386/translate.c",
        "MOV to a segment register",
        POP_SEGMENT + MOVES,
        NEXT_SEGMENT + MOVES,
    ),
    Edit(
        "qemu/target/i386/translate.c",
        "LDS, LES",
        "        gen_op_mov_reg_v(s, ot, reg, s->T1);\n"
        "        if (s->base.is_jmp) {\n"
        "            gen_jmp_im(s, s->pc - s->cs_base);\n"
        "            gen_eob(s);\n",
        "        gen_op_mov_reg_v(s, ot, reg, s->T1);\n"
        "        if (s->base.is_jmp) {\n"
        "            gen_jmp_im(s, s->pc - s->cs_base);\n"
        "            dosemu_gen_next(s, false, false);\n",
    ),
    Edit(
        "qemu/target/i386/translate.c",
        "MOV CR0; the others concern paging",
        "                                         s->T0);\n"
        "                    gen_jmp_im(s, s->pc - s->cs_base);\n"
        "                    gen_eob(s);\n"
        "                } else {\n",
        "                                         s->T0);\n"
        "                    gen_jmp_im(s, s->pc - s->cs_base);\n"
        "                    if (reg == 0) {\n"
        "                        dosemu_gen_next(s, false, false);\n"
        "                    } else {\n"
        "                        gen_eob(s);\n"
        "                    }\n"
        "                } else {\n",
    ),
    Edit(
        "qemu/target/i386/translate.c",
        "far jumps",
        "            tcg_gen_ld_tl(tcg_ctx, s->tmp4, tcg_ctx->cpu_env, offsetof(CPUX86State, eip));\n"
        "            gen_jr(s, s->tmp4);\n"
        "            break;\n"
        "        case 6: /* push Ev */\n",
        "            dosemu_gen_next(s, false, true);\n            break;\n        case 6: /* push Ev */\n",
    ),
    Edit(
        "qemu/target/i386/helper.h",
        "what comes behind a block that changes flags",
        "DEF_HELPER_2(dosemu_repeat, void, env, i32)\n",
        "DEF_HELPER_2(dosemu_repeat, void, env, i32)\nDEF_HELPER_FLAGS_2(dosemu_next, TCG_CALL_NO_WG, ptr, env, ptr)\n",
    ),
    Edit(
        "qemu/accel/tcg/cpu-exec.c",
        "find it",
        "static inline TranslationBlock *tb_find(CPUState *cpu,\n",
        FIND + "static inline TranslationBlock *tb_find(CPUState *cpu,\n",
    ),
    Edit(
        "qemu/include/exec/exec-all.h",
        "what the CPU's state must be for the first of its direct jumps, where that is not certain",
        "    uint16_t loaded_count;\n",
        "    uint32_t next_flags;\n    target_ulong next_pc, next_cs_base;\n    uint16_t loaded_count;\n",
    ),
    Edit(
        "qemu/accel/tcg/translate-all.c",
        "not known yet",
        "    tb->jmp_dest[0] = (uintptr_t)NULL;\n",
        "    tb->jmp_dest[0] = (uintptr_t)NULL;\n    tb->next_flags = -1;\n",
    ),
    Edit(
        "qemu/include/exec/tb-hash.h",
        "programs for DOS have hundreds of blocks on a page, few pages",
        "#define TB_JMP_PAGE_BITS (TB_JMP_CACHE_BITS / 2)\n",
        "#define TB_JMP_PAGE_BITS 8\n",
    ),
    Edit(
        "qemu/accel/tcg/cputlb.c",
        "helpers load descriptors and frames from plain memory without looking for its region",
        "    TCGMemOpIdx oi;\n    uint64_t ret;\n\n    op &= ~MO_SIGN;\n    oi = make_memop_idx(op, mmu_idx);\n"
        "    ret = full_load(env, addr, oi, retaddr);\n",
        "    TCGMemOpIdx oi;\n    uint64_t ret;\n"
        + PLAIN
        + "    op &= ~MO_SIGN;\n    oi = make_memop_idx(op, mmu_idx);\n"
        "    ret = full_load(env, addr, oi, retaddr);\n",
    ),
    Edit(
        "qemu/accel/tcg/cputlb.c",
        "is it a store beside code",
        "static inline struct dosemu *dosemu_video_hit(",
        BESIDE + "static inline struct dosemu *dosemu_video_hit(",
    ),
    Edit(
        "qemu/tcg/i386/tcg-target.inc.c",
        "stores that leave the fast path are called: a host predicts the return of a call, not that of a jump",
        '    /* "Tail call" to the helper, with the return address back inline.  */\n'
        "    tcg_out_push(s, retaddr);\n"
        "    tcg_out_jmp(s, qemu_st_helpers[opc & (MO_BSWAP | MO_SIZE)]);\n",
        "    tcg_out_call(s, qemu_st_helpers[opc & (MO_BSWAP | MO_SIZE)]);\n    tcg_out_jmp(s, l->raddr);\n",
    ),
    _store("ret_stb", 1, "uint8_t", "stb_p"),
    _store("le_stw", 2, "uint16_t", "stw_le_p"),
    _store("le_stl", 4, "uint32_t", "stl_le_p"),
    Edit(
        "qemu/target/i386/seg_helper.c",
        "both halves of a descriptor at once",
        "static inline int load_segment_ra(",
        DESCRIPTOR + "static inline int load_segment_ra(",
    ),
    Edit(
        "qemu/target/i386/seg_helper.c",
        "for jumps, calls, returns and interrupts",
        "    *e1_ptr = cpu_ldl_kernel_ra(env, ptr, retaddr);\n"
        "    *e2_ptr = cpu_ldl_kernel_ra(env, ptr + 4, retaddr);\n",
        "    dosemu_load_descriptor(env, ptr, e1_ptr, e2_ptr, retaddr);\n",
    ),
    Edit(
        "qemu/target/i386/seg_helper.c",
        "for segments of data",
        "        e1 = cpu_ldl_kernel_ra(env, ptr, GETPC());\n"
        "        e2 = cpu_ldl_kernel_ra(env, ptr + 4, GETPC());\n\n"
        "        if (!(e2 & DESC_S_MASK)) {\n",
        "        dosemu_load_descriptor(env, ptr, &e1, &e2, GETPC());\n\n        if (!(e2 & DESC_S_MASK)) {\n",
    ),
    Edit(
        "qemu/target/i386/seg_helper.c",
        "the common case",
        "void helper_load_seg(CPUX86State *env, int seg_reg, int selector)\n{\n",
        DATA + "void helper_load_seg(CPUX86State *env, int seg_reg, int selector)\n{\n",
    ),
    Edit(
        "qemu/target/i386/seg_helper.c",
        "the common case first",
        "    selector &= 0xffff;\n    cpl = env->hflags & HF_CPL_MASK;\n    if ((selector & 0xfffc) == 0) {\n"
        "        /* null selector case */\n",
        "    selector &= 0xffff;\n"
        "    if (dosemu_load_data(env, seg_reg, selector)) {\n"
        "        return;\n"
        "    }\n"
        "    cpl = env->hflags & HF_CPL_MASK;\n    if ((selector & 0xfffc) == 0) {\n"
        "        /* null selector case */\n",
    ),
    Edit(
        "qemu/target/i386/helper.c",
        "nothing but CR0.PE changes, without paging",
        "    int pe_state;\n\n",
        "    int pe_state;\n\n"
        "    if (env->uc->dosemu && ((new_cr0 | CR0_ET_MASK) ^ env->cr[0]) == CR0_PE_MASK &&\n"
        "        !(new_cr0 & CR0_PG_MASK)) {\n"
        "        env->cr[0] ^= CR0_PE_MASK;\n"
        "        if (new_cr0 & CR0_PE_MASK) {\n"
        "            env->hflags |= HF_PE_MASK;\n"
        "            dosemu_update_limits(env, 0, 6);\n"
        "        } else { /* in real mode no limits are looked at but in the segments themselves */\n"
        "            env->hflags = (env->hflags & ~(HF_PE_MASK | HF_LIMITS)) | HF_ADDSEG_MASK;\n"
        "        }\n"
        "        return;\n"
        "    }\n\n",
    ),
    Edit(
        "qemu/target/i386/translate.c",
        "flags behind a rotation",
        "    zero = NULL;\n    dst = tcg_ctx->cpu_cc_dst;\n",
        "    if (s->cc_op == CC_OP_ADCOX && s->uc->dosemu) { /* carry and overflow beside the others */\n"
        "        tcg_gen_andi_tl(tcg_ctx, tcg_ctx->cpu_cc_src, tcg_ctx->cpu_cc_src, ~(CC_C | CC_O));\n"
        "        tcg_gen_or_tl(tcg_ctx, tcg_ctx->cpu_cc_src, tcg_ctx->cpu_cc_src, tcg_ctx->cpu_cc_dst);\n"
        "        tcg_gen_shli_tl(tcg_ctx, s->tmp0, tcg_ctx->cpu_cc_src2, ctz32(CC_O));\n"
        "        tcg_gen_or_tl(tcg_ctx, tcg_ctx->cpu_cc_src, tcg_ctx->cpu_cc_src, s->tmp0);\n"
        "        set_cc_op(s, CC_OP_EFLAGS);\n"
        "        return;\n"
        "    }\n\n"
        "    zero = NULL;\n    dst = tcg_ctx->cpu_cc_dst;\n",
    ),
)
