/* dosemu's glue, compiled into the x86 part of the Unicorn library.
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * It runs the CPU loop directly (uc_emu_start costs milliseconds with an end address and clears
 * caches), hands interrupts to the machine or to QEMU's own delivery code, and gives the machine
 * what Unicorn's API cannot do: faults, rings, A20, the interrupt line, physical invalidation. */
#include "qemu/osdep.h"
#include "cpu.h"
#include "exec/exec-all.h"
#include "exec/helper-proto.h"
#include "exec/cputlb.h"
#include "exec/ram_addr.h"
#include "sysemu/cpus.h"
#include "accel/tcg/translate-all.h"
#include "fpu/softfloat-helpers.h"
#include "uc_priv.h"
#include "dosemu_glue.h"

static CPUX86State *env_of(struct uc_struct *uc)
{
    return (CPUX86State *)uc->cpu->env_ptr;
}

DEFAULT_VISIBILITY
struct dosemu *dosemu_attach(struct uc_struct *uc)
{
    struct dosemu *d = g_new0(struct dosemu, 1);
    int i;

    for (i = 0; i < DOSEMU_REMAP_PAGES; i++) {
        d->remap[i] = i;
    }
    uc->dosemu = d;
    uc->use_exits = 1; /* no address ends a run */
    return d;
}

DEFAULT_VISIBILITY
void dosemu_detach(struct uc_struct *uc)
{
    uint32_t i;

    for (i = 0; i < DOSEMU_CHUNKS; i++) {
        g_free(uc->dosemu->blocks[i]);
    }
    g_free(uc->dosemu->watch_pages);
    g_free(uc->dosemu);
    uc->dosemu = NULL;
}

/* --- interrupts ------------------------------------------------------------------------- */

static bool is_real(CPUX86State *env)
{
    return !(env->cr[0] & CR0_PE_MASK);
}

static bool marked(const uint8_t *bits, int vector)
{
    return bits[(vector >> 3) & 31] >> (vector & 7) & 1;
}

/* In real mode the machine takes a vector that nobody hooked (it still points at its own stub in the BIOS
 * segment) and what it asked for; in protected mode, under its own host, all but the gates it set up. */
static bool for_machine(CPUX86State *env, struct dosemu *d, int vector, int kind)
{
    uint32_t entry;

    if (!d->filter) {
        return false;
    }
    if (!is_real(env)) {
        return d->host_idt && env->idt.base == d->host_idt && !(env->eflags & VM_MASK) &&
               !(kind == DOSEMU_INT && marked(d->native, vector));
    }
    if (env->idt.base != 0) {
        return false;
    }
    if ((kind == DOSEMU_INT && marked(d->caught_int, vector)) ||
        (kind == DOSEMU_IRQ && marked(d->caught_irq, vector)) ||
        (kind == DOSEMU_FAULT && marked(d->caught_fault, vector))) {
        return true;
    }
    memcpy(&entry, d->ram + vector * 4, 4);
    return entry == (0xF0000000u | (uint32_t)(vector * 8));
}

/* Called with an exception or INT n pending. Returns 1 when the machine takes it (the run ends),
 * 0 when the guest's own handler is to be entered. */
int dosemu_filter(void *opaque, int vector, int is_int, uint32_t error_code)
{
    CPUX86State *env = opaque;
    struct dosemu *d = env->uc->dosemu;

    d->kind = is_int ? DOSEMU_INT : DOSEMU_FAULT;
    d->error_code = error_code;
    if (vector == EXCP00_DIVZ && !is_int && d->model < 2) {
        env->eip = env->dosemu_after_div; /* the 8086 and 80186 push the address after the division */
    }
    if (vector == EXCP06_ILLOP && !is_int && env->segs[R_CS].base == DOSEMU_TRAP_BASE &&
        env->eip < 0xFFFE) {
        const uint8_t *code = d->ram + DOSEMU_TRAP_BASE + env->eip;

        if (code[0] == 0x0F && code[1] == 0xFF) {
            d->vector = (int)env->eip;
            env->eip += 2;
            env->old_exception = -1;
            d->reason = DOSEMU_TRAP;
            return 1;
        }
    }
    d->unclaimed = !for_machine(env, d, vector, d->kind);
    if (!d->unclaimed || marked(d->hooked, vector)) {
        d->vector = vector;
        d->reason = DOSEMU_SERVICE;
        if (is_int) {
            env->eip = env->exception_next_eip & (is_real(env) ? 0xffff : 0xffffffff);
        } else if (d->unclaimed) {
            dosemu_charge(env_cpu(env));
        } else {
            env->old_exception = -1;
        }
        return 1;
    }
    d->deliveries++;
    return 0;
}

/* The host address of the six bytes of an interrupt frame at SS:SP, when they are plain memory. */
static uint8_t *stack_frame(CPUX86State *env, uint32_t sp, MMUAccessType access)
{
    target_ulong address = env->segs[R_SS].base + (sp & 0xffff);

    if ((sp & 0xffff) > 0xfffa || (address & ~TARGET_PAGE_MASK) > TARGET_PAGE_SIZE - 6 ||
        HOOK_EXISTS(env->uc, UC_HOOK_MEM_WRITE) || HOOK_EXISTS(env->uc, UC_HOOK_MEM_READ)) {
        return NULL;
    }
    return tlb_vaddr_to_host(env, address, access, cpu_mmu_index_kernel(env));
}

/* INT n in real mode to a handler of the guest: entered here, and the next block follows. Everything else
 * (a service's stub, protected mode, single steps, a short vector table) takes the long way. */
