; VCPI with the page tables in expanded memory: DE06h gives where a page of the EMS frame really lies, so that the CPU
; finds the tables there, and the frame's own addresses show the same page in protected mode.
%include "dos.inc"
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
        xor     di, di
        mov     si, server
        mov     ax, 0xDE01
        int     0x67
        mov     [entry], ebx

        mov     eax, cs
        shl     eax, 4
        mov     [code + 2], ax
        mov     [data + 2], ax
        mov     [task + 2], ax
        mov     ebx, eax
        shr     ebx, 16
        mov     [code + 4], bl
        mov     [data + 4], bl
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
        movzx   eax, word [frame]
        shl     eax, 4
        mov     [linear_frame], eax
        cli
        mov     ax, 0xDE0C
        int     0x67

inside: mov     ax, data - gdt
        mov     ds, ax
        mov     ax, flat - gdt
        mov     es, ax
        mov     ebx, [linear_frame]
        mov     eax, [es:ebx]           ; the directory's first entry, by the frame's own address
        mov     [first], eax
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
        align   8
gdt:    dq      0
code:   dw      0xFFFF, 0
        db      0, 0x9A, 0, 0
data:   dw      0xFFFF, 0
        db      0, 0x92, 0, 0
flat:   dw      0xFFFF, 0
        db      0, 0x92, 0xCF, 0
task:   dw      0x67, 0
        db      0, 0x89, 0, 0
server: times 3 dq 0
gdt_end:
gdtr:   dw      gdt_end - gdt - 1
        dd      0
idtr:   dw      7
        dd      0
idt:    dq      0
tss:    times 0x68 db 0
state:  dd      0, 0, 0
        dw      0, task - gdt
        dd      inside
        dw      code - gdt
entry:  dd      0
        dw      server - gdt
linear_stack: dd 0
linear_frame: dd 0
first:  dd      0
real_cs: dw     0
frame:  dw      0
handle: dw      0
        times 512 dw 0
stack:
