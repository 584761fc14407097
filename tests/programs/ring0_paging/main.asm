; Paging of ring 0: one page by two addresses, accessed and dirty bits, page faults with their error codes and CR2 and the
; instruction again after the page was mapped (also in the middle of MOVS), write protection with and without CR0.WP, and
; ring 3, which may not touch the supervisor's pages.
%include "ring0.inc"
        org     0x100

TASK    equ     task - gdt
CODE_3  equ     code_3 - gdt + 3
FLAT_3  equ     flat_3 - gdt + 3
WINDOW  equ     0x400000                ; what the second page table is for
TABLES  equ     0x200000                ; page directory, two tables, then pages for us
PAGES   equ     TABLES + 0x3000
WP      equ     0x10000

start:  open_a20
        own_tables
        based   code, 0
        based   data, 0
        based   code_3, 0
        based   task, tss
        ring0
        mov     esp, stack
        mov     ax, TASK
        ltr     ax

        ; The first 4 MB as they are, for all rings; nothing at 4 MB.
        mov     edi, TABLES
        xor     eax, eax
        mov     ecx, 0x400
        cld
        a32     rep stosd
        mov     eax, 7
        mov     ecx, 0x400
.entry: mov     [es:edi], eax
        add     edi, 4
        add     eax, 0x1000
        dec     ecx
        jnz     .entry
        mov     ecx, 0x1400             ; second table and four pages
        xor     eax, eax
        a32     rep stosd
        mov     dword [es:dword TABLES], TABLES + 0x1007
        mov     dword [es:dword TABLES + 4], TABLES + 0x2007
        mov     eax, TABLES
        mov     cr3, eax
        mov     eax, cr0
        or      eax, 0x80000000
        mov     cr0, eax
        jmp     $ + 2
        note    'paging', 13, 10

        ; One page twice.
        mov     dword [es:dword TABLES + 0x2000], PAGES + 7
        mov     eax, [es:dword WINDOW]
        call    used
        mov     dword [es:dword WINDOW], 'PAGE'
        call    used
        mov     eax, [es:dword PAGES]
        note32  eax
        note    ' by the other address', 13, 10

        ; Another page there: known after INVLPG.
        mov     dword [es:dword PAGES + 0x1000], 'NEXT'
        mov     dword [es:dword TABLES + 0x2000], PAGES + 0x1000 + 7
        invlpg  [es:dword WINDOW]
        mov     eax, [es:dword WINDOW]
        note32  eax
        note    ' behind INVLPG', 13, 10

        ; Faults: a read, a write, and MOVS which runs into a page that is not there.
        mov     eax, [es:dword WINDOW + 0x1008]
        note32  eax
        note    ' read', 13, 10
        mov     dword [es:dword TABLES + 0x2004], 0
        mov     eax, cr3
        mov     cr3, eax
        mov     dword [es:dword WINDOW + 0x100C], 'MORE'
        note32  [es:dword PAGES + 0x100C]
        note    ' written', 13, 10
        mov     dword [es:dword TABLES + 0x2004], 0
        mov     eax, cr3
        mov     cr3, eax
        mov     esi, 0xF0000
        mov     edi, WINDOW + 0xFF0
        mov     ecx, 16
        push    ds
        push    es
        pop     ds
        a32     rep movsd
        pop     ds
        note16  cx
        note    ' left, EDI '
        note32  edi
        note    13, 10
        mov     eax, [es:dword 0xF003C]
        cmp     eax, [es:dword WINDOW + 0x102C]
        jne     .differs
        note    'all were moved', 13, 10
.differs:

        ; Write protection: ring 0 writes all the same, until CR0.WP.
        mov     dword [es:dword TABLES + 0x2004], PAGES + 0x1000 + 5
        mov     eax, cr3
        mov     cr3, eax
        mov     dword [es:dword WINDOW + 0x1000], 'RING'
        note32  [es:dword PAGES + 0x1000]
        note    ' without WP', 13, 10
        mov     eax, cr0
        or      eax, WP
        mov     cr0, eax
        mov     dword [es:dword WINDOW + 0x1000], 'WITH'
        note32  [es:dword PAGES + 0x1000]
        note    ' with WP', 13, 10
        mov     eax, cr0
        and     eax, ~WP
        mov     cr0, eax

        ; Ring 3: a supervisor's page, and one that it may not write; INT 20h is the way back.
        mov     dword [es:dword TABLES + 0x2008], PAGES + 0x1000 + 3
        mov     dword [es:dword TABLES + 0x200C], PAGES + 0x1000 + 5
        mov     eax, cr3
        mov     cr3, eax
        push    dword FLAT_3
        push    dword WINDOW + 0x800    ; a stack in the first page
        push    dword CODE_3
        push    dword ring_3
        o32     retf
ring_3: mov     ax, FLAT_3
        mov     fs, ax
        mov     eax, [fs:dword WINDOW + 0x2000]
        mov     [fs:dword WINDOW + 0x3000], eax
        int     0x20

back:   mov     ax, DATA
        mov     ds, ax
        mov     ss, ax
        mov     esp, stack
        mov     ax, FLAT
        mov     es, ax
        note    'back from ring 3', 13, 10
        real
        mov     sp, stack
        xor     eax, eax
        mov     cr3, eax
        print_notes
        leave_with 0

; Accessed and dirty bits of the first page of the window.
used:   mov     eax, [es:dword TABLES + 0x2000]
        and     ax, 0x60
        note16  ax
        note    ' accessed, dirty', 13, 10
        ret

; A page fault: told, and mapped for the instruction to be done again.
page_fault:
        pushad
        push    ds
        push    es
        mov     bp, sp
        mov     ax, DATA
        mov     ds, ax
        mov     ax, FLAT
        mov     es, ax
        note    'page fault, error code '
        note32  [bp + 36]
        note    ', CR2 '
        mov     edx, cr2
        note32  edx
        note    13, 10
        sub     edx, WINDOW
        shr     edx, 12
        mov     dword [es:edx * 4 + TABLES + 0x2000], PAGES + 0x1000 + 7
        mov     eax, cr3
        mov     cr3, eax
        pop     es
        pop     ds
        popad
        add     sp, 4
        iretd

ring0_routines
        [section .data]
        align   8
        own_gdt
task:   dw      0x67, 0, 0x8900, 0
code_3: dw      0xFFFF, 0, 0xFA00, 0
flat_3: dw      0xFFFF, 0, 0xF200, 0xCF
gdt_end:
gdtr:   dw      gdt_end - gdt - 1
        dd      0
idtr:   dw      idt_end - idt - 1
        dd      0
idt:    times 14 dq 0
        gate    page_fault, 0x8E
        times 32 - 15 dq 0
        gate    back, 0xEE
idt_end:
tss:    dd      0, stack, DATA
        times 0x66 - 12 db 0
        dw      0x68
        [section .bss]
        alignb  4
        resb    1024
stack:
