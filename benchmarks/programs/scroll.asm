; A text screen of 80 by 25 scrolled by hand, a line written below each time: 400,000 lines.
%include "bench.inc"
        rounds  400000, 1000
        mov     ax, 0x0003
        int     0x10
        cld
        push    word 0xB800
        pop     es
.line:  push    ds
        push    es
        pop     ds
        mov     si, 160
        xor     di, di
        mov     cx, 960
        rep     movsd
        mov     ax, bx
        and     al, 0x3F
        add     al, 0x20
        mov     ah, 7
        mov     cx, 80
        rep     stosw
        pop     ds
        dec     ebx
        jnz     .line
        mov     dx, [es:0]
        push    dx
        mov     ax, 0x0003
        int     0x10
        pop     dx
        movzx   edx, dx
        finish  'scroll', edx, 0x0739
routines
