; Empties the input as C programs do before they ask ("while a key waits, read it"). The end of a file must end
; the loop: DOS says of a file at its end that no character is there.
        org     100h

next:   mov     ah, 0Bh
        int     21h
        test    al, al
        jz      empty
        mov     ah, 07h
        int     21h
        cmp     al, 1Ah                 ; what reads at the end give
        je      next
        mov     dl, al
        mov     ah, 02h
        int     21h
        jmp     next
empty:  mov     dl, '.'
        mov     ah, 02h
        int     21h
        mov     ax, 4C00h
        int     21h
