; What a program finds in its PSP, and that 51h and 62h name it.
        org     0x100
%include "dos.inc"
start:
        hex16   word [0]                     ; INT 20h
        say     ' '
        hex8    [5]                     ; a far call to DOS
        say     ' '
        hex16   word [0x32]                  ; handles
        newline
        mov     ah, 0x62
        int     0x21
        mov     ax, cs
        sub     ax, bx
        hex16   ax
        say     ' '
        mov     ah, 0x51
        int     0x21
        mov     ax, cs
        sub     ax, bx
        hex16   ax
        newline
        mov     ax, ss                  ; a COM program has one segment, and a zero on its stack
        mov     bx, cs
        sub     ax, bx
        hex16   ax
        say     ' '
        hex16   sp
        say     ' '
        mov     bp, sp
        hex16   word [bp]
        newline
        mov     ax, cs                  ; the block's header lies before the PSP: owner, and the last block's Z
        dec     ax
        mov     es, ax
        mov     dl, [es:0]
        mov     ah, 0x02
        int     0x21
        mov     ax, [es:1]
        mov     bx, cs
        sub     ax, bx
        hex16   ax
        say     ' '
        mov     ax, [es:3]
        add     ax, bx
        sub     ax, [2]                 ; top of memory
        hex16   ax
        newline
        mov     es, [0x2C]              ; the environment's owner is the program
        mov     ax, es
        dec     ax
        mov     es, ax
        mov     ax, [es:1]
        sub     ax, bx
        hex16   ax
        newline
        int     0x12
        shl     ax, 6
        sub     ax, [2]
        hex16   ax
        newline
        leave_with 0
routines
