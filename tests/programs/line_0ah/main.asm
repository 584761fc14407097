; Buffered input of a line, with its count and its carriage return, then the rest by 3Fh.
        org     0x100
%include "dos.inc"
start:
        mov     ah, 0x0A
        mov     dx, line
        int     0x21
        newline
        mov     al, [line + 1]
        mov     ah, 0
        number  ax
        mov     bx, ax
        say     ' '
        hex8    [line + 2 + bx]         ; 0D
        newline
        mov     byte [line + 2 + bx], '$'
        mov     dx, line + 2
        mov     ah, 0x09
        int     0x21
        newline
        leave_with 0
routines
line:   db      20, 0
        times 21 db 0xFF
