; 640 million pushes and pops.
%include "bench.inc"
        rounds  40000000, 40000
        xor     esi, esi
        mov     eax, 1
        xor     ecx, ecx
        xor     edx, edx
        mov     di, 1
.round: push    ax
        push    si
        push    cx
        push    di
        pop     cx                      ; 1
        pop     dx
        pop     si
        pop     di                      ; AX
        push    bp
        push    di
        push    dx
        push    cx
        pop     di
        pop     cx
        pop     dx
        pop     bp
        add     esi, eax
        dec     ebx
        jnz     .round
        finish  'pushpop', esi, dword [amount]
routines
