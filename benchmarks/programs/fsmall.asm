; Small blocks of an open file: 200,000 times seek, write 16 bytes, seek, read them back.
; The places are spread over 64 KB; what is read must be what was written.
%include "bench.inc"
%include "files.inc"
        rounds  200000, 500
        mov     dx, name
        xor     cx, cx
        dos     0x3C
        mov     di, ax
        xor     esi, esi                ; rounds that went well
.round: imul    eax, ebx, 40503
        shr     eax, 4
        and     ax, 0xFFF0
        mov     bp, ax                  ; where
        push    ebx
        mov     [block], ebx
        mov     [block + 12], ebx
        mov     bx, di
        xor     cx, cx
        mov     dx, bp
        mov     al, 0
        dos     0x42
        mov     cx, 16
        mov     dx, block
        dos     0x40
        xor     cx, cx
        mov     dx, bp
        mov     al, 0
        dos     0x42
        mov     cx, 16
        mov     dx, back
        dos     0x3F
        pop     ebx
        cmp     [back], ebx
        jne     .wrong
        cmp     [back + 12], ebx
        jne     .wrong
        inc     esi
.wrong: dec     ebx
        jnz     .round
        mov     bx, di
        dos     0x3E
        mov     dx, name
        dos     0x41
        finish  'fsmall', esi, dword [amount]
file_routines
routines
name:   db      'SMALL.DAT', 0
block:  times 16 db 0
back:   times 16 db 0
