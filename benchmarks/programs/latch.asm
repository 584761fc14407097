; Copies within mode 12h through the latches (write mode 1) with REP MOVSB: 1,150 million addresses.
%include "bench.inc"
%include "planar.inc"
        rounds  30000, 20
        planes  0x12
        cld
        mov     byte [es:38399], 1
        mov     di, 19200
        mov     cx, 256
        mov     al, 1
        rep     stosb
        mov     dx, 0x3CE
        mov     ax, 0x0105
        out     dx, ax
        push    ds
        push    es
        pop     ds
.round: mov     si, 19200
        xor     di, di
        mov     cx, 19200
        rep     movsb
        mov     si, 19200
        xor     di, di
        mov     cx, 19200
        rep     movsb
        dec     ebx
        jnz     .round
        pop     ds
        total   'latch', 256
routines
