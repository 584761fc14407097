; Never ends: --seconds stops it.
        org     0x100
start:
        mov     dx, text
        mov     ah, 0x09
        int     0x21
        jmp     $
text:   db      'and on', 13, 10, '$'
