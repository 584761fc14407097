; VCPI with the page tables in expanded memory: DE06h gives where a page of the EMS frame really lies, so that the CPU
; finds the tables there, and the frame's own addresses show the same page in protected mode.
%include "vcpi.inc"
        org     0x100

start:  mov     ah, 0x41                ; the frame
        int     0x67
        test    ah, ah
        jnz     none
        mov     [frame], bx
        mov     ah, 0x43
        mov     bx, 1
        int     0x67
        test    ah, ah
        jnz     none
        mov     [handle], dx
        mov     ax, 0x4400              ; its first 16 KB show our page
        xor     bx, bx
        int     0x67
        test    ah, ah
        jnz     none
        mov     cx, [frame]
        shr     cx, 8
        mov     ax, 0xDE06
        int     0x67
        cmp     edx, 0x100000
        jb      none
        say     'the frame shows a page above 1 MB', 13, 10
        mov     [state], edx            ; CR3: page directory at 0, table at 1000h
        mov     es, [frame]
        xor     di, di
        mov     cx, 0x1000
        xor     ax, ax
        cld
        rep     stosw
        mov     cx, [frame]
        shr     cx, 8
        inc     cx
        mov     ax, 0xDE06
        int     0x67
        or      dl, 7
        mov     [es:0], edx
        mov     ax, [frame]
        add     ax, 0x100
        mov     es, ax
        interface

        movzx   eax, word [frame]
        shl     eax, 4
        mov     [linear_frame], eax
        to_ring0 code, data

inside: mov     ax, data - gdt
        mov     ds, ax
        mov     ax, flat - gdt
        mov     es, ax
        mov     ebx, [linear_frame]
        mov     eax, [es:ebx]           ; the directory's first entry, by the frame's own address
        mov     [first], eax
        to_real

back:   sti
        say     'back in real mode', 13, 10
        mov     eax, [state]
        add     eax, 0x1000
        mov     ebx, [first]
        and     ebx, 0xFFFFF000
        cmp     eax, ebx
        jne     none
        say     'the tables were in the frame', 13, 10
        mov     dx, [handle]
        mov     ah, 0x45
        int     0x67
        leave_with 0

none:   say     'failed', 13, 10
        leave_with 1

routines
        [section .data]
        vcpi_gdt
gdt_end:
        vcpi_state
idt:    dq      0
idt_end:
tss:    times 0x68 db 0
linear_frame: dd 0
first:  dd      0
frame:  dw      0
handle: dw      0
        times 512 dw 0
stack:
