; INT 6 belongs to the program: the handler skips the two bytes.
        org     0x100
%include "dos.inc"
start:
        mov     ax, 0x2506
        mov     dx, handler
        int     0x21
.bad:   db      0x0F, 0xFF
        say     'skipped', 13, 10
        leave_with 0

handler:
        push    bp
        mov     bp, sp
        add     word [bp + 2], 2
        pop     bp
        iret
routines
