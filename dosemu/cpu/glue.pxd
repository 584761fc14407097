from libc.stdint cimport int64_t, uint8_t, uint16_t, uint32_t, uint64_t

cdef extern from "glue.h" nogil:
    enum:
        DOSEMU_FAULT
        DOSEMU_INT
        DOSEMU_IRQ
        DOSEMU_BUDGET
        DOSEMU_SERVICE
        DOSEMU_TRAP
        DOSEMU_HALT
        DOSEMU_STOP
        DOSEMU_SHUTDOWN
        DOSEMU_ERROR
        DOSEMU_BREAK
        DOSEMU_WATCH

    struct uc_struct:
        pass

    struct dosemu_block:
        uint64_t runs
        uint32_t address
        uint32_t hflags
        uint16_t size
        uint16_t instructions

    struct dosemu_statistics:
        uint64_t translated
        uint64_t dispatched
        uint64_t looked_up
        uint64_t found
        uint64_t links
        uint64_t tlb_fills

    struct dosemu:
        void *owner
        uint8_t *ram
        int (*acknowledge)(void *owner) noexcept nogil
        uint32_t (*port_read)(void *owner, uint16_t port, int size) noexcept nogil
        void (*port_write)(void *owner, uint16_t port, int size, uint32_t value) noexcept nogil
        uint64_t (*timestamp)(void *owner) noexcept nogil
        void (*fpu_error)(void *owner) noexcept nogil
        void *video
        uint32_t (*video_read)(void *video, uint32_t address, int size) noexcept nogil
        void (*video_write)(void *video, uint32_t address, uint32_t value, int size) noexcept nogil
        void (*video_repeat)(void *video, uint8_t *to_ram, uint32_t to, const uint8_t *from_ram, uint32_t from_video,
                             int size, int64_t count, int step, int moves) noexcept nogil
        int64_t (*video_room)(void *video) noexcept nogil
        int reason
        int vector
        int kind
        uint32_t error_code
        int stop
        int triple_fault
        int model
        int filter
        uint32_t host_idt
        uint8_t native[32]
        uint8_t caught_int[32]
        uint8_t caught_irq[32]
        uint8_t hooked[32]
        int unclaimed
        int passing
        uint32_t pass_at "pass"
        int (*watch)(void *owner, uint32_t address, int size, int store, uint64_t *value) noexcept nogil
        void (*mode_changed)(void *owner, int protected_mode) noexcept nogil
        uint8_t caught_fault[32]
        uint64_t deliveries
        dosemu_statistics statistics
        uint32_t block_count
        dosemu_block spare

    struct dosemu_registers:
        uint64_t *general
        uint64_t *eip
        uint32_t *selector[6]
        uint64_t *base[6]
        uint32_t *limit[6]
        uint32_t *rights[6]
        uint64_t *cr
        uint32_t *hflags
        uint16_t *budget_low
        int64_t *budget_extra

    struct dosemu_segment:
        uint32_t selector
        uint32_t base
        uint32_t limit
        uint32_t rights

    struct dosemu_state:
        uint32_t general[8]
        uint32_t eip
        uint32_t eflags
        uint32_t cr0
        uint32_t gdt_base
        uint32_t gdt_limit
        uint32_t idt_base
        uint32_t idt_limit
        dosemu_segment segment[6]

    struct dosemu_cpu:
        pass

    dosemu *dosemu_attach(uc_struct *uc)
    void dosemu_detach(uc_struct *uc)
    void dosemu_reset(uc_struct *uc)
    void dosemu_set_model(uc_struct *uc, int model)
    void dosemu_get_registers(uc_struct *uc, dosemu_registers *out)
    int dosemu_run(uc_struct *uc)
    int dosemu_run_one(uc_struct *uc)
    int dosemu_block_length(uc_struct *uc)
    void dosemu_stop(uc_struct *uc)
    void dosemu_set_intr(uc_struct *uc, int level)
    uint32_t dosemu_get_eflags(uc_struct *uc)
    void dosemu_set_eflags(uc_struct *uc, uint32_t value)
    int dosemu_load_segment(uc_struct *uc, int segment, uint32_t selector)
    void dosemu_set_segment(uc_struct *uc, int segment, uint32_t selector, uint32_t base, uint32_t limit, uint32_t rights)
    void dosemu_set_table_register(uc_struct *uc, int task, uint32_t selector, uint32_t base, uint32_t limit, int wide)
    void dosemu_save_state(uc_struct *uc, dosemu_state *out)
    void dosemu_load_state(uc_struct *uc, const dosemu_state *state)
    void dosemu_save_cpu(uc_struct *uc, dosemu_cpu *out)
    void dosemu_load_cpu(uc_struct *uc, const dosemu_cpu *cpu, uint32_t pages)
    int dosemu_interrupt(uc_struct *uc, int vector, int kind, uint32_t error_code)
    void dosemu_ignore_fpu_error(uc_struct *uc)
    int dosemu_cpl(uc_struct *uc)
    int dosemu_shadow(uc_struct *uc)
    void dosemu_set_shadow(uc_struct *uc) nogil
    int dosemu_old_exception(uc_struct *uc)
    void dosemu_set_a20(uc_struct *uc, int on)
    void dosemu_invalidate(uc_struct *uc, uint64_t address, uint64_t size)
    int dosemu_page_has_code(uc_struct *uc, uint64_t address)
    void dosemu_flush(uc_struct *uc)
    void dosemu_set_remap(uc_struct *uc, uint32_t page, uint32_t count, uint32_t target)
    void dosemu_set_video_pages(uc_struct *uc, uint32_t pages)
    uint64_t dosemu_system_register(uc_struct *uc, int which)
    void dosemu_set_system_register(uc_struct *uc, int which, uint64_t value)
    void dosemu_set_breakpoint(uc_struct *uc, uint32_t address, int on)
    void dosemu_forget_pass(uc_struct *uc)
    void dosemu_set_watch(uc_struct *uc, uint32_t first_page, uint32_t last_page, int on)
    void dosemu_count_blocks(uc_struct *uc, int on)
    const dosemu_block *dosemu_block_at(uc_struct *uc, uint32_t index)
