; Standard output into a file by 45h and 46h, and back.
        org     0x100
%include "dos.inc"
start:
        say     'one', 13, 10
        mov     ah, 0x45
        mov     bx, 1
        int     0x21
        must
        mov     [saved], ax
        mov     ah, 0x3C
        xor     cx, cx
        mov     dx, name
        int     0x21
        must
        mov     bx, ax
        mov     cx, 1
        mov     ah, 0x46
        int     0x21
        must
        mov     ah, 0x3E
        int     0x21
        must
        say     'two', 13, 10
        mov     bx, [saved]
        mov     cx, 1
        mov     ah, 0x46
        int     0x21
        must
        say     'three', 13, 10
        leave_with 0
routines
name:   db      'FILE.TXT', 0
saved:  dw      0