bool dosemu_int_real(void *opaque, int vector, int length)
{
    CPUX86State *env = opaque;
    struct dosemu *d = env->uc->dosemu;
    uint8_t *frame;

    if (!d || !is_real(env) || (env->eflags & TF_MASK) || vector * 4 + 3 > env->idt.limit ||
        for_machine(env, d, vector, DOSEMU_INT) || marked(d->hooked, vector)) {
        return false;
    }
    env->eip += length;
    d->deliveries++;
    d->kind = DOSEMU_INT;
    frame = env->idt.base == 0 ? stack_frame(env, (uint32_t)env->regs[R_ESP] - 6, MMU_DATA_STORE) : NULL;
    if (frame == NULL) {
        do_interrupt_x86_hardirq(env, vector, 0);
        return true;
    }
    stw_le_p(frame, env->eip);
    stw_le_p(frame + 2, env->segs[R_CS].selector);
    stw_le_p(frame + 4, cpu_compute_eflags(env));
    env->regs[R_ESP] = (env->regs[R_ESP] & ~0xffff) | ((env->regs[R_ESP] - 6) & 0xffff);
    env->eip = lduw_le_p(d->ram + vector * 4);
    env->segs[R_CS].selector = lduw_le_p(d->ram + vector * 4 + 2);
    env->segs[R_CS].base = env->segs[R_CS].selector << 4;
    env->eflags &= ~(IF_MASK | TF_MASK | AC_MASK | RF_MASK);
    return true;
}

/* Take the frame of a real-mode IRET off the stack where that is plain memory. */
bool dosemu_pop_frame(void *opaque, uint32_t *ip, uint32_t *cs, uint32_t *flags)
{
    CPUX86State *env = opaque;
    const uint8_t *frame = env->uc->dosemu ? stack_frame(env, env->regs[R_ESP], MMU_DATA_LOAD) : NULL;

    if (frame == NULL) {
        return false;
    }
    *ip = lduw_le_p(frame);
    *cs = lduw_le_p(frame + 2);
    *flags = lduw_le_p(frame + 4);
    return true;
}

/* The flags were loaded: an interrupt that waits may be allowed now, so the next block looks. */
void dosemu_recheck(void *opaque)
{
    CPUState *cpu = env_cpu((CPUX86State *)opaque);

    if (cpu->interrupt_request) {
        cpu->icount_decr_ptr->u16.high = -1;
    }
}

/* The interrupt line is up and the CPU takes it: acknowledge, then deliver or hand over. */
int dosemu_irq(void *opaque)
{
    CPUX86State *env = opaque;
    struct dosemu *d = env->uc->dosemu;
    int vector = d->acknowledge ? d->acknowledge(d->owner) : -1;

    if (vector < 0) {
        return -1;
    }
    d->unclaimed = !for_machine(env, d, vector, DOSEMU_IRQ);
    if (!d->unclaimed || marked(d->hooked, vector)) {
        d->vector = vector;
        d->kind = DOSEMU_IRQ;
        d->error_code = 0;
        d->reason = DOSEMU_SERVICE;
        env_cpu(env)->exit_request = 1;
        return -1;
    }
    d->deliveries++;
    return vector;
}

DEFAULT_VISIBILITY
void dosemu_set_intr(struct uc_struct *uc, int level)
{
    CPUState *cpu = uc->cpu;

    if (level) {
        cpu->interrupt_request |= CPU_INTERRUPT_HARD;
        cpu->icount_decr_ptr->u16.high = -1;
    } else {
        cpu->interrupt_request &= ~CPU_INTERRUPT_HARD;
    }
}

DEFAULT_VISIBILITY
void dosemu_stop(struct uc_struct *uc)
{
    uc->dosemu->stop = 1;
    uc->cpu->exit_request = 1;
    uc->cpu->icount_decr_ptr->u16.high = -1;
}

/* Port F0h was written: until the exceptions are cleared, the FPU's error is ignored (IGNNE). */
DEFAULT_VISIBILITY
void dosemu_ignore_fpu_error(struct uc_struct *uc)
{
    CPUX86State *env = env_of(uc);

    if (env->fpus & 0x80) {
        env->hflags2 |= HF2_IGNNE_MASK;
    }
}

/* --- running ---------------------------------------------------------------------------- */

static void enter(struct uc_struct *uc)
{
    CPUState *cpu = uc->cpu;

    uc->nested_level = 1;
    uc->emulation_done = false;
    uc->stop_request = false;
    uc->quit_request = false;
    uc->skip_sync_pc_on_exit = false;
    uc->invalid_error = UC_ERR_OK;
    uc->size_recur_mem = 0;
    cpu->halted = 0;
    cpu->exit_request = 0;
    cpu->exception_index = -1;
    cpu->stop = false;
    cpu->stopped = false;
    cpu->created = true;
}

static void leave(struct uc_struct *uc)
{
    uc->cpu->created = false;
    uc->nested_level = 0;
    uc->emulation_done = true;
}

static int run(struct uc_struct *uc, uint32_t first_block)
{
    CPUState *cpu = uc->cpu;
    struct dosemu *d = uc->dosemu;
    int r;

    if (uc->count_hook) { /* left by uc_emu_start(), it would stop this run at once */
        uc_hook_del(uc, uc->count_hook);
        uc->count_hook = 0;
        tb_flush(cpu);
    }
    enter(uc);
    d->running = 1;
    d->reason = -1;
    d->triple_fault = 0;
    for (;;) {
        cpu->cflags_next_tb = first_block; /* again when it could not start: the code buffer was full */
        r = cpu_exec(uc, cpu);
        if (d->reason >= 0) {
            break;
        }
        if (d->triple_fault) {
            d->reason = DOSEMU_SHUTDOWN;
        } else if (r == EXCP_HLT) {
            d->reason = DOSEMU_HALT;
        } else if (uc->invalid_error != UC_ERR_OK) {
            d->error_code = uc->invalid_error;
            d->reason = DOSEMU_ERROR;
        } else if (d->stop || uc->stop_request) {
            d->stop = 0;
            d->reason = DOSEMU_STOP;
        } else if ((int64_t)cpu->icount_decr_ptr->u16.low + cpu->icount_extra <= 0) {
            d->reason = DOSEMU_BUDGET;
        } else {
            cpu->exit_request = 0;
            cpu->halted = 0;
            continue;
        }
        break;
    }
    d->running = 0;
    leave(uc);
    return d->reason;
}

