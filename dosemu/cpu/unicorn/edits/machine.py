"""Ports, port permission, CPUID and RDTSC are answered by the machine."""

from __future__ import annotations

from .edit import Edit

EDITS = (
    Edit(
        "qemu/target/i386/translate.c",
        "ports are checked against IOPL and the task's permission map",
        "    // Unicorn: allow all I/O instructions\n    return;\n",
        "",
    ),
    Edit(
        "qemu/target/i386/misc_helper.c",
        "ports go straight to the machine",
        "    return cpu_outb(env->uc, port, data, GETPC());",
        "    if (env->uc->dosemu && env->uc->dosemu->port_write) {\n"
        "        env->uc->dosemu->port_write(env->uc->dosemu->owner, port, 1, data & 0xff);\n"
        "        return;\n"
        "    }\n"
        "    return cpu_outb(env->uc, port, data, GETPC());",
    ),
    Edit(
        "qemu/target/i386/misc_helper.c",
        "the same",
        "    return cpu_inb(env->uc, port, GETPC());",
        "    if (env->uc->dosemu && env->uc->dosemu->port_read) {\n"
        "        return env->uc->dosemu->port_read(env->uc->dosemu->owner, port, 1) & 0xff;\n"
        "    }\n"
        "    return cpu_inb(env->uc, port, GETPC());",
    ),
    Edit(
        "qemu/target/i386/misc_helper.c",
        "the same",
        "    return cpu_outw(env->uc, port, data, GETPC());",
        "    if (env->uc->dosemu && env->uc->dosemu->port_write) {\n"
        "        env->uc->dosemu->port_write(env->uc->dosemu->owner, port, 2, data & 0xffff);\n"
        "        return;\n"
        "    }\n"
        "    return cpu_outw(env->uc, port, data, GETPC());",
    ),
    Edit(
        "qemu/target/i386/misc_helper.c",
        "the same",
        "    return cpu_inw(env->uc, port, GETPC());",
        "    if (env->uc->dosemu && env->uc->dosemu->port_read) {\n"
        "        return env->uc->dosemu->port_read(env->uc->dosemu->owner, port, 2) & 0xffff;\n"
        "    }\n"
        "    return cpu_inw(env->uc, port, GETPC());",
    ),
    Edit(
        "qemu/target/i386/misc_helper.c",
        "the same",
        "    return cpu_outl(env->uc, port, data, GETPC());",
        "    if (env->uc->dosemu && env->uc->dosemu->port_write) {\n"
        "        env->uc->dosemu->port_write(env->uc->dosemu->owner, port, 4, data);\n"
        "        return;\n"
        "    }\n"
        "    return cpu_outl(env->uc, port, data, GETPC());",
    ),
    Edit(
        "qemu/target/i386/misc_helper.c",
        "the same",
        "    return cpu_inl(env->uc, port, GETPC());",
        "    if (env->uc->dosemu && env->uc->dosemu->port_read) {\n"
        "        return env->uc->dosemu->port_read(env->uc->dosemu->owner, port, 4);\n"
        "    }\n"
        "    return cpu_inl(env->uc, port, GETPC());",
    ),
    Edit(
        "qemu/target/i386/misc_helper.c",
        "CPUID is missing before the Pentium",
        "    cpu_svm_check_intercept_param(env, SVM_EXIT_CPUID, 0, GETPC());",
        "    if (dosemu_cpuid(env)) {\n"
        "        raise_exception_ra(env, EXCP06_ILLOP, GETPC());\n"
        "    }\n"
        "    cpu_svm_check_intercept_param(env, SVM_EXIT_CPUID, 0, GETPC());",
    ),
    Edit(
        "qemu/target/i386/misc_helper.c",
        "the time stamp counts emulated cycles",
        "    // Unicorn: call registered RDTSC hooks",
        "    if (env->uc->dosemu && env->uc->dosemu->timestamp) {\n"
        "        if (env->uc->dosemu->model < 5) {\n"
        "            raise_exception_ra(env, EXCP06_ILLOP, GETPC());\n"
        "        }\n"
        "        val = env->uc->dosemu->timestamp(env->uc->dosemu->owner) + env->tsc_offset;\n"
        "        env->regs[R_EAX] = (uint32_t)(val);\n"
        "        env->regs[R_EDX] = (uint32_t)(val >> 32);\n"
        "        return;\n"
        "    }\n"
        "\n"
        "    // Unicorn: call registered RDTSC hooks",
    ),
)
