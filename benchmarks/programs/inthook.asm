; INT 60h, hooked by a handler that counts and returns, 40 million times.
%include "bench.inc"
        rounds  40000000, 80000
        mov     ax, 0x2560
        mov     dx, handler
        int     0x21
        xor     esi, esi
.round: int     0x60
        dec     ebx
        jnz     .round
        finish  'inthook', esi, dword [amount]
handler:
        inc     esi
        iret
routines