/* One instruction off the budget, for what was not counted by its block. */
void dosemu_charge(void *opaque)
{
    CPUState *cpu = opaque;

    if (cpu->icount_decr_ptr->u16.low) {
        cpu->icount_decr_ptr->u16.low--;
    } else {
        cpu->icount_extra--;
    }
    /* Faults that never get to run a block do not come by its check. */
    if ((int64_t)cpu->icount_decr_ptr->u16.low + cpu->icount_extra <= 0) {
        cpu->exit_request = 1;
    }
}

/* Run until the budget in the CPU's own counter is used up or something else happens. */
DEFAULT_VISIBILITY
int dosemu_run(struct uc_struct *uc)
{
    return run(uc, -1);
}

/* Run exactly one instruction (one iteration of a repeated string instruction), and what it raises;
 * the caller has set a budget of 1. */
DEFAULT_VISIBILITY
int dosemu_run_one(struct uc_struct *uc)
{
    return run(uc, CF_USE_ICOUNT | 1);
}

/* Run fn(env, arg) where it may raise a CPU exception: returns -1, or the exception's number. */
static int guarded(struct uc_struct *uc, void (*fn)(CPUX86State *, int, uint32_t), int a, uint32_t b)
{
    CPUState *cpu = uc->cpu;
    int result = -1;

    enter(uc);
    if (sigsetjmp(uc->jmp_bufs[0], 0) == 0) {
        fn(env_of(uc), a, b);
    } else {
        result = cpu->exception_index;
        cpu->exception_index = -1;
        env_of(uc)->old_exception = -1;
    }
    leave(uc);
    return result;
}

/* Translates the block that begins at the next instruction, unless that has been done. */
static void find_block(CPUX86State *env, int unused, uint32_t cflags)
{
    CPUState *cpu = env_cpu(env);
    target_ulong pc, cs_base;
    uint32_t flags;
    TranslationBlock *tb;

    cpu_get_tb_cpu_state(env, &pc, &cs_base, &flags);
    tb = tb_htable_lookup(cpu, pc, cs_base, flags, cflags);
    if (tb == NULL) {
        mmap_lock();
        tb = tb_gen_code(cpu, pc, cs_base, flags, cflags);
        mmap_unlock();
    }
    env->uc->dosemu->block_length = tb->icount;
}

/* How many instructions the block has that begins at the next one; 1 when it cannot be read. */
DEFAULT_VISIBILITY
int dosemu_block_length(struct uc_struct *uc)
{
    uc->dosemu->block_length = 1;
    if (guarded(uc, find_block, 0, CF_USE_ICOUNT) == EXCP_INTERRUPT) {
        guarded(uc, find_block, 0, CF_USE_ICOUNT); /* the code buffer was full */
    }
    return uc->dosemu->block_length;
}

static void load_segment_now(CPUX86State *env, int segment, uint32_t selector)
{
    if (segment == R_CS) {
        helper_ljmp_protected(env, selector, env->eip, 0);
    } else {
        helper_load_seg(env, segment, selector);
    }
}

/* Segment numbers are QEMU's: ES CS SS DS FS GS. Returns -1, or the fault that loading raises. */
DEFAULT_VISIBILITY
int dosemu_load_segment(struct uc_struct *uc, int segment, uint32_t selector)
{
    CPUX86State *env = env_of(uc);

    selector &= 0xffff;
    if (is_real(env) || (env->eflags & VM_MASK)) {
        env->segs[segment].selector = selector;
        env->segs[segment].base = selector << 4;
        return -1;
    }
    return guarded(uc, load_segment_now, segment, selector);
}

/* Load a segment's descriptor cache as given, without looking at any table. */
DEFAULT_VISIBILITY
void dosemu_set_segment(struct uc_struct *uc, int segment, uint32_t selector, uint32_t base, uint32_t limit,
                        uint32_t rights)
{
    CPUX86State *env = env_of(uc);

    env->segs[segment].selector = selector;
    env->segs[segment].base = base;
    env->segs[segment].limit = limit;
    env->segs[segment].flags = rights;
    x86_update_hflags(env);
}

/* LDTR, or TR (a TSS of 32 bits or 16) with its cache: as LTR leaves it in QEMU, which looks for a TSS that is not busy
 * when an interrupt changes rings. */
DEFAULT_VISIBILITY
void dosemu_set_table_register(struct uc_struct *uc, int task, uint32_t selector, uint32_t base, uint32_t limit,
                               int wide)
{
    SegmentCache *cache = task ? &env_of(uc)->tr : &env_of(uc)->ldt;

    cache->selector = selector;
    cache->base = base;
    cache->limit = limit;
    cache->flags = DESC_P_MASK | ((!task ? 2 : wide ? 9 : 1) << DESC_TYPE_SHIFT);
}

DEFAULT_VISIBILITY
void dosemu_save_state(struct uc_struct *uc, struct dosemu_state *out)
{
    CPUX86State *env = env_of(uc);
    int i;

    for (i = 0; i < 8; i++) {
        out->general[i] = env->regs[i];
    }
    out->eip = env->eip;
    out->eflags = cpu_compute_eflags(env);
    out->cr0 = env->cr[0];
    out->gdt_base = env->gdt.base;
    out->gdt_limit = env->gdt.limit;
    out->idt_base = env->idt.base;
    out->idt_limit = env->idt.limit;
    for (i = 0; i < 6; i++) {
        out->segment[i].selector = env->segs[i].selector;
        out->segment[i].base = env->segs[i].base;
        out->segment[i].limit = env->segs[i].limit;
        out->segment[i].rights = env->segs[i].flags;
    }
}

