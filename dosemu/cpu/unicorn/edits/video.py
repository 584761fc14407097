"""Video memory: the planes are reached through latches, so accesses go to the adapter by the shortest way."""

from __future__ import annotations

from .edit import Edit

# In front of the helpers that translated code calls: the entry is there and marked, the access is within its page.
HIT = """static inline struct dosemu *dosemu_video_hit(CPUArchState *env, target_ulong addr,
                                              target_ulong tlb_addr, int size)
{
    return tlb_addr == ((addr & TARGET_PAGE_MASK) | TLB_MMIO | DOSEMU_TLB_VIDEO) &&
        (addr & ~TARGET_PAGE_MASK) + size <= TARGET_PAGE_SIZE ? env->uc->dosemu : NULL;
}

"""


def _load(op: str, size: int) -> Edit:
    call = f"    return load_helper(env, addr, oi, retaddr, {op}, false,"
    return Edit(
        "qemu/accel/tcg/cputlb.c",
        f"loads of {size} by a still shorter way",
        call,
        "    CPUTLBEntry *entry = tlb_entry(env, get_mmuidx(oi), addr);\n"
        f"    struct dosemu *video = dosemu_video_hit(env, addr, entry->addr_read, {size});\n\n"
        "    if (video) {\n"
        "        return video->video_read(video->video, entry->paddr + (addr & ~TARGET_PAGE_MASK) - DOSEMU_VIDEO, "
        f"{size});\n"
        "    }\n" + call,
    )


def _store(op: str, size: int) -> Edit:
    call = f"    store_helper(env, addr, val, oi, retaddr, {op});"
    return Edit(
        "qemu/accel/tcg/cputlb.c",
        f"stores of {size} by a still shorter way",
        call,
        "    CPUTLBEntry *entry = tlb_entry(env, get_mmuidx(oi), addr);\n"
        f"    struct dosemu *video = dosemu_video_hit(env, addr, tlb_addr_write(entry), {size});\n\n"
        "    if (video) {\n"
        "        video->video_write(video->video, entry->paddr + (addr & ~TARGET_PAGE_MASK) - DOSEMU_VIDEO, val, "
        f"{size});\n"
        "        return;\n"
        "    }\n" + call,
    )


EDITS = (
    Edit(
        "qemu/accel/tcg/cputlb.c",
        "is it an access to marked pages",
        "static inline uint64_t\nload_helper(CPUArchState *env,",
        HIT + "static inline uint64_t\nload_helper(CPUArchState *env,",
    ),
    _load("MO_UB", 1),
    _load("MO_LEUW", 2),
    _load("MO_LEUL", 4),
    _store("MO_UB", 1),
    _store("MO_LEUW", 2),
    _store("MO_LEUL", 4),
    Edit(
        "qemu/accel/tcg/cputlb.c",
        "mark the pages where the video adapter answers: accesses to them leave the fast path",
        "    copy_tlb_helper_locked(te, &tn);\n    tlb_n_used_entries_inc(env, mmu_idx);",
        "    if (dosemu_is_video(cpu->uc->dosemu, paddr_page)) {\n"
        "        tn.addr_read |= TLB_MMIO | DOSEMU_TLB_VIDEO;\n"
        "        if (tn.addr_write != -1) {\n"
        "            tn.addr_write = (tn.addr_write & ~TLB_NOTDIRTY) | TLB_MMIO | DOSEMU_TLB_VIDEO;\n"
        "        }\n"
        "    }\n\n"
        "    copy_tlb_helper_locked(te, &tn);\n    tlb_n_used_entries_inc(env, mmu_idx);",
    ),
    Edit(
        "qemu/accel/tcg/cputlb.c",
        "loads; one that crosses its page is made of aligned ones",
        "    paddr = entry->paddr | (addr & ~TARGET_PAGE_MASK);\n    mr = uc->memory_mapping(uc, paddr);\n\n"
        "    // memory might",
        "    paddr = entry->paddr | (addr & ~TARGET_PAGE_MASK);\n"
        "    if (!code_read && (tlb_addr & TLB_MMIO) && dosemu_is_video(uc->dosemu, paddr)) {\n"
        "        if ((addr & ~TARGET_PAGE_MASK) + size > TARGET_PAGE_SIZE) {\n"
        "            goto do_unaligned_access;\n"
        "        }\n"
        "        res = uc->dosemu->video_read(uc->dosemu->video, paddr - DOSEMU_VIDEO, size < 4 ? size : 4);\n"
        "        if (size == 8) {\n"
        "            res |= (uint64_t)uc->dosemu->video_read(uc->dosemu->video, paddr + 4 - DOSEMU_VIDEO, 4) << 32;\n"
        "        }\n"
        "        return res;\n"
        "    }\n"
        "    mr = uc->memory_mapping(uc, paddr);\n\n"
        "    // memory might",
    ),
    Edit(
        "qemu/accel/tcg/cputlb.c",
        "stores; one that crosses its page goes byte by byte",
        "    paddr = entry->paddr | (addr & ~TARGET_PAGE_MASK);\n    mr = uc->memory_mapping(uc, paddr);\n\n"
        "    if (!uc->size_recur_mem) { // disabling write callback",
        "    paddr = entry->paddr | (addr & ~TARGET_PAGE_MASK);\n"
        "    if ((tlb_addr & TLB_MMIO) && dosemu_is_video(uc->dosemu, paddr)) {\n"
        "        if ((addr & ~TARGET_PAGE_MASK) + size > TARGET_PAGE_SIZE) {\n"
        "            goto do_unaligned_access;\n"
        "        }\n"
        "        uc->dosemu->video_write(uc->dosemu->video, paddr - DOSEMU_VIDEO, val, size < 4 ? size : 4);\n"
        "        if (size == 8) {\n"
        "            uc->dosemu->video_write(uc->dosemu->video, paddr + 4 - DOSEMU_VIDEO, val >> 32, 4);\n"
        "        }\n"
        "        return;\n"
        "    }\n"
        "    mr = uc->memory_mapping(uc, paddr);\n\n"
        "    if (!uc->size_recur_mem) { // disabling write callback",
    ),
)
