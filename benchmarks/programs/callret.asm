; 120 million near calls and returns, half of them one deeper than the others.
%include "bench.inc"
        rounds  60000000, 80000
        xor     esi, esi
.round: call    outer
        dec     ebx
        jnz     .round
        mov     eax, [amount]
        add     eax, eax
        finish  'callret', esi, eax
outer:  inc     esi
        call    inner
        ret
inner:  inc     esi
        ret
routines
