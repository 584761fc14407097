; Hooks INT 21h, counts the calls and chains; a call made by PUSHF and CALL FAR arrives as well.
        org     0x100
%include "dos.inc"
start:
        mov     ax, 0x3521
        int     0x21
        mov     [old], bx
        mov     [old + 2], es
        mov     ax, 0x2521
        mov     dx, hook
        int     0x21
        mov     cx, 5
        mov     ah, 0x02
        mov     dl, '*'
.each:  int     0x21
        loop    .each
        pushf
        call    far [old]               ; past the hook
        mov     ah, 0x30
        int     0x21
        mov     bx, [calls]
        push    ds
        lds     dx, [old]
        mov     ax, 0x2521
        int     0x21                    ; the last one through the hook
        pop     ds
        newline
        number  bx                      ; 6
        say     ' '
        number  word [calls]            ; 7
        newline
        leave_with 0

hook:   inc     word [cs:calls]
        jmp     far [cs:old]
routines
old:    dd      0
calls:  dw      0
