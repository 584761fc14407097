; The date and time that the settings gave, the day of the week, and a date that does not exist.
        org     0x100
%include "dos.inc"
start:
        mov     ah, 0x2A
        int     0x21
        number  cx
        say     ' '
        push    ax
        mov     al, dh
        mov     ah, 0
        number  ax
        say     ' '
        mov     al, dl
        number  ax
        say     ' '
        pop     ax
        mov     ah, 0
        number  ax                      ; 0 is Sunday
        newline
        mov     ah, 0x2C
        int     0x21
        mov     al, ch
        mov     ah, 0
        number  ax
        say     ':'
        mov     al, cl
        number  ax
        newline
        mov     ah, 0x2B                ; 31 February
        mov     cx, 1996
        mov     dx, 0x021F
        int     0x21
        hex8    al                      ; FF
        newline
        mov     ah, 0x2B                ; 29 February in a leap year
        mov     dx, 0x021D
        int     0x21
        hex8    al                      ; 00
        mov     ah, 0x2A
        int     0x21
        mov     ah, 0
        newline
        number  ax                      ; 4, a Thursday
        say     ' '
        hex16   dx
        newline
        leave_with 0
routines
