; The same word by the calls that can be redirected, then the end by a near return to PSP:0000.
        org     0x100
start:
        mov     ah, 0x40                ; a handle
        mov     bx, 1
        mov     cx, 5
        mov     dx, word_
        int     0x21
        push    ax                      ; what was written
        mov     si, word_
.each:  lodsb
        test    al, al
        jz      .end
        mov     dl, al
        mov     ah, 0x02                ; one character
        int     0x21
        mov     ah, 0x06                ; direct console
        int     0x21
        jmp     .each
.end:   pop     dx
        add     dl, '0'
        mov     ah, 0x02
        int     0x21                    ; 5
        mov     ah, 0x40                ; standard error is not standard output
        mov     bx, 2
        mov     cx, 5
        mov     dx, word_
        int     0x21
        ret
word_:  db      'Hello', 0
