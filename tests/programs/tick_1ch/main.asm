; Hooks INT 1Ch, waits for five ticks with HLT, and puts the vector back.
        org     0x100
%include "dos.inc"
start:
        mov     ax, 0x351C
        int     0x21
        mov     [old], bx
        mov     [old + 2], es
        mov     ax, 0x251C
        mov     dx, tick
        int     0x21
.wait:  hlt
        cmp     word [ticks], 5
        jb      .wait
        push    ds
        lds     dx, [old]
        mov     ax, 0x251C
        int     0x21
        pop     ds
        number  word [ticks]
        newline
        leave_with 0

tick:   inc     word [cs:ticks]
        iret
routines
ticks:  dw      0
old:    dd      0
