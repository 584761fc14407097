; The command tail at PSP:80h, and the two FCBs that DOS made of the first two words.
        org     0x100
%include "dos.inc"
start:
        say     '['
        mov     si, 0x81
        mov     cl, [0x80]
        mov     ch, 0
        jcxz    .fcbs
.tail:  lodsb
        mov     dl, al
        mov     ah, 0x02
        int     0x21
        loop    .tail
.fcbs:  say     ']', 13, 10
        hex8    [si]                    ; a carriage return ends it
        newline
        mov     si, 0x5C
        call    fcb
        mov     si, 0x6C
        call    fcb
        leave_with 0

fcb:    mov     ah, 0
        lodsb
        number  ax
        mov     cx, 11
.name:  lodsb
        mov     dl, al
        mov     ah, 0x02
        int     0x21
        mov     ah, 0
        loop    .name
        say     '.', 13, 10
        ret
routines
