; 20 million reads of the VGA's input status register (3DAh), as programs do that wait for the retrace.
%include "bench.inc"
        rounds  20000000, 200000
        xor     si, si                  ; every bit seen set
        mov     di, 0xFFFF              ; every bit seen set always
        mov     dx, 0x3DA
.round: in      al, dx
        or      si, ax
        and     di, ax
        dec     ebx
        jnz     .round
        not     di
        and     si, di
        and     si, 8                   ; the vertical retrace came and went
        movzx   esi, si
        finish  'portin', esi, 8
routines
