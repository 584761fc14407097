; Escape sequences of ANSI.SYS by 09h, 40h and INT 29h: positions, erasing, a colour that reads back, a cursor report.
        org     0x100
%include "dos.inc"
start:
        mov     ax, 0x0003
        int     0x10
        mov     ah, 0x09
        mov     dx, first
        int     0x21
        mov     ah, 0x40
        mov     bx, 1
        mov     cx, second_end - second
        mov     dx, second
        int     0x21
        mov     si, third
.each:  lodsb
        test    al, al
        jz      .colour
        int     0x29
        jmp     .each
.colour:
        mov     ah, 0x02                ; the attribute of the word that was shown in colours
        mov     bh, 0
        mov     dx, 0x0400
        int     0x10
        mov     ah, 0x08
        int     0x10
        mov     [attribute], ah
        mov     ah, 0x09
        mov     dx, report
        int     0x21
        mov     si, 0
.key:   mov     ah, 0x07                ; ESC [ 0 8 ; 0 5 R, and a CR
        int     0x21
        mov     [answer + si], al
        inc     si
        cmp     al, 13
        jne     .key
        mov     byte [answer], '.'      ; not the ESC again
        mov     byte [answer + si - 1], '$'
        mov     ah, 0x09
        mov     dx, answer
        int     0x21
        say     13, 10, 'colours '
        hex8    [attribute]
        leave_with 0
        routines
section .data
first:  db      27, '[2J', 'gone', 27, '[2J', 27, '[2;5Htwo five', 27, '[s', 27, '[3;1Hthree', 27, '[u!', '$'
second: db      27, '[5;1H', 27, '[1;33;44mcolours', 27, '[0m and 123456', 27, '[6D', 27, '[K'
second_end:
third:  db      27, '[7;3H', 27, '[2Aabove', 27, '[3B', 27, '[5Dbelow', 0
report: db      27, '[8;5H', 27, '[6n$'
attribute: db   0
answer: times 20 db 0
