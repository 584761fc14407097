; Speeds the timer up fourfold, counts every tick in INT 8 and chains each fourth: the BIOS clock keeps its pace.
        org     0x100
%include "dos.inc"
start:
        mov     ax, 0x3508
        int     0x21
        mov     [old], bx
        mov     [old + 2], es
        mov     ax, 0
        mov     es, ax
        cli
        mov     ax, 0x2508
        mov     dx, tick
        int     0x21
        mov     al, 0x36                ; counter 0, mode 3, 16384
        out     0x43, al
        mov     al, 0
        out     0x40, al
        mov     al, 0x40
        out     0x40, al
        mov     bx, [es:0x46C]
        sti
.wait:  hlt
        cmp     word [ticks], 40
        jb      .wait
        cli
        mov     cx, [es:0x46C]
        mov     al, 0x36
        out     0x43, al
        mov     al, 0
        out     0x40, al
        out     0x40, al
        push    ds
        lds     dx, [old]
        mov     ax, 0x2508
        int     0x21
        pop     ds
        sti
        sub     cx, bx
        number  word [ticks]            ; 40
        newline
        number  cx                      ; 10
        newline
        leave_with 0

tick:   push    ax
        inc     word [cs:ticks]
        test    byte [cs:ticks], 3
        jz      .chain
        mov     al, 0x20
        out     0x20, al
        pop     ax
        iret
.chain: pop     ax
        jmp     far [cs:old]
routines
ticks:  dw      0
old:    dd      0
