; Mode X, full screens plane by plane with REP STOSD: 1,920 million pixels.
%include "bench.inc"
%include "planar.inc"
        rounds  30000, 40
        planes  0x13
        unchain
        cld
        mov     dx, 0x3C4
.round: mov     ax, 0x0102
.plane: out     dx, ax
        push    ax
        xor     di, di
        movzx   eax, bl
        imul    eax, eax, 0x01010101
        mov     cx, 4000
        rep     stosd
        pop     ax
        shl     ah, 1
        cmp     ah, 0x10
        jne     .plane
        dec     ebx
        jnz     .round
        total   'modex', 256
routines
