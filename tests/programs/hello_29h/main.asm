; INT 29h writes to the screen, whatever standard output is.
        org     0x100
start:
        mov     ax, 0x0003
        int     0x10
        mov     si, text
.next:  lodsb
        test    al, al
        jz      .end
        int     0x29
        jmp     .next
.end:   ret
text:   db      'fast', 13, 10, 'output', 0
