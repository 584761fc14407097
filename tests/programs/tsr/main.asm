; A child stays resident with a handler for INT 60h; the parent learns so from 4Dh and calls it.
        org     0x100
%include "dos.inc"
start:
        cmp     byte [0x80], 0
        jne     resident
        keep_4_kb
        own_block
        run_self
        mov     ah, 0x4D
        int     0x21
        hex16   ax                      ; 0309: resident, errorlevel 9
        newline
        mov     ax, 5
        int     0x60
        number  ax                      ; 42
        newline
        int     0x60
        number  ax                      ; 79
        newline
        leave_with 0

resident:
        mov     ax, 0x2560
        mov     dx, handler
        int     0x21
        mov     ax, 0x3109
        mov     dx, 0x100
        int     0x21

handler:
        add     ax, 37
        iret
routines
me:     db      'MAIN.COM', 0
tail:   db      2, ' r', 13
block:  dw      0, tail, 0, 0x5C, 0, 0x6C, 0
