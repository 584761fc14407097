"""Task switches: the TSS of the 286 (Intel 80386 Programmer's Reference, 7.1 and 14.2)."""

from __future__ import annotations

from .edit import Edit

EDITS = (
    Edit(
        "qemu/target/i386/seg_helper.c",
        "segments are two bytes apart in a TSS of the 286",
        "            new_segs[i] = cpu_lduw_kernel_ra(env, tss_base + (0x22 + i * 4),\n",
        "            new_segs[i] = cpu_lduw_kernel_ra(env, tss_base + (0x22 + i * 2),\n",
    ),
    Edit(
        "qemu/target/i386/seg_helper.c",
        "the same when they are saved",
        "            cpu_stw_kernel_ra(env, env->tr.base + (0x22 + i * 4),\n",
        "            cpu_stw_kernel_ra(env, env->tr.base + (0x22 + i * 2),\n",
    ),
    Edit(
        "qemu/target/i386/seg_helper.c",
        "the task that is left is saved as its own TSS wants it, not as the next one's",
        "    /* save the current state in the old TSS */\n    if (type & 8) {\n",
        "    /* save the current state in the old TSS */\n    if (old_type & 8) {\n",
    ),
)
