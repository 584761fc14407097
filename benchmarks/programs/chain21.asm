; INT 21h/0Bh through a handler that counts and chains to DOS, as resident programs do, 2 million times.
%include "bench.inc"
        rounds  2000000, 10000
        mov     ax, 0x3521
        int     0x21
        mov     [old], bx
        mov     [old + 2], es
        mov     ax, 0x2521
        mov     dx, handler
        int     0x21
        xor     esi, esi
        mov     ebx, [amount]
.round: mov     ah, 0x0B
        int     0x21
        dec     ebx
        jnz     .round
        mov     edi, esi
        mov     ax, 0x2521
        lds     dx, [old]
        int     0x21
        push    cs
        pop     ds
        finish  'chain21', edi, dword [amount]
handler:
        inc     esi
        jmp     far [cs:old]
routines
old:    dd      0
