; Reads standard input in odd chunks until the end of file, writes it with its letters in upper case.
        org     0x100
start:
next:   mov     ah, 0x3F
        xor     bx, bx
        mov     cx, 7
        mov     dx, buffer
        int     0x21
        jc      wrong
        test    ax, ax
        jz      done
        mov     cx, ax
        mov     si, dx
.each:  cmp     byte [si], 'a'
        jb      .keep
        cmp     byte [si], 'z'
        ja      .keep
        sub     byte [si], 32
.keep:  inc     si
        loop    .each
        mov     cx, ax
        mov     ah, 0x40
        mov     bx, 1
        int     0x21
        jnc     next
wrong:  mov     ax, 0x4C01
        int     0x21
done:   mov     ax, 0x4C00
        int     0x21
buffer: times 7 db 0
