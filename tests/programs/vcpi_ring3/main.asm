; VCPI: a client that runs code of ring 3, whose interrupts change to ring 0 by the TSS that DE0Ch loaded, with no
; LTR of its own. Japheth's HDPMI does so.
%include "vcpi.inc"
        org     0x100

start:  own_pages 2                     ; directory and table
        mov     ax, [directory]
        add     ax, 0x100
        mov     es, ax
        interface
        test    ah, ah
        jnz     none
        movzx   eax, word [directory]
        shl     eax, 4
        mov     [state], eax            ; CR3
        add     eax, 0x1007
        mov     es, [directory]
        mov     [es:0], eax

        to_ring0 code, data, code3, data3

inside: mov     ax, data - gdt
        mov     ds, ax
        mov     ss, ax
        mov     esp, stack - 128
        push    word data3 - gdt + 3    ; SS and SP of ring 3
        push    word stack - 256
        push    word code3 - gdt + 3
        push    word ring3
        retf

ring3:  mov     cx, cs
        mov     ax, data3 - gdt + 3
        mov     ds, ax
        mov     [cs_outside], cx
        int     0x20
        jmp     $

on_20:  mov     ax, data - gdt          ; ring 0 again, on the stack of the TSS
        mov     ds, ax
        mov     [cs_inside], cs
        mov     [sp_inside], sp
        mov     [ss_inside], ss
        mov     bp, sp
        mov     ax, [bp + 2]
        mov     [cs_pushed], ax
        to_real

back:   sti
        say     'back in real mode', 13, 10
        cmp     word [cs_outside], code3 - gdt + 3
        jne     none
        say     'ring 3', 13, 10
        cmp     word [cs_inside], code - gdt
        jne     none
        cmp     word [cs_pushed], code3 - gdt + 3
        jne     none
        cmp     word [ss_inside], data - gdt
        jne     none
        cmp     word [sp_inside], stack - 64 - 10
        jne     none
        say     'ring 0 on the stack of the TSS', 13, 10
        leave_with 0

none:   say     'failed', 13, 10
        leave_with 1

routines
        [section .data]
        vcpi_gdt
code3:  dw      0xFFFF, 0
        db      0, 0xFA, 0, 0
data3:  dw      0xFFFF, 0
        db      0, 0xF2, 0, 0
gdt_end:
        vcpi_state
idt:    times 0x20 dq 0
        dw      on_20, code - gdt, 0xE600, 0    ; a gate of 16 bits for ring 3
idt_end:
tss:    dd      0, stack - 64, data - gdt
        times 0x5C db 0
cs_outside: dw  0
cs_inside: dw   0
cs_pushed: dw   0
ss_inside: dw   0
sp_inside: dw   0
        times 512 dw 0
stack:
