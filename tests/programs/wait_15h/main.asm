; INT 15h/86h waits for a quarter of a second: four or five ticks of the BIOS clock.
        org     0x100
%include "dos.inc"
start:
        mov     ax, 0x40
        mov     es, ax
        mov     bx, [es:0x6C]
.edge:  cmp     bx, [es:0x6C]           ; begin at a tick
        je      .edge
        inc     bx
        mov     ah, 0x86
        mov     cx, 3                   ; 250,000 microseconds
        mov     dx, 0xD090
        int     0x15
        must
        mov     ax, [es:0x6C]
        sub     ax, bx
        number  ax                      ; 4
        newline
        leave_with 0
routines
