; Code that changes code: the next instruction's operand, a loop's body, code in another page, code read from a file.
        org     0x100
%include "dos.inc"
start:
        mov     byte [own + 1], 5       ; own block; the jump empties the prefetch queue
        jmp     own
own:    mov     al, 1
        mov     ah, 0
        number  ax                      ; 5
        newline

        xor     bx, bx
        mov     cx, 10
body:   add     bx, 1                   ; 83 C3 01: becomes 2, 3, ...
        inc     byte [body + 2]
        loop    body
        number  bx                      ; 55
        newline

        mov     cx, 3
        xor     bx, bx
.other: call    far_away
        inc     byte [far_away + 2]
        loop    .other
        number  bx                      ; 1 + 2 + 3
        newline

        mov     ah, 0x3C                ; DOS writes over code that has run
        xor     cx, cx
        mov     dx, name
        int     0x21
        must
        mov     bx, ax
        mov     ah, 0x40
        mov     cx, 3
        mov     dx, code
        int     0x21
        mov     ax, 0x4200
        xor     cx, cx
        xor     dx, dx
        int     0x21
        mov     ah, 0x3F
        mov     cx, 3
        mov     dx, far_away
        int     0x21
        must
        mov     ah, 0x3E
        int     0x21
        mov     bx, 1
        call    far_away
        number  bx                      ; 100
        newline
        mov     ah, 0x41
        mov     dx, name
        int     0x21
        leave_with 0
routines
name:   db      'CODE.BIN', 0
code:   db      0x83, 0xC3, 99          ; add bx, 99
        times 0x2000 - ($ - $$) db 0x90
far_away:
        add     bx, 1
        ret
