; Runs into what is no instruction, with nobody to handle INT 6.
        org     0x100
start:
        mov     dx, text
        mov     ah, 0x09
        int     0x21
        db      0x0F, 0xFF
        mov     ax, 0x4C00
        int     0x21
text:   db      'before', 13, 10, '$'
