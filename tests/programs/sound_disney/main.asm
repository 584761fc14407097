; Finds a Disney Sound Source at LPT1 by its queue of 16 bytes, and plays one second of 1 kHz through it.
        org     0x100
start:
        mov     dx, 0x37A
        mov     al, 0x04
        out     dx, al
        mov     cx, 40                  ; the queue fills up ...
        mov     al, 128
.fill:  call    put
        call    full
        jnz     .filled
        loop    .fill
        jmp     none
.filled:
        cmp     cx, 40 - 15
        ja      none                    ; ... not before it holds 16
        mov     cx, 2000                ; and has room again soon
.room:  call    full
        jz      .found
        loop    .room
        jmp     none
.found:
        mov     dx, found
        mov     ah, 9
        int     0x21
        mov     cx, 7000
        xor     bx, bx
.next:  call    full
        jnz     .next
        mov     al, [sine + bx]
        call    put
        inc     bx
        cmp     bx, 7
        jb      .same
        xor     bx, bx
.same:  loop    .next
        mov     ax, 0x4C00
        int     0x21
none:   mov     ax, 0x4C01
        int     0x21
put:    push    ax
        mov     dx, 0x378
        out     dx, al
        add     dl, 2
        mov     al, 0x0C
        out     dx, al
        mov     al, 0x04
        out     dx, al
        pop     ax
        ret
full:   push    ax
        mov     dx, 0x379
        in      al, dx
        test    al, 0x40
        pop     ax
        ret
found   db      "Sound Source", 13, 10, "$"
sine    db      128, 227, 251, 183, 73, 5, 29
