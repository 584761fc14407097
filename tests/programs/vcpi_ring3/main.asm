; VCPI: a client that runs code of ring 3, whose interrupts change to ring 0 by the TSS that DE0Ch loaded, with no
; LTR of its own. Japheth's HDPMI does so.
%include "dos.inc"
        org     0x100

TABLES  equ     0x2000

start:  mov     ax, cs
        add     ax, TABLES / 16 + 0x1FF
        and     ax, 0xFF00
        mov     [directory], ax
        mov     es, ax
        xor     di, di
        mov     cx, 0x1000
        xor     ax, ax
        cld
        rep     stosw
        mov     ax, [directory]
        add     ax, 0x100
        mov     es, ax
        xor     di, di
        mov     si, server
        mov     ax, 0xDE01
        int     0x67
        test    ah, ah
        jnz     none
        mov     [entry], ebx
        movzx   eax, word [directory]
        shl     eax, 4
        mov     [state], eax            ; CR3
        add     eax, 0x1007
        mov     es, [directory]
        mov     [es:0], eax

        mov     eax, cs
        shl     eax, 4
        mov     [code + 2], ax
        mov     [data + 2], ax
        mov     [task + 2], ax
        mov     ebx, eax
        shr     ebx, 16
        mov     [code + 4], bl
        mov     [data + 4], bl
        mov     [code3 + 2], ax
        mov     [data3 + 2], ax
        mov     [code3 + 4], bl
        mov     [data3 + 4], bl
        mov     [task + 4], bl
        add     word [task + 2], tss
        adc     byte [task + 4], 0
        lea     ebx, [eax + gdt]
        mov     [gdtr + 2], ebx
        lea     ebx, [eax + idt]
        mov     [idtr + 2], ebx
        lea     ebx, [eax + gdtr]
        mov     [state + 4], ebx
        lea     ebx, [eax + idtr]
        mov     [state + 8], ebx
        lea     esi, [eax + state]
        add     eax, stack
        mov     [linear_stack], eax
        mov     [real_cs], cs
        cli
        mov     ax, 0xDE0C
        int     0x67

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
        mov     ebx, [linear_stack]
        movzx   ecx, word [real_cs]
        mov     ax, flat - gdt
        mov     ss, ax
        mov     esp, ebx
        push    ecx                     ; GS, FS, DS, ES, SS
        push    ecx
        push    ecx
        push    ecx
        push    ecx
        push    dword stack - 256       ; ESP
        push    dword 0                 ; EFLAGS
        push    ecx                     ; CS
        push    dword back              ; EIP
        mov     ax, 0xDE0C
        call    dword far [entry]

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
        align   8
gdt:    dq      0
code:   dw      0xFFFF, 0
        db      0, 0x9A, 0, 0
data:   dw      0xFFFF, 0
        db      0, 0x92, 0, 0
code3:  dw      0xFFFF, 0
        db      0, 0xFA, 0, 0
data3:  dw      0xFFFF, 0
        db      0, 0xF2, 0, 0
flat:   dw      0xFFFF, 0
        db      0, 0x92, 0xCF, 0
task:   dw      0x67, 0
        db      0, 0x89, 0, 0
server: times 3 dq 0
gdt_end:
gdtr:   dw      gdt_end - gdt - 1
        dd      0
idtr:   dw      0x21 * 8 - 1
        dd      0
idt:    times 0x20 dq 0
        dw      on_20, code - gdt, 0xE600, 0    ; a gate of 16 bits for ring 3
tss:    dd      0, stack - 64, data - gdt
        times 0x5C db 0
state:  dd      0, 0, 0
        dw      0, task - gdt
        dd      inside
        dw      code - gdt
entry:  dd      0
        dw      server - gdt
linear_stack: dd 0
real_cs: dw     0
directory: dw   0
cs_outside: dw  0
cs_inside: dw   0
cs_pushed: dw   0
ss_inside: dw   0
sp_inside: dw   0
        times 512 dw 0
stack:
