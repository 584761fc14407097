; Make, enter, leave and remove directories; paths with and without a drive; errors on the way.
        org     0x100
%include "dos.inc"
start:
        mov     ah, 0x39
        mov     dx, sub_
        int     0x21
        must
        mov     ah, 0x39                ; twice
        int     0x21
        hex16   ax                      ; 0005
        newline
        mov     ah, 0x3B
        int     0x21
        must
        mov     ah, 0x39
        mov     dx, deep
        int     0x21
        must
        mov     ah, 0x3B
        int     0x21
        must
        mov     ah, 0x47
        mov     dl, 0
        mov     si, path
        int     0x21
        must
        call    show                    ; SUB\DEEP
        mov     ah, 0x3A                ; we are in it
        mov     dx, full
        int     0x21
        hex16   ax                      ; 0010
        newline
        mov     ah, 0x3B
        mov     dx, up
        int     0x21
        must
        mov     ah, 0x47
        mov     dl, 0
        int     0x21
        call    show                    ; SUB
        mov     ah, 0x3A
        mov     dx, full
        int     0x21
        must
        mov     ah, 0x3B
        mov     dx, up
        int     0x21
        must
        mov     ah, 0x3B                ; above the root
        int     0x21
        hex16   ax                      ; 0003
        newline
        mov     ah, 0x3A
        mov     dx, sub_
        int     0x21
        must
        mov     ah, 0x3B
        int     0x21
        hex16   ax                      ; 0003
        newline
        leave_with 0

show:   mov     di, path
.each:  mov     dl, [di]
        inc     di
        test    dl, dl
        jz      .end
        mov     ah, 0x02
        int     0x21
        jmp     .each
.end:   newline
        ret
routines
sub_:   db      'SUB', 0
deep:   db      'DEEP', 0
full:   db      'C:\SUB\DEEP', 0
up:     db      '..', 0
path:   times 65 db '#'
