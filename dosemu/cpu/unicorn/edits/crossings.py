"""Changes of mode and loads of segments stay in translated code: the next block is looked up by its new flags.

QEMU returns to its main loop behind each of them. Here only those that hold interrupts off for an instruction (MOV SS,
POP SS, STI) and what comes behind them do, where the main loop looks for an interrupt that waits.
"""

from __future__ import annotations

from .edit import Edit

NEXT = """/* End of block: the next one is looked up by flags that this one has changed. */
static void dosemu_gen_next(DisasContext *s)
{
    do_gen_eob_worker(s, false, false, s->uc->dosemu && s->jmp_opt);
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

NEXT_SEGMENT = POP_SEGMENT.replace("gen_eob(s)", "dosemu_gen_next(s)")

# In front of the helpers that translated code calls for stores to pages with code.
BESIDE = """static inline bool dosemu_beside_code(CPUArchState *env, const CPUTLBEntry *entry, target_ulong addr,
                                      TCGMemOpIdx oi, int size)
{
    struct uc_struct *uc = env->uc;
    uintptr_t mmu_idx = get_mmuidx(oi);

    return uc->dosemu && tlb_addr_write(entry) == ((addr & TARGET_PAGE_MASK) | TLB_NOTDIRTY) &&
        (addr & ~TARGET_PAGE_MASK) + size <= TARGET_PAGE_SIZE && !HOOK_EXISTS(uc, UC_HOOK_MEM_WRITE) &&
        dosemu_is_data(uc, addr + env_tlb(env)->d[mmu_idx].iotlb[tlb_index(env, mmu_idx, addr)].addr, size);
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


def _store(op: str, size: int, put: str) -> Edit:
    call = f"    store_helper(env, addr, val, oi, retaddr, {op});"
    return Edit(
        "qemu/accel/tcg/cputlb.c",
        f"stores of {size} beside code",
        call,
        f"    if (dosemu_beside_code(env, entry, addr, oi, {size})) {{\n"
        f"        {put}((void *)((uintptr_t)addr + entry->addend), val);\n"
        "        return;\n"
        "    }\n" + call,
    )


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
        "            dosemu_gen_next(s);\n",
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
        "                        dosemu_gen_next(s);\n"
        "                    } else {\n"
        "                        gen_eob(s);\n"
        "                    }\n"
        "                } else {\n",
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
        "void helper_ret_stb_mmu(CPUArchState *env,",
        BESIDE + "void helper_ret_stb_mmu(CPUArchState *env,",
    ),
    _store("MO_UB", 1, "stb_p"),
    _store("MO_LEUW", 2, "stw_le_p"),
    _store("MO_LEUL", 4, "stl_le_p"),
)
