"""Coprocessor errors with CR0.NE clear: FERR, IRQ 13 and IGNNE."""

from __future__ import annotations

from .edit import Edit

EDITS = (
    Edit(
        "qemu/target/i386/fpu_helper.c",
        "an unmasked x87 exception with CR0.NE clear raises FERR",
        "        raise_exception_ra(env, EXCP10_COPR, retaddr);\n    }",
        "        raise_exception_ra(env, EXCP10_COPR, retaddr);\n"
        "    } else if (env->uc->dosemu && env->uc->dosemu->fpu_error && !(env->hflags2 & HF2_IGNNE_MASK)) {\n"
        "        CPUState *cs = env_cpu(env);\n"
        "\n"
        "        /* The CPU waits here for the interrupt that FERR causes; when it cannot come, go on. */\n"
        "        env->uc->dosemu->fpu_error(env->uc->dosemu->owner);\n"
        "        if ((cs->interrupt_request & CPU_INTERRUPT_HARD) && (env->eflags & IF_MASK) &&\n"
        "            !(env->hflags & HF_INHIBIT_IRQ_MASK)) {\n"
        "            dosemu_charge(cs);\n"
        "            cs->exception_index = -1;\n"
        "            cpu_loop_exit_restore(cs, retaddr);\n"
        "        }\n"
        "    }",
    ),
    Edit(
        "qemu/target/i386/fpu_helper.c",
        "clearing the exceptions ends IGNNE as loading the status word does",
        "    env->fpus &= 0x7f00;\n",
        "    bool pending = env->fpus & FPUS_SE;\n\n    env->fpus &= 0x7f00;\n    cpu_clear_ignne(env);\n"
        "    if (pending) {\n        x87_mark(env);\n    }\n",
    ),
    Edit(
        "qemu/target/i386/fpu_helper.c",
        "so does FNINIT",
        "static void do_fninit(CPUX86State *env)\n{\n    env->fpus = 0;\n",
        "static void do_fninit(CPUX86State *env)\n{\n    env->fpus = 0;\n    cpu_clear_ignne(env);\n",
    ),
)
