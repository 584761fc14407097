"""INT n, faults and interrupts by QEMU's own delivery code, after the machine's filter."""

from __future__ import annotations

from .edit import Edit

FILTER = """    if (cpu->uc->dosemu && cpu->exception_index >= 0 && cpu->exception_index < EXCP_INTERRUPT) {
        CPUArchState *env = cpu->env_ptr;

        if (dosemu_filter(env, cpu->exception_index, env->exception_is_int, env->error_code)) {
            cpu->exception_index = -1;
            *ret = EXCP_INTERRUPT;
            return true;
        }
        /* A fault gives back its instruction's count: without this charge a loop of faults would never end. */
        if (!env->exception_is_int) {
            dosemu_charge(cpu);
        }
        CPU_GET_CLASS(cpu)->do_interrupt(cpu);
        cpu->exception_index = -1;
        return false;
    }

    if (cpu->uc->stop_interrupt && cpu->uc->stop_interrupt(cpu->uc, cpu->exception_index)) {"""


EDITS = (
    Edit(
        "qemu/accel/tcg/cpu-exec.c",
        "ask the machine's filter, else deliver to the guest",
        "    if (cpu->uc->stop_interrupt && cpu->uc->stop_interrupt(cpu->uc, cpu->exception_index)) {",
        FILTER,
    ),
    Edit(
        "qemu/target/i386/seg_helper.c",
        "the vector comes from the machine's interrupt controller",
        "        // intno = cpu_get_pic_interrupt(env);\n        intno = 0;\n",
        "        intno = env->uc->dosemu ? dosemu_irq(env) : 0;\n"
        "        if (intno < 0) {\n"
        "            break;\n"
        "        }\n",
    ),
    Edit(
        "qemu/target/i386/excp_helper.c",
        "a triple fault ends the run",
        "        qemu_system_reset_request(env->uc);",
        "        if (env->uc->dosemu) {\n"
        "            env->uc->dosemu->triple_fault = 1;\n"
        "        }\n"
        "        env->old_exception = -1;\n"
        "        qemu_system_reset_request(env->uc);",
    ),
)
