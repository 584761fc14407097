; Exclusive or onto all planes of mode 12h: read and write of each address, function select 3: 77 million.
%include "bench.inc"
%include "planar.inc"
        rounds  2000, 20
        planes  0x12
        mov     dx, 0x3CE
        mov     ax, 0x1803
        out     dx, ax
        mov     al, 0x55
.round: xor     di, di
        mov     cx, 38400
.byte:  mov     ah, [es:di]
        mov     [es:di], al
        inc     di
        loop    .byte
        dec     ebx
        jnz     .round
        mov     ax, 0x0003
        out     dx, ax
        total   'raster', 0
routines
