; Shows each key's scan code and character by INT 16h until Escape; the shift flags with the capital.
        org     0x100
%include "dos.inc"
start:
.next:  mov     ah, 0x01
        int     0x16
        jnz     .take
        hlt
        jmp     .next
.take:  mov     ah, 0x00
        int     0x16
        cmp     al, 27
        je      .end
        hex16   ax
        newline
        jmp     .next
.end:   mov     ah, 0x01                ; nothing is left
        int     0x16
        jnz     .bad
        leave_with 0
.bad:   leave_with 1
routines
