"""The page-remap table, the read-only BIOS, and host writes through Unicorn's API."""

from __future__ import annotations

from .edit import Edit

EDITS = (
    Edit(
        "qemu/target/i386/helper.c",
        "without paging real and protected mode see the same addresses: no mapping is dropped between them",
        "    if ((new_cr0 & (CR0_PG_MASK | CR0_WP_MASK | CR0_PE_MASK)) !=\n"
        "        (env->cr[0] & (CR0_PG_MASK | CR0_WP_MASK | CR0_PE_MASK))) {\n",
        "    if (((new_cr0 ^ env->cr[0]) & CR0_PG_MASK) ||\n"
        "        ((new_cr0 & CR0_PG_MASK) && ((new_cr0 ^ env->cr[0]) & (CR0_WP_MASK | CR0_PE_MASK)))) {\n",
    ),
    Edit(
        "qemu/target/i386/excp_helper.c",
        "pages of the first megabyte may show other pages (EMS, video windows)",
        "    paddr = get_hphys(cs, pte + page_offset, is_write1, &prot);\n",
        "    paddr = get_hphys(cs, pte + page_offset, is_write1, &prot);\n"
        "    if (env->uc->dosemu && env->uc->dosemu->remapped) {\n"
        "        hwaddr page = dosemu_remap_page(env->uc->dosemu, paddr >> TARGET_PAGE_BITS);\n\n"
        "        paddr = (page << TARGET_PAGE_BITS) | (paddr & ~TARGET_PAGE_MASK);\n"
        "    }\n",
    ),
    Edit(
        "qemu/accel/tcg/cputlb.c",
        "a store to the BIOS is ignored, as on a PC",
        '        // printf("not writable memory???\\n");\n',
        "        if (uc->dosemu) {\n            return;\n        }\n",
    ),
    Edit(
        "uc.c",
        "writing memory through Unicorn's API drops the translations there",
        "            if (uc->write_mem(&uc->address_space_memory, address, bytes, len) ==\n"
        "                false) {\n"
        "                break;\n"
        "            }\n",
        "            if (uc->write_mem(&uc->address_space_memory, address, bytes, len) ==\n"
        "                false) {\n"
        "                break;\n"
        "            }\n"
        "            if (uc->dosemu) {\n"
        "                dosemu_invalidate(uc, address, len);\n"
        "            }\n",
    ),
)