/* Real mode without paging, or the protected mode of the machine's host, whose page tables change nothing but
 * what ring 3 sees. */
static bool same_mappings(const struct dosemu *d, uint32_t cr0, uint32_t idt_base)
{
    return d->host_idt && (cr0 & CR0_PE_MASK ? idt_base == d->host_idt : !(cr0 & CR0_PG_MASK));
}

/* The opposite. Address mappings are dropped only where the two states may not agree on them: without paging both
 * modes see the same addresses, and under the host ring 3 and real mode have a TLB each. */
DEFAULT_VISIBILITY
void dosemu_load_state(struct uc_struct *uc, const struct dosemu_state *in)
{
    CPUX86State *env = env_of(uc);
    int i;

    if (((env->cr[0] | in->cr0) & CR0_PG_MASK) &&
        !(same_mappings(uc->dosemu, env->cr[0], env->idt.base) && same_mappings(uc->dosemu, in->cr0, in->idt_base))) {
        cpu_x86_update_cr0(env, in->cr0);
    } else {
        env->cr[0] = in->cr0 | CR0_ET_MASK;
    }
    for (i = 0; i < 8; i++) {
        env->regs[i] = in->general[i];
    }
    env->eip = in->eip;
    env->gdt.base = in->gdt_base;
    env->gdt.limit = in->gdt_limit;
    env->idt.base = in->idt_base;
    env->idt.limit = in->idt_limit;
    for (i = 0; i < 6; i++) {
        env->segs[i].selector = in->segment[i].selector;
        env->segs[i].base = in->segment[i].base;
        env->segs[i].limit = in->segment[i].limit;
        env->segs[i].flags = in->segment[i].rights;
    }
    cpu_load_eflags(env, in->eflags, (uint32_t)~0);
    env->hflags &= ~HF_INHIBIT_IRQ_MASK;
    x86_update_hflags(env);
}

static void copy_out(struct dosemu_segment *out, const SegmentCache *cache)
{
    out->selector = cache->selector;
    out->base = cache->base;
    out->limit = cache->limit;
    out->rights = cache->flags;
}

static void copy_in(SegmentCache *cache, const struct dosemu_segment *in)
{
    cache->selector = in->selector & 0xffff;
    cache->base = in->base;
    cache->limit = in->limit;
    cache->flags = in->rights;
}

/* Between two runs. The address mappings are dropped: whoever goes on, here or where it is loaded, reads the
 * guest's page tables again, and marks them accessed again. */
DEFAULT_VISIBILITY
void dosemu_save_cpu(struct uc_struct *uc, struct dosemu_cpu *out)
{
    CPUX86State *env = env_of(uc);
    struct dosemu *d = uc->dosemu;
    int i;

    memset(out, 0, sizeof(*out));
    for (i = 0; i < 8; i++) {
        out->general[i] = env->regs[i];
        out->dr[i] = env->dr[i];
        out->fpu_low[i] = env->fpregs[i].d.low;
        out->fpu_high[i] = env->fpregs[i].d.high;
        out->fpu_tag[i] = env->fptags[i] & 1;
        out->xmm[i][0] = env->xmm_regs[i].ZMM_Q(0);
        out->xmm[i][1] = env->xmm_regs[i].ZMM_Q(1);
        out->mtrr_base[i] = env->mtrr_var[i].base;
        out->mtrr_mask[i] = env->mtrr_var[i].mask;
    }
    for (i = 0; i < 11; i++) {
        out->mtrr_fixed[i] = env->mtrr_fixed[i];
    }
    for (i = 0; i < 6; i++) {
        copy_out(&out->segment[i], &env->segs[i]);
    }
    copy_out(&out->ldt, &env->ldt);
    copy_out(&out->tr, &env->tr);
    copy_out(&out->gdt, &env->gdt);
    copy_out(&out->idt, &env->idt);
    for (i = 0; i < 5; i++) {
        out->cr[i] = env->cr[i];
    }
    out->eip = env->eip;
    out->eflags = cpu_compute_eflags(env);
    out->shadow = (env->hflags & HF_INHIBIT_IRQ_MASK) != 0;
    out->ignore_fpu_error = (env->hflags2 & HF2_IGNNE_MASK) != 0;
    out->a20_mask = env->a20_mask;
    out->old_exception = env->old_exception;
    out->fpu_top = env->fpstt;
    out->fpu_status = env->fpus;
    out->fpu_control = env->fpuc;
    out->fpu_flags = get_float_exception_flags(&env->fp_status);
    out->fpu_ip = env->fpip;
    out->fpu_cs = env->fpcs;
    out->fpu_dp = env->fpdp;
    out->fpu_ds = env->fpds;
    out->fpu_error_ip = env->dosemu_fpu_error.ip;
    out->fpu_error_cs = env->dosemu_fpu_error.cs;
    out->fpu_error_dp = env->dosemu_fpu_error.dp;
    out->fpu_error_ds = env->dosemu_fpu_error.ds;
    out->mxcsr = env->mxcsr;
    out->sse_flags = get_float_exception_flags(&env->sse_status);
    out->sysenter_cs = env->sysenter_cs;
    out->sysenter_esp = env->sysenter_esp;
    out->sysenter_eip = env->sysenter_eip;
    out->mtrr_default = env->mtrr_deftype;
    out->pat = env->pat;
    out->star = env->star;
    out->misc_enable = env->msr_ia32_misc_enable;
    out->deliveries = d->deliveries;
    out->filter = d->filter;
    out->host_idt = d->host_idt;
    memcpy(out->remap, d->remap, sizeof(out->remap));
    memcpy(out->native, d->native, sizeof(out->native));
    memcpy(out->caught_int, d->caught_int, sizeof(out->caught_int));
    memcpy(out->caught_irq, d->caught_irq, sizeof(out->caught_irq));
    if (env->cr[0] & CR0_PG_MASK) {
        tlb_flush(uc->cpu);
    }
}

/* The opposite; whatever the bytes are, the CPU is one that a guest could have made. `pages` is the number of
 * pages of RAM. Memory has been put back before. */
DEFAULT_VISIBILITY
void dosemu_load_cpu(struct uc_struct *uc, const struct dosemu_cpu *in, uint32_t pages)
{
    CPUX86State *env = env_of(uc);
    struct dosemu *d = uc->dosemu;
    int i;

    cpu_x86_update_cr0(env, CR0_ET_MASK); /* no paging, while the registers change one by one */
    x86_cpu_set_a20(env_archcpu(env), (in->a20_mask >> 20) & 1);
    cpu_x86_update_cr4(env, in->cr[4]);
    env->cr[2] = in->cr[2];
    env->cr[3] = in->cr[3];
    cpu_x86_update_cr0(env, in->cr[0]);
    for (i = 0; i < 8; i++) {
        env->regs[i] = in->general[i];
        env->fpregs[i].d.low = in->fpu_low[i];
        env->fpregs[i].d.high = in->fpu_high[i];
        env->fptags[i] = (in->fpu_tag[i] & 1) | (in->fpu_status & 0x80 ? 2 : 0); /* dosemu_x87.h */
        env->xmm_regs[i].ZMM_Q(0) = in->xmm[i][0];
        env->xmm_regs[i].ZMM_Q(1) = in->xmm[i][1];
        env->mtrr_var[i].base = in->mtrr_base[i];
        env->mtrr_var[i].mask = in->mtrr_mask[i];
        if (i < 4 || i == 6) {
            env->dr[i] = in->dr[i];
        }
    }
    for (i = 0; i < 11; i++) {
        env->mtrr_fixed[i] = in->mtrr_fixed[i];
    }
    cpu_x86_update_dr7(env, in->dr[7]);
    for (i = 0; i < 6; i++) {
        copy_in(&env->segs[i], &in->segment[i]);
    }
    copy_in(&env->ldt, &in->ldt);
    copy_in(&env->tr, &in->tr);
    copy_in(&env->gdt, &in->gdt);
    copy_in(&env->idt, &in->idt);
    env->eip = in->eip;
    env->fpstt = in->fpu_top & 7;
    env->fpus = in->fpu_status;
    cpu_set_fpuc(env, in->fpu_control);
    set_float_exception_flags(in->fpu_flags, &env->fp_status);
    env->fpip = in->fpu_ip;
    env->fpcs = in->fpu_cs;
    env->fpdp = in->fpu_dp;
    env->fpds = in->fpu_ds;
    env->dosemu_fpu_error.ip = in->fpu_error_ip;
    env->dosemu_fpu_error.cs = in->fpu_error_cs;
    env->dosemu_fpu_error.dp = in->fpu_error_dp;
    env->dosemu_fpu_error.ds = in->fpu_error_ds;
    cpu_set_mxcsr(env, in->mxcsr);
    set_float_exception_flags(in->sse_flags, &env->sse_status);
    env->sysenter_cs = in->sysenter_cs;
    env->sysenter_esp = in->sysenter_esp;
    env->sysenter_eip = in->sysenter_eip;
    env->mtrr_deftype = in->mtrr_default;
    env->pat = in->pat;
    env->star = in->star;
    env->msr_ia32_misc_enable = in->misc_enable;
    env->hflags2 = (env->hflags2 & ~HF2_IGNNE_MASK) | (in->ignore_fpu_error ? HF2_IGNNE_MASK : 0);
    env->old_exception = (int)in->old_exception < 32 ? (int)in->old_exception : -1;
    cpu_load_eflags(env, in->eflags, (uint32_t)~0);
    env->hflags = (env->hflags & ~HF_INHIBIT_IRQ_MASK) | (in->shadow ? HF_INHIBIT_IRQ_MASK : 0);
    x86_update_hflags(env);
    d->deliveries = in->deliveries;
    d->filter = in->filter;
    d->host_idt = in->host_idt;
    d->remapped = 0;
    for (i = 0; i < DOSEMU_REMAP_PAGES; i++) {
        d->remap[i] = in->remap[i] < pages ? in->remap[i] : (uint32_t)i;
        d->remapped += d->remap[i] != (uint32_t)i;
    }
    memcpy(d->native, in->native, sizeof(d->native));
    memcpy(d->caught_int, in->caught_int, sizeof(d->caught_int));
    memcpy(d->caught_irq, in->caught_irq, sizeof(d->caught_irq));
    tlb_flush(uc->cpu);
}

static void interrupt_now(CPUX86State *env, int vector, uint32_t packed)
{
    CPUState *cpu = env_cpu(env);

    if (packed >> 16 == DOSEMU_IRQ) {
        do_interrupt_x86_hardirq(env, vector, 1);
        return;
    }
    cpu->exception_index = vector;
    env->exception_is_int = packed >> 16 == DOSEMU_INT;
    env->exception_next_eip = env->eip;
    env->error_code = packed & 0xffff;
    x86_cpu_do_interrupt(cpu);
    cpu->exception_index = -1;
}

/* Enter the guest's handler for a vector, by QEMU's own delivery code. */
DEFAULT_VISIBILITY
int dosemu_interrupt(struct uc_struct *uc, int vector, int kind, uint32_t error_code)
{
    return guarded(uc, interrupt_now, vector, (uint32_t)kind << 16 | (error_code & 0xffff));
}

/* --- registers -------------------------------------------------------------------------- */

