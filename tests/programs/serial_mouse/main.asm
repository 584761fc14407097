; A driver for a serial mouse: powers it up on COM1, takes its letter, and reads three packets by IRQ 4.
        org     0x100
%include "dos.inc"
start:
        mov     ax, 0x350C
        int     0x21
        mov     [old], bx
        mov     [old + 2], es
        mov     ax, 0x250C
        mov     dx, byte_in
        int     0x21
        mov     dx, 0x3FB
        mov     al, 0x80
        out     dx, al
        mov     dx, 0x3F8
        mov     al, 96                  ; 1,200 bits a second
        out     dx, al
        inc     dx
        mov     al, 0
        out     dx, al
        mov     dx, 0x3FB
        mov     al, 2                   ; seven bits
        out     dx, al
        mov     dx, 0x3F9
        mov     al, 1                   ; the receiver's interrupt
        out     dx, al
        mov     dx, 0x3FC
        mov     al, 0x0B                ; DTR, RTS, OUT2
        out     dx, al
        in      al, 0x21
        mov     [mask], al
        and     al, 0xEF
        out     0x21, al
.wait:  hlt
        cmp     word [count], 10
        jb      .wait
        mov     al, [mask]
        out     0x21, al
        mov     dx, 0x3FC
        mov     al, 0
        out     dx, al
        push    ds
        lds     dx, [old]
        mov     ax, 0x250C
        int     0x21
        pop     ds
        mov     si, bytes
        mov     cx, 10
.show:  hex8    [si]
        say     ' '
        inc     si
        loop    .show
        newline
        leave_with 0

byte_in: push   ax
        push    bx
        push    dx
        mov     dx, 0x3F8
        in      al, dx
        mov     bx, [cs:count]
        cmp     bx, 10
        jae     .end
        mov     [cs:bytes + bx], al
        inc     word [cs:count]
.end:   mov     al, 0x20
        out     0x20, al
        pop     dx
        pop     bx
        pop     ax
        iret
routines
count:  dw      0
old:    dd      0
mask:   db      0
bytes:  times 12 db 0
