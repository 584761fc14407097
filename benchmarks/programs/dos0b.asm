; INT 21h/0Bh (is a character there?) 5 million times, as programs do that run until a key is pressed.
; The answer depends on what standard input is; it has to stay what it was.
%include "bench.inc"
        rounds  5000000, 20000
        xor     esi, esi
        mov     ah, 0x0B
        int     0x21
        mov     cl, al
.round: mov     ah, 0x0B
        int     0x21
        cmp     al, cl
        jne     .other
        inc     esi
.other: dec     ebx
        jnz     .round
        finish  'dos0b', esi, dword [amount]
routines
