; Pixels of mode 12h by write mode 2 and a bit mask that is set for each: 20 million.
%include "bench.inc"
%include "planar.inc"
        rounds  10000, 51
        planes  0x12
        mov     dx, 0x3CE
        mov     ax, 0x0205
        out     dx, ax
.round: mov     ax, 0x8008
        xor     di, di
        mov     cx, 2048
.pixel: out     dx, ax
        test    byte [es:di], 0xFF      ; into the latches
        mov     [es:di], bl
        ror     ah, 1
        adc     di, 0
        loop    .pixel
        dec     ebx
        jnz     .round
        mov     ax, 0xFF08
        out     dx, ax
        total   'pixel2', 0xFF00
routines
