; Create a file, write a block, close it and delete it: 10,000 times.
%include "bench.inc"
%include "files.inc"
        rounds  10000, 50
        xor     esi, esi
.round: push    ebx
        mov     dx, name
        xor     cx, cx
        dos     0x3C
        mov     bx, ax
        mov     dx, name
        mov     cx, 64
        dos     0x40
        dos     0x3E
        mov     dx, name
        dos     0x41
        inc     esi
        pop     ebx
        dec     ebx
        jnz     .round
        finish  'fcreate', esi, dword [amount]
file_routines
routines
name:   db      'CREATED.DAT', 0
