"""Task switches: the TSS of the 286, the trap bit (Intel 80386 Programmer's Reference, 7.1, 12.3.1.4 and 14.2)."""

from __future__ import annotations

from .edit import Edit

TRAP = """/* The task that has been switched to asks for a debug trap before its first instruction. */
static void dosemu_task_trap(CPUX86State *env)
{
    struct dosemu *d = env->uc->dosemu;

    if (d && d->task_trap) {
        d->task_trap = 0;
        env->dr[6] |= DR6_BT;
        raise_exception_err_ra(env, EXCP01_DB, 0, 0);
    }
}

"""

CALL = "switch_tss_ra(env, new_cs, e1, e2, SWITCH_TSS_CALL, next_eip, GETPC());\n            "
JUMP = "switch_tss_ra(env, new_cs, e1, e2, SWITCH_TSS_JMP, next_eip, GETPC());\n            "
IRET = "switch_tss_ra(env, tss_selector, e1, e2, SWITCH_TSS_IRET, next_eip, GETPC());\n    "
PUSHED = (
    "                cpu_stw_kernel(env, ssp, error_code);\n            }\n            SET_ESP(esp, mask);\n        }\n"
)

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
    Edit(
        "qemu/target/i386/seg_helper.c",
        "the trap bit",
        "    (void)new_trap;\n",
        "    if (env->uc->dosemu) {\n        env->uc->dosemu->task_trap = new_trap & 1;\n    }\n",
    ),
    Edit(
        "qemu/target/i386/seg_helper.c",
        "the trap",
        "static void switch_tss(CPUX86State *env, int tss_selector,\n",
        TRAP + "static void switch_tss(CPUX86State *env, int tss_selector,\n",
    ),
    Edit("qemu/target/i386/seg_helper.c", "behind JMP", JUMP, JUMP + "dosemu_task_trap(env);\n            "),
    Edit("qemu/target/i386/seg_helper.c", "behind CALL", CALL, CALL + "dosemu_task_trap(env);\n            "),
    Edit("qemu/target/i386/seg_helper.c", "behind IRET", IRET, IRET + "    dosemu_task_trap(env);\n    "),
    Edit(
        "qemu/target/i386/seg_helper.c",
        "behind an interrupt, when the error code is in the new task",
        PUSHED + "        return;\n",
        PUSHED + "        dosemu_task_trap(env);\n        return;\n",
    ),
)
