; Unreal mode: segments of 4 GB in real mode. Memory above 1 MB by 32-bit addresses, with interrupts and DOS in between
; and after loads of selectors, which change bases alone; and back to 64 KB, where the same access faults.
%include "ring0.inc"
        org     0x100

PLACE   equ     0x200000

start:  mov     ax, 0x250D
        mov     dx, beyond
        int     0x21
        own_tables
        based   code, 0
        based   data, 0
        call    a20

        ; ES and FS get the limit of 4 GB, DS and SS do not.
        cli
        lgdt    [gdtr]
        mov     eax, cr0
        or      al, 1
        mov     cr0, eax
        jmp     $ + 2
        mov     bx, FLAT
        mov     es, bx
        mov     fs, bx
        and     al, ~1
        mov     cr0, eax
        jmp     $ + 2
        sti
        xor     ax, ax
        mov     es, ax
        mov     ax, 0x10
        mov     fs, ax
        smsw    ax
        and     ax, 1
        hex16   ax
        say     ' PE', 13, 10

        ; Above 1 MB, by both.
        mov     dword [es:dword PLACE], 'ABOV'
        mov     eax, [fs:dword PLACE - 0x100]
        cmp     eax, 'ABOV'
        jne     wrong
        say     'the same by ES and FS', 13, 10
        cmp     dword [es:dword PLACE - 0x100000], 'ABOV'
        je      wrong
        say     'not 1 MB below', 13, 10

        ; Strings with 32-bit addresses: the text of DOS's screen, 4000 bytes, there and compared.
        mov     esi, 0xB8000
        mov     edi, PLACE + 0x1000
        mov     ecx, 1000
        cld
        push    es
        pop     fs
        a32     fs rep movsd
        hex16   cx
        say     ' left of MOVS', 13, 10
        mov     eax, [es:dword 0xB8000 + 3996]
        cmp     eax, [es:dword PLACE + 0x1000 + 3996]
        jne     wrong
        say     'copied', 13, 10

        ; Interrupts and DOS keep the limits, and so do loads of selectors.
        mov     ah, 0x30
        int     0x21
        mov     ax, [es:dword 0x46C]
.tick:  cmp     ax, [es:dword 0x46C]
        je      .tick
        push    ds
        pop     es
        xor     ax, ax
        mov     es, ax
        mov     eax, [es:dword PLACE]
        cmp     eax, 'ABOV'
        jne     wrong
        say     'still there', 13, 10
        call    faulted                 ; no fault until here

        ; DS never had it.
        mov     ebx, 0x10000
        mov     al, [ebx]

        call    faulted

        ; Back to 64 KB.
        ring0
        real
        mov     al, [es:ebx]
        call    faulted
        mov     al, [es:0xFFFF]
        call    faulted
        leave_with 0

wrong:  say     'wrong', 13, 10
        leave_with 1

; Was there a fault?
faulted:
        mov     al, [faults]
        mov     byte [faults], 0
        hex8    al
        say     ' faults', 13, 10
        ret

; Interrupt 0Dh of real mode: behind "mov al, [ebx]", with or without ES.
beyond: push    bp
        mov     bp, sp
        push    si
        push    ds
        push    cs
        pop     ds
        inc     byte [faults]
        mov     si, [bp + 2]
        add     word [bp + 2], 3
        cmp     byte [si], 0x26
        jne     .out
        inc     word [bp + 2]
.out:   pop     ds
        pop     si
        pop     bp
        iret

a20:    open_a20
        ret

routines
        [section .data]
        align   8
        own_gdt
gdt_end:
gdtr:   dw      gdt_end - gdt - 1
        dd      0
idtr:   dw      0
        dd      0
idt:
        way_back
faults: db      0