DEFAULT_VISIBILITY
void dosemu_get_registers(struct uc_struct *uc, struct dosemu_registers *out)
{
    CPUX86State *env = env_of(uc);
    int i;

    out->general = &env->regs[0];
    out->eip = &env->eip;
    for (i = 0; i < 6; i++) {
        out->selector[i] = &env->segs[i].selector;
        out->base[i] = &env->segs[i].base;
        out->limit[i] = &env->segs[i].limit;
        out->rights[i] = &env->segs[i].flags;
    }
    out->cr = &env->cr[0];
    out->hflags = &env->hflags;
    out->budget_low = &uc->cpu->icount_decr_ptr->u16.low;
    out->budget_extra = &uc->cpu->icount_extra;
}

DEFAULT_VISIBILITY
uint32_t dosemu_get_eflags(struct uc_struct *uc)
{
    return cpu_compute_eflags(env_of(uc));
}

DEFAULT_VISIBILITY
void dosemu_set_eflags(struct uc_struct *uc, uint32_t value)
{
    CPUX86State *env = env_of(uc);

    cpu_load_eflags(env, value, (uint32_t)~0);
    x86_update_hflags(env);
}

DEFAULT_VISIBILITY
int dosemu_cpl(struct uc_struct *uc)
{
    return env_of(uc)->hflags & HF_CPL_MASK;
}

DEFAULT_VISIBILITY
int dosemu_shadow(struct uc_struct *uc)
{
    return (env_of(uc)->hflags & HF_INHIBIT_IRQ_MASK) != 0;
}

DEFAULT_VISIBILITY
void dosemu_set_shadow(struct uc_struct *uc)
{
    env_of(uc)->hflags |= HF_INHIBIT_IRQ_MASK;
}

DEFAULT_VISIBILITY
int dosemu_old_exception(struct uc_struct *uc)
{
    return env_of(uc)->old_exception;
}

/* which: 0 to 4 CR0 to CR4; 8, 9 GDT base, limit; 10, 11 IDT; 12 LDT selector; 13 TR selector;
 * 16 to 23 DR0 to DR7. */
DEFAULT_VISIBILITY
uint64_t dosemu_system_register(struct uc_struct *uc, int which)
{
    CPUX86State *env = env_of(uc);

    switch (which) {
    case 0: case 1: case 2: case 3: case 4:
        return env->cr[which];
    case 8:
        return env->gdt.base;
    case 9:
        return env->gdt.limit;
    case 10:
        return env->idt.base;
    case 11:
        return env->idt.limit;
    case 12:
        return env->ldt.selector;
    case 13:
        return env->tr.selector;
    default:
        return which >= 16 && which < 24 ? env->dr[which - 16] : 0;
    }
}

DEFAULT_VISIBILITY
void dosemu_set_system_register(struct uc_struct *uc, int which, uint64_t value)
{
    CPUX86State *env = env_of(uc);

    switch (which) {
    case 0:
        cpu_x86_update_cr0(env, value);
        break;
    case 2:
        env->cr[2] = value;
        break;
    case 3:
        cpu_x86_update_cr3(env, value);
        break;
    case 4:
        cpu_x86_update_cr4(env, value);
        break;
    case 8:
        env->gdt.base = value;
        break;
    case 9:
        env->gdt.limit = value;
        break;
    case 10:
        env->idt.base = value;
        break;
    case 11:
        env->idt.limit = value;
        break;
    case 16: case 17: case 18: case 19: case 22:
        env->dr[which - 16] = value;
        break;
    case 23: /* after the addresses: it sets the breakpoints */
        cpu_x86_update_dr7(env, value);
        break;
    default:
        break;
    }
}

/* Real mode as a BIOS leaves it: flat 64 KB segments, vectors at 0, interrupts off. */
DEFAULT_VISIBILITY
void dosemu_reset(struct uc_struct *uc)
{
    CPUX86State *env = env_of(uc);
    int i;

    cpu_x86_update_cr4(env, 0);
    cpu_x86_update_cr0(env, CR0_ET_MASK);
    env->cr[2] = 0;
    env->cr[3] = 0;
    env->efer = 0;
    for (i = 0; i < 8; i++) {
        env->regs[i] = 0;
    }
    env->eip = 0;
    cpu_load_eflags(env, 2, (uint32_t)~0);
    env->eflags = 2;
    for (i = 0; i < 6; i++) {
        cpu_x86_load_seg_cache(env, i, 0, 0, 0xffff,
                               DESC_P_MASK | DESC_S_MASK | DESC_A_MASK |
                               (i == R_CS ? DESC_CS_MASK | DESC_R_MASK : DESC_W_MASK));
    }
    env->fpus = 0; /* as FNINIT leaves the coprocessor */
    env->fpstt = 0;
    cpu_set_fpuc(env, 0x37f);
    memset(env->fptags, 1, sizeof(env->fptags));
    env->gdt.base = 0;
    env->gdt.limit = 0xffff;
    env->idt.base = 0;
    env->idt.limit = 0x3ff;
    env->ldt.selector = 0;
    env->ldt.base = 0;
    env->ldt.limit = 0xffff;
    env->ldt.flags = DESC_P_MASK | (2 << DESC_TYPE_SHIFT);
    env->tr.selector = 0;
    env->tr.base = 0;
    env->tr.limit = 0xffff;
    env->tr.flags = DESC_P_MASK | (11 << DESC_TYPE_SHIFT);
    env->old_exception = -1;
    env->hflags &= ~HF_INHIBIT_IRQ_MASK;
    uc->cpu->interrupt_request = 0;
    x86_update_hflags(env);
    tlb_flush(uc->cpu);
}

