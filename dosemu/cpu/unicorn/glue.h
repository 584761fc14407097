/* What dosemu adds to the Unicorn library: the state shared by the edits (edits/) and the
 * functions that the engine (dosemu/cpu/engine.pyx) calls. SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DOSEMU_GLUE_H
#define DOSEMU_GLUE_H

#include <stdbool.h>
#include <stdint.h>

struct uc_struct;

/* Kinds of interrupt that the filter tells apart. */
enum { DOSEMU_FAULT = 0, DOSEMU_INT = 1, DOSEMU_IRQ = 2 };

/* Why dosemu_run() came back. */
enum {
    DOSEMU_BUDGET = 0,   /* the instruction budget is used up */
    DOSEMU_SERVICE = 1,  /* an interrupt whose vector points at its stub: vector, kind, error_code */
    DOSEMU_TRAP = 2,     /* the trap opcode in the BIOS segment: vector holds its offset, EIP is past it */
    DOSEMU_HALT = 3,     /* HLT */
    DOSEMU_STOP = 4,     /* dosemu_stop() */
    DOSEMU_SHUTDOWN = 5, /* triple fault */
    DOSEMU_ERROR = 6,    /* the library gave up: error_code holds its uc_err */
    DOSEMU_BREAK = 7,    /* a breakpoint: EIP is at it, and the next run goes past it */
    DOSEMU_WATCH = 8     /* watched memory: EIP is at the instruction, which has not been executed */
};

/* A translated block, while they are counted: its linear address, its bytes, how many instructions it has, how
 * often it was run, the CPU's flags it was translated for. */
struct dosemu_block {
    uint64_t runs;
    uint32_t address;
    uint32_t hflags;
    uint16_t size;
    uint16_t instructions;
};

#define DOSEMU_CHUNK 4096 /* blocks that are got memory for at once */
#define DOSEMU_CHUNKS 256 /* at most so many times: a program that writes code without end must not fill the host */

/* What the translator and the loop around the blocks did. */
struct dosemu_statistics {
    uint64_t translated; /* blocks */
    uint64_t dispatched; /* blocks entered from the loop */
    uint64_t looked_up;  /* jumps to addresses in registers or memory: blocks looked for in translated code */
    uint64_t found;      /* and found there */
    uint64_t links;      /* jumps from block to block that were made direct */
    uint64_t tlb_fills;
};

#define DOSEMU_REMAP_PAGES 272 /* the first megabyte and the 64 KB above it, in 4 KB pages */
#define DOSEMU_TRAP_BASE 0xF0000u
#define DOSEMU_VIDEO 0xA0000u
#define DOSEMU_VIDEO_SIZE 0x20000u
#define DOSEMU_TLB_VIDEO 1 /* a flag in the TLB beside QEMU's own */

/* What a repeated string instruction does: binary logarithm of the element's size, and the others. */
#define DOSEMU_REPEAT_SIZE 3
#define DOSEMU_REPEAT_MOVS 4
#define DOSEMU_REPEAT_WIDE 8 /* 32-bit addresses */
#define DOSEMU_REPEAT_SEGMENT 8 /* from this bit on: the source's segment */

