; Memory blocks: shrink, allocate, grow in place, fail with the largest size, free, and the chain stays whole.
        org     0x100
%include "dos.inc"
start:
        mov     sp, 0xFFE
        mov     ah, 0x4A                ; 4 KB are enough
        mov     bx, 0x100               ; 4 KB
        int     0x21
        must
        mov     ah, 0x48
        mov     bx, 0x10
        int     0x21
        must
        mov     [first], ax
        mov     ah, 0x48
        mov     bx, 0x20
        int     0x21
        must
        mov     [second], ax
        sub     ax, [first]
        hex16   ax                      ; 0011: the header lies between
        newline
        mov     es, [first]
        mov     ah, 0x4A
        mov     bx, 0x11                ; no room
        int     0x21
        hex16   ax                      ; 0008
        say     ' '
        hex16   bx                      ; 0010
        newline
        mov     es, [second]
        mov     ah, 0x4A
        mov     bx, 0x200               ; room
        int     0x21
        must
        mov     es, [first]
        mov     ah, 0x49
        int     0x21
        must
        mov     ah, 0x48                ; the hole is found again
        mov     bx, 0x10
        int     0x21
        must
        sub     ax, [first]
        hex16   ax
        newline
        mov     ah, 0x48
        mov     bx, 0xFFFF
        int     0x21
        hex16   ax                      ; 0008
        newline
        mov     ah, 0x48                ; what it said is there
        int     0x21
        must
        mov     ax, 0x1234
        mov     es, ax
        mov     ah, 0x49
        int     0x21
        hex16   ax                      ; 0009
        newline
        leave_with 0
routines
first:  dw      0
second: dw      0
