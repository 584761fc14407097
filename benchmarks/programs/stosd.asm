; 1,440 million double words stored by REP STOSD, 60 KB at a time.
%include "bench.inc"
COUNT   equ     15000
        rounds  96000, 20
        cld
        mov     ax, cs
        add     ax, 0x1000              ; the 64 KB behind our own
        mov     es, ax
        xor     edx, edx
.round: mov     eax, ebx
        xor     di, di
        mov     cx, COUNT
        rep     stosd
        add     edx, [es:(COUNT - 1) * 4]
        dec     ebx
        jnz     .round
        mov     eax, [amount]           ; n (n + 1) / 2
        lea     ecx, [eax + 1]
        imul    eax, ecx
        shr     eax, 1
        finish  'stosd', edx, eax
routines
