; Takes the keyboard over: INT 9 reads port 60h, and the scan codes of A and of the up arrow are shown.
        org     0x100
%include "dos.inc"
start:
        mov     ax, 0x3509
        int     0x21
        mov     [old], bx
        mov     [old + 2], es
        mov     ax, 0x2509
        mov     dx, key
        int     0x21
.wait:  hlt
        cmp     word [count], 6
        jb      .wait
        push    ds
        lds     dx, [old]
        mov     ax, 0x2509
        int     0x21
        pop     ds
        mov     cx, 6
        mov     si, codes
.show:  lodsb
        hex8    al
        say     ' '
        loop    .show
        newline
        leave_with 0

key:    push    ax
        push    bx
        in      al, 0x60
        mov     bx, [cs:count]
        mov     [cs:codes + bx], al
        inc     word [cs:count]
        in      al, 0x61                ; acknowledge, as on a PC/XT
        mov     ah, al
        or      al, 0x80
        out     0x61, al
        mov     al, ah
        out     0x61, al
        mov     al, 0x20
        out     0x20, al
        pop     bx
        pop     ax
        iret
routines
old:    dd      0
count:  dw      0
codes:  times 64 db 0
