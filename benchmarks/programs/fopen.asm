; Open a file, read a byte, close it: 50,000 times.
%include "bench.inc"
%include "files.inc"
        rounds  50000, 200
        mov     dx, name
        xor     cx, cx
        dos     0x3C
        mov     bx, ax
        mov     dx, one
        mov     cx, 1
        dos     0x40
        dos     0x3E
        mov     ebx, [amount]
        xor     esi, esi
.round: push    ebx
        mov     dx, name
        mov     al, 0
        dos     0x3D
        mov     bx, ax
        mov     dx, back
        mov     cx, 1
        dos     0x3F
        movzx   eax, byte [back]
        add     esi, eax
        dos     0x3E
        pop     ebx
        dec     ebx
        jnz     .round
        mov     dx, name
        dos     0x41
        finish  'fopen', esi, dword [amount]
file_routines
routines
name:   db      'OPEN.DAT', 0
one:    db      1
back:   db      0
