; Words stored to all four planes of mode 12h with REP STOSW: 1,230 million bytes' worth of addresses.
%include "bench.inc"
%include "planar.inc"
        rounds  32000, 20
        planes  0x12
        cld
.round: xor     di, di
        mov     ax, bx
        mov     ah, al
        mov     cx, 19200
        rep     stosw
        dec     ebx
        jnz     .round
        total   'planes4', 256
routines
