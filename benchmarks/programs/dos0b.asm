; INT 21h/0Bh (is a character there?) 5 million times, as programs do that run until a key is pressed.
%include "bench.inc"
        rounds  5000000, 20000
        xor     esi, esi
.round: mov     ah, 0x0B
        int     0x21
        cmp     al, 1                   ; carry: none there
        adc     esi, 0
        dec     ebx
        jnz     .round
        finish  'dos0b', esi, dword [amount]
routines
