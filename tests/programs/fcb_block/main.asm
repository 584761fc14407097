; Random block write and read by FCB, with a record size of one byte, and find-first by FCB with wildcards.
        org     0x100
%include "dos.inc"
start:
        mov     ah, 0x1A
        mov     dx, text
        int     0x21
        mov     dx, fcb
        mov     ah, 0x16
        int     0x21
        mov     word [fcb + 14], 1
        mov     ah, 0x28
        mov     cx, 11
        int     0x21
        hex8    al
        say     ' '
        number  cx                      ; 11 written
        say     ' '
        number  word [fcb + 33]         ; the next record
        newline
        mov     word [fcb + 33], 6
        mov     ah, 0x1A
        mov     dx, buffer
        int     0x21
        mov     dx, fcb
        mov     ah, 0x27
        mov     cx, 20
        int     0x21
        hex8    al                      ; 01: the end came first
        say     ' '
        number  cx                      ; 5
        newline
        mov     ah, 0x10
        int     0x21
        mov     dx, buffer
        mov     ah, 0x09
        int     0x21
        newline
        mov     ah, 0x11                ; find BLOCK?.D*
        mov     dx, wild
        int     0x21
        hex8    al
        mov     byte [buffer + 12], '$'
        mov     dx, buffer + 1
        mov     ah, 0x09
        int     0x21
        newline
        mov     ah, 0x12
        mov     dx, wild
        int     0x21
        hex8    al                      ; FF: no more
        newline
        leave_with 0
routines
fcb:    db      0, 'BLOCK1  DAT'
        times 25 db 0
wild:   db      0, 'BLOCK?? D??'
        times 25 db 0
text:   db      'Hello world'
buffer: times 64 db '$'
