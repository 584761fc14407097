; A file by FCBs: create, three records of 16 bytes, close, open, read record 1 at random, rest in sequence.
        org     0x100
%include "dos.inc"
start:
        mov     dx, fcb
        mov     ah, 0x16
        int     0x21
        hex8    al                      ; 00
        newline
        mov     word [fcb + 14], 16
        mov     ah, 0x1A
        mov     dx, record
        int     0x21
        mov     dx, fcb
.write: mov     ah, 0x15
        int     0x21
        hex8    al
        inc     byte [record]
        cmp     byte [record], 'D'
        jne     .write
        newline
        mov     ah, 0x10
        int     0x21
        hex8    al
        newline
        mov     byte [fcb + 12], 0
        mov     byte [fcb + 32], 0
        mov     ah, 0x0F
        int     0x21
        hex8    al
        number  word [fcb + 16]         ; file size 48
        newline
        mov     word [fcb + 14], 16
        mov     word [fcb + 33], 1
        mov     word [fcb + 35], 0
        mov     ah, 0x21                ; random read
        int     0x21
        hex8    al
        call    show                    ; B
        mov     ah, 0x14                ; sequential: the same record again, then on
        int     0x21
        hex8    al
        call    show                    ; B
        mov     ah, 0x14
        int     0x21
        hex8    al
        call    show                    ; C
        mov     ah, 0x14
        int     0x21
        hex8    al                      ; 01, end of file
        newline
        mov     ah, 0x23                ; file size in records
        mov     word [fcb + 33], 0
        int     0x21
        number  word [fcb + 33]
        newline
        mov     ah, 0x10
        int     0x21
        mov     ah, 0x13                ; delete
        int     0x21
        hex8    al
        mov     ah, 0x0F
        int     0x21
        hex8    al                      ; FF, not there
        newline
        leave_with 0

show:   push    dx
        mov     dl, [record]
        mov     ah, 0x02
        int     0x21
        pop     dx
        newline
        ret
routines
fcb:    db      0, 'FCBFILE DAT'
        times 25 db 0
record: db      'A23456789012345', 10
