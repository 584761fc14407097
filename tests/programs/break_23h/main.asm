; ^C at a read from the keyboard: INT 23h is called, its IRET lets the read go on, and then x ends the program.
        org     0x100
%include "dos.inc"
start:
        mov     ax, 0x2523
        mov     dx, broken
        int     0x21
.read:  mov     ah, 0x08
        int     0x21
        cmp     al, 'x'
        jne     .read
        number  word [breaks]
        newline
        leave_with 0

broken: inc     word [cs:breaks]
        iret
routines
breaks: dw      0
