; A client without handlers that faults ends with exit status 255 like any program nobody catches, its parent goes on.
; The program starts itself as a child, which is a client and faults; the parent is one too.
%include "dpmi.inc"
        org     0x100

start:  mov     sp, 0xFF00
        cmp     byte [0x80], 0
        jne     child
        to_protected 32
        say     'parent', 13, 10
        mov     [tail_at + 4], ds
        mov     [block + 12], ds
        mov     [block + 20], ds
        mov     ebx, block
        mov     edx, name
        mov     ax, 0x4B00
        int     0x21
        check   'EXEC', nc
        mov     ah, 0x4D
        int     0x21
        cmp     al, 255
        check   'exit status', e
        mov     ax, 0x0400
        int     0x31
        check   'still a client', nc
        leave_with 9

child:  to_protected 16
        say     'child', 13, 10
        mov     ax, 0x1234
        mov     ds, ax
        say     'not here', 13, 10
        leave_with 1

dpmi_routines
        [section .data]
name:   db      'MAIN.COM', 0
tail:   db      2, ' x', 13
; 32-bit programs: a selector, then pointers of 48 bits.
block:
tail_at:
        dd      tail, 0
        dd      0x5C, 0
        dd      0x6C, 0
