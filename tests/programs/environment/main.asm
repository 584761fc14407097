; The environment: our own variable, and behind the last one a count of 1 and the program's full name.
        org     0x100
%include "dos.inc"
start:
        mov     es, [0x2C]
        xor     di, di
        cld
.next:  cmp     byte [es:di], 0
        je      .name
        mov     si, wanted
        mov     cx, 6
        push    di
        repe    cmpsb
        pop     di
        jne     .skip
        call    put
.skip:  mov     al, 0
        mov     cx, 0xFFFF
        repne   scasb
        jmp     .next
.name:  inc     di
        number  word [es:di]
        newline
        add     di, 2
        call    put
        leave_with 0

put:    push    di
.char:  mov     dl, [es:di]
        inc     di
        test    dl, dl
        jz      .end
        mov     ah, 0x02
        int     0x21
        jmp     .char
.end:   newline
        pop     di
        ret
wanted: db      'COLOR='
routines
