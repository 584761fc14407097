; A child inherits a redirected standard output and the end of its tail; the parent's handle is its own again.
        org     0x100
%include "dos.inc"
start:
        cmp     byte [0x80], 0
        jne     child
        keep_4_kb
        own_block
        to_file name
        say     'before', 13, 10
        run_self
        say     'after', 13, 10
        mov     bx, [saved]
        mov     cx, 1
        mov     ah, 0x46
        int     0x21
        must
        mov     ah, 0x4D
        int     0x21
        hex16   ax                      ; 0000
        newline
        leave_with 0

child:  say     'child', 13, 10
        mov     ah, 0x3E                ; the child's handle only
        mov     bx, 1
        int     0x21
        leave_with 0
routines
me:     db      'MAIN.COM', 0
tail:   db      2, ' c', 13
name:   db      'FILE.TXT', 0
block:  dw      0, tail, 0, 0x5C, 0, 0x6C, 0
saved:  dw      0