/* Which data breakpoints an access of these bytes hits, as bits of DR6; flags: BP_MEM_READ, BP_MEM_WRITE or both. */
int dosemu_data_breakpoints(void *opaque, uint32_t address, uint32_t size, int flags)
{
    CPUX86State *env = opaque;
    uint32_t control = env->dr[7];
    int i, hits = 0;

    if (!(control & 0xff) || !env->uc->dosemu) {
        return 0;
    }
    for (i = 0; i < 4; i++) {
        uint32_t type = control >> (16 + 4 * i) & 3, last = control >> (18 + 4 * i) & 3; /* length less one */
        uint32_t start = (uint32_t)env->dr[i] & ~last;

        if (!(control >> (2 * i) & 3) || !(type & 1) || !(flags & (type == 1 ? BP_MEM_WRITE : BP_MEM_ACCESS))) {
            continue;
        }
        if (address <= start + last && start <= address + (size - 1)) {
            hits |= 1 << i;
        }
    }
    return hits;
}

/* --- CPU model --------------------------------------------------------------------------- */

#define FLAG_NT_IOPL 0x7000u

/* Which flag bits a program can change tells it the CPU (Intel, "Processor Identification"). */
DEFAULT_VISIBILITY
void dosemu_set_model(struct uc_struct *uc, int model)
{
    CPUX86State *env = env_of(uc);

    uc->dosemu->model = model;
    env->dosemu_flags_locked = 0;
    env->dosemu_flags_set = 0;
    env->dosemu_flags_real = 0;
    if (model < 2) {
        env->dosemu_flags_set = 0xF000u;
        env->dosemu_flags_locked = FLAG_NT_IOPL | AC_MASK | ID_MASK;
    } else if (model == 2) {
        env->dosemu_flags_locked = AC_MASK | ID_MASK;
        env->dosemu_flags_real = FLAG_NT_IOPL;
    } else if (model == 3) {
        env->dosemu_flags_locked = AC_MASK | ID_MASK;
    } else if (model == 4) {
        env->dosemu_flags_locked = ID_MASK;
    }
    tb_flush(uc->cpu);
}

/* CPUs before the Pentium have no CPUID here; true: the caller raises an invalid opcode. */
bool dosemu_cpuid(void *opaque)
{
    CPUX86State *env = opaque;

    return env->uc->dosemu && env->uc->dosemu->model < 5;
}

/* --- memory ------------------------------------------------------------------------------ */

DEFAULT_VISIBILITY
void dosemu_set_a20(struct uc_struct *uc, int on)
{
    x86_cpu_set_a20(env_archcpu(env_of(uc)), on);
}

uint32_t dosemu_remap_page(struct dosemu *d, uint32_t page)
{
    return page < DOSEMU_REMAP_PAGES ? d->remap[page] : page;
}

/* `count` physical pages from `page` of the first megabyte on show those from `target` on. */
DEFAULT_VISIBILITY
void dosemu_set_remap(struct uc_struct *uc, uint32_t page, uint32_t count, uint32_t target)
{
    CPUX86State *env = env_of(uc);
    struct dosemu *d = uc->dosemu;
    bool paging = env->cr[0] & CR0_PG_MASK;
    uint32_t i;

    for (i = 0; i < count && page + i < DOSEMU_REMAP_PAGES; i++) {
        uint32_t at = page + i, to = target + i;

        if (d->remap[at] == to) {
            continue;
        }
        d->remapped += (to != at) - (d->remap[at] != at);
        d->remap[at] = to;
        if (!paging) { /* a bank switch: only this page is seen anew, also where A20 lets it appear again */
            tlb_flush_page(uc->cpu, at << TARGET_PAGE_BITS);
            tlb_flush_page(uc->cpu, (at << TARGET_PAGE_BITS) ^ 0x100000);
        }
    }
    if (paging) {
        tlb_flush(uc->cpu);
    }
}

/* Which pages from A0000h on the video adapter answers itself (bit 0 the first one). */
DEFAULT_VISIBILITY
void dosemu_set_video_pages(struct uc_struct *uc, uint32_t pages)
{
    if (uc->dosemu->video_pages != pages) {
        uc->dosemu->video_pages = pages;
        tlb_flush(uc->cpu);
    }
}

static bool ram_address(struct uc_struct *uc, uint64_t address, ram_addr_t *out, uint64_t *left)
{
    MemoryRegion *mr = uc->memory_mapping(uc, address);

    if (mr == NULL || !memory_region_is_ram(mr)) {
        return false;
    }
    *out = memory_region_get_ram_addr(mr) + (address - mr->addr);
    *left = mr->end - address;
    return true;
}

/* Host memory changed: drop the translations of these physical bytes, if there are any. */
DEFAULT_VISIBILITY
void dosemu_invalidate(struct uc_struct *uc, uint64_t address, uint64_t size)
{
    while (size) {
        ram_addr_t start;
        uint64_t left, page_left = TARGET_PAGE_SIZE - (address & ~TARGET_PAGE_MASK);
        uint64_t part = MIN(size, page_left);

        if (ram_address(uc, address, &start, &left) && dosemu_page_has_tb(uc, start) &&
            !dosemu_is_data(uc, start, part)) {
            tb_invalidate_phys_range(uc, start, start + part);
        }
        address += part;
        size -= part;
    }
}

DEFAULT_VISIBILITY
int dosemu_page_has_code(struct uc_struct *uc, uint64_t address)
{
    ram_addr_t start;
    uint64_t left;

    return ram_address(uc, address, &start, &left) && dosemu_page_has_tb(uc, start);
}

DEFAULT_VISIBILITY
void dosemu_flush(struct uc_struct *uc)
{
    tb_flush(uc->cpu);
    tlb_flush(uc->cpu);
}

/* --- breakpoints and watched memory -------------------------------------------------------- */

/* A breakpoint before the instruction at a linear address. Not inside a run: all translations are dropped. */
DEFAULT_VISIBILITY
void dosemu_set_breakpoint(struct uc_struct *uc, uint32_t address, int on)
{
    if (on) {
        cpu_breakpoint_insert(uc->cpu, address, BP_GDB, NULL);
    } else {
        cpu_breakpoint_remove(uc->cpu, address, BP_GDB);
    }
}

