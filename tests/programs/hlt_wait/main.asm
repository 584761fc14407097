; Waits one second of the BIOS clock with HLT: 18 or 19 ticks, and less than a thousand wake-ups.
        org     0x100
%include "dos.inc"
start:
        mov     ax, 0x40
        mov     es, ax
        mov     bx, [es:0x6C]
        xor     cx, cx
.wait:  hlt
        inc     cx
        mov     ax, [es:0x6C]
        sub     ax, bx
        cmp     ax, 18
        jb      .wait
        number  ax
        newline
        cmp     cx, 1000
        ja      .bad
        leave_with 0
.bad:   leave_with 1
routines
