/* REP MOVS and REP STOS in one go, as far as memory is plain or answered by the video adapter.
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The translated code of a repeated string instruction is a block for each iteration. In front of an iteration it
 * asks here to do those after it that need nothing else: no fault, no code in the page, no end of the budget, no
 * wrap in the segment, nothing beyond its limit. They are taken off the budget one by one, so that time and the place where a slice ends are
 * the same. At least one iteration is always left to the translated code, which ends the loop. */
#include "qemu/osdep.h"
#include "cpu.h"
#include "exec/exec-all.h"
#include "exec/helper-proto.h"
#include "exec/cpu_ldst.h"
#include "exec/cputlb.h"
#include "uc_priv.h"
#include "dosemu_glue.h"

/* Where an access goes: host memory, or video memory by its offset from A0000h. */
struct place {
    uint8_t *host;
    uint32_t video;
};

static bool find_place(CPUX86State *env, target_ulong address, MMUAccessType access, struct place *out)
{
    int mode = cpu_mmu_index(env, false);
    CPUTLBEntry *entry;
    target_ulong tlb_address;

    out->video = 0;
    out->host = tlb_vaddr_to_host(env, address, access, mode);
    if (out->host != NULL) {
        return true;
    }
    entry = tlb_entry(env, mode, address);
    tlb_address = access == MMU_DATA_STORE ? entry->addr_write : entry->addr_read;
    out->video = (uint32_t)(entry->paddr + (address & ~TARGET_PAGE_MASK)) - DOSEMU_VIDEO;
    return tlb_address == ((address & TARGET_PAGE_MASK) | TLB_MMIO | DOSEMU_TLB_VIDEO);
}

/* How many elements from here on lie within the segment's offsets and one page. */
static int64_t within(uint64_t offset, uint64_t mask, target_ulong address, int size, bool down)
{
    uint64_t in_page = address & ~TARGET_PAGE_MASK;

    if (offset + size > mask + 1 || in_page + size > TARGET_PAGE_SIZE) {
        return 0;
    }
    return down ? MIN(offset, in_page) / size + 1
                : MIN(mask + 1 - offset, TARGET_PAGE_SIZE - in_page) / size;
}

/* How many of them lie within the segment's limit. */
static int64_t limited(CPUX86State *env, int segment, target_ulong address, uint64_t offset, uint64_t mask, int size,
                       bool down, bool store)
{
    int64_t last;

    if ((env->cr[0] & CR0_PE_MASK) && !(env->eflags & VM_MASK)) {
        offset = (uint32_t)(address - env->dosemu_bounds[segment].base);
        last = env->dosemu_bounds[segment].last[store];
    } else if (mask != 0xffff) {
        last = env->segs[segment].limit;
    } else {
        return INT64_MAX;
    }
    if ((int64_t)offset + size - 1 > last) {
        return 0;
    }
    return (down ? (int64_t)offset : last + 1 - (int64_t)offset - size) / size + 1;
}

static void fill(uint8_t *to, uint32_t value, int size, int64_t count)
{
    int64_t i;

    if (size == 1) {
        memset(to, value, count);
    } else if (size == 2) {
        for (i = 0; i < count; i++) {
            stw_le_p(to + 2 * i, value);
        }
    } else {
        for (i = 0; i < count; i++) {
            stl_le_p(to + 4 * i, value);
        }
    }
}

/* As the CPU copies, element by element: what overlaps the wrong way is read after it was written. */
static void copy(uint8_t *to, const uint8_t *from, int size, int64_t count, bool down)
{
    int64_t bytes = count * size, i;

    if (down) {
        to -= bytes - size;
        from -= bytes - size;
    }
    if (down ? to >= from || to + bytes <= from : to <= from || from + bytes <= to) {
        memmove(to, from, bytes);
        return;
    }
    for (i = 0; i < bytes; i += size) {
        int64_t at = down ? bytes - size - i : i;
        uint32_t element;

        memcpy(&element, from + at, size);
        memcpy(to + at, &element, size);
    }
}

