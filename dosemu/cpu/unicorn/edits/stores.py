"""Stores to pages of RAM stay fast unless the bytes hold translated code, whichever address they came by."""

from __future__ import annotations

from .edit import Edit

EDITS = (
    Edit(
        "qemu/accel/tcg/cputlb.c",
        "stores are slow only while the physical page holds translations",
        "            !(tlbe->addr_code != -1) &&\n",
        "            !dosemu_page_has_tb(cpu->uc, ram_addr) &&\n",
    ),
    Edit(
        "qemu/accel/tcg/cputlb.c",
        "stores beside code, on the same page: a bit map says that the bytes are data; or they stay as they are, as"
        " where a compiler's int86() puts its INT n on the stack each time",
        "    // Load the latest memory mapping.\n    paddr = entry->paddr",
        "    if (uc->dosemu && (tlb_addr & ~TARGET_PAGE_MASK) == TLB_NOTDIRTY &&\n"
        "        !HOOK_EXISTS(uc, UC_HOOK_MEM_WRITE) &&\n"
        "        (addr & ~TARGET_PAGE_MASK) + size <= TARGET_PAGE_SIZE &&\n"
        "        (dosemu_is_data(uc, addr + env_tlb(env)->d[mmu_idx].iotlb[index].addr, size) ||\n"
        "         dosemu_is_there((uint8_t *)((uintptr_t)addr + entry->addend), val, size))) {\n"
        "        store_memop((void *)((uintptr_t)addr + entry->addend), val, op);\n"
        "        return;\n"
        "    }\n"
        "\n"
        "    // Load the latest memory mapping.\n"
        "    paddr = entry->paddr",
    ),
    Edit(
        "qemu/accel/tcg/translate-all.h",
        "does a physical page hold translations; are these bytes of such a page none",
        "void tb_check_watchpoint(CPUState *cpu, uintptr_t retaddr);",
        "void tb_check_watchpoint(CPUState *cpu, uintptr_t retaddr);\n"
        "bool dosemu_page_has_tb(struct uc_struct *uc, tb_page_addr_t address);\n"
        "bool dosemu_is_data(struct uc_struct *uc, tb_page_addr_t address, int size);\n"
        "bool dosemu_is_there(const uint8_t *bytes, uint64_t value, int size);\n"
        "\n"
        "/* None of at most 8 bits from number nr on is set. */\n"
        "static inline bool dosemu_no_bits(const unsigned long *bits, unsigned int nr, int size)\n"
        "{\n"
        "    unsigned int skip = nr % BITS_PER_LONG;\n"
        "    unsigned long code;\n"
        "\n"
        "    bits += BIT_WORD(nr);\n"
        "    code = *bits >> skip;\n"
        "    if (skip + size > BITS_PER_LONG) {\n"
        "        code |= bits[1] << (BITS_PER_LONG - skip);\n"
        "    }\n"
        "    return !(code & ((1u << size) - 1));\n"
        "}",
    ),
    Edit(
        "qemu/accel/tcg/translate-all.c",
        "does a physical page hold translations; its first one makes stores to it slow in every TLB entry",
        "/* Called with mmap_lock held for user mode emulation.  */\nTranslationBlock *tb_gen_code(",
        "bool dosemu_page_has_tb(struct uc_struct *uc, tb_page_addr_t address)\n"
        "{\n"
        "    PageDesc *p = page_find(uc, address >> TARGET_PAGE_BITS);\n"
        "\n"
        "    return p != NULL && p->first_tb;\n"
        "}\n"
        "\n"
        "bool dosemu_is_data(struct uc_struct *uc, tb_page_addr_t address, int size)\n"
        "{\n"
        "    struct dosemu *d = uc->dosemu;\n"
        "    PageDesc *p = d->code_page;\n"
        "    unsigned int nr = address & ~TARGET_PAGE_MASK;\n"
        "\n"
        "    if (p == NULL || d->code_page_at != address >> TARGET_PAGE_BITS) {\n"
        "        d->code_page_at = address >> TARGET_PAGE_BITS;\n"
        "        d->code_page = p = page_find(uc, address >> TARGET_PAGE_BITS);\n"
        "        d->code_bits = p ? &p->code_bitmap : NULL;\n"
        "        d->code_host = 0;\n"
        "    }\n"
        "    if (p == NULL || !p->first_tb) {\n"
        "        return false;\n"
        "    }\n"
        "    if (!p->code_bitmap) {\n"
        "        build_page_bitmap(uc, p);\n"
        "    }\n"
        "    if (size <= 8) {\n"
        "        return dosemu_no_bits(p->code_bitmap, nr, size);\n"
        "    }\n"
        "    for (; size > 0; size--, nr++) {\n"
        "        if (test_bit(nr, p->code_bitmap)) {\n"
        "            return false;\n"
        "        }\n"
        "    }\n"
        "    return true;\n"
        "}\n"
        "\n"
        "bool dosemu_is_there(const uint8_t *bytes, uint64_t value, int size)\n"
        "{\n"
        "    for (; size > 0; size--, bytes++, value >>= 8) {\n"
        "        if (*bytes != (uint8_t)value) {\n"
        "            return false;\n"
        "        }\n"
        "    }\n"
        "    return true;\n"
        "}\n"
        "\n"
        "static void dosemu_first_code(CPUState *cpu, target_ulong pc, tb_page_addr_t address)\n"
        "{\n"
        "    void *host;\n"
        "\n"
        "    if (address != -1 && !dosemu_page_has_tb(cpu->uc, address) &&\n"
        "        get_page_addr_code_hostp(cpu->env_ptr, pc, &host) != -1 && host != NULL) {\n"
        "        tlb_reset_dirty(cpu, (uintptr_t)host & TARGET_PAGE_MASK, TARGET_PAGE_SIZE);\n"
        "    }\n"
        "}\n"
        "\n"
        "/* Called with mmap_lock held for user mode emulation.  */\n"
        "TranslationBlock *tb_gen_code(",
    ),
    Edit(
        "qemu/accel/tcg/translate-all.c",
        "by host page, so that aliases and other rings are caught too",
        "        tlb_reset_dirty_by_vaddr(cpu, pc & TARGET_PAGE_MASK,\n",
        "        dosemu_first_code(cpu, pc, phys_pc);\n        dosemu_first_code(cpu, virt_page2, phys_page2);",
        upto=";",
    ),
)
