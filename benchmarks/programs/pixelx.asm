; Mode X, pixel by pixel, the plane chosen before each: 30 million.
%include "bench.inc"
%include "planar.inc"
        rounds  1000, 5
        planes  0x13
        unchain
        mov     dx, 0x3C4
.round: mov     ax, 0x1102
        xor     di, di
        mov     cx, 30000
.pixel: out     dx, ax
        mov     [es:di], bl
        rol     ah, 1
        adc     di, 0
        loop    .pixel
        dec     ebx
        jnz     .round
        total   'pixelx', 256
routines
