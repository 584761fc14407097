; Stores of bytes to one plane of mode 12h, write mode 0, one by one with LOOP: 154 million.
%include "bench.inc"
%include "planar.inc"
        rounds  4000, 20
        planes  0x12
        mov     dx, 0x3C4
        mov     ax, 0x0102
        out     dx, ax
.round: xor     di, di
        mov     cx, 38400
.store: mov     [es:di], bl
        inc     di
        loop    .store
        dec     ebx
        jnz     .round
        total   'plane1', 256
routines
