; What INT pushed stays below the stack after its IRET: IP, CS and flags. Protected programs, and some that must
; know where they are, read it there. For services of the BIOS and of DOS, the latter with a poll asked often.
        org     0x100
%include "dos.inc"
start:  cli                             ; no request pushes anything else there
        stc
        int     0x11
.bios:  mov     bx, .bios
        call    look
        mov     ah, 0x30
        int     0x21
.dos:   mov     bx, .dos
        call    look
        mov     cx, 100
.again: mov     ah, 0x0B
        int     0x21
.poll:  mov     bx, .poll
        call    look
        loop    .again
        std
        stc
        int     0x11
        mov     bp, sp
        mov     ax, [bp - 2]
        cld
        and     ax, 0x0601              ; direction, interrupts, carry
        hex16   ax
        newline
        leave_with 0

; The frame of the last INT, whose IP is BX; this call's own address has taken the place of the flags.
look:   mov     bp, sp
        cmp     [bp - 4], bx
        jne     .not
        mov     ax, cs
        cmp     [bp - 2], ax
        jne     .not
        ret
.not:   say     'nothing there', 13, 10
        leave_with 1
routines
