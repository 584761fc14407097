; 192 million words stored to the screen of mode 13h, one by one, with LOOP.
%include "bench.inc"
        rounds  6000, 20
        mov     ax, 0x0013
        int     0x10
        push    word 0xA000
        pop     es
        xor     edx, edx
.round: xor     di, di
        mov     ax, bx
        mov     cx, 32000
.store: mov     [es:di], ax
        inc     di
        inc     di
        loop    .store
        movzx   eax, word [es:63998]
        add     edx, eax
        dec     ebx
        jnz     .round
        mov     ax, 0x0003
        int     0x10
        mov     eax, [amount]           ; n (n + 1) / 2
        lea     ecx, [eax + 1]
        imul    eax, ecx
        shr     eax, 1
        finish  'fill13', edx, eax
routines
