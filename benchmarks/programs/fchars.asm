; Characters by INT 21h/02h to standard output, which is a file: 5 million.
%include "bench.inc"
%include "files.inc"
        rounds  5000000, 1000
        mov     bx, 1
        dos     0x45
        mov     bp, ax                  ; standard output as it was
        mov     dx, name
        xor     cx, cx
        dos     0x3C
        mov     di, ax
        mov     bx, di
        mov     cx, 1
        dos     0x46
        mov     esi, [amount]
.char:  mov     dl, 'x'
        mov     ah, 0x02
        int     0x21
        dec     esi
        jnz     .char
        mov     bx, di                  ; how long has the file become?
        xor     cx, cx
        xor     dx, dx
        mov     al, 2
        dos     0x42
        shl     edx, 16
        mov     dx, ax
        mov     esi, edx
        mov     bx, di
        dos     0x3E
        mov     bx, bp
        mov     cx, 1
        dos     0x46
        mov     dx, name
        dos     0x41
        finish  'fchars', esi, dword [amount]
file_routines
routines
name:   db      'CHARS.DAT', 0
