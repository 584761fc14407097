; One second of 1 kHz on the speaker, by counter 2 and port 61h.
        org     0x100
start:
        mov     al, 0xB6
        out     0x43, al
        mov     ax, 1193                ; 1193182 / 1000
        out     0x42, al
        mov     al, ah
        out     0x42, al
        in      al, 0x61
        or      al, 3
        out     0x61, al
        mov     ah, 0x86
        mov     cx, 1000000 >> 16
        mov     dx, 1000000 & 0xFFFF
        int     0x15
        in      al, 0x61
        and     al, 0xFC
        out     0x61, al
        mov     ax, 0x4C00
        int     0x21