static void advance(CPUX86State *env, int reg, uint64_t mask, int64_t by)
{
    uint64_t value = ((uint64_t)env->regs[reg] + by) & mask;

    env->regs[reg] = mask == 0xffff ? (env->regs[reg] & ~(target_ulong)0xffff) | value : value;
}

/* what: see DOSEMU_REPEAT_ in dosemu_glue.h */
void helper_dosemu_repeat(CPUX86State *env, uint32_t what)
{
    CPUState *cpu = env_cpu(env);
    struct uc_struct *uc = env->uc;
    struct dosemu *d = uc->dosemu;
    int size = 1 << (what & DOSEMU_REPEAT_SIZE);
    bool movs = what & DOSEMU_REPEAT_MOVS, down = env->df < 0;
    uint64_t mask = what & DOSEMU_REPEAT_WIDE ? 0xffffffffu : 0xffff;
    uint32_t value = (uint32_t)env->regs[R_EAX];
    int from_segment = what >> DOSEMU_REPEAT_SEGMENT;
    target_ulong to_base = env->segs[R_ES].base, from_base = env->segs[from_segment].base;
    int64_t left, count, step = down ? -size : size;

    if (!d || !d->running || cpu->icount_decr_ptr->u16.high || HOOK_EXISTS(uc, UC_HOOK_MEM_READ) ||
        HOOK_EXISTS(uc, UC_HOOK_MEM_WRITE) || HOOK_EXISTS(uc, UC_HOOK_MEM_READ_AFTER) || HOOK_EXISTS(uc, UC_HOOK_CODE) ||
        HOOK_EXISTS(uc, UC_HOOK_BLOCK)) {
        return;
    }
    left = (int64_t)cpu->icount_decr_ptr->u16.low + cpu->icount_extra;
    count = MIN((int64_t)(env->regs[R_ECX] & mask) - 1, left);
    while (count > 0) {
        uint64_t to_offset = env->regs[R_EDI] & mask, from_offset = env->regs[R_ESI] & mask;
        target_ulong to_address = (uint32_t)(to_base + to_offset), from_address = (uint32_t)(from_base + from_offset);
        struct place to, from = {NULL, 0};
        int64_t part = MIN(count, within(to_offset, mask, to_address, size, down));

        part = MIN(part, limited(env, R_ES, to_address, to_offset, mask, size, down, true));
        if (movs) {
            part = MIN(part, within(from_offset, mask, from_address, size, down));
            part = MIN(part, limited(env, from_segment, from_address, from_offset, mask, size, down, false));
        }
        if (part <= 0 || !find_place(env, to_address, MMU_DATA_STORE, &to) ||
            (movs && !find_place(env, from_address, MMU_DATA_LOAD, &from))) {
            return;
        }
        if (d->video_room &&
            (to.host == NULL || (uint64_t)(to.host - d->ram) - DOSEMU_VIDEO < DOSEMU_VIDEO_SIZE)) {
            part = MIN(part, d->video_room(d->video)); /* the beam looks at each line */
            /* What it saw may have changed which pages are the adapter's. */
            if (!find_place(env, to_address, MMU_DATA_STORE, &to) ||
                (movs && !find_place(env, from_address, MMU_DATA_LOAD, &from))) {
                return;
            }
        }
        if (part <= cpu->icount_decr_ptr->u16.low) {
            cpu->icount_decr_ptr->u16.low -= part;
        } else {
            cpu->icount_extra -= part - cpu->icount_decr_ptr->u16.low;
            cpu->icount_decr_ptr->u16.low = 0;
        }
        if (to.host == NULL || (movs && from.host == NULL)) {
            d->video_repeat(d->video, to.host, to.video, movs ? from.host : (uint8_t *)&value, from.video, size, part,
                            (int)step, movs);
        } else if (movs) {
            copy(to.host, from.host, size, part, down);
        } else {
            fill(down ? to.host - (part - 1) * size : to.host, value, size, part);
        }
        advance(env, R_EDI, mask, part * step);
        if (movs) {
            advance(env, R_ESI, mask, part * step);
        }
        advance(env, R_ECX, mask, -part);
        count -= part;
    }
}
