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
        "qemu/target/i386/cpu.c",
        "TF, VM and IOPL count from EFLAGS alone: a copy in the other flags outlives the interrupt that clears them",
        "    hflags |= (env->eflags & (HF_TF_MASK | HF_VM_MASK | HF_IOPL_MASK));\n",
        "",
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
    Edit(
        "qemu/target/i386/excp_helper.c",
        "INT n to a guest's real-mode handler needs no way out of the translated code",
        "    raise_interrupt(env, intno, 1, 0, next_eip_addend);\n}",
        "    if (dosemu_int_real(env, intno, next_eip_addend)) {\n"
        "        return;\n"
        "    }\n"
        "    raise_interrupt(env, intno, 1, 0, next_eip_addend);\n}",
    ),
    Edit(
        "qemu/target/i386/translate.c",
        "behind such an INT n the handler's block follows",
        "                               tcg_const_i32(tcg_ctx, next_eip - cur_eip));\n"
        "    s->base.is_jmp = DISAS_NORETURN;\n}",
        "                               tcg_const_i32(tcg_ctx, next_eip - cur_eip));\n"
        "    s->base.is_jmp = DISAS_NORETURN;\n"
        "    if (!s->pe && s->jmp_opt && s->uc->dosemu) {\n"
        "        set_cc_op(s, CC_OP_DYNAMIC);\n"
        "        gen_jr(s, s->tmp0);\n"
        "    }\n}",
    ),
    Edit(
        "qemu/target/i386/seg_helper.c",
        "an IRET that opens interrupts lets one that waits in before the next block",
        "    cpu_load_eflags(env, new_eflags, eflags_mask);\n    env->hflags2 &= ~HF2_NMI_MASK;\n}\n\n"
        "static inline void validate_seg(",
        "    cpu_load_eflags(env, new_eflags, eflags_mask);\n    env->hflags2 &= ~HF2_NMI_MASK;\n"
        "    dosemu_recheck(env);\n}\n\n"
        "static inline void validate_seg(",
    ),
    Edit(
        "qemu/target/i386/translate.c",
        "so real-mode IRET can go straight to the next block",
        "            set_cc_op(s, CC_OP_EFLAGS);\n        }\n        gen_eob(s);\n        break;\n"
        "    case 0xe8: /* call im */",
        "            set_cc_op(s, CC_OP_EFLAGS);\n        }\n"
        "        if (!s->pe && s->jmp_opt && s->uc->dosemu) {\n"
        "            gen_jr(s, s->tmp0);\n"
        "        } else {\n"
        "            gen_eob(s);\n"
        "        }\n"
        "        break;\n    case 0xe8: /* call im */",
    ),
    Edit(
        "qemu/target/i386/cc_helper.c",
        "the same for POPF",
        "    cpu_load_eflags(env, (int)t0, update_mask);\n}",
        "    cpu_load_eflags(env, (int)t0, update_mask);\n    dosemu_recheck(env);\n}",
    ),
    Edit(
        "qemu/target/i386/translate.c",
        "the same for POPF",
        "            /* abort translation because TF/AC flag may change */\n"
        "            gen_jmp_im(s, s->pc - s->cs_base);\n            gen_eob(s);",
        "            /* abort translation because TF/AC flag may change */\n"
        "            gen_jmp_im(s, s->pc - s->cs_base);\n"
        "            if (s->jmp_opt && s->uc->dosemu) {\n"
        "                gen_jr(s, s->tmp0);\n"
        "            } else {\n"
        "                gen_eob(s);\n"
        "            }",
    ),
    Edit(
        "qemu/target/i386/seg_helper.c",
        "an IRET whose frame is plain memory reads it there",
        "    sp_mask = 0xffff; /* XXXX: use SS segment size? */\n    sp = env->regs[R_ESP];\n"
        "    ssp = env->segs[R_SS].base;\n    if (shift == 1) {",
        "    sp_mask = 0xffff; /* XXXX: use SS segment size? */\n    sp = env->regs[R_ESP];\n"
        "    ssp = env->segs[R_SS].base;\n"
        "    if (shift == 0 && dosemu_pop_frame(env, &new_eip, &new_cs, &new_eflags)) {\n"
        "        sp += 6;\n"
        "    } else if (shift == 1) {",
    ),
)
