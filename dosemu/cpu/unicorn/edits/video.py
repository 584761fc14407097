"""Video memory: the planes are reached through latches, so accesses go to the adapter by the shortest way."""

from __future__ import annotations

from .edit import Edit

EDITS = (
    Edit(
        "qemu/accel/tcg/cputlb.c",
        "mark the pages where the video adapter answers: accesses to them leave the fast path",
        "    copy_tlb_helper_locked(te, &tn);\n    tlb_n_used_entries_inc(env, mmu_idx);",
        "    if (dosemu_is_video(cpu->uc->dosemu, paddr_page)) {\n"
        "        tn.addr_read |= TLB_MMIO;\n"
        "        tn.addr_write |= TLB_MMIO;\n"
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
