; A COM program that stays by INT 27h; its vector works on in the parent.
        org     0x100
%include "dos.inc"
start:
        cmp     byte [0x80], 0
        jne     resident
        keep_4_kb
        own_block
        run_self
        mov     ah, 0x4D
        int     0x21
        hex16   ax                      ; 0300
        newline
        mov     si, text
        int     0x61
        leave_with 0

resident:
        mov     ax, 0x2561
        mov     dx, handler
        int     0x21
        mov     dx, 0x1000
        int     0x27

handler:
        lodsb                           ; prints what its caller points at
        test    al, al
        jz      .end
        mov     dl, al
        mov     ah, 0x02
        int     0x21
        jmp     handler
.end:   iret
routines
me:     db      'MAIN.COM', 0
tail:   db      2, ' r', 13
text:   db      'by the resident part', 13, 10, 0
block:  dw      0, tail, 0, 0x5C, 0, 0x6C, 0