DEFAULT_VISIBILITY
void dosemu_forget_pass(struct uc_struct *uc)
{
    uc->dosemu->passing = 0;
}

/* A block came to a breakpoint. 1: the run ends here; -1: go on, past it; 0: it is the guest's own (DR7). */
int dosemu_breakpoint(void *opaque)
{
    CPUState *cpu = opaque;
    CPUX86State *env = cpu->env_ptr;
    struct dosemu *d = cpu->uc->dosemu;
    uint32_t address = (uint32_t)(env->segs[R_CS].base + env->eip);
    bool ours = false, guests = false;
    CPUBreakpoint *bp;

    QTAILQ_FOREACH(bp, &cpu->breakpoints, entry) {
        if (bp->pc == address) {
            ours |= (bp->flags & BP_GDB) != 0;
            guests |= (bp->flags & BP_CPU) != 0;
        }
    }
    if (!ours) {
        return 0;
    }
    if (d->passing && d->pass == address) {
        int64_t left = (int64_t)cpu->icount_decr_ptr->u16.low + cpu->icount_extra;

        if (left <= 0) {
            cpu->exit_request = 1;
            return -1;
        }
        /* A block that had to wait for a refill would lose its cflags. */
        cpu->icount_decr_ptr->u16.low = MIN(left, 0xffff);
        cpu->icount_extra = left - cpu->icount_decr_ptr->u16.low;
        d->passing = 0;
        if (guests && !(env->eflags & RF_MASK)) {
            return 0;
        }
        cpu->cflags_next_tb = CF_USE_ICOUNT | 1;
        return -1;
    }
    d->passing = 1;
    d->pass = address;
    d->reason = DOSEMU_BREAK;
    return 1;
}

/* Pages (by linear address) whose memory is watched, or not any more. */
DEFAULT_VISIBILITY
void dosemu_set_watch(struct uc_struct *uc, uint32_t first_page, uint32_t last_page, int on)
{
    struct dosemu *d = uc->dosemu;
    uint32_t page;

    if (d->watch_pages == NULL) {
        d->watch_pages = g_malloc0((1 << 20) / 8);
    }
    for (page = first_page; page <= last_page; page++) {
        if (on) {
            d->watch_pages[page >> 3] |= 1 << (page & 7);
        } else {
            d->watch_pages[page >> 3] &= ~(1 << (page & 7));
        }
    }
    tlb_flush(uc->cpu);
}

/* An access to a watched page; whoever is asked sees EIP at its instruction. */
bool dosemu_watched(void *opaque, uint64_t address, int size, int store, uint64_t *value, uintptr_t from)
{
    CPUX86State *env = opaque;
    struct dosemu *d = env->uc->dosemu;
    int answer;

    if (!dosemu_watch_page(d, address) || d->watch == NULL || !d->running) {
        return false;
    }
    if (from) {
        cpu_restore_state(env_cpu(env), from, false);
    }
    answer = d->watch(d->owner, (uint32_t)address, size, store, value);
    if (answer & 2) {
        CPUState *cpu = env_cpu(env);

        if (from) { /* as for a page fault: the instruction's effects and its count are taken back */
            d->reason = DOSEMU_WATCH;
            cpu_restore_state(cpu, from, true);
            cpu->exception_index = EXCP_INTERRUPT;
            cpu_loop_exit(cpu);
        }
        dosemu_stop(env->uc); /* an interrupt's frame */
    }
    return answer & 1;
}

/* --- counting blocks ------------------------------------------------------------------------- */

/* A new block's counter. */
uint64_t *dosemu_block_counter(struct dosemu *d, uint32_t address, uint32_t hflags)
{
    uint32_t chunk = d->block_count / DOSEMU_CHUNK;
    struct dosemu_block *block;

    if (chunk >= DOSEMU_CHUNKS) {
        d->last_block = NULL;
        return &d->spare.runs;
    }
    if (d->blocks[chunk] == NULL) {
        d->blocks[chunk] = g_new0(struct dosemu_block, DOSEMU_CHUNK);
    }
    block = &d->blocks[chunk][d->block_count % DOSEMU_CHUNK];
    memset(block, 0, sizeof(*block));
    d->block_count++;
    block->address = address;
    block->hflags = hflags;
    d->last_block = block;
    return &block->runs;
}

/* A block was translated: now its size is known. */
void dosemu_translated(struct dosemu *d, uint32_t address, uint32_t size, uint32_t instructions)
{
    if (d == NULL) {
        return;
    }
    d->statistics.translated++;
    if (d->counting && d->last_block && d->last_block->address == address) {
        d->last_block->size = size;
        d->last_block->instructions = instructions;
    }
}

/* Count from zero, or no more; what was counted stays until the next time. Not inside a run. */
DEFAULT_VISIBILITY
void dosemu_count_blocks(struct uc_struct *uc, int on)
{
    struct dosemu *d = uc->dosemu;

    if (on) {
        d->block_count = 0;
        d->spare.runs = 0;
        d->last_block = NULL;
        memset(&d->statistics, 0, sizeof(d->statistics));
    }
    d->counting = on;
    tb_flush(uc->cpu);
}

DEFAULT_VISIBILITY
const struct dosemu_block *dosemu_block_at(struct uc_struct *uc, uint32_t index)
{
    struct dosemu *d = uc->dosemu;

    return index < d->block_count ? &d->blocks[index / DOSEMU_CHUNK][index % DOSEMU_CHUNK] : NULL;
}

/* CR0 is about to be written. */
void dosemu_mode(void *opaque, int protected_mode)
{
    CPUX86State *env = opaque;
    struct dosemu *d = env->uc->dosemu;

    if (d && d->mode_changed && !!protected_mode != !is_real(env)) {
        d->mode_changed(d->owner, !!protected_mode);
    }
}