struct dosemu {
    void *owner;
    uint8_t *ram;      /* guest physical memory from address 0 */
    /* Supplied by the machine; called from inside translated code. */
    int (*acknowledge)(void *owner);
    uint32_t (*port_read)(void *owner, uint16_t port, int size);
    void (*port_write)(void *owner, uint16_t port, int size, uint32_t value);
    uint64_t (*timestamp)(void *owner);
    void (*fpu_error)(void *owner);
    /* Video memory: loads and stores in the pages of video_pages (bit n: A0000h + n * 4 KB). */
    void *video;
    uint32_t (*video_read)(void *video, uint32_t address, int size);
    void (*video_write)(void *video, uint32_t address, uint32_t value, int size);
    /* The same for `count` elements of `size` bytes, `step` apart: REP MOVS, or REP STOS of what is at from_ram.
     * A side with a host address is RAM, else it is video memory at the offset beside. */
    void (*video_repeat)(void *video, uint8_t *to_ram, uint32_t to, const uint8_t *from_ram, uint32_t from, int size,
                         int64_t count, int step, int moves);
    /* Repeated stores to addresses of the adapter begin: how many cycles of them may be done at once. */
    int64_t (*video_room)(void *video);
    uint32_t video_pages;
    /* Result of the last run. */
    int reason;
    int vector;
    int kind;
    uint32_t error_code;
    int stop;
    int triple_fault;
    int running;       /* in dosemu_run(), which has a budget */
    int block_length;  /* what dosemu_block_length() found */
    /* CPU model: 0 8086, 1 80186, 2 286, 3 386, 4 486, 5 Pentium. */
    int model;
    int filter;        /* deliver vectors that point at their stubs as services */
    /* A host of protected-mode programs (DPMI): while IDTR holds this base, every fault, IRQ and INT n in
     * protected mode is a service, but for the INT n whose bit in `native` is set: their gates are entered. */
    uint32_t host_idt;
    uint8_t native[32];
    uint8_t caught_int[32]; /* INT n of real mode that are services wherever their vectors point */
    uint8_t caught_irq[32]; /* the same for interrupt requests */
    /* Interrupts of all kinds and modes that the machine wants to see before they happen: services with
     * `unclaimed` set where the guest's handler is still to be entered. */
    uint8_t hooked[32];
    int unclaimed;
    /* The breakpoint where the last run ended; the next run passes it once. */
    int passing;
    uint32_t pass;
    /* Watched memory: pages by linear address, a bit each (NULL: none), and who is asked. `watch` returns 1 when
     * `*value` takes the place of what is loaded, or when nothing is to be stored; with 2 added the run is to end
     * before the instruction. */
    uint8_t *watch_pages;
    int (*watch)(void *owner, uint32_t address, int size, int store, uint64_t *value);
    void (*mode_changed)(void *owner, int protected_mode);
    uint8_t caught_fault[32]; /* and for exceptions */
    int watch_hit;     /* data breakpoints (bits of DR6) that the instruction being run alone is to report */
    int remapped;      /* number of pages that are not themselves */
    uint32_t remap[DOSEMU_REMAP_PAGES];
    uint64_t deliveries; /* interrupts delivered to guest handlers */
    struct dosemu_statistics statistics;
    void *code_page;   /* QEMU's record of the page of the last store beside code, and its number */
    uint64_t code_page_at;
    unsigned long **code_bits; /* its map of the bytes that are code, NULL while that is not known */
    uintptr_t code_host;       /* the same page's host address; 0: not known */
    int counting;      /* blocks translated from now on count how often they run */
    uint32_t block_count;
    struct dosemu_block *blocks[DOSEMU_CHUNKS];
    struct dosemu_block spare; /* for those that there is no room for */
    struct dosemu_block *last_block;
    int task_trap; /* the trap bit of the task being switched to */
};

/* Pointers to the registers, good for the life of the engine. */
struct dosemu_registers {
    uint64_t *general;         /* EAX ECX EDX EBX ESP EBP ESI EDI */
    uint64_t *eip;
    uint32_t *selector[6];     /* ES CS SS DS FS GS */
    uint64_t *base[6];
    uint32_t *limit[6];
    uint32_t *rights[6];
    uint64_t *cr;              /* CR0 to CR4 */
    uint32_t *hflags;
    uint16_t *budget_low;
    int64_t *budget_extra;
};

/* Where the CPU is and in which mode: what a change between real and protected mode exchanges. */
struct dosemu_state {
    uint32_t general[8], eip, eflags, cr0, gdt_base, gdt_limit, idt_base, idt_limit;
    struct dosemu_segment {
        uint32_t selector, base, limit, rights;
    } segment[6];
};

/* All that a CPU and its glue hold between two runs, for a snapshot; native byte order. */
struct dosemu_cpu {
    uint64_t fpu_low[8], xmm[8][2], mtrr_fixed[11], mtrr_base[8], mtrr_mask[8], mtrr_default, pat, star, misc_enable;
    uint64_t deliveries;
    struct dosemu_segment segment[6], ldt, tr, gdt, idt;
    uint32_t general[8], eip, eflags, cr[5], dr[8], shadow, ignore_fpu_error, a20_mask, old_exception;
    uint32_t fpu_high[8], fpu_tag[8], fpu_top, fpu_status, fpu_control, fpu_flags, mxcsr, sse_flags;
    uint32_t fpu_ip, fpu_cs, fpu_dp, fpu_ds, fpu_error_ip, fpu_error_cs, fpu_error_dp, fpu_error_ds;
    uint32_t sysenter_cs, sysenter_esp, sysenter_eip;
    uint32_t filter, host_idt, remap[DOSEMU_REMAP_PAGES];
    uint8_t native[32], caught_int[32], caught_irq[32];
};

/* The CPU model at translation time or in a helper; without dosemu's glue the newest. */
#define DOSEMU_MODEL(uc) ((uc)->dosemu ? (uc)->dosemu->model : 5)

