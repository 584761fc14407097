; 4Ch hands AL to the caller.
        org     0x100
start:
        mov     ax, 0x4C2A
        int     0x21
