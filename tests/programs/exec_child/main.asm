; Runs itself as a child with an argument; the child ends with 7 and the parent reads that with 4Dh.
        org     0x100
%include "dos.inc"
start:
        cmp     byte [0x80], 0
        jne     child
        keep_4_kb
        own_block
        say     'parent', 13, 10
        run_self
        mov     ah, 0x4D
        int     0x21
        must
        hex16   ax                      ; 0007: ended by itself, errorlevel 7
        newline
        mov     dx, nobody
        mov     bx, block
        mov     ax, 0x4B00
        int     0x21
        hex16   ax                      ; 0002
        newline
        leave_with 3

child:  say     'child', 13, 10
        mov     si, 0x82
.tail:  lodsb
        cmp     al, 13
        je      .end
        mov     dl, al
        mov     ah, 0x02
        int     0x21
        jmp     .tail
.end:   newline
        leave_with 7
routines
me:     db      'MAIN.COM', 0
nobody: db      'NOBODY.EXE', 0
tail:   db      9, ' argument', 13
block:  dw      0, tail, 0, 0x5C, 0, 0x6C, 0
