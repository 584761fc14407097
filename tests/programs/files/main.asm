; Create, write, seek from all three ends, read, truncate, delete; what remains is RESULT.TXT.
        org     0x100
%include "dos.inc"
start:
        mov     ah, 0x3C
        xor     cx, cx
        mov     dx, temp
        int     0x21
        must
        mov     bx, ax
        mov     ah, 0x40
        mov     cx, 10
        mov     dx, digits
        int     0x21
        must
        number  ax                      ; 10 written
        newline
        mov     ax, 0x4202              ; 3 before the end
        mov     cx, -1
        mov     dx, -3
        int     0x21
        must
        number  ax                      ; 7
        newline
        call    read2                   ; 78
        mov     ax, 0x4201              ; 5 back
        mov     cx, -1
        mov     dx, -5
        int     0x21
        must
        number  ax                      ; 4
        newline
        call    read2                   ; 45
        mov     ax, 0x4200              ; beyond the end, then write: the file grows
        xor     cx, cx
        mov     dx, 12
        int     0x21
        must
        mov     ah, 0x40
        mov     cx, 1
        mov     dx, digits
        int     0x21
        must
        mov     ax, 0x4202
        xor     cx, cx
        xor     dx, dx
        int     0x21
        number  ax                      ; 13
        newline
        mov     ax, 0x4200
        xor     cx, cx
        mov     dx, 6
        int     0x21
        mov     ah, 0x40                ; a write of nothing cuts here
        xor     cx, cx
        int     0x21
        must
        mov     ax, 0x4202
        xor     cx, cx
        xor     dx, dx
        int     0x21
        number  ax                      ; 6
        newline
        mov     ah, 0x3F                ; at the end
        mov     cx, 5
        mov     dx, buffer
        int     0x21
        must
        number  ax                      ; 0
        newline
        mov     ah, 0x3E
        int     0x21
        must
        mov     ah, 0x3E                ; twice: invalid handle
        int     0x21
        number  ax                      ; 6
        newline
        mov     ah, 0x41
        mov     dx, temp
        int     0x21
        must
        mov     ah, 0x41                ; gone
        int     0x21
        number  ax                      ; 2
        newline
        mov     ah, 0x3C
        xor     cx, cx
        mov     dx, result
        int     0x21
        must
        mov     bx, ax
        mov     ah, 0x40
        mov     cx, 12
        mov     dx, digits
        int     0x21
        leave_with 0                    ; DOS closes it

read2:  mov     ah, 0x3F
        mov     cx, 2
        mov     dx, buffer
        int     0x21
        must
        say     '"'
        push    bx
        mov     ah, 0x40
        mov     bx, 1
        int     0x21
        pop     bx
        say     '"', 13, 10
        ret
routines
temp:   db      'temp.$$$', 0
result: db      'RESULT.TXT', 0
digits: db      '0123456789', 13, 10
buffer: times 8 db 0
