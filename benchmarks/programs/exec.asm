; EXEC of a small program that ends at once with an exit code: 200,000 times.
%include "bench.inc"
%include "files.inc"
        rounds  200000, 20
        mov     bx, 0x1000
        dos     0x4A                    ; room for children
        mov     dx, child
        xor     cx, cx
        dos     0x3C
        mov     bx, ax
        mov     dx, code
        mov     cx, code_end - code
        dos     0x40
        dos     0x3E
        mov     [tail_at + 2], ds
        mov     [fcb1_at + 2], ds
        mov     [fcb2_at + 2], ds
        mov     ebx, [amount]
        xor     esi, esi
.round: push    ebx
        push    esi
        mov     dx, child
        mov     bx, block
        mov     al, 0
        dos     0x4B
        dos     0x4D
        pop     esi
        pop     ebx
        movzx   eax, al
        add     esi, eax
        dec     ebx
        jnz     .round
        mov     dx, child
        dos     0x41
        imul    edi, [amount], 3
        finish  'exec', esi, edi
code:   mov     ax, 0x4C03
        int     0x21
code_end:
file_routines
routines
child:  db      'CHILD.COM', 0
block:  dw      0
tail_at: dw     tail, 0
fcb1_at: dw     0x5C, 0
fcb2_at: dw     0x6C, 0
tail:   db      0, 13
