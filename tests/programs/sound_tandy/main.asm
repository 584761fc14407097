; One second of 1 kHz on the three-voice chip of a Tandy: tone 0 loudest, all else off.
        org     0x100
start:
        mov     si, on
        mov     cx, 6
        call    write
        mov     ah, 0x86
        mov     cx, 1000000 >> 16
        mov     dx, 1000000 & 0xFFFF
        int     0x15
        mov     si, off
        mov     cx, 1
        call    write
        mov     ax, 0x4C00
        int     0x21
write:  lodsb
        out     0xC0, al
        loop    write
        ret
on      db      0x8F & ~0xF | (112 & 15), 112 >> 4, 0xBF, 0xDF, 0xFF, 0x90      ; 3579545 / 32 / 112 = 999 Hz
off     db      0x9F
