; One second of a 1165 Hz sine on the speaker by pulse widths: counter 2 as a one-shot, loaded 18,643 times a second.
        org     0x100
%include "timer.inc"
start:
        mov     al, 0x90                ; counter 2, low byte, mode 0
        out     0x43, al
        in      al, 0x61
        or      al, 3
        out     0x61, al
        on_timer 64, sample, 18643
        in      al, 0x61
        and     al, 0xFC
        out     0x61, al
        mov     ax, 0x4C00
        int     0x21
sample: mov     al, [cs:sine + si]
        inc     si
        and     si, 15
        out     0x42, al
        ret
sine    db      32, 43, 52, 58, 60, 58, 52, 43, 32, 21, 12, 6, 4, 6, 12, 21
