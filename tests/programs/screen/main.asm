; Text by the BIOS at cursor positions, by direct writes to B800, a scrolled window, and the cursor read back.
        org     0x100
start:
        mov     ax, 0x0003
        int     0x10
        mov     dx, 0x0205              ; row 2, column 5
        call    goto
        mov     si, bios
.each:  lodsb
        test    al, al
        jz      .direct
        mov     ah, 0x0E
        mov     bx, 7
        int     0x10
        jmp     .each
.direct:
        mov     ax, 0xB800
        mov     es, ax
        mov     di, (4 * 80 + 10) * 2
        mov     si, memory
        mov     ah, 0x1E
.next:  lodsb
        test    al, al
        jz      .block
        stosw
        jmp     .next
.block: mov     dx, 0x0600              ; 5 stars by 09h leave the cursor
        call    goto
        mov     ax, 0x092A
        mov     bx, 0x000A
        mov     cx, 5
        int     0x10
        mov     ah, 0x03
        mov     bh, 0
        int     0x10
        cmp     dx, 0x0600
        jne     bad
        mov     ah, 0x08                ; read the star back
        int     0x10
        cmp     ax, 0x0A2A
        jne     bad
        mov     dx, 0x0900              ; two lines, the window scrolled up by one
        call    goto
        mov     ax, 0x0931
        mov     bx, 7
        mov     cx, 3
        int     0x10
        mov     dx, 0x0A00
        call    goto
        mov     ax, 0x0932
        mov     bx, 7
        mov     cx, 3
        int     0x10
        mov     ax, 0x0601
        mov     bh, 0x07
        mov     cx, 0x0900
        mov     dx, 0x0A01
        int     0x10
        mov     dx, 0x0C00
        call    goto
        mov     ax, 0x4C00
        int     0x21
bad:    mov     ax, 0x4C01
        int     0x21
goto:   mov     ah, 0x02
        mov     bh, 0
        int     0x10
        ret
bios:   db      'teletype', 13, 10, 'next line', 0
memory: db      'direct', 0
