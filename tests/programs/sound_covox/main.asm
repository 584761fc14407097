; One second of 1 kHz on a Covox at LPT1: 8000 samples a second, written by the timer's interrupt.
        org     0x100
%include "timer.inc"
start:
        on_timer 149, sample, 8008
        mov     ax, 0x4C00
        int     0x21
sample: mov     al, [cs:sine + si]
        inc     si
        and     si, 7
        mov     dx, 0x378
        out     dx, al
        ret
sine    db      128, 217, 254, 217, 128, 39, 2, 39
