; Standard output into a file by 45h and 46h, and back.
        org     0x100
%include "dos.inc"
start:
        say     'one', 13, 10
        to_file name
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
