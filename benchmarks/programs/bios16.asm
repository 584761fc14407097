; INT 16h/01h (is a key there?) 20 million times.
%include "bench.inc"
        rounds  20000000, 20000
        xor     esi, esi
.round: mov     ah, 0x01
        int     0x16
        jnz     .key
        inc     esi
.key:   dec     ebx
        jnz     .round
        finish  'bios16', esi, dword [amount]
routines
