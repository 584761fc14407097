; Whole screens of mode 13h copied from a buffer with REP MOVSD: 12,800 million bytes.
%include "bench.inc"
        rounds  200000, 50
        mov     ax, 0x0013
        int     0x10
        mov     ax, cs
        add     ax, 0x1000
        mov     es, ax
        cld
        xor     di, di
        mov     cx, 32000
        mov     ax, 0x0201
        rep     stosw
        push    ds
        push    es
        pop     ds
        push    word 0xA000
        pop     es
.round: mov     [0], bl
        xor     si, si
        xor     di, di
        mov     cx, 16000
        rep     movsd
        dec     ebx
        jnz     .round
        pop     ds
        mov     edx, [es:63996]
        mov     al, [es:0]              ; the last round's number, 1
        sub     al, 1
        movzx   eax, al
        add     edx, eax
        mov     ax, 0x0003
        push    edx
        int     0x10
        pop     edx
        finish  'copy13', edx, 0x02010201
routines
