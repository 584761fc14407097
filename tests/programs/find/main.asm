; Makes four files, then lists those that match A?.TXT with their sizes, and the end is error 12h.
        org     0x100
%include "dos.inc"
start:
        mov     si, names
.make:  mov     dx, si
        mov     ah, 0x3C
        xor     cx, cx
        int     0x21
        must
        mov     bx, ax
        mov     ah, 0x40
        inc     byte [size]
        mov     cl, [size]
        mov     ch, 0
        int     0x21
        must
        mov     ah, 0x3E
        int     0x21
.skip:  lodsb
        test    al, al
        jnz     .skip
        cmp     byte [si], 0
        jne     .make

        mov     ah, 0x1A
        mov     dx, dta
        int     0x21
        mov     ah, 0x4E
        mov     cx, 0
        mov     dx, pattern
        int     0x21
        must
.list:  inc     byte [found]
        cmp     word [dta + 0x1C], 0
        jne     .bad
        mov     al, [dta + 0x1A]
        add     [sum], al
        mov     bl, [dta + 0x1F]        ; second letter of A1.TXT, A2.TXT
        xor     [letters], bl
        mov     ah, 0x4F
        int     0x21
        jnc     .list
        push    ax
        number  word [found]                 ; the order is the file system's: only sums are shown
        newline
        number  word [sum]
        newline
        hex8    [letters]
        newline
        pop     ax
        hex16   ax
        newline
        mov     ah, 0x4E
        mov     dx, nothing
        int     0x21
        hex16   ax
        newline
        leave_with 0
.bad:   leave_with 1
routines
names:  db      'A1.TXT', 0, 'a2.txt', 0, 'B1.TXT', 0, 'A10.TXT', 0, 0
pattern: db     'A?.TXT', 0
nothing: db     'NO*.*', 0
size:   db      0
found:  dw      0
sum:    dw      0
letters: db     0
dta:    times 64 db 0
