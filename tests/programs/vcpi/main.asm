; VCPI: pages, interrupt vectors, debug registers; then protected mode of ring 0 by DE0Ch with page tables of our own
; that show a page of the server's at 4 MB, the server's calls there, and back.
%include "vcpi.inc"
        org     0x100

start:  mov     ax, 0xDE00
        int     0x67
        test    ah, ah
        jnz     none
        hex16   bx
        say     ' version', 13, 10
        mov     ax, 0xDE0A
        int     0x67
        hex16   bx
        say     ' master', 13, 10
        hex16   cx
        say     ' slave', 13, 10
        mov     ax, 0xDE0B
        int     0x67
        mov     ax, 0xDE03
        int     0x67
        mov     [before], edx
        mov     ax, 0xDE02
        int     0x67
        mov     [highest], edx
        mov     ax, 0xDE04
        int     0x67
        test    ah, ah
        jnz     none
        mov     [page], edx
        cmp     edx, [highest]
        ja      none
        test    dx, 0xFFF
        jnz     none
        say     'a page', 13, 10
        mov     ax, 0xDE03
        int     0x67
        inc     edx
        cmp     edx, [before]
        jne     none
        say     'one less', 13, 10
        mov     ax, 0xDE05
        mov     edx, 0x1000
        int     0x67
        hex8    ah
        say     ' for a page that was not allocated', 13, 10
        mov     cx, 0xB8
        mov     ax, 0xDE06
        int     0x67
        cmp     edx, 0xB8000
        jne     none
        say     'the screen is where it is', 13, 10
        mov     cx, 0x500
        mov     ax, 0xDE06
        int     0x67
        hex8    ah
        say     ' for a page above 1 MB', 13, 10
        mov     ax, 0xDE07
        int     0x67
        test    bl, 1
        jnz     none
        push    cs
        pop     es
        mov     di, debug
        mov     ax, 0xDE08
        int     0x67
        mov     dword [debug], 0x12345
        mov     ax, 0xDE09
        int     0x67
        mov     dword [debug], 0
        mov     ax, 0xDE08
        int     0x67
        cmp     dword [debug], 0x12345
        jne     none
        say     'debug registers', 13, 10

        own_pages 3                     ; directory and two tables
        mov     ax, [directory]
        add     ax, 0x100
        mov     es, ax
        interface
        mov     [next], di
        hex16   di
        say     ' bytes of the first page table are used', 13, 10
        movzx   eax, word [directory]
        shl     eax, 4
        mov     [state], eax            ; CR3
        mov     es, [directory]
        lea     ebx, [eax + 0x1007]
        mov     [es:0], ebx
        add     ebx, 0x1000
        mov     [es:4], ebx
        mov     edx, [page]
        or      dl, 7
        mov     [es:0x2000], edx        ; linear 400000h

        to_ring0 code, data

        ; Protected mode: 16-bit code of ours in ring 0.
inside: mov     ax, data - gdt
        mov     ds, ax
        mov     ss, ax
        mov     esp, stack - 256
        mov     eax, cr0
        mov     [cr0_inside], eax
        mov     ax, flat - gdt
        mov     es, ax
        mov     dword [es:dword 0x400000], 'VCPI'
        mov     eax, [es:dword 0x400000]
        mov     [read_back], eax
        mov     ax, 0xDE04
        call    dword far [entry]
        mov     [status], ah
        mov     [second], edx
        mov     ax, 0xDE05
        call    dword far [entry]
        or      [status], ah
        mov     ax, 0xDE05              ; not twice
        call    dword far [entry]
        mov     [twice], ah
        str     [task_inside]

        to_real

back:   sti
        smsw    ax
        test    al, 1
        jnz     none
        say     'back in real mode', 13, 10
        mov     eax, [cr0_inside]
        and     eax, 0x80000001
        cmp     eax, 0x80000001
        jne     none
        say     'was in protected mode with paging', 13, 10
        cmp     dword [read_back], 'VCPI'
        jne     none
        say     'the page at 4 MB', 13, 10
        hex8    [status]
        say     ' pages from inside', 13, 10
        hex8    [twice]
        say     ' when freed twice', 13, 10
        hex16   [task_inside]
        say     ' task', 13, 10
        test    byte [task + 5], 2
        jz      none
        say     'is busy', 13, 10
        mov     ax, 0xDE05
        mov     edx, [page]
        int     0x67
        mov     ax, 0xDE03
        int     0x67
        cmp     edx, [before]
        jne     none
        say     'all pages are back', 13, 10
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
page:   dd      0
second: dd      0
before: dd      0
highest: dd     0
cr0_inside: dd  0
read_back: dd   0
next:   dw      0
task_inside: dw 0
status: db      0
twice:  db      0
debug:  times 8 dd 0
        times 512 dw 0
stack:
