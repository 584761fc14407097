; ^C without a handler ends the program; DOS shows ^C.
        org     0x100
start:
        mov     ah, 0x08
        int     0x21
        mov     ax, 0x4C05
        int     0x21