/* --- called by the edits --- */
int dosemu_filter(void *env, int vector, int is_int, uint32_t error_code);
int dosemu_irq(void *env);
bool dosemu_int_real(void *env, int vector, int length);
bool dosemu_pop_frame(void *env, uint32_t *ip, uint32_t *cs, uint32_t *flags);
void dosemu_recheck(void *env);
bool dosemu_cpuid(void *env);
int dosemu_data_breakpoints(void *env, uint32_t address, uint32_t size, int flags);
void dosemu_charge(void *cpu);
uint32_t dosemu_remap_page(struct dosemu *d, uint32_t page);
int dosemu_breakpoint(void *cpu);
bool dosemu_watched(void *env, uint64_t address, int size, int store, uint64_t *value, uintptr_t from);
void dosemu_mode(void *env, int protected_mode);
uint64_t *dosemu_block_counter(struct dosemu *d, uint32_t address, uint32_t hflags);
void dosemu_translated(struct dosemu *d, uint32_t address, uint32_t size, uint32_t instructions);

/* Some memory of the page with this linear address is watched. */
static inline bool dosemu_watch_page(struct dosemu *d, uint64_t address)
{
    uint32_t page = (uint32_t)address >> 12;

    return d && d->watch_pages && d->watch_pages[page >> 3] >> (page & 7) & 1;
}

/* Video memory answers at this physical address: its TLB entries are marked, so that accesses take the slow path. */
static inline bool dosemu_is_video(struct dosemu *d, uint64_t address)
{
    return d && address - DOSEMU_VIDEO < DOSEMU_VIDEO_SIZE && d->video_pages >> ((address - DOSEMU_VIDEO) >> 12) & 1;
}

/* --- called by the engine --- */
struct dosemu *dosemu_attach(struct uc_struct *uc);
void dosemu_detach(struct uc_struct *uc);
void dosemu_reset(struct uc_struct *uc);
void dosemu_set_model(struct uc_struct *uc, int model);
void dosemu_get_registers(struct uc_struct *uc, struct dosemu_registers *out);
int dosemu_run(struct uc_struct *uc);
int dosemu_run_one(struct uc_struct *uc);
int dosemu_block_length(struct uc_struct *uc);
void dosemu_stop(struct uc_struct *uc);
void dosemu_set_intr(struct uc_struct *uc, int level);
uint32_t dosemu_get_eflags(struct uc_struct *uc);
void dosemu_set_eflags(struct uc_struct *uc, uint32_t value);
int dosemu_load_segment(struct uc_struct *uc, int segment, uint32_t selector);
void dosemu_set_segment(struct uc_struct *uc, int segment, uint32_t selector, uint32_t base, uint32_t limit,
                        uint32_t rights);
void dosemu_set_table_register(struct uc_struct *uc, int task, uint32_t selector, uint32_t base, uint32_t limit,
                               int wide);
void dosemu_save_state(struct uc_struct *uc, struct dosemu_state *out);
void dosemu_load_state(struct uc_struct *uc, const struct dosemu_state *in);
void dosemu_save_cpu(struct uc_struct *uc, struct dosemu_cpu *out);
void dosemu_load_cpu(struct uc_struct *uc, const struct dosemu_cpu *in, uint32_t pages);
int dosemu_interrupt(struct uc_struct *uc, int vector, int kind, uint32_t error_code);
void dosemu_ignore_fpu_error(struct uc_struct *uc);
int dosemu_cpl(struct uc_struct *uc);
int dosemu_shadow(struct uc_struct *uc);
void dosemu_set_shadow(struct uc_struct *uc);
int dosemu_old_exception(struct uc_struct *uc);
void dosemu_set_a20(struct uc_struct *uc, int on);
void dosemu_invalidate(struct uc_struct *uc, uint64_t address, uint64_t size);
int dosemu_page_has_code(struct uc_struct *uc, uint64_t address);
void dosemu_flush(struct uc_struct *uc);
void dosemu_set_remap(struct uc_struct *uc, uint32_t page, uint32_t count, uint32_t target);
void dosemu_set_video_pages(struct uc_struct *uc, uint32_t pages);
uint64_t dosemu_system_register(struct uc_struct *uc, int which);
void dosemu_set_system_register(struct uc_struct *uc, int which, uint64_t value);
void dosemu_set_breakpoint(struct uc_struct *uc, uint32_t address, int on);
void dosemu_forget_pass(struct uc_struct *uc);
void dosemu_set_watch(struct uc_struct *uc, uint32_t first_page, uint32_t last_page, int on);
void dosemu_count_blocks(struct uc_struct *uc, int on);
const struct dosemu_block *dosemu_block_at(struct uc_struct *uc, uint32_t index);

#endif
